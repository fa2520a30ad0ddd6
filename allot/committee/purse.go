// SPDX-License-Identifier: AGPL-3.0-or-later

package committee

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// purses is one amount for each ballot of a group: money it holds, or load it bears.
type purses []*big.Rat

// even gives every group's ballots the same amount.
func even(p *profile, amount *big.Rat) purses {
	out := make(purses, len(p.groups))
	for i := range out {
		out[i] = amount
	}
	return out
}

// key is equal for equal members and purses.
func (b purses) key(phase string, in set) string {
	var w strings.Builder
	w.WriteString(phase)
	w.WriteString(strconv.FormatUint(uint64(in), 36))
	for _, x := range b {
		w.WriteByte(' ')
		w.WriteString(x.RatString())
	}
	return w.String()
}

// phragmen is a course of the sequential rule: what each ballot bears so far.
type phragmen struct {
	p    *profile
	in   set
	load purses
}

func startPhragmen(p *profile) (course, error) {
	return phragmen{p, 0, even(p, new(big.Rat))}, p.fits(MaxCandidates)
}

func (f phragmen) offer() ([]int, *big.Rat, string) {
	if f.in.size() >= f.p.seats {
		return nil, nil, ""
	}
	tied, top := best(f.p.all&^f.in, -1, f.after)
	return tied, top, "load"
}

// after is the load of c's supporters once they share one more seat evenly; more than any
// possible load when nobody supports c.
func (f phragmen) after(c int) *big.Rat {
	sum, n := big.NewRat(1, 1), int64(0)
	for i, g := range f.p.groups {
		if g.approves.has(c) {
			sum.Add(sum, times(g.voters, f.load[i]))
			n += g.voters
		}
	}
	if n == 0 {
		return new(big.Rat).SetInt64(int64(f.p.seats) + 1)
	}
	return sum.Quo(sum, new(big.Rat).SetInt64(n))
}

func (f phragmen) take(c int) course {
	load := f.after(c)
	f.load = slices.Clone(f.load)
	for i, g := range f.p.groups {
		if g.approves.has(c) {
			f.load[i] = load
		}
	}
	f.in = f.in.with(c)
	return f
}
func (f phragmen) members() set { return f.in }
func (f phragmen) key() string  { return f.load.key("load", f.in) }

// enestroem is a course of Phragmén's first method: what each ballot still weighs.
type enestroem struct {
	p      *profile
	in     set
	weight purses
	price  *big.Rat
}

func startEnestroem(p *profile) (course, error) {
	price := big.NewRat(int64(p.voters), int64(p.seats))
	return enestroem{p, 0, even(p, big.NewRat(1, 1)), price}, p.fits(MaxEnestroemSeats)
}

func (e enestroem) offer() ([]int, *big.Rat, string) {
	if e.in.size() >= e.p.seats {
		return nil, nil, ""
	}
	tied, top := best(e.p.all&^e.in, 1, e.support)
	return tied, top, "weight"
}

func (e enestroem) support(c int) *big.Rat {
	sum := new(big.Rat)
	for i, g := range e.p.groups {
		if g.approves.has(c) {
			sum.Add(sum, times(g.voters, e.weight[i]))
		}
	}
	return sum
}

// take lowers the weight of c's supporters in one proportion, by the price in all, or to nothing.
func (e enestroem) take(c int) course {
	keep, have := new(big.Rat), e.support(c)
	if have.Cmp(e.price) > 0 {
		keep.Sub(have, e.price)
		keep.Quo(keep, have)
	}
	e.weight = slices.Clone(e.weight)
	for i, g := range e.p.groups {
		if g.approves.has(c) {
			e.weight[i] = new(big.Rat).Mul(e.weight[i], keep)
		}
	}
	e.in = e.in.with(c)
	return e
}
func (e enestroem) members() set { return e.in }
func (e enestroem) key() string  { return e.weight.key("weight", e.in) }

// consensus is a course of the consensus rule: what each ballot holds at the round's start,
// its income of 1 included.
type consensus struct {
	p    *profile
	in   set
	hold purses
}

func startConsensus(p *profile) (course, error) {
	return consensus{p, 0, even(p, big.NewRat(1, 1))}, p.fits(MaxCandidates)
}

func (k consensus) offer() ([]int, *big.Rat, string) {
	if k.in.size() >= k.p.seats {
		return nil, nil, ""
	}
	tied, top := best(k.p.all&^k.in, 1, func(c int) *big.Rat {
		sum, _ := k.support(c)
		return sum
	})
	return tied, top, "weight"
}

// support is what the ballots for c hold, and their number; those in debt take no part.
func (k consensus) support(c int) (*big.Rat, int64) {
	sum, n := new(big.Rat), int64(0)
	for i, g := range k.p.groups {
		if g.approves.has(c) && k.hold[i].Sign() > 0 {
			sum.Add(sum, times(g.voters, k.hold[i]))
			n += g.voters
		}
	}
	return sum, n
}

func (k consensus) take(c int) course {
	_, n := k.support(c)
	income := big.NewRat(1, 1)
	hold := make(purses, len(k.hold))
	for i, g := range k.p.groups {
		hold[i] = new(big.Rat).Add(k.hold[i], income)
		if g.approves.has(c) && k.hold[i].Sign() > 0 {
			hold[i].Sub(hold[i], big.NewRat(int64(k.p.voters), n))
		}
	}
	k.hold, k.in = hold, k.in.with(c)
	return k
}
func (k consensus) members() set { return k.in }
func (k consensus) key() string  { return k.hold.key("hold", k.in) }
