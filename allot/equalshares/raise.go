// SPDX-License-Identifier: AGPL-3.0-or-later

package equalshares

import (
	"context"
	"slices"
)

// The add1 family asks for the outcome after every single raise. Most raises change nothing, and that is
// proved without counting them. Let the same projects have been bought in the same order from two
// endowments: every purse of the smaller run holds at most what it holds in the larger, so every
// price of the larger is at most that of the smaller, and any endowment between lies between. If then
// the winner's price in the smaller run beats every other price in the larger, it beats them from all
// endowments between; round by round, all of them buy the same projects in the same order. So one
// run far ahead, held against the last one, covers the whole span; the span doubles when that succeeds
// and halves when it fails. Rounding up keeps the argument: purses and payments stay monotonic.

// climb is raising under way: from one run to the next, up to the outcome that stands.
type climb struct {
	*completion
	run    *run[uint64]
	last   []Round // the run at raises
	raises int
	steps  []Passed
}

// raise runs the method with ever larger endowments up to the last outcome that fits; with
// exhaustive it stops at the first that leaves no supported project that fits.
func (c *completion) raise(exhaustive bool) error {
	if err := c.once(0, false); err != nil {
		return err
	}
	up := &climb{completion: c, last: c.best.Rounds}
	up.run = newRun[uint64](c.election, &c.options, c.order, crowdOf(c.election))
	up.note()
	var stop *Passed
	for span := 1; stop == nil && !c.ended(up.last, exhaustive); {
		var err error
		if span > 1 && up.raises > 0 {
			span, err = up.leap(span)
		} else {
			span, stop, err = up.step()
		}
		if err != nil {
			return err
		}
	}
	if err := c.once(up.raises, c.options.Explain); err != nil {
		return err
	}
	if c.options.Explain {
		c.best.Steps, c.best.Stop = up.steps, stop
	}
	return nil
}

// note keeps the order of the last run if it differs from the one before.
func (u *climb) note() {
	order := winners(u.last)
	if n := len(u.steps); n == 0 || !slices.Equal(order, u.steps[n-1].Winners) {
		u.steps = append(u.steps, Passed{u.raises, order})
	}
}

// step runs the method one raise on. It gives the span to try next, or the run that exceeded the pool.
func (u *climb) step() (span int, stop *Passed, err error) {
	endowment, err := u.endowment(u.raises + 1)
	if err != nil {
		return 0, nil, err
	}
	u.run.step.Raise = u.raises + 1
	if err := u.run.from(u.ctx, endowment); err != nil {
		return 0, nil, err
	}
	if u.run.spent > u.election.Budget {
		return 0, &Passed{u.raises + 1, winners(u.run.rounds)}, nil
	}
	before := len(u.steps)
	u.advance(1)
	u.note()
	if len(u.steps) > before {
		return 1, nil, nil
	}
	return 2, nil, nil
}

// advance makes the run just made the last one.
func (u *climb) advance(span int) {
	u.raises += span
	u.last, u.run.rounds = u.run.rounds, u.last[:0]
}

// leap tries to pass span raises at once and gives the span to try next.

func (u *climb) leap(span int) (next int, err error) {
	endowment, err := u.endowment(u.raises + span)
	if err != nil {
		return 1, nil // too large for this span; single steps will say so if they get there
	}
	u.run.step.Raise = u.raises + span
	covered, err := u.run.covers(u.ctx, endowment, u.last)
	if err != nil {
		return 0, err
	}
	if !covered {
		return span / 2, nil
	}
	u.advance(span)
	return 2 * span, nil
}

// covers runs the method from endowment and says whether every endowment between that of the run
// guide and this one is proved to buy the same projects in the same order.
func (r *run[B]) covers(ctx context.Context, endowment uint64, guide []Round) (bool, error) {
	r.begin(endowment)
	for _, round := range guide {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		best := r.settleHead()
		if best != int32(round.Project) {
			return false, nil
		}
		r.queue.drop()
		highest := price{uint64(round.Rest), uint64(round.Full), r.queue.prices[best].weight}
		if !r.beats(best, highest) {
			return false, nil
		}
		r.buy(Round{Project: int(best), RunnerUp: -1})
	}
	return r.settleHead() < 0, nil
}

// beats says whether project p at price asked comes before every project in the queue at its exact
// price; equals are settled by the tie order, as they are from every endowment between.
func (r *run[B]) beats(p int32, asked price) bool {
	for len(r.queue.heap) > 0 {
		head := r.queue.heap[0]
		c := asked.compare(r.queue.prices[head])
		if c < 0 || c == 0 && r.queue.order[p] < r.queue.order[head] {
			return true
		}
		if r.exact(head) {
			return false
		}
		r.settle(head)
	}
	return true
}
