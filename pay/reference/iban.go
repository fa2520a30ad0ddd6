// SPDX-License-Identifier: AGPL-3.0-or-later

package reference

import (
	"strconv"

	"ecot/fault"
)

// IBAN is an account number after ISO 13616, without blanks and in capitals, such as
// "FR1420041010050500013M02606". Make one with ParseIBAN, which checks it.
type IBAN string

// ParseIBAN reads an IBAN as people write it, in any case and with any blanks, and checks its
// country, length, kind of characters, check digits and, for France and Monaco, the RIB key. Anything
// else is fault.Invalid with a sentence that says what does not fit.
func ParseIBAN(text string) (IBAN, error) {
	s := compact(text)
	if len(s) < 5 || !isAlnum(s) || !isLetter(s[0]) || !isLetter(s[1]) || !isDigit(s[2]) || !isDigit(s[3]) {
		return "", fault.New(fault.Invalid,
			"%q is not an IBAN: it begins with two letters and two digits, then letters and digits.", excerpt(text))
	}
	country, account := s[:2], s[4:]
	shape, known := shapeOf(country)
	if !known {
		return "", fault.New(fault.Invalid, "No IBAN begins with %s.", country)
	}
	if want := lengthOf(shape) + 4; len(s) != want {
		return "", fault.New(fault.Invalid, "An IBAN that begins with %s has %d characters; this one has %d.",
			country, want, len(s))
	}
	if why := misshapen(shape, account); why != "" {
		return "", fault.New(fault.Invalid, "This is not an IBAN of %s: %s.", country, why)
	}
	if s[2:4] != checkDigits(s[:2], account) {
		return "", fault.New(fault.Invalid,
			"The check digits of this IBAN do not fit: at least one character was mistyped.")
	}
	if hasKey(country) && account[21:] != ribKey(account) {
		return "", fault.New(fault.Invalid,
			"The RIB key, the last two digits of this IBAN, does not fit: at least one character was mistyped.")
	}
	return IBAN(s), nil
}

// Country gives the two letters that the IBAN begins with.
func (i IBAN) Country() string {
	if len(i) < 2 {
		return ""
	}
	return string(i[:2])
}

// Grouped prints the IBAN in groups of four: "FR14 2004 1010 0505 0001 3M02 606".
func (i IBAN) Grouped() string { return grouped(string(i)) }

// InEEA says whether the account is in the European Economic Area.
func (i IBAN) InEEA() bool { return InEEA(i.Country()) }

// InSEPA says whether a SEPA transfer reaches the account's country.
func (i IBAN) InSEPA() bool { return InSEPA(i.Country()) }

// hasKey says whether accounts of the country end in a RIB key.
func hasKey(country string) bool { return country == "FR" || country == "MC" }

// ribKey gives the key of a French account of 5 digits of bank, 5 of branch and 11 characters:
// 97 − (89 × bank + 15 × branch + 3 × account) mod 97, letters being worth 1 to 9, A to I, J to R and
// 2 to 9 from S to Z (Comité français d'organisation et de normalisation bancaires, RIB).
func ribKey(account string) string {
	remainder := 0
	for i := range 21 {
		remainder = (remainder*10 + ribDigit(account[i])) % 97
	}
	key := strconv.Itoa(97 - remainder*100%97)
	if len(key) < 2 {
		return "0" + key
	}
	return key
}

// ribDigit gives what a character of a French account number is worth.
func ribDigit(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c >= 'S':
		return int(c-'S') + 2
	default:
		return int(c-'A')%9 + 1
	}
}
