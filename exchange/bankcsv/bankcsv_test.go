// SPDX-License-Identifier: AGPL-3.0-or-later

package bankcsv

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ecot/exchange/grid"
	"ecot/exchange/statement"
	"ecot/fault"
	"ecot/money"
)

// sample reads a fixture: an invented export, in the manner of one kind of bank.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// windows writes a text in Windows-1252, as far as the fixtures need it.
func windows(t *testing.T, file []byte) []byte {
	t.Helper()
	var out []byte
	for _, r := range string(file) {
		switch {
		case r == '€':
			out = append(out, 0x80)
		case r < 0x100:
			out = append(out, byte(r))
		default:
			t.Fatalf("%q is not in this table", r)
		}
	}
	return out
}

// guessed reads a file by what is guessed, for an account that is given where the file has none.
func guessed(t *testing.T, file []byte) (Proposal, []statement.Statement) {
	t.Helper()
	p, err := Guess(file)
	if err != nil {
		t.Fatal(err)
	}
	if p.Mapping.Account == "" {
		p.Mapping.Account = "FR7230006000011234567890A89"
	}
	if p.Mapping.Currency == "" && slices.Contains(p.Missing, Currency) {
		p.Mapping.Currency = money.Euro
	}
	statements, err := Read(file, p.Mapping)
	if err != nil {
		t.Fatal(err)
	}
	return p, statements
}

// TestFourBanksSayTheSame reads the same month as four banks would write it, in each encoding and
// with each line end.
func TestFourBanksSayTheSame(t *testing.T) {
	for name, want := range map[string]struct {
		account, second string
		opened          bool
		roles           []Role
	}{
		"preamble.csv": {"12345678901", "PRELEVEMENT HEBERGEUR EXEMPLE", false, []Role{Booked, Text, Debit, Credit}},
		"postal.csv":   {"0123456A789", "PRELEVEMENT HEBERGEUR EXEMPLE", false, []Role{Booked, Text, Amount, Passed}},
		"balanced.csv": {"FR7230006000011234567890A89", "PRLV SEPA HEBERGEUR EXEMPLE", true,
			[]Role{Booked, Value, Debit, Credit, Text, Balance}},
		"online.csv": {"FR7230006000011234567890A89", "Facture 77, janvier", true, []Role{Status, Value, Booked, Debit,
			Credit, Balance, Currency, Counterparty, IBAN, Text, BankReference, Kind}},
	} {
		plain := sample(t, name)
		for how, file := range map[string][]byte{"UTF-8": plain, "mark": append([]byte("\ufeff"), plain...),
			"Windows": windows(t, plain), "CRLF": bytes.ReplaceAll(plain, []byte("\n"), []byte("\r\n"))} {
			p, statements := guessed(t, file)
			if !slices.Equal(p.Mapping.Roles, want.roles) {
				t.Errorf("%s in %s: %q", name, how, p.Mapping.Roles)
			}
			if len(statements) != 1 {
				t.Fatalf("%s in %s: %d statements", name, how, len(statements))
			}
			s := statements[0]
			var amounts []int64
			var days []string
			for _, l := range s.Lines {
				if !l.Unbooked {
					amounts, days = append(amounts, l.Amount), append(days, l.Booked)
				}
			}
			sum, whole := s.Sum()
			if !cmp.Equal(amounts, []int64{130000, -4943, 1200}) || sum != 126257 || !whole ||
				!cmp.Equal(days, []string{"2026-01-02", "2026-01-30", "2026-01-31"}) ||
				s.Account != want.account || s.Currency != "EUR" || s.From != "2026-01-02" || s.To != "2026-01-31" {
				t.Errorf("%s in %s: %+v", name, how, s)
			}
			if *s.Closing != 126257 || (s.Opening != nil) != want.opened || s.Warnings != nil {
				t.Errorf("%s in %s: closing %d, opening %v, %q", name, how, *s.Closing, s.Opening, s.Warnings)
			}
			if got := s.Lines[len(s.Lines)-2].Text; got != want.second ||
				!strings.Contains(strings.ReplaceAll(s.Lines[len(s.Lines)-1].Text, " ", ""), "RF18539007547034") {
				t.Errorf("%s in %s: %q", name, how, got)
			}
		}
	}
}

func TestReadsWhatTheOnlineBankSays(t *testing.T) {
	_, statements := guessed(t, sample(t, "online.csv"))
	l := statements[0].Lines[3]
	want := statement.Line{Key: l.Key, Entry: l.Entry, Firm: true, Total: 1200, Booked: "2026-01-31",
		Value: "2026-01-31", Amount: 1200, Currency: "EUR", Counterparty: "Ada Lovelace",
		IBAN: "FR7630001007941234567890185", Text: "RF18539007547034", BankReference: "ex-0001-3",
		Code: statement.Code{Proprietary: "Virement"}}
	if !cmp.Equal(l, want) {
		t.Error(cmp.Diff(want, l))
	}
	if refused := statements[0].Lines[1]; !refused.Unbooked || len(refused.Warnings) != 1 {
		t.Errorf("a refused payment is booked: %+v", refused)
	}
}

// TestOverlappingExportsKeepTheirKeys cuts a table of equal lines at every day, in both directions of
// time.
func TestOverlappingExportsKeepTheirKeys(t *testing.T) {
	header := "Date;Libellé;Montant\n"
	var rows []string
	for day := 1; day <= 5; day++ {
		for range day {
			rows = append(rows, fmt.Sprintf("%02d/01/2026;don;5,00\n", day))
		}
	}
	read := func(rows []string) map[string]bool {
		_, statements := guessed(t, []byte(header+strings.Join(rows, "")))
		keys := map[string]bool{}
		for _, s := range statements {
			for _, l := range s.Lines {
				keys[l.Key] = true
			}
		}
		return keys
	}
	all := read(rows)
	if len(all) != len(rows) {
		t.Fatalf("%d keys for %d lines", len(all), len(rows))
	}
	for cut := 1; cut < len(rows); cut++ {
		short := slices.Clone(rows[:cut])
		slices.Reverse(short)
		for key := range read(short) {
			if !all[key] {
				t.Fatalf("cut at %d, a line has another key", cut)
			}
		}
	}
}

func TestABalanceThatDoesNotFollowIsWarnedOf(t *testing.T) {
	file := bytes.Replace(sample(t, "balanced.csv"), []byte("30/01/2026;30/01/2026;-49,43;;PRLV SEPA HEBERGEUR EXEMPLE;1250,57\n"), nil, 1)
	_, statements := guessed(t, file)
	if s := statements[0]; len(s.Warnings) != 1 || !strings.HasPrefix(s.Warnings[0], "line 3: The balance 1262.57 does not follow") {
		t.Errorf("%q", s.Warnings)
	}
}

func TestAMappingSurvivesAndRefusesOtherColumns(t *testing.T) {
	p, want := guessed(t, sample(t, "preamble.csv"))
	kept, err := json.Marshal(p.Mapping)
	if err != nil {
		t.Fatal(err)
	}
	var again Mapping
	if err := json.Unmarshal(kept, &again); err != nil || !cmp.Equal(again, p.Mapping) {
		t.Fatal(err, cmp.Diff(p.Mapping, again))
	}
	longer := append([]byte("Une ligne de plus\n"), sample(t, "preamble.csv")...)
	got, err := Read(longer, again)
	if err != nil || !cmp.Equal(got, want) {
		t.Error(err, cmp.Diff(want, got))
	}
	other := bytes.Replace(longer, []byte("Débit euros;Crédit euros"), []byte("Crédit euros;Débit euros"), 1)
	if _, err := Read(other, again); fault.CodeOf(err) != fault.Invalid || !strings.Contains(fault.PublicOf(err), "other columns") {
		t.Error(err)
	}
}

// TestRefusesWithLineAndColumn wants each refusal to say where.
func TestRefusesWithLineAndColumn(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"day":          {"30/01/2026;30", "30/02/2026;30", "line 3, column 1 “Date d'opération”: \"30/02/2026\" is not a day"},
		"no day":       {"30/01/2026;30", ";30", "line 3, column 1"},
		"value day":    {";30/01/2026;", ";soon;", "line 3, column 2 “Date de valeur”: "},
		"amount":       {"-49,43", "-49,4x", "line 3, column 3 “Débit”: \"-49,4x\" is not an amount"},
		"finer":        {"-49,43", "-49,431", "line 3, column 3 “Débit”: The digits \"1\" are finer"},
		"grouped":      {"1300,00;VIR", "1 3000,00;VIR", "line 2, column 4"},
		"both":         {"-49,43;;", "-49,43;1,00;", "line 3, column 4 “Crédit”: There is a debit and a credit at once."},
		"neither":      {"-49,43;;", ";;", "line 3, column 4 “Crédit”: There is neither"},
		"negative":     {";1300,00;VIR", ";-1300,00;VIR", "line 2, column 4 “Crédit”: A credit is not negative."},
		"balance":      {";1250,57", ";", "line 3, column 6 “Solde”: "},
		"cut":          {"EXEMPLE;1250,57\n", "EXEMPLE\n", "line 3: The record has 5 values and the table 6 columns"},
		"one more":     {"EXEMPLE;1250,57", "EXEMPLE;x;1250,57", "line 3: The record has 7 values"},
		"quote":        {"PRLV SEPA", "PRLV \"SEPA", "line 3: A quote stands"},
		"never closed": {"PRLV SEPA", "\"PRLV SEPA", "line "},
		"zero byte":    {"PRLV", "\x00PRLV", "line 3: This is not text"},
		"bytes":        {"PRLV", "\xffPRLV", "line 3: This is not text in UTF-8."},
	} {
		file := sample(t, "balanced.csv")
		p, _ := guessed(t, file)
		if !bytes.Contains(file, []byte(c.old)) {
			t.Fatalf("%s: %q is not in the file", name, c.old)
		}
		statements, err := Read(bytes.Replace(file, []byte(c.old), []byte(c.new), 1), p.Mapping)
		if fault.CodeOf(err) != fault.Invalid || !strings.HasPrefix(fault.PublicOf(err), c.want) || statements != nil {
			t.Errorf("%s: %v\nwant %s", name, err, c.want)
		}
	}
}

func TestRefusesAMappingThatCannotBe(t *testing.T) {
	file := sample(t, "balanced.csv")
	good, _ := guessed(t, file)
	for name, change := range map[string]func(*Mapping){
		"no day":       func(m *Mapping) { m.Roles[0] = Passed },
		"half amount":  func(m *Mapping) { m.Roles[2] = Passed },
		"two amounts":  func(m *Mapping) { m.Roles[4] = Amount },
		"twice":        func(m *Mapping) { m.Roles[1] = Booked },
		"no such role": func(m *Mapping) { m.Roles[1] = "colour" },
		"too few":      func(m *Mapping) { m.Roles = m.Roles[:3] },
		"no account":   func(m *Mapping) { m.Account = "" },
		"no currency":  func(m *Mapping) { m.Currency = "" },
		"hours":        func(m *Mapping) { m.Currency = money.Hours },
		"mark":         func(m *Mapping) { m.Decimal = ";" },
		"layout":       func(m *Mapping) { m.Date = "2 January 2006" },
		"separator":    func(m *Mapping) { m.Shape.Separator = "x" },
		"encoding":     func(m *Mapping) { m.Shape.Encoding = "ebcdic" },
		"columns":      func(m *Mapping) { m.Shape.Columns = -1 },
	} {
		m := good.Mapping
		m.Roles = slices.Clone(m.Roles)
		change(&m)
		if _, err := Read(file, m); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSaysWhatIsMissing(t *testing.T) {
	p, err := Guess([]byte("02/01/2026;12,00;don de Ada\n03/01/2026;-5,00;frais\n"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Missing, []Role{Currency, Account}) || !slices.Equal(p.Mapping.Roles, []Role{Booked, Amount, Text}) ||
		p.Reasons[0].Why != ByValues || len(p.Mapping.Shape.Names) != 0 || len(p.Sample) != 2 {
		t.Errorf("%+v", p)
	}
	p.Mapping.Account, p.Mapping.Currency = "x", "EUR"
	statements, err := Read([]byte("02/01/2026;12,00;don de Ada\n03/01/2026;-5,00;frais\n"), p.Mapping)
	if err != nil || len(statements[0].Lines) != 2 || statements[0].Lines[1].Amount != -500 {
		t.Error(statements, err)
	}
}

func TestAccountsAndCurrenciesApart(t *testing.T) {
	file := []byte("Compte;Date;Montant;Devise;Libellé\nA;2026-01-02;1,00;EUR;x\nB;2026-01-02;2;eur;x\nA;2026-01-03;3;CHF;x\n" +
		"A;2026-01-04;4;€;x\n")
	_, statements := guessed(t, file)
	var got []string
	for _, s := range statements {
		sum, whole := s.Sum()
		got = append(got, fmt.Sprintf("%s %s %d %t", s.Account, s.Currency, sum, whole))
	}
	if want := []string{"A EUR 500 true", "B EUR 200 true", "A CHF 300 true"}; !cmp.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// FuzzGuessAndRead wants whatever file refused as its own fault, or read so that each record is a line.
func FuzzGuessAndRead(f *testing.F) {
	for _, name := range []string{"preamble.csv", "postal.csv", "balanced.csv", "online.csv"} {
		f.Add(sample(f, name))
	}
	f.Add([]byte("Date;Montant\n02/01/2026;1\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := Guess(file)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		if len(p.Mapping.Roles) != p.Mapping.Shape.Columns {
			t.Fatalf("%+v", p)
		}
		p.Mapping.Account = "x"
		if p.Mapping.Currency == "" {
			p.Mapping.Currency = "EUR"
		}
		statements, err := Read(file, p.Mapping)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid || statements != nil {
				t.Fatal(err)
			}
			return
		}
		table, err := grid.Open(file, p.Mapping.Shape)
		if err != nil {
			t.Fatal(err)
		}
		lines, keys := 0, map[string]bool{}
		for _, s := range statements {
			lines += len(s.Lines)
			for _, l := range s.Lines {
				if l.Amount > money.Max || l.Amount < -money.Max || l.Booked == "" || keys[l.Key] {
					t.Fatalf("%+v", l)
				}
				keys[l.Key] = true
			}
		}
		if lines != len(table.Rows) {
			t.Fatalf("%d lines of %d records", lines, len(table.Rows))
		}
	})
}
