// SPDX-License-Identifier: AGPL-3.0-or-later

// Package reference holds what a bank transfer is addressed with: the IBAN and BIC of an account, the
// creditor reference (ISO 11649, "RF…") that says what the money is for, and the QR code by which a
// donor's bank fills in all of it (EPC069-12).
//
// A fund gives each donor and purpose one stable reference, made with a secret key, so that a bank's
// line names nobody and can still be matched. Its one invariant: an IBAN or a Reference that this
// package gave out passes its own check digits, and Parse of what it prints gives the same value.
package reference

import (
	"strings"
	"unicode"
)

// compact drops every blank of text and puts ASCII letters in upper case: people and banks group
// account numbers as they like.
func compact(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '\u200b', r == '\ufeff':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, text)
}

// grouped puts a blank after every fourth character, as account numbers are printed.
func grouped(text string) string {
	var out strings.Builder
	for i, r := range text {
		if i > 0 && i%4 == 0 {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// isDigit says whether c is an ASCII digit.
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isLetter says whether c is an ASCII capital.
func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }

// isAlnum says whether every byte of text is an ASCII digit or capital.
func isAlnum(text string) bool {
	for i := range len(text) {
		if !isDigit(text[i]) && !isLetter(text[i]) {
			return false
		}
	}
	return true
}

// mod97 carries a remainder of ISO 7064 MOD 97-10 over text, with A to Z as 10 to 35.
func mod97(remainder int, text string) int {
	for i := range len(text) {
		if c := text[i]; isLetter(c) {
			remainder = (remainder*100 + int(c-'A') + 10) % 97
		} else {
			remainder = (remainder*10 + int(c-'0')) % 97
		}
	}
	return remainder
}

// checkDigits gives the two digits, 02 to 98, that stand behind prefix and check body, after
// ISO 7064 MOD 97-10. Prefix and body are digits and capitals.
func checkDigits(prefix, body string) string {
	check := 98 - mod97(0, body+prefix+"00")
	return string([]byte{byte('0' + check/10), byte('0' + check%10)})
}

// excerpt shortens what somebody typed for the sentence that refuses it.
func excerpt(text string) string {
	const most = 40
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}
