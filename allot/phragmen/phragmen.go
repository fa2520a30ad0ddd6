// SPDX-License-Identifier: AGPL-3.0-or-later

// Package phragmen counts Phragmén's sequential rule with costs. It stands beside Equal Shares for
// comparison, and completes it in committee elections.
//
// Definition (M. Los, Z. Christoff and D. Grossi, "Proportional Budget Allocations: Towards a
// Systematization", IJCAI 2022, §3; with unit costs, M. Brill and others, "Phragmén's Voting Methods and
// Justified Representation", AAAI 2017). Every voter earns money at the same steady rate. As soon as
// the supporters of a project together hold its cost they buy it and are left with nothing. It ends
// before the first purchase that would exceed the pool.
//
// On integers: the load of a voter is the time of the last purchase that the voter shared, in 10⁻⁶
// units earned. The next project has the least (cost + loads of its supporters) ÷ supporters, compared
// exactly by cross products; the new load is that fraction rounded up, and the surplus is residue.
//
// Cost: as for Equal Shares a queue of old values, which are lower bounds since loads only rise; 8 bytes
// a voter. Limits: those of package election.
//
// Invariant: the outcome depends on the election and the options only, and spent ≤ pool.
package phragmen

import (
	"container/heap"
	"context"
	"math"
	"math/bits"

	"ecot/allot/election"
	"ecot/fault"
)

// Rule is the name of the rule in documents.
const Rule = "phragmen"

// Micro is how many of the units in which loads are kept make one unit of the election.
const Micro = 1_000_000

// Options are the choices of a count.
type Options struct {
	Ties   election.TieRule
	Purses []int64 // money that each voter has from the start, in 10⁻⁶ units; nil for none
	Bought []int   // projects bought before, out of the pool
}

// Round is one purchase: at the time Rest ÷ Supporters its supporters hold its cost.
type Round struct {
	Project    int
	Supporters int
	Rest       uint64 // cost and loads of the supporters together, in 10⁻⁶ units
	Load       int64  // their load after it, Rest ÷ Supporters rounded up
	Residue    int64
	Tied       []int // projects at exactly the same time, in tie order, Project among them
}

// Outcome is the result of a count.
type Outcome struct {
	Winners []int  // in the order bought, without those bought before
	Spent   int64  // in units, those bought before included
	Beyond  *Round // the purchase that would exceed the pool; nil when no supported project was left
	Rounds  []Round
	Ties    int
	Residue int64
}

// Count counts e by the rule, and gives the context's error when that ends first.
func Count(ctx context.Context, e *election.Election, o Options) (*Outcome, error) {
	c, err := begin(e, o)
	if err != nil {
		return nil, err
	}
	for c.queue.Len() > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		round := c.next()
		if cost := e.Projects[round.Project].Cost; cost > e.Budget-c.outcome.Spent {
			c.outcome.Beyond = &round
			break
		}
		c.buy(round)
	}
	return &c.outcome, nil
}

// count is one count under way.
type count struct {
	queue
	election *election.Election
	loads    []int64 // below zero while a voter still has money from the start
	outcome  Outcome
}

// begin prepares a count.
func begin(e *election.Election, o Options) (*count, error) {
	place, err := e.TieOrder(o.Ties)
	if err != nil {
		return nil, err
	}
	c := &count{election: e, loads: make([]int64, e.Voters)}
	if o.Purses != nil && len(o.Purses) != e.Voters {
		return nil, fault.New(fault.Invalid, "There are %d purses for %d voters.", len(o.Purses), e.Voters)
	}
	held := int64(0)
	for voter, purse := range o.Purses {
		if purse < 0 || purse > math.MaxInt64-held {
			return nil, fault.New(fault.Invalid, "Voter number %d cannot begin with %d.", voter+1, purse)
		}
		held += purse
		c.loads[voter] = -purse
	}
	bought := make([]bool, len(e.Projects))
	for _, p := range o.Bought {
		if p < 0 || p >= len(e.Projects) || bought[p] {
			return nil, fault.New(fault.Invalid, "Project number %d cannot have been bought before.", p)
		}
		bought[p] = true
		c.outcome.Spent += e.Projects[p].Cost
	}
	c.queue = queue{rest: make([]uint64, len(e.Projects)), election: e, place: place}
	for p := range e.Projects {
		if !bought[p] && e.Votes(p) > 0 {
			c.look(p)
			c.projects = append(c.projects, p)
		}
	}
	heap.Init(&c.queue)
	return c, nil
}

// look finds what the supporters of p must have earned together when they can buy it.
func (c *count) look(p int) {
	sum := uint64(c.election.Projects[p].Cost) * Micro
	for _, voter := range c.election.Supporters(p) {
		sum += uint64(c.loads[voter])
	}
	c.rest[p] = sum
}

// next takes the project to buy now out of the queue and lists those that tie with it. A value found
// anew is exact: it is the head's only when it did not change.
func (c *count) next() Round {
	best := c.settle()
	heap.Pop(&c.queue)
	round := Round{Project: best, Supporters: c.election.Votes(best), Rest: c.rest[best]}
	var tied []int
	for c.queue.Len() > 0 && c.compare(c.projects[0], best) == 0 {
		if p := c.settle(); c.compare(p, best) == 0 {
			tied = append(tied, p)
			heap.Pop(&c.queue)
		}
	}
	for _, p := range tied {
		if round.Tied == nil {
			round.Tied = []int{best}
		}
		round.Tied = append(round.Tied, p)
		heap.Push(&c.queue, p)
	}
	count := uint64(round.Supporters)
	each := (round.Rest + count - 1) / count
	round.Load, round.Residue = int64(each), int64(each*count-round.Rest)
	return round
}

// settle gives the head of the queue once its value is exact.
func (c *count) settle() int {
	for {
		head := c.projects[0]
		old := c.rest[head]
		if c.look(head); c.rest[head] == old {
			return head
		}
		heap.Fix(&c.queue, 0)
	}
}

// buy lets the supporters of the round's project pay.
func (c *count) buy(round Round) {
	for _, voter := range c.election.Supporters(round.Project) {
		c.loads[voter] = round.Load
	}
	o := &c.outcome
	o.Winners = append(o.Winners, round.Project)
	o.Spent += c.election.Projects[round.Project].Cost
	o.Residue += round.Residue
	if round.Tied != nil {
		o.Ties++
	}
	o.Rounds = append(o.Rounds, round)
}

// queue orders projects by rest ÷ supporters, then by the tie order; it is a container/heap.
type queue struct {
	projects []int
	rest     []uint64 // by project: exact or a lower bound
	election *election.Election
	place    []int
}

// compare orders p and q by the time at which they can be bought.
func (q *queue) compare(p, r int) int {
	high1, low1 := bits.Mul64(q.rest[p], uint64(q.election.Votes(r)))
	high2, low2 := bits.Mul64(q.rest[r], uint64(q.election.Votes(p)))
	switch {
	case high1 < high2 || high1 == high2 && low1 < low2:
		return -1
	case high1 == high2 && low1 == low2:
		return 0
	}
	return 1
}

// Len is the number of projects waiting.
func (q *queue) Len() int { return len(q.projects) }

// Less says whether the project at i comes before that at j.
func (q *queue) Less(i, j int) bool {
	if c := q.compare(q.projects[i], q.projects[j]); c != 0 {
		return c < 0
	}
	return q.place[q.projects[i]] < q.place[q.projects[j]]
}

// Swap exchanges the projects at i and j.
func (q *queue) Swap(i, j int) { q.projects[i], q.projects[j] = q.projects[j], q.projects[i] }

// Push adds a project.
func (q *queue) Push(x any) { q.projects = append(q.projects, x.(int)) }

// Pop removes the last project.
func (q *queue) Pop() any {
	last := q.projects[len(q.projects)-1]
	q.projects = q.projects[:len(q.projects)-1]
	return last
}
