// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts

import (
	"encoding/json"
	"strings"

	"ecot/office"
)

// For says what a gift is for.
type For string

// What a gift can be for.
const (
	ForProject For = "project"
	ForFund    For = "fund"
	ForHalf    For = "half" // the giver's half to the project, the rest to the fund
)

// How a promise says it is given, and by which means.
const (
	Once    = "once"
	Monthly = "month"
	Yearly  = "year"

	MeansTransfer = "transfer"
	MeansCard     = "card"
)

// The kinds of givers who may announce a gift.
const (
	Person      = "person"
	Company     = "company"
	Association = "association"
	PublicBody  = "public-body"
)

// Wish is what a visitor says that they want to give. Nothing of it is kept before it is announced.
type Wish struct {
	Form string // made with the form: the same wish sent twice with it is one promise
	Lang string // fr or en

	Project string // slug, empty for the fund as a whole
	For     For
	Need    string // that it is tied to, empty for none
	Amount  int64  // minor units of the fund's unit
	Every   string
	Means   string

	Kind        string
	Name        string
	Shown       office.Shown
	Alias       string
	AmountShown bool
	Words       string
	Mail        string
	News        bool
	Reminders   bool
	Receipt     bool
	Legal       Legal // of an organisation, or where a receipt is wanted
}

// Legal is what a receipt needs to know of who gave, and a contract of who signs.
type Legal struct {
	Name     string     `json:"name,omitempty"`
	Street   string     `json:"street,omitempty"`
	Postcode string     `json:"postcode,omitempty"`
	Town     string     `json:"town,omitempty"`
	Country  string     `json:"country,omitempty"`  // two capitals
	Form     string     `json:"form,omitempty"`     // legal form of an organisation
	Number   string     `json:"number,omitempty"`   // SIREN, or RNA of an association
	YearEnd  string     `json:"year_end,omitempty"` // last day of its fiscal year, such as 12-31
	Contacts [2]Contact `json:"contacts,omitzero"`
}

// Contact is somebody who speaks for an organisation.
type Contact struct {
	Name string `json:"name"`
	Mail string `json:"mail"`
}

// text writes l for the office; empty when there is nothing in it.
func (l Legal) text() (string, error) {
	if l == (Legal{}) {
		return "", nil
	}
	text, err := json.Marshal(l)
	return string(text), err
}

// ParseLegal reads what the office keeps; an empty text is nothing.
func ParseLegal(text string) (l Legal, err error) {
	if text == "" {
		return l, nil
	}
	return l, json.Unmarshal([]byte(text), &l)
}

// NeedsLegal says whether more must be asked of who gives, before the wish can be announced.
func (w *Wish) NeedsLegal() bool { return w.Receipt || w.organisation() }

func (w *Wish) organisation() bool { return w.Kind != Person }

// tidy drops what the wish says and does not mean, and the space around texts.
func (w Wish) tidy() Wish {
	for _, text := range []*string{&w.Name, &w.Alias, &w.Words, &w.Mail, &w.Legal.Name, &w.Legal.Street,
		&w.Legal.Postcode, &w.Legal.Town, &w.Legal.Country, &w.Legal.Form, &w.Legal.Number, &w.Legal.YearEnd,
		&w.Legal.Contacts[0].Name, &w.Legal.Contacts[0].Mail, &w.Legal.Contacts[1].Name,
		&w.Legal.Contacts[1].Mail} {
		*text = strings.Join(strings.Fields(*text), " ")
	}
	if w.Project == "" || w.For == "" && w.Project != "" {
		w.For = map[bool]For{true: ForFund, false: ForProject}[w.Project == ""]
	}
	if w.For != ForProject {
		w.Need = ""
	}
	if w.Shown != office.ByAlias {
		w.Alias = ""
	}
	if w.Shown == office.Anonymous {
		w.Words = ""
	}
	w.Legal = w.legal()
	return w
}

// legal keeps of what was said of a giver what is needed of one of their kind.
func (w Wish) legal() Legal {
	l := w.Legal
	if !w.NeedsLegal() {
		return Legal{}
	}
	l.Number = strings.ToUpper(strings.ReplaceAll(l.Number, " ", ""))
	l.Country = strings.ToUpper(l.Country)
	if !w.organisation() {
		l.Form, l.Number, l.YearEnd, l.Contacts = "", "", "", [2]Contact{}
	}
	if !w.Receipt {
		l.Street, l.Postcode, l.Town, l.Country = "", "", "", ""
	}
	return l
}
