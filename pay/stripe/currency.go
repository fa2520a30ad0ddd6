// SPDX-License-Identifier: AGPL-3.0-or-later

package stripe

import (
	"fmt"
	"strings"

	"ecot/fault"
	"ecot/money"
)

// Stripe counts in the minor units of ISO 4217, as money does, but for these, by
// docs.stripe.com/currencies ("Zero-decimal currencies", "Special cases"), read in November 2026:
//
//   - ISK has no decimals since 2023, and is still written with two, which are 00.
//   - MGA is written without decimals; ISO gives it two, though an ariary has five iraimbilanja.
//   - BHD, JOD, KWD, OMR and TND have three decimals, the last of which must be 0.
//   - UGX stands there both as written without decimals and as written with two. We refuse it
//     rather than be wrong by a factor of a hundred.
//
// HUF and TWD are rounded to whole units in payouts only, which Stripe does by itself.

// scale says how Stripe's number relates to the minor units: times up, divided by down; step is
// what Stripe's number must be a multiple of.
type scale struct{ up, down, step int64 }

// scaleOf gives the scale of a currency, or fault.Invalid when Stripe cannot be asked for it.
func scaleOf(u money.Unit) (scale, error) {
	switch u {
	case "ISK":
		return scale{100, 1, 100}, nil
	case "MGA":
		return scale{1, 100, 1}, nil
	case "BHD", "JOD", "KWD", "OMR", "TND":
		return scale{1, 1, 10}, nil
	case "UGX", "CLF", "UYW", "IQD", "LYD":
		return scale{}, fault.New(fault.Invalid, "Cards cannot pay in %s here.", u)
	}
	if !u.IsCurrency() {
		return scale{}, fault.New(fault.Invalid, "A card pays in a currency, not in %q.", u)
	}
	return scale{1, 1, 1}, nil
}

// toStripe gives an amount as Stripe writes it: its number and the currency in small letters. An
// amount that Stripe has no number for is fault.Invalid.
func toStripe(a money.Amount) (number int64, currency string, err error) {
	s, err := scaleOf(a.Unit)
	if err != nil {
		return 0, "", err
	}
	if a.Minor > money.Max || a.Minor < -money.Max {
		return 0, "", fault.New(fault.Invalid, "The amount is beyond measure.")
	}
	number = a.Minor * s.up
	if number%s.down != 0 || number/s.down%s.step != 0 {
		return 0, "", fault.New(fault.Invalid, "A card cannot pay %s %s exactly: round the amount.", a, a.Unit)
	}
	return number / s.down, strings.ToLower(string(a.Unit)), nil
}

// fromStripe reads an amount that Stripe wrote. A currency that we do not know is an error.
func fromStripe(number int64, currency string) (money.Amount, error) {
	u := money.Unit(strings.ToUpper(currency))
	s, err := scaleOf(u)
	if err != nil {
		return money.Amount{}, errAnswer(fmt.Errorf("currency %q: %w", currency, err))
	}
	if number > money.Max/s.down || number < -money.Max/s.down || number%s.up != 0 {
		return money.Amount{}, errAnswer(fmt.Errorf("amount %d %s", number, currency))
	}
	return money.Amount{Minor: number * s.down / s.up, Unit: u}, nil
}
