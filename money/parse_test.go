// SPDX-License-Identifier: AGPL-3.0-or-later

package money

import (
	"math/rand"
	"strings"
	"testing"

	"ecot/fault"
)

var unitsOfEveryKind = []Unit{
	"EUR", "USD", "GBP", "JPY", "CHF", "TND", "CLF", "XOF", "XPF", "CAD", "HUR", "laptop",
}

func drawAmount(r *rand.Rand) Amount {
	minor := r.Int63n(Max+1) / (int64(1) << r.Intn(50))
	if r.Intn(2) == 0 {
		minor = -minor
	}
	return Amount{Minor: minor, Unit: unitsOfEveryKind[r.Intn(len(unitsOfEveryKind))]}
}

func TestParseReadsBackString(t *testing.T) {
	r := rand.New(rand.NewSource(4))
	for range 20_000 {
		amount := drawAmount(r)
		if got, err := Parse(amount.String(), amount.Unit); err != nil || got != amount {
			t.Fatalf("%d %s wrote %q, read %v, %v", amount.Minor, amount.Unit, amount, got, err)
		}
	}
}

// What Écot writes for a person, that person may type back.
func TestParseLocalReadsBackFormat(t *testing.T) {
	r := rand.New(rand.NewSource(5))
	for range 20_000 {
		amount := drawAmount(r)
		for _, lang := range []string{"fr", "en"} {
			written := amount.Format(lang)
			if got, err := ParseLocal(written, lang, amount.Unit); err != nil || got != amount {
				t.Fatalf("%v %s wrote %q in %s, read %v, %v", amount, amount.Unit, written, lang, got, err)
			}
		}
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		in   string
		unit Unit
		want int64
	}{
		{"-1234.5", "EUR", -123450}, {"1234.500", "EUR", 123450}, {"0", "EUR", 0}, {"-0.00", "EUR", 0},
		{"007", "EUR", 700},
		{"5.000", "JPY", 5}, {"1.2345", "CLF", 12345}, {"1.234", "TND", 1234}, {"90", "HUR", 90},
		{"10000000000000.00", "EUR", Max}, {"-1000000000000000", "JPY", -Max}, {"3", "laptop", 3},
	} {
		if got, err := Parse(c.in, c.unit); err != nil || got.Minor != c.want || got.Unit != c.unit {
			t.Errorf("Parse(%q, %s) = %v, %v; want %d", c.in, c.unit, got.Minor, err, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		in   string
		unit Unit
	}{
		{"", "EUR"}, {"-", "EUR"}, {".", "EUR"}, {".5", "EUR"}, {"5.", "EUR"}, {"+5", "EUR"},
		{"--5", "EUR"}, {" 5", "EUR"},
		{"5 ", "EUR"}, {"1e3", "EUR"}, {"1,5", "EUR"}, {"1.2.3", "EUR"}, {"0x10", "EUR"}, {"٣", "EUR"},
		{"1_000", "EUR"},
		{"1.234", "EUR"}, {"1.001", "EUR"}, {"0.5", "JPY"}, {"0.5", "laptop"}, {"NaN", "EUR"},
		{"−5", "EUR"},
		{"10000000000000.01", "EUR"}, {"99999999999999999999999999", "EUR"},
		{strings.Repeat("0", 65), "EUR"},
		{"5", "XYZ"}, {"5", ""}, {"5", "euro coin"},
	} {
		if got, err := Parse(c.in, c.unit); err == nil || fault.CodeOf(err) != fault.Invalid || got != (Amount{}) {
			t.Errorf("Parse(%q, %q) = %v, %v", c.in, c.unit, got, err)
		}
	}
	if _, err := Parse("1.2340700", "EUR"); !strings.Contains(fault.PublicOf(err), `"407"`) {
		t.Errorf("the refusal does not name the digits: %v", err)
	}
}

func TestParseLocal(t *testing.T) {
	for _, c := range []struct {
		in, lang string
		unit     Unit
		want     int64
	}{
		{"1 234,56", "fr", "EUR", 123456}, {"1\u202f234,56\u00a0€", "fr", "EUR", 123456},
		{"1234.56", "fr", "EUR", 123456},
		{"12", "fr", "EUR", 1200}, {" 12 € ", "fr", "EUR", 1200}, {"12,5 EUR", "fr", "EUR", 1250},
		{"-12,50", "fr", "EUR", -1250},
		{"−12,50\u00a0€", "fr", "EUR", -1250}, {"- 3", "fr", "EUR", -300},
		{"1 000 000", "fr", "JPY", 1_000_000},
		{"12,00 $", "fr", "USD", 1200}, {"12,00 $US", "fr", "USD", 1200}, {"7 chf", "fr", "CHF", 700},
		{"1.234", "fr", "TND", 1234},
		{"€1,234.56", "en", "EUR", 123456}, {"1,234", "en", "EUR", 123400}, {"1234.5", "en", "EUR", 123450},
		{"-€5", "en", "EUR", -500}, {"€-5", "en", "EUR", -500}, {"CHF 1,234.56", "en", "CHF", 123456},
		{"¥1,200", "en", "JPY", 1200},
		{"1,200", "en", "TND", 1_200_000}, {"3 laptop", "en", "laptop", 3}, {"1,200", "fr", "TND", 1200},
		{"12 h 30", "fr", "HUR", 750}, {"12h30", "fr", "HUR", 750}, {"2h6", "fr", "HUR", 126},
		{"45 min", "fr", "HUR", 45},
		{"1,5 h", "fr", "HUR", 90}, {"2:05", "fr", "HUR", 125}, {"12h 30m", "en", "HUR", 750},
		{"2 hours", "en", "HUR", 120},
		{"30m", "en", "HUR", 30}, {"0.25h", "en", "HUR", 15}, {"2 heures 15 minutes", "fr", "HUR", 135},
	} {
		if got, err := ParseLocal(c.in, c.lang, c.unit); err != nil || got.Minor != c.want || got.Unit != c.unit {
			t.Errorf("ParseLocal(%q, %s, %s) = %v, %v; want %d", c.in, c.lang, c.unit, got.Minor, err, c.want)
		}
	}
}

func TestParseLocalRefuses(t *testing.T) {
	for _, c := range []struct {
		in, lang string
		unit     Unit
		says     string
	}{
		{"", "fr", "EUR", "lisible"}, {"abc", "fr", "EUR", "lisible"}, {"1.200", "fr", "EUR", "ambigu"},
		{"1,200", "fr", "EUR", "ambigu"}, {"1.234,56", "fr", "EUR", "lisible"},
		{"12 34", "fr", "EUR", "ambigu"},
		{"1234 567", "fr", "EUR", "ambigu"}, {"0 123", "fr", "EUR", "ambigu"},
		{"1,5", "fr", "JPY", "ambigu"},
		{"12 $", "fr", "EUR", "lisible"}, {"€5€", "fr", "EUR", "lisible"}, {"--5", "fr", "EUR", "lisible"},
		{"-€-5", "fr", "EUR", "lisible"}, {"1e3", "fr", "EUR", "lisible"}, {"5,", "fr", "EUR", "lisible"},
		{",5", "fr", "EUR", "lisible"}, {"1,2,3", "fr", "EUR", "lisible"},
		{"1.2.3", "fr", "EUR", "lisible"},
		{"1,23", "en", "EUR", "ambiguous"}, {"1,2345", "en", "EUR", "ambiguous"},
		{"1.234", "en", "EUR", "ambiguous"},
		{"1 234", "en", "EUR", "read"}, {"0,123", "en", "EUR", "ambiguous"},
		{"1,234.", "en", "EUR", "read"},
		{"2", "fr", "HUR", "heures ou des minutes"}, {"2", "en", "HUR", "hours or minutes"},
		{"2h60", "fr", "HUR", "durée"},
		{"2:5", "fr", "HUR", "durée"}, {"0,33 h", "fr", "HUR", "entier"},
		{"1,5 h 30", "fr", "HUR", "durée"},
		{"h", "en", "HUR", "duration"}, {"10000000000000,01", "fr", "EUR", "beyond"},
		{"999999999999999h", "en", "HUR", "beyond"}, {"5", "en", "XYZ", "neither"},
	} {
		got, err := ParseLocal(c.in, c.lang, c.unit)
		if err == nil || fault.CodeOf(err) != fault.Invalid || got != (Amount{}) ||
			!strings.Contains(fault.PublicOf(err), c.says) {
			t.Errorf("ParseLocal(%q, %s, %s) = %v, %v; want %q", c.in, c.lang, c.unit, got, err, c.says)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"-1234.5", "1234.500", "0", "-0", "10000000000000.00", "1.001", "", "٣"} {
		f.Add(seed, "EUR")
		f.Add(seed, "JPY")
	}
	f.Fuzz(func(t *testing.T, s, unit string) {
		amount, err := Parse(s, Unit(unit))
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if !inRange(amount.Minor) {
			t.Fatalf("%q gave %d, beyond Max", s, amount.Minor)
		}
		if again, err := Parse(amount.String(), amount.Unit); err != nil || again != amount {
			t.Fatalf("%q gave %v, which reads back as %v, %v", s, amount, again, err)
		}
	})
}

func FuzzParseLocal(f *testing.F) {
	for _, seed := range []string{"1 234,56 €", "€1,234.56", "12 h 30", "-12,5", "1.200", "45 min", "€-5"} {
		f.Add(seed, "fr", "EUR")
		f.Add(seed, "en", "HUR")
	}
	f.Fuzz(func(t *testing.T, s, lang, unit string) {
		amount, err := ParseLocal(s, lang, Unit(unit))
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if !inRange(amount.Minor) {
			t.Fatalf("%q gave %d, beyond Max", s, amount.Minor)
		}
		if again, err := ParseLocal(amount.Format(lang), lang, amount.Unit); err != nil || again != amount {
			t.Fatalf("%q gave %q, read back as %v, %v", s, amount.Format(lang), again, err)
		}
	})
}
