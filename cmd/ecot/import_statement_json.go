// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"ecot/app/bank"
	"ecot/exchange/statement"
	"ecot/money"
)

// printedStatements is the JSON of ecot import statement --json. Its names and their meaning bind: a
// line says more than it prints.
type printedStatements struct {
	Statements []printedStatement `json:"statements"`
	Report     *bank.Report       `json:"report,omitempty"` // what the import came to
}

type printedStatement struct {
	Account  string        `json:"account"`
	Currency money.Unit    `json:"currency,omitempty"`
	Opening  *int64        `json:"opening,omitempty"` // minor units
	Closing  *int64        `json:"closing,omitempty"` // minor units
	Entries  []printedLine `json:"entries"`
	Warnings []string      `json:"warnings,omitempty"`
}

type printedLine struct {
	Booked       string     `json:"booked,omitempty"`
	Amount       int64      `json:"amount"` // minor units, positive when the account gained
	Currency     money.Unit `json:"currency"`
	Reference    string     `json:"reference,omitempty"` // structured, else end to end where it is one payment
	EndToEnd     string     `json:"end_to_end,omitempty"`
	Counterparty string     `json:"counterparty,omitempty"`
	Text         string     `json:"text,omitempty"`
	ReturnReason string     `json:"return_reason,omitempty"`
	Reversal     bool       `json:"reversal,omitempty"`
	Unbooked     bool       `json:"unbooked,omitempty"`
	Warnings     []string   `json:"warnings,omitempty"`
}

// printedOf takes from statements what is printed.
func printedOf(statements []statement.Statement) (all printedStatements) {
	for _, s := range statements {
		one := printedStatement{Account: s.Account, Currency: s.Currency, Opening: s.Opening, Closing: s.Closing,
			Entries: make([]printedLine, len(s.Lines)), Warnings: s.Warnings}
		for i, l := range s.Lines {
			reference := l.Reference
			if reference == "" && (l.Part || l.Transactions <= 1) {
				reference = l.EndToEnd
			}
			one.Entries[i] = printedLine{Booked: l.Booked, Amount: l.Amount, Currency: l.Currency,
				Reference: reference, EndToEnd: l.EndToEnd, Counterparty: l.Counterparty, Text: l.Text,
				ReturnReason: l.ReturnReason, Reversal: l.Reversal, Unbooked: l.Unbooked, Warnings: l.Warnings}
		}
		all.Statements = append(all.Statements, one)
	}
	return all
}
