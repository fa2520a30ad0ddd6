// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"ecot/app"
	"ecot/app/people"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
)

// Limits of what is submitted, in bytes.
const (
	MaxTitle    = 120
	MaxText     = 5_000
	MaxDocument = 10 << 20
)

// NewID gives a random name for something that is about to be submitted, so that a form that is sent twice
// submits once.
func NewID() string { return strings.ToLower(rand.Text()) }

// Draft is an expense as it is submitted.
type Draft struct {
	ID          string // of NewID
	Payee       string
	Pot         string
	Amount      int64 // minor units of the fund's unit
	Destination giving.Destination
	Title       string // published: what was bought, and nobody's name
	Text        string // for those who sign
	On          journal.Day
	Document    []byte // the invoice: PDF, JPEG or PNG
}

// MaySubmit says why an actor may not submit expenses of a pot, or nil. Whoever books may, and a maintainer
// for their own project.
func MaySubmit(actor people.Actor, pot string) error {
	if people.Allowed(actor, people.Book) == nil {
		return nil
	}
	return people.AllowedIn(actor, people.EditProjects, pot)
}

// Submit enters an expense, and gives the entry that claims it. It may be done again with the same id.
func (p *Payouts) Submit(ctx context.Context, actor people.Actor, d Draft) (int64, error) {
	if err := MaySubmit(actor, d.Pot); err != nil {
		return 0, err
	}
	media, err := p.check(&d)
	if err == nil {
		err = p.checkPlaces(ctx, actor, d)
	}
	if err != nil {
		return 0, err
	}
	sum := sha256.Sum256(d.Document)
	e := office.Expense{ID: d.ID, Payee: d.Payee, Pot: d.Pot, Amount: d.Amount,
		Destination: string(d.Destination),
		Title:       d.Title, Text: d.Text, On: d.On.String(), Member: actor.Member, Mandate: actor.Mandate,
		Since: p.now()}
	err = p.office.Do(ctx, func(tx *office.Tx) error {
		if err := tx.PutExpense(ctx, e); err != nil {
			return err
		}
		return tx.PutDocument(ctx, e.ID, office.Document{SHA256: hex.EncodeToString(sum[:]), Media: media,
			Size: int64(len(d.Document)), Data: d.Document})
	})
	if err == nil {
		err = p.crash("submit")
	}
	if err != nil {
		return 0, err
	}
	kept, _, err := p.office.Expense(ctx, e.ID)
	if err != nil {
		return 0, err
	}
	if kept.Member != actor.Member {
		return 0, fault.New(fault.Conflict, "Another expense was submitted under this name.")
	}
	return p.claim(ctx, kept)
}

// check refuses a draft that cannot be an expense, and gives the kind of its document.
func (p *Payouts) check(d *Draft) (media string, err error) {
	var ok bool
	if d.Title, ok = line(d.Title, MaxTitle); !ok {
		return "", fault.New(fault.Invalid, "Say in one line what was bought, in at most %d bytes.", MaxTitle).
			In("payouts.bad-title")
	}
	if d.Text = strings.TrimSpace(d.Text); len(d.Text) > MaxText {
		return "", fault.New(fault.Invalid, "A text has at most %d bytes.", MaxText).In("payouts.bad-text")
	}
	if d.Amount < 1 || d.Amount > money.Max {
		return "", fault.New(fault.Invalid, "An expense has an amount above zero.").In("payouts.bad-amount")
	}
	if d.On == 0 || d.On > p.today() {
		return "", fault.New(fault.Invalid,
			"An invoice has a day, and it is not in the future.").In("payouts.bad-day")
	}
	switch d.Destination {
	case giving.Mission, giving.Fundraising, giving.Running:
	default:
		return "", fault.New(fault.Invalid, "Say what the expense is for: mission, fundraising or running.").
			In("payouts.bad-destination")
	}
	if !journal.IsToken(d.ID) || len(d.ID) > 64 {
		return "", fault.New(fault.Invalid, "The form is damaged; begin again.").In("payouts.bad-form")
	}
	if media = mediaOf(d.Document); media == "" || len(d.Document) > MaxDocument {
		return "", fault.New(fault.Invalid,
			"An expense comes with its document: a PDF, JPEG or PNG of at most 10 MB.").
			In("payouts.bad-document")
	}
	return media, nil
}

// mediaOf tells the kind of a document by its first bytes, empty when it is none of those kept.
func mediaOf(data []byte) string {
	for _, kind := range []struct{ begins, media string }{
		{"%PDF-", "application/pdf"}, {"\xff\xd8\xff", "image/jpeg"}, {"\x89PNG\r\n\x1a\n", "image/png"},
	} {
		if bytes.HasPrefix(data, []byte(kind.begins)) {
			return kind.media
		}
	}
	return ""
}

// checkPlaces refuses a payee or a pot that there is not, or that is not the actor's to name.
func (p *Payouts) checkPlaces(ctx context.Context, actor people.Actor, d Draft) error {
	payee, found, err := p.office.Payee(ctx, d.Payee)
	if err != nil {
		return err
	}
	if own, err := p.isMember(ctx, actor, payee.Handle); err != nil {
		return err
	} else if !found || payee.Handle == "" ||
		!own && payee.MadeBy != actor.Member && !actor.May(people.Book) {
		return fault.New(fault.NotFound, "There is no such payee.").In("payouts.no-payee")
	}
	pots, err := p.read.Pots(ctx)
	if err != nil {
		return err
	}
	for _, pot := range pots {
		if pot.Slug == d.Pot && pot.Purpose == giving.Spendable {
			return nil
		}
	}
	return fault.New(fault.NotFound, "There is no pot of this name that could pay.").In("payouts.no-pot")
}

// claim tells the journal of an expense that was submitted, and notes its entry.
func (p *Payouts) claim(ctx context.Context, e office.Expense) (int64, error) {
	if e.Index != 0 {
		return e.Index, nil
	}
	payee, _, err := p.office.Payee(ctx, e.Payee)
	if err != nil {
		return 0, err
	}
	document, _, err := p.office.DocumentHead(ctx, e.ID)
	if err != nil {
		return 0, err
	}
	answer, err := p.app.Do(ctx, app.Request{
		Key: "expense/" + e.ID,
		Command: &giving.Claim{Claimed: giving.Claimed{Pot: e.Pot, Unit: p.app.Unit(), Amount: e.Amount,
			Destination: giving.Destination(e.Destination), Payee: giving.Donor(payee.Kind)}},
		Person:  app.Person{Handle: payee.Handle, Kind: payee.Kind, Name: payee.Name, Mail: payee.Mail},
		Private: []app.Private{{Field: "document", Value: document.SHA256}},
	})
	if err == nil {
		err = p.crash("claim")
	}
	if err != nil {
		return 0, err
	}
	return answer.Index, p.office.Do(ctx, func(tx *office.Tx) error {
		return tx.ClaimExpense(ctx, e.ID, answer.Index)
	})
}

// Heal tells the journal of the expenses that were submitted when something stopped in between.
func (p *Payouts) Heal(ctx context.Context) error {
	drafts, err := p.office.ExpensesDrafted(ctx)
	for _, e := range drafts {
		_, failed := p.claim(ctx, e)
		err = errors.Join(err, failed)
	}
	return err
}
