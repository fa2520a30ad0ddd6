// SPDX-License-Identifier: AGPL-3.0-or-later

package matching

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ecot/exchange/statement"
)

// fund is a small fund's working papers. Everybody in it is invented.
func fund(t testing.TB) Candidates {
	return Candidates{
		Promises: []Promise{
			{ID: "ada", Reference: made(t, "ADA1"), Amount: 1200, Unit: "EUR", Names: []string{"Ada Lovelace"},
				IBANs: []string{"FR76 3000 1007 9412 3456 7890 185"}, Due: []string{"2026-01-05", "2026-02-05"}},
			{ID: "jean", Reference: made(t, "JEAN1"), Amount: 1500, Unit: "EUR", Names: []string{"Jean Dupont"}, Due: []string{"2026-01-05"}},
			{ID: "jeanne", Reference: made(t, "JEANNE1"), Amount: 1500, Unit: "EUR", Names: []string{"Jeanne Duval"}, Due: []string{"2026-01-20"}},
			{ID: "open", Reference: made(t, "OPEN1"), Unit: "EUR", Names: []string{"Atelier Exemple"}},
			{ID: "twice-month", Reference: made(t, "TWICE1"), Amount: 1000, Unit: "EUR"},
			{ID: "twice-year", Reference: made(t, "TWICE1"), Amount: 5000, Unit: "EUR"},
			{ID: "debit", Reference: made(t, "DEBIT1"), EndToEnd: "DD-2026-01-7", Amount: 3000, Unit: "EUR"},
		},
		Payouts: []Payout{{ID: "po1", Trace: "ST-X7Y8", Names: []string{"Stripe"}, Amount: 98765, Unit: "EUR", Due: "2026-01-05"},
			{ID: "po2", Names: []string{"Stripe"}, Amount: -2000, Unit: "EUR", Due: "2026-01-06"}},
		Payments: []Payment{
			{ID: "pay1", EndToEnd: "ECOT-1", Batch: "LOT-1", Amount: 120000, Unit: "EUR", Name: "Basile Exemple", IBAN: "FR7611111111111111111111111", Sent: "2026-01-02"},
			{ID: "pay2", EndToEnd: "ECOT-2", Batch: "LOT-1", Amount: 4943, Unit: "EUR", Name: "Hébergeur Exemple", IBAN: "FR7622222222222222222222222", Sent: "2026-01-02"}},
		Gifts: []Gift{
			{ID: "gift1", EndToEnd: "DD-2025-12-7", Amount: 3000, Unit: "EUR", Names: []string{"Paul Leurre"}, IBAN: "FR7633333333333333333333333", Booked: "2025-12-05"},
			{ID: "gift2", EndToEnd: "DD-2025-12-8", Amount: 3000, Unit: "EUR", Names: []string{"Luce Autre"}, Booked: "2025-12-05"}},
	}
}

// say writes what is suggested, in short.
func say(all []Suggestion) string {
	var said []string
	for _, s := range all {
		var codes []string
		for _, r := range s.Reasons {
			code := string(r.Code)
			if r.Number != 0 && r.Code != SameAmount && r.Code != SimilarName && r.Code != NameInText {
				code += fmt.Sprintf("%+d", r.Number)
			}
			codes = append(codes, code)
		}
		said = append(said, fmt.Sprintf("%s %s %s (%s)", s.Class, s.Kind, strings.Join(s.IDs, "+"), strings.Join(codes, " ")))
	}
	return strings.Join(said, "; ")
}

// story is one line of the bank and what is to be said of it.
type story struct {
	line statement.Line
	want string
}

func TestStories(t *testing.T) {
	in := func(change func(*statement.Line)) statement.Line {
		l := statement.Line{Booked: "2026-01-06", Amount: 1200, Currency: "EUR"}
		change(&l)
		return l
	}
	for name, c := range map[string]story{
		"known reference": {in(func(l *statement.Line) { l.Reference = made(t, "ADA1") }),
			"certain promise ada (reference amount days+1)"},
		"known reference in the text, another amount": {in(func(l *statement.Line) { l.Text, l.Amount = "don "+made(t, "ADA1"), 2000 }),
			"certain promise ada (reference other_amount+800 days+1)"},
		"any amount": {in(func(l *statement.Line) { l.Reference, l.Amount = made(t, "OPEN1"), 300001 }),
			"certain promise open (reference any_amount)"},
		"reference of two promises, amount of one": {in(func(l *statement.Line) { l.Reference, l.Amount = made(t, "TWICE1"), 5000 }),
			"certain promise twice-year (reference amount); likely promise twice-month (reference other_amount+4000 several+1)"},
		"reference of two promises, amount of none": {in(func(l *statement.Line) { l.Reference, l.Amount = made(t, "TWICE1"), 7000 }),
			"likely promise twice-month (reference other_amount+6000 several+1); likely promise twice-year (reference other_amount+2000 several+1)"},
		"pending": {in(func(l *statement.Line) { l.Reference, l.Unbooked = made(t, "ADA1"), true }),
			"likely promise ada (reference amount days+1 not_booked)"},
		"two promises of one amount": {in(func(l *statement.Line) { l.Amount = 1500 }),
			"possible promise jean (amount days+1 several+1); possible promise jeanne (amount days-14 several+1)"},
		"two promises, one name": {in(func(l *statement.Line) { l.Amount, l.Counterparty = 1500, "M. DUPONT JEAN" }),
			"likely promise jean (amount name days+1); possible promise jeanne (amount days-14)"},
		"account of an earlier gift": {in(func(l *statement.Line) { l.Amount, l.IBAN = 3500, "FR7630001007941234567890185" }),
			"possible promise ada (account other_amount+2300 days+1)"},
		"name in the text of a CSV": {in(func(l *statement.Line) { l.Text = "VIREMENT EN VOTRE FAVEUR MME LOVELACE ADA" }),
			"likely promise ada (amount name_in_text days+1)"},
		"direct debit": {in(func(l *statement.Line) { l.Amount, l.EndToEnd = 3000, "DD-2026-01-7" }),
			"likely promise debit (end_to_end amount)"},
		"one line for many": {in(func(l *statement.Line) { l.Amount, l.Transactions = 1500, 4 }),
			"possible promise jean (amount days+1 whole_batch+4 several+1); possible promise jeanne (amount days-14 whole_batch+4 several+1)"},
		"payout": {in(func(l *statement.Line) { l.Amount, l.Counterparty = 98765, "STRIPE PAYMENTS EUROPE LTD" }),
			"likely payout po1 (amount name_in_text days+1)"},
		"payout by its trace": {in(func(l *statement.Line) { l.Amount, l.Text = 98765, "VIR ST-X7Y8" }),
			"likely payout po1 (trace amount days+1)"},
		"the provider takes": {in(func(l *statement.Line) { l.Amount, l.Text = -2000, "PRLV STRIPE" }),
			"likely payout po2 (amount name_in_text days)"},
		"payment": {in(func(l *statement.Line) {
			l.Amount, l.EndToEnd, l.IBAN = -120000, "ECOT-1", "FR7611111111111111111111111"
		}),
			"likely payment pay1 (end_to_end account amount days+4)"},
		"payments as one line": {in(func(l *statement.Line) { l.Amount, l.Batch, l.Transactions = -124943, "LOT-1", 2 }),
			"likely payment_batch pay1+pay2 (batch amount days+4)"},
		"payment comes back": {in(func(l *statement.Line) {
			l.Amount, l.EndToEnd, l.Returns, l.ReturnReason = 4943, "ECOT-2", "ECOT-2", "AC04"
		}),
			"likely payment_return pay2 (end_to_end amount days+4 comes_back)"},
		"direct debit comes back": {in(func(l *statement.Line) { l.Amount, l.Returns, l.ReturnReason = -3000, "DD-2025-12-7", "AM04" }),
			"likely gift_return gift1 (end_to_end amount days+32 comes_back); possible gift_return gift2 (amount days+32 comes_back)"},
		"with the fee in it": {in(func(l *statement.Line) {
			l.Amount, l.Returns, l.ReturnReason = -3240, "DD-2025-12-7", "AM04"
			l.Charges = []statement.Charge{{Amount: -240, Currency: "EUR", Included: true}}
		}), "likely gift_return gift1 (end_to_end amount days+32 comes_back); possible gift_return gift2 (amount days+32 comes_back)"},
		"comes back in words": {in(func(l *statement.Line) { l.Amount, l.Text = -3000, "REJET PRLV SEPA LEURRE PAUL" }),
			"likely gift_return gift1 (amount name_in_text days+32 words); possible gift_return gift2 (amount days+32 words)"},
		"fee of a return": {in(func(l *statement.Line) { l.Amount, l.Text = -240, "FRAIS REJET PRLV LEURRE PAUL" }),
			"possible charge  (words)"},
		"charge":             {in(func(l *statement.Line) { l.Amount, l.Code.SubFamily = -490, "CHRG" }), "likely charge  (bank_code)"},
		"unknown":            {in(func(l *statement.Line) { l.Amount = 77 }), ""},
		"another currency":   {in(func(l *statement.Line) { l.Currency, l.Reference = "CHF", made(t, "ADA1") }), ""},
		"a gift's money out": {in(func(l *statement.Line) { l.Amount, l.Reference = -1200, made(t, "ADA1") }), ""},
		"nothing":            {in(func(l *statement.Line) { l.Amount, l.Reference = 0, made(t, "ADA1") }), ""},
	} {
		if got := say(NewBook(fund(t)).Suggest(c.line)); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

// TestManyCandidatesStaySwift wants a line looked up, not compared with everybody: the same few are
// compared however many there are.
func TestManyCandidatesStaySwift(t *testing.T) {
	all := crowdOf(t, 3000)
	book := NewBook(all)
	l := statement.Line{Booked: "2026-01-06", Amount: 1000, Currency: "EUR", Reference: all.Promises[2999].Reference,
		Counterparty: "Jean Dupont"}
	if reached := book.reach(look(l)); len(reached) > 1+2*crowd {
		t.Errorf("%d candidates are compared", len(reached))
	}
	got := book.Suggest(l)
	if len(got) == 0 || got[0].Class != Certain || !slices.Equal(got[0].IDs, []string{"p2999"}) {
		t.Errorf("%s", say(got))
	}
}

// crowdOf draws as many promises, all of one amount and one name.
func crowdOf(t testing.TB, n int) (all Candidates) {
	for i := range n {
		all.Promises = append(all.Promises, Promise{ID: fmt.Sprint("p", i), Reference: made(t, fmt.Sprint("P", i)),
			Amount: 1000, Unit: "EUR", Names: []string{"Jean Dupont"}, Due: []string{"2026-01-05"}})
	}
	return all
}

func BenchmarkSuggest(b *testing.B) {
	book := NewBook(crowdOf(b, 20_000))
	l := statement.Line{Booked: "2026-01-06", Amount: 1000, Currency: "EUR", Counterparty: "Jean Dupont",
		Text: "VIREMENT EN VOTRE FAVEUR M JEAN DUPONT " + made(b, "P77")}
	for b.Loop() {
		if got := book.Suggest(l); len(got) != 1 {
			b.Fatal(say(got))
		}
	}
}
