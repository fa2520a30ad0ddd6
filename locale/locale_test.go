// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"ecot/fault"
	"ecot/money"
)

func load(t *testing.T, lang Lang) Tongue {
	t.Helper()
	tongue, err := Load(lang)
	if err != nil {
		t.Fatal(err)
	}
	return tongue
}

// placesOf lists the places for values in text, sorted, each once.
func placesOf(text string) []string {
	places := regexp.MustCompile(`\{[a-z0-9-]*\}?`).FindAllString(text, -1)
	slices.Sort(places)
	return slices.Compact(places)
}

func TestBothLanguagesHoldTheSameMessages(t *testing.T) {
	french, english := load(t, French), load(t, English)
	for key, text := range french.texts {
		if counted, found := strings.CutSuffix(key, ".many"); found {
			key = counted + ".other"
			text = strings.Replace(text, "{n} de", "{n}", 1)
		}
		twin, found := english.texts[key]
		if !found {
			t.Errorf("%q is not in English", key)
			continue
		}
		if !slices.Equal(placesOf(text), placesOf(twin)) {
			t.Errorf("%q has the places %v in French, %v in English", key, placesOf(text), placesOf(twin))
		}
	}
	for key := range english.texts {
		if !french.Has(key) {
			t.Errorf("%q is not in French", key)
		}
	}
}

func TestEveryCountedMessageHasItsForms(t *testing.T) {
	for _, lang := range Langs() {
		tongue := load(t, lang)
		for key := range tongue.texts {
			counted, found := strings.CutSuffix(key, ".other")
			if !found {
				continue
			}
			for _, n := range []int64{0, 1, 2, 1_000_000, 1_000_001} {
				if !tongue.Has(counted + "." + string(formOf(lang, n))) {
					t.Errorf("%s: %q has no form for %d", lang, counted, n)
				}
			}
		}
	}
}

// French typography: a narrow or plain no-break space before high punctuation, and ’ for the apostrophe.
func TestFrenchTypography(t *testing.T) {
	bad := regexp.MustCompile(` [;:!?»]|« |[^\x{202f}\x{a0} ]»|\w'\w`)
	for key, text := range load(t, French).texts {
		if found := bad.FindString(text); found != "" {
			t.Errorf("%q has %q: %s", key, found, text)
		}
	}
}

func TestPlurals(t *testing.T) {
	for n, want := range map[int64][2]form{
		0: {one, other}, 1: {one, one}, -1: {one, one}, 2: {other, other}, 999_999: {other, other},
		1_000_000: {many, other}, 1_000_001: {other, other}, 3_000_000: {many, other},
	} {
		if got := [2]form{formOf(French, n), formOf(English, n)}; got != want {
			t.Errorf("%d: French and English forms are %v, want %v", n, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		lang Lang
		n    int64
		want string
	}{
		{French, 0, "0 écriture"}, {French, 1, "1 écriture"}, {French, 1012, "1\u202f012 écritures"},
		{French, 2_000_000, "2\u202f000\u202f000 d’écritures"}, {English, 0, "0 entries"}, {English, 1, "1 entry"},
		{English, 1_000_000, "1,000,000 entries"},
	} {
		got, err := load(t, c.lang).Count("count.entries", c.n)
		if err != nil || strings.ReplaceAll(got, "\u00a0", " ") != c.want {
			t.Errorf("%s %d: %q, %v; want %q", c.lang, c.n, got, err, c.want)
		}
	}
}

func TestTextRefuses(t *testing.T) {
	tongue := Tongue{Lang: English, texts: map[string]string{"a": "so {n} of {m}", "b": "open {n", "c": "plain"}}
	for name, call := range map[string]func() (string, error){
		"unknown key":    func() (string, error) { return tongue.Text("z") },
		"missing value":  func() (string, error) { return tongue.Text("a", "n", "1") },
		"unknown place":  func() (string, error) { return tongue.Text("c", "n", "1") },
		"odd pairs":      func() (string, error) { return tongue.Text("c", "n") },
		"unclosed place": func() (string, error) { return tongue.Text("b") },
	} {
		if got, err := call(); err == nil || fault.CodeOf(err) != fault.Internal {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	got, err := tongue.Text("a", "m", "{n}", "n", "2")
	if err != nil || got != "so 2 of {n}" {
		t.Errorf("values are put in once, not again in values: %q, %v", got, err)
	}
}

func TestParseMessagesRefuses(t *testing.T) {
	for _, data := range []string{"key", "key=text", "a = x\na = y", " = x", "a = "} {
		texts := map[string]string{}
		if err := parseMessages(data, texts); err == nil {
			t.Errorf("%q is read as %v", data, texts)
		}
	}
	texts := map[string]string{}
	err := parseMessages("# comment\n\na = x = y\n", texts)
	if err != nil || len(texts) != 1 || texts["a"] != "x = y" {
		t.Errorf("got %v, %v", texts, err)
	}
}

func TestLabelFallsBackOnTheToken(t *testing.T) {
	tongue := load(t, French)
	if got := tongue.Label("kind", "gift"); got != "Don" {
		t.Errorf("a gift is called %q", got)
	}
	if got := tongue.Label("kind", "not-known-yet"); got != "not-known-yet" {
		t.Errorf("an unknown kind is called %q", got)
	}
}

func TestNumbers(t *testing.T) {
	amount := money.Amount{Minor: -123456, Unit: money.Euro}
	if got := load(t, French).Amount(amount); got != "\u22121\u202f234,56\u00a0€" {
		t.Errorf("French: %q", got)
	}
	if got := load(t, English).Number(1234567); got != "1,234,567" {
		t.Errorf("English: %q", got)
	}
}
