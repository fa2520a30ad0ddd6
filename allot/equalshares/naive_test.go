// SPDX-License-Identifier: AGPL-3.0-or-later

package equalshares

import (
	"math/big"
	"slices"

	"ecot/allot/election"
)

// naive is the definition of the package, word for word: every price afresh in every round, every
// raise by a run of its own, big integers, no bounds, no queue.
type naive struct {
	election *election.Election
	options  Options
	order    []int
}

// outcome is what naive gives.
type outcome struct {
	winners []int
	spent   int64
	ties    int
	residue int64
	raises  int
}

// count counts to the end.
func (n naive) count() outcome {
	best := n.run(0)
	raised := slices.Contains([]Completion{Add1, Add1e, Add1u, Addeu}, n.options.Completion)
	exhaustive := n.options.Completion == Add1e || n.options.Completion == Addeu
	for raises := 1; raised && n.goesOn(best, exhaustive); raises++ {
		next := n.run(raises)
		if next.spent > n.election.Budget {
			break
		}
		best = next
	}
	if n.options.Completion == Util || n.options.Completion == Add1u || n.options.Completion == Addeu {
		n.fill(&best)
	}
	return best
}

// goesOn says whether some supported project is not bought, with exhaustive one that fits.
func (n naive) goesOn(o outcome, exhaustive bool) bool {
	for p, project := range n.election.Projects {
		fits := o.spent+project.Cost <= n.election.Budget
		if n.election.Votes(p) > 0 && !slices.Contains(o.winners, p) && (fits || !exhaustive) {
			return true
		}
	}
	return false
}

// fill buys by votes.
func (n naive) fill(o *outcome) {
	for {
		best := -1
		for p, project := range n.election.Projects {
			if n.election.Votes(p) == 0 || slices.Contains(o.winners, p) || o.spent+project.Cost > n.election.Budget {
				continue
			}
			more := best >= 0 && n.election.Votes(p)-n.election.Votes(best) > 0
			same := best >= 0 && n.election.Votes(p) == n.election.Votes(best)
			if best < 0 || more || same && n.order[p] < n.order[best] {
				best = p
			}
		}
		if best < 0 {
			return
		}
		o.winners = append(o.winners, best)
		o.spent += n.election.Projects[best].Cost
	}
}

// run is one run after some raises.
func (n naive) run(raises int) outcome {
	voters := int64(n.election.Voters)
	share := (n.election.Budget*Micro+voters-1)/voters + int64(raises)*n.election.Whole()*Micro
	purses := make([]int64, voters)
	for i := range purses {
		purses[i] = share
	}
	o := outcome{raises: raises}
	for {
		var best []int
		var value *big.Rat
		var asked *big.Rat
		for p, project := range n.election.Projects {
			if slices.Contains(o.winners, p) || raises == 0 && o.spent+project.Cost > n.election.Budget {
				continue
			}
			x := n.price(p, purses)
			if x == nil {
				continue
			}
			v := new(big.Rat).Set(x)
			if n.options.Utility == ByCost {
				v.Quo(v, big.NewRat(project.Cost, 1))
			}
			switch {
			case value == nil || v.Cmp(value) < 0:
				best, value, asked = []int{p}, v, x
			case v.Cmp(value) == 0 && n.order[p] < n.order[best[0]]:
				best, asked = append([]int{p}, best...), x
			case v.Cmp(value) == 0:
				best = append(best, p)
			}
		}
		if best == nil {
			return o
		}
		if len(best) > 1 {
			o.ties++
		}
		o.residue += n.buy(best[0], asked, purses)
		o.winners = append(o.winners, best[0])
		o.spent += n.election.Projects[best[0]].Cost
	}
}

// price gives the fraction x with Σ min(purse, x) = cost, nil when there is none.
func (n naive) price(p int, purses []int64) *big.Rat {
	var held []int64
	total := int64(0)
	for _, voter := range n.election.Supporters(p) {
		held = append(held, purses[voter])
		total += purses[voter]
	}
	rest := n.election.Projects[p].Cost * Micro
	if total < rest || len(held) == 0 {
		return nil
	}
	slices.Sort(held)
	for i, purse := range held {
		x := big.NewRat(rest, int64(len(held)-i))
		if new(big.Rat).SetInt64(purse).Cmp(x) >= 0 {
			return x
		}
		rest -= purse
	}
	return nil
}

// buy takes x, rounded up, or what there is, and gives the surplus.
func (n naive) buy(p int, x *big.Rat, purses []int64) int64 {
	each := new(big.Int).Add(x.Num(), new(big.Int).Sub(x.Denom(), big.NewInt(1)))
	price := each.Quo(each, x.Denom()).Int64()
	paid := int64(0)
	for _, voter := range n.election.Supporters(p) {
		payment := min(price, purses[voter])
		purses[voter] -= payment
		paid += payment
	}
	return paid - n.election.Projects[p].Cost*Micro
}
