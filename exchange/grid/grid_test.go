// SPDX-License-Identifier: AGPL-3.0-or-later

package grid

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ecot/fault"
	"ecot/money"
)

// TestAmountReadsBackWhatIsWritten writes amounts in the ways of both languages.
func TestAmountReadsBackWhatIsWritten(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 3))
	for range 5000 {
		minor := r.Int64N(1 << r.IntN(49))
		if r.IntN(2) == 0 {
			minor = -minor
		}
		amount := money.Amount{Minor: minor, Unit: "EUR"}
		for mark, text := range map[string]string{",": amount.Format("fr"), ".": amount.Format("en")} {
			if got, err := Amount(Clean(text), mark, "EUR"); err != nil || got != minor {
				t.Fatalf("%q is %d, %v; want %d", text, got, err, minor)
			}
		}
	}
}

func TestAmounts(t *testing.T) {
	for text, want := range map[string]int64{"1 234,56 €": 123456, "+12,00": 1200, "12,00-": -1200, "- 5": -500,
		"1.234,5": 123450, "EUR 3": 300, "7 euros": 700, "−2,10": -210, ",5": 50, "1'000": 100000, "0,0000": 0} {
		if got, err := Amount(text, ",", "EUR"); err != nil || got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "-", "€", ",", "1,", "1,2,3", "12 34", "1.2345,6", "1 234.567,8", "--5", "-5-",
		"1e3", "0x1", "12,345", "1,2 €€", "99999999999999,00", "½"} {
		if got, err := Amount(text, ",", "EUR"); fault.CodeOf(err) != fault.Invalid || got != 0 {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
}

// TestEveryDayIsReadInEveryLayout writes days of a century in each layout, with and without a time.
func TestEveryDayIsReadInEveryLayout(t *testing.T) {
	for _, layout := range Layouts() {
		for day := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2068; day = day.AddDate(0, 0, 17) {
			for _, behind := range []string{"", " 10:11", "T10:11:12", " 10:11:12", "T10:11:12+02:00"} {
				if got, err := Day(day.Format(layout)+behind, layout); err != nil || got != day.Format(time.DateOnly) {
					t.Fatalf("%s%s in %s: %q, %v", day.Format(layout), behind, layout, got, err)
				}
			}
		}
	}
	for _, text := range []string{"", "31/02/2026", "1/2/2026", "01/02/2026x", "01/02/2026 25:00", "01/02/1969", "01-02-2026"} {
		if got, err := Day(text, "02/01/2006"); err == nil || got != "" {
			t.Errorf("%q is %q", text, got)
		}
	}
}

func TestGuessesLayoutsAndMarks(t *testing.T) {
	for want, values := range map[string][]string{"02/01/2006": {"01/02/2026", "", "13/02/2026"},
		"01/02/2006": {"01/02/2026", "02/13/2026"}, "20060102": {"20260131"}, "": {"", ""}} {
		if got := LayoutOf(values); got != want {
			t.Errorf("%q: %s", values, got)
		}
	}
	for _, c := range []struct {
		want   string
		values []string
	}{{",", []string{"1,50", "1 000"}}, {".", []string{"1.50"}}, {".", []string{"1,000.50", "3"}}, {".", []string{"1", "2"}},
		{",", []string{"1.000,50"}}, {"", []string{"1,5", "1.5"}}, {"", nil}, {"", []string{"x"}}} {
		if got := DecimalOf(c.values, "EUR"); got != c.want {
			t.Errorf("%q: %q, want %q", c.values, got, c.want)
		}
	}
}

func TestFold(t *testing.T) {
	for name, want := range map[string]string{"Date d’opération": "date d operation", " Montant (EUROS) ": "montant euros",
		"Débit euros": "debit euros", "Cœur_à-cœur": "coeur a coeur", "De\u0301bit": "debit", "Ωm": "ωm"} {
		if got := Fold(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

// TestBothEncodingsSayTheSame wants all that Windows-1252 can write to be read as it was meant.
func TestBothEncodingsSayTheSame(t *testing.T) {
	var file []byte
	for b := 0x20; b < 0x100; b++ {
		if bytes.IndexByte([]byte("\x81\x8d\x8f\x90\x9d"), byte(b)) < 0 && b != '"' && b != ';' {
			file = append(file, byte(b))
		}
	}
	text, err := fromWindows(file)
	if err != nil || len([]rune(text)) != len(file) || !strings.Contains(text, "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ") ||
		!strings.HasSuffix(text, "ûüýþÿ") {
		t.Errorf("%q %v", text, err)
	}
	for _, b := range []byte{0x81, 0x8d, 0x8f, 0x90, 0x9d} {
		_, err := Open([]byte{'a', ';', 'b', '\n', b, ';', 'c'}, Shape{Windows1252, ";", nil, 2})
		if !strings.HasPrefix(fault.PublicOf(err), "line 2: The byte ") {
			t.Errorf("%X: %v", b, err)
		}
	}
}

func TestOpensWhatFits(t *testing.T) {
	shape := Shape{UTF8, ";", []string{"a", "b"}, 2}
	table, err := Open([]byte("\ufefftitle\n\na;b;\n\n1;\"x\ny\"\n;;\n2;z;;\n"), shape)
	want := &Table{Above: []Row{{1, []string{"title"}}}, Names: shape.Names,
		Rows: []Row{{5, []string{"1", "x y"}}, {8, []string{"2", "z"}}}}
	if err != nil || !cmp.Equal(table, want) {
		t.Error(err, cmp.Diff(want, table))
	}
	many := strings.Repeat("1;2\n", MaxRows+1)
	for name, file := range map[string]string{
		"empty": "", "blank": "\n;;\n", "no header": "1;2\n", "UTF-16": "\xff\xfea\x00", "zero": "a;b\n\x00;1",
		"long cell": "a;b\n1;" + strings.Repeat("x", MaxCell+1), "many": "a;b\n" + many,
		"wide": "a;b\n" + strings.Repeat(";", MaxColumns+1), "header too late": strings.Repeat("x\n", 61) + "a;b\n",
		"long": strings.Repeat("x", MaxBytes+1), "short": "a;b\n1\n", "not UTF-8": "a;b\n\xff;1",
	} {
		if table, err := Open([]byte(file), shape); fault.CodeOf(err) != fault.Invalid || table != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLooksForTheSeparatorAndTheHeader(t *testing.T) {
	known := func(name string) bool { return name == "date" || name == "montant" || name == "nom" }
	for name, c := range map[string]struct {
		file      string
		separator string
		names     []string
		rows      int
	}{
		"semicolons with decimal commas": {"Date;Montant\n1,5;2,5\n3,5;4,5\n", ";", []string{"Date", "Montant"}, 2},
		"tabs":                           {"Nom\tMontant\nx\t1,0\n", "\t", []string{"Nom", "Montant"}, 1},
		"title above":                    {"Mon compte, 2026\nDate,Montant\nx,1\n", ",", []string{"Date", "Montant"}, 1},
		"no header":                      {"a|b|c\nd|e|f\n", "|", nil, 2},
		"one column":                     {"a\nb\n", ";", nil, 2},
	} {
		shape, table, err := Look([]byte(c.file), known)
		if err != nil || shape.Separator != c.separator || !cmp.Equal(shape.Names, c.names) || len(table.Rows) != c.rows {
			t.Errorf("%s: %+v %v", name, shape, err)
		}
	}
}

// FuzzLook wants every file refused as its own fault, or opened again in the shape that was found with
// the same result.
func FuzzLook(f *testing.F) {
	for _, seed := range []string{"Date;Montant\n1;2\n", "a,b\n\"1\n2\",3\n", "x\ty\n", "\xe9;\x80\n", "\ufeffa|b"} {
		f.Add([]byte(seed))
	}
	known := func(name string) bool { return len(name) > 3 }
	f.Fuzz(func(t *testing.T, file []byte) {
		shape, table, err := Look(file, known)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		again, err := Open(file, shape)
		if err != nil || !cmp.Equal(table, again) {
			t.Fatal(err, cmp.Diff(table, again))
		}
		for _, row := range table.Rows {
			if len(row.Cells) != shape.Columns || bytes.ContainsAny([]byte(strings.Join(row.Cells, "")), "\r\n\x1b") {
				t.Fatalf("%q", row.Cells)
			}
		}
	})
}

// FuzzAmount holds what is read as an amount against the digits that were written.
func FuzzAmount(f *testing.F) {
	f.Add("1 234,56 €", ",")
	f.Add("-1,000.5", ".")
	f.Fuzz(func(t *testing.T, text, mark string) {
		got, err := Amount(text, mark, "EUR")
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid || got != 0 {
				t.Fatal(got, err)
			}
			return
		}
		digits := func(s string) string {
			return strings.Trim(strings.Map(func(r rune) rune {
				if r < '0' || r > '9' {
					return -1
				}
				return r
			}, s), "0")
		}
		if digits(text) != digits(money.Amount{Minor: got, Unit: "EUR"}.String()) {
			t.Fatalf("%q is %d", text, got)
		}
	})
}
