// SPDX-License-Identifier: AGPL-3.0-or-later

// Package opencollective reads the transactions that Open Collective exports as CSV and says what
// each of them is among the commands of giving.
//
// The platform's export service (opencollective-rest, src/server/controllers/account-transactions.ts)
// writes one file in two variants, which this package takes alike: with labels for people as its
// header ("Effective Date & Time", "Amount Single Column") or, at the address .../transactions.csv,
// with the names of fields ("datetime", "netAmount"). What it means by them:
//
//   - Times are UTC with a precision of seconds. The effective date of funds that an administrator
//     added is a day typed in, at midnight; that of any other row is the time at which it was made.
//   - amount ("Gross Amount") is what was moved, in the host's currency; netAmount ("Amount Single
//     Column") is amount + paymentProcessorFee + hostFee + platformFee + taxAmount, where a fee that
//     was kept is below zero and one that came back is above. The sign is the direction: -265 with a
//     fee of -15 is an expense of 250 and a fee of 15, and its reversal is +265 with a fee of 15.
//     A file that lacks one of the two, or some of the fees, is read by the same sum: what lies
//     between gross and net is the processor's fee unless another column claims it.
//   - Rows that belong together share a group; a host's fee may be stamped a second before its gift.
//   - isRefund ("Is Reverse") marks a row that takes back another, which refundId, shortRefundId or
//     "Reverse Transaction ID" names; the row that was taken back names its reversal in the same
//     column. What a host gave to cover a lost processor's fee (PAYMENT_PROCESSOR_COVER) is marked as
//     a reverse and names none.
//   - shortId and shortGroup are the first eight characters of an id, so a short id alone may come
//     again; rows that have no other are known by both together.
//   - A file that was cut at the service's limit of rows ends in the words "Warning: totalCount is …".
//
// Its one invariant: the entries that a row comes to move, together, exactly its net amount in the
// pot, and no text of the file is in any of their facts.
package opencollective

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"ecot/exchange/sheet"
	"ecot/fault"
	"ecot/money"
)

// MaxRows bounds the rows of a file.
const MaxRows = 2_000_000

// Kind is the platform's kind of a transaction.
type Kind string

// Kinds gives every kind that the platform exports.
func Kinds() []Kind {
	return []Kind{"ADDED_FUNDS", "APPLICATION_FEE", "BALANCE_TRANSFER", "CONTRIBUTION", "EXPENSE",
		"HOST_FEE", "HOST_FEE_SHARE", "HOST_FEE_SHARE_DEBT", "PAYMENT_PROCESSOR_COVER",
		"PAYMENT_PROCESSOR_DISPUTE_FEE", "PAYMENT_PROCESSOR_FEE", "PLATFORM_FEE", "PLATFORM_TIP",
		"PLATFORM_TIP_DEBT", "PREPAID_PAYMENT_METHOD", "TAX"}
}

// source is how the journal names the origin of a row of this kind.
func (k Kind) source() string {
	return "opencollective:" + strings.ReplaceAll(strings.ToLower(string(k)), "_", "-")
}

// Party is whom a row was about.
type Party struct {
	Handle     string // on the platform, empty when the row names none
	Name       string
	Mail       string
	Individual bool // whether the platform has them as one person
}

// Row is one transaction. Amounts are minor units of the file's currency; one above zero came in.
type Row struct {
	Line    int    // of the file
	Time    int64  // seconds UTC at which it counts
	Made    int64  // seconds UTC at which the platform made it, 0 when the file does not say
	ID      string // names it for good
	Ref     string // by which a reversal names it, empty when reversals name none
	Target  string // the Ref that it takes back, empty when it names none
	Group   string
	Command int // number of the command that it belongs to, in the order of Books.Rows
	Kind    Kind
	Reverse bool
	Dispute bool // whether the platform took it back because of a dispute
	Party   Party
	Memo    string // every word about it, a line each

	Net       int64
	Gross     int64
	Processor int64 // the fees between gross and net; below zero when kept
	Host      int64
	Platform  int64
	Tax       int64
}

// Books are the transactions of one account, in the order in which they can be booked.
type Books struct {
	Account  string // its handle
	Name     string // its name, may be empty
	Unit     money.Unit
	Identity string // the field by which rows are known: legacyId, id, publicId or shortId
	Rows     []Row  // oldest first; a command's rows stand together, what comes in first
	Targets  map[string]bool

	refIsID bool
	amount  string // name of the column that a row's amount is read from
}

// Read reads a file whole, checks it and orders its rows.
func Read(in io.Reader) (*Books, error) {
	table, err := sheet.NewReader(in)
	if err != nil {
		return nil, err
	}
	l, err := newLayout(table.Header())
	if err != nil {
		return nil, err
	}
	p := &parser{layout: l, words: map[string]string{}, amount: l.name(l.first(inNet, inGross)),
		books: &Books{Identity: identity(l.id), Targets: map[string]bool{}}}
	p.books.amount, p.books.refIsID = p.amount, l.ref == l.id && l.id != inShortID
	for {
		fields, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = p.add(table.Line(), fields)
		}
		if err != nil {
			return nil, limited(err)
		}
	}
	if len(p.books.Rows) == 0 {
		return nil, fault.New(fault.Invalid, "The file has a header and no transaction.")
	}
	if err := p.books.unique(l.name(l.id)); err != nil {
		return nil, err
	}
	p.books.order()
	return p.books, nil
}

// limited says so when an export was cut by the service's limit of rows.
func limited(err error) error {
	if strings.Contains(fault.PublicOf(err), `"Warning: totalCount is`) {
		return fault.Wrap(err, fault.Invalid, "The export was cut at the platform's limit of rows: "+
			"export it again whole, or in pieces by date, oldest first.")
	}
	return err
}

// Identities gives the fields by which the rows of a file may be known.
func Identities() []string { return []string{"legacyId", "id", "publicId", "shortId"} }

func identity(c column) string { return Identities()[c-inLegacyID] }

// Days gives the days, in UTC, of the oldest and the newest row.
func (b *Books) Days() (first, last string) {
	day := func(row *Row) string { return time.Unix(row.Time, 0).UTC().Format(time.DateOnly) }
	return day(&b.Rows[0]), day(&b.Rows[len(b.Rows)-1])
}

// RefPrefix gives the kind of claim under which a row is found by its Ref: "row" when that is its
// ID, else "ref".
func (b *Books) RefPrefix() string {
	if b.refIsID {
		return "row"
	}
	return "ref"
}

// unique refuses a transaction that the file has twice.
func (b *Books) unique(column string) error {
	lines := make(map[string]int, len(b.Rows))
	for i := range b.Rows {
		row := &b.Rows[i]
		if first, twice := lines[row.ID]; twice {
			return sheet.Refuse(row.Line, column, "The transaction of line %d is here again.", first)
		}
		lines[row.ID] = row.Line
	}
	return nil
}

// At says where the file has the amount of a row, for a message.
func (b *Books) At(row *Row) string {
	return fmt.Sprintf("line %d, column “%s”", row.Line, b.amount)
}
