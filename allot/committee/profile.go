// SPDX-License-Identifier: AGPL-3.0-or-later

package committee

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"

	"ecot/allot/roster"
	"ecot/fault"
)

// set is a set of candidates; bit i is the i-th id of the roster.
type set uint64

func (s set) has(c int) bool    { return s>>c&1 == 1 }
func (s set) with(c int) set    { return s | 1<<c }
func (s set) without(c int) set { return s &^ (1 << c) }
func (s set) size() int         { return bits.OnesCount64(uint64(s)) }

// each gives the members in order of their index.
func (s set) each(yield func(int) bool) {
	for ; s != 0; s &= s - 1 {
		if !yield(bits.TrailingZeros64(uint64(s))) {
			return
		}
	}
}

// group is all the ballots that approve one same set.
type group struct {
	approves set
	voters   int64
}

// profile is a checked election: distinct ballots in the order of their sets, never empty of seats.
type profile struct {
	names  roster.Roster
	seats  int
	voters int
	groups []group
	blank  int64 // ballots that approve nobody; they are in no group
	all    set
}

func newProfile(e Election) (*profile, error) {
	names, err := roster.New("candidate", e.Candidates, MaxCandidates)
	if err != nil {
		return nil, err
	}
	if e.Seats < 1 || e.Seats > names.Len() {
		return nil, fault.New(fault.Invalid, "%d seats cannot be filled from %d candidates.", e.Seats, names.Len())
	}
	if len(e.Ballots) == 0 || len(e.Ballots) > MaxBallots {
		return nil, fault.New(fault.Invalid, "There are %d ballots; 1 to %d can be counted.",
			len(e.Ballots), MaxBallots)
	}
	count := make(map[set]int64)
	for i, ballot := range e.Ballots {
		s, err := readBallot(names, ballot, i+1)
		if err != nil {
			return nil, err
		}
		count[s]++
	}
	p := &profile{names: names, seats: e.Seats, voters: len(e.Ballots), blank: count[0]}
	p.all = ^set(0) >> (64 - names.Len())
	delete(count, 0)
	for s, n := range count {
		p.groups = append(p.groups, group{s, n})
	}
	slices.SortFunc(p.groups, func(a, b group) int { return cmp.Compare(a.approves, b.approves) })
	return p, nil
}

func readBallot(names roster.Roster, ballot []string, number int) (set, error) {
	var s set
	place := fmt.Sprintf("Ballot %d", number)
	for _, id := range ballot {
		c, err := names.Find(id, place)
		if err != nil {
			return 0, err
		}
		if s.has(c) {
			return 0, fault.New(fault.Invalid, "%s names candidate %q twice.", place, id)
		}
		s = s.with(c)
	}
	return s, nil
}

// fits refuses what would take a rule with one fraction a ballot too long.
func (p *profile) fits(seats int) error {
	if p.seats > seats {
		return fault.New(fault.Invalid, "This rule can fill %d seats, not %d.", seats, p.seats)
	}
	if p.seats*p.names.Len()*len(p.groups) > MaxFractions {
		return fault.New(fault.Invalid,
			"%d seats, %d candidates and %d distinct ballots are too many for exact fractions.",
			p.seats, p.names.Len(), len(p.groups))
	}
	return nil
}

// ids gives the members' ids in string order.
func (p *profile) ids(s set) []string {
	out := make([]string, 0, s.size())
	for c := range s.each {
		out = append(out, p.names.ID(c))
	}
	return out
}

// approvals is the number of ballots that approve c.
func (p *profile) approvals(c int) int64 {
	var n int64
	for _, g := range p.groups {
		if g.approves.has(c) {
			n += g.voters
		}
	}
	return n
}

// approved is the set of candidates with at least one approval.
func (p *profile) approved() set {
	var s set
	for _, g := range p.groups {
		s |= g.approves
	}
	return s
}
