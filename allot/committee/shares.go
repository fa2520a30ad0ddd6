// SPDX-License-Identifier: AGPL-3.0-or-later

package committee

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"

	"ecot/fault"
)

// shares is a course of the method of equal shares: what each ballot still holds.
type shares struct {
	p        *profile
	in       set
	hold     purses
	complete func(s shares) course
}

func startShares(complete func(s shares) course) rounds {
	return func(p *profile) (course, error) {
		if err := p.fits(MaxCandidates); err != nil {
			return nil, err
		}
		endowment := big.NewRat(int64(p.seats), int64(p.voters))
		return shares{p, 0, even(p, endowment), complete}.next(), nil
	}
}

// next is the course itself while somebody can be afforded, and its completion after that.
func (s shares) next() course {
	if tied, _, _ := s.offer(); len(tied) > 0 || s.in.size() >= s.p.seats {
		return s
	}
	return s.complete(s)
}

func (s shares) offer() ([]int, *big.Rat, string) {
	if s.in.size() >= s.p.seats {
		return nil, nil, ""
	}
	tied, top := best(s.p.all&^s.in, -1, s.price)
	return tied, top, "payment"
}

// price is the most that one supporter pays when c's supporters share the cost 1 evenly, those
// with less paying all they hold; nil when together they hold less than 1.
func (s shares) price(c int) *big.Rat {
	var payers []int
	var rich int64
	for i, g := range s.p.groups {
		if g.approves.has(c) {
			payers = append(payers, i)
			rich += g.voters
		}
	}
	slices.SortFunc(payers, func(a, b int) int { return cmp.Or(s.hold[a].Cmp(s.hold[b]), cmp.Compare(a, b)) })
	left := big.NewRat(1, 1)
	for _, i := range payers {
		even := new(big.Rat).Quo(left, new(big.Rat).SetInt64(rich))
		if s.hold[i].Cmp(even) >= 0 {
			return even
		}
		n := s.p.groups[i].voters
		left.Sub(left, times(n, s.hold[i]))
		rich -= n
	}
	return nil
}

func (s shares) take(c int) course {
	price := s.price(c)
	s.hold = slices.Clone(s.hold)
	for i, g := range s.p.groups {
		switch {
		case !g.approves.has(c):
		case s.hold[i].Cmp(price) <= 0:
			s.hold[i] = new(big.Rat)
		default:
			s.hold[i] = new(big.Rat).Sub(s.hold[i], price)
		}
	}
	s.in = s.in.with(c)
	return s.next()
}
func (s shares) members() set { return s.in }
func (s shares) key() string  { return s.hold.key("pay", s.in) }

// completeByPhragmen goes on with the sequential rule; money left counts as negative load.
func completeByPhragmen(s shares) course {
	load := make(purses, len(s.hold))
	for i, x := range s.hold {
		load[i] = new(big.Rat).Neg(x)
	}
	return phragmen{s.p, s.in, load}
}

// completeByApproval fills the seats that are left by number of approvals.
func completeByApproval(s shares) course { return approvalFrom(s.p, s.in) }

// completeNot leaves them empty.
func completeNot(s shares) course { return over(s.in) }

// over is a course that has ended.
type over set

func (o over) offer() ([]int, *big.Rat, string) { return nil, nil, "" }
func (o over) take(int) course                  { return o }
func (o over) members() set                     { return set(o) }
func (o over) key() string                      { return "over" + strconv.FormatUint(uint64(o), 36) }

// increment reruns equal shares with 1/n more a ballot until all seats are filled.
type increment struct{}

func (increment) elect(p *profile, r *Result) (set, error) {
	if err := p.fits(MaxCandidates); err != nil {
		return 0, err
	}
	if p.approved().size() < p.seats {
		return follow(p, approvalFrom(p, 0), r), nil
	}
	// With n more per seat, one supporter alone can pay for everybody he approves.
	for money := p.seats; money <= p.seats*p.voters; money++ {
		r.Rounds = nil
		endowment := big.NewRat(int64(money), int64(p.voters))
		in := follow(p, shares{p, 0, even(p, endowment), completeNot}.next(), r)
		if in.size() == p.seats {
			return in, nil
		}
	}
	return 0, fault.New(fault.Internal, "Equal shares did not fill %d seats.", p.seats)
}

func (increment) all(*profile) ([]set, error) {
	return nil, fault.New(fault.Invalid,
		"Equal shares with increments is defined for one order of ties; ask for one committee.")
}
