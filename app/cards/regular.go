// SPDX-License-Identifier: AGPL-3.0-or-later

package cards

import (
	"context"
	"crypto/rand"
	"slices"
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

// lookInstalment reads a month's or year's payment, and follows it: one that was taken is booked as a gift,
// one that was refused is noted as missed at once, so that its donor hears of it while the provider tries
// again.
func (c *Cards) lookInstalment(ctx context.Context, till pay.Provider, id string) error {
	i, err := till.Instalment(ctx, id)
	if err != nil {
		return err
	}
	return c.followInstalment(ctx, till, i)
}

// lookSubscription follows a subscription and those of its instalments that nothing was heard of.
func (c *Cards) lookSubscription(ctx context.Context, till pay.Provider, id string) error {
	if err := c.sync(ctx, till, id, regular.ByProvider); err != nil {
		return err
	}
	list, err := till.Instalments(ctx, id, c.app.Now().Add(-listed))
	for _, i := range slices.Backward(list) {
		if i.Payment != "" && i.Status == pay.InstalmentPaid {
			row, _, err := c.office.CardPayment(ctx, till.About().Name, i.Payment)
			if err != nil {
				return err
			}
			if row.Index > 0 {
				continue
			}
		}
		if err := c.followInstalment(ctx, till, i); err != nil {
			return err
		}
	}
	return err
}

// followInstalment follows an instalment as it was read.
func (c *Cards) followInstalment(ctx context.Context, till pay.Provider, i pay.Instalment) error {
	switch {
	case i.Status == pay.InstalmentPaid && i.Payment != "":
		return c.lookPayment(ctx, till, i.Payment)
	case i.Status != pay.InstalmentFailed || i.Subscription == "":
		return nil
	}
	promise, _, err := c.promise(ctx, i.Reference)
	if err != nil || promise.Regular == "" {
		return err
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
// it. The regular gift begins with its first money, as any other; why says whose doing it is when something
// else became of it.
func (c *Cards) sync(ctx context.Context, till pay.Provider, id string, why regular.Why) error {
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
	wishes, err := c.office.CardWishes(ctx, promise.ID, c.now()-int64(wishTime/time.Second))
	if wishes > 0 || err != nil {
		return err // a donor is changing it at this moment; whoever looks later sees what came of it
	}
	goes := s.Status == pay.SubscriptionActive || s.Status == pay.SubscriptionLate ||
		s.Status == pay.SubscriptionPaused
	if err := c.alter(ctx, s, promise, why); err != nil {
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

// alter brings the regular gift in the journal up to a subscription. One that has not begun, or is stopped,
// stays so.
func (c *Cards) alter(ctx context.Context, s pay.Subscription, promise office.Promise,
	why regular.Why) error {
	if promise.Regular == "" {
		return nil
	}
	gift, err := c.app.Reading().Regular(ctx, promise.Regular)
	if err != nil || gift == nil {
		return err
	}
	fact := regular.Changed{ID: promise.Regular, Why: why}
	claim := s.ID + "/"
	switch {
	case s.Status == pay.SubscriptionEnded:
		fact.Change = regular.Stopped
	case s.Status == pay.SubscriptionPaused && !gift.Paused:
		fact.Change = regular.Paused
	case s.Status != pay.SubscriptionPaused && gift.Paused:
		fact.Change = regular.Resumed
	case s.Amount.Minor != gift.Amount:
		to, err := c.sharesOf(ctx, promise, s.Amount)
		if err != nil {
			return err
		}
		fact.Change, fact.Amount, fact.To = regular.Amended, s.Amount.Minor, to
	default:
		return nil
	}
	claim += string(fact.Change)
	if fact.Change != regular.Stopped { // what can come again has no name for ever
		claim += "/" + strings.ToLower(rand.Text())
	}
	_, err = c.enter(ctx, claim, app.Request{Command: &regular.Alter{Changed: fact}})
	return err
}

// sharesOf divides an instalment as its promise says.
func (c *Cards) sharesOf(ctx context.Context, promise office.Promise, a money.Amount) (
	[]journal.Share, error) {
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

// Revise tells the provider what becomes of the subscription of a promise, with the amount of each further
// payment in minor units. Until the caller has entered it, and for a while if it never does, what the
// provider then says of it is the donor's doing.
func (c *Cards) Revise(ctx context.Context, p office.Promise, change regular.Change,
	amount int64) error {
	r := pay.Revision{Subscription: p.Subscription, Key: "change/" + strings.ToLower(rand.Text())}
	switch change {
	case regular.Paused:
		r.Act = pay.Pause
	case regular.Resumed:
		r.Act = pay.Resume
	case regular.Stopped:
		r.Act = pay.Stop
	case regular.Amended:
		r.Act, r.Amount = pay.Reprice, c.amount(amount)
	default:
		return fault.New(fault.Invalid, "The provider has nothing to do for a regular gift that is %q.", change)
	}
	now := c.now()
	wish := office.CardEvent{Provider: c.About().Name, ID: "wish/" + strings.ToLower(rand.Text()), Kind: wished,
		Object: p.ID, Came: now, Look: now + int64(wishTime/time.Second)}
	err := c.office.Do(ctx, func(tx *office.Tx) error { return tx.AddCardEvent(ctx, wish) })
	if err != nil {
		return err
	}
	_, err = c.till.Revise(ctx, r)
	return err
}

// wished is the kind of what a donor had done, kept among the messages for wishTime: so long whoever asked
// for it may take to enter it.
const (
	wished   = "wish"
	wishTime = 10 * time.Minute
)

// lookWish sees what came of what a donor had done, when whoever asked for it did not enter it.
func (c *Cards) lookWish(ctx context.Context, till pay.Provider, id string) error {
	promise, found, err := c.office.Promise(ctx, id)
	if err != nil || !found || promise.Subscription == "" {
		return err
	}
	return c.sync(ctx, till, promise.Subscription, regular.ByDonor)
}
