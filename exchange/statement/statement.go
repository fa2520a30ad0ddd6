// SPDX-License-Identifier: AGPL-3.0-or-later

// Package statement says what a bank reports of an account, whatever file it came in: camt and
// bankcsv fill it, and whoever matches, books or prints a line of account knows this one type.
//
// A line is known for good by its Key, which Seal gives it. Where the bank gives a reference of its own
// the key rests on that, the day and the amount, and is the same in every export that holds the line;
// else it rests on everything that the line says and on its place among lines that say the same. Its
// one invariant: no two lines of a statement share a key, and reading a file again gives its lines
// the keys they had.
package statement

import "ecot/money"

// Statement is what the bank reports of one account, over one period. Values that the file does not
// give are empty, zero or nil.
type Statement struct {
	Source    string     `json:"source"`              // what was read, such as camt.053.001.08 or csv
	Account   string     `json:"account"`             // IBAN, or the bank's own number
	Currency  money.Unit `json:"currency,omitempty"`  // of the account
	Message   string     `json:"message,omitempty"`   // the bank's name of the whole file
	ID        string     `json:"id,omitempty"`        // the bank's name of this statement
	Number    int64      `json:"number,omitempty"`    // in the legal sequence, from 1 each year
	Sent      int64      `json:"sent,omitempty"`      // in the electronic sequence
	Created   string     `json:"created,omitempty"`   // an instant, as the bank writes it
	From      string     `json:"from,omitempty"`      // first day: 2026-01-02
	To        string     `json:"to,omitempty"`        // last day
	Page      int64      `json:"page,omitempty"`      // from 1
	Continued bool       `json:"continued,omitempty"` // another page follows
	Notice    bool       `json:"notice,omitempty"`    // a notification: it has no balances, and leaves lines out
	Opening   *int64     `json:"opening,omitempty"`   // minor units
	Closing   *int64     `json:"closing,omitempty"`   // minor units
	Lines     []Line     `json:"lines"`
	Warnings  []string   `json:"warnings,omitempty"`
}

// Line is one line of the account, or one transaction of a batch.
type Line struct {
	Key   string `json:"key"`            // of this line, for ever; Seal gives it
	Entry string `json:"entry"`          // key of the whole entry of the bank; the parts of a batch share it
	Firm  bool   `json:"firm"`           // the key rests on the bank's own reference: other exports give it too
	Part  bool   `json:"part,omitempty"` // one transaction of a batch that the bank booked as one
	Total int64  `json:"total"`          // minor units of the whole entry: Amount, unless this is a part

	Booked   string     `json:"booked,omitempty"` // the bank's own day: 2026-01-02
	Value    string     `json:"value,omitempty"`  // the day from which interest counts
	Amount   int64      `json:"amount"`           // minor units, positive when the account gained
	Currency money.Unit `json:"currency"`

	Reference    string `json:"reference,omitempty"`    // structured reference of the creditor, as of ISO 11649
	EndToEnd     string `json:"end_to_end,omitempty"`   // the payer's own identifier
	Instruction  string `json:"instruction,omitempty"`  // the payer's, towards his bank
	Transaction  string `json:"transaction,omitempty"`  // the first bank's, up to the last
	Mandate      string `json:"mandate,omitempty"`      // of a direct debit
	Batch        string `json:"batch,omitempty"`        // the payer's name of a batch of payments
	Transactions int64  `json:"transactions,omitempty"` // how many the bank counts in the entry

	Counterparty string `json:"counterparty,omitempty"` // name of the other side
	IBAN         string `json:"iban,omitempty"`         // of the other side
	Text         string `json:"text,omitempty"`         // what the payer wrote, else what the bank adds

	ReturnReason string `json:"return_reason,omitempty"` // why a payment came back, such as AC01
	ReturnText   string `json:"return_text,omitempty"`   // more of it, in words
	Returns      string `json:"returns,omitempty"`       // end-to-end identifier of the payment that is undone
	Reversal     bool   `json:"reversal,omitempty"`      // the bank undoes an earlier line
	Unbooked     bool   `json:"unbooked,omitempty"`      // pending or for information: not in the balances

	BankReference  string   `json:"bank_reference,omitempty"`  // the bank's own, of the transaction
	EntryReference string   `json:"entry_reference,omitempty"` // the bank's own, of the whole entry
	Place          string   `json:"place,omitempty"`           // the bank's name of the entry in its statement
	Code           Code     `json:"code,omitzero"`             // what kind of line it is
	Charges        []Charge `json:"charges,omitempty"`
	Warnings       []string `json:"warnings,omitempty"`
}

// Code says what kind of transaction a line is: by the codes of ISO 20022, and by the bank's own.
type Code struct {
	Domain      string `json:"domain,omitempty"` // such as PMNT
	Family      string `json:"family,omitempty"` // such as RCDT, received credit transfers
	SubFamily   string `json:"sub_family,omitempty"`
	Proprietary string `json:"proprietary,omitempty"`
	Issuer      string `json:"issuer,omitempty"` // who defines the proprietary code
}

// Charge is a fee that the bank names beside a line.
type Charge struct {
	Amount   int64      `json:"amount"` // minor units, negative when it costs the account
	Currency money.Unit `json:"currency"`
	Included bool       `json:"included,omitempty"` // it is within the line's amount already
	Kind     string     `json:"kind,omitempty"`     // the bank's code or word for it
}

// Fees gives what the charges within the line's amount come to, in its currency: not positive where
// they cost. The amount before them is Amount - Fees.
func (l Line) Fees() int64 {
	var sum int64
	for _, c := range l.Charges {
		if next, err := money.Add(sum, c.Amount); err == nil && c.Included && c.Currency == l.Currency {
			sum = next
		}
	}
	return sum
}

// Undoes says whether the line takes an earlier payment back, as the bank itself says it.
func (l Line) Undoes() bool {
	if l.Reversal || l.ReturnReason != "" {
		return true
	}
	switch l.Code.SubFamily {
	case "RRTN", "RPCR", "UPDD", "RCDD", "PRDD", "ARPD", "UPCQ", "UPCT":
		return true
	}
	return false
}

// Charged says whether the line is nothing but the bank's own charges or interest, by its code.
func (l Line) Charged() bool {
	switch l.Code.SubFamily {
	case "CHRG", "FEES", "COMM", "COME", "COMI", "COMT", "LBCA", "INTR", "TAXE":
		return true
	}
	return false
}

// Sum gives the lines that the bank booked in the statement's currency, in minor units. It is false
// when they cannot lead from one balance to the other: some are in another currency, or they leave
// the range of an amount.
func (s Statement) Sum() (sum int64, whole bool) {
	whole = true
	for _, l := range s.Lines {
		if l.Unbooked {
			continue
		}
		next, err := money.Add(sum, l.Amount)
		if l.Currency != s.Currency || err != nil {
			whole = false
			continue
		}
		sum = next
	}
	return sum, whole
}
