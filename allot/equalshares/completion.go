// SPDX-License-Identifier: AGPL-3.0-or-later

package equalshares

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"slices"

	"ecot/allot/election"
	"ecot/fault"
)

// completion leads runs of the method to an outcome.
type completion struct {
	ctx      context.Context
	election *election.Election
	options  Options
	order    []int
	best     *Outcome
}

// endowment gives what every voter begins with after raises steps, in 10⁻⁶ units: ⌈pool ÷ voters⌉ and
// a whole unit of the currency a step.
func (c *completion) endowment(raises int) (uint64, error) {
	voters := uint64(c.election.Voters)
	if voters == 0 {
		return 0, fault.New(fault.Invalid, "The election has no ballots: there is nobody to share the budget among.")
	}
	first := (uint64(c.election.Budget)*Micro + voters - 1) / voters
	high, more := bits.Mul64(uint64(raises), uint64(c.election.Whole())*Micro)
	above, total := bits.Mul64(first+more, voters)
	if high != 0 || first+more < more || above != 0 || total > math.MaxInt64 {
		return 0, fault.New(fault.Invalid, "The shares of all voters together grew too large to count exactly.")
	}
	return first + more, nil
}

// once runs the method without raising.
func (c *completion) once() error {
	endowment, err := c.endowment(0)
	if err != nil {
		return err
	}
	if endowment <= math.MaxUint32 {
		err = settle(c, newRun[uint32](c.election, &c.options, c.order), endowment)
	} else {
		err = settle(c, newRun[uint64](c.election, &c.options, c.order), endowment)
	}
	return err
}

// settle makes the outcome of one run within the pool the best.
func settle[B uint32 | uint64](c *completion, r *run[B], endowment uint64) error {
	r.hard = true
	if err := r.from(c.ctx, endowment); err != nil {
		return err
	}
	c.keep(r.rounds, endowment, 0)
	return nil
}

// keep makes the rounds of a run the best outcome so far.
func (c *completion) keep(rounds []Round, endowment uint64, raises int) {
	o := &Outcome{Rounds: rounds, Endowment: int64(endowment), Raises: raises, Runs: raises + 1}
	for _, round := range rounds {
		o.Winners = append(o.Winners, round.Project)
		o.Spent += c.election.Projects[round.Project].Cost
		o.Residue += round.Residue
		if round.Tied != nil {
			o.Ties++
		}
	}
	c.best = o
}

// raise runs the method with ever larger endowments up to the last outcome that fits; with
// exhaustive it stops at the first that leaves no supported project that fits.
func (c *completion) raise(exhaustive bool) error {
	if err := c.once(); err != nil {
		return err
	}
	r := newRun[uint64](c.election, &c.options, c.order)
	for raises := 1; !c.ended(exhaustive); raises++ {
		endowment, err := c.endowment(raises)
		if err != nil {
			return err
		}
		r.step.Raise = raises
		if err := r.from(c.ctx, endowment); err != nil {
			return err
		}
		if r.spent > c.election.Budget {
			c.best.Runs++
			return nil
		}
		c.keep(r.rounds, endowment, raises)
	}
	return nil
}

// ended says whether raising can stop at the best outcome: every project with supporters is in it,
// or, with exhaustive, none of the others fits into what is left.
func (c *completion) ended(exhaustive bool) bool {
	won := c.won()
	for p, project := range c.election.Projects {
		if won[p] || c.election.Votes(p) == 0 {
			continue
		}
		if !exhaustive || project.Cost <= c.election.Budget-c.best.Spent {
			return false
		}
	}
	return true
}

// won marks the winners so far.
func (c *completion) won() []bool {
	won := make([]bool, len(c.election.Projects))
	for _, p := range c.best.Winners {
		won[p] = true
	}
	return won
}

// fill adds to the best outcome, by votes and then by the tie rule, the supported projects that fit.
func (c *completion) fill() {
	won := c.won()
	var others []int
	for p := range c.election.Projects {
		if !won[p] && c.election.Votes(p) > 0 {
			others = append(others, p)
		}
	}
	slices.SortFunc(others, func(a, b int) int {
		return cmp.Or(cmp.Compare(c.election.Votes(b), c.election.Votes(a)), cmp.Compare(c.order[a], c.order[b]))
	})
	for _, p := range others {
		if cost := c.election.Projects[p].Cost; c.best.Spent+cost <= c.election.Budget {
			c.best.Winners = append(c.best.Winners, p)
			c.best.Filled = append(c.best.Filled, p)
			c.best.Spent += cost
		}
	}
}
