// SPDX-License-Identifier: AGPL-3.0-or-later

package regular

import (
	"fmt"
	"slices"

	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
)

// Apply folds an entry of a regular gift into its state; what the rules do not allow is refused
// with a fault and changes nothing.
func (Rules) Apply(d mechanism.Desk, e *journal.Entry) error {
	switch f := e.Fact.(type) {
	case *Begun:
		return applyBegun(d, e, f)
	case *Changed:
		return applyChanged(d, e, f)
	case *Missed:
		return applyMissed(d, e, f)
	}
	return fmt.Errorf("regular knows no fact %q", e.Fact.Name())
}

// checkDay refuses a day after that on which the entry is written, to within the zones of the earth.
func checkDay(e *journal.Entry, on journal.Day) error {
	if on > e.At.Day()+1 {
		return fault.New(fault.Invalid, "%s has not come yet.", on)
	}
	return nil
}

// checkShares refuses shares that are not the whole amount.
func checkShares(amount int64, to []journal.Share) error {
	for _, share := range to {
		amount -= share.Amount
	}
	if amount != 0 {
		return fault.New(fault.Invalid, "The shares of a regular gift must add up to it.")
	}
	return nil
}

func open(d mechanism.Desk, id string) (*Gift, error) {
	state, ok := d.State(Key(id)).(*Gift)
	if !ok {
		return nil, fault.New(fault.NotFound, "There is no regular gift %q, or it was stopped.", id)
	}
	return state, nil
}

func applyBegun(d mechanism.Desk, e *journal.Entry, f *Begun) error {
	if err := checkDay(e, f.On); err != nil {
		return err
	}
	if d.State(Key(f.ID)) != nil {
		return fault.New(fault.Conflict, "The regular gift %q exists already.", f.ID)
	}
	if err := checkShares(f.Amount, f.To); err != nil {
		return err
	}
	d.Put(Key(f.ID), &Gift{Unit: f.Unit, Amount: f.Amount, To: slices.Clone(f.To), Every: f.Every,
		Means: f.Means, From: f.From, Since: f.On, Answered: max(f.From, f.On)})
	return nil
}

func applyChanged(d mechanism.Desk, e *journal.Entry, f *Changed) error {
	before, err := open(d, f.ID)
	if err != nil {
		return err
	}
	if err := checkDay(e, f.On); err != nil {
		return err
	}
	if err := checkChange(before, f); err != nil {
		return err
	}
	after := before.with(f)
	active, monthly := difference(before, after)
	if f.Unit != before.Unit || f.Active != active || f.Monthly != monthly {
		return fault.New(fault.Invalid, "A change of the regular gift %q says wrongly what it changes.", f.ID)
	}
	if after == nil {
		d.Put(Key(f.ID), nil)
		return nil
	}
	d.Put(Key(f.ID), after)
	return nil
}

// checkChange refuses a change that does not suit the gift, or says what is none of its business.
func checkChange(before *Gift, f *Changed) error {
	amends := f.Change == Amended
	switch {
	case f.Until != 0 && (f.Change != Paused || f.Until <= f.On):
		return fault.New(fault.Invalid, "Only a pause has an end, on a later day.")
	case amends != (f.Amount > 0) || amends != (len(f.To) > 0):
		return fault.New(fault.Invalid, "An amount, shared among pots, goes with another amount, and only then.")
	case f.Change == Kept && f.Why != ByDonor:
		return fault.New(fault.Invalid, "Only the donor says that a regular gift is kept.")
	case f.Why == NoAnswer && f.Change != Paused && f.Change != Stopped:
		return fault.New(fault.Invalid, "Without an answer a regular gift is paused or stopped, nothing else.")
	case f.Change == Resumed && !before.Paused:
		return fault.New(fault.Conflict, "The regular gift %q is not paused.", f.ID)
	}
	return checkShares(f.Amount, f.To)
}

// with gives the gift after a change, nil when it is stopped, and leaves g as it is.
func (g *Gift) with(f *Changed) *Gift {
	after := *g
	switch f.Change {
	case Stopped:
		return nil
	case Paused:
		after.Paused, after.Until = true, f.Until
	case Resumed:
		after.Paused, after.Until, after.Since = false, 0, f.On
	case Amended:
		after.Amount, after.To = f.Amount, slices.Clone(f.To)
	}
	if f.Why == ByDonor {
		after.Answered = f.On
	}
	return &after
}

// difference says what a change adds to the number of gifts that go on, and to what they promise
// a month.
func difference(before, after *Gift) (active, monthly int64) {
	count := func(g *Gift, sign int64) {
		if g != nil && !g.Paused {
			active += sign
			monthly += sign * g.Monthly()
		}
	}
	count(before, -1)
	count(after, 1)
	return active, monthly
}

func applyMissed(d mechanism.Desk, e *journal.Entry, f *Missed) error {
	before, err := open(d, f.ID)
	if err != nil {
		return err
	}
	if err := checkDay(e, f.On); err != nil {
		return err
	}
	month := journal.MonthName(f.Month)
	if before.Paused {
		return fault.New(fault.Conflict, "The regular gift %q is paused: nothing is due.", f.ID)
	}
	if f.Month <= before.Missed {
		return fault.New(fault.Conflict, "Of the regular gift %q, %s is settled already.", f.ID, month)
	}
	if day, falls := before.falls(f.Month); !falls || day > f.On {
		return fault.New(fault.Conflict, "Of the regular gift %q nothing was due in %s up to %s.",
			f.ID, month, f.On)
	}
	after := *before
	after.Missed = f.Month
	d.Put(Key(f.ID), &after)
	return nil
}
