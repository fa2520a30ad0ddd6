// SPDX-License-Identifier: AGPL-3.0-or-later

package recount

import (
	"math/bits"
	"slices"

	"ecot/allot/explain"
)

// loads is a run of Phragmén's rule, told who wins.
type loads struct {
	*checker
	load  []uint64 // by voter: the time of the last purchase shared
	sum   []uint64 // by project: cost and loads of its supporters, now or at some time before
	fresh []int    // by project: the round for which sum is exact
	gone  []bool
	round int
}

// phragmen checks a document of Phragmén's rule.
func (c *checker) phragmen() error {
	m := len(c.election.Projects)
	l := &loads{
		checker: c, load: make([]uint64, c.election.Voters),
		sum: make([]uint64, m), fresh: make([]int, m), gone: make([]bool, m),
	}
	for p, project := range c.election.Projects {
		l.sum[p] = uint64(project.Cost) * millionths
		l.gone[p] = c.election.Votes(p) == 0
	}
	for i := range c.claim.Rounds {
		found, winner, err := l.next(&c.claim.Rounds[i])
		if err != nil {
			return err
		}
		if c.spent += c.election.Projects[winner].Cost; c.spent > c.election.Budget {
			return differs("round %d exceeds the budget", l.round)
		}
		for _, voter := range c.election.Supporters(winner) {
			l.load[voter] = found.Price
		}
		l.gone[winner] = true
		if found.Tied != nil {
			c.found.Ties++
		}
		c.found.Residue += found.Residue
		c.found.Rounds = append(c.found.Rounds, found)
		c.won = append(c.won, winner)
	}
	return l.end()
}

// end checks why the run stopped.
func (l *loads) end() error {
	if l.claim.Beyond == nil {
		if p := slices.Index(l.gone, false); p >= 0 {
			return differs("project %q is still waiting at the end", l.election.Projects[p].ID)
		}
		return nil
	}
	found, winner, err := l.next(l.claim.Beyond)
	if err != nil {
		return err
	}
	if l.spent+l.election.Projects[winner].Cost <= l.election.Budget {
		return differs("project %q fits into the budget", found.Project)
	}
	l.found.Beyond = &found
	return nil
}

// total gives the exact sum of p.
func (l *loads) total(p int) uint64 {
	if l.fresh[p] != l.round {
		l.sum[p] = uint64(l.election.Projects[p].Cost) * millionths
		for _, voter := range l.election.Supporters(p) {
			l.sum[p] += l.load[voter]
		}
		l.fresh[p] = l.round
	}
	return l.sum[p]
}

// next derives one round from who is said to have won it.
func (l *loads) next(said *explain.Round) (explain.Round, int, error) {
	l.round++
	winner, err := l.project(said.Project)
	if err == nil && l.gone[winner] {
		err = differs("in round %d project %q cannot be bought", l.round, said.Project)
	}
	if err == nil {
		err = l.ctx.Err()
	}
	if err != nil {
		return explain.Round{}, 0, err
	}
	l.total(winner)
	equal := []int{winner}
	for q := range l.gone {
		if l.gone[q] || q == winner || l.earlier(winner, q) > 0 {
			continue
		}
		l.total(q)
		order := l.earlier(winner, q)
		if order < 0 || order == 0 && l.precedes(q, winner) {
			return explain.Round{}, 0, differs("in round %d project %q comes before %q",
				l.round, l.election.Projects[q].ID, said.Project)
		}
		if order == 0 {
			equal = append(equal, q)
		}
	}
	return l.tell(winner, equal), winner, nil
}

// earlier is positive when p can be bought before q as far as their sums tell, 0 at the same time.
func (l *loads) earlier(p, q int) int {
	a, b := uint64(l.election.Votes(p)), uint64(l.election.Votes(q))
	highP, lowP := bits.Mul64(l.sum[p], b)
	highQ, lowQ := bits.Mul64(l.sum[q], a)
	return slices.Compare([]uint64{highQ, lowQ}, []uint64{highP, lowP})
}

// tell writes the round as the ballots give it.
func (l *loads) tell(winner int, equal []int) explain.Round {
	project, votes := l.election.Projects[winner], l.election.Votes(winner)
	time := offer{l.sum[winner], uint64(votes)}
	found := explain.Round{
		Project: project.ID, Cost: l.election.Amount(project.Cost), Supporters: votes, Payers: votes, Full: votes,
		Rest: time.rest, Price: time.ceiling(), Residue: int64(time.ceiling()*time.full - time.rest),
	}
	if len(equal) > 1 {
		slices.SortFunc(equal, func(a, b int) int {
			if l.precedes(a, b) {
				return -1
			}
			return 1
		})
		found.Tied = l.election.IDs(equal)
	}
	return found
}
