// SPDX-License-Identifier: AGPL-3.0-or-later

// Package payouts takes money out of the fund: expenses, refunds of gifts by transfer, and transfers
// between pots.
//
// An expense is submitted with its document, signed by two members who are neither its proposer nor its
// payee, and sent to the bank in a file of orders, on an account that one member asked for, another one
// confirmed, and that a delay has passed over. It is paid when a line of the bank shows it, and owed again
// when another line brings it back. What is about to be told to the journal is noted in the office first,
// and told under a key of its own, so that whatever stops in between is done again and comes to the same.
//
// Its one invariant: whatever the order in which orders are made, seen and returned, the journal pays each
// order at most once, and nothing has two orders at a time.
package payouts

import (
	"context"
	"strings"
	"time"

	"ecot/app"
	"ecot/app/people"
	"ecot/app/reading"
	"ecot/fault"
	"ecot/journal"
	"ecot/money"
	"ecot/office"
)

// Notice is a letter to somebody who is paid, to be sent apart.
type Notice struct {
	ID     string // of this letter, for ever: it is sent once
	Kind   string // payee-asked, payee-confirmed, payment-returned, expense-refused
	Handle string // of the payee, as they were known before
	Mail   string
	Lang   string // fr, en, or empty for the fund's
	Data   map[string]string
}

// Post keeps letters to be sent.
type Post interface {
	// Notify keeps a notice as part of a transaction of the office, unless its id is there already.
	Notify(ctx context.Context, tx *office.Tx, n Notice) error
}

// Payouts are the payouts of one instance. It is safe for many goroutines.
type Payouts struct {
	app    *app.App
	office *office.Office
	read   *reading.Reader
	post   Post                     // nil while no letters are kept
	crash  func(point string) error // stops between two writes, in tests
}

// New gives the payouts of an instance. Without a post nobody is written to.
func New(a *app.App, post Post) *Payouts {
	return &Payouts{app: a, office: a.Office(), read: a.Reading(), post: post,
		crash: func(string) error { return nil }}
}

// now gives the instant in seconds.
func (p *Payouts) now() int64 { return p.app.Now().Unix() }

// today gives the civil day in the fund's zone.
func (p *Payouts) today() journal.Day { return journal.DayOf(p.app.Now().In(p.app.Zone())) }

// dayOf gives the civil day of an instant in seconds, as 2026-01-02.
func (p *Payouts) dayOf(at int64) string {
	return time.Unix(at, 0).In(p.app.Zone()).Format(time.DateOnly)
}

// notify keeps a notice when letters are kept and the payee can be reached.
func (p *Payouts) notify(ctx context.Context, tx *office.Tx, n Notice) error {
	if p.post == nil || n.Mail == "" {
		return nil
	}
	return p.post.Notify(ctx, tx, n)
}

// refused says whether the journal has said no, once and for all: nothing of a command has happened.
func refused(err error) bool {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.Conflict, fault.NotFound, fault.Forbidden:
		return true
	}
	return false
}

// isMember says whether an actor is the person with this handle.
func (p *Payouts) isMember(ctx context.Context, actor people.Actor, handle string) (bool, error) {
	m, found, err := p.office.Member(ctx, actor.Member)
	return found && handle != "" && strings.EqualFold(m.Mail, handle), err
}

// amount writes minor units of the fund's unit for a sentence.
func (p *Payouts) amount(minor int64) string {
	return money.Amount{Minor: minor, Unit: p.app.Unit()}.String() + " " + string(p.app.Unit())
}

func errNoExpense(index int64) error {
	return fault.New(fault.NotFound, "Entry %d is no expense of this fund's papers.", index)
}

// line brings a text of one line into its form, and refuses one that is longer than most bytes.
func line(text string, most int) (string, bool) {
	text = strings.Join(strings.Fields(text), " ")
	return text, text != "" && len(text) <= most
}
