// SPDX-License-Identifier: AGPL-3.0-or-later

package committee

import (
	"math/big"
	"slices"
)

// hugo eliminates: each ballot shares one vote among those it approves who are left; of those
// with the two lowest sums, the ones with the fewest approvals leave together.
type hugo struct{}

func (hugo) elect(p *profile, r *Result) (set, error) {
	left := p.all
	for left.size() > p.seats {
		out, score := leaving(p, left)
		round := Round{Phase: "elimination", Score: score.RatString(), Tied: p.ids(out)}
		spare := left.size() - p.seats
		for c := range out.last(spare).each {
			round.Candidate = p.names.ID(c)
			r.Rounds = append(r.Rounds, round)
			left = left.without(c)
		}
	}
	return left, nil
}

func (hugo) all(p *profile) ([]set, error) {
	left := p.all
	for left.size() > p.seats {
		out, _ := leaving(p, left)
		spare := left.size() - p.seats
		if out.size() > spare {
			return choices(left, out, spare)
		}
		left &^= out
	}
	return []set{left}, nil
}

// leaving is who goes next, and their number of approvals.
func leaving(p *profile, left set) (set, *big.Rat) {
	votes := make(map[int]*big.Rat)
	var order []*big.Rat
	for c := range left.each {
		sum := new(big.Rat)
		for _, g := range p.groups {
			if g.approves.has(c) {
				sum.Add(sum, big.NewRat(g.voters, int64((g.approves&left).size())))
			}
		}
		votes[c] = sum
		order = append(order, sum)
	}
	slices.SortFunc(order, (*big.Rat).Cmp)
	cut := order[1] // there are at least two: more candidates are left than seats
	tied, top := best(left, -1, func(c int) *big.Rat {
		if votes[c].Cmp(cut) > 0 {
			return nil
		}
		return new(big.Rat).SetInt64(p.approvals(c))
	})
	var out set
	for _, c := range tied {
		out = out.with(c)
	}
	return out, top
}

// last gives the n members of s that come last in string order, or all of them.
func (s set) last(n int) set {
	for s.size() > n {
		s &= s - 1
	}
	return s
}

// choices gives left without each n of out.
func choices(left, out set, n int) ([]set, error) {
	if binomial(out.size(), n) > MaxTied {
		return nil, tooManyTies()
	}
	var members []int
	for c := range out.each {
		members = append(members, c)
	}
	var all []set
	for pick := range combinations(len(members), n) {
		in := left
		for i := range pick.each {
			in = in.without(members[i])
		}
		all = append(all, in)
	}
	return all, nil
}
