// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import (
	"time"

	"ecot/fault"
	"ecot/money"
)

// PayoutStatus is where a payout stands.
type PayoutStatus string

// The states of a payout.
const (
	PayoutPending PayoutStatus = "pending"
	PayoutPaid    PayoutStatus = "paid"   // sent; some banks still return it, and then it has failed
	PayoutFailed  PayoutStatus = "failed" // or cancelled: the money is with the provider again
)

// Payout is a sum that the provider sends to the fund's bank.
type Payout struct {
	ID       string
	Status   PayoutStatus
	Amount   money.Amount // negative when the provider debits the bank
	Trace    string       // what the bank's statement may show; may be empty
	Complete bool         // Lines are all there will be
	Lines    []Line       // oldest first
	Created  time.Time
	Arrives  time.Time // the day it should reach the bank
}

// LineKind is what a line of a payout is about.
type LineKind string

// The kinds of lines.
const (
	LinePayment LineKind = "payment"
	LineRefund  LineKind = "refund"
	LineDispute LineKind = "dispute"
	LineFee     LineKind = "fee"   // billed on its own, such as the fee for regular payments
	LineOther   LineKind = "other" // a reserve, an adjustment, a payout that came back
)

// Line is one booking that a payout carries to the bank.
type Line struct {
	ID      string
	Kind    LineKind
	Booked  Booking
	Payment string // id of the payment that it is about; empty when there is none
	Object  string // id of the payment, refund, dispute or other thing it came from
	Text    string // the provider's own word for its kind
}

// Rest gives Amount less the net of all lines: zero when the lines explain the payout. Lines in
// another currency than the payout are fault.Conflict.
func (p Payout) Rest() (money.Amount, error) {
	rest := p.Amount
	for _, line := range p.Lines {
		less, err := rest.Sub(line.Booked.Net)
		if err != nil {
			return money.Amount{}, errMixed(err, "payout "+p.ID)
		}
		rest = less
	}
	return rest, nil
}

// errMixed says that amounts of several currencies, or beyond measure, stand in one sum.
func errMixed(err error, what string) error {
	return fault.Wrap(err, fault.Conflict, "The amounts of %s cannot be summed.", what)
}
