// SPDX-License-Identifier: AGPL-3.0-or-later

package vote

import (
	"cmp"
	"slices"
)

// Majority is one duel that was won, and whether ranked pairs locked it; a majority is left out
// only because those locked before lead from its loser to its winner. Tied says that another one
// has the same votes for and against, so that the tie rule ordered the two.
type Majority struct {
	Winner  string `json:"winner"`
	Loser   string `json:"loser"`
	For     int    `json:"for"`
	Against int    `json:"against"`
	Locked  bool   `json:"locked"`
	Tied    bool   `json:"tied"`
}

// Pairs counts ranked ballots by ranked pairs on winning votes. Errors are fault.Invalid.
func Pairs(m Matter, ballots []RankBallot) (Outcome, error) {
	h, o, err := duel(RulePairs, m, ballots)
	if err != nil || !o.Attendance.Met {
		return o, err
	}
	n := h.options.Len()
	leads := make([][]bool, n) // leads[a][b]: locked majorities lead from a to b
	for a := range leads {
		leads[a] = make([]bool, n)
	}
	for _, won := range h.won(o.Duels.Prefer) {
		a, b := won[0], won[1]
		locked := !leads[b][a]
		if locked && !leads[a][b] {
			lock(leads, a, b)
		}
		o.Majorities = append(o.Majorities, Majority{
			Winner: h.options.ID(a), Loser: h.options.ID(b),
			For: o.Duels.Prefer[a][b], Against: o.Duels.Prefer[b][a], Locked: locked,
		})
	}
	markTied(o.Majorities)
	h.rank(&o, func(a, b int) bool { return leads[a][b] })
	return o, nil
}

// markTied marks majorities that have the same votes as a neighbour in the order taken.
func markTied(list []Majority) {
	for i := 1; i < len(list); i++ {
		if list[i-1].For == list[i].For && list[i-1].Against == list[i].Against {
			list[i-1].Tied, list[i].Tied = true, true
		}
	}
}

// won gives the duels that have a winner, in the order in which they are taken.
func (h *hall) won(prefer [][]int) [][2]int {
	place := make([]int, len(h.order))
	for at, c := range h.order {
		place[c] = at
	}
	var pairs [][2]int
	for a := range prefer {
		for b := range prefer {
			if prefer[a][b] > prefer[b][a] {
				pairs = append(pairs, [2]int{a, b})
			}
		}
	}
	slices.SortFunc(pairs, func(x, y [2]int) int {
		return cmp.Or(
			cmp.Compare(prefer[y[0]][y[1]], prefer[x[0]][x[1]]),
			cmp.Compare(prefer[x[1]][x[0]], prefer[y[1]][y[0]]),
			cmp.Compare(place[y[1]], place[x[1]]),
			cmp.Compare(place[x[0]], place[y[0]]),
		)
	})
	return pairs
}

// lock adds a before b, and everything that follows from it.
func lock(leads [][]bool, a, b int) {
	for x := range leads {
		if x != a && !leads[x][a] {
			continue
		}
		leads[x][b] = true
		for y, to := range leads[b] {
			leads[x][y] = leads[x][y] || to
		}
	}
}
