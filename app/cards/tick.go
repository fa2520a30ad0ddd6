// SPDX-License-Identifier: AGPL-3.0-or-later

package cards

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"ecot/fault"
	"ecot/office"
	"ecot/pay"
)

// How much one tick looks at, and how far back. Last looked at on 2026-11-22.
const (
	tickEvery   = time.Minute
	tickLimit   = 50
	listEvery   = time.Hour
	payoutsBack = 45 * 24 * time.Hour
)

// Run ticks until ctx ends.
func (c *Cards) Run(ctx context.Context) {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for {
		if err := c.Tick(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "what cards brought could not be looked at", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Tick looks again at whatever is due: messages that could not be followed, sessions that are open, regular
// gifts, payments that are not finished or may still be disputed, payouts, refunds that the provider did not
// answer. It may be called at any time, by many at once; messages that were lost are made up for.
func (c *Cards) Tick(ctx context.Context) error {
	now := c.now()
	var errs []error
	for _, look := range []func(context.Context, int64) error{
		c.tickEvents, c.tickRefunds, c.tickSessions, c.tickPayouts, c.tickPayments, c.sweep,
	} {
		err := look(ctx, now)
		if _, down := pay.RetryAfter(err); down || ctx.Err() != nil {
			return errors.Join(append(errs, err)...) // the others would meet the same
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (c *Cards) tickEvents(ctx context.Context, now int64) error {
	due, err := c.office.CardEventsDue(ctx, now, tickLimit)
	for _, e := range due {
		if err := c.followEvent(ctx, e); err != nil {
			return err
		}
	}
	return err
}

func (c *Cards) tickRefunds(ctx context.Context, _ int64) error {
	asked, err := c.office.CardRefundsAsked(ctx, tickLimit)
	for _, r := range asked {
		err := c.askRefund(ctx, r)
		if err != nil && settledByPerson(err) {
			err = c.openCase(ctx, caseOf(r.Provider, "refund/"+r.ID, err, c.now()))
		}
		if err != nil {
			return err
		}
	}
	return err
}

func (c *Cards) tickSessions(ctx context.Context, now int64) error {
	due, err := c.office.CardSessionsDue(ctx, now, tickLimit)
	for _, s := range due {
		looked := c.again(s.Provider, func(till pay.Provider) error {
			_, err := c.lookSession(ctx, till, s.ID)
			return err
		})
		if looked == nil {
			continue
		}
		s.Look = later(s.Since, now, looked)
		kept := c.office.Do(ctx, func(tx *office.Tx) error { return tx.PutCardSession(ctx, s) })
		if err := firstOf(kept, unlessGone(looked)); err != nil {
			return err
		}
	}
	return err
}

func (c *Cards) tickPayments(ctx context.Context, now int64) error {
	due, err := c.office.CardPaymentsDue(ctx, now, tickLimit)
	for _, p := range due {
		looked := c.again(p.Provider, func(till pay.Provider) error { return c.lookPayment(ctx, till, p.ID) })
		if looked == nil {
			continue
		}
		p.Look = later(p.Since, now, looked)
		kept := c.office.Do(ctx, func(tx *office.Tx) error { return tx.PutCardPayment(ctx, p) })
		if err := firstOf(kept, unlessGone(looked)); err != nil {
			return err
		}
	}
	return err
}

// again looks at something of a provider, which the fund may have left since.
func (c *Cards) again(provider string, look func(pay.Provider) error) error {
	till, err := c.provider(provider)
	if err != nil {
		return err
	}
	return look(till)
}

// later says when to try again what failed: never, when the provider or what it knew is gone.
func later(since, now int64, failed error) int64 {
	if fault.CodeOf(failed) == fault.NotFound {
		return 0
	}
	return nextLook(since, now, false)
}

// unlessGone gives an error that somebody should hear of, nil for what is simply gone.
func unlessGone(err error) error {
	if fault.CodeOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// tickPayouts lists, every hour, the payouts of late, and reads those that changed.
func (c *Cards) tickPayouts(ctx context.Context, now int64) error {
	c.mu.Lock()
	at := time.Unix(now, 0)
	due := at.Sub(c.listed) >= listEvery
	c.mu.Unlock()
	if !due {
		return nil
	}
	for name, till := range c.providers {
		list, err := till.Payouts(ctx, at.Add(-payoutsBack))
		if err != nil {
			return err
		}
		for _, p := range list {
			row, found, err := c.office.CardPayout(ctx, name, p.ID)
			if err != nil {
				return err
			}
			if found && row.Complete && row.Status == string(p.Status) {
				continue
			}
			if err := c.act(ctx, name, pay.PayoutSent, p.ID); err != nil {
				return err
			}
		}
	}
	c.mu.Lock()
	c.listed = at
	c.mu.Unlock()
	return nil
}

// sweep forgets messages that no provider sends again.
func (c *Cards) sweep(ctx context.Context, now int64) error {
	return c.office.Do(ctx, func(tx *office.Tx) error {
		return tx.SweepCardEvents(ctx, now-int64(eventsKept/time.Second))
	})
}
