// SPDX-License-Identifier: AGPL-3.0-or-later

package money

import (
	"strings"

	"ecot/fault"
)

// longest bounds what Parse and ParseLocal read, in bytes.
const longest = 64

// Parse reads the plain form that machines write: an optional minus, digits, and possibly a point
// and digits, such as "-1234.5" or "1234.500". Hours are read in minutes, things in pieces. Zeros
// beyond the unit's decimals are accepted, another digit there is not; there is no plus, exponent,
// separator or blank. Everything else is fault.Invalid, naming what was found.
func Parse(s string, u Unit) (Amount, error) {
	decimals, known := u.Decimals()
	if !known {
		return Amount{}, unknownUnit(u)
	}
	if len(s) > longest {
		return Amount{}, fault.New(fault.Invalid, "An amount has at most %d characters.", longest)
	}
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, pointed := strings.Cut(digits, ".")
	if !isDigits(whole) || pointed && !isDigits(fraction) {
		return Amount{}, fault.New(fault.Invalid, "%q is not an amount; write it like 1234.56.", s)
	}
	minor, err := toMinor(whole, fraction, decimals)
	if err != nil {
		return Amount{}, err
	}
	return Amount{Minor: signed(minor, negative), Unit: u}, nil
}

func unknownUnit(u Unit) error {
	return fault.New(fault.Invalid, "The unit %q is neither an ISO 4217 currency, HUR, nor a kind of thing.",
		shorten(string(u)))
}

// toMinor joins digits before and after the decimal mark into minor units.
func toMinor(whole, fraction string, decimals int) (uint64, error) {
	if len(fraction) > decimals {
		if beyond := strings.TrimRight(fraction[decimals:], "0"); beyond != "" {
			return 0, fault.New(fault.Invalid, "The digits %q are finer than the %d decimals of this unit.",
				beyond, decimals)
		}
		fraction = fraction[:decimals]
	}
	var minor uint64
	for _, digit := range whole + fraction + strings.Repeat("0", decimals-len(fraction)) {
		minor = minor*10 + uint64(digit-'0')
		if minor > Max {
			return 0, outOfRange()
		}
	}
	return minor, nil
}

// isDigits tells whether s is one or more ASCII digits.
func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// shorten keeps a quoted piece of input short enough for a sentence.
func shorten(s string) string {
	const most = 40
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}
