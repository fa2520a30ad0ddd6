// SPDX-License-Identifier: AGPL-3.0-or-later

package regular

import (
	"fmt"

	"ecot/journal"
	"ecot/mechanism"
	"ecot/money"
)

// FigureActive counts the regular gifts that go on, and sums what they promise a month: yearly ones
// by a twelfth, rounded down for each. What a month adds is what changed in it; the sum of all
// months up to one is how things stood at its end.
const FigureActive = "regular-active"

// Figures gives the day of an entry, and what it adds to the figure of regular gifts.
func (Rules) Figures(_ mechanism.Desk, e *journal.Entry) (mechanism.Figures, error) {
	switch f := e.Fact.(type) {
	case *Begun:
		return active(f.On, f.Unit, 1, f.Every.aMonth(f.Amount)), nil
	case *Changed:
		return active(f.On, f.Unit, f.Active, f.Monthly), nil
	case *Missed:
		return mechanism.Figures{Day: f.On}, nil
	}
	return mechanism.Figures{}, fmt.Errorf("regular knows no fact %q", e.Fact.Name())
}

func active(day journal.Day, unit money.Unit, count, monthly int64) mechanism.Figures {
	f := mechanism.Figures{Day: day}
	if count != 0 || monthly != 0 {
		f.Tallies = []mechanism.Tally{{Name: FigureActive, Month: day.Month(), Unit: unit, Amount: monthly,
			Count: count}}
	}
	return f
}
