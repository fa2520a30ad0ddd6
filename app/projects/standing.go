// SPDX-License-Identifier: AGPL-3.0-or-later

package projects

import (
	"context"
	"slices"

	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism/appeal"
	"ecot/mechanism/giving"
	"ecot/money"
)

// Standing is how far the appeal of a pot reaches.
type Standing struct {
	Month  int  // yyyymm, the current one in the fund's zone
	Open   bool // whether there is an appeal this month
	Rule   appeal.Rule
	Now    appeal.Gauge  // of this month, when it is open
	Fills  []appeal.Fill // how far each need of this month is met
	Months []MonthOf     // the last twelve with an appeal, this month with them, the oldest first
}

// MonthOf is a month of an appeal.
type MonthOf struct {
	appeal.Gauge
	Evidence giving.Evidence // behind what was given, where one class stands behind all of it; else empty
}

// monthsShown is how many months of an appeal are shown.
const monthsShown = 12

// Standing gives how far the appeal of a pot reaches, by the journal as it stands. A pot that never had
// an appeal stands nowhere.
func (p *Projects) Standing(ctx context.Context, pot string) (Standing, error) {
	s := Standing{Month: journal.DayOf(p.app.Now().In(p.app.Zone())).Month()}
	timeline, err := p.read.Appeal(ctx, pot)
	if err != nil || len(timeline) == 0 {
		return s, err
	}
	taken, err := p.takings(ctx, pot)
	if err != nil {
		return s, err
	}
	gauges := timeline.Gauges(func(month int) appeal.Taking {
		step, _ := timeline.At(month)
		return taken[taking{month, step.Unit}]
	}, s.Month)
	classes, err := p.classes(ctx, pot)
	if err != nil {
		return s, err
	}
	for _, g := range gauges[max(0, len(gauges)-monthsShown):] {
		s.Months = append(s.Months, MonthOf{g, classes.of(g.Month)})
	}
	if step, _ := timeline.At(s.Month); step.Open && len(gauges) > 0 {
		s.Open, s.Rule, s.Now = true, step.Rule, gauges[len(gauges)-1]
		s.Fills = appeal.Progress(s.Now.Needs, s.Now.Level)
	}
	return s, nil
}

// taking names a month and unit of figures.
type taking struct {
	month int
	unit  money.Unit
}

// takings gives what an appeal brought a pot in each month, as the published figures say it.
func (p *Projects) takings(ctx context.Context, pot string) (map[taking]appeal.Taking, error) {
	tallies, err := p.read.Published(ctx)
	taken := map[taking]appeal.Taking{}
	for _, t := range tallies {
		at := taking{t.Month, t.Unit}
		switch one := taken[at]; t.Name {
		case giving.FigureAppeal.Of(pot):
			one.Given += t.Amount
			taken[at] = one
		case giving.FigureAppealPeople.Of(pot):
			one.People += t.Count
			taken[at] = one
		}
	}
	return taken, err
}

// classes are the classes of evidence of what came into a pot, by the month in which it was booked.
type classes map[int][]giving.Evidence

// classes gives those of a pot.
func (p *Projects) classes(ctx context.Context, pot string) (classes, error) {
	accounts, err := p.read.Ledger(ctx)
	found := classes{}
	for _, account := range accounts {
		if account.Place.Account != ledger.NewAccount(ledger.Pot, pot) {
			continue
		}
		months, err := p.read.Months(ctx, account.ID)
		if err != nil {
			return nil, err
		}
		for _, m := range months {
			if m.Incoming != 0 {
				found[int(m.Month)] = append(found[int(m.Month)], giving.Evidence(m.Class))
			}
		}
	}
	return found, err
}

// of gives the class that stands behind all that was given in a month: it was booked in that month or in
// one behind it, so that all of these must be of one class.
func (c classes) of(month int) (class giving.Evidence) {
	for at, all := range c {
		if at < month {
			continue
		}
		for _, one := range slices.Compact(slices.Sorted(slices.Values(all))) {
			if class == "" {
				class = one
			}
			if class != one {
				return ""
			}
		}
	}
	return class
}

// Record is what the fund's appeals brought in the last whole month.
type Record struct {
	Month  int   // yyyymm; 0 when nobody has given yet
	People int64 // who gave, each once (the operator's word)
	Given  int64 // minor units, less what went back
	Unit   money.Unit
	Gifts  int64

	MostPeople bool // more people than in any month before
	MostGiven  bool // more money than in any month before
}

// Record gives what the last whole month brought, and whether any month before brought more.
func (p *Projects) Record(ctx context.Context) (Record, error) {
	now := journal.DayOf(p.app.Now().In(p.app.Zone())).Month()
	tallies, err := p.read.Published(ctx)
	if err != nil {
		return Record{}, err
	}
	byMonth := map[int]*Record{}
	for _, t := range tallies {
		family, _, ok := giving.ParsePotFigure(t.Name)
		if t.Month >= now || t.Unit != p.unit() || t.Name != giving.FigurePeople &&
			!(ok && family == giving.FigureAppeal) {
			continue
		}
		if byMonth[t.Month] == nil {
			byMonth[t.Month] = &Record{Month: t.Month, Unit: t.Unit}
		}
		if one := byMonth[t.Month]; t.Name == giving.FigurePeople {
			one.People += t.Count
		} else {
			one.Given, one.Gifts = one.Given+t.Amount, one.Gifts+t.Count
		}
	}
	var last Record
	for _, one := range byMonth {
		if one.Month > last.Month && one.People > 0 {
			last = *one
		}
	}
	last.MostPeople, last.MostGiven = len(byMonth) > 1, len(byMonth) > 1
	for _, one := range byMonth {
		if one.Month < last.Month {
			last.MostPeople = last.MostPeople && one.People < last.People
			last.MostGiven = last.MostGiven && one.Given < last.Given
		}
	}
	return last, nil
}
