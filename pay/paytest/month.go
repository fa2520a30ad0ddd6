// SPDX-License-Identifier: AGPL-3.0-or-later

package paytest

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"ecot/fault"
	"ecot/money"
	"ecot/pay"
	"ecot/pay/standin"
)

func regular(t *testing.T, b *Bench) {
	s := b.start(t, Order("k", 500, pay.Monthly))
	b.play(t, standin.Pay, s.ID)
	read := b.session(t, s.ID)
	if read.Status != pay.SessionPaid || read.Subscription == "" || read.Instalment == "" {
		t.Fatalf("the session: %+v", read)
	}
	booked(t, "session", read.Booked, 500, b.fee(t, 500))
	b.told(t, pay.SessionDone, s.ID)
	b.told(t, pay.InstalmentTaken, read.Instalment)
	first := b.instalment(t, read.Instalment, pay.InstalmentPaid, 500)
	p := b.payment(t, first.Payment)
	if p.ID != read.Payment || p.Reference != s.Reference || p.Subscription != read.Subscription ||
		p.Instalment != first.ID {
		t.Errorf("the first payment: %+v", p)
	}
	id := read.Subscription
	now := b.subscription(t, id, pay.SubscriptionActive, 500)
	if now.Every != pay.Monthly || now.Reference != s.Reference || !now.Next.After(b.Now()) ||
		!now.Ended.IsZero() {
		t.Errorf("the subscription: %+v", now)
	}

	b.instalment(t, b.play(t, standin.Renew, id), pay.InstalmentPaid, 500)
	missed := b.instalment(t, b.play(t, standin.Miss, id), pay.InstalmentFailed, 500)
	b.told(t, pay.InstalmentRefused, missed.ID)
	listed, err := b.Provider.Instalments(t.Context(), id, b.Now().Add(-time.Hour))
	if err != nil || len(listed) != 3 || listed[0] != missed || listed[2] != first {
		t.Errorf("listed: %+v, %v, want %+v first and %+v last", listed, err, missed, first)
	}
	later, err := b.Provider.Instalments(t.Context(), id, b.Now().Add(time.Hour))
	if err != nil || len(later) != 0 {
		t.Errorf("listed since later: %+v, %v", later, err)
	}
	if p := b.payment(t, missed.Payment); p.Status != pay.PaymentFailed || p.Refusal == "" || p.Booked.Known() {
		t.Errorf("the missed payment: %+v", p)
	}
	b.subscription(t, id, pay.SubscriptionLate, 500)

	pause := pay.Revision{Subscription: id, Act: pay.Pause, Key: "pause"}
	b.revise(t, pause, pay.SubscriptionPaused, 500)
	pause.Key = "pause2"
	b.revise(t, pause, pay.SubscriptionPaused, 500)
	b.instalment(t, b.play(t, standin.Renew, id), pay.InstalmentVoid, 500)
	b.revise(t, pay.Revision{Subscription: id, Act: pay.Resume, Key: "resume"}, pay.SubscriptionActive, 500)
	b.reprices(t, id)
	b.stops(t, id)
}

// reprices changes the amount of an active subscription of 5.00 to 7.00.
func (b *Bench) reprices(t *testing.T, id string) {
	t.Helper()
	more := pay.Revision{Subscription: id, Act: pay.Reprice, Amount: Euros(700), Key: "more"}
	b.revise(t, more, pay.SubscriptionActive, 700)
	b.revise(t, more, pay.SubscriptionActive, 700)
	b.instalment(t, b.play(t, standin.Renew, id), pay.InstalmentPaid, 700)
	for name, r := range map[string]pay.Revision{
		"dollars":     {Subscription: id, Act: pay.Reprice, Amount: money.Amount{Minor: 1, Unit: "USD"}, Key: "a"},
		"for free":    {Subscription: id, Act: pay.Reprice, Amount: Euros(0), Key: "b"},
		"no such act": {Subscription: id, Act: "double", Key: "c"},
		"no key":      {Subscription: id, Act: pay.Stop},
	} {
		_, err := b.Provider.Revise(t.Context(), r)
		refuses(t, name, err, fault.Invalid)
	}
}

// stops ends a subscription of 7.00, for ever.
func (b *Bench) stops(t *testing.T, id string) {
	t.Helper()
	b.revise(t, pay.Revision{Subscription: id, Act: pay.Stop, Key: "stop"}, pay.SubscriptionEnded, 700)
	b.told(t, pay.SubscriptionOver, id)
	ended := b.revise(t, pay.Revision{Subscription: id, Act: pay.Stop, Key: "stop2"}, pay.SubscriptionEnded, 700)
	if ended.Ended.IsZero() || !ended.Next.IsZero() {
		t.Errorf("ended: %+v", ended)
	}
	_, err := b.Provider.Revise(t.Context(), pay.Revision{Subscription: id, Act: pay.Resume, Key: "late"})
	refuses(t, "resuming what has ended", err, fault.Conflict)
}

// instalment reads an instalment and wants its status and amount.
func (b *Bench) instalment(t *testing.T, id string, status pay.InstalmentStatus,
	cents int64) pay.Instalment {
	t.Helper()
	i, err := b.Provider.Instalment(t.Context(), id)
	if err != nil {
		t.Fatalf("instalment %s: %v", id, err)
	}
	if i.Status != status || i.Amount != Euros(cents) || i.Subscription == "" || i.Reference == "" {
		t.Errorf("instalment: %+v, want %s of %d", i, status, cents)
	}
	return i
}

// subscription reads a subscription and wants its status and amount.
func (b *Bench) subscription(t *testing.T, id string, status pay.SubscriptionStatus,
	cents int64) pay.Subscription {
	t.Helper()
	s, err := b.Provider.Subscription(t.Context(), id)
	if err != nil {
		t.Fatalf("subscription %s: %v", id, err)
	}
	if s.Status != status || s.Amount != Euros(cents) {
		t.Errorf("subscription: %+v, want %s of %d", s, status, cents)
	}
	return s
}

// revise makes a revision, and wants what it answers and what is read afterwards.
func (b *Bench) revise(t *testing.T, r pay.Revision, status pay.SubscriptionStatus,
	cents int64) pay.Subscription {
	t.Helper()
	s, err := b.Provider.Revise(t.Context(), r)
	if err != nil {
		t.Fatalf("%s: %v", r.Act, err)
	}
	if read := b.subscription(t, r.Subscription, status, cents); read != s {
		t.Errorf("%s answered %+v, and then it is %+v", r.Act, s, read)
	}
	return s
}

func paysOut(t *testing.T, b *Bench) {
	p := b.paid(t, Order("k1", 1200, pay.Once))
	q := b.paid(t, Order("k2", 2500, pay.Once))
	half := pay.RefundOrder{Payment: p.ID, Amount: Euros(600), Key: "half"}
	if _, err := b.Provider.Refund(t.Context(), half); err != nil {
		t.Fatal(err)
	}
	b.play(t, standin.Dispute, q.ID)
	id := b.play(t, standin.PayOut, "")
	b.told(t, pay.PayoutSent, id)
	out, err := b.Provider.Payout(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	want := 1200 - 43 + 2500 - b.fee(t, 2500) - 600 - 2500 - b.Fee.Minor
	if out.Amount != Euros(want) || out.Status != pay.PayoutPaid || !out.Complete || out.Arrives.IsZero() {
		t.Errorf("the payout: %+v, want %d", out, want)
	}
	if rest, err := out.Rest(); err != nil || rest != Euros(0) {
		t.Errorf("unexplained: %v, %v", rest, err)
	}
	kinds := []pay.LineKind{pay.LinePayment, pay.LinePayment, pay.LineRefund, pay.LineDispute}
	payments := []string{p.ID, q.ID, p.ID, q.ID}
	if len(out.Lines) != len(kinds) {
		t.Fatalf("%d lines, want %d", len(out.Lines), len(kinds))
	}
	for i, line := range out.Lines {
		if line.Booked.ID != line.ID {
			t.Errorf("line %s carries booking %s", line.ID, line.Booked.ID)
		}
		if line.Kind != kinds[i] || line.Payment != payments[i] || line.ID == "" || line.Object == "" {
			t.Errorf("line %d: %+v, want %s of %s", i, line, kinds[i], payments[i])
		}
	}
	listed, err := b.Provider.Payouts(t.Context(), b.Now().Add(-time.Hour))
	if err != nil || len(listed) != 1 || listed[0].ID != id || listed[0].Amount != out.Amount {
		t.Errorf("listed: %+v, %v", listed, err)
	}
	if later, err := b.Provider.Payouts(t.Context(), b.Now().Add(time.Hour)); err != nil || len(later) != 0 {
		t.Errorf("listed since later: %+v, %v", later, err)
	}
}

// anyHistory plays deeds by chance: whatever happens, what the payments say and what the payouts
// carry is the same sum, and each payout is explained.
func anyHistory(t *testing.T, b *Bench) {
	chance := rand.New(rand.NewPCG(1, 2))
	var payments []string
	pick := func() string { return payments[chance.IntN(len(payments))] }
	for i := range 60 {
		key := fmt.Sprintf("k%d", i)
		deed := chance.IntN(6)
		if len(payments) == 0 {
			deed = 0
		}
		var err error
		switch deed {
		case 0, 1:
			payments = append(payments, b.paid(t, Order(key, 50+chance.Int64N(10_000), pay.Once)).ID)
		case 2:
			some := pay.RefundOrder{Payment: pick(), Amount: Euros(1 + chance.Int64N(3_000)), Key: key}
			_, err = b.Provider.Refund(t.Context(), some)
		case 3:
			_, err = b.Play(t.Context(), standin.Dispute, pick())
		case 4:
			_, err = b.Play(t.Context(), []standin.Deed{standin.Win, standin.Lose}[chance.IntN(2)], pick())
		case 5:
			_, err = b.Play(t.Context(), standin.PayOut, "")
		}
		if err != nil && fault.CodeOf(err) != fault.Conflict {
			t.Fatal(err)
		}
	}
	b.paid(t, Order("last", 100, pay.Once)) // so that there is something to pay out
	payments = append(payments, b.session(t, b.start(t, Order("last", 100, pay.Once)).ID).Payment)
	b.play(t, standin.PayOut, "")
	var told int64
	for _, id := range payments {
		told += b.net(t, id)
	}
	listed, err := b.Provider.Payouts(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	var carried int64
	for _, short := range listed {
		out, err := b.Provider.Payout(t.Context(), short.ID)
		if err != nil {
			t.Fatal(err)
		}
		if rest, err := out.Rest(); err != nil || rest.Minor != 0 {
			t.Errorf("payout %s: unexplained %v, %v", out.ID, rest, err)
		}
		carried += out.Amount.Minor
	}
	if carried != told {
		t.Errorf("payouts carry %d, payments tell %d", carried, told)
	}
}

// net sums what a payment, its refunds and its disputes brought into the fund's account.
func (b *Bench) net(t *testing.T, id string) int64 {
	t.Helper()
	p := b.payment(t, id)
	sum, refunded := p.Booked.Net.Minor, int64(0)
	for _, r := range p.Refunds {
		sum += r.Booked.Net.Minor
		refunded += r.Amount.Minor
	}
	for _, d := range p.Disputes {
		moved, err := d.Booked()
		if err != nil {
			t.Fatal(err)
		}
		sum += moved.Net.Minor
	}
	if refunded != p.Refunded.Minor {
		t.Errorf("payment %s: refunds of %d, refunded %d", id, refunded, p.Refunded.Minor)
	}
	return sum
}
