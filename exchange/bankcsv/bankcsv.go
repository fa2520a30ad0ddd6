// SPDX-License-Identifier: AGPL-3.0-or-later

// Package bankcsv reads bank statements in CSV, which every bank writes in its own way.
//
// Guess looks at a file and proposes a Mapping: how it is written, and what each column means, with
// the reason for each. A person sees and keeps it; from then on Read reads the exports of that
// account by it alone, and refuses one whose columns are others. Its one invariant: each record below
// the header becomes exactly one line of a statement, or the whole file is refused with a
// fault.Invalid that names the line and the column.
//
// A bank's CSV names no statement and gives few references. The key of a line then rests on what it
// says and on its place among lines of that day that say the same, so that exports which overlap by
// whole days are known again; one that ends within a day is safe as well, as long as the bank only
// adds lines.
package bankcsv

import (
	"ecot/exchange/grid"
	"ecot/money"
)

// Role says what a column means.
type Role string

// The roles. Those of Text, of which there may be several, are joined by blanks; every other stands
// at most once. A column without a role is passed over.
const (
	Passed        Role = ""
	Booked        Role = "booked" // needed
	Value         Role = "value"
	Amount        Role = "amount"  // signed; needed, unless Debit and Credit are there
	Debit         Role = "debit"   // without regard to its sign
	Credit        Role = "credit"  // never negative
	Balance       Role = "balance" // behind the line
	Currency      Role = "currency"
	Account       Role = "account" // whose statement it is
	Counterparty  Role = "counterparty"
	IBAN          Role = "iban"      // of the counterparty
	Reference     Role = "reference" // structured, such as RF18…
	EndToEnd      Role = "end_to_end"
	BankReference Role = "bank_reference" // one value for one line, for ever
	Kind          Role = "kind"           // the bank's word or code for the kind of line
	Status        Role = "status"         // whether it is booked
	Text          Role = "text"
)

// Roles gives every role that a person may choose.
func Roles() []Role {
	return []Role{Passed, Booked, Value, Amount, Debit, Credit, Balance, Currency, Account, Counterparty, IBAN,
		Reference, EndToEnd, BankReference, Kind, Status, Text}
}

// Mapping says how one bank writes the statements of one account.
type Mapping struct {
	Shape    grid.Shape `json:"shape"`
	Roles    []Role     `json:"roles"`              // one a column
	Decimal  string     `json:"decimal"`            // "," or "."
	Date     string     `json:"date"`               // one of grid.Layouts
	Account  string     `json:"account,omitempty"`  // needed, unless a column says it
	Currency money.Unit `json:"currency,omitempty"` // needed, unless a column says it
}

// Why says why a column is proposed for a role.
type Why string

// The reasons for a proposal.
const (
	ByName   Why = "name"   // its name is one that banks give it
	ByValues Why = "values" // all its values can be read so
)

// Reason is why one column is proposed for its role.
type Reason struct {
	Column int  `json:"column"` // from 0
	Role   Role `json:"role"`
	Why    Why  `json:"why"`
}

// Proposal is what Guess makes of a file.
type Proposal struct {
	Mapping Mapping
	Reasons []Reason
	Missing []Role     // what nobody but a person can say: Read refuses the mapping until it is there
	Sample  [][]string // the first records, as they stand
}

// maxSample is how many records a person is shown.
const maxSample = 8

// at gives the column of a role, or -1.
func (m Mapping) at(role Role) int {
	for i, r := range m.Roles {
		if r == role {
			return i
		}
	}
	return -1
}

// has says whether a column has the role.
func (m Mapping) has(role Role) bool { return m.at(role) >= 0 }

// Missing gives the roles that the mapping still needs.
func (m Mapping) Missing() (missing []Role) {
	if !m.has(Booked) || m.Date == "" {
		missing = append(missing, Booked)
	}
	if !m.has(Amount) && !(m.has(Debit) && m.has(Credit)) || m.Decimal == "" {
		missing = append(missing, Amount)
	}
	if m.Currency == "" && !m.has(Currency) {
		missing = append(missing, Currency)
	}
	if m.Account == "" && !m.has(Account) {
		missing = append(missing, Account)
	}
	return missing
}
