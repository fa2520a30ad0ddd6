// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"ecot/fault"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
)

// Kind is what a line, or a part of it, is booked as.
type Kind string

// The kinds.
const (
	Gift          Kind = "gift"    // of a donor, for a purpose
	Arrival       Kind = "arrival" // nobody knows yet what for
	Fee           Kind = "fee"     // that the bank took
	Payout        Kind = "payout"  // of the card provider
	Payment       Kind = "payment" // of an approved expense
	Refund        Kind = "refund"  // a gift, fee or spending came back
	PaymentReturn Kind = "return"  // a payment came back
	Transfer      Kind = "move"    // between the fund's own accounts, such as cash that was paid in
	Linked        Kind = "linked"  // an entry that is in the journal already
	Ignored       Kind = "ignored" // it is not booked, for a reason
	undo          Kind = "undo"    // what it was booked as was wrong
	undone        Kind = "undone"  // of a booking: reversed, or a reversal
)

// Kinds gives the kinds that a person may choose for a line.
func Kinds() []Kind {
	return []Kind{Gift, Arrival, Fee, Payment, PaymentReturn, Refund, Payout, Transfer, Linked, Ignored}
}

// Decision is what a line is booked as: its parts come to its amount.
type Decision struct {
	Parts []Part            `json:"parts"`
	From  office.BankStatus `json:"from,omitempty"` // where the line stood, and
	Day   string            `json:"day,omitempty"`  // when it is booked; Bank fills both in
}

// Part is one part of a line. Which fields count depends on its kind.
type Part struct {
	Kind   Kind           `json:"kind"`
	Amount int64          `json:"amount"`           // minor units, signed as the line
	Gift   *GiftOf        `json:"gift,omitempty"`   // of a gift
	ID     string         `json:"id,omitempty"`     // of a payout or a payment
	Of     int64          `json:"of,omitempty"`     // entry that goes back, is charged for, paid, or linked
	Pot    string         `json:"pot,omitempty"`    // that bears a fee
	For    giving.FeeKind `json:"for,omitempty"`    // what the fee was for
	Code   string         `json:"code,omitempty"`   // why a payment came back, such as AC04
	Asset  string         `json:"asset,omitempty"`  // the other account of a move
	Reason string         `json:"reason,omitempty"` // why a line is ignored
}

// GiftOf is whose a gift is, and what for.
type GiftOf struct {
	Donor   office.Donor  `json:"donor"` // by handle; the rest is looked up where the donor is known
	To      string        `json:"to"`    // shares, such as lanterne=1
	Need    string        `json:"need,omitempty"`
	Promise string        `json:"promise,omitempty"`
	Regular string        `json:"regular,omitempty"`
	Nature  giving.Nature `json:"nature,omitempty"`  // gift when empty
	Outside bool          `json:"outside,omitempty"` // no public appeal brought it
	Fee     int64         `json:"fee,omitempty"`     // minor units that the bank kept of the gift
}

// kind gives the kind of the first part, empty when nothing was decided.
func (d Decision) kind() Kind {
	if len(d.Parts) == 0 {
		return ""
	}
	return d.Parts[0].Kind
}

// maxParts bounds the parts of one line.
const maxParts = 50

// check refuses a decision that a line cannot be booked as.
func (d Decision) check(line office.BankLine) error {
	var sum int64
	for _, part := range d.Parts {
		if err := part.check(line); err != nil {
			return err
		}
		next, err := money.Add(sum, part.Amount)
		if err != nil {
			return err
		}
		sum = next
	}
	if len(d.Parts) == 0 || len(d.Parts) > maxParts || sum != line.Amount {
		return fault.New(fault.Invalid, "The parts come to %s, the line is %s.", amount(sum, line),
			amount(line.Amount, line)).
			In("bank.parts", "sum", amount(sum, line), "line", amount(line.Amount, line))
	}
	return nil
}

func amount(minor int64, line office.BankLine) string {
	return money.Amount{Minor: minor, Unit: line.Currency}.String()
}

// check refuses a part that goes against the line, or lacks what its kind needs.
func (p Part) check(line office.BankLine) error {
	whole := p.Amount == line.Amount
	gains, holds := p.Amount > 0, true
	switch p.Kind {
	case Gift:
		holds = gains && p.Gift != nil && p.Gift.To != "" && p.Gift.Fee >= 0 &&
			(p.Gift.Donor.Handle != "" || p.Gift.Donor.Name == "")
	case Arrival:
		holds = gains && whole
	case Fee:
		holds = !gains && p.Pot != ""
	case Payout:
		holds = p.Amount != 0
	case Payment:
		holds = !gains && (p.ID != "" || p.Of > 0)
	case PaymentReturn:
		holds = gains && (p.ID != "" || p.Of > 0)
	case Refund:
		holds = p.Of > 0
	case Transfer:
		holds = p.Asset != ""
	case Linked:
		holds = p.Of > 0 && whole
	case Ignored:
		holds = p.Reason != "" && whole
	default:
		holds = false
	}
	if line.Status == office.LineArrived && p.Kind != Gift {
		return fault.New(fault.Conflict,
			"This money has arrived without a sign of its purpose: it can be attributed as a "+
				"gift; for anything else, undo its booking first.").In("bank.arrived")
	}
	if p.Amount == 0 || !holds {
		return fault.New(fault.Invalid, "A line of %s cannot be booked so.", amount(line.Amount, line)).
			In("bank.cannot-be", "amount", amount(line.Amount, line))
	}
	return nil
}
