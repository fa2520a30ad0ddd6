// SPDX-License-Identifier: AGPL-3.0-or-later

package pain

import (
	"regexp"
	"strings"
	"time"

	"ecot/fault"
	"ecot/money"
	"ecot/pay/reference"
)

// MaxName bounds the name of an account's holder, and MaxText what a payee reads, once in Latin letters.
const (
	MaxName = 70
	MaxText = 140
)

// Limits of the SEPA credit transfer rulebook and its implementation guidelines (EPC132-08).
const (
	maxMessage = 30 // 35, of which five number the blocks
	maxID      = 35
	maxTown    = 35
	maxCents   = 99_999_999_999
	maxDays    = 999
)

// identifier is what banks let through in an identifier; slashes have rules of their own.
var identifier = regexp.MustCompile(`^[A-Za-z0-9+?/:().,'-]+$`)

// oldBIC is a BIC as .03 knows it.
var oldBIC = regexp.MustCompile(`^[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?$`)

// purposeCode is a code of ISO 20022's external list of purposes.
var purposeCode = regexp.MustCompile(`^[A-Z0-9]{1,4}$`)

// countryCode is a country of ISO 3166, by its form.
var countryCode = regexp.MustCompile(`^[A-Z]{2}$`)

// check refuses what a bank would refuse.
func (o Order) check(v Version) error {
	switch {
	case !isIdentifier(o.Message, maxMessage):
		return invalid("The file's name, %q, has not 1 to %d characters of an identifier.", o.Message, maxMessage)
	case o.Made.IsZero():
		return invalid("A file of transfers says when it was made.")
	case len(o.Transfers) == 0:
		return invalid("A file of transfers holds at least one.")
	case len(o.Transfers) > MaxTransfers:
		return invalid("A file holds at most %d transfers; these are %d: make several files.",
			MaxTransfers, len(o.Transfers))
	case len(o.days()) > maxDays:
		return invalid("A file holds at most %d days of execution.", maxDays)
	}
	if why := o.Debtor.refuse(v); why != "" {
		return invalid("The fund's own account cannot be written: %s.", why)
	}
	seen := map[string]bool{}
	for _, t := range o.Transfers {
		why := t.refuse(o, v)
		if why == "" && seen[t.ID] {
			why = "another one of this file has the same identifier"
		}
		if why != "" {
			return invalid("The transfer %q cannot be written: %s.", t.ID, why)
		}
		seen[t.ID] = true
	}
	return nil
}

// refuse says why the account cannot be written, or nothing when it can.
func (a Account) refuse(v Version) string {
	if iban, err := reference.ParseIBAN(string(a.IBAN)); err != nil || iban != a.IBAN {
		return "its IBAN is not valid"
	}
	if !a.IBAN.InSEPA() {
		return "its country, " + a.IBAN.Country() + ", is not in SEPA"
	}
	if bic, err := reference.ParseBIC(string(a.BIC)); a.BIC != "" && (err != nil || bic != a.BIC) {
		return "its BIC is not valid"
	}
	if v == Version03 && a.BIC != "" && !oldBIC.MatchString(string(a.BIC)) {
		return "its BIC can be written in " + string(Version09) + " only"
	}
	if why := unwritable("name", a.Name, MaxName); why != "" {
		return why
	}
	if a.Town == "" && a.Country == "" {
		return ""
	}
	if !countryCode.MatchString(a.Country) {
		return "the country of its address is not two capitals"
	}
	return unwritable("town", a.Town, maxTown)
}

// refuse says why the transfer cannot be written, or nothing when it can.
func (t Transfer) refuse(o Order, v Version) string {
	day, err := time.Parse(time.DateOnly, t.On)
	switch {
	case !isIdentifier(t.ID, maxID):
		return "its identifier has characters that banks refuse, or is empty or too long"
	case err != nil:
		return "its day of execution is not written like 2026-01-02"
	case day.Format(time.DateOnly) < o.Made.Format(time.DateOnly):
		return "its day of execution is past"
	case t.Amount.Unit != money.Euro:
		return "it is not in euros"
	case t.Amount.Minor < 1 || t.Amount.Minor > maxCents:
		return "its amount does not lie between 0.01 and 999999999.99"
	case t.Purpose != "" && !purposeCode.MatchString(t.Purpose):
		return "its purpose is not a code of up to 4 capitals or digits"
	case t.To.IBAN == o.Debtor.IBAN:
		return "it pays the account that it is drawn on"
	}
	if why := t.To.refuse(v); why != "" {
		return "of the payee, " + why
	}
	if !t.To.IBAN.InEEA() {
		if t.To.BIC == "" {
			return "a payee outside the European Economic Area needs a BIC"
		}
		if o.Debtor.Country == "" {
			return "to pay outside the European Economic Area, the fund states its town and country"
		}
	}
	return t.refuseRemittance()
}

// refuseRemittance says why what the payee reads cannot be written.
func (t Transfer) refuseRemittance() string {
	r, err := reference.Parse(string(t.Reference))
	switch {
	case t.Reference != "" && t.Text != "":
		return "it carries a reference and a text, where only one of them can stand"
	case t.Reference != "" && (err != nil || r != t.Reference):
		return "its reference is not valid"
	case t.Text != "":
		return unwritable("text", t.Text, MaxText)
	}
	return ""
}

// unwritable says why a text cannot be written in Latin letters within most characters.
func unwritable(what, text string, most int) string {
	latin, err := Latin(text)
	switch {
	case err != nil:
		return "the " + what + " has no Latin writing: " + strings.TrimSuffix(fault.PublicOf(err), ".")
	case len(latin) > most:
		return "the " + what + " is too long once in Latin letters"
	}
	return ""
}

// isIdentifier says whether a bank lets text through as an identifier: it neither begins nor ends
// with a slash, and has no two in a row.
func isIdentifier(text string, most int) bool {
	return len(text) <= most && identifier.MatchString(text) && !strings.HasPrefix(text, "/") &&
		!strings.HasSuffix(text, "/") && !strings.Contains(text, "//")
}

func invalid(format string, args ...any) error { return fault.New(fault.Invalid, format, args...) }
