// SPDX-License-Identifier: AGPL-3.0-or-later

package profile

import (
	"strings"
	"testing"
)

// A SIREN with any one digit mistyped, or two neighbours swapped where that shows, is refused.
func TestOneWrongDigitShows(t *testing.T) {
	const siren = "732829320"
	if number, err := ParseNumber("732 829 320"); err != nil || number != siren {
		t.Fatalf("%q, %v", number, err)
	}
	for i := range siren {
		for digit := '0'; digit <= '9'; digit++ {
			wrong := siren[:i] + string(digit) + siren[i+1:]
			if _, err := ParseNumber(wrong); (err == nil) != (wrong == siren) {
				t.Errorf("%s: %v", wrong, err)
			}
		}
	}
	for text, good := range map[string]bool{"w751234567": true, "W 751 234 567": true, "W75123456": false, "": false,
		"75123456X": false, "W7512345678": false, "000000000": true, "W": false} {
		if _, err := ParseNumber(text); (err == nil) != good {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// What Check gives, Check takes and leaves as it is, and the profile reads it back.
func TestCheckIsItsOwnForm(t *testing.T) {
	for name, typed := range map[string]string{"legal-name": " Fonds ", "form": "association", "number": "w751234567",
		"iban": "fr76 3000 6000 0112 3456 7890 189", "bic": "agrifrpp", "base-url": "https://fonds.example.org/",
		"country": "fr", "reference-prefix": "don", "general-pot": "general", "suggested": "500 1000 2000 5000",
		"least": "100", "deductible": "true", "appeal-from": "2026-01-02", "mail": "fonds@example.org"} {
		kept, err := Check(name, typed)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if again, err := Check(name, kept); err != nil || again != kept {
			t.Errorf("%s: %q becomes %q, %v", name, kept, again, err)
		}
		p, err := parse(map[string]string{name: kept})
		if err != nil || write(p.fields()[name]) != kept {
			t.Errorf("%s: %q reads as %q, %v", name, kept, write(p.fields()[name]), err)
		}
	}
	for name, wrong := range map[string]string{"form": "sect", "base-url": "ftp://x", "country": "FRA", "general-pot": "A b",
		"suggested": "1 2", "least": "x", "deductible": "maybe", "appeal-from": "tomorrow", "nothing": "x",
		"legal-name": strings.Repeat("x", maxValue+1)} {
		if kept, err := Check(name, wrong); err == nil {
			t.Errorf("%s: %q is taken as %q", name, wrong, kept)
		}
	}
	for _, name := range Names() {
		if kept, err := Check(name, "  "); err != nil || kept != "" {
			t.Errorf("%s cannot be taken away: %q, %v", name, kept, err)
		}
	}
}
