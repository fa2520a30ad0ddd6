// SPDX-License-Identifier: AGPL-3.0-or-later

package appeal

import (
	"time"

	"ecot/journal"
	"ecot/money"
)

// Taking is what a pot was given in a month, as the published figures say it.
type Taking struct {
	Given  int64 // minor units, less what went back in the month; below zero when more went back
	People int64 // givers, each once
}

// Gauge is how far a month's appeal reached. All amounts are minor units of Unit.
type Gauge struct {
	Month   int // yyyymm
	Unit    money.Unit
	Needs   []journal.Share // in the order in which they are met
	Need    int64           // what they come to
	Given   int64
	People  int64
	Carried int64 // surplus of the month before, never below zero
	Level   int64 // Given and Carried
	Missing int64 // what the level lacks to the need, 0 when it is reached
	Reached bool  // whether there is a need and the level is up to it
	Onward  int64 // surplus that carries into the next month
	Reserve int64 // surplus that joins the pot's reserve
}

// Gauges gives the gauge of every month with an appeal, the oldest first, up to the month until
// (yyyymm); taken gives what the pot was given in a month. Of the last month, Onward and Reserve
// say what would become of the surplus if nothing more came.
func (l Timeline) Gauges(taken func(month int) Taking, until int) (gauges []Gauge) {
	if len(l) == 0 {
		return nil
	}
	var onward int64
	for month := l[0].From; month <= until; month = Next(month) {
		step, _ := l.At(month)
		if !step.Open {
			continue
		}
		g := gauge(&step, month, taken(month), onward)
		if !l.continues(Next(month)) {
			g.Onward, g.Reserve = 0, g.Onward+g.Reserve
		}
		onward = g.Onward
		gauges = append(gauges, g)
	}
	return gauges
}

// continues says whether an appeal of the month before goes on in a month.
func (l Timeline) continues(month int) bool {
	step, _ := l.At(month)
	return step.Open && !(step.Anew && step.From == month)
}

func gauge(step *Step, month int, taken Taking, carried int64) Gauge {
	g := Gauge{Month: month, Unit: step.Unit, Needs: step.Needs, Need: sum(step.Needs), Given: taken.Given,
		People: taken.People, Carried: carried, Level: taken.Given + carried}
	g.Missing = max(0, g.Need-g.Level)
	g.Reached = g.Need > 0 && g.Missing == 0
	surplus := max(0, g.Level-g.Need)
	g.Onward = min(surplus, step.most(month, g.Need))
	g.Reserve = surplus - g.Onward
	return g
}

// most gives how much of a month's surplus may carry.
func (r *Rule) most(month int, need int64) int64 {
	switch {
	case r.Carry == CarryMonths:
		return r.Months * need
	case r.Carry == CarryYear && month%100 != 12:
		return 1<<63 - 1
	}
	return 0
}

// Fill is how far one need is met.
type Fill struct {
	Need   string
	Amount int64 // what is needed, minor units
	Filled int64 // what of it is there, 0 to Amount
}

// Progress fills needs in their order with a level: the first gets all that it needs before the
// second gets anything.
func Progress(needs []journal.Share, level int64) []Fill {
	fills := make([]Fill, len(needs))
	for i, need := range needs {
		filled := min(max(level, 0), need.Amount)
		fills[i] = Fill{Need: need.Pot, Amount: need.Amount, Filled: filled}
		level -= filled
	}
	return fills
}

// NoteBefore is how many days before the last of a month readers are told, unless the fund says
// otherwise, that its need is not reached yet.
const NoteBefore = 3

// NoteDay gives the first day on which readers are told that the need of a month (yyyymm) is not
// reached yet: so many days before its last, at the earliest its first.
func NoteDay(month, before int) journal.Day {
	first := time.Date(month/100, time.Month(month%100), 1, 0, 0, 0, 0, time.UTC)
	last := journal.DayOf(first.AddDate(0, 1, -1))
	return max(journal.DayOf(first), last-journal.Day(max(before, 0)))
}

// NoteDue says whether readers are to be told, today, that the need of the month is not reached
// yet: it is that month, at or behind NoteDay, and the level is below the need.
func (g *Gauge) NoteDue(today journal.Day, before int) bool {
	return today.Month() == g.Month && today >= NoteDay(g.Month, before) && g.Level < g.Need
}
