// SPDX-License-Identifier: AGPL-3.0-or-later

package vote

import (
	"cmp"
	"maps"
	"slices"

	"ecot/allot/roster"
	"ecot/fault"
)

// GradeBallot gives options a grade each, by option id; an option left out has the lowest grade.
type GradeBallot struct {
	Member string
	Grades map[string]string
}

// Judgment shows a majority judgment.
type Judgment struct {
	Scale     []string   `json:"scale"`     // lowest first
	Merits    []Merit    `json:"merits"`    // in the order of Outcome.Options
	Decisions []Decision `json:"decisions"` // between neighbours of the ranking
}

// Merit is how often an option was given each grade, lowest first, and its lower median.
type Merit struct {
	Option   string  `json:"option"`
	Tally    []int64 `json:"tally"`
	Majority string  `json:"majority_grade"` // empty when there is no ballot
}

// Decision says why one option of the ranking is before the next: the first median at which
// they differ, counted from 1, and the grades there. Step 0 says that their tallies are equal.
type Decision struct {
	Above      string `json:"above"`
	Below      string `json:"below"`
	Step       int64  `json:"step"`
	AboveGrade string `json:"above_grade"`
	BelowGrade string `json:"below_grade"`
}

// Judge counts grades on a scale of two or more, lowest first. Errors are fault.Invalid.
func Judge(m Matter, scale []string, ballots []GradeBallot) (Outcome, error) {
	h, err := open(RuleJudgment, m)
	if err != nil {
		return Outcome{}, err
	}
	if _, err := roster.New("grade", scale, MaxGrades); err != nil {
		return Outcome{}, err
	}
	if len(scale) < 2 {
		return Outcome{}, fault.New(fault.Invalid, "A scale of %d grades is too short; two are needed.", len(scale))
	}
	tally, err := h.grades(scale, ballots)
	if err != nil {
		return Outcome{}, err
	}
	o := h.close()
	if !o.Attendance.Met {
		return o, nil
	}
	h.rank(&o, func(a, b int) bool {
		order, _ := CompareMerit(tally[a], tally[b])
		return order > 0
	})
	o.Judgment = h.judgment(scale, tally, o.Ranking)
	return o, nil
}

// grades gives each option's tally.
func (h *hall) grades(scale []string, ballots []GradeBallot) ([][]int64, error) {
	tally := make([][]int64, h.options.Len())
	for c := range tally {
		tally[c] = make([]int64, len(scale))
	}
	for i, b := range ballots {
		counts, err := h.admit(i+1, b.Member)
		if err != nil {
			return nil, err
		}
		given := make([]int, len(tally))
		for _, id := range slices.Sorted(maps.Keys(b.Grades)) {
			c, err := h.option(i+1, id, make([]bool, len(tally)))
			if err != nil {
				return nil, err
			}
			if given[c] = slices.Index(scale, b.Grades[id]); given[c] < 0 {
				return nil, fault.New(fault.Invalid,
					"Ballot %d gives option %q the unknown grade %q.", i+1, id, b.Grades[id])
			}
		}
		for c, g := range given {
			if counts {
				tally[c][g]++
			}
		}
	}
	return tally, nil
}

func (h *hall) judgment(scale []string, tally [][]int64, ranking []string) *Judgment {
	j := &Judgment{Scale: slices.Clone(scale), Decisions: []Decision{}}
	at := make(map[string]int)
	for c, t := range tally {
		merit := Merit{Option: h.options.ID(c), Tally: t}
		if g := gradeAt(t, (sum(t)+1)/2); g >= 0 {
			merit.Majority = scale[g]
		}
		j.Merits = append(j.Merits, merit)
		at[h.options.ID(c)] = c
	}
	for i := 1; i < len(ranking); i++ {
		a, b := tally[at[ranking[i-1]]], tally[at[ranking[i]]]
		d := Decision{Above: ranking[i-1], Below: ranking[i]}
		if order, step := CompareMerit(a, b); order != 0 {
			d.Step = step
			d.AboveGrade, d.BelowGrade = scale[stepGrade(a, step)], scale[stepGrade(b, step)]
		}
		j.Decisions = append(j.Decisions, d)
	}
	return j
}

// CompareMerit orders two tallies of the same number of grades, lowest grade first, by majority
// judgment: 1 when a is better, -1 when b is, 0 when they are equal; step is the first median at
// which they differ, from 1. It takes time in the number of grades, not of ballots. Both tallies
// must have the same length and sum.
//
// Let the n grades of a tally be sorted and h = ⌈n/2⌉. Taking away lower medians visits position h
// first and then, by turns, the nearest position left above and below h, or below and above when
// n is odd. Two tallies have different grades at a position exactly when, for some grade g, it
// lies between their numbers of grades up to g.
func CompareMerit(a, b []int64) (order int, step int64) {
	half := (sum(a) + 1) / 2
	var low, high, upA, upB int64 // nearest differing positions ≤ half and > half; 0 is none
	for g := range a {
		upA, upB = upA+a[g], upB+b[g]
		least, most := min(upA, upB), max(upA, upB)
		if at := min(most, half); at > least {
			low = max(low, at)
		}
		if at := max(least, half) + 1; at <= most && (high == 0 || at < high) {
			high = at
		}
	}
	at := low
	if low == 0 || high != 0 && visit(a, high) < visit(a, low) {
		at = high
	}
	if at == 0 {
		return 0, 0
	}
	return cmp.Compare(gradeAt(a, at), gradeAt(b, at)), visit(a, at)
}

// visit is the step, from 1, at which majority judgment comes to a position of the sorted grades.
func visit(tally []int64, position int64) int64 {
	n := sum(tally)
	away := position - (n+1)/2
	switch {
	case n%2 == 1 && away < 0:
		return -2 * away
	case n%2 == 1:
		return 2*away + 1
	case away <= 0:
		return -2*away + 1
	}
	return 2 * away
}

// gradeAt is the grade at a position, from 1, of the sorted grades; -1 when there is none.
func gradeAt(tally []int64, position int64) int {
	var upTo int64
	for g, n := range tally {
		if upTo += n; n > 0 && upTo >= position {
			return g
		}
	}
	return -1
}

func sum(tally []int64) int64 {
	var n int64
	for _, x := range tally {
		n += x
	}
	return n
}

// stepGrade is the grade that majority judgment takes away at a step, from 1.
func stepGrade(tally []int64, step int64) int {
	n := sum(tally)
	away := step / 2
	if (step%2 == 0) == (n%2 == 1) {
		away = -away
	}
	return gradeAt(tally, (n+1)/2+away)
}
