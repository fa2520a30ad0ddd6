// SPDX-License-Identifier: AGPL-3.0-or-later

package money

import (
	"math/bits"

	"ecot/fault"
)

// Amount is so many minor units of a unit: {1234, "EUR"} is 12.34 €, {90, "HUR"} is 1 h 30.
type Amount struct {
	Minor int64
	Unit  Unit
}

// Add gives a + b. It refuses other units and sums beyond Max, with fault.Invalid.
func (a Amount) Add(b Amount) (Amount, error) {
	if err := sameUnit(a, b); err != nil {
		return Amount{}, err
	}
	sum, err := Add(a.Minor, b.Minor)
	return Amount{Minor: sum, Unit: a.Unit}, err
}

// Sub gives a − b. It refuses other units and differences beyond Max, with fault.Invalid.
func (a Amount) Sub(b Amount) (Amount, error) {
	if err := sameUnit(a, b); err != nil {
		return Amount{}, err
	}
	difference, err := Sub(a.Minor, b.Minor)
	return Amount{Minor: difference, Unit: a.Unit}, err
}

func sameUnit(a, b Amount) error {
	if a.Unit != b.Unit {
		return fault.New(fault.Invalid, "An amount in %s cannot be reckoned with one in %s.", a.Unit, b.Unit)
	}
	return nil
}

// Add gives a + b, both and the sum within ±Max, or fault.Invalid.
func Add(a, b int64) (int64, error) {
	if !inRange(a) || !inRange(b) || !inRange(a+b) {
		return 0, outOfRange()
	}
	return a + b, nil
}

// Sub gives a − b, both and the difference within ±Max, or fault.Invalid.
func Sub(a, b int64) (int64, error) {
	if !inRange(a) || !inRange(b) || !inRange(a-b) {
		return 0, outOfRange()
	}
	return a - b, nil
}

// Neg gives −a, within ±Max, or fault.Invalid.
func Neg(a int64) (int64, error) { return Sub(0, a) }

// MulDivHalfUp gives a × num ÷ den rounded to the nearest unit, halves away from zero, with an
// exact 128-bit product: 1.5 % of a is MulDivHalfUp(a, 15, 1000). A zero den or a result beyond
// Max is fault.Invalid.
func MulDivHalfUp(a, num, den int64) (int64, error) {
	if den == 0 {
		return 0, fault.New(fault.Invalid, "A share cannot be taken out of zero.")
	}
	negative := (a < 0) != (num < 0) != (den < 0)
	divisor := magnitude(den)
	hi, lo := bits.Mul64(magnitude(a), magnitude(num))
	if hi >= divisor {
		return 0, outOfRange()
	}
	quotient, remainder := bits.Div64(hi, lo, divisor)
	if quotient > Max {
		return 0, outOfRange()
	}
	if remainder >= divisor-remainder {
		quotient++
	}
	if quotient > Max {
		return 0, outOfRange()
	}
	return signed(quotient, negative), nil
}

func inRange(n int64) bool { return n >= -Max && n <= Max }

func outOfRange() error {
	return fault.New(fault.Invalid, "This amount is beyond the largest that the books can hold.")
}

// magnitude gives |n|, exact for the smallest int64 too.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// signed gives ±n for an n ≤ Max.
func signed(n uint64, negative bool) int64 {
	if negative {
		return -int64(n)
	}
	return int64(n)
}
