// SPDX-License-Identifier: AGPL-3.0-or-later

package reference

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"ecot/fault"
	"ecot/money"
)

// Limits of EPC069-12, version 2.1: characters of each field, bytes of the whole.
const (
	maxName    = 70
	maxText    = 140
	maxNote    = 70
	maxPurpose = 4
	maxCents   = 99_999_999_999
	maxBytes   = 331
)

// EPC is a transfer that a QR code proposes, after EPC069-12 of the European Payments Council,
// version 002, UTF-8. Name and IBAN are needed; the rest may be left out.
type EPC struct {
	Name      string       // of the account's holder as its bank knows it, at most 70 characters
	BIC       BIC          // may be empty inside the EEA
	IBAN      IBAN         // in SEPA
	Amount    money.Amount // in EUR, 0.01 to 999999999.99; the zero Amount lets the donor choose
	Purpose   string       // up to 4 capitals or digits, of ISO 20022, such as CHAR for charity
	Reference Reference    // at most one of Reference
	Text      string       // and Text, at most 140 characters
	Note      string       // shown to the payer, at most 70 characters
}

// Payload gives the lines of the code, at most 331 bytes, without a line's end behind the last. What
// does not fit is fault.Invalid with a sentence that names the field; nothing is cut silently.
func (e EPC) Payload() (string, error) {
	if err := e.check(); err != nil {
		return "", err
	}
	payload := e.lines()
	if len(payload) > maxBytes {
		return "", fault.New(fault.Invalid,
			"This transfer does not fit into a QR code: it takes %d bytes of %d; shorten the name, text or note.",
			len(payload), maxBytes)
	}
	return payload, nil
}

// lines writes the fields in their order; empty ones at the end are left out.
func (e EPC) lines() string {
	amount := ""
	if e.Amount.Minor != 0 {
		amount = "EUR" + e.Amount.String()
	}
	lines := []string{"BCD", "002", "1", "SCT", string(e.BIC), e.Name, string(e.IBAN), amount, e.Purpose,
		string(e.Reference), e.Text, e.Note}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// check refuses what EPC069-12 does not allow.
func (e EPC) check() error {
	if iban, err := ParseIBAN(string(e.IBAN)); err != nil || iban != e.IBAN {
		return fault.Wrap(err, fault.Invalid, "The account of the QR code is not a valid IBAN.")
	}
	if !e.IBAN.InSEPA() {
		return fault.New(fault.Invalid, "A QR code proposes SEPA transfers only, and %s is not in SEPA.",
			e.IBAN.Country())
	}
	if bic, err := ParseBIC(string(e.BIC)); e.BIC != "" && (err != nil || bic != e.BIC) {
		return fault.Wrap(err, fault.Invalid, "The bank of the QR code is not a valid BIC.")
	}
	if e.BIC == "" && !e.IBAN.InEEA() {
		return fault.New(fault.Invalid, "An account outside the European Economic Area needs its BIC.")
	}
	if e.Reference != "" && e.Text != "" {
		return fault.New(fault.Invalid, "A transfer carries either a reference or a text, not both.")
	}
	if r, err := Parse(string(e.Reference)); e.Reference != "" && (err != nil || r != e.Reference) {
		return fault.Wrap(err, fault.Invalid, "The reference of the QR code is not valid.")
	}
	if err := e.checkAmount(); err != nil {
		return err
	}
	return e.checkTexts()
}

// checkAmount refuses other currencies and amounts out of range.
func (e EPC) checkAmount() error {
	switch {
	case e.Amount == money.Amount{}:
		return nil
	case e.Amount.Unit != money.Euro:
		return fault.New(fault.Invalid, "A SEPA transfer is in euros, not in %s.", e.Amount.Unit)
	case e.Amount.Minor < 0 || e.Amount.Minor > maxCents:
		return fault.New(fault.Invalid, "The amount of a QR code lies between 0.01 and 999999999.99 euros.")
	}
	return nil
}

// checkTexts refuses texts that are too long, hold a line's end, or begin or end in blanks.
func (e EPC) checkTexts() error {
	for _, field := range []struct {
		name, value string
		most        int
	}{
		{"name", e.Name, maxName}, {"purpose", e.Purpose, maxPurpose},
		{"text", e.Text, maxText}, {"note", e.Note, maxNote},
	} {
		if why := unwritable(field.value, field.most); why != "" {
			return fault.New(fault.Invalid, "The %s of the QR code %s.", field.name, why)
		}
	}
	if e.Name == "" {
		return fault.New(fault.Invalid, "A QR code needs the name of the account's holder.")
	}
	if !isAlnum(e.Purpose) {
		return fault.New(fault.Invalid, "The purpose of a transfer is up to 4 capitals or digits, such as CHAR.")
	}
	return nil
}

// unwritable says why a text cannot stand in one line of the code, or nothing when it can.
func unwritable(text string, most int) string {
	switch {
	case !utf8.ValidString(text), strings.ContainsFunc(text, unicode.IsControl):
		return "holds a character that cannot be written"
	case utf8.RuneCountInString(text) > most:
		return "has more than " + strconv.Itoa(most) + " characters"
	case strings.TrimSpace(text) != text:
		return "begins or ends with a blank"
	}
	return ""
}

// QR draws the payload: error correction M, at most version 13.
func (e EPC) QR() (Matrix, error) {
	payload, err := e.Payload()
	if err != nil {
		return Matrix{}, err
	}
	return Encode(payload)
}
