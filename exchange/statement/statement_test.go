// SPDX-License-Identifier: AGPL-3.0-or-later

package statement_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"ecot/exchange/statement"
	"ecot/money"
)

// draw makes a statement of few different lines, so that many say the same.
func draw(r *rand.Rand) statement.Statement {
	s := statement.Statement{Account: "FR7230006000011234567890A89", Currency: "EUR", ID: "7"}
	for range r.IntN(12) {
		l := statement.Line{Booked: fmt.Sprintf("2026-01-0%d", 1+r.IntN(2)), Amount: 1 + r.Int64N(2),
			Currency: "EUR", Text: []string{"", "don"}[r.IntN(2)]}
		switch r.IntN(4) {
		case 0:
			l.EntryReference = fmt.Sprint("B", r.IntN(3))
		case 1:
			l.BankReference = fmt.Sprint("T", r.IntN(3))
		case 2:
			l.EntryReference, l.Part, l.Total = "B9", true, 7
			l.EndToEnd = fmt.Sprint("e", r.IntN(2))
		}
		s.Lines = append(s.Lines, l)
	}
	s.Seal()
	return s
}

// TestKeysAreOneToALineAndStay holds the invariant of the package over statements that say the same
// thing often.
func TestKeysAreOneToALineAndStay(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	for range 2000 {
		s := draw(r)
		again := s
		again.Lines = slices.Clone(s.Lines)
		again.Seal()
		met := map[string]bool{}
		for i, l := range s.Lines {
			if l.Key == "" || l.Entry == "" || met[l.Key] {
				t.Fatalf("%q is empty or met twice in %+v", l.Key, s.Lines)
			}
			met[l.Key] = true
			if again.Lines[i].Key != l.Key {
				t.Fatalf("sealed again, %+v is %s", l, again.Lines[i].Key)
			}
		}
	}
}

// TestALongerExportKeepsTheKeys wants a line that comes again in an export of more days to be known,
// in statements without a name such as those of CSV.
func TestALongerExportKeepsTheKeys(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	for range 500 {
		first, second := draw(r), draw(r)
		for i := range second.Lines {
			second.Lines[i].Booked = "2026-02-01"
		}
		long := first
		long.Lines = append(slices.Clone(first.Lines), second.Lines...)
		first.ID, long.ID = "", ""
		first.Seal()
		long.Seal()
		for i, l := range first.Lines {
			if long.Lines[i].Key != l.Key {
				t.Fatalf("line %d has another key: %+v", i, l)
			}
		}
	}
}

// firmLine is a line with the bank's own reference, as camt.053 gives it.
func firmLine() statement.Line {
	return statement.Line{Booked: "2026-01-02", Amount: 1200, Currency: "EUR", EntryReference: "A1",
		Counterparty: "Ada", Text: "don", Value: "2026-01-03"}
}

// one seals a statement of one line and gives it back.
func one(s statement.Statement, l statement.Line) statement.Line {
	s.Account, s.Currency, s.Lines = "FR72 3000 6000 0112 3456 7890 A89", "EUR", []statement.Line{l}
	s.Seal()
	return s.Lines[0]
}

func TestTheBanksReferenceIsTheKeyInEveryExport(t *testing.T) {
	want := one(statement.Statement{ID: "7"}, firmLine())
	if !want.Firm {
		t.Fatal("a line with the bank's reference is not firm")
	}
	short := firmLine()
	short.Counterparty, short.Text, short.Value, short.Place = "", "VIR ADA", "", "3"
	for name, l := range map[string]statement.Line{
		"another export":      one(statement.Statement{ID: "8", Notice: true}, short),
		"reference elsewhere": one(statement.Statement{}, func(l statement.Line) statement.Line { l.EntryReference, l.BankReference = "", "A1"; return l }(firmLine())),
	} {
		if l.Key != want.Key || l.Entry != want.Entry {
			t.Errorf("%s: %s, want %s", name, l.Key, want.Key)
		}
	}
	for name, change := range map[string]func(*statement.Line){
		"reference": func(l *statement.Line) { l.EntryReference = "A2" },
		"day":       func(l *statement.Line) { l.Booked = "2026-01-03" },
		"amount":    func(l *statement.Line) { l.Amount = 1201 },
		"sign":      func(l *statement.Line) { l.Amount = -1200 },
		"currency":  func(l *statement.Line) { l.Currency = "CHF" },
		"pending":   func(l *statement.Line) { l.Unbooked = true },
		"none":      func(l *statement.Line) { l.EntryReference = "" },
		"counted":   func(l *statement.Line) { l.EntryReference, l.Place = "", "A1" },
		"part":      func(l *statement.Line) { l.Part, l.Total = true, 1200 },
	} {
		l := firmLine()
		change(&l)
		if got := one(statement.Statement{ID: "7"}, l); got.Key == want.Key {
			t.Errorf("another %s has the same key", name)
		}
	}
}

// TestTheWholeOfABatchIsKnownByItsParts wants a batch that one export gives whole and another in
// parts to share the key of its entry.
func TestTheWholeOfABatchIsKnownByItsParts(t *testing.T) {
	whole := one(statement.Statement{ID: "7"}, firmLine())
	part := firmLine()
	part.Amount, part.Total, part.Part, part.EndToEnd = 700, 1200, true, "e1"
	got := one(statement.Statement{ID: "8"}, part)
	if got.Entry != whole.Entry || got.Key == whole.Key || !got.Firm {
		t.Errorf("%+v beside %+v", got, whole)
	}
}

func TestWhatALineIs(t *testing.T) {
	for name, c := range map[string]struct {
		line            statement.Line
		undoes, charged bool
		fees            int64
	}{
		"gift":     {statement.Line{Code: statement.Code{Domain: "PMNT", Family: "RCDT", SubFamily: "ESCT"}}, false, false, 0},
		"return":   {statement.Line{ReturnReason: "AM04"}, true, false, 0},
		"reversal": {statement.Line{Reversal: true}, true, false, 0},
		"unpaid":   {statement.Line{Code: statement.Code{Domain: "PMNT", Family: "RDDT", SubFamily: "UPDD"}}, true, false, 0},
		"charges":  {statement.Line{Code: statement.Code{SubFamily: "CHRG"}}, false, true, 0},
		"netted": {statement.Line{Amount: 1157, Currency: "EUR", Charges: []statement.Charge{
			{Amount: -43, Currency: "EUR", Included: true}, {Amount: -10, Currency: "EUR"},
			{Amount: -50, Currency: "USD", Included: true}}}, false, false, -43},
	} {
		if c.line.Undoes() != c.undoes || c.line.Charged() != c.charged || c.line.Fees() != c.fees {
			t.Errorf("%s: undoes %t, charged %t, fees %d", name, c.line.Undoes(), c.line.Charged(), c.line.Fees())
		}
	}
}

func TestSum(t *testing.T) {
	line := func(minor int64, unit money.Unit) statement.Line {
		return statement.Line{Amount: minor, Currency: unit}
	}
	for name, c := range map[string]struct {
		lines []statement.Line
		sum   int64
		whole bool
	}{
		"none":     {nil, 0, true},
		"two":      {[]statement.Line{line(5, "EUR"), line(-7, "EUR")}, -2, true},
		"pending":  {[]statement.Line{line(5, "EUR"), {Amount: 9, Currency: "EUR", Unbooked: true}}, 5, true},
		"another":  {[]statement.Line{line(5, "EUR"), line(7, "CHF")}, 5, false},
		"too much": {[]statement.Line{line(money.Max, "EUR"), line(1, "EUR")}, money.Max, false},
	} {
		if sum, whole := (statement.Statement{Currency: "EUR", Lines: c.lines}).Sum(); sum != c.sum || whole != c.whole {
			t.Errorf("%s: %d %t", name, sum, whole)
		}
	}
}
