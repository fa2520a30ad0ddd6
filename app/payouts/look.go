// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"context"
	"slices"

	"ecot/app/people"
	"ecot/fault"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
)

// Stage is where an expense stands, for who looks at it.
type Stage string

// The stages.
const (
	StageClaimed  Stage = "claimed"  // no signature yet
	StageSigned   Stage = "signed"   // one of two
	StageApproved Stage = "approved" // two; its money is set apart
	StageSent     Stage = "sent"     // ordered, and not seen leaving
	StagePaid     Stage = "paid"
	StageReturned Stage = "returned" // it came back, and is owed again
	StageRefused  Stage = "refused"
)

// Expense is an expense as those who work for the fund see it.
type Expense struct {
	office.Expense
	Unit     money.Unit
	Stage    Stage
	By       []string // mandates of who signed
	Payee    office.Payee
	Signed   []office.Signature // with their entries, as far as they are known
	Orders   []office.Sent      // the oldest first
	Hold     *Hold              // why nothing can be sent; nil when it can, or when nothing is to be sent
	Document office.Document    // without its bytes
}

// Expense gives the expense claimed by an entry, whole.
func (p *Payouts) Expense(ctx context.Context, index int64) (Expense, error) {
	e, payee, open, err := p.expense(ctx, index)
	if err != nil {
		return Expense{}, err
	}
	x := Expense{Expense: e, Unit: p.app.Unit(), By: open.By, Payee: payee}
	if x.Signed, err = p.office.Signatures(ctx, "expense/"+e.ID); err != nil {
		return x, err
	}
	x.Signed = slices.DeleteFunc(x.Signed, func(s office.Signature) bool {
		return s.Index == 0 && !slices.Contains(open.By, s.Mandate)
	})
	if x.Orders, err = p.office.SentFor(ctx, "expense/"+e.ID); err != nil {
		return x, err
	}
	if x.Document, _, err = p.office.DocumentHead(ctx, e.ID); err != nil {
		return x, err
	}
	x.Stage = stageOf(e, open, len(x.Orders) > 0 && x.Orders[len(x.Orders)-1].Status == office.SentBack)
	if x.Stage == StageApproved || x.Stage == StageReturned {
		accounts, err := p.office.PayeeAccounts(ctx, e.Payee)
		if err != nil {
			return x, err
		}
		_, x.Hold = usable(accounts, p.now())
	}
	return x, nil
}

// stageOf says where an expense stands, from the papers and the journal; cameBack when its last order did.
func stageOf(e office.Expense, open giving.Open, cameBack bool) Stage {
	switch {
	case open.Status == giving.StatusPaid:
		return StagePaid
	case e.Stopped != 0 || open.Status == "":
		return StageRefused
	case e.Live != "":
		return StageSent
	case open.Status == giving.StatusApproved && cameBack:
		return StageReturned
	case open.Status == giving.StatusApproved:
		return StageApproved
	case len(open.By) == 1:
		return StageSigned
	}
	return StageClaimed
}

// Row is an expense in a list.
type Row struct {
	office.Expense
	Stage Stage
	By    []string
	Payee string // name
}

// List gives the newest expenses that an actor may see, claimed before an entry, at most limit: all of them,
// or, for a maintainer, those that they submitted. The names of payees are left out for who may not read
// what is private.
func (p *Payouts) List(ctx context.Context, actor people.Actor, before int64, limit int) ([]Row, error) {
	if before == 0 {
		before = money.Max
	}
	expenses, err := p.office.Expenses(ctx, before, limit)
	if err != nil {
		return nil, err
	}
	if !actor.May(people.ReadDesk) {
		expenses = slices.DeleteFunc(expenses, func(e office.Expense) bool { return e.Member != actor.Member })
	}
	return p.rows(ctx, actor, expenses)
}

// rows adds to expenses where they stand.
func (p *Payouts) rows(ctx context.Context, actor people.Actor, expenses []office.Expense) ([]Row, error) {
	indexes := make([]int64, len(expenses))
	for i, e := range expenses {
		indexes[i] = e.Index
	}
	states, err := p.read.Expenses(ctx, indexes...)
	if err != nil {
		return nil, err
	}
	payees, err := p.office.Payees(ctx)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(payees))
	for _, payee := range payees {
		names[payee.ID] = payee.Name
	}
	rows := make([]Row, len(expenses))
	for i, e := range expenses {
		open := states[e.Index]
		rows[i] = Row{Expense: e, Stage: stageOf(e, open, e.Turn > 0), By: open.By}
		if actor.May(people.ReadPrivate) || e.Member == actor.Member {
			rows[i].Payee = names[e.Payee]
		}
	}
	return rows, nil
}

// MaySee refuses an expense to who neither works at the desk nor submitted it.
func MaySee(actor people.Actor, e office.Expense) error {
	if actor.Member != "" && actor.Member == e.Member {
		return nil
	}
	return people.Allowed(actor, people.ReadDesk)
}

// Document gives the document of an expense to who submitted it or may read what is private. That of
// somebody who was erased is kept by law and shown to nobody here.
func (p *Payouts) Document(ctx context.Context, actor people.Actor, index int64) (office.Document, error) {
	e, payee, _, err := p.expense(ctx, index)
	if err != nil {
		return office.Document{}, err
	}
	if e.Member != actor.Member {
		if err := people.Allowed(actor, people.ReadPrivate); err != nil {
			return office.Document{}, err
		}
	}
	document, found, err := p.office.Document(ctx, e.ID)
	if err == nil && (!found || payee.Handle == "") {
		err = fault.New(fault.NotFound, "This document is not here any more.")
	}
	return document, err
}

// Public is what anybody may know of an expense: nothing of it names somebody.
type Public struct {
	Index  int64
	Claim  giving.Claimed
	Title  string // empty when the fund's papers do not know it
	Stage  Stage
	By     []string           // mandates of who signed
	Signed []office.Signature // of these, those whose day and entry are known
	Orders []office.Sent      // without name and account
	Bears  string             // the pot that bears the fee of a payment that came back; empty when none did
}

// Public gives what anybody may know of the expense claimed by an entry.
func (p *Payouts) Public(ctx context.Context, index int64) (Public, error) {
	view, err := p.read.View(ctx, index)
	if err != nil {
		return Public{}, err
	}
	claim, ok := view.Fact.(*giving.Claimed)
	if !ok {
		return Public{}, fault.New(fault.NotFound, "Entry %d is no expense.", index)
	}
	public := Public{Index: index, Claim: *claim}
	x, err := p.Expense(ctx, index)
	if fault.CodeOf(err) == fault.NotFound && err != nil { // the journal knows it, and the papers do not
		states, err := p.read.Expenses(ctx, index)
		public.Stage, public.By = stageOf(office.Expense{}, states[index], false), states[index].By
		return public, err
	}
	if err != nil {
		return public, err
	}
	public.Title, public.Stage, public.By, public.Signed = x.Title, x.Stage, x.By, x.Signed
	for i := range public.Signed {
		public.Signed[i].Member = ""
	}
	for _, s := range x.Orders {
		s.Name, s.IBAN, s.Payee = "", "", ""
		if public.Orders = append(public.Orders, s); s.Back != 0 && public.Bears == "" {
			if public.Bears, err = p.Bearer(ctx, giving.ReturnFee, claim.Pot); fault.CodeOf(err) == fault.Conflict {
				err = nil // the fund has no general pot yet: the page leaves the sentence out
			}
		}
	}
	return public, err
}

// PublicTransfer gives what anybody may know of a transfer between pots: its entry, its reason and who
// signed it.
func (p *Payouts) PublicTransfer(ctx context.Context, index int64) (t giving.Transferred, because string,
	err error) {
	view, err := p.read.View(ctx, index)
	if err != nil {
		return t, "", err
	}
	fact, ok := view.Fact.(*giving.Transferred)
	if !ok {
		return t, "", fault.New(fault.NotFound, "Entry %d is no transfer between pots.", index)
	}
	kept, _, err := p.office.PotTransferAt(ctx, index)
	return *fact, kept.Because, err
}

// PotName gives what a pot is called; its slug when it has no name.
func (p *Payouts) PotName(ctx context.Context, slug string) (string, error) {
	pots, err := p.read.Pots(ctx)
	for _, pot := range pots {
		if pot.Slug == slug {
			return pot.Title, err
		}
	}
	return slug, err
}

// Pots gives the pots that expenses can be paid from, by slug, and what each is called.
func (p *Payouts) Pots(ctx context.Context) (slugs []string, names map[string]string, err error) {
	pots, err := p.read.Pots(ctx)
	names = map[string]string{}
	for _, pot := range pots {
		if names[pot.Slug] = pot.Title; pot.Purpose == giving.Spendable {
			slugs = append(slugs, pot.Slug)
		}
	}
	return slugs, names, err
}

// Payee gives a payee with their accounts, the first first.
func (p *Payouts) Payee(ctx context.Context, id string) (office.Payee, []office.PayeeAccount, error) {
	payee, found, err := p.office.Payee(ctx, id)
	if err == nil && (!found || payee.Handle == "") {
		err = errNoPayee()
	}
	if err != nil {
		return payee, nil, err
	}
	accounts, err := p.office.PayeeAccounts(ctx, id)
	return payee, accounts, err
}

// Holds says what holds payments to a payee with these accounts now; nil when nothing does.
func (p *Payouts) Holds(accounts []office.PayeeAccount) *Hold {
	_, hold := usable(accounts, p.now())
	return hold
}

// Files gives the files of orders that were made, the newest first.
func (p *Payouts) Files(ctx context.Context) ([]office.PaymentFile, error) {
	return p.office.PaymentFiles(ctx)
}
