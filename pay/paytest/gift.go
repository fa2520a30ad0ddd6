// SPDX-License-Identifier: AGPL-3.0-or-later

package paytest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"ecot/fault"
	"ecot/money"
	"ecot/pay"
	"ecot/pay/standin"
)

func startsOnce(t *testing.T, b *Bench) {
	o := Order("k", 1200, pay.Once)
	s := b.start(t, o)
	if s.Status != pay.SessionOpen || s.URL == "" || s.Amount != o.Amount || s.Reference != o.Reference {
		t.Errorf("opened %+v", s)
	}
	if !s.Expires.After(b.Now()) {
		t.Errorf("it expires at %v", s.Expires)
	}
	if again := b.start(t, o); again.ID != s.ID {
		t.Errorf("the same key opened %s, then %s", s.ID, again.ID)
	}
	other := o
	other.Amount = Euros(1300)
	_, err := b.Provider.Start(t.Context(), other)
	refuses(t, "the same key for another amount", err, fault.Conflict)
	if read := b.session(t, s.ID); read != s {
		t.Errorf("read again: %+v, want %+v", read, s)
	}
}

func refusesOrders(t *testing.T, b *Bench) {
	for name, spoil := range map[string]func(*pay.Order){
		"nothing":                     func(o *pay.Order) { o.Amount.Minor = 0 },
		"less":                        func(o *pay.Order) { o.Amount.Minor = -1200 },
		"beyond measure":              func(o *pay.Order) { o.Amount.Minor = money.Max + 1 },
		"hours":                       func(o *pay.Order) { o.Amount.Unit = money.Hours },
		"no currency":                 func(o *pay.Order) { o.Amount.Unit = "ZZZ" },
		"no reference":                func(o *pay.Order) { o.Reference = "" },
		"a reference with a line end": func(o *pay.Order) { o.Reference = "a\nb" },
		"a purpose with a line end":   func(o *pay.Order) { o.Purpose = "a\nb" },
		"no purpose":                  func(o *pay.Order) { o.Purpose = "" },
		"another language":            func(o *pay.Order) { o.Lang = "de" },
		"every week":                  func(o *pay.Order) { o.Every = "weekly" },
		"a way back that is a script": func(o *pay.Order) { o.Return = "javascript:alert(1)" },
		"a way back in clear":         func(o *pay.Order) { o.Cancel = "http://fonds.example/" },
		"no key":                      func(o *pay.Order) { o.Key = "" },
		"a short life":                func(o *pay.Order) { o.Expires = b.Now().Add(time.Minute) },
		"a long life":                 func(o *pay.Order) { o.Expires = b.Now().Add(25 * time.Hour) },
	} {
		o := Order("k", 1200, pay.Once)
		spoil(&o)
		_, err := b.Provider.Start(t.Context(), o)
		refuses(t, name, err, fault.Invalid)
	}
}

func paysAfterDecline(t *testing.T, b *Bench) {
	s := b.start(t, Order("k", 1200, pay.Once))
	b.play(t, standin.Decline, s.ID)
	if read := b.session(t, s.ID); read.Status != pay.SessionOpen || read.Payment != "" || read.Booked.Known() {
		t.Errorf("after a refused card: %+v", read)
	}
	b.play(t, standin.Pay, s.ID)
	b.told(t, pay.SessionDone, s.ID)
	read := b.session(t, s.ID)
	if read.Status != pay.SessionPaid || read.URL != "" || read.Payment == "" || read.Amount != Euros(1200) {
		t.Errorf("after paying: %+v", read)
	}
	booked(t, "session", read.Booked, 1200, 43)
	p := b.payment(t, read.Payment)
	if p.Status != pay.PaymentPaid || p.Reference != s.Reference || p.Amount != Euros(1200) ||
		p.Refunded != Euros(0) || p.Created.IsZero() || p.Subscription != "" || len(p.Refunds)+len(p.Disputes) > 0 {
		t.Errorf("the payment: %+v", p)
	}
	booked(t, "payment", p.Booked, 1200, 43)
}

func expires(t *testing.T, b *Bench) {
	s := b.start(t, Order("k", 1200, pay.Once))
	b.play(t, standin.Expire, s.ID)
	b.told(t, pay.SessionGone, s.ID)
	if read := b.session(t, s.ID); read.Status != pay.SessionExpired || read.URL != "" || read.Payment != "" {
		t.Errorf("after it expired: %+v", read)
	}
}

func refunds(t *testing.T, b *Bench) {
	p := b.paid(t, Order("k", 1200, pay.Once))
	half := pay.RefundOrder{Payment: p.ID, Amount: Euros(600), Key: "half"}
	first, err := b.Provider.Refund(t.Context(), half)
	if err != nil {
		t.Fatal(err)
	}
	booked(t, "refund", first.Booked, -600, 0)
	again, err := b.Provider.Refund(t.Context(), half)
	if err != nil || again.ID != first.ID {
		t.Errorf("the same refund again: %+v, %v", again, err)
	}
	b.told(t, pay.Refunded, p.ID)
	dollar := money.Amount{Minor: 100, Unit: "USD"}
	for _, c := range []struct {
		name string
		r    pay.RefundOrder
		code fault.Code
	}{
		{"the same key for less", pay.RefundOrder{Payment: p.ID, Amount: Euros(500), Key: "half"}, fault.Conflict},
		{"more than is left", pay.RefundOrder{Payment: p.ID, Amount: Euros(601), Key: "more"}, fault.Conflict},
		{"nothing", pay.RefundOrder{Payment: p.ID, Key: "nothing", Amount: Euros(0)}, fault.Invalid},
		{"in dollars", pay.RefundOrder{Payment: p.ID, Amount: dollar, Key: "usd"}, fault.Invalid},
		{"of no payment", pay.RefundOrder{Payment: "payment-999", Amount: Euros(1), Key: "none"}, fault.NotFound},
	} {
		_, err := b.Provider.Refund(t.Context(), c.r)
		refuses(t, c.name, err, c.code)
	}
	rest := pay.RefundOrder{Payment: p.ID, Amount: Euros(600), Key: "rest"}
	if _, err := b.Provider.Refund(t.Context(), rest); err != nil {
		t.Fatal(err)
	}
	p = b.payment(t, p.ID)
	if p.Status != pay.PaymentPaid || p.Refunded != Euros(1200) || len(p.Refunds) != 2 {
		t.Fatalf("after both refunds: %+v", p)
	}
	b.bounces(t, p)
	if p.Refunds[0] != first || p.Refunds[1].Status != pay.RefundDone || p.Refunds[1].Payment != p.ID {
		t.Errorf("the refunds: %+v, want first %+v", p.Refunds, first)
	}
	booked(t, "payment", p.Booked, 1200, 43)
}

// bounces lets the last refund of a payment of 12.00, which was refunded whole, come back.
func (b *Bench) bounces(t *testing.T, was pay.Payment) {
	t.Helper()
	id := b.play(t, standin.Bounce, was.ID)
	p := b.payment(t, was.ID)
	last := p.Refunds[len(p.Refunds)-1]
	if last.ID != id || last.Status != pay.RefundFailed || p.Refunded != Euros(600) {
		t.Errorf("after a refund came back: %+v", p)
	}
	booked(t, "what came back", last.Returned, 600, 0)
	if last.Returned.ID == "" || last.Returned.ID == last.Booked.ID {
		t.Errorf("bookings named %q and %q", last.Booked.ID, last.Returned.ID)
	}
}

func losesDispute(t *testing.T, b *Bench) {
	p := b.paid(t, Order("k", 1200, pay.Once))
	b.play(t, standin.Dispute, p.ID)
	b.told(t, pay.DisputeOpened, p.ID)
	b.told(t, pay.FundsWithdrawn, p.ID)
	d := disputeOf(t, b, p.ID)
	if d.Status != pay.DisputeOpen || d.Amount != Euros(1200) || d.Reason == "" || !d.Due.After(b.Now()) {
		t.Errorf("the dispute: %+v", d)
	}
	_, err := b.Provider.Refund(t.Context(), pay.RefundOrder{Payment: p.ID, Amount: Euros(1), Key: "r"})
	refuses(t, "a refund while it is disputed", err, fault.Conflict)
	b.play(t, standin.Lose, p.ID)
	b.told(t, pay.DisputeClosedLost, p.ID)
	d = disputeOf(t, b, p.ID)
	sum, err := d.Booked()
	if err != nil || d.Status != pay.DisputeLost {
		t.Fatalf("lost: %+v, %v", d, err)
	}
	booked(t, "dispute", sum, -1200, b.Fee.Minor)
}

func winsDispute(t *testing.T, b *Bench) {
	p := b.paid(t, Order("k", 1200, pay.Once))
	b.play(t, standin.Dispute, p.ID)
	b.play(t, standin.Win, p.ID)
	b.told(t, pay.DisputeClosedWon, p.ID)
	b.told(t, pay.FundsReinstated, p.ID)
	d := disputeOf(t, b, p.ID)
	sum, err := d.Booked()
	if err != nil || d.Status != pay.DisputeWon || len(d.Moves) != 2 {
		t.Fatalf("won: %+v, %v", d, err)
	}
	booked(t, "dispute", sum, 0, b.Fee.Minor)
	if d.Moves[0].ID == "" || d.Moves[0].ID == d.Moves[1].ID {
		t.Errorf("both moves are named %q", d.Moves[0].ID)
	}
}

func disputeOf(t *testing.T, b *Bench, payment string) pay.Dispute {
	t.Helper()
	p := b.payment(t, payment)
	if len(p.Disputes) != 1 {
		t.Fatalf("%d disputes, want 1", len(p.Disputes))
	}
	return p.Disputes[0]
}

func findsNothing(t *testing.T, b *Bench) {
	ctx := t.Context()
	for _, id := range []string{"nothing-1", "", "../../v1/payouts", "a?b=c", "a/b", "a b", "é"} {
		_, err := b.Provider.Session(ctx, id)
		refuses(t, "session "+id, err, fault.NotFound)
		_, err = b.Provider.Payment(ctx, id)
		refuses(t, "payment "+id, err, fault.NotFound)
		_, err = b.Provider.Subscription(ctx, id)
		refuses(t, "subscription "+id, err, fault.NotFound)
		_, err = b.Provider.Instalment(ctx, id)
		refuses(t, "instalment "+id, err, fault.NotFound)
		_, err = b.Provider.Payout(ctx, id)
		refuses(t, "payout "+id, err, fault.NotFound)
		_, err = b.Provider.Revise(ctx, pay.Revision{Subscription: id, Act: pay.Stop, Key: "k"})
		refuses(t, "revising "+id, err, fault.NotFound)
	}
}

func manyAtOnce(t *testing.T, b *Bench) {
	const payers = 20
	var all sync.WaitGroup
	ids := make([]string, payers)
	for i := range payers {
		all.Go(func() {
			// Two by two they ask with the same key.
			s, err := b.Provider.Start(t.Context(), Order(fmt.Sprintf("k%d", i/2), 1200, pay.Once))
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = s.ID
			if _, err := b.Provider.Session(t.Context(), s.ID); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	seen := map[string]int{}
	for _, id := range ids {
		seen[id]++
	}
	for id, times := range seen {
		if times != 2 {
			t.Errorf("session %q was given %d times, want twice", id, times)
		}
	}
}
