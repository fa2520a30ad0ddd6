// SPDX-License-Identifier: AGPL-3.0-or-later

// Package recount checks the explanation of an outcome against the ballots.
//
// It shares no code with the counters: only the election and the form of the document. It takes from a
// document what was asked (rule, utility, completion, tie rule, threshold, exclusive groups) and who is
// said to have won when, and derives everything else itself: that each purchase was possible at that
// price, that no other project was better, the runner-up, ties, residue, every total. Then the document
// that the ballots give must equal the one at hand to the byte.
//
// Being told the winner of a round, it needs no queue: each other project must have a price above the
// winner's. Prices only rise as purses fall, so a price found earlier that is above already settles it;
// only the others are priced again. Time: about that of counting, and projects × winners short
// comparisons; memory: 8 bytes a voter, 32 a project, with add1 on each processor. For add1, see raises.go.
//
// Invariant: Check gives nil only for the very document that the counter of that rule writes for these
// ballots and options.
package recount

import (
	"bytes"
	"cmp"
	"context"

	"ecot/allot/election"
	"ecot/allot/explain"
	"ecot/fault"
)

// millionths is how many of the smallest parts a unit of the election has.
const millionths = 1_000_000

// Check derives the document d again from the ballots of e and gives a fault of code conflict that
// names the first difference, or the context's error when that ends first.
func Check(ctx context.Context, e *election.Election, d *explain.Document) error {
	c := &checker{ctx: ctx, election: e, claim: d, number: make(map[string]int, len(e.Projects))}
	for p, project := range e.Projects {
		c.number[project.ID] = p
	}
	if d.TieRule != string(election.LowestCost) && d.TieRule != string(election.StringOrder) {
		return differs("the tie rule %.40q is not known", d.TieRule)
	}
	c.found = explain.Document{
		Format: explain.Format, Rule: d.Rule, TieRule: d.TieRule, Voters: e.Voters, Projects: len(e.Projects),
		Decimals: e.Decimals, Budget: e.Amount(e.Budget),
	}
	var err error
	switch d.Rule {
	case "equal-shares":
		err = c.equalShares()
	case "greedy":
		err = c.greedy()
	case "phragmen":
		err = c.phragmen()
	default:
		err = differs("the rule %.40q is not known", d.Rule)
	}
	if err != nil {
		return err
	}
	c.found.Winners = e.IDs(c.won)
	c.found.Spent = e.Amount(c.spent)
	return same(d, &c.found)
}

// checker checks one document.
type checker struct {
	ctx      context.Context
	election *election.Election
	claim    *explain.Document
	number   map[string]int   // project by identifier
	found    explain.Document // what the ballots give
	won      []int
	spent    int64
}

// differs makes the error of a document that the ballots do not bear out.
func differs(format string, args ...any) error {
	f := fault.New(fault.Conflict, format, args...)
	f.Public = "The explanation does not agree with the ballots: " + f.Public + "."
	return f
}

// project gives the number of the project that a document names.
func (c *checker) project(id string) (int, error) {
	p, known := c.number[id]
	if !known {
		return 0, differs("it names project %.60q, which is not in the election", id)
	}
	return p, nil
}

// precedes says whether p is preferred to q when they are equal by the rule.
func (c *checker) precedes(p, q int) bool {
	a, b := c.election.Projects[p], c.election.Projects[q]
	if c.claim.TieRule == string(election.LowestCost) {
		byVotes := cmp.Compare(c.election.Votes(q), c.election.Votes(p))
		if first := cmp.Or(cmp.Compare(a.Cost, b.Cost), byVotes); first != 0 {
			return first < 0
		}
	}
	return a.ID < b.ID
}

// same compares two documents in their written form.
func same(claim, found *explain.Document) error {
	var told, true bytes.Buffer
	if err := claim.Write(&told); err != nil {
		return err
	}
	if err := found.Write(&true); err != nil {
		return err
	}
	if bytes.Equal(told.Bytes(), true.Bytes()) {
		return nil
	}
	line := 1
	for {
		said, err1 := told.ReadBytes('\n')
		is, err2 := true.ReadBytes('\n')
		if err1 != nil || err2 != nil || !bytes.Equal(said, is) {
			return differs("its line %d says %.80s; the ballots give %.80s",
				line, bytes.TrimSpace(said), bytes.TrimSpace(is))
		}
		line++
	}
}
