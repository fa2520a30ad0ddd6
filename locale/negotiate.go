// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import "strings"

// longestHeader bounds what Negotiate reads of a header, in bytes.
const longestHeader = 1024

// Negotiate chooses the language that a reader's Accept-Language header prefers among those that Écot
// speaks (RFC 9110 §12.5.4): the greatest weight wins, the earlier of equals; regions are left aside.
// A header that asks for nothing we speak, or that cannot be read, gives fallback.
func Negotiate(header string, fallback Lang) Lang {
	if len(header) > longestHeader {
		header = header[:longestHeader]
	}
	best, bestWeight := fallback, 0
	for _, item := range strings.Split(header, ",") {
		tag, parameters, _ := strings.Cut(item, ";")
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		lang, known := ParseLang(primary)
		if primary == "*" {
			lang, known = fallback, true
		}
		if weight := weightOf(parameters); known && weight > bestWeight {
			best, bestWeight = lang, weight
		}
	}
	return best
}

// weightOf reads `q=0.8` in thousandths; no weight is 1000, one that cannot be read is 0.
func weightOf(parameters string) int {
	value, found := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parameters)), "q=")
	if !found {
		return 1000
	}
	whole, fraction, _ := strings.Cut(strings.TrimSpace(value), ".")
	if len(whole) != 1 || len(fraction) > 3 || whole > "1" {
		return 0
	}
	weight := 0
	for _, digit := range whole + (fraction + "000")[:3] {
		if digit < '0' || digit > '9' {
			return 0
		}
		weight = 10*weight + int(digit-'0')
	}
	return min(weight, 1000)
}
