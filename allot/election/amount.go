// SPDX-License-Identifier: AGPL-3.0-or-later

package election

import (
	"strconv"
	"strings"
)

// FormatAmount writes units that have decimals digits after the point, such as 1250.00.
func FormatAmount(units int64, decimals int) string {
	text := strconv.FormatInt(units, 10)
	if decimals == 0 {
		return text
	}
	sign := ""
	if units < 0 {
		sign, text = "-", text[1:]
	}
	if missing := decimals + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	return sign + text[:len(text)-decimals] + "." + text[len(text)-decimals:]
}

// Amount writes units of this election in its currency.
func (e *Election) Amount(units int64) string { return FormatAmount(units, e.Decimals) }
