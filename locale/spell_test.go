// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"ecot/fault"
	"ecot/money"
)

func TestSpelledNumbers(t *testing.T) {
	for n, want := range map[int64][2]string{
		0:           {"zéro", "zero"},
		1:           {"un", "one"},
		16:          {"seize", "sixteen"},
		17:          {"dix-sept", "seventeen"},
		20:          {"vingt", "twenty"},
		21:          {"vingt et un", "twenty-one"},
		22:          {"vingt-deux", "twenty-two"},
		61:          {"soixante et un", "sixty-one"},
		70:          {"soixante-dix", "seventy"},
		71:          {"soixante et onze", "seventy-one"},
		72:          {"soixante-douze", "seventy-two"},
		80:          {"quatre-vingts", "eighty"},
		81:          {"quatre-vingt-un", "eighty-one"},
		90:          {"quatre-vingt-dix", "ninety"},
		91:          {"quatre-vingt-onze", "ninety-one"},
		99:          {"quatre-vingt-dix-neuf", "ninety-nine"},
		100:         {"cent", "one hundred"},
		101:         {"cent un", "one hundred and one"},
		180:         {"cent quatre-vingts", "one hundred and eighty"},
		200:         {"deux cents", "two hundred"},
		201:         {"deux cent un", "two hundred and one"},
		1_000:       {"mille", "one thousand"},
		1_001:       {"mille un", "one thousand and one"},
		1_100:       {"mille cent", "one thousand, one hundred"},
		2_000:       {"deux mille", "two thousand"},
		80_000:      {"quatre-vingt mille", "eighty thousand"},
		80_080:      {"quatre-vingt mille quatre-vingts", "eighty thousand and eighty"},
		200_000:     {"deux cent mille", "two hundred thousand"},
		280_000:     {"deux cent quatre-vingt mille", "two hundred and eighty thousand"},
		1_000_000:   {"un million", "one million"},
		80_000_000:  {"quatre-vingts millions", "eighty million"},
		200_000_000: {"deux cents millions", "two hundred million"},
		1_000_000_001: {"un milliard un",
			"one billion and one"},
		123_456: {"cent vingt-trois mille quatre cent cinquante-six",
			"one hundred and twenty-three thousand, four hundred and fifty-six"},
		money.Max: {"un billiard", "one quadrillion"},
	} {
		for i, l := range Langs() {
			if got := l.spell(n); got != want[i] {
				t.Errorf("%d is %q, want %q", n, got, want[i])
			}
		}
	}
}

// TestEverySpelledNumberCountsBack reads the words of numbers up to a million, at night of every one,
// and of random ones beyond, by a reader of its own, and holds French ones against the rules of vingt,
// cent and mille.
func TestEverySpelledNumberCountsBack(t *testing.T) {
	const below = "(un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|" +
		"vingt|trente|quarante|cinquante|soixante)"
	wrong := regexp.MustCompile("vingts (mille|" + below + ")|cents (mille|" + below + ")|milles|(^|[ds] )un mille|" +
		"vingts-|quatre-vingt$|(deux|trois|quatre|cinq|six|sept|huit|neuf) cent$|quatre-vingt et|  ")
	values := wordValues()
	check := func(n int64) {
		for _, l := range Langs() {
			if words := l.spell(n); countBack(t, values[l], words) != n {
				t.Fatalf("%d is %q, which counts back to %d", n, words, countBack(t, values[l], words))
			}
		}
		if words := French.spell(n); wrong.MatchString(words) {
			t.Fatalf("%d is %q, against the rules", n, words)
		}
	}
	for n := range int64(10_001) {
		check(n)
	}
	step := int64(37)
	if os.Getenv("ECOT_NIGHTLY") != "" {
		step = 1
	}
	for n := int64(10_001); n <= 1_000_000; n += step {
		check(n)
	}
	r := rand.New(rand.NewSource(6))
	for range 20_000 {
		check(r.Int63n(money.Max) >> r.Intn(40))
	}
}

// countBack reads a number in words, each worth what values says.
func countBack(t *testing.T, values map[string]int64, text string) int64 {
	t.Helper()
	text = strings.ReplaceAll(strings.ReplaceAll(text, "quatre-vingts", "80"), "quatre-vingt", "80")
	var total, group int64
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '-' || r == ',' }) {
		switch value, known := values[word]; {
		case word == "et" || word == "and":
		case !known:
			t.Fatalf("the word %q of %q", word, text)
		case value == 100:
			group = max(group, 1) * 100
		case value >= 1000:
			total += max(group, 1) * value
			group = 0
		default:
			group += value
		}
	}
	return total + group
}

// wordValues gives what the words of each language are worth.
func wordValues() map[Lang]map[string]int64 {
	values := map[Lang]map[string]int64{French: {"80": 80}, English: {}}
	add := func(l Lang, words string, from, step int64) {
		for i, word := range strings.Fields(words) {
			values[l][word] = from + int64(i)*step
		}
	}
	add(French, "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize", 0, 1)
	add(French, "vingt trente quarante cinquante soixante", 20, 10)
	add(English, "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "+
		"sixteen seventeen eighteen nineteen", 0, 1)
	add(English, "twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)
	add(French, "cent cents", 100, 0)
	add(English, "hundred", 100, 0)
	power := int64(1)
	for i, word := range strings.Fields("mille million milliard billion billiard") {
		power *= 1000
		values[French][word] = power
		if i > 0 {
			values[French][word+"s"] = power
		}
		values[English][strings.Fields("thousand million billion trillion quadrillion")[i]] = power
	}
	return values
}

// TestSpelledAsNum2words compares with python3-num2words, where it is installed: a part of the numbers
// up to a million, and every one of them at night.
func TestSpelledAsNum2words(t *testing.T) {
	python := ""
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import num2words").Run() == nil {
			python = name
			break
		}
	}
	if python == "" {
		t.Skip("python3-num2words is not installed")
	}
	step := 1999
	if os.Getenv("ECOT_NIGHTLY") != "" {
		step = 1
	}
	for _, l := range Langs() {
		script := fmt.Sprintf("from num2words import num2words\nfor n in [*range(0, 201), *range(0, 1000001, %d)]:\n"+
			" print(n, num2words(n, lang=%q))", step, l)
		out, err := exec.Command(python, "-c", script).Output()
		if err != nil {
			t.Fatal(err)
		}
		compared := 0
		for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); compared++ {
			digits, want, _ := strings.Cut(lines.Text(), " ")
			var n int64
			if _, err := fmt.Sscan(digits, &n); err != nil {
				t.Fatal(err)
			}
			if got := l.spell(n); got != want {
				t.Errorf("%d is %q, num2words says %q", n, got, want)
			}
		}
		if compared < 201+1_000_000/step {
			t.Errorf("only %d numbers were compared", compared)
		}
	}
}

func TestSpelledAmounts(t *testing.T) {
	for _, c := range []struct {
		minor   int64
		unit    money.Unit
		fr, eng string
	}{
		{0, "EUR", "zéro euro", "zero euros"},
		{1, "EUR", "un centime", "one cent"},
		{50, "EUR", "cinquante centimes", "fifty cents"},
		{100, "EUR", "un euro", "one euro"},
		{101, "EUR", "un euro et un centime", "one euro and one cent"},
		{8_000, "EUR", "quatre-vingts euros", "eighty euros"},
		{123_480, "EUR", "mille deux cent trente-quatre euros et quatre-vingts centimes",
			"one thousand, two hundred and thirty-four euros and eighty cents"},
		{100_000_000, "EUR", "un million d'euros", "one million euros"},
		{250_000_000, "EUR", "deux millions cinq cent mille euros", "two million, five hundred thousand euros"},
		{100_000_000_000_001, "EUR", "un billion d'euros et un centime", "one trillion euros and one cent"},
		{200_000_000, "CHF", "deux millions de francs suisses", "two million Swiss francs"},
		{150, "USD", "un dollar des États-Unis et cinquante cents", "one US dollar and fifty cents"},
		{201, "GBP", "deux livres sterling et un penny", "two pounds sterling and one penny"},
		{5_000, "XAF", "cinq mille XAF", "five thousand XAF"},
		{1_205, "SEK", "douze SEK et 05/100", "twelve SEK and 05/100"},
		{1_005, "TND", "un TND et 005/1000", "one TND and 005/1000"},
		{money.Max, "JPY", "un billiard de JPY", "one quadrillion JPY"},
	} {
		a := money.Amount{Minor: c.minor, Unit: c.unit}
		for i, want := range []string{c.fr, c.eng} {
			if got, err := Langs()[i].Spell(a); err != nil || got != want {
				t.Errorf("%s %s is %q, %v; want %q", a, c.unit, got, err, want)
			}
		}
	}
	for _, a := range []money.Amount{{Minor: -1, Unit: "EUR"}, {Minor: 60, Unit: "HUR"}, {Minor: 3, Unit: "loaf"},
		{Minor: 3, Unit: "ZZZ"}, {Minor: 3}, {Minor: money.Max + 1, Unit: "EUR"}} {
		if got, err := French.Spell(a); fault.CodeOf(err) != fault.Invalid || err == nil || got != "" {
			t.Errorf("%+v is %q, %v", a, got, err)
		}
	}
}
