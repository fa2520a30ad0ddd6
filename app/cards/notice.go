// SPDX-License-Identifier: AGPL-3.0-or-later

package cards

import (
	"context"
	"net/http"
	"time"

	"ecot/fault"
	"ecot/mechanism/regular"
	"ecot/office"
	"ecot/pay"
)

// Limits of the messages. Last looked at on 2026-11-22.
const (
	actTime     = 20 * time.Second    // of following one message while the provider waits for our answer
	retrySoon   = time.Minute         // until a message that could not be followed is tried again, and
	retryLate   = 6 * time.Hour       // at most
	eventsKept  = 90 * 24 * time.Hour // longer than any provider sends a message again
	maxEventErr = 500                 // bytes of what is kept of an error
)

// Notice takes a message of a provider. One that is not genuine is refused. A genuine one is kept, and then
// followed at once by reading the provider again; what cannot be followed now is followed by Tick. It is nil
// once the message is kept, for then the provider need not send it again.
func (c *Cards) Notice(ctx context.Context, provider string, body []byte, header http.Header) error {
	till, err := c.provider(provider)
	if err != nil {
		return err
	}
	told, err := till.Event(body, header, c.app.Now())
	if err != nil || told.Kind == pay.Other {
		return err
	}
	now := c.now()
	e := office.CardEvent{Provider: provider, ID: told.ID, Kind: string(told.Kind), Object: told.Object,
		Came: now, Look: now + int64(retrySoon/time.Second)}
	had, found, err := c.office.CardEvent(ctx, provider, told.ID)
	if err != nil || found && had.Done > 0 {
		return err
	}
	if !found {
		if err := c.office.Do(ctx, func(tx *office.Tx) error { return tx.AddCardEvent(ctx, e) }); err != nil {
			return err
		}
	}
	// The provider may hang up; what was begun goes on.
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), actTime)
	defer stop()
	return c.followEvent(ctx, e)
}

// followEvent looks at what a message that is kept names, unless that was done meanwhile. When it cannot,
// the message is delayed; the error is that of the office alone.
func (c *Cards) followEvent(ctx context.Context, e office.CardEvent) error {
	err := c.turn(ctx, func() error {
		release, err := c.hold(ctx, "event/"+e.Provider+"/"+e.ID)
		if err != nil {
			return err
		}
		defer release()
		kept, found, err := c.office.CardEvent(ctx, e.Provider, e.ID)
		if err != nil || !found || kept.Done > 0 {
			return err
		}
		e = kept
		if err := c.act(ctx, e.Provider, pay.Kind(e.Kind), e.Object); err != nil {
			return err
		}
		return c.office.Do(ctx, func(tx *office.Tx) error {
			return tx.EndCardEvent(ctx, e.Provider, e.ID, c.now())
		})
	})
	if err == nil {
		return nil
	}
	wait := min(retrySoon<<min(e.Tries, 20), retryLate)
	if after, again := pay.RetryAfter(err); again {
		wait = max(wait, after)
	}
	why := oneLine(err.Error(), maxEventErr)
	ctx = context.WithoutCancel(ctx)
	return c.office.Do(ctx, func(tx *office.Tx) error {
		return tx.DelayCardEvent(ctx, e.Provider, e.ID, c.now()+int64(wait/time.Second), why)
	})
}

// turn runs fn when fewer than maxTurns others do so.
func (c *Cards) turn(ctx context.Context, fn func() error) error {
	select {
	case c.turns <- struct{}{}:
		defer func() { <-c.turns }()
		return fn()
	case <-ctx.Done():
		return fault.Wrap(ctx.Err(), fault.Unavailable, "Too much is being looked at; it is looked at later.")
	}
}

// act looks at an object of a provider. One that the provider does not know becomes a case.
func (c *Cards) act(ctx context.Context, provider string, kind pay.Kind, object string) error {
	till, err := c.provider(provider)
	if err != nil {
		return err
	}
	switch kind {
	case pay.SessionDone, pay.SessionGone:
		_, err = c.lookSession(ctx, till, object)
	case pay.InstalmentTaken, pay.InstalmentRefused:
		err = c.lookInstalment(ctx, till, object)
	case pay.Refunded, pay.DisputeOpened, pay.DisputeClosedWon, pay.DisputeClosedLost, pay.FundsWithdrawn,
		pay.FundsReinstated:
		err = c.lookPayment(ctx, till, object)
	case pay.PayoutSent, pay.PayoutReturned:
		err = c.lookPayout(ctx, till, object)
	case wished:
		err = c.lookWish(ctx, till, object)
	case pay.SubscriptionOver:
		err = c.sync(ctx, till, object, regular.ByProvider)
	}
	if err != nil && settledByPerson(err) {
		made := caseOf(provider, object, err, c.now())
		if fault.CodeOf(err) == fault.NotFound {
			made.Kind = Unknown
		}
		return c.openCase(ctx, made)
	}
	return err
}
