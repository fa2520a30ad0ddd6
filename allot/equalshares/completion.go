// SPDX-License-Identifier: AGPL-3.0-or-later

package equalshares

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"slices"

	"ecot/allot/election"
	"ecot/allot/explain"
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
		return 0, fault.New(fault.Invalid,
			"The election has no ballots: there is nobody to share the budget among.")
	}
	first := (uint64(c.election.Budget)*Micro + voters - 1) / voters
	high, more := bits.Mul64(uint64(raises), uint64(c.election.Whole())*Micro)
	above, total := bits.Mul64(first+more, voters)
	if high != 0 || first+more < more || above != 0 || total > math.MaxInt64 {
		return 0, fault.New(fault.Invalid, "The shares of all voters together grew too large to count exactly.")
	}
	return first + more, nil
}

// once runs the method from the endowment after raises steps and makes that the best outcome.
func (c *completion) once(raises int, explain bool) error {
	endowment, err := c.endowment(raises)
	if err != nil {
		return err
	}
	if endowment <= math.MaxUint32 {
		return settle(c, newRun[uint32](c.election, &c.options, c.order, nil), raises, explain)
	}
	return settle(c, newRun[uint64](c.election, &c.options, c.order, nil), raises, explain)
}

// settle makes the outcome of one run the best; without raises it stays within the pool.
func settle[B uint32 | uint64](c *completion, r *run[B], raises int, explain bool) error {
	endowment, err := c.endowment(raises)
	if err != nil {
		return err
	}
	r.hard, r.explain, r.step.Raise = raises == 0, explain, raises
	if err := r.from(c.ctx, endowment); err != nil {
		return err
	}
	c.keep(r.rounds, endowment, raises)
	return nil
}

// keep makes the rounds of a run the best outcome so far.
func (c *completion) keep(rounds []Round, endowment uint64, raises int) {
	o := &Outcome{Rounds: rounds, Winners: winners(rounds), Endowment: int64(endowment), Raises: raises}
	for _, round := range rounds {
		o.Spent += c.election.Projects[round.Project].Cost
		o.Residue += round.Residue
		if round.Tied != nil {
			o.Ties++
		}
	}
	c.best = o
}

// winners gives the projects of rounds.
func winners(rounds []Round) []int {
	projects := make([]int, len(rounds))
	for i, round := range rounds {
		projects[i] = round.Project
	}
	return projects
}

// ended says whether raising can stop at an outcome: every project with supporters is in it, or, with
// exhaustive, none of the others fits into what is left.
func (c *completion) ended(rounds []Round, exhaustive bool) bool {
	left := c.election.Budget
	won := make([]bool, len(c.election.Projects))
	for _, round := range rounds {
		won[round.Project] = true
		left -= c.election.Projects[round.Project].Cost
	}
	for p, project := range c.election.Projects {
		if !won[p] && c.election.Votes(p) > 0 && (!exhaustive || project.Cost <= left) {
			return false
		}
	}
	return true
}

// fill adds to the best outcome, by votes and then by the tie rule, the supported projects that fit.
func (c *completion) fill() {
	won := make([]bool, len(c.election.Projects))
	for _, p := range c.best.Winners {
		won[p] = true
	}
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
		choice := Choice{p, explain.TooCostly}
		if cost := c.election.Projects[p].Cost; cost <= c.election.Budget-c.best.Spent {
			choice.Verdict = explain.Bought
			c.best.Winners = append(c.best.Winners, p)
			c.best.Spent += cost
		}
		c.best.Filled = append(c.best.Filled, choice)
	}
}
