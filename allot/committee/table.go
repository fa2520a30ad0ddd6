// SPDX-License-Identifier: AGPL-3.0-or-later

package committee

import (
	"math/big"
	"strconv"

	"ecot/fault"
)

// table gives, for each set of candidates, the number of ballots that approve at least one of
// them: its coverage. Sharing voters among members reduces to it by max-flow min-cut, so none
// of the rules below needs a flow or a linear program.
type table []int64

func newTable(p *profile) (table, error) {
	m := p.names.Len()
	if m > MaxTableCandidates {
		return nil, fault.New(fault.Invalid,
			"There are %d candidates; this rule can take %d.", m, MaxTableCandidates)
	}
	inside := make(table, 1<<m) // ballots that approve nobody outside the set
	for _, g := range p.groups {
		inside[g.approves] = g.voters
	}
	for c := range m {
		for s := range inside {
			if set(s).has(c) {
				inside[s] += inside[set(s).without(c)]
			}
		}
	}
	voters := inside[p.all]
	cover := make(table, len(inside))
	for s := range cover {
		cover[s] = voters - inside[p.all&^set(s)]
	}
	return cover, nil
}

// subsets gives every subset of s, the empty one last.
func (s set) subsets(yield func(set) bool) {
	for sub := s; ; sub = (sub - 1) & s {
		if !yield(sub) || sub == 0 {
			return
		}
	}
}

// monroeScore is the most ballots that can be put into districts of floor(n/k) or one more, one
// district a member, so that they approve their district's member. By min-cut it is the least
// over sets T of members of coverage(T) + places in the districts of the others.
func monroeScore(p *profile, t table, in set) []*big.Rat {
	least := int64(p.voters)
	floor, more := int64(p.voters/p.seats), int64(p.voters%p.seats)
	for sub := range in.subsets {
		rest := int64(p.seats - sub.size())
		least = min(least, t[sub]+floor*rest+min(rest, more))
	}
	return []*big.Rat{new(big.Rat).SetInt64(least)}
}

// densest gives the largest subset of open with the largest size ÷ coverage once the ballots that
// approve one of paid are gone. Every candidate of open must have a ballot left of its own.
func (t table) densest(open, paid set) (set, *big.Rat) {
	var dense set
	var size, cover int64 = 0, 1
	for sub := range open.subsets {
		if sub == 0 {
			break
		}
		n, c := int64(sub.size()), t[sub|paid]-t[paid]
		if order := n*cover - size*c; order > 0 || order == 0 && n > int64(dense.size()) {
			dense, size, cover = sub, n, c
		}
	}
	return dense, big.NewRat(size, cover)
}

// supportedOf splits off the members whom nobody approves: they weigh on no ballot, and the
// fewer the better.
func supportedOf(p *profile, in set) (set, *big.Rat) {
	with := in & p.approved()
	return with, new(big.Rat).SetInt64(int64(with.size() - in.size()))
}

// largestLoad is minus the members without a ballot, then minus the largest load when loads are
// shared best: by min-cut the largest size ÷ coverage of any subset.
func largestLoad(p *profile, t table, in set) []*big.Rat {
	with, unsupported := supportedOf(p, in)
	if with == 0 {
		return []*big.Rat{unsupported, new(big.Rat)}
	}
	_, load := t.densest(with, 0)
	return []*big.Rat{unsupported, load.Neg(load)}
}

// allLoads is minus the members without a ballot, then minus each distinct load and the number
// of ballots that bear it, the largest first. The loads are those of the lexicographically
// smallest sharing: the densest subset loads its ballots evenly, and so on with the rest.
func allLoads(p *profile, t table, in set) []*big.Rat {
	open, unsupported := supportedOf(p, in)
	out := []*big.Rat{unsupported}
	var paid set
	for open != 0 {
		dense, load := t.densest(open, paid)
		ballots := t[dense|paid] - t[paid]
		out = append(out, load.Neg(load), new(big.Rat).SetInt64(-ballots))
		open, paid = open&^dense, paid|dense
	}
	return append(out, new(big.Rat), new(big.Rat).SetInt64(t[paid]-int64(p.voters)))
}

// support is a course of the maximin support method.
type support struct {
	p    *profile
	t    table
	in   set
	have ratio // least support of in
}

// ratio is a quotient of small integers; den is positive.
type ratio struct{ num, den int64 }

func (r ratio) below(o ratio) bool { return r.num*o.den < o.num*r.den }

func startSupport(p *profile) (course, error) {
	t, err := newTable(p)
	if err != nil {
		return nil, err
	}
	return support{p: p, t: t, have: ratio{int64(p.voters) + 1, 1}}, nil
}

func (s support) offer() ([]int, *big.Rat, string) {
	if s.in.size() >= s.p.seats {
		return nil, nil, ""
	}
	tied, top := best(s.p.all&^s.in, 1, func(c int) *big.Rat {
		least := s.after(c)
		return big.NewRat(least.num, least.den)
	})
	return tied, top, "least-support"
}

// after is the least support of a member when c joins: by min-cut, the smallest coverage ÷ size
// of any subset. Subsets without c are known.
func (s support) after(c int) ratio {
	least := s.have
	for sub := range s.in.subsets {
		sub = sub.with(c)
		if v := (ratio{s.t[sub], int64(sub.size())}); v.below(least) {
			least = v
		}
	}
	return least
}

func (s support) take(c int) course {
	s.have = s.after(c)
	s.in = s.in.with(c)
	return s
}
func (s support) members() set { return s.in }
func (s support) key() string  { return strconv.FormatUint(uint64(s.in), 36) }
