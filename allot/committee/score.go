// SPDX-License-Identifier: AGPL-3.0-or-later

package committee

import (
	"math/big"
	"math/bits"
	"strconv"

	"ecot/fault"
)

// byScore adds one candidate a round, the one with the largest gain; what a candidate gains
// depends on the members alone.
type byScore struct {
	p     *profile
	in    set
	phase string
	gain  func(in set, c int) *big.Rat
}

func (b byScore) offer() ([]int, *big.Rat, string) {
	if b.in.size() >= b.p.seats {
		return nil, nil, ""
	}
	tied, top := best(b.p.all&^b.in, 1, func(c int) *big.Rat { return b.gain(b.in, c) })
	return tied, top, b.phase
}

func (b byScore) take(c int) course { b.in = b.in.with(c); return b }
func (b byScore) members() set      { return b.in }
func (b byScore) key() string       { return b.phase + strconv.FormatUint(uint64(b.in), 36) }

func startApproval(p *profile) (course, error) { return approvalFrom(p, 0), nil }

// approvalFrom fills the seats that are left by number of approvals.
func approvalFrom(p *profile, in set) course {
	return byScore{p, in, "approvals", func(_ set, c int) *big.Rat {
		return new(big.Rat).SetInt64(p.approvals(c))
	}}
}

func startSatisfaction(p *profile) (course, error) {
	score := make([]*big.Rat, p.names.Len())
	for c := range score {
		score[c] = new(big.Rat)
		for _, g := range p.groups {
			if g.approves.has(c) {
				score[c].Add(score[c], big.NewRat(g.voters, int64(g.approves.size())))
			}
		}
	}
	return byScore{p, 0, "shared-votes", func(_ set, c int) *big.Rat { return score[c] }}, nil
}

// startThiele adds the largest gain of a Thiele score.
func startThiele(give func(j int) *big.Rat) rounds {
	return func(p *profile) (course, error) {
		return byScore{p, 0, "gain", func(in set, c int) *big.Rat {
			return marginal(p, give, in, c)
		}}, nil
	}
}

// marginal is what c adds to the Thiele score of in.
func marginal(p *profile, give func(j int) *big.Rat, in set, c int) *big.Rat {
	var count [MaxCandidates + 1]int64 // ballots for c, by how many of in they approve
	for _, g := range p.groups {
		if g.approves.has(c) {
			count[(g.approves & in).size()] += g.voters
		}
	}
	sum := new(big.Rat)
	for have, n := range count {
		if n > 0 {
			sum.Add(sum, times(n, give(have+1)))
		}
	}
	return sum
}

// reverse takes one candidate out a round, the one with the smallest loss.
type reverse struct {
	p    *profile
	in   set
	give func(j int) *big.Rat
}

func startReverse(give func(j int) *big.Rat) rounds {
	return func(p *profile) (course, error) { return reverse{p, p.all, give}, nil }
}

func (r reverse) offer() ([]int, *big.Rat, string) {
	if r.in.size() <= r.p.seats {
		return nil, nil, ""
	}
	tied, top := best(r.in, -1, func(c int) *big.Rat { return marginal(r.p, r.give, r.in.without(c), c) })
	return tied, top, "loss"
}

func (r reverse) take(c int) course { r.in = r.in.without(c); return r }
func (r reverse) members() set      { return r.in }
func (r reverse) key() string       { return strconv.FormatUint(uint64(r.in), 36) }

// optimum visits every committee and keeps those whose score is first in lexicographic order,
// larger numbers first.
type optimum struct {
	score func(p *profile, t table, in set) []*big.Rat
	table bool // score needs the table of coverage
}

func (o optimum) elect(p *profile, r *Result) (set, error) {
	tied, score, err := o.find(p)
	if err != nil {
		return 0, err
	}
	r.Tied = len(tied)
	for _, s := range score {
		r.Score = append(r.Score, s.RatString())
	}
	return tied[0], nil
}

func (o optimum) all(p *profile) ([]set, error) {
	tied, _, err := o.find(p)
	return tied, err
}

// find gives the best committees in lexicographic order of their members, and their score.
func (o optimum) find(p *profile) ([]set, []*big.Rat, error) {
	t, err := o.prepare(p)
	if err != nil {
		return nil, nil, err
	}
	var tied []set
	var top []*big.Rat
	for in := range combinations(p.names.Len(), p.seats) {
		score := o.score(p, t, in)
		switch order := compareScores(score, top); {
		case top == nil || order > 0:
			tied, top = append(tied[:0], in), score
		case order == 0:
			tied = append(tied, in)
		}
		if len(tied) > MaxTied {
			return nil, nil, tooManyTies()
		}
	}
	return tied, top, nil
}

// prepare refuses what would take too long, and makes the table when the score needs one.
func (o optimum) prepare(p *profile) (table, error) {
	each := int64(len(p.groups) + 1)
	if o.table {
		each += 1 << min(p.seats, 40)
	}
	if n := binomial(p.names.Len(), p.seats); n > MaxWork/each {
		return nil, fault.New(fault.Invalid,
			"Comparing all committees of %d among %d candidates would take too long.", p.seats, p.names.Len())
	}
	if !o.table {
		return nil, nil
	}
	return newTable(p)
}

// compareScores orders two scores of equal length, or of lengths where a difference comes before
// the shorter ends.
func compareScores(a, b []*big.Rat) int {
	for i := range min(len(a), len(b)) {
		if order := a[i].Cmp(b[i]); order != 0 {
			return order
		}
	}
	return 0
}

// binomial is n over k, and MaxWork+1 for anything larger than MaxWork.
func binomial(n, k int) int64 {
	v := int64(1)
	for i := range int64(min(k, n-k)) {
		hi, lo := bits.Mul64(uint64(v), uint64(int64(n)-i))
		if hi != 0 || lo > MaxWork*MaxCandidates {
			return MaxWork + 1
		}
		v = int64(lo) / (i + 1)
	}
	return min(v, MaxWork+1)
}

// combinations gives all sets of k of n candidates, in lexicographic order of their members.
func combinations(n, k int) func(yield func(set) bool) {
	return func(yield func(set) bool) {
		var extend func(in set, from, left int) bool
		extend = func(in set, from, left int) bool {
			if left == 0 {
				return yield(in)
			}
			for c := from; c <= n-left; c++ {
				if !extend(in.with(c), c+1, left-1) {
					return false
				}
			}
			return true
		}
		extend(0, 0, k)
	}
}
