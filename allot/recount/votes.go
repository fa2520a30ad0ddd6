// SPDX-License-Identifier: AGPL-3.0-or-later

package recount

import (
	"slices"

	"ecot/allot/explain"
)

// greedy checks a document of the rule by votes.
func (c *checker) greedy() error {
	said := c.claim
	if said.Threshold < 0 {
		return differs("the threshold is below zero")
	}
	c.found.NoSkip, c.found.Threshold, c.found.Exclusive = said.NoSkip, said.Threshold, said.Exclusive
	groups := make([][]int, 0, len(said.Exclusive))
	for _, ids := range said.Exclusive {
		var group []int
		for _, id := range ids {
			p, err := c.project(id)
			if err != nil {
				return err
			}
			group = append(group, p)
		}
		groups = append(groups, group)
	}
	ballot := &tally{checker: c, threshold: said.Threshold, groups: groups, taken: make([]bool,
		len(c.election.Projects))}
	ballot.all(said.NoSkip)
	c.found.Ties = ballot.ties
	return nil
}

// byVotes adds what is chosen by votes after another rule took the marked projects.
func (c *checker) byVotes(noSkip bool, threshold int, groups [][]int, taken []bool) {
	ballot := &tally{checker: c, threshold: threshold, groups: groups, taken: taken, quiet: true}
	ballot.all(noSkip)
}

// tally is choosing by votes under way.
type tally struct {
	*checker
	threshold int
	groups    [][]int
	taken     []bool // projects that have won
	quiet     bool   // ties are not told
	ties      int
}

// all considers every supported project that has not won: the one with most votes first.
func (t *tally) all(noSkip bool) {
	var waiting []int
	for p := range t.election.Projects {
		if t.election.Votes(p) > 0 && !t.taken[p] {
			waiting = append(waiting, p)
		}
	}
	slices.SortFunc(waiting, func(a, b int) int {
		if votes := t.election.Votes(b) - t.election.Votes(a); votes != 0 {
			return votes
		}
		if t.precedes(a, b) {
			return -1
		}
		return 1
	})
	for i, p := range waiting {
		verdict := t.judge(p)
		project := t.election.Projects[p]
		choice := explain.Choice{
			Project: project.ID, Votes: t.election.Votes(p), Cost: t.election.Amount(project.Cost),
			Left: t.election.Amount(t.election.Budget - t.spent), Verdict: verdict,
		}
		if verdict == explain.Bought {
			if !t.quiet {
				choice.Tied = t.rivals(p, waiting[i+1:])
			}
			t.taken[p] = true
			t.won = append(t.won, p)
			t.spent += project.Cost
		}
		t.found.Choices = append(t.found.Choices, choice)
		if noSkip && verdict == explain.TooCostly {
			return
		}
	}
}

// judge says what becomes of p now.
func (t *tally) judge(p int) explain.Verdict {
	if t.election.Votes(p) < t.threshold {
		return explain.TooFew
	}
	for _, group := range t.groups {
		if slices.Contains(group, p) && slices.ContainsFunc(group, func(q int) bool { return t.taken[q] }) {
			return explain.Excluded
		}
	}
	if t.spent+t.election.Projects[p].Cost > t.election.Budget {
		return explain.TooCostly
	}
	return explain.Bought
}

// rivals gives those of the later projects that have as many votes as p and could be bought in its place.
func (t *tally) rivals(p int, later []int) []string {
	var ids []string
	for _, q := range later {
		if t.election.Votes(q) == t.election.Votes(p) && t.judge(q) == explain.Bought {
			ids = append(ids, t.election.Projects[q].ID)
		}
	}
	if ids != nil {
		t.ties++
	}
	return ids
}
