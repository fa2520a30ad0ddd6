// SPDX-License-Identifier: AGPL-3.0-or-later

package vote

// RankBallot ranks options in groups, best first; those left out are equal below all groups.
type RankBallot struct {
	Member string
	Ranks  [][]string
}

// Duels is the number of ballots that put one option before another: Prefer[i][j] for the i-th
// before the j-th of Outcome.Options.
type Duels struct {
	Prefer [][]int `json:"prefer"`
}

// compare counts the duels of ranked ballots.
func (h *hall) compare(ballots []RankBallot) (*Duels, error) {
	d := &Duels{Prefer: square(h.options.Len())}
	for i, b := range ballots {
		counts, err := h.admit(i+1, b.Member)
		if err != nil {
			return nil, err
		}
		rank, err := h.ranks(i+1, b.Ranks)
		if err != nil {
			return nil, err
		}
		for x := range rank {
			for y := range rank {
				if counts && rank[x] < rank[y] {
					d.Prefer[x][y]++
				}
			}
		}
	}
	return d, nil
}

// ranks gives each option's group, those left out the number of groups.
func (h *hall) ranks(number int, groups [][]string) ([]int, error) {
	rank := make([]int, h.options.Len())
	for c := range rank {
		rank[c] = len(groups)
	}
	seen := make([]bool, len(rank))
	for g, group := range groups {
		for _, id := range group {
			c, err := h.option(number, id, seen)
			if err != nil {
				return nil, err
			}
			rank[c] = g
		}
	}
	return rank, nil
}

func square(n int) [][]int {
	rows := make([][]int, n)
	for i := range rows {
		rows[i] = make([]int, n)
	}
	return rows
}

// duel opens the matter, counts duels and checks the quorum.
func duel(rule string, m Matter, ballots []RankBallot) (*hall, Outcome, error) {
	h, err := open(rule, m)
	if err != nil {
		return nil, Outcome{}, err
	}
	d, err := h.compare(ballots)
	if err != nil {
		return nil, Outcome{}, err
	}
	o := h.close()
	if o.Attendance.Met {
		o.Duels = d
	}
	return h, o, nil
}
