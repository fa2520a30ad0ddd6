// SPDX-License-Identifier: AGPL-3.0-or-later

package regular

import (
	"time"

	"ecot/journal"
)

// Instalment is one that falls due.
type Instalment struct {
	Month int // yyyymm
	Day   journal.Day
}

// Due gives the instalments that fell due up to a day, the oldest first: those since the gift was
// entered or last resumed, behind the last one noted as missed. Those that came are among them; who
// has the gifts takes them away. A gift that is paused has none.
func (g *Gift) Due(day journal.Day) (due []Instalment) {
	if g.Paused || day < g.first() {
		return nil
	}
	month := g.first().Month()
	if g.Missed >= month {
		month = next(g.Missed)
	}
	for ; month <= day.Month(); month = next(month) {
		if at, falls := g.falls(month); falls && at <= day {
			due = append(due, Instalment{Month: month, Day: at})
		}
	}
	return due
}

// first gives the day before which no instalment is due.
func (g *Gift) first() journal.Day { return max(g.From, g.Since) }

// falls gives the day of a month on which an instalment falls, and whether one does.
func (g *Gift) falls(month int) (journal.Day, bool) {
	from := g.From.Time()
	if g.Every == Yearly && month%100 != int(from.Month()) {
		return 0, false
	}
	day := dayOf(month, from.Day())
	return day, day >= g.first()
}

// DueIn gives the day of a month (yyyymm) on which an instalment falls, whether or not one does.
func (g *Gift) DueIn(month int) journal.Day { return dayOf(month, g.From.Time().Day()) }

// dayOf gives the day of that number in a month, or its last day when it is shorter.
func dayOf(month, number int) journal.Day {
	first := time.Date(month/100, time.Month(month%100), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return journal.DayOf(first) + journal.Day(min(number, last)-1)
}

func next(month int) int {
	if month%100 == 12 {
		return month + 100 - 11
	}
	return month + 1
}

// Question gives the day on which the giver is to be asked "still yes?": a year after the last
// answer. It is 0 while the gift is paused, when nobody is asked.
func (g *Gift) Question() journal.Day {
	if g.Paused {
		return 0
	}
	return dayOf(g.Answered.Month()+100, g.Answered.Time().Day())
}

// Wakes says whether a pause is to end on a day: its end was said and has come. It goes on until an
// entry resumes the gift.
func (g *Gift) Wakes(day journal.Day) bool { return g.Paused && g.Until != 0 && g.Until <= day }

// Monthly gives the minor units that the gift promises a month, 0 while it is paused.
func (g *Gift) Monthly() int64 {
	if g.Paused {
		return 0
	}
	return g.Every.aMonth(g.Amount)
}

// aMonth gives what an amount comes to a month: a twelfth of a yearly one, rounded down.
func (e Every) aMonth(amount int64) int64 {
	if e == Yearly {
		return amount / 12
	}
	return amount
}
