// SPDX-License-Identifier: AGPL-3.0-or-later

package appeal

import (
	"slices"

	"ecot/journal"
)

// maxSteps bounds what a state remembers. A change that is forgotten is in the journal still: who
// wants the whole past folds the facts with [Timeline.With].
const maxSteps = 60

// Step is what holds for an appeal from a month on, until the next step.
type Step struct {
	From int  // yyyymm
	Open bool // whether there is an appeal
	Anew bool // whether nothing carries into its first month: it begins or begins again with it
	Rule
	Needs []journal.Share // what the money is for, in the order in which needs are met
}

func (s *Step) fields(c *journal.Codec) {
	month(c, "from", &s.From)
	c.Flag("open", &s.Open)
	c.Flag("anew", &s.Anew)
	s.Rule.fields(c)
	c.Shares("need", &s.Needs, 0)
}

// Timeline is what holds for an appeal over time: steps in the order of their months, no month twice.
type Timeline []Step

// At gives the step that holds in a month (yyyymm), and false for a month before all of them.
func (l Timeline) At(month int) (Step, bool) {
	if i := l.index(month); i >= 0 {
		return l[i], true
	}
	return Step{}, false
}

// index gives the place of the step that holds in a month, -1 when none does.
func (l Timeline) index(month int) int {
	i, exact := slices.BinarySearchFunc(l, month, func(s Step, m int) int { return s.From - m })
	if exact {
		return i
	}
	return i - 1
}

// from gives the steps that hold in a month or later.
func (l Timeline) from(month int) Timeline { return l[max(0, l.index(month)):] }

// With gives the timeline after a fact of an appeal, and leaves l as it is. It takes the fact as
// allowed; any other kind of fact changes nothing.
func (l Timeline) With(f journal.Fact) Timeline {
	switch f := f.(type) {
	case *Opened:
		return l.change(f.From, func(s *Step) {
			s.Anew = s.From == f.From && (s.Anew || !s.Open)
			if s.Unit != f.Unit {
				s.Needs = nil
			}
			s.Open, s.Rule = true, f.Rule
		})
	case *Listed:
		now, _ := l.At(f.From)
		return l.change(f.From, func(s *Step) {
			if s.Unit == now.Unit {
				s.Needs = slices.Clone(f.For)
			}
		})
	case *Ended:
		return l.change(Next(f.Last), func(s *Step) { s.Open, s.Anew = false, false })
	}
	return l
}

// change changes what holds from a month on. A step is cut in two where the month falls inside it,
// and what then says the same as the step before it is dropped.
func (l Timeline) change(month int, to func(*Step)) Timeline {
	steps := slices.Clone(l)
	at := l.index(month)
	if at < 0 || l[at].From != month {
		begins := Step{}
		if at >= 0 {
			begins = l[at]
			begins.Anew = false
		}
		begins.From = month
		at++
		steps = slices.Insert(steps, at, begins)
	}
	for i := range steps[at:] {
		to(&steps[at+i])
	}
	return steps.told()
}

// told leaves out the steps that say nothing: those of an appeal that never was, as when one ends
// before its first month, and those that say the same as the step before them.
func (l Timeline) told() (kept Timeline) {
	for _, s := range l {
		if s.Rule != (Rule{}) && (len(kept) == 0 || !s.repeats(kept[len(kept)-1])) {
			kept = append(kept, s)
		}
	}
	return kept
}

// repeats says whether s, which comes after another step, says the same.
func (s *Step) repeats(before Step) bool {
	same := s.Rule == before.Rule && slices.Equal(s.Needs, before.Needs)
	return s.Open == before.Open && !s.Anew && (same || !s.Open)
}

// Next gives the month (yyyymm) after a month.
func Next(month int) int {
	if month%100 == 12 {
		return month + 100 - 11
	}
	return month + 1
}

// since gives the number of months from one month to another.
func since(from, to int) int { return (to/100-from/100)*12 + to%100 - from%100 }
