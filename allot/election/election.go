// SPDX-License-Identifier: AGPL-3.0-or-later

// Package election holds an approval election about shared money in memory: the projects with
// their costs, the pool, and for each project the voters who approve it.
//
// A ballot approves every project that it names; points and order play no part. The ballots are
// kept once, turned round: for each project its supporters in ascending order, in one array
// (compressed sparse rows), 4 bytes a mark. Voters are numbers and nothing else: no name, age or
// identifier of a ballot is kept.
//
// Limits: 2³²−2 voters, 2³¹ projects, 2³²−1 marks, amounts up to [MaxAmount] units. Amounts are
// whole units of the finest decimals that the election uses, so no fraction of money exists here.
//
// Invariant: an Election never changes once it is built, so any number of counts may share it.
package election

import (
	"cmp"
	"slices"

	"ecot/fault"
)

// MaxAmount is the largest pool or cost, in units: a million times as much still fits an int64.
const MaxAmount = 9_000_000_000_000

// Project is what a ballot can name.
type Project struct {
	ID   string // as the ballots name it; unique in its election
	Name string // for people; may be empty
	Cost int64  // in units, above zero
}

// Election is a pool, projects and ballots. Build one with [NewBuilder].
type Election struct {
	Projects []Project // do not change
	Budget   int64     // the pool, in units
	Decimals int       // digits of a unit after the point: 2 when a unit is a cent of the currency
	Voters   int       // ballots, empty ones among them

	start      []uint32 // supporters of project p are supporters[start[p]:start[p+1]]
	supporters []uint32 // ascending within a project
}

// Supporters gives the voters who approve project p, ascending. The slice belongs to the election.
func (e *Election) Supporters(p int) []uint32 { return e.supporters[e.start[p]:e.start[p+1]] }

// Votes gives the number of voters who approve project p.
func (e *Election) Votes(p int) int { return int(e.start[p+1] - e.start[p]) }

// Marks gives the number of approvals in all ballots together.
func (e *Election) Marks() int { return len(e.supporters) }

// Whole gives the number of units in one whole unit of the currency: 100 with two decimals.
func (e *Election) Whole() int64 {
	whole := int64(1)
	for range e.Decimals {
		whole *= 10
	}
	return whole
}

// TieRule names the order in which projects that are equal by a rule are preferred.
type TieRule string

// The tie rules. The order is settled before a count begins and holds through all of it.
const (
	// LowestCost prefers the lower cost, then more votes, then the identifier by string order.
	LowestCost TieRule = "lowest-cost"
	// StringOrder prefers the smaller identifier, byte by byte, so that "10" comes before "2".
	StringOrder TieRule = "string"
)

// TieOrder gives each project its place in the order that rule prefers, 0 first.
func (e *Election) TieOrder(rule TieRule) ([]int, error) {
	compare := func(a, b int) int { return cmp.Compare(e.Projects[a].ID, e.Projects[b].ID) }
	switch rule {
	case StringOrder:
	case LowestCost:
		byID := compare
		compare = func(a, b int) int {
			return cmp.Or(cmp.Compare(e.Projects[a].Cost, e.Projects[b].Cost),
				cmp.Compare(e.Votes(b), e.Votes(a)), byID(a, b))
		}
	default:
		return nil, fault.New(fault.Invalid, "There is no tie rule %q: use lowest-cost or string.", rule)
	}
	order := make([]int, len(e.Projects))
	for p := range order {
		order[p] = p
	}
	slices.SortFunc(order, compare)
	place := make([]int, len(order))
	for i, p := range order {
		place[p] = i
	}
	return place, nil
}

// IDs gives the identifiers of projects, never nil.
func (e *Election) IDs(projects []int) []string {
	ids := make([]string, len(projects))
	for i, p := range projects {
		ids[i] = e.Projects[p].ID
	}
	return ids
}
