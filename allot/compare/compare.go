// SPDX-License-Identifier: AGPL-3.0-or-later

// Package compare counts one election by all rules and sets the outcomes side by side.
//
// Beside winners and money it tells how many voters are reached, that is, approve at least one winner,
// and how many are left with nothing. Cost: the rules one after another, then one reading of the
// winners' supporters, a byte a voter. The completed form of Equal Shares, which counts many times,
// is left to elections of up to [CompletedMarks] marks; larger ones are completed by votes.
//
// Invariant: every row answers the same ballots with the same tie rule.
package compare

import (
	"context"

	"ecot/allot/election"
	"ecot/allot/equalshares"
	"ecot/allot/greedy"
	"ecot/allot/phragmen"
)

// CompletedMarks is the size up to which Equal Shares is completed by raising the endowment.
const CompletedMarks = 2_000_000

// Row is the outcome of one rule.
type Row struct {
	Rule    string // as on the command line, such as "equal-shares cost add1eu"
	Winners []int  // in the order bought
	Spent   int64  // in units
	Reached int    // voters who approve a winner
	Nothing int    // voters who do not
}

// Places of two of the rows of [Rules].
const (
	Completed = 1 // Equal Shares by cost, completed
	Greedy    = 5 // by votes, passing over what does not fit
)

// Rules counts e by every rule.
func Rules(ctx context.Context, e *election.Election, ties election.TieRule) ([]Row, error) {
	completion := equalshares.Addeu
	if e.Marks() > CompletedMarks {
		completion = equalshares.Util
	}
	var rows []Row
	add := func(rule string, winners []int, spent int64) {
		reached := reached(e, winners)
		rows = append(rows, Row{rule, winners, spent, reached, e.Voters - reached})
	}
	for _, o := range []equalshares.Options{
		{Utility: equalshares.ByCost, Completion: equalshares.None, Ties: ties},
		{Utility: equalshares.ByCost, Completion: completion, Ties: ties},
		{Utility: equalshares.ByNumber, Completion: equalshares.None, Ties: ties},
		{Utility: equalshares.ByNumber, Completion: completion, Ties: ties},
	} {
		r, err := equalshares.Count(ctx, e, o)
		if err != nil {
			return nil, err
		}
		add(equalshares.Rule+" "+string(o.Utility)+" "+string(o.Completion), r.Winners, r.Spent)
	}
	load, err := phragmen.Count(ctx, e, phragmen.Options{Ties: ties})
	if err != nil {
		return nil, err
	}
	add(phragmen.Rule, load.Winners, load.Spent)
	for _, o := range []greedy.Options{{Ties: ties}, {Ties: ties, NoSkip: true}} {
		r, err := greedy.Count(e, o)
		if err != nil {
			return nil, err
		}
		name := greedy.Rule
		if o.NoSkip {
			name += " no-skip"
		}
		add(name, r.Winners, r.Spent)
	}
	return rows, nil
}

// reached counts the voters who approve at least one of the projects.
func reached(e *election.Election, projects []int) int {
	has, count := make([]bool, e.Voters), 0
	for _, p := range projects {
		for _, voter := range e.Supporters(p) {
			if !has[voter] {
				has[voter] = true
				count++
			}
		}
	}
	return count
}

// Prefers counts the voters who approve more projects of a than of b, and the other way round: the
// comparison step keeps the outcome of Equal Shares unless more voters prefer that by votes.
func Prefers(e *election.Election, a, b []int) (more, fewer int) {
	lead := make([]int32, e.Voters)
	for i, projects := range [][]int{a, b} {
		for _, p := range projects {
			for _, voter := range e.Supporters(p) {
				lead[voter] += int32(1 - 2*i)
			}
		}
	}
	for _, l := range lead {
		switch {
		case l > 0:
			more++
		case l < 0:
			fewer++
		}
	}
	return more, fewer
}

// PerTenThousand gives the share of part in whole, in hundredths of a per cent, rounded to the nearest.
func PerTenThousand(part, whole int64) int64 {
	if whole == 0 {
		return 0
	}
	quotient, rest := part/whole, part%whole
	for range 4 {
		quotient, rest = quotient*10+rest*10/whole, rest*10%whole
	}
	if rest >= whole-rest {
		quotient++
	}
	return quotient
}
