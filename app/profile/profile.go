// SPDX-License-Identifier: AGPL-3.0-or-later

// Package profile is what a fund says of itself: its legal form, its numbers, its account, its rules.
//
// It is kept as settings of the office and read whole. Its one invariant: what a legal form asks for
// before it may appeal to the public is looked up here, and nowhere else.
package profile

import (
	"context"
	"strconv"
	"strings"

	"ecot/fault"
	"ecot/journal"
	"ecot/office"
)

// Form is a legal form of French law, or another one.
type Form string

// The legal forms.
const (
	FondsDeDotation Form = "fonds-de-dotation" // loi 2008-776 du 4 août 2008, art. 140
	Association     Form = "association"       // loi du 1er juillet 1901
	Fondation       Form = "fondation"         // reconnue d'utilité publique
	OtherForm       Form = "other"
)

// Forms lists them in the order in which to offer them.
func Forms() []Form { return []Form{Association, FondsDeDotation, Fondation, OtherForm} }

// Profile is all of it. Empty texts were never said.
type Profile struct {
	LegalName string // exactly as the bank account's holder
	Form      Form
	Number    string // SIREN or RNA
	Street    string
	Postcode  string
	Town      string
	Country   string // two capitals
	Object    string // what it is for, one sentence
	Publisher string // who answers for what is published
	Host      string // who hosts the site: name, address, telephone
	Mail      string // of the fund
	BaseURL   string
	SiteLive  bool // the fund has published its pages

	IBAN   string
	BIC    string
	Prefix string // of its references, such as DON
	Pot    string // of gifts to the fund as a whole

	AppealNumber string // of the authorisation to appeal to the public
	AppealFrom   journal.Day
	AppealUntil  journal.Day

	Suggested  []int64 // amounts, minor units, four of them
	Least      int64   // smallest gift, minor units
	CardFixed  int64   // fee of a card payment: minor units, and
	CardBasis  int64   // ten-thousandths of the amount
	Deductible bool    // the fund says that gifts to it are (CGI art. 200, 238 bis)
}

// fields gives where each setting goes.
func (p *Profile) fields() map[string]any {
	return map[string]any{
		"legal-name":       &p.LegalName,
		"form":             &p.Form,
		"number":           &p.Number,
		"street":           &p.Street,
		"postcode":         &p.Postcode,
		"town":             &p.Town,
		"country":          &p.Country,
		"object":           &p.Object,
		"publisher":        &p.Publisher,
		"host":             &p.Host,
		"mail":             &p.Mail,
		"base-url":         &p.BaseURL,
		"published":        &p.SiteLive,
		"iban":             &p.IBAN,
		"bic":              &p.BIC,
		"reference-prefix": &p.Prefix,
		"general-pot":      &p.Pot,
		"appeal-number":    &p.AppealNumber,
		"appeal-from":      &p.AppealFrom,
		"appeal-until":     &p.AppealUntil,
		"suggested":        &p.Suggested,
		"least":            &p.Least,
		"card-fixed":       &p.CardFixed,
		"card-basis":       &p.CardBasis,
		"deductible":       &p.Deductible,
	}
}

// Load reads the profile.
func Load(ctx context.Context, o *office.Office) (Profile, error) {
	settings, err := o.Settings(ctx)
	if err != nil {
		return Profile{}, err
	}
	return parse(settings)
}

// Collects says why no gift can be taken on a day, or nil when gifts can be taken.
func (p Profile) Collects(day journal.Day) error {
	if p.LegalName == "" || p.Form == "" {
		return fault.New(fault.Conflict, "The fund has not said yet what legal body it is.").In("profile.no-body")
	}
	if p.Form != FondsDeDotation {
		return nil
	}
	if p.AppealNumber == "" || p.AppealFrom == 0 || p.AppealUntil == 0 {
		return fault.New(fault.Conflict,
			"A fonds de dotation needs an authorisation before it appeals to the public.").In("profile.no-appeal")
	}
	if day < p.AppealFrom || day > p.AppealUntil {
		return fault.New(fault.Conflict, "The authorisation to appeal to the public runs from %s to %s.",
			p.AppealFrom, p.AppealUntil).In("profile.appeal-over", "from", p.AppealFrom.String(),
			"until", p.AppealUntil.String())
	}
	return nil
}

// Takes says why a giver of this kind is refused, or nil. A fonds de dotation takes no public money
// (loi 2008-776, art. 140, III).
func (p Profile) Takes(kind string) error {
	if p.Form == FondsDeDotation && kind == "public-body" {
		return fault.New(fault.Forbidden,
			"A fonds de dotation may not take public money (loi 2008-776, art. 140).").In("profile.no-public-money")
	}
	return nil
}

// parse reads settings; those of other packages are passed over.
func parse(settings map[string]string) (p Profile, err error) {
	for name, into := range p.fields() {
		text, said := settings[name]
		if !said {
			continue
		}
		if err := read(into, text); err != nil {
			return p, fault.Wrap(err, fault.Internal, "The setting %s cannot be read: %q.", name, text)
		}
	}
	return p, nil
}

func read(into any, text string) (err error) {
	switch into := into.(type) {
	case *string:
		*into = text
	case *Form:
		*into = Form(text)
	case *bool:
		*into, err = strconv.ParseBool(text)
	case *int64:
		*into, err = strconv.ParseInt(text, 10, 64)
	case *journal.Day:
		day, ok := journal.ParseDay(text)
		if *into = day; !ok {
			err = fault.New(fault.Invalid, "%q is no day.", text)
		}
	case *[]int64:
		for _, part := range strings.Fields(text) {
			n, wrong := strconv.ParseInt(part, 10, 64)
			if err == nil {
				err = wrong
			}
			*into = append(*into, n)
		}
	}
	return err
}

func write(from any) string {
	switch from := from.(type) {
	case *string:
		return *from
	case *Form:
		return string(*from)
	case *bool:
		if *from {
			return "true"
		}
	case *int64:
		if *from != 0 {
			return strconv.FormatInt(*from, 10)
		}
	case *journal.Day:
		if *from != 0 {
			return from.String()
		}
	case *[]int64:
		parts := make([]string, len(*from))
		for i, n := range *from {
			parts[i] = strconv.FormatInt(n, 10)
		}
		return strings.Join(parts, " ")
	}
	return ""
}

// Save writes the profile, by a mandate, at an instant in seconds.
func (p Profile) Save(ctx context.Context, o *office.Office, mandate string, at int64) error {
	return o.Do(ctx, func(tx *office.Tx) error {
		for name, from := range p.fields() {
			if err := tx.PutSetting(ctx, name, write(from), mandate, at); err != nil {
				return err
			}
		}
		return nil
	})
}
