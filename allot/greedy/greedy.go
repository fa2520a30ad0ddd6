// SPDX-License-Identifier: AGPL-3.0-or-later

// Package greedy counts the common rule of participatory budgeting: projects by votes, while the
// money lasts. It stands beside Equal Shares for comparison.
//
// Definition (H. Aziz and N. Shah, "Participatory Budgeting: Models and Approaches", 2021, §4.1; the
// variants as named by Pabulib). Projects are taken by falling number of approvals, equals by the tie
// rule; each is bought if its cost does not exceed what is left. Variants: stop at the first that does
// not fit (no-skip); pass over those with fewer votes than a threshold; of a group of exclusive
// projects only the first taken is bought. A project without any vote is never bought.
//
// Cost: m log m time, m memory for m projects. Limits: those of package election.
//
// Invariant: spent ≤ pool, and no project passed over for money fits into what was left then.
package greedy

import (
	"cmp"
	"slices"

	"ecot/allot/election"
	"ecot/allot/explain"
	"ecot/fault"
)

// Rule is the name of the rule in documents.
const Rule = "greedy"

// Options are the choices of a count.
type Options struct {
	Ties      election.TieRule
	NoSkip    bool    // stop at the first project that does not fit
	Threshold int     // votes that a project needs; 0 asks for one all the same
	Exclusive [][]int // groups of projects of which one at most is bought
}

// Outcome is the result of a count.
type Outcome struct {
	Winners []int // in the order bought
	Spent   int64 // in units
	Ties    int   // purchases at which another project had as many votes and would have fitted too
	Choices []explain.Choice
}

// Count counts e by the rule. It refuses a tie rule it does not know, a negative threshold and
// a group that names no project.
func Count(e *election.Election, o Options) (*Outcome, error) {
	place, err := e.TieOrder(o.Ties)
	if err != nil {
		return nil, err
	}
	if o.Threshold < 0 {
		return nil, fault.New(fault.Invalid, "The threshold is %d votes; it cannot be below zero.", o.Threshold)
	}
	c := count{election: e, options: o, rivals: make([][]int, len(e.Projects)), won: make([]bool,
		len(e.Projects))}
	for i, group := range o.Exclusive {
		for _, p := range group {
			if p < 0 || p >= len(e.Projects) {
				return nil, fault.New(fault.Invalid, "Exclusive group %d names project number %d, which does not exist.",
					i+1, p)
			}
			c.rivals[p] = append(c.rivals[p], i)
		}
	}
	for p := range e.Projects {
		if e.Votes(p) > 0 {
			c.order = append(c.order, p)
		}
	}
	slices.SortFunc(c.order, func(a, b int) int {
		return cmp.Or(cmp.Compare(e.Votes(b), e.Votes(a)), cmp.Compare(place[a], place[b]))
	})
	for i, p := range c.order {
		if verdict := c.choose(i, p); verdict == explain.TooCostly && o.NoSkip {
			break
		}
	}
	return &c.outcome, nil
}

// count is one count under way.
type count struct {
	election *election.Election
	options  Options
	order    []int
	rivals   [][]int // exclusive groups of each project
	won      []bool
	outcome  Outcome
}

// choose considers the project at place i of the order.
func (c *count) choose(i, p int) explain.Verdict {
	e := c.election
	choice := explain.Choice{
		Project: e.Projects[p].ID, Votes: e.Votes(p), Cost: e.Amount(e.Projects[p].Cost),
		Left: e.Amount(e.Budget - c.outcome.Spent), Verdict: c.verdict(p),
	}
	if choice.Verdict == explain.Bought {
		for _, q := range c.order[i+1:] {
			if e.Votes(q) != e.Votes(p) {
				break
			}
			if c.verdict(q) == explain.Bought {
				choice.Tied = append(choice.Tied, e.Projects[q].ID)
			}
		}
		if choice.Tied != nil {
			c.outcome.Ties++
		}
		c.won[p] = true
		c.outcome.Winners = append(c.outcome.Winners, p)
		c.outcome.Spent += e.Projects[p].Cost
	}
	c.outcome.Choices = append(c.outcome.Choices, choice)
	return choice.Verdict
}

// verdict says what would become of p if it were considered now.
func (c *count) verdict(p int) explain.Verdict {
	if c.election.Votes(p) < c.options.Threshold {
		return explain.TooFew
	}
	for _, group := range c.rivals[p] {
		for _, rival := range c.options.Exclusive[group] {
			if c.won[rival] {
				return explain.Excluded
			}
		}
	}
	if c.election.Projects[p].Cost > c.election.Budget-c.outcome.Spent {
		return explain.TooCostly
	}
	return explain.Bought
}

// Explain gives the document of an outcome of e under o.
func Explain(e *election.Election, o Options, outcome *Outcome) *explain.Document {
	d := &explain.Document{
		Format: explain.Format, Rule: Rule, TieRule: string(o.Ties), NoSkip: o.NoSkip, Threshold: o.Threshold,
		Voters: e.Voters, Projects: len(e.Projects), Decimals: e.Decimals, Budget: e.Amount(e.Budget),
		Choices: outcome.Choices, Winners: e.IDs(outcome.Winners), Spent: e.Amount(outcome.Spent),
		Ties: outcome.Ties,
	}
	for _, group := range o.Exclusive {
		d.Exclusive = append(d.Exclusive, e.IDs(group))
	}
	return d
}
