// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import (
	"regexp"

	"ecot/fault"
	"ecot/money"
)

// Tariff is what a provider keeps of a payment, from a day on. It serves to show the fee before
// paying; what was really kept is told by Booking. The fund's settings hold it, from the provider's
// price list: a fact with a date, never a constant.
type Tariff struct {
	Since       string       // civil day of its first payment, such as "2026-01-01"
	Fixed       money.Amount // per payment, zero or more
	BasisPoints int64        // hundredths of a percent of the payment: 150 is 1.5 %
}

// civilDay is a day as settings write it.
var civilDay = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`)

// Check says what is wrong with a tariff, as fault.Invalid, or nothing.
func (t Tariff) Check() error {
	switch {
	case !civilDay.MatchString(t.Since):
		return fault.New(fault.Invalid, "A tariff begins on a day such as 2026-01-01, not %q.", t.Since)
	case !t.Fixed.Unit.IsCurrency():
		return fault.New(fault.Invalid, "The fixed part of a tariff is in a currency, not in %q.", t.Fixed.Unit)
	case t.Fixed.Minor < 0 || t.Fixed.Minor > money.Max:
		return fault.New(fault.Invalid, "The fixed part of a tariff is zero or more, and within reason.")
	case t.BasisPoints < 0 || t.BasisPoints > 10_000:
		return fault.New(fault.Invalid, "A tariff keeps 0 to 10000 hundredths of a percent of a payment.")
	}
	return nil
}

// Fee gives the fixed part plus the share, the share rounded to the nearest minor unit, halves up:
// of 12.00, a tariff of 0.25 + 1.5 % keeps 0.43. It may exceed a very small amount. An amount that a
// card cannot pay, or in another currency than the tariff, is fault.Invalid.
func (t Tariff) Fee(a money.Amount) (money.Amount, error) {
	if err := t.Check(); err != nil {
		return money.Amount{}, err
	}
	if err := CheckAmount(a); err != nil {
		return money.Amount{}, err
	}
	share, err := money.MulDivHalfUp(a.Minor, t.BasisPoints, 10_000)
	if err != nil {
		return money.Amount{}, err
	}
	return t.Fixed.Add(money.Amount{Minor: share, Unit: a.Unit})
}

// Schedule is the tariffs of a provider, in any order.
type Schedule []Tariff

// On gives the tariff in force on a civil day such as "2026-01-31": the one that began last. It is
// false before the first one.
func (s Schedule) On(day string) (Tariff, bool) {
	var found Tariff
	for _, t := range s {
		if t.Since <= day && t.Since > found.Since {
			found = t
		}
	}
	return found, found.Since != ""
}
