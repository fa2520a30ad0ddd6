// SPDX-License-Identifier: AGPL-3.0-or-later

package reference

import "ecot/fault"

// BIC is the code of a bank after ISO 9362, 8 or 11 capitals and digits, such as "PSSTFRPPPAR".
type BIC string

// ParseBIC reads a BIC in any case and with any blanks: four letters or digits of the bank, two
// letters of the country, two of the place, and possibly three of the branch. It checks no list of
// banks. Anything else is fault.Invalid.
func ParseBIC(text string) (BIC, error) {
	s := compact(text)
	if len(s) != 8 && len(s) != 11 || !isAlnum(s) || !isLetter(s[4]) || !isLetter(s[5]) {
		return "", fault.New(fault.Invalid,
			"%q is not a BIC: it has 8 or 11 letters and digits, of which the fifth and sixth name a country.",
			excerpt(text))
	}
	return BIC(s), nil
}

// Country gives the two letters of the bank's country.
func (b BIC) Country() string {
	if len(b) < 6 {
		return ""
	}
	return string(b[4:6])
}
