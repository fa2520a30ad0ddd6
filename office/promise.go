// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"

	"ecot/store/engine"
)

// promiseArea is the area of those who give and of what they said that they would give.
func promiseArea() area {
	return area{
		tables:  []string{"donor", "purpose", "promise", "given", "payer"},
		handles: []string{"donor_handles", "given_handles"},
		forget:  []string{"erase_given", "erase_payers", "erase_promises", "erase_purposes", "erase_donor"},
	}
}

// Shown says how somebody wants to be named.
type Shown string

// The ways to be named.
const (
	ByName    Shown = "name"
	ByAlias   Shown = "alias"
	Anonymous Shown = "anonymous"
)

// Donor is somebody who gives.
type Donor struct {
	Handle      string // mail address in lower case, or hand:<random> for somebody without one
	Name        string
	Mail        string
	Lang        string // fr or en
	Kind        string // person, company, association, public-body, unknown, collective
	Shown       Shown
	Alias       string
	AmountShown bool
	Receipt     bool   // wants a tax receipt
	Legal       string // JSON of what the receipt needs, empty without
	News        bool   // asked for the monthly news
	Reminders   bool   // asked for the note that an appeal is not reached yet
	Since       int64  // seconds
}

// Donor gives the donor of a handle, and false when there is none.
func (o *Office) Donor(ctx context.Context, handle string) (d Donor, found bool, err error) {
	rows, err := o.db.Query(ctx, "donor", handle)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		found = true
		d, err = scanDonor(rows)
		return err
	})
	return d, found, err
}

// Donors gives the donors behind a handle, by handle, at most limit.
func (o *Office) Donors(ctx context.Context, after string, limit int) (all []Donor, err error) {
	rows, err := o.db.Query(ctx, "donors", after, limit)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		d, err := scanDonor(rows)
		all = append(all, d)
		return err
	})
	return all, err
}

func scanDonor(row engine.Row) (d Donor, err error) {
	var amount, receipt, news, reminders int64
	err = row.Scan(&d.Handle, &d.Name, &d.Mail, &d.Lang, &d.Kind, &d.Shown, &d.Alias, &amount, &receipt,
		&d.Legal, &news, &reminders, &d.Since)
	d.AmountShown, d.Receipt, d.News, d.Reminders = amount != 0, receipt != 0, news != 0, reminders != 0
	return d, err
}

// PutDonor adds a donor, or brings one up to date.
func (t *Tx) PutDonor(ctx context.Context, d Donor) error {
	return t.put(ctx, "put_donor", d.Handle, d.Name, d.Mail, d.Lang, d.Kind, string(d.Shown), d.Alias,
		bit(d.AmountShown), bit(d.Receipt), d.Legal, bit(d.News), bit(d.Reminders), d.Since)
}

// Purpose is what one donor gives for, under a reference of its own.
type Purpose struct {
	Reference string // ISO 11649, without spaces
	Handle    string
	Shares    string // pots and weights, such as lanterne=1 or lanterne=1,fonds=1
	Need      string // token of the need that it is tied to, empty for none
	Since     int64
}

// Purpose gives the purpose of a reference, and false when there is none.
func (o *Office) Purpose(ctx context.Context, reference string) (Purpose, bool, error) {
	all, err := o.purposes(ctx, "purpose", reference)
	return first(all, err)
}

// PurposeOf gives the purpose of a donor, and false when there is none.
func (o *Office) PurposeOf(ctx context.Context, handle, shares, need string) (Purpose, bool, error) {
	all, err := o.purposes(ctx, "purpose_of", handle, shares, need)
	return first(all, err)
}

// Purposes gives all purposes of a donor, the oldest first.
func (o *Office) Purposes(ctx context.Context, handle string) ([]Purpose, error) {
	return o.purposes(ctx, "purposes_of_handle", handle)
}

func (o *Office) purposes(ctx context.Context, name string, args ...any) (all []Purpose, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var p Purpose
		err := rows.Scan(&p.Reference, &p.Handle, &p.Shares, &p.Need, &p.Since)
		all = append(all, p)
		return err
	})
	return all, err
}

// first gives the first of a list, and whether there is one.
func first[T any](all []T, err error) (one T, found bool, _ error) {
	if len(all) > 0 {
		one, found = all[0], true
	}
	return one, found, err
}

// PutPurpose adds a purpose, unless its reference or the same purpose is there already.
func (t *Tx) PutPurpose(ctx context.Context, p Purpose) error {
	return t.put(ctx, "put_purpose", p.Reference, p.Handle, p.Shares, p.Need, p.Since)
}

// PromiseStatus is where a promise stands.
type PromiseStatus string

// The states of a promise.
const (
	Waiting PromiseStatus = "waiting" // nothing was seen of it yet
	Active  PromiseStatus = "active"  // a regular gift that goes on
	Paused  PromiseStatus = "paused"
	Kept    PromiseStatus = "kept" // what was promised once has come
	Stopped PromiseStatus = "stopped"
	Lapsed  PromiseStatus = "lapsed" // it never came
)

// Promise is what a donor said that they would give.
type Promise struct {
	ID           string // random
	Reference    string // of its purpose
	Handle       string
	Amount       int64  // minor units of the fund's unit, each time
	Every        string // once, month, year
	Means        string // transfer, card, debit
	Status       PromiseStatus
	Regular      string // random id in the journal of a regular gift, empty for one that is given once
	Session      string // of the card provider, empty for none
	Subscription string // likewise
	Memo         string // the donor's words
	Since        int64  // seconds
	Changed      int64
	PausedUntil  string // day 2026-01-02, empty for without end
}

// Promise gives the promise of an id, and false when there is none.
func (o *Office) Promise(ctx context.Context, id string) (Promise, bool, error) {
	all, err := o.promises(ctx, "promise", id)
	return first(all, err)
}

// PromiseOfSession gives the promise that a card session is for, PromiseOfSubscription that of a
// provider's subscription; false when there is none.
func (o *Office) PromiseOfSession(ctx context.Context, session string) (Promise, bool, error) {
	all, err := o.promises(ctx, "promise_of_session", session)
	return first(all, err)
}

// PromiseOfSubscription gives the promise behind a provider's subscription, false when there is none.
func (o *Office) PromiseOfSubscription(ctx context.Context, subscription string) (Promise, bool, error) {
	all, err := o.promises(ctx, "promise_of_subscription", subscription)
	return first(all, err)
}

// Promises gives all promises of a donor, the oldest first.
func (o *Office) Promises(ctx context.Context, handle string) ([]Promise, error) {
	return o.promises(ctx, "promises_of_handle", handle)
}

// PromisesOf gives all promises under a reference, the oldest first.
func (o *Office) PromisesOf(ctx context.Context, reference string) ([]Promise, error) {
	return o.promises(ctx, "promises_of_reference", reference)
}

// PromisesIn gives the promises in a state, by id behind one, at most limit.
func (o *Office) PromisesIn(ctx context.Context, status PromiseStatus, after string, limit int) (
	[]Promise, error) {
	return o.promises(ctx, "promises_of_status", string(status), after, limit)
}

func (o *Office) promises(ctx context.Context, name string, args ...any) (all []Promise, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var p Promise
		err := rows.Scan(&p.ID, &p.Reference, &p.Handle, &p.Amount, &p.Every, &p.Means, &p.Status, &p.Regular,
			&p.Session, &p.Subscription, &p.Memo, &p.Since, &p.Changed, &p.PausedUntil)
		all = append(all, p)
		return err
	})
	return all, err
}

// PutPromise adds a promise, or brings one up to date.
func (t *Tx) PutPromise(ctx context.Context, p Promise) error {
	return t.put(ctx, "put_promise", p.ID, p.Reference, p.Handle, p.Amount, p.Every, p.Means,
		string(p.Status),
		p.Regular, p.Session, p.Subscription, p.Memo, p.Since, p.Changed, p.PausedUntil)
}

// Given is what a gift in the journal shows of its giver.
type Given struct {
	Index       int64 // the entry
	Handle      string
	Promise     string // empty for a gift that nobody had announced
	Shown       string // the name or alias that may be published; empty for anonymous
	AmountShown bool
	Words       string // the giver's words that may be published
	Link        string // an address that may be published
	Withdrawn   int64  // since when none of it may be published any more, 0 for never
	Hidden      int64  // since when the fund hides name, words and link, 0 for never
}

// Given gives what the gift at an index shows, and false when nothing is known of its giver.
func (o *Office) Given(ctx context.Context, index int64) (Given, bool, error) {
	all, err := o.given(ctx, "given", index)
	return first(all, err)
}

// GivenBy gives what the gifts of a donor show, in the order of their entries.
func (o *Office) GivenBy(ctx context.Context, handle string) ([]Given, error) {
	return o.given(ctx, "given_of_handle", handle)
}

// GivenBetween gives what the gifts from one entry up to, and not with, another show, the newest
// first, at most limit.
func (o *Office) GivenBetween(ctx context.Context, from, before int64, limit int) ([]Given, error) {
	return o.given(ctx, "given_between", from, before, limit)
}

func (o *Office) given(ctx context.Context, name string, args ...any) (all []Given, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		g, err := scanGiven(rows)
		all = append(all, g)
		return err
	})
	return all, err
}

func scanGiven(row engine.Row) (g Given, err error) {
	var amount int64
	err = row.Scan(&g.Index, &g.Handle, &g.Promise, &g.Shown, &amount, &g.Words, &g.Link, &g.Withdrawn,
		&g.Hidden)
	g.AmountShown = amount != 0
	return g, err
}

// PutGiven adds what a gift shows, or changes it. What may no longer be shown leaves news that were frozen
// and plaques in the same transaction.
func (t *Tx) PutGiven(ctx context.Context, g Given) error {
	if err := t.withdrawn(ctx, g); err != nil {
		return err
	}
	return t.put(ctx, "put_given", g.Index, g.Handle, g.Promise, g.Shown, bit(g.AmountShown), g.Words, g.Link,
		g.Withdrawn, g.Hidden)
}

// Payer is an account that a donor's money came from.
type Payer struct {
	IBAN   string
	Handle string
	Name   string // as the bank wrote it
	Seen   string // day
}

// Payers gives the donors whose money came from an account, the latest first.
func (o *Office) Payers(ctx context.Context, iban string) (all []Payer, err error) {
	rows, err := o.db.Query(ctx, "payers_of_iban", iban)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var p Payer
		err := rows.Scan(&p.IBAN, &p.Handle, &p.Name, &p.Seen)
		all = append(all, p)
		return err
	})
	return all, err
}

// PutPayer notes that a donor's money came from an account.
func (t *Tx) PutPayer(ctx context.Context, p Payer) error {
	return t.put(ctx, "put_payer", p.IBAN, p.Handle, p.Name, p.Seen)
}
