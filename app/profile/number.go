// SPDX-License-Identifier: AGPL-3.0-or-later

package profile

import (
	"strings"

	"ecot/fault"
)

// sirenDigits and rnaDigits are the lengths of the numbers of French bodies.
const (
	sirenDigits = 9
	rnaDigits   = 9
)

// ParseNumber reads the number of a legal body as people write it: a SIREN, nine digits of which the last
// checks the others (Luhn, ISO/IEC 7812-1), or the RNA number of an association, W and nine digits.
func ParseNumber(text string) (string, error) {
	number := strings.ToUpper(strings.Join(strings.Fields(text), ""))
	digits, rna := strings.CutPrefix(number, "W")
	switch {
	case strings.Trim(digits, "0123456789") != "" || len(digits) != sirenDigits:
		return "", fault.New(fault.Invalid, "%q is neither a SIREN (nine digits) nor an RNA number (W and nine "+
			"digits).", text).In("profile.no-number", "number", text)
	case !rna && !luhn(digits):
		return "", fault.New(fault.Invalid, "The last digit of this SIREN does not fit: one was mistyped.").
			In("profile.wrong-siren")
	}
	return number, nil
}

// luhn says whether the last digit checks the others: every second one from the right counts twice, by the
// sum of its digits, and all sum to a multiple of ten.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}
