// SPDX-License-Identifier: AGPL-3.0-or-later

package cards

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/regular"
	"ecot/money"
	"ecot/office"
	"ecot/pay"
)

// lookInstalment reads a month's or year's payment: one that was taken is booked as a gift, one that was
// refused is told to its donor, and noted as missed when the provider tries no more.
func (c *Cards) lookInstalment(ctx context.Context, till pay.Provider, id string) error {
	i, err := till.Instalment(ctx, id)
	if err != nil {
		return err
	}
	switch {
	case i.Status == pay.InstalmentPaid && i.Payment != "":
		return c.lookPayment(ctx, till, i.Payment)
	case i.Status != pay.InstalmentFailed || i.Subscription == "":
		return nil
	}
	promise, _, err := c.promise(ctx, i.Reference)
	if err != nil || promise.ID == "" {
		return err
	}
	if c.options.Letters != nil {
		if err := c.options.Letters.CardRefused(ctx, i.ID, promise, i.NextTry); err != nil {
			return err
		}
	}
	if !i.NextTry.IsZero() || promise.Regular == "" {
		return nil
	}
	missed := &regular.Miss{Missed: regular.Missed{ID: promise.Regular, Month: c.day(i.Created).Month(),
		Why: regular.Refused}}
	_, err = c.enter(ctx, i.ID+"/missed", app.Request{Command: missed})
	if code := fault.CodeOf(err); err != nil && (code == fault.Conflict || code == fault.NotFound) {
		return nil // noted otherwise, or stopped or paused meanwhile: nothing is due any more
	}
	return err
}

// sync brings a promise, and its regular gift in the journal, up to a subscription as the provider tells
// it. paid says that an instalment of it was taken: then the regular gift has begun, whatever became of it.
func (c *Cards) sync(ctx context.Context, till pay.Provider, id string, paid bool) error {
	release, err := c.hold(ctx, "subscription/"+till.About().Name+"/"+id)
	if err != nil {
		return err
	}
	defer release()
	s, err := till.Subscription(ctx, id)
	if err != nil {
		return err
	}
	promise, _, err := c.promise(ctx, s.Reference)
	if err != nil || promise.ID == "" {
		return err
	}
	goes := s.Status == pay.SubscriptionActive || s.Status == pay.SubscriptionLate ||
		s.Status == pay.SubscriptionPaused
	if err := c.alter(ctx, s, promise, paid || goes); err != nil {
		return err
	}
	status := promise.Status
	switch {
	case s.Status == pay.SubscriptionEnded:
		status = office.Stopped
	case s.Status == pay.SubscriptionPaused:
		status = office.Paused
	case goes:
		status = office.Active
	}
	if status == promise.Status && promise.Subscription == id {
		return nil
	}
	return c.office.Do(ctx, func(tx *office.Tx) error {
		return tx.CardSubscribed(ctx, promise.ID, id, status, c.now())
	})
}

// alter brings the regular gift in the journal up to a subscription, and begins it when it was not begun.
func (c *Cards) alter(ctx context.Context, s pay.Subscription, promise office.Promise, begun bool) error {
	if promise.Regular == "" || !begun {
		return nil
	}
	to, err := c.sharesOf(ctx, promise, s.Amount)
	if err != nil {
		return err
	}
	gift, err := c.app.Reading().Regular(ctx, promise.Regular)
	if err != nil {
		return err
	}
	if gift == nil {
		if gift, err = c.begin(ctx, s, promise, to); gift == nil || err != nil {
			return err
		}
	}
	fact := regular.Changed{ID: promise.Regular, Why: regular.ByProvider}
	claim := s.ID + "/"
	switch {
	case s.Status == pay.SubscriptionEnded:
		fact.Change = regular.Stopped
		claim += "ended"
		if promise.Status == office.Stopped {
			fact.Why = regular.ByDonor
		}
	case s.Status == pay.SubscriptionPaused && !gift.Paused:
		fact.Change = regular.Paused
		if promise.Status == office.Paused {
			fact.Why = regular.ByDonor
			until, _ := journal.ParseDay(promise.PausedUntil)
			if until > c.day(c.app.Now()) {
				fact.Until = until
			}
		}
	case s.Status != pay.SubscriptionPaused && gift.Paused:
		fact.Change = regular.Resumed
		if promise.Status == office.Active {
			fact.Why = regular.ByDonor
		}
	case s.Amount.Minor != gift.Amount:
		fact.Change, fact.Amount, fact.To = regular.Amended, s.Amount.Minor, to
		if promise.Amount == s.Amount.Minor {
			fact.Why = regular.ByDonor
		}
	default:
		return nil
	}
	if fact.Change != regular.Stopped { // a change that can come again has no name for ever
		claim += string(fact.Change) + "/" + strings.ToLower(rand.Text())
	}
	_, err = c.enter(ctx, claim, app.Request{Command: &regular.Alter{Changed: fact}})
	return err
}

// sharesOf divides an instalment as its promise says.
func (c *Cards) sharesOf(ctx context.Context, promise office.Promise, a money.Amount) ([]journal.Share, error) {
	if a.Unit != c.app.Unit() {
		return nil, fault.New(fault.Conflict, "The provider takes this regular gift in %s, not in %s.", a.Unit,
			c.app.Unit())
	}
	purpose, _, err := c.office.Purpose(ctx, promise.Reference)
	if err != nil {
		return nil, err
	}
	shares, err := gifts.ParseShares(purpose.Shares)
	if err != nil {
		return nil, err
	}
	return shares.Of(a.Minor)
}

// begin enters a regular gift, once for each subscription, and gives its state; nil when it was begun and
// is stopped.
func (c *Cards) begin(ctx context.Context, s pay.Subscription, promise office.Promise, to []journal.Share) (
	*regular.Gift, error) {
	claim := s.ID + "/begun"
	if index, err := c.taken(ctx, claim); index > 0 || err != nil {
		return nil, err
	}
	day := c.day(s.Created)
	fact := regular.Begun{ID: promise.Regular, Unit: s.Amount.Unit, Amount: s.Amount.Minor, To: to,
		Every: regular.Monthly, Means: regular.Card, From: day}
	if s.Every == pay.Yearly {
		fact.Every = regular.Yearly
	}
	if _, err := c.enter(ctx, claim, app.Request{Command: &regular.Begin{Begun: fact}}); err != nil {
		return nil, err
	}
	return c.app.Reading().Regular(ctx, promise.Regular)
}

// Wish is what a donor wants of a regular gift by card.
type Wish struct {
	Act    pay.Act
	Amount int64       // of Reprice: minor units of the fund's unit
	Until  journal.Day // of Pause: the day on which it goes on by itself; 0 for without end
}

// Change notes what a donor wants of a regular gift, and has it done by the provider and entered in the
// journal: now, or, when the provider does not answer, by Tick. What is so already stays so, without error.
// A gift that has not begun is only stopped.
func (c *Cards) Change(ctx context.Context, id string, w Wish) error {
	e, err := c.wish(ctx, id, w)
	if err != nil {
		return err
	}
	return c.followEvent(ctx, e)
}

// wish keeps what a donor wants, in the promise and among what is to be done.
func (c *Cards) wish(ctx context.Context, id string, w Wish) (e office.CardEvent, err error) {
	release, err := c.hold(ctx, "wish/"+id)
	if err != nil {
		return e, err
	}
	defer release()
	promise, found, err := c.office.Promise(ctx, id)
	switch {
	case err != nil:
		return e, err
	case !found || promise.Means != "card" || promise.Every == "once":
		return e, fault.New(fault.NotFound, "There is no regular gift by card of that name.").In("cards.unknown")
	case promise.Subscription == "" && w.Act != pay.Stop:
		return e, fault.New(fault.Conflict, "This regular gift has not begun.").In("cards.not-begun")
	case promise.Status == office.Stopped && w.Act != pay.Stop:
		return e, fault.New(fault.Conflict, "This regular gift has ended; start a new one.").In("cards.ended")
	}
	if err := w.apply(&promise, c.app.Unit()); err != nil {
		return e, err
	}
	now := c.now()
	e = office.CardEvent{Provider: c.About().Name, ID: "wish/" + strings.ToLower(rand.Text()), Kind: wished,
		Object: id, Came: now, Look: now + int64(retrySoon/time.Second)}
	return e, c.office.Do(ctx, func(tx *office.Tx) error {
		if err := tx.CardWish(ctx, promise, now); err != nil {
			return err
		}
		return tx.AddCardEvent(ctx, e)
	})
}

// wished is the kind of what a donor wants, kept among the messages until it is done.
const wished = "wish"

// apply writes a wish into its promise.
func (w Wish) apply(promise *office.Promise, unit money.Unit) error {
	switch w.Act {
	case pay.Stop:
		promise.Status = office.Stopped
	case pay.Pause:
		promise.Status, promise.PausedUntil = office.Paused, ""
		if w.Until != 0 {
			promise.PausedUntil = w.Until.String()
		}
	case pay.Resume:
		promise.Status, promise.PausedUntil = office.Active, ""
	case pay.Reprice:
		promise.Amount = w.Amount
		return pay.CheckAmount(money.Amount{Minor: w.Amount, Unit: unit})
	default:
		return fault.New(fault.Invalid, "A regular gift is stopped, paused, resumed or changed, not %q.", w.Act)
	}
	return nil
}

// fulfil has the provider do what the donor of a promise wants by now.
func (c *Cards) fulfil(ctx context.Context, till pay.Provider, id string) error {
	promise, found, err := c.office.Promise(ctx, id)
	if err != nil || !found || promise.Subscription == "" {
		return err
	}
	s, err := till.Subscription(ctx, promise.Subscription)
	if err != nil {
		return err
	}
	for _, r := range revisions(s, promise) {
		r.Key = "change/" + strings.ToLower(rand.Text())
		if _, err := till.Revise(ctx, r); err != nil {
			return err
		}
	}
	return c.sync(ctx, till, s.ID, false)
}

// revisions gives what is to be asked of the provider so that a subscription becomes what its promise says.
// Whatever was asked before is not asked again, for it is so already.
func revisions(s pay.Subscription, promise office.Promise) (all []pay.Revision) {
	if s.Status == pay.SubscriptionEnded {
		return nil
	}
	if promise.Status == office.Stopped {
		return []pay.Revision{{Subscription: s.ID, Act: pay.Stop}}
	}
	if promise.Amount != s.Amount.Minor {
		to := money.Amount{Minor: promise.Amount, Unit: s.Amount.Unit}
		all = append(all, pay.Revision{Subscription: s.ID, Act: pay.Reprice, Amount: to})
	}
	paused := s.Status == pay.SubscriptionPaused
	switch {
	case promise.Status == office.Paused && !paused:
		all = append(all, pay.Revision{Subscription: s.ID, Act: pay.Pause})
	case promise.Status == office.Active && paused:
		all = append(all, pay.Revision{Subscription: s.ID, Act: pay.Resume})
	}
	return all
}

// StopAll stops every regular gift by card of a donor, as before they are erased.
func (c *Cards) StopAll(ctx context.Context, handle string) error {
	all, err := c.office.Promises(ctx, handle)
	if err != nil {
		return err
	}
	for _, promise := range all {
		if promise.Means != "card" || promise.Every == "once" || promise.Status == office.Stopped {
			continue
		}
		if err := c.Change(ctx, promise.ID, Wish{Act: pay.Stop}); err != nil {
			return err
		}
	}
	return nil
}
