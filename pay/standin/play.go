// SPDX-License-Identifier: AGPL-3.0-or-later

package standin

import (
	"context"
	"time"

	"ecot/fault"
	"ecot/money"
	"ecot/pay"
)

// Deed is what a payer, a bank or time does.
type Deed string

// The deeds, each with the id that it is done to and the id that it gives.
const (
	Pay     Deed = "pay"     // session → payment
	Decline Deed = "decline" // session → nothing: the card is refused, the session stays open
	Expire  Deed = "expire"  // session → nothing
	Renew   Deed = "renew"   // subscription → its next instalment, paid; void while it is paused
	Miss    Deed = "miss"    // subscription → its next instalment, refused
	Dispute Deed = "dispute" // payment → dispute, its money withdrawn
	Win     Deed = "win"     // payment → its open dispute, the money given back without the fee
	Lose    Deed = "lose"    // payment → its open dispute
	Bounce  Deed = "bounce"  // payment → its last refund, which the payer's bank sends back
	PayOut  Deed = "pay-out" // nothing → payout of all that was booked
)

// Play does a deed and sends the messages that follow from it. A deed that the state does not allow
// is fault.Conflict, and an id that names nothing fault.NotFound.
func (p *Provider) Play(ctx context.Context, d Deed, id string) (string, error) {
	made, err := p.play(d, id)
	if err != nil {
		return "", err
	}
	p.settleUp(ctx)
	return made, nil
}

// play does a deed and notes its messages.
func (p *Provider) play(d Deed, id string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch d {
	case Pay, Decline, Expire:
		s, err := find(p.sessions, id)
		if err != nil {
			return "", err
		}
		if p.lapse(s); s.Status != pay.SessionOpen {
			return "", fault.New(fault.Conflict, "This payment page is no longer open.")
		}
		return p.visit(d, s)
	case Renew, Miss:
		s, err := find(p.subscriptions, id)
		if err != nil {
			return "", err
		}
		return p.renew(d, s)
	case Dispute, Win, Lose:
		paid, err := find(p.payments, id)
		if err != nil {
			return "", err
		}
		return p.contest(d, paid)
	case Bounce:
		paid, err := find(p.payments, id)
		if err != nil {
			return "", err
		}
		return p.bounce(paid)
	case PayOut:
		return p.payOut()
	}
	return "", fault.New(fault.Invalid, "The demo's card provider cannot do %q.", d)
}

// visit is the payer at an open session.
func (p *Provider) visit(d Deed, s *session) (string, error) {
	switch d {
	case Decline:
		return "", nil
	case Expire:
		s.Status, s.URL = pay.SessionExpired, ""
		p.note(pay.SessionGone, s.ID)
		return "", nil
	}
	paid := &pay.Payment{Reference: s.Reference, Amount: s.Amount}
	if s.order.Every != pay.Once {
		p.subscribe(s, paid)
	}
	if err := p.take(paid); err != nil {
		return "", err
	}
	s.Status, s.URL, s.Payment, s.Booked = pay.SessionPaid, "", paid.ID, paid.Booked
	s.Subscription, s.Instalment = paid.Subscription, paid.Instalment
	if paid.Instalment != "" {
		p.instalments[paid.Instalment].Payment = paid.ID
		p.note(pay.InstalmentTaken, paid.Instalment)
	}
	p.note(pay.SessionDone, s.ID)
	return paid.ID, nil
}

// subscribe opens the subscription and the first instalment of a session.
func (p *Provider) subscribe(s *session, paid *pay.Payment) {
	now := p.config.Now()
	paid.Subscription, paid.Instalment = p.id("subscription"), p.id("instalment")
	p.subscriptions[paid.Subscription] = &pay.Subscription{
		ID: paid.Subscription, Reference: s.Reference, Status: pay.SubscriptionActive, Amount: s.Amount,
		Every: s.order.Every, Next: following(now, s.order.Every), Created: now,
	}
	p.instalments[paid.Instalment] = &pay.Instalment{
		ID: paid.Instalment, Subscription: paid.Subscription, Reference: s.Reference,
		Status: pay.InstalmentPaid, Amount: s.Amount, Created: now,
	}
}

// take pays: the payment gets its id, its fee and its booking.
func (p *Provider) take(paid *pay.Payment) error {
	fee, err := p.config.Tariff.Fee(paid.Amount)
	if err != nil {
		return err
	}
	paid.ID, paid.Status, paid.Created = p.id("payment"), pay.PaymentPaid, p.config.Now()
	paid.Refunded = money.Amount{Unit: paid.Amount.Unit}
	paid.Booked = p.book(pay.LinePayment, paid.ID, paid.ID, paid.Amount.Minor, fee.Minor)
	p.payments[paid.ID] = paid
	return nil
}

// renew makes the next instalment of a subscription.
func (p *Provider) renew(d Deed, s *pay.Subscription) (string, error) {
	if s.Status == pay.SubscriptionEnded {
		return "", fault.New(fault.Conflict, "This regular payment has ended.")
	}
	i := &pay.Instalment{ID: p.id("instalment"), Subscription: s.ID, Reference: s.Reference,
		Amount: s.Amount, Created: p.config.Now()}
	p.instalments[i.ID] = i
	s.Next = following(s.Next, s.Every)
	if s.Status == pay.SubscriptionPaused {
		i.Status = pay.InstalmentVoid
		return i.ID, nil
	}
	paid := &pay.Payment{Reference: s.Reference, Subscription: s.ID, Instalment: i.ID, Amount: s.Amount}
	if d == Miss {
		paid.ID, paid.Status, paid.Created = p.id("payment"), pay.PaymentFailed, i.Created
		paid.Refunded, paid.Refusal = money.Amount{Unit: s.Amount.Unit}, "card_declined"
		p.payments[paid.ID] = paid
		i.Status, i.Payment = pay.InstalmentFailed, paid.ID
		s.Status = pay.SubscriptionLate
		p.note(pay.InstalmentRefused, i.ID)
		return i.ID, nil
	}
	if err := p.take(paid); err != nil {
		return "", err
	}
	i.Status, i.Payment = pay.InstalmentPaid, paid.ID
	s.Status = pay.SubscriptionActive
	p.note(pay.InstalmentTaken, i.ID)
	return i.ID, nil
}

// contest is the payer's bank asking for the money back, or deciding.
func (p *Provider) contest(d Deed, paid *pay.Payment) (string, error) {
	now := p.config.Now()
	if d == Dispute {
		left := paid.Amount.Minor - paid.Refunded.Minor
		if paid.Status != pay.PaymentPaid || left == 0 || len(paid.Disputes) > 0 {
			return "", fault.New(fault.Conflict, "This payment cannot be disputed.")
		}
		id := p.id("dispute")
		taken := p.book(pay.LineDispute, id, paid.ID, -left, p.config.DisputeFee.Minor)
		paid.Disputes = append(paid.Disputes, pay.Dispute{
			ID: id, Status: pay.DisputeOpen, Amount: money.Amount{Minor: left, Unit: paid.Amount.Unit},
			Moves: []pay.Booking{taken}, Reason: "fraudulent", Due: now.Add(7 * 24 * time.Hour), Created: now,
		})
		p.note(pay.DisputeOpened, paid.ID)
		p.note(pay.FundsWithdrawn, paid.ID)
		return id, nil
	}
	if len(paid.Disputes) == 0 || paid.Disputes[0].Status != pay.DisputeOpen {
		return "", fault.New(fault.Conflict, "This payment has no open dispute.")
	}
	open := &paid.Disputes[0]
	open.Due = time.Time{}
	if d == Lose {
		open.Status = pay.DisputeLost
		p.note(pay.DisputeClosedLost, paid.ID)
		return open.ID, nil
	}
	open.Status = pay.DisputeWon
	open.Moves = append(open.Moves, p.book(pay.LineDispute, open.ID, paid.ID, open.Amount.Minor, 0))
	p.note(pay.DisputeClosedWon, paid.ID)
	p.note(pay.FundsReinstated, paid.ID)
	return open.ID, nil
}

// bounce is the payer's bank sending a refund back.
func (p *Provider) bounce(paid *pay.Payment) (string, error) {
	last := len(paid.Refunds) - 1
	if last < 0 || paid.Refunds[last].Status != pay.RefundDone {
		return "", fault.New(fault.Conflict, "This payment has no refund that could come back.")
	}
	back := &paid.Refunds[last]
	back.Status = pay.RefundFailed
	back.Returned = p.book(pay.LineRefund, back.ID, paid.ID, back.Amount.Minor, 0)
	paid.Refunded.Minor -= back.Amount.Minor
	p.note(pay.Refunded, paid.ID)
	return back.ID, nil
}

// payOut sends all that was booked to the bank.
func (p *Provider) payOut() (string, error) {
	if len(p.balance) == 0 {
		return "", fault.New(fault.Conflict, "There is nothing to pay out.")
	}
	now := p.config.Now()
	made := &pay.Payout{ID: p.id("payout"), Status: pay.PayoutPaid, Complete: true, Lines: p.balance,
		Amount: money.Amount{Unit: p.config.Tariff.Fixed.Unit}, Created: now, Arrives: now}
	made.Trace = made.ID
	for _, line := range made.Lines {
		sum, err := made.Amount.Add(line.Booked.Net)
		if err != nil {
			return "", err
		}
		made.Amount = sum
	}
	p.balance = nil
	p.payouts = append(p.payouts, made)
	p.note(pay.PayoutSent, made.ID)
	return made.ID, nil
}

// following gives the instant a month or a year after t; the last days of a long month fall into
// the next one, as time.AddDate has it.
func following(t time.Time, every pay.Period) time.Time {
	if every == pay.Yearly {
		return t.AddDate(1, 0, 0)
	}
	return t.AddDate(0, 1, 0)
}
