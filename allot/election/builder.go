// SPDX-License-Identifier: AGPL-3.0-or-later

package election

import (
	"math"
	"slices"

	"ecot/allot/pages"
	"ecot/fault"
)

// blockMarks is how many marks one block of collected ballots holds.
const blockMarks = 1 << 19

// Builder collects ballots one by one. It costs 2 bytes a mark (4 above 65 535 projects) while it
// collects, and time linear in the marks.
type Builder struct {
	election *Election
	tallies  []tally // by project
	narrow   blocks[uint16]
	wide     blocks[uint32]
	isWide   bool
	marks    int
	repeated int
}

// tally is what is known of a project while ballots come in.
type tally struct {
	votes uint32
	last  uint32 // 1 + the last voter who named it
}

// NewBuilder begins an election about projects and a pool of budget units that have decimals
// digits after the point of the currency. It refuses a pool or a cost outside 1..[MaxAmount],
// an empty or repeated identifier, and says which project is wrong.
func NewBuilder(projects []Project, budget int64, decimals int) (*Builder, error) {
	if budget <= 0 || budget > MaxAmount {
		return nil, fault.New(fault.Invalid, "The budget must lie between 1 and %d units; it is %d.", MaxAmount,
			budget)
	}
	if decimals < 0 || decimals > 6 {
		return nil, fault.New(fault.Invalid, "Amounts may have 0 to 6 decimals, not %d.", decimals)
	}
	if len(projects) >= math.MaxInt32 {
		return nil, fault.New(fault.Invalid, "There are %d projects, more than can be counted.", len(projects))
	}
	known := make(map[string]bool, len(projects))
	for i, p := range projects {
		if err := checkProject(p, known); err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "Project number %d cannot be counted.", i+1)
		}
		known[p.ID] = true
	}
	return &Builder{
		election: &Election{Projects: projects, Budget: budget, Decimals: decimals},
		tallies:  make([]tally, len(projects)),
		isWide:   len(projects) > math.MaxUint16,
	}, nil
}

// seatCost is the cost of a seat in units, 2⁶·3⁶·5·7³·11·13: with the millionths that the rules count in
// it can be shared by most small numbers, several times over, without a rest.
const seatCost = 64 * 729 * 5 * 343 * 11 * 13

// NewCommittee begins an election of a committee: every candidate costs the same and the pool pays for
// the seats. Rules about money then are rules about committees, and small ties stay exact.
func NewCommittee(candidates []string, seats int) (*Builder, error) {
	if seats < 1 || seats > MaxAmount/seatCost {
		return nil, fault.New(fault.Invalid, "A committee has between 1 and %d seats, not %d.", MaxAmount/seatCost,
			seats)
	}
	projects := make([]Project, len(candidates))
	for i, id := range candidates {
		projects[i] = Project{ID: id, Cost: seatCost}
	}
	return NewBuilder(projects, int64(seats)*seatCost, 0)
}

// checkProject says what is wrong with p, the identifiers before it being known.
func checkProject(p Project, known map[string]bool) error {
	switch {
	case p.ID == "":
		return fault.New(fault.Invalid, "A project has no identifier.")
	case known[p.ID]:
		return fault.New(fault.Invalid, "The identifier %q is used twice.", p.ID)
	case p.Cost <= 0:
		return fault.New(fault.Invalid, "Project %q costs %d: a cost must be above zero.", p.ID, p.Cost)
	case p.Cost > MaxAmount:
		return fault.New(fault.Invalid, "Project %q costs %d units, above the limit of %d.", p.ID, p.Cost,
			MaxAmount)
	}
	return nil
}

// Add takes one ballot: the numbers of the projects that it approves, in any order. A project named
// twice counts once, and [Builder.Repeated] counts that. It refuses a number that is no project's.
// After that the builder is of no more use.
func (b *Builder) Add(approved []uint32) error {
	if b.election.Voters == math.MaxUint32-1 {
		return fault.New(fault.Invalid, "There are more than %d ballots.", math.MaxUint32-1)
	}
	if b.marks += len(approved); b.marks > math.MaxUint32 {
		return fault.New(fault.Invalid, "There are more than %d marks on the ballots.", math.MaxUint32)
	}
	b.election.Voters++
	voter := uint32(b.election.Voters)
	var kept int
	var err error
	if b.isWide {
		kept, err = b.wide.add(approved, b.tallies, voter)
	} else {
		kept, err = b.narrow.add(approved, b.tallies, voter)
	}
	b.repeated += len(approved) - kept
	return err
}

// Voters gives the number of ballots taken so far.
func (b *Builder) Voters() int { return b.election.Voters }

// Repeated gives the number of marks dropped because their ballot named the project already.
func (b *Builder) Repeated() int { return b.repeated }

// Election turns the ballots round and gives the election. The builder is spent.
func (b *Builder) Election() *Election {
	e := b.election
	e.start = make([]uint32, len(b.tallies)+1)
	for p, tally := range b.tallies {
		e.start[p+1] = e.start[p] + tally.votes
	}
	e.supporters = make([]uint32, e.start[len(b.tallies)])
	pages.PreferLarge(e.supporters)
	next := slices.Clone(e.start)
	if b.isWide {
		b.wide.turn(e.supporters, next)
	} else {
		b.narrow.turn(e.supporters, next)
	}
	*b = Builder{}
	return e
}

// blocks holds ballots one after another, each its length and then its projects, in blocks so that
// growth copies nothing and turning frees as it goes.
type blocks[T uint16 | uint32] struct {
	full [][]T
	last []T
}

// add appends the ballot of a voter and tallies it, and gives how many projects it names, each counted
// once.
func (b *blocks[T]) add(approved []uint32, tallies []tally, voter uint32) (kept int, err error) {
	if need := len(approved) + 1; len(b.last)+need > cap(b.last) {
		if b.last != nil {
			b.full = append(b.full, b.last)
		}
		b.last = make([]T, 0, max(blockMarks, need))
	}
	ballot := b.last[len(b.last) : len(b.last)+len(approved)+1]
	for _, p := range approved {
		if int(p) >= len(tallies) {
			return 0, fault.New(fault.Invalid, "A ballot names project number %d; there are %d.", p, len(tallies))
		}
		tally := &tallies[p]
		if tally.last == voter {
			continue
		}
		tally.last = voter
		tally.votes++
		kept++
		ballot[kept] = T(p)
	}
	ballot[0] = T(kept)
	b.last = b.last[:len(b.last)+1+kept]
	return kept, nil
}

// turn writes the voter of every mark at its project's next place, and lets go of the blocks.
func (b *blocks[T]) turn(supporters, next []uint32) {
	voter := uint32(0)
	all := append(b.full, b.last)
	for i, block := range all {
		for at := 0; at < len(block); {
			ballot := block[at+1 : at+1+int(block[at])]
			for _, p := range ballot {
				supporters[next[p]] = voter
				next[p]++
			}
			at += 1 + len(ballot)
			voter++
		}
		all[i] = nil
	}
}
