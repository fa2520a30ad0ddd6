// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ecot/app/cards"
	"ecot/exchange/statement"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/pay/matching"

	"ecot/app"
)

// abroad stands for the card provider and for the payments of the fund: what they expect is what the history
// says, and what they book goes into the real journal.
type abroad struct {
	w        *world
	payouts  []matching.Payout
	payments []matching.Payment
	expenses map[string]int64
}

func (f *abroad) Payouts(context.Context) ([]matching.Payout, error) { return f.payouts, nil }

func (f *abroad) Land(ctx context.Context, l cards.Landing) (int64, error) {
	for _, p := range f.payouts {
		if p.ID == l.Payout {
			answer, err := f.w.app.Do(ctx, app.Request{Key: l.Line, Once: l.Once, Command: &giving.Move{Moved: giving.Moved{Unit: "EUR",
				Amount: p.Amount, From: provider, Into: l.Bank, On: l.On, Evidence: giving.Proved}}})
			return answer.Index, err
		}
	}
	return 0, fmt.Errorf("no payout %s", l.Payout)
}

func (f *abroad) Expected(context.Context) ([]matching.Payment, error) { return f.payments, nil }

func (f *abroad) Seen(ctx context.Context, l Seen) (int64, error) {
	answer, err := f.w.app.Do(ctx, app.Request{Key: l.Key, Once: []app.Once{l.Once}, Command: &giving.Pay{Paid: giving.Paid{
		Of: f.expenses[l.ID], Through: l.Asset, On: l.On, Evidence: giving.Proved}}})
	return answer.Index, err
}

func (f *abroad) Returned(ctx context.Context, l Seen) (int64, error) {
	answer, err := f.w.app.Do(ctx, app.Request{Key: l.Key, Once: []app.Once{l.Once}, Command: &giving.TakeBack{Returned: giving.Returned{
		Of: f.expenses[l.ID], Through: l.Asset, Code: "ac04", On: l.On, Evidence: giving.Proved}}})
	return answer.Index, err
}

// expense makes an approved expense of a pot that was sent as a payment.
func (f *abroad) expense(id, pot string, amount int64, iban string) {
	w := f.w
	of := w.do("claim/"+id, &giving.Claim{Claimed: giving.Claimed{Pot: pot, Unit: "EUR", Amount: amount,
		Destination: giving.Mission, Payee: giving.Person}})
	w.do("sign1/"+id, &giving.Approve{Approved: giving.Approved{Of: of, By: "treasurer"}})
	w.do("sign2/"+id, &giving.Approve{Approved: giving.Approved{Of: of, By: "president"}})
	f.expenses[id] = of
	f.payments = append(f.payments, matching.Payment{ID: id, EndToEnd: id, Amount: amount, Unit: "EUR", Name: "Mireille Essai",
		IBAN: iban, Sent: "2025-09-01"})
}

func openAbroad(t *testing.T, address string) (*world, *abroad) {
	f := &abroad{expenses: map[string]int64{}}
	w := open(t, address, "EUR", Options{Provider: f, Outgoing: f})
	f.w = w
	return w, f
}

// The bad days: a debit comes back with the bank's fee, and a payment comes back from a closed account and
// is paid again.
func TestTheBadDays(t *testing.T) {
	w, f := openAbroad(t, "")
	w.clock.Set(time.Date(2025, 12, 1, 9, 0, 0, 0, time.UTC))
	_, reference := w.donor("Paul Leurre", "lanterne")
	_, other := w.donor("Nour Modèle", "passerelle")
	w.bring(w.statement("2025-05-01", "2025-05-31",
		statement.Line{Booked: "2025-05-05", Amount: 30_00, Reference: reference, EndToEnd: "DD-7", Counterparty: "PAUL LEURRE"},
		statement.Line{Booked: "2025-05-06", Amount: 300_00, Reference: other, Counterparty: "NOUR MODELE"},
		statement.Line{Booked: "2025-05-07", Amount: 10_00, Counterparty: "fonds", Text: "x"}))
	arrived := w.waiting(office.LineArrived)[0]
	must(t, w.bank.BookAs(t.Context(), arrived.Key, Decision{Parts: []Part{{Kind: Gift, Amount: 10_00, Gift: &GiftOf{To: "fonds=1"}}}}, "treasurer"))
	f.expense("E1", "passerelle", 220_00, "FR7622222222222222222222222")
	w.bring(w.statement("2025-06-01", "2025-09-30",
		statement.Line{Booked: "2025-06-12", Amount: -32_40, EndToEnd: "DD-7", Returns: "DD-7", ReturnReason: "AM04",
			Charges: []statement.Charge{{Amount: -2_40, Currency: "EUR", Included: true}}},
		statement.Line{Booked: "2025-09-12", Amount: -220_00, EndToEnd: "E1", Counterparty: "MIREILLE ESSAI"},
		statement.Line{Booked: "2025-09-15", Amount: 220_00, Returns: "E1", ReturnReason: "AC04"},
		statement.Line{Booked: "2025-09-29", Amount: -220_00, EndToEnd: "E1", Counterparty: "MIREILLE ESSAI"}))
	lines := w.waiting(office.LineWaiting)
	want := []matching.Kind{matching.ReturnsGift, matching.IsPayment, matching.ReturnsPayment, matching.IsPayment}
	if len(lines) != len(want) {
		t.Fatalf("%d lines wait", len(lines))
	}
	for i, line := range lines {
		all, err := w.bank.Suggest(t.Context(), line)
		must(t, err)
		if len(all) == 0 || all[0].Kind != want[i] {
			t.Fatalf("line %d: %+v", i, all)
		}
		must(t, w.bank.Confirm(t.Context(), line.Key, all[0].ID, "treasurer"))
	}
	for account, held := range map[string]int64{"pot:lanterne": 0, "pot:passerelle": 80_00, "pot:fonds": 7_60, "owed:payable": 0} {
		if got := w.balance(ledger.Account(account)); got != held {
			t.Errorf("%s holds %d, want %d", account, got, held)
		}
	}
	if s := w.state(); s.Difference() != 0 || s.Books != 87_60 || s.Waiting.Lines != 0 {
		t.Errorf("%+v", s)
	}
	bookings, err := w.app.Office().BankBookings(t.Context(), lines[0].Key)
	if err != nil || len(bookings) != 2 || bookings[0].Amount != -30_00 || bookings[1].Amount != -2_40 {
		t.Errorf("the fee is not on its own line: %+v, %v", bookings, err)
	}
}

// history is months of lines of every kind, drawn at random, and what each of them is.
type history struct {
	w      *world
	away   *abroad
	r      *rand.Rand
	refs   []string
	truth  map[string]func(office.BankLine) Decision // by text
	gifts  map[string]string                         // text of a gift's line, by the key of its line
	lines  []statement.Line
	number int
}

// line adds one line, told apart by its text.
func (h *history) line(day string, amount int64, truth func(office.BankLine) Decision, change func(*statement.Line)) {
	h.number++
	l := statement.Line{Booked: day, Amount: amount, Text: fmt.Sprint("T", h.number)}
	if change != nil {
		change(&l)
	}
	h.truth[l.Text] = truth
	h.lines = append(h.lines, l)
}

func whole(part Part) func(office.BankLine) Decision {
	return func(l office.BankLine) Decision {
		part.Amount = l.Amount
		return Decision{Parts: []Part{part}}
	}
}

// draw adds one line of some kind to a day.
func (h *history) draw(day string) {
	r := h.r
	cents := 1 + r.Int64N(50_00)
	switch r.IntN(9) {
	case 0, 1, 2:
		reference := h.refs[r.IntN(len(h.refs))]
		h.line(day, cents, nil, func(l *statement.Line) { l.Reference = reference })
	case 3:
		h.line(day, cents, whole(Part{Kind: Gift, Gift: &GiftOf{To: "fonds=1"}}), nil)
	case 4:
		h.line(day, cents, whole(Part{Kind: Gift, Gift: &GiftOf{Donor: office.Donor{Handle: "someone@example.org", Name: "S"},
			To: "lanterne=1,passerelle=2"}}), func(l *statement.Line) { l.IBAN = fmt.Sprint("FR00", r.IntN(4)) })
	case 5:
		h.line(day, -(1 + r.Int64N(4_90)), whole(Part{Kind: Fee, Pot: "fonds"}), func(l *statement.Line) { l.Code.SubFamily = "CHRG" })
	case 6:
		id := fmt.Sprint("po", h.number)
		h.w.do("card/"+id, &giving.Give{Given: giving.Given{Inflow: giving.Inflow{Unit: "EUR", Gross: cents, Into: provider, Nature: giving.Gift,
			Donor: giving.DonorUnknown, Given: 20_300, Evidence: giving.Proved}, To: []journal.Share{{Pot: "fonds", Amount: cents}}}})
		h.away.payouts = append(h.away.payouts, matching.Payout{ID: id, Amount: cents, Unit: "EUR", Due: day, Names: []string{"Provider"}})
		h.line(day, cents, whole(Part{Kind: Payout, ID: id}), nil)
	case 7:
		id := fmt.Sprint("E", h.number)
		h.away.expense(id, "fonds", cents, "")
		h.line(day, -cents, whole(Part{Kind: Payment, ID: id}), func(l *statement.Line) { l.EndToEnd = id })
		if r.IntN(2) == 0 {
			h.line(day, cents, whole(Part{Kind: PaymentReturn, ID: id, Code: "AC04"}), func(l *statement.Line) { l.Returns, l.ReturnReason = id, "AC04" })
		}
	case 8:
		h.line(day, cents, whole(Part{Kind: Transfer, Asset: "cash"}), nil)
	}
}

// sendBack adds lines by which gifts of earlier months go back, with the bank's fee within the line.
func (h *history) sendBack(day string) {
	given, err := h.w.app.Office().BankLinesBookedAs(context.Background(), string(Gift), "2025-01-01")
	must(h.w.t, err)
	if len(given) == 0 || h.r.IntN(2) == 0 {
		return
	}
	gift := given[h.r.IntN(len(given))]
	if h.gifts[gift.Key] != "" || gift.Status != office.LineBooked {
		return
	}
	h.gifts[gift.Key] = day
	fee := h.r.Int64N(3_00)
	h.line(day, -gift.Amount-fee, func(office.BankLine) Decision {
		d := Decision{Parts: []Part{{Kind: Refund, Amount: -gift.Amount, Of: gift.Index}}}
		if fee > 0 {
			d.Parts = append(d.Parts, Part{Kind: Fee, Amount: -fee, Pot: "fonds", For: giving.ReturnFee, Of: gift.Index})
		}
		return d
	}, func(l *statement.Line) { l.ReturnReason = "MD06" })
}

// Over random histories, with statements that overlap, come twice, and a program that stops at any point,
// the books and the bank come to the same to the cent once every line is said, and the page is the journal.
func TestTheDifferenceIsZeroOnceAllIsSaid(t *testing.T) {
	runs := 12
	if testing.Short() {
		runs = 3
	}
	for seed := range uint64(runs) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w, f := openAbroad(t, "")
			w.clock.Set(time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC))
			h := &history{w: w, away: f, r: rand.New(rand.NewPCG(4, seed)), truth: map[string]func(office.BankLine) Decision{}, gifts: map[string]string{}}
			for i, pot := range []string{"lanterne", "fonds", "passerelle"} {
				_, reference := w.donor(fmt.Sprint("Donor ", i), pot)
				h.refs = append(h.refs, reference)
			}
			w.do("endow", &giving.Give{Given: giving.Given{Inflow: giving.Inflow{Unit: "EUR", Gross: 100_000_00, Into: "cash", Nature: giving.Gift,
				Donor: giving.DonorUnknown, Given: 20_100, Evidence: giving.Declared}, To: []journal.Share{{Pot: "fonds", Amount: 100_000_00}}}})
			for month := 1; month <= 3; month++ {
				h.month(t, month)
			}
		})
	}
}

// month plays a month: its lines come in one or two files, some of them twice, and each is said.
func (h *history) month(t *testing.T, month int) {
	w := h.w
	h.lines = nil
	for day := 1; day <= 28; day += 1 + h.r.IntN(6) {
		for range 1 + h.r.IntN(3) {
			h.draw(fmt.Sprintf("2025-%02d-%02d", month, day))
		}
	}
	h.sendBack(fmt.Sprintf("2025-%02d-28", month))
	f := w.statement(fmt.Sprintf("2025-%02d-01", month), fmt.Sprintf("2025-%02d-28", month), h.lines...)
	h.stumble(func() error { _, err := w.bank.Import(t.Context(), f, "treasurer", false); return err })
	if report := w.bring(f); report.Fresh != 0 {
		t.Fatalf("the same file brought %d new lines", report.Fresh)
	}
	for _, status := range []office.BankStatus{office.LineWaiting, office.LineArrived} {
		lines := w.waiting(status)
		slices.SortStableFunc(lines, func(a, b office.BankLine) int { return len(a.ReturnReason) - len(b.ReturnReason) })
		for _, line := range lines { // what comes back was seen to leave first
			h.say(t, line)
		}
	}
	if left := append(w.waiting(office.LineWaiting), w.waiting(office.LineArrived)...); len(left) > 0 {
		t.Fatalf("%d lines are left: %+v", len(left), left[0])
	}
	h.check(t)
}

// say says what a line is, sometimes wrongly first.
func (h *history) say(t *testing.T, line office.BankLine) {
	w, decision := h.w, h.truth[line.Text](line)
	if line.Status == office.LineArrived && decision.kind() != Gift {
		must(t, w.bank.Undo(t.Context(), line.Key, "treasurer"))
		line, _ = w.bank.line(t.Context(), line.Key)
	}
	if line.Status == office.LineWaiting && line.Amount > 0 && h.r.IntN(4) == 0 {
		wrong := Decision{Parts: []Part{{Kind: Gift, Amount: line.Amount, Gift: &GiftOf{To: "lanterne=1"}}}}
		h.stumble(func() error { return w.bank.BookAs(t.Context(), line.Key, wrong, "treasurer") })
		h.stumble(func() error { return w.bank.Undo(t.Context(), line.Key, "treasurer") })
	}
	h.stumble(func() error { return w.bank.BookAs(t.Context(), line.Key, decision, "treasurer") })
}

var errCrash = errors.New("the program stopped")

// stumble does something, and now and then stops the program in the middle of it; what was left is then
// healed.
func (h *history) stumble(do func() error) {
	h.w.t.Helper()
	countdown := h.r.IntN(6)
	h.w.bank.crash = func(string) error {
		if countdown--; countdown == 0 {
			return errCrash
		}
		return nil
	}
	err := do()
	h.w.bank.crash = func(string) error { return nil }
	if err != nil && !errors.Is(err, errCrash) {
		h.w.t.Fatal(err)
	}
	must(h.w.t, h.w.bank.Heal(h.w.t.Context()))
	if left := h.w.waiting(office.LineBooking); len(left) > 0 {
		h.w.t.Fatalf("%d lines are on their way for ever", len(left))
	}
}

// check holds the page, the journal and the statement against each other.
func (h *history) check(t *testing.T) {
	w := h.w
	s := w.state()
	if s.Difference() != 0 || s.Bank != w.held || -w.balance("asset:bank") != w.held || s.Waiting.Lines != 0 || len(s.Gaps) != 0 {
		t.Fatalf("the bank holds %d, the journal %d: %+v", w.held, -w.balance("asset:bank"), s)
	}
	for _, periods := range [][]Period{s.Months, s.Periods} {
		for _, p := range periods {
			if p.Difference() != 0 {
				t.Errorf("%s to %s: %d apart", p.From, p.To, p.Difference())
			}
		}
	}
	var in, out int64
	for _, p := range s.Months {
		in, out = in+p.Bank.In, out+p.Bank.Out
	}
	if in+out != w.held {
		t.Errorf("the months come to %d, the bank holds %d", in+out, w.held)
	}
	if open, err := w.bank.Unmatched(t.Context(), "bank"); err != nil || len(open) > 0 {
		t.Errorf("entries without a line: %+v, %v", open, err)
	}
	fresh := New(w.app, Options{})
	again, err := fresh.State(t.Context(), "")
	must(t, err)
	if diff := cmp.Diff(again.Accounts[0], s, cmp.AllowUnexported(Period{})); diff != "" {
		t.Errorf("a page made anew says otherwise: %s", diff)
	}
}
