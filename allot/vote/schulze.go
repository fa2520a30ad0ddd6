// SPDX-License-Identifier: AGPL-3.0-or-later

package vote

import "slices"

// Beatpaths shows the strongest paths of the Schulze rule: Strength[i][j] from the i-th to the
// j-th of Outcome.Options, 0 when there is no path, and for the winner a path to each other
// option that has this strength.
type Beatpaths struct {
	Strength [][]int    `json:"strength"`
	Winner   [][]string `json:"winner_paths"` // from the winner to its end, in the order of Options
}

// Schulze counts ranked ballots by strongest paths on winning votes. Errors are fault.Invalid.
func Schulze(m Matter, ballots []RankBallot) (Outcome, error) {
	h, o, err := duel(RuleSchulze, m, ballots)
	if err != nil || !o.Attendance.Met {
		return o, err
	}
	strength := strongest(o.Duels.Prefer)
	h.rank(&o, func(a, b int) bool { return strength[a][b] > strength[b][a] })
	o.Beatpaths = &Beatpaths{Strength: strength, Winner: [][]string{}}
	first, err := h.options.Find(o.Ranking[0], "The ranking")
	if err != nil {
		return Outcome{}, err
	}
	for end := range strength {
		if end == first || strength[first][end] == 0 {
			continue
		}
		var path []string
		for _, c := range walk(o.Duels.Prefer, first, end, strength[first][end]) {
			path = append(path, h.options.ID(c))
		}
		o.Beatpaths.Winner = append(o.Beatpaths.Winner, path)
	}
	return o, nil
}

// strongest gives the strength of the strongest path between every two options.
func strongest(prefer [][]int) [][]int {
	n := len(prefer)
	strength := square(n)
	for a := range n {
		for b := range n {
			if prefer[a][b] > prefer[b][a] {
				strength[a][b] = prefer[a][b]
			}
		}
	}
	for c := range n {
		for a := range n {
			for b := range n {
				if a != b {
					strength[a][b] = max(strength[a][b], min(strength[a][c], strength[c][b]))
				}
			}
		}
	}
	return strength
}

// walk gives a path with the fewest links, all at least as strong as asked, from one option to
// another. There must be one.
func walk(prefer [][]int, from, to, strength int) []int {
	came := make([]int, len(prefer))
	for c := range came {
		came[c] = -1
	}
	came[from] = from
	for queue := []int{from}; came[to] < 0; queue = queue[1:] {
		a := queue[0]
		for b := range prefer {
			if came[b] < 0 && prefer[a][b] > prefer[b][a] && prefer[a][b] >= strength {
				came[b] = a
				queue = append(queue, b)
			}
		}
	}
	path := []int{to}
	for c := to; c != from; c = came[c] {
		path = append(path, came[c])
	}
	slices.Reverse(path)
	return path
}
