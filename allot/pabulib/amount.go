// SPDX-License-Identifier: AGPL-3.0-or-later

package pabulib

import (
	"math"
	"strconv"
	"strings"
)

// maxDecimals is how fine an amount may be.
const maxDecimals = 6

// amount is a decimal number as written: digits × 10^−decimals.
type amount struct {
	digits   int64
	decimals int
}

// parseAmount reads a plain decimal number, with a point or a comma before its decimals, and says
// in words what is wrong. Zeros beyond the sixth decimal are dropped.
func parseAmount(text string) (amount, string) {
	text = strings.TrimSpace(text)
	whole, fraction, _ := strings.Cut(strings.Replace(text, ",", ".", 1), ".")
	for len(fraction) > maxDecimals && fraction[len(fraction)-1] == '0' {
		fraction = fraction[:len(fraction)-1]
	}
	digits := strings.TrimPrefix(whole, "-") + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return amount{}, strconv.Quote(text) + " is not a plain decimal number"
	}
	if len(fraction) > maxDecimals {
		return amount{}, strconv.Quote(text) + " has more than 6 decimals"
	}
	value, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		return amount{}, strconv.Quote(text) + " is too large to count"
	}
	return amount{value, len(fraction)}, ""
}

// in gives the amount in units of decimals digits after the point, false when it does not fit.
func (a amount) in(decimals int) (int64, bool) {
	value := a.digits
	for range decimals - a.decimals {
		if value > math.MaxInt64/10 || value < math.MinInt64/10 {
			return 0, false
		}
		value *= 10
	}
	return value, true
}
