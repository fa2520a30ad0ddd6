// SPDX-License-Identifier: AGPL-3.0-or-later

package cards

import (
	"context"
	"errors"
	"time"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/fault"
	"ecot/mechanism/giving"
	"ecot/mechanism/regular"
	"ecot/office"
	"ecot/pay"
)

// When to look again. Last looked at on 2026-11-22.
const (
	firstLook  = 10 * time.Minute     // at a session that was just opened
	soonest    = time.Minute          // at what is not finished
	longest    = 24 * time.Hour       // likewise
	subscribed = 24 * time.Hour       // at what goes on until it is stopped
	listed     = 100 * 24 * time.Hour // how far back its instalments are listed
	unpaidFor  = 35 * 24 * time.Hour  // how long a payment that did not come is looked at
	followedBy = 540 * 24 * time.Hour // how long after it a payment may be disputed
)

// errNotBooked says that the provider has not booked a payment yet.
var errNotBooked = errors.New("not booked by the provider yet")

// nextLook says when to look again at what began at since: unfinished soon, then ever less often; finished
// only as long as its bank may ask for it back. 0 stands for no more.
func nextLook(since, now int64, finished bool) int64 {
	age := max(time.Duration(now-since)*time.Second, 0)
	if age > followedBy {
		return 0
	}
	wait := min(max(age/2, soonest), longest)
	if finished {
		wait = max(age/4, time.Hour)
	}
	return now + int64(wait/time.Second)
}

// lookSession reads a session and follows it: what was paid is booked, a promise whose session is over
// lapses.
func (c *Cards) lookSession(ctx context.Context, till pay.Provider, id string) (pay.Session, error) {
	s, err := till.Session(ctx, id)
	if err != nil {
		return s, err
	}
	if s.Status == pay.SessionPaid {
		if err := c.lookPayment(ctx, till, s.Payment); err != nil {
			return s, err
		}
	}
	promise, _, err := c.promise(ctx, s.Reference)
	if err != nil || promise.ID == "" {
		return s, err
	}
	if s.Status == pay.SessionPaid && s.Subscription != "" {
		if err := c.lookSubscription(ctx, till, s.Subscription); err != nil {
			return s, err
		}
	}
	over := s.Status == pay.SessionPaid || s.Status == pay.SessionFailed || s.Status == pay.SessionExpired
	row := office.CardSession{Provider: till.About().Name, ID: id, Promise: promise.ID, Handle: promise.Handle,
		Status: string(s.Status), Since: s.Created.Unix()}
	switch {
	case !over:
		row.Look = nextLook(row.Since, c.now(), false)
	case s.Subscription != "" && promise.Status != office.Stopped: // once more behind its end
		row.Look = c.now() + int64(subscribed/time.Second)
	}
	return s, c.office.Do(ctx, func(tx *office.Tx) error {
		if over && s.Status != pay.SessionPaid {
			if err := tx.CardLapsed(ctx, promise.ID, id, c.now()); err != nil {
				return err
			}
		}
		return tx.PutCardSession(ctx, row)
	})
}

// lookPayment reads a payment and books what is not booked of it. What the books refuse becomes a case, and
// is looked at again.
func (c *Cards) lookPayment(ctx context.Context, till pay.Provider, id string) error {
	name := till.About().Name
	release, err := c.hold(ctx, "payment/"+name+"/"+id)
	if err != nil {
		return err
	}
	defer release()
	p, err := till.Payment(ctx, id)
	if err != nil {
		return err
	}
	row, known, err := c.office.CardPayment(ctx, name, id)
	if err != nil {
		return err
	}
	if !known {
		row = office.CardPayment{Provider: name, ID: id, Since: c.now()}
	}
	if p.Status != pay.PaymentPaid {
		if row.Look = nextLook(row.Since, c.now(), false); c.now()-row.Since > int64(unpaidFor/time.Second) {
			row.Look = 0
		}
		return c.office.Do(ctx, func(tx *office.Tx) error { return tx.PutCardPayment(ctx, row) })
	}
	row.Since = p.Created.Unix()
	err = c.book(ctx, till, p, &row)
	return c.note(ctx, row, finished(p), err)
}

// finished says whether nothing of a payment is on its way.
func finished(p pay.Payment) bool {
	for _, r := range p.Refunds {
		if r.Status == pay.RefundPending || !r.Booked.Known() && r.Status == pay.RefundDone ||
			r.Booked.Known() && !r.Returned.Known() && r.Status == pay.RefundFailed {
			return false
		}
	}
	for _, d := range p.Disputes {
		if d.Status == pay.DisputeOpen || d.Status == pay.DisputeInquiry {
			return false
		}
	}
	return p.Booked.Known()
}

// note keeps where a payment stands after it was looked at, and the case that it became, or is no more.
func (c *Cards) note(ctx context.Context, row office.CardPayment, finished bool, refusal error) error {
	now := c.now()
	row.Look = nextLook(row.Since, now, finished && refusal == nil)
	var open *office.CardCase
	switch {
	case refusal == nil || errors.Is(refusal, errNotBooked):
	case !settledByPerson(refusal):
		return refusal
	default:
		made := caseOf(row.Provider, row.ID, refusal, now)
		if open = &made; open.Kind == Foreign {
			row.Look = 0
		}
	}
	return c.office.Do(ctx, func(tx *office.Tx) error {
		if err := tx.PutCardPayment(ctx, row); err != nil {
			return err
		}
		if open != nil {
			return tx.OpenCardCase(ctx, *open)
		}
		return tx.SettleCardCase(ctx, row.Provider, row.ID, now, "")
	})
}

// book brings the journal up to a payment that is paid: its gift first, then in their order what went back
// of it, so that what cannot be booked keeps what follows waiting.
func (c *Cards) book(ctx context.Context, till pay.Provider, p pay.Payment, row *office.CardPayment) error {
	if row.Index == 0 {
		index, err := c.gift(ctx, till, p)
		if err != nil {
			return err
		}
		row.Index = index
	}
	if len(movesOf(p)) == 0 {
		return nil
	}
	view, err := c.app.Reading().View(ctx, row.Index)
	if err != nil {
		return err
	}
	gift, ok := view.Fact.(*giving.Given)
	if !ok {
		return fault.New(fault.Internal, "Entry %d is claimed by a card payment, and is no gift.", row.Index)
	}
	steps, broken := planOf(p, gift)
	for _, s := range steps {
		if err := c.step(ctx, p.ID, row.Index, s); err != nil {
			return err
		}
	}
	return broken
}

// gift books the gift of a payment, and brings its promise up to it; it may be done again.
func (c *Cards) gift(ctx context.Context, till pay.Provider, p pay.Payment) (int64, error) {
	index, err := c.taken(ctx, p.ID)
	if err != nil {
		return 0, err
	}
	promise, ours, err := c.promise(ctx, p.Reference)
	switch {
	case err != nil:
		return 0, err
	case promise.ID == "" && index > 0: // entered by the treasurer, or its donor was erased since
		return index, nil
	case !ours:
		return 0, errForeign(p)
	case promise.ID == "":
		return 0, errUnknown(p)
	}
	money, err := c.moneyOf(ctx, p, promise)
	if err != nil {
		return 0, err
	}
	answer, err := c.gifts.Book(ctx, money)
	if err != nil {
		return 0, err
	}
	if p.Subscription == "" {
		return answer.Index, nil
	}
	return answer.Index, c.sync(ctx, till, p.Subscription, regular.ByProvider)
}

// received gives the money that a payment brought, once the provider has booked it in the fund's unit.
func (c *Cards) received(p pay.Payment) (gifts.Money, error) {
	unit := c.app.Unit()
	switch b := p.Booked; {
	case !b.Known():
		return gifts.Money{}, errNotBooked
	case b.Gross.Unit != unit || b.Fee.Unit != unit:
		return gifts.Money{}, fault.New(fault.Conflict, "The provider booked this payment in %s, not in %s.",
			b.Gross.Unit, unit)
	case b.Gross.Minor <= 0 || b.Fee.Minor < 0 || b.Fee.Minor > b.Gross.Minor:
		return gifts.Money{}, fault.New(fault.Conflict, "The provider kept %s of a payment of %s.", b.Fee, b.Gross)
	}
	return gifts.Money{Key: key(p.ID), Once: []app.Once{once(p.ID)}, Amount: p.Booked.Gross.Minor,
		Fee: p.Booked.Fee.Minor, Into: Asset, Given: c.day(p.Created), Evidence: giving.Proved}, nil
}

// moneyOf gives the money of a payment as its promise says what to do with it.
func (c *Cards) moneyOf(ctx context.Context, p pay.Payment, promise office.Promise) (gifts.Money, error) {
	m, err := c.received(p)
	if err != nil {
		return m, err
	}
	purpose, found, err := c.office.Purpose(ctx, promise.Reference)
	if err != nil {
		return m, err
	}
	if !found {
		return m, errUnknown(p)
	}
	if m.To, err = gifts.ParseShares(purpose.Shares); err != nil {
		return m, err
	}
	if m.Donor, _, err = c.office.Donor(ctx, promise.Handle); err != nil {
		return m, err
	}
	m.Promise, m.Need, m.Regular = promise.ID, purpose.Need, promise.Regular
	return m, nil
}

// step enters one step behind the gift of a payment.
func (c *Cards) step(ctx context.Context, payment string, gift int64, s step) error {
	done, err := c.taken(ctx, s.claim)
	if done > 0 || err != nil {
		return err
	}
	of := gift
	if s.of != payment {
		if of, err = c.taken(ctx, s.of); err != nil {
			return err
		}
	}
	var r app.Request
	on := c.day(s.at)
	switch s.deed {
	case giveBack, uncharge:
		r.Command = &giving.GiveBack{Refunded: giving.Refunded{Of: of, Unit: c.app.Unit(), Back: s.back, Fee: s.fee,
			Through: Asset, Reason: s.reason, On: on, Evidence: giving.Proved}}
	case undo:
		r.Command = &giving.Reverse{Reversed: giving.Reversed{Of: of, By: Mandate, On: on}, Origin: gift}
	case charge:
		r.Command = &giving.Charge{FeeCharged: giving.FeeCharged{Pot: s.pot, Unit: c.app.Unit(), Amount: s.amount,
			Through: Asset, For: s.kind, Of: gift, On: on, Evidence: giving.Proved}}
	}
	_, err = c.enter(ctx, s.claim, r)
	return err
}
