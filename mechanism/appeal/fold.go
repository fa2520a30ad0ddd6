// SPDX-License-Identifier: AGPL-3.0-or-later

package appeal

import (
	"fmt"

	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/money"
)

// Apply folds an entry of an appeal into its state; what the rules do not allow is refused with a
// fault and changes nothing.
func (Rules) Apply(d mechanism.Desk, e *journal.Entry) error {
	var pot string
	var err error
	switch f := e.Fact.(type) {
	case *Opened:
		pot, err = f.Pot, errorsFirst(checkMonth(e, f.On, f.From), checkOpened(d, f))
	case *Listed:
		pot, err = f.Pot, errorsFirst(checkMonth(e, f.On, f.From), checkListed(d, f))
	case *Ended:
		pot, err = f.Pot, errorsFirst(checkMonth(e, f.On, f.Last), checkEnded(d, f))
	default:
		return fmt.Errorf("appeal knows no fact %q", e.Fact.Name())
	}
	if err != nil {
		return err
	}
	steps := timeline(d, pot).With(e.Fact)
	d.Put(Key(pot), &Appeal{Timeline: steps[max(0, len(steps)-maxSteps):]})
	return nil
}

// errorsFirst gives the first error that is one.
func errorsFirst(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// timeline gives that of a pot's appeal, none when there is no appeal.
func timeline(d mechanism.Desk, pot string) Timeline {
	if state, ok := d.State(Key(pot)).(*Appeal); ok {
		return state.Timeline
	}
	return nil
}

// checkMonth refuses a fact that is not of the day on which it is written, as the instant says it
// to within the zones of the earth, and one that speaks of a month that is over or far ahead.
func checkMonth(e *journal.Entry, on journal.Day, month int) error {
	if off := on - e.At.Day(); off < -1 || off > 1 {
		return fault.New(fault.Invalid, "An appeal is changed today, %s, not as of %s.", e.At.Day(), on)
	}
	if month < on.Month() {
		return fault.New(fault.Conflict, "%s is over; an appeal changes from %s on.",
			journal.MonthName(month), journal.MonthName(on.Month()))
	}
	if since(on.Month(), month) > maxAhead {
		return fault.New(fault.Invalid, "%s is too far ahead: an appeal is announced at most %d months before.",
			journal.MonthName(month), maxAhead)
	}
	return nil
}

func checkOpened(d mechanism.Desk, f *Opened) error {
	if !journal.IsSlug(f.Pot) {
		return fault.New(fault.Invalid, "%q cannot name a pot: use a-z, 0-9 and hyphens, at most 40.", f.Pot)
	}
	if (f.Carry == CarryMonths) != (f.Months > 0) {
		return fault.New(fault.Invalid,
			"A number of months goes with a surplus that carries by months, and only then.")
	}
	step, there := timeline(d, f.Pot).At(f.From)
	if there && step.Open && step.Unit != f.Unit {
		return fault.New(fault.Conflict, "The appeal of %s counts in %s; end it to open one in %s.",
			f.Pot, step.Unit, f.Unit)
	}
	return nil
}

func checkListed(d mechanism.Desk, f *Listed) error {
	step, there := timeline(d, f.Pot).At(f.From)
	if !there || !step.Open {
		return fault.New(fault.NotFound, "%q has no appeal in %s.", f.Pot, journal.MonthName(f.From))
	}
	if sum(f.For) > money.Max {
		return fault.New(fault.Invalid, "The needs come to more than 10^15 minor units.")
	}
	return nil
}

func checkEnded(d mechanism.Desk, f *Ended) error {
	for _, step := range timeline(d, f.Pot).from(Next(f.Last)) {
		if step.Open {
			return nil
		}
	}
	return fault.New(fault.NotFound, "%q has no appeal after %s that could end.", f.Pot,
		journal.MonthName(f.Last))
}

func sum(shares []journal.Share) (total int64) {
	for _, share := range shares {
		total += share.Amount
	}
	return total
}
