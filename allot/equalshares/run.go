// SPDX-License-Identifier: AGPL-3.0-or-later

package equalshares

import (
	"context"

	"ecot/allot/election"
)

// run is one run of the method from one endowment. Purses are of the narrowest type that holds it.
type run[B uint32 | uint64] struct {
	election *election.Election
	queue    queue
	purses   []B
	looked   []int32 // by project: 1 + the round in which its price is exact
	scratch  []B
	limit    int64 // stop above this spending, in units
	hard     bool  // never spend above the limit at all, not even by rounding of the endowment
	spent    int64
	rounds   []Round
	options  *Options
	step     Step
}

// newRun prepares runs over e.
func newRun[B uint32 | uint64](e *election.Election, o *Options, order []int) *run[B] {
	most := 0
	for p := range e.Projects {
		most = max(most, e.Votes(p))
	}
	m := len(e.Projects)
	return &run[B]{
		election: e, options: o, limit: e.Budget,
		queue:   queue{prices: make([]price, m), order: order, heap: make([]int32, 0, m)},
		purses:  make([]B, e.Voters),
		looked:  make([]int32, m),
		scratch: make([]B, most),
	}
}

// from runs the method with endowment in every purse, up to its end, or to the round that spends
// more than the limit.
func (r *run[B]) from(ctx context.Context, endowment uint64) error {
	for i := range r.purses {
		r.purses[i] = B(endowment)
	}
	r.spent, r.rounds = 0, nil
	r.enqueue(endowment)
	for len(r.rounds) <= len(r.election.Projects) {
		if err := ctx.Err(); err != nil {
			return err
		}
		round, any := r.next()
		if !any {
			return nil
		}
		r.buy(&round)
		if r.options.Progress != nil {
			r.step.Round, r.step.Spent = len(r.rounds), r.spent
			r.options.Progress(r.step)
		}
		if r.spent > r.limit {
			return nil
		}
	}
	return nil
}

// enqueue puts in every project that its supporters could pay for.
func (r *run[B]) enqueue(endowment uint64) {
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

// next finds the project to buy now, with those that tie with it and, if asked, the runner-up.
func (r *run[B]) next() (Round, bool) {
	best := r.settleHead()
	if best < 0 {
		return Round{}, false
	}
	r.queue.drop()
	round := Round{Project: int(best), RunnerUp: -1}
	var tied []int32
	for len(r.queue.heap) > 0 && r.queue.prices[r.queue.heap[0]].compare(r.queue.prices[best]) == 0 {
		head := r.queue.heap[0]
		if r.settle(head) {
			tied = append(tied, head)
			r.queue.drop()
		}
	}
	if len(tied) > 0 {
		round.Tied = append(round.Tied, round.Project)
	}
	for _, p := range tied {
		round.Tied = append(round.Tied, int(p))
		r.queue.add(p)
	}
	if r.options.RunnerUps {
		if second := r.settleHead(); second >= 0 {
			round.RunnerUp = int(second)
			round.NextRest = int64(r.queue.prices[second].rest)
			round.NextFull = int(r.queue.prices[second].full)
		}
	}
	return round, true
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

// settle says whether head, the first in the queue, stands there with its exact price. If the price
// was old it is found anew and head moved, or dropped when it can never be bought.
func (r *run[B]) settle(head int32) bool {
	now := int32(len(r.rounds)) + 1
	if r.looked[head] == now {
		return true
	}
	if r.hard && r.spent+r.election.Projects[head].Cost > r.limit || !r.look(head) {
		r.queue.drop()
		return false
	}
	r.looked[head] = now
	r.queue.sink()
	return len(r.queue.heap) > 0 && r.queue.heap[0] == head
}

// look finds the exact price of project p, false when its supporters cannot pay for it.
func (r *run[B]) look(p int32) bool {
	old := r.queue.prices[p]
	least := B(old.each())
	if uint64(least) != old.each() {
		return false
	}
	total, full := uint64(0), 0
	purses, scratch := r.purses, r.scratch
	for _, voter := range r.election.Supporters(int(p)) {
		purse := purses[voter]
		total += uint64(purse)
		scratch[full] = purse
		if purse >= least {
			full++
		}
	}
	cost := uint64(r.election.Projects[p].Cost) * Micro
	if total < cost {
		return false
	}
	r.queue.prices[p].rest, r.queue.prices[p].full = level(scratch[:full], total, cost)
	return true
}

// level finds the price at which all supporters together pay cost: purses are those not known to be
// below it, total is what all supporters hold, at least the cost.
func level[B uint32 | uint64](purses []B, total, cost uint64) (rest, full uint64) {
	held := uint64(0)
	for _, purse := range purses {
		held += uint64(purse)
	}
	poor := total - held
	for {
		rest, full = cost-poor, uint64(len(purses))
		least := (rest + full - 1) / full
		kept := 0
		for _, purse := range purses {
			purses[kept] = purse
			if uint64(purse) >= least {
				kept++
			} else {
				poor += uint64(purse)
			}
		}
		if kept == len(purses) {
			return rest, full
		}
		purses = purses[:kept]
	}
}

// buy takes the price of the round's project from its supporters.
func (r *run[B]) buy(round *Round) {
	asked := r.queue.prices[round.Project]
	each := B(asked.each())
	payers := 0
	for _, voter := range r.election.Supporters(round.Project) {
		purse := r.purses[voter]
		if purse > 0 {
			payers++
		}
		r.purses[voter] = max(purse, each) - each
	}
	round.Payers, round.Full = payers, int(asked.full)
	round.Rest, round.Price = int64(asked.rest), int64(asked.each())
	round.Residue = int64(asked.full*asked.each() - asked.rest)
	r.spent += r.election.Projects[round.Project].Cost
	r.rounds = append(r.rounds, *round)
}
