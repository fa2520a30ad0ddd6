// SPDX-License-Identifier: AGPL-3.0-or-later

package committee

import (
	"math/big"
	"slices"
)

// course is one way in which a count in rounds may have gone so far. It is never changed.
type course interface {
	// offer gives the candidates with the best score, in order, and how they were compared;
	// nobody when the count is over.
	offer() (tied []int, score *big.Rat, phase string)
	// take is the course after one of the offered candidates.
	take(c int) course
	// members is who is in so far.
	members() set
	// key is equal for two courses exactly when they go on alike.
	key() string
}

// rounds is a method that starts a course and follows it.
type rounds func(p *profile) (course, error)

func (start rounds) elect(p *profile, r *Result) (set, error) {
	c, err := start(p)
	if err != nil {
		return 0, err
	}
	return follow(p, c, r), nil
}

// follow takes the first of the tied candidates in each round and writes it down in r.
func follow(p *profile, c course, r *Result) set {
	for {
		tied, score, phase := c.offer()
		if len(tied) == 0 {
			return c.members()
		}
		round := Round{Phase: phase, Candidate: p.names.ID(tied[0]), Score: score.RatString()}
		for _, t := range tied {
			round.Tied = append(round.Tied, p.names.ID(t))
		}
		r.Rounds = append(r.Rounds, round)
		c = c.take(tied[0])
	}
}

// all follows every tied candidate, one round of all courses at a time, and merges courses
// that go on alike.
func (start rounds) all(p *profile) ([]set, error) {
	first, err := start(p)
	if err != nil {
		return nil, err
	}
	limit := max(64, min(MaxTied, MaxCourses/(len(p.groups)+1)))
	var ended []set
	for live := []course{first}; len(live) > 0; {
		next := make(map[string]course)
		for _, c := range live {
			tied, _, _ := c.offer()
			if len(tied) == 0 {
				ended = append(ended, c.members())
			}
			for _, t := range tied {
				after := c.take(t)
				next[after.key()] = after
			}
			if len(next) > limit {
				return nil, tooManyTies()
			}
		}
		live = live[:0]
		for _, c := range next {
			live = append(live, c)
		}
	}
	slices.Sort(ended)
	return slices.Compact(ended), nil
}

// best gives the candidates of open whose merit is the largest (want 1) or smallest (want -1).
// A candidate with nil merit is passed over.
func best(open set, want int, merit func(c int) *big.Rat) ([]int, *big.Rat) {
	var tied []int
	var top *big.Rat
	for c := range open.each {
		m := merit(c)
		if m == nil {
			continue
		}
		switch order := compare(m, top) * want; {
		case top == nil || order > 0:
			tied, top = append(tied[:0], c), m
		case order == 0:
			tied = append(tied, c)
		}
	}
	return tied, top
}

// compare is m.Cmp(top), and 0 while there is no top.
func compare(m, top *big.Rat) int {
	if top == nil {
		return 0
	}
	return m.Cmp(top)
}

// times is n·x.
func times(n int64, x *big.Rat) *big.Rat {
	return new(big.Rat).Mul(new(big.Rat).SetInt64(n), x)
}
