// SPDX-License-Identifier: AGPL-3.0-or-later

package equalshares

import (
	"context"

	"ecot/allot/election"
	"ecot/allot/pages"
)

// run is one run of the method after another, each from its endowment. Purses are of the narrowest
// type that holds the endowment, one for each voter, or for each group of voters with equal ballots.
type run[B uint32 | uint64] struct {
	election *election.Election
	options  *Options
	crowd    *crowd // nil: every voter has a purse of their own
	queue    queue
	purses   []B
	looked   []int32 // by project: 1 + the round in which its price is exact
	parts    []part[B]
	scratch  []B      // purses of one project, being levelled
	weights  []uint64 // with a crowd: voters behind each purse in scratch
	limit    int64    // stop above this spending, in units
	hard     bool     // never spend above the limit at all, not even by rounding of the endowment
	explain  bool     // find runner-ups
	spent    int64
	rounds   []Round
	step     Step
}

// newRun prepares runs over e; with a crowd they hold a purse for each of its groups.
func newRun[B uint32 | uint64](e *election.Election, o *Options, order []int, c *crowd) *run[B] {
	m := len(e.Projects)
	r := &run[B]{
		election: e, options: o, crowd: c, limit: e.Budget,
		queue:  queue{prices: make([]price, m), order: order, heap: make([]int32, 0, m)},
		looked: make([]int32, m),
		step:   Step{Budget: e.Budget},
	}
	most, purses := 0, e.Voters
	if c != nil {
		purses = len(c.sizes)
	}
	for p := range e.Projects {
		most = max(most, len(r.backers(p)))
	}
	r.purses, r.scratch = make([]B, purses), make([]B, most)
	if c != nil {
		r.weights = make([]uint64, most)
	}
	pages.PreferLarge(r.purses)
	return r
}

// backers gives the places in purses of those who approve project p.
func (r *run[B]) backers(p int) []uint32 {
	if r.crowd != nil {
		return r.crowd.backers(p)
	}
	return r.election.Supporters(p)
}

// begin puts endowment in every purse and every project that could be paid for in the queue.
func (r *run[B]) begin(endowment uint64) {
	for i := range r.purses {
		r.purses[i] = B(endowment)
	}
	r.spent, r.rounds = 0, r.rounds[:0]
	r.queue.heap = r.queue.heap[:0]
	for p := range r.election.Projects {
		r.looked[p] = 0
		votes := uint64(r.election.Votes(p))
		cost := uint64(r.election.Projects[p].Cost)
		asked := price{rest: cost * Micro, full: votes, weight: 1}
		if votes == 0 || asked.each() > endowment {
			continue
		}
		if r.options.Utility == ByCost {
			asked.weight = cost
		}
		r.queue.prices[p] = asked
		r.queue.add(int32(p))
	}
}

// from runs the method with endowment in every purse, up to its end, or to the round that spends
// more than the limit.
func (r *run[B]) from(ctx context.Context, endowment uint64) error {
	r.begin(endowment)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		round, any := r.next()
		if !any {
			return nil
		}
		r.buy(round)
		if r.spent > r.limit {
			return nil
		}
	}
}

// next finds the project to buy now, with those that tie with it and, if asked, the runner-up.
func (r *run[B]) next() (Round, bool) {
	best := r.settleHead()
	if best < 0 {
		return Round{}, false
	}
	r.queue.drop()
	round := Round{Project: int(best), RunnerUp: -1, Tied: r.tied(best)}
	if r.explain {
		if second := r.settleHead(); second >= 0 {
			round.RunnerUp = int(second)
			round.NextRest = int64(r.queue.prices[second].rest)
			round.NextFull = int(r.queue.prices[second].full)
		}
	}
	return round, true
}

// tied gives best, just taken out of the queue, and the projects of exactly its value in tie order;
// nil when there is none.
func (r *run[B]) tied(best int32) []int {
	var equals []int32
	for len(r.queue.heap) > 0 && r.queue.prices[r.queue.heap[0]].compare(r.queue.prices[best]) == 0 {
		head := r.queue.heap[0]
		if !r.exact(head) {
			r.settle(head)
			continue
		}
		equals = append(equals, head)
		r.queue.drop()
	}
	if equals == nil {
		return nil
	}
	tied := []int{int(best)}
	for _, p := range equals {
		tied = append(tied, int(p))
		r.queue.add(p)
	}
	return tied
}

// settleHead looks at projects until the one at the head has its exact price, and gives it; −1 when
// none is affordable.
func (r *run[B]) settleHead() int32 {
	for len(r.queue.heap) > 0 {
		if head := r.queue.heap[0]; r.settle(head) {
			return head
		}
	}
	return -1
}

// exact says whether the price of p was found in this round.
func (r *run[B]) exact(p int32) bool { return r.looked[p] == int32(len(r.rounds))+1 }

// settle says whether head, the first in the queue, stands there with its exact price. If the price
// was old it is found anew and head moved, or dropped when it can never be bought.
func (r *run[B]) settle(head int32) bool {
	if r.exact(head) {
		return true
	}
	if r.hard && r.election.Projects[head].Cost > r.limit-r.spent || !r.look(head) {
		r.queue.drop()
		return false
	}
	r.looked[head] = int32(len(r.rounds)) + 1
	r.queue.sink()
	return r.queue.heap[0] == head
}

// buy takes the price of the round's project from its supporters and keeps the round.
func (r *run[B]) buy(round Round) {
	asked := r.queue.prices[round.Project]
	r.cut(round.Project)
	r.each(pay, asked.each())
	payers, _ := r.sums()
	round.Payers = int(payers)
	round.Full = int(asked.full)
	round.Rest, round.Price = int64(asked.rest), int64(asked.each())
	round.Residue = int64(asked.full*asked.each() - asked.rest)
	r.spent += r.election.Projects[round.Project].Cost
	r.rounds = append(r.rounds, round)
	if r.options.Progress != nil {
		r.step.Round, r.step.Spent = len(r.rounds), r.spent
		r.options.Progress(r.step)
	}
}
