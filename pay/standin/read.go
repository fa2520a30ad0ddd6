// SPDX-License-Identifier: AGPL-3.0-or-later

package standin

import (
	"cmp"
	"context"
	"slices"
	"time"

	"ecot/fault"
	"ecot/pay"
)

// Subscription reads a subscription again.
func (p *Provider) Subscription(_ context.Context, id string) (pay.Subscription, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, err := find(p.subscriptions, id)
	if err != nil {
		return pay.Subscription{}, err
	}
	return *s, nil
}

// Instalment reads an instalment again.
func (p *Provider) Instalment(_ context.Context, id string) (pay.Instalment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i, err := find(p.instalments, id)
	if err != nil {
		return pay.Instalment{}, err
	}
	return *i, nil
}

// Instalments lists the instalments of a subscription, newest first: ids count up.
func (p *Provider) Instalments(_ context.Context, id string, since time.Time) ([]pay.Instalment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := find(p.subscriptions, id); err != nil {
		return nil, err
	}
	var all []pay.Instalment
	for _, i := range p.instalments {
		if i.Subscription == id && !i.Created.Before(since) {
			all = append(all, *i)
		}
	}
	slices.SortFunc(all, func(a, b pay.Instalment) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(len(b.ID), len(a.ID)), cmp.Compare(b.ID, a.ID))
	})
	return all, nil
}

// Revise stops, pauses, resumes or changes the amount of a subscription.
func (p *Provider) Revise(ctx context.Context, r pay.Revision) (pay.Subscription, error) {
	if err := r.Check(); err != nil {
		return pay.Subscription{}, err
	}
	revised, err := p.revise(r)
	if err != nil {
		return pay.Subscription{}, err
	}
	p.settleUp(ctx)
	return revised, nil
}

// revise changes a subscription and notes the message of its end.
func (p *Provider) revise(r pay.Revision) (pay.Subscription, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, err := find(p.subscriptions, r.Subscription)
	if err != nil {
		return pay.Subscription{}, err
	}
	if s.Status == pay.SubscriptionEnded {
		if r.Act == pay.Stop {
			return *s, nil
		}
		return pay.Subscription{}, fault.New(fault.Conflict, "This regular payment has ended; start a new one.")
	}
	switch r.Act {
	case pay.Stop:
		s.Status, s.Ended, s.Next = pay.SubscriptionEnded, p.config.Now(), time.Time{}
		p.note(pay.SubscriptionOver, s.ID)
	case pay.Pause:
		s.Status = pay.SubscriptionPaused
	case pay.Resume:
		if s.Status == pay.SubscriptionPaused {
			s.Status = pay.SubscriptionActive
		}
	case pay.Reprice:
		if r.Amount.Unit != s.Amount.Unit {
			return pay.Subscription{}, fault.New(fault.Invalid, "This regular payment is made in %s.", s.Amount.Unit)
		}
		s.Amount = r.Amount
	}
	return *s, nil
}

// Payouts lists the payouts made since an instant, newest first.
func (p *Provider) Payouts(_ context.Context, since time.Time) ([]pay.Payout, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []pay.Payout
	for _, made := range slices.Backward(p.payouts) {
		if !made.Created.Before(since) {
			short := *made
			short.Lines, short.Complete = nil, false
			all = append(all, short)
		}
	}
	return all, nil
}

// Payout reads a payout with its lines.
func (p *Provider) Payout(_ context.Context, id string) (pay.Payout, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.payouts, func(made *pay.Payout) bool { return made.ID == id })
	if i < 0 {
		return pay.Payout{}, fault.New(fault.NotFound, "The demo's card provider knows nothing of that name.")
	}
	read := *p.payouts[i]
	read.Lines = slices.Clone(read.Lines)
	return read, nil
}
