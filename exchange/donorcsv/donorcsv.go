// SPDX-License-Identifier: AGPL-3.0-or-later

// Package donorcsv reads gifts that another tool exported as a table: who gave how much, when, and what
// for.
//
// As with a bank's CSV, Guess proposes a Mapping with its reasons, a person sees and keeps it, and Read
// follows it alone. Its one invariant: each record below the header becomes exactly one Gift, or the
// whole file is refused with a fault.Invalid that names the line and the column. Nobody is made
// anonymous or public by a guess: a word that is not known to mean either is refused, and without a
// column for it everybody is anonymous.
package donorcsv

import (
	"slices"

	"ecot/exchange/grid"
	"ecot/money"
)

// Role says what a column means.
type Role string

// The roles. Text, Address and Name may be several columns each, joined by blanks.
const (
	Passed    Role = ""
	Ref       Role = "ref"    // of the other tool, one value for one gift
	Day       Role = "day"    // needed
	Amount    Role = "amount" // needed
	Currency  Role = "currency"
	Name      Role = "name" // such as first and last name
	Company   Role = "company"
	Mail      Role = "mail"
	Address   Role = "address"
	Country   Role = "country"
	Purpose   Role = "purpose"
	Anonymous Role = "anonymous"
	Receipt   Role = "receipt" // wants a tax receipt
	Regular   Role = "regular" // once, or again and again
	Means     Role = "means"
	Text      Role = "text"
)

// Roles gives every role that a person may choose.
func Roles() []Role {
	return []Role{Passed, Ref, Day, Amount, Currency, Name, Company, Mail, Address, Country, Purpose, Anonymous,
		Receipt, Regular, Means, Text}
}

// several says whether more than one column may have the role.
func (r Role) several() bool { return r == Passed || r == Name || r == Address || r == Text }

// Mapping says how one tool writes gifts.
type Mapping struct {
	Shape    grid.Shape `json:"shape"`
	Roles    []Role     `json:"roles"`              // one a column
	Decimal  string     `json:"decimal"`            // "," or "."
	Date     string     `json:"date"`               // one of grid.Layouts
	Currency money.Unit `json:"currency,omitempty"` // needed, unless a column says it
}

// Reason is why a column is proposed for its role: by its name, or else by its values.
type Reason struct {
	Column int  `json:"column"` // from 0
	Role   Role `json:"role"`
	ByName bool `json:"by_name"`
}

// Proposal is what Guess makes of a file.
type Proposal struct {
	Mapping  Mapping
	Reasons  []Reason
	Missing  []Role         // what nobody but a person can say
	Sample   [][]string     // the first records, as they stand
	Purposes map[string]int // how many gifts each purpose has; at most maxPurposes of them
}

// What a person is shown of a file.
const (
	maxSample   = 8
	maxPurposes = 500
)

// Gift is one record.
type Gift struct {
	Line      int    // of the file, at which it begins
	Key       string // of this gift, for ever: the same in another export that holds it
	Ref       string
	Day       string // 2026-01-02
	Amount    int64  // minor units, more than 0
	Unit      money.Unit
	Name      string // of the person, or of the contact in a company
	Company   string
	Mail      string // in small letters
	Address   string
	Country   string
	Purpose   string
	Anonymous bool
	Receipt   bool
	Regular   bool
	Means     string
	Text      string
}

// at gives the first column of a role, or -1.
func (m Mapping) at(role Role) int { return slices.Index(m.Roles, role) }

func (m Mapping) has(role Role) bool { return m.at(role) >= 0 }

// Missing gives the roles that the mapping still needs.
func (m Mapping) Missing() (missing []Role) {
	if !m.has(Day) || m.Date == "" {
		missing = append(missing, Day)
	}
	if !m.has(Amount) || m.Decimal == "" {
		missing = append(missing, Amount)
	}
	if m.Currency == "" && !m.has(Currency) {
		missing = append(missing, Currency)
	}
	return missing
}
