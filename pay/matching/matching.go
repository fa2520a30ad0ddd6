// SPDX-License-Identifier: AGPL-3.0-or-later

// Package matching says what a line of the bank may be: which promise it keeps, which payout of the
// provider or which of our payments it shows, which gift or payment comes back, or a charge.
//
// It only suggests, each time with reasons that a page can put into words; it knows neither database
// nor clock. A suggestion is Certain when the line cites a creditor reference that was issued, whose
// check digits are right, and brings money in the promise's currency: that may be booked without a
// person. All else waits for one.
//
// Its one invariant: what is suggested depends on the line and the set of candidates alone, never on
// their order, and no line is ever matched against its sign or its currency.
package matching

import "ecot/money"

// Promise is what somebody intends to give: what a line that comes in may keep.
type Promise struct {
	ID        string
	Reference string // that was issued for it, as ISO 11649
	EndToEnd  string // that was agreed for it, as for a direct debit
	Amount    int64  // minor units; 0 when any amount keeps it
	Unit      money.Unit
	Names     []string // of the donor: legal name, name shown, company
	IBANs     []string // accounts that earlier gifts came from
	Due       []string // days on which it is expected, such as 2026-01-02; none for any day
}

// Payout is a sum that the card provider is about to send, or to take when it is negative.
type Payout struct {
	ID     string
	Trace  string   // what the line may show of it
	Names  []string // under which the provider sends
	Amount int64    // minor units
	Unit   money.Unit
	Due    string // the day on which it should reach the bank
}

// Payment is one that was approved and sent.
type Payment struct {
	ID       string
	EndToEnd string
	Batch    string // of the file in which it was sent; the bank may show that as one line
	Amount   int64  // minor units, positive
	Unit     money.Unit
	Name     string // of the payee
	IBAN     string // of the payee
	Sent     string // day
}

// Gift is one that a line of the bank brought, and that another may take back.
type Gift struct {
	ID        string
	EndToEnd  string
	Reference string
	Amount    int64 // minor units, positive, as the account gained it
	Unit      money.Unit
	Names     []string
	IBAN      string
	Booked    string // day
}

// Candidates is all that a line may be. Identifiers are unique within their list.
type Candidates struct {
	Promises []Promise
	Payouts  []Payout
	Payments []Payment
	Gifts    []Gift
}

// Kind says what a line is suggested to be.
type Kind string

// The kinds, in the order in which they rank where all else is equal.
const (
	KeepsPromise    Kind = "promise"
	IsPayout        Kind = "payout"
	IsPayment       Kind = "payment"
	IsPaymentBatch  Kind = "payment_batch"
	ReturnsGift     Kind = "gift_return"
	ReturnsPayment  Kind = "payment_return"
	IsCharge        Kind = "charge"
	mostSuggestions      = 10
)

// Class says how sure a suggestion is.
type Class string

// The classes, the surest first.
const (
	Certain  Class = "certain" // may be booked without a person
	Likely   Class = "likely"
	Possible Class = "possible"
)

// Code names a reason. Text says it in words, elsewhere.
type Code string

// The reasons. Value and Number of a Reason are given where the remark says so.
const (
	SameReference Code = "reference"    // Value: the reference that both give
	SameEndToEnd  Code = "end_to_end"   // Value: the identifier that both give
	SameBatch     Code = "batch"        // Value: the batch that both give
	SameTrace     Code = "trace"        // Value: the provider's word for the payout
	SameAccount   Code = "account"      // Value: the IBAN, of an earlier gift or of the payee
	SameAmount    Code = "amount"       // Number: minor units
	OtherAmount   Code = "other_amount" // Number: minor units by which the line exceeds what was expected
	AnyAmount     Code = "any_amount"   // the promise leaves the amount open
	SimilarName   Code = "name"         // Value: the candidate's name; Number: likeness in thousandths
	NameInText    Code = "name_in_text" // Value: the candidate's name; Number: likeness in thousandths
	DaysApart     Code = "days"         // Number: days between the line and what was expected, signed
	ComesBack     Code = "comes_back"   // Value: the bank's reason, such as AM04; may be empty
	BankSays      Code = "bank_code"    // Value: the bank's code for the kind of line
	TextSays      Code = "words"        // Value: the word in the line's text
	SeveralFit    Code = "several"      // Number: how many candidates fit as well as this one
	WholeBatch    Code = "whole_batch"  // Number: how many transactions the bank does not tell apart
	NotBooked     Code = "not_booked"   // the bank has not booked the line
)

// Reason is one reason for a suggestion, or against its being surer.
type Reason struct {
	Code   Code   `json:"code"`
	Value  string `json:"value,omitempty"`
	Number int64  `json:"number,omitempty"`
}

// Suggestion is what a line may be.
type Suggestion struct {
	Kind    Kind     `json:"kind"`
	IDs     []string `json:"ids,omitempty"` // of the candidate; several for a batch, none for a charge
	Class   Class    `json:"class"`
	Score   int64    `json:"score"`   // ranks within a class; of no meaning besides
	Reasons []Reason `json:"reasons"` // in a fixed order, the strongest first
}

// Why gives the reason of a code, and false when there is none.
func (s Suggestion) Why(code Code) (Reason, bool) {
	for _, r := range s.Reasons {
		if r.Code == code {
			return r, true
		}
	}
	return Reason{}, false
}
