// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts

import (
	"context"
	"slices"
	"strconv"
	"time"

	"ecot/app"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/regular"
	"ecot/office"
)

// Days that are waited for. Last looked at on 2026-11-22.
const (
	earlyDays = 15 // an instalment may come so long before its day
	graceDays = 10 // or so long behind it, before it is noted as missed
	lapseDays = 60 // a promise of which nothing was seen lapses
	tickPiece = 200
)

// Tick does what the passing of time asks for: pauses whose end has come end, instalments of which
// nothing was seen are noted, promises that nobody kept lapse. Done twice it is done once.
func (g *Gifts) Tick(ctx context.Context, now time.Time) error {
	today := g.dayOfInstant(now)
	for _, turn := range []struct {
		status office.PromiseStatus
		act    func(context.Context, office.Promise, journal.Day) error
	}{{office.Paused, g.wake}, {office.Active, g.miss}, {office.Waiting, g.lapse}} {
		err := g.each(ctx, turn.status, func(p office.Promise) error { return turn.act(ctx, p, today) })
		if err != nil {
			return err
		}
	}
	return nil
}

// each visits every promise in a state, by id.
func (g *Gifts) each(ctx context.Context, status office.PromiseStatus, fn func(office.Promise) error) error {
	for after := ""; ; {
		promises, err := g.office.PromisesIn(ctx, status, after, tickPiece)
		if err != nil || len(promises) == 0 {
			return err
		}
		for _, p := range promises {
			if err := fn(p); err != nil {
				return err
			}
			after = p.ID
		}
	}
}

// wake lets a regular gift go on whose pause has come to its end. What the provider collects, it resumes.
func (g *Gifts) wake(ctx context.Context, p office.Promise, today journal.Day) error {
	gift, err := g.app.Reading().Regular(ctx, p.Regular)
	if err != nil || gift == nil || gift.Paused && !gift.Wakes(today) {
		return err
	}
	if gift.Paused {
		err := g.tellProvider(ctx, p, Change{Act: Resume})
		if fault.CodeOf(err) == fault.Unavailable && err != nil {
			return nil // the next tick tries again
		}
		if err != nil {
			return err
		}
		key := "regular/" + p.Regular + "/wake/" + gift.Until.String()
		if _, err := g.app.Do(ctx, app.Request{Key: key, Command: &regular.Alter{Changed: regular.Changed{
			ID: p.Regular, Change: regular.Resumed, Why: regular.ByFund}}}); err != nil {
			return err
		}
	}
	p.Status, p.PausedUntil, p.Changed = office.Active, "", g.app.Now().Unix()
	return g.office.Do(ctx, func(tx *office.Tx) error { return tx.PutPromise(ctx, p) })
}

// miss notes the instalments of a regular transfer that did not come. A card's are the provider's to tell.
func (g *Gifts) miss(ctx context.Context, p office.Promise, today journal.Day) error {
	if p.Regular == "" || p.Means == MeansCard {
		return nil
	}
	gift, err := g.app.Reading().Regular(ctx, p.Regular)
	if err != nil || gift == nil {
		return err
	}
	due := gift.Due(today - graceDays)
	if len(due) == 0 {
		return nil
	}
	came, err := g.daysOf(ctx, p)
	if err != nil {
		return err
	}
	for _, month := range missing(due, came) {
		key := "regular/" + p.Regular + "/missed/" + strconv.Itoa(month)
		if _, err := g.app.Do(ctx, app.Request{Key: key, Command: &regular.Miss{Missed: regular.Missed{
			ID: p.Regular, Month: month, Why: regular.NoMoneySeen}}}); err != nil {
			return err
		}
	}
	return nil
}

// daysOf gives the days on which the gifts of a promise came, in their order.
func (g *Gifts) daysOf(ctx context.Context, p office.Promise) (days []journal.Day, err error) {
	seen, err := g.Of(ctx, p)
	for _, gift := range seen {
		if !gift.Whole {
			days = append(days, gift.Given.Given)
		}
	}
	slices.Sort(days)
	return days, err
}

// missing gives the months whose instalment did not come: each takes the first day that is near it and
// that no earlier one took. A month behind one that is missing is told once its own time is over too.
func missing(due []regular.Instalment, came []journal.Day) (months []int) {
	for _, one := range due {
		at := slices.IndexFunc(came, func(day journal.Day) bool {
			return day >= one.Day-earlyDays && day <= one.Day+graceDays
		})
		if at < 0 {
			months = append(months, one.Month)
			continue
		}
		came = slices.Delete(slices.Clone(came), at, at+1)
	}
	return months
}

// lapse gives up a promise that nobody kept for long. Money that comes all the same takes it up again.
func (g *Gifts) lapse(ctx context.Context, p office.Promise, today journal.Day) error {
	if g.dayOfInstant(time.Unix(p.Since, 0))+lapseDays > today {
		return nil
	}
	p.Status, p.Changed = office.Lapsed, g.app.Now().Unix()
	return g.office.Do(ctx, func(tx *office.Tx) error { return tx.PutPromise(ctx, p) })
}

// Question is a regular gift whose giver is to be asked "still yes?".
type Question struct {
	Promise office.Promise
	Due     journal.Day // since when
}

// Questions gives the regular gifts whose givers are to be asked "still yes?" on a day: a year went by
// since they last said so.
func (g *Gifts) Questions(ctx context.Context, today journal.Day) (due []Question, err error) {
	err = g.each(ctx, office.Active, func(p office.Promise) error {
		if p.Regular == "" {
			return nil
		}
		gift, err := g.app.Reading().Regular(ctx, p.Regular)
		if err != nil || gift == nil {
			return err
		}
		if day := gift.Question(); day != 0 && day <= today {
			due = append(due, Question{p, day})
		}
		return nil
	})
	return due, err
}

// Run ticks once an hour until ctx ends. A tick that fails is told to note, and tried again.
func (g *Gifts) Run(ctx context.Context, note func(error)) {
	ticker := time.NewTicker(time.Hour)
	defer ticker.Stop()
	for {
		if err := g.Tick(ctx, g.app.Now()); err != nil && ctx.Err() == nil {
			note(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
