// SPDX-License-Identifier: AGPL-3.0-or-later

package reference

import "ecot/fault"

// maxBody bounds the body of a reference, after ISO 11649.
const maxBody = 21

// Reference is a creditor reference after ISO 11649: "RF", two check digits and a body of 1 to 21
// capitals and digits, without blanks, such as "RF18539007547034". Make one with Make, Parse, Find
// or a Series.
type Reference string

// Make puts check digits before a body of 1 to 21 letters and digits, in any case and with any blanks.
func Make(body string) (Reference, error) {
	s := compact(body)
	if len(s) == 0 || len(s) > maxBody || !isAlnum(s) {
		return "", fault.New(fault.Invalid, "The body of a reference has 1 to %d letters and digits; %q has not.",
			maxBody, excerpt(body))
	}
	return seal(s), nil
}

// seal puts check digits before a body that is known to be well formed.
func seal(body string) Reference { return Reference("RF" + checkDigits("RF", body) + body) }

// Parse reads a reference as people write it, in any case and with any blanks. Anything else is
// fault.Invalid.
func Parse(text string) (Reference, error) {
	s := compact(text)
	if len(s) < 5 || len(s) > 4+maxBody || s[:2] != "RF" || !isAlnum(s) || !isDigit(s[2]) || !isDigit(s[3]) {
		return "", fault.New(fault.Invalid,
			"%q is not a reference: it begins with RF and two digits, then 1 to %d letters and digits.",
			excerpt(text), maxBody)
	}
	if r := seal(s[4:]); string(r) == s {
		return r, nil
	}
	return "", fault.New(fault.Invalid,
		"The check digits of this reference do not fit: at least one character was mistyped.")
}

// Grouped prints the reference in groups of four: "RF18 5390 0754 7034".
func (r Reference) Grouped() string { return grouped(string(r)) }

// Body gives what stands behind the check digits.
func (r Reference) Body() string {
	if len(r) < 4 {
		return ""
	}
	return string(r[4:])
}
