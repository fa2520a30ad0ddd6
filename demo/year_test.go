// SPDX-License-Identifier: AGPL-3.0-or-later

package demo

import (
	"strings"
	"testing"
	"time"
)

func TestActsAreInOrderUnderKeysOfTheirOwn(t *testing.T) {
	acts, err := year()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, a := range acts {
		if seen[a.key] {
			t.Errorf("the key %s is used twice", a.key)
		}
		seen[a.key] = true
		if i > 0 && a.at.Before(acts[i-1].at) {
			t.Errorf("%s comes after %s, before which it happens", a.key, acts[i-1].key)
		}
		if !strings.HasPrefix(a.key, "demo/"+a.at.Format(time.DateOnly)+"/") {
			t.Errorf("%s happens on %s", a.key, a.at)
		}
		if a.of != "" && !seen[a.of] {
			t.Errorf("%s is about %s, which comes later or never", a.key, a.of)
		}
	}
	if last := acts[len(acts)-1].at; !last.Before(Opens()) {
		t.Errorf("the last act is at %s, the visit begins at %s", last, Opens())
	}
}

// Half the crowd go by an alias and a fifth by no name; nobody of it has a mail address that could
// be somebody's.
func TestTheCrowdIsInvented(t *testing.T) {
	var anonymous, aliases int
	handles, names := map[string]bool{}, map[string]int{}
	for k := 1; k <= 1000; k++ {
		p := person(k)
		handles[p.Handle] = true
		switch first, _, _ := strings.Cut(p.Name, " "); {
		case p.Name == "":
			anonymous++
		case strings.Contains(aliasNouns, first):
			aliases++
		}
		if p.Name != "" {
			names[p.Name]++
		}
		if !strings.HasSuffix(p.Mail, ".example") || p.Handle != p.Mail {
			t.Errorf("person %d can be reached at %q", k, p.Mail)
		}
	}
	if anonymous != 200 || aliases != 500 || len(handles) != 1000 {
		t.Errorf("of 1 000, %d are anonymous, %d have an alias, %d a handle", anonymous, aliases, len(handles))
	}
	if len(names) < 400 {
		t.Errorf("800 people share %d names", len(names))
	}
}

func TestPayoutsAreOnWorkingDays(t *testing.T) {
	for from, want := range map[string]string{"2025-05-03": "2025-05-05", "2025-08-03": "2025-08-04",
		"2025-12-03": "2025-12-03"} {
		day, err := time.Parse(time.DateOnly, from)
		if err != nil {
			t.Fatal(err)
		}
		if got := workingDay(day).Format(time.DateOnly); got != want {
			t.Errorf("the working day from %s on is %s, want %s", from, got, want)
		}
	}
}
