// SPDX-License-Identifier: AGPL-3.0-or-later

package explain

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ecot/fault"
)

// sample is a document with something in every field that a reader of words meets.
func sample() *Document {
	return &Document{
		Format: Format, Rule: "equal-shares", Utility: "cost", Completion: "add1u", TieRule: "lowest-cost",
		Voters: 3, Projects: 4, Decimals: 2, Budget: "10.00", Endowment: 433333334, Raises: 1,
		Steps: []Step{{0, []string{"a"}, "4.00"}, {1, []string{"b", "a"}, "9.00"}}, Stop: &Step{2, []string{"b",
			"a", "c"}, "12.00"},
		Rounds: []Round{{"b", "5.00", 3, 3, 2, 500000000, 250000000, "2.000000", 0, []string{"b", "c"},
			&RunnerUp{"a", 2, 400000000, "1.500000"}}},
		Choices: []Choice{{"d", 1, "1.00", "1.00", Bought, nil}, {"e", 1, "9.00", "0.00", TooCostly, []string{"f"}},
			{"g", 0, "1.00", "0.00", TooFew, nil}, {"h", 1, "1.00", "0.00", Excluded, nil}},
		Winners: []string{"b", "d"}, Spent: "6.00", Ties: 1, Residue: 7,
	}
}

// written gives a document as text.
func written(t testing.TB, d *Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What is written is read; any other spelling of the same is refused.
func TestOneSpelling(t *testing.T) {
	text := written(t, sample())
	d, err := Read(strings.NewReader(text))
	if err != nil || written(t, d) != text {
		t.Fatalf("%v\n%s", err, text)
	}
	for name, other := range map[string]string{
		"a space":        strings.Replace(text, `"a"`, `"a" `, 1),
		"an escape":      strings.Replace(text, `"a"`, `"\u0061"`, 1),
		"a key twice":    strings.Replace(text, ` "voters": 3,`, " \"voters\": 3,\n \"voters\": 3,", 1),
		"an unknown key": strings.Replace(text, ` "voters": 3,`, " \"voters\": 3,\n \"votes\": 3,", 1),
		"other case":     strings.Replace(text, `"voters"`, `"Voters"`, 1),
		"an empty key":   strings.Replace(text, ` "voters": 3,`, " \"threshold\": 0,\n \"voters\": 3,", 1),
		"more after":     text + "{}",
		"another format": strings.Replace(text, Format, "ecot-explanation/2", 1),
		"nothing":        "",
		"half":           text[:len(text)/2],
		"a fraction":     strings.Replace(text, `"voters": 3`, `"voters": 3.0`, 1),
	} {
		if _, err := Read(strings.NewReader(other)); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Both languages have the same phrases and each takes the same values.
func TestPhrases(t *testing.T) {
	values := regexp.MustCompile(`%[a-z%]`)
	en, fr := phrasesIn(English), phrasesIn(French)
	for key, phrase := range en {
		if !slices.Equal(values.FindAllString(phrase, -1), values.FindAllString(fr[key], -1)) {
			t.Errorf("%q: %q and %q take other values", key, phrase, fr[key])
		}
	}
	if len(en) != len(fr) {
		t.Errorf("%d phrases in English, %d in French", len(en), len(fr))
	}
}

// The words say the numbers, in either language, and no phrase is missing a value.
func TestText(t *testing.T) {
	for language, want := range map[Language][]string{
		English: {"Method of Equal Shares: 3 voters, 4 projects, a budget of 10.00.", "begins with 4.33333334",
			"1. b “Bench” costs 5.00. Of its 3 supporters, 3 have money left.",
			"2 of them pay 2.50000000 each: 2.000000 effective votes.",
			"The other 1 give all", "Exactly equal: b, c.", "Next best: a with 1.500000", "With 2 raises",
			"below the threshold"},
		French: {"Méthode des parts égales : 3 votants", "4,33333334", "b « Bench » coûte 5,00",
			"2,000000 voix effectives", "sous le seuil"},
	} {
		var b bytes.Buffer
		if err := sample().Text(&b, language, map[string]string{"b": "Bench"}); err != nil {
			t.Fatal(err)
		}
		for _, phrase := range want {
			if !strings.Contains(b.String(), phrase) {
				t.Errorf("%s: no %q in\n%s", language, phrase, b.String())
			}
		}
		if strings.Contains(b.String(), "%!") {
			t.Errorf("%s: a phrase lacks a value:\n%s", language, b.String())
		}
	}
	var b bytes.Buffer
	d := &Document{Rule: "phragmen", TieRule: "string", Beyond: &Round{Project: "z", Cost: "1"},
		Rounds: []Round{{Project: "y", Cost: "1", Supporters: 2, Price: 500000}}}
	if err := d.Text(&b, English, nil); err != nil || !strings.Contains(b.String(),
		"once each voter has earned 0.500000") ||
		!strings.Contains(b.String(), "The next would be z") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

// FuzzRead: nothing panics, and what is read has one spelling.
func FuzzRead(f *testing.F) {
	text := written(f, sample())
	f.Add([]byte(text))
	f.Add([]byte(strings.Replace(text, "3", "-3", 5)))
	f.Add([]byte(`{"format":"ecot-explanation/1"}`))
	f.Add([]byte(`{"format":"ecot-explanation/1","winners":null,"rounds":[{"runner_up":{}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		if again := written(t, d); again != string(text) {
			t.Fatalf("read\n%s\nwritten\n%s", text, again)
		}
		for _, language := range []Language{English, French} {
			if err := d.Text(&bytes.Buffer{}, language, nil); err != nil {
				t.Fatal(err)
			}
		}
	})
}
