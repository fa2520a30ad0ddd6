// SPDX-License-Identifier: AGPL-3.0-or-later

// Package pain writes SEPA credit transfers for a bank to carry out: pain.001.001.09 of ISO 20022,
// or .03 for a bank that still wants it.
//
// One file is one Order, drawn on one account of the fund; there is one block of payments for each day of
// execution. It writes what the SEPA schemes let through and nothing else: euros, the basic Latin
// characters, addresses as town and country and only where an account is outside the European Economic
// Area. Its one invariant: the same Order gives the same bytes, they are valid against the schema, and
// their control sums are the exact sums of their transfers; what cannot be written so is refused.
package pain

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strconv"
	"time"

	"ecot/fault"
	"ecot/money"
	"ecot/pay/reference"
)

// Version is a version of the message, as its schema names it.
type Version string

// The versions that can be written. Version09 is the one of the SEPA schemes since November 2023.
const (
	Version09 Version = "pain.001.001.09"
	Version03 Version = "pain.001.001.03"
)

// MaxTransfers bounds the transfers of one order: more belong into several files.
const MaxTransfers = 10_000

// Order is a file of transfers from one account.
type Order struct {
	Message   string     // names the file to the bank for ever, at most 30 characters of an identifier
	Made      time.Time  // when, in the zone of the fund: it is written without zone
	Debtor    Account    // who pays: the fund
	Together  bool       // the bank's statement shows each day's transfers as one line
	Instant   bool       // as SEPA instant transfers
	Transfers []Transfer // at least one, at most MaxTransfers
}

// Account is an account with its holder. Town and Country are needed of the fund when it pays to an
// account outside the European Economic Area; inside it they are never written.
type Account struct {
	Name    string         // as the bank knows it: at most 70 characters once in Latin letters
	IBAN    reference.IBAN // in SEPA
	BIC     reference.BIC  // may be empty, except of a payee outside the European Economic Area
	Town    string         // at most 35 characters; together with
	Country string         // two capitals of ISO 3166
}

// Transfer is one transfer of an order.
type Transfer struct {
	ID        string              // comes back on both bank statements; once in a file, at most 35 characters
	On        string              // the day on which the bank carries it out, as 2026-01-02
	To        Account             // who is paid
	Amount    money.Amount        // in EUR, 0.01 to 999999999.99
	Purpose   string              // up to 4 capitals or digits of ISO 20022, such as SUPP; may be empty
	Reference reference.Reference // the payee's own; at most one of Reference
	Text      string              // and Text, at most 140 characters once in Latin letters
}

// XML writes the order in one version. What banks would refuse is fault.Invalid, with a sentence that
// names the transfer by its ID.
func (o Order) XML(v Version) ([]byte, error) {
	if v != Version09 && v != Version03 {
		return nil, invalid("Transfers are written as %s or %s, not as %q.", Version09, Version03, v)
	}
	if err := o.check(v); err != nil {
		return nil, err
	}
	total, err := sum(o.Transfers)
	if err != nil {
		return nil, err
	}
	d := document{XMLName: xml.Name{Space: "urn:iso:std:iso:20022:tech:xsd:" + string(v), Local: "Document"}}
	debtor, err := partyOf(o.Debtor, false)
	if err != nil {
		return nil, err
	}
	d.Order.Header = header{Message: o.Message, Made: o.Made.Format("2006-01-02T15:04:05"),
		Count: len(o.Transfers), Sum: total.String(), Initiator: debtor}
	for i, day := range o.days() {
		block, err := o.block(day, v)
		if err != nil {
			return nil, err
		}
		block.ID = o.Message + "-" + strconv.Itoa(i+1)
		d.Order.Blocks = append(d.Order.Blocks, block)
	}
	var out bytes.Buffer
	out.WriteString(xml.Header)
	encoder := xml.NewEncoder(&out)
	encoder.Indent("", "  ")
	if err := encoder.Encode(d); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "The file of transfers could not be written.")
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// Total gives the sum of the order's transfers, which a bank shows to those who sign.
func (o Order) Total() (money.Amount, error) { return sum(o.Transfers) }

// sum adds up transfers.
func sum(transfers []Transfer) (money.Amount, error) {
	total := money.Amount{Unit: money.Euro}
	for _, t := range transfers {
		var err error
		if total, err = total.Add(t.Amount); err != nil {
			return money.Amount{}, err
		}
	}
	return total, nil
}

// days gives the days of execution, earliest first.
func (o Order) days() []string {
	var days []string
	for _, t := range o.Transfers {
		days = append(days, t.On)
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// block writes the transfers of one day, in the order's own sequence.
func (o Order) block(day string, v Version) (block, error) {
	var chosen []Transfer
	outside := false
	for _, t := range o.Transfers {
		if t.On == day {
			chosen = append(chosen, t)
			outside = outside || !t.To.IBAN.InEEA()
		}
	}
	total, err := sum(chosen)
	if err != nil {
		return block{}, err
	}
	debtor, err := partyOf(o.Debtor, outside)
	if err != nil {
		return block{}, err
	}
	b := block{Method: "TRF", Together: o.Together, Count: len(chosen), Sum: total.String(),
		Level: "SEPA", Debtor: debtor, From: string(o.Debtor.IBAN), Bank: agentOf(o.Debtor.BIC, v), Charges: "SLEV"}
	if o.Instant {
		b.Instrument = &instrument{Code: "INST"}
	}
	if b.Day.Day = day; v == Version03 {
		b.Day = execution{Text: day}
	}
	for _, t := range chosen {
		written, err := transferOf(t, v)
		if err != nil {
			return block{}, err
		}
		b.Transfers = append(b.Transfers, written)
	}
	return b, nil
}
