// SPDX-License-Identifier: AGPL-3.0-or-later

// Package projects is what is funded: it takes what strangers propose, lets the fund accept or refuse it,
// keeps the words of each project, opens its appeals and says how far they reach.
//
// The words are in the office, the pot, the needs and the money in the journal, under the same slug. Its
// one invariant: what an appeal was given is read from the published figures of the journal and nowhere
// else, so that a gauge and the entries behind it say the same.
package projects

import (
	"context"
	"fmt"
	"slices"

	"ecot/app"
	"ecot/app/people"
	"ecot/app/reading"
	"ecot/fault"
	"ecot/id"
	"ecot/ledger"
	"ecot/money"
	"ecot/office"
)

// Projects are those of one instance. It is safe for many goroutines.
type Projects struct {
	app     *app.App
	office  *office.Office
	read    *reading.Reader
	key     []byte // counts who proposes, without keeping who it was
	letters Letters
}

// Verdict is what became of a project.
type Verdict string

// The verdicts that whoever proposed a project is told.
const (
	Received Verdict = "received"
	Accepted Verdict = "accepted"
	Refused  Verdict = "refused"
)

// Notice is what whoever proposed a project is to be told. It goes to the project's proposer, if the
// office still knows who that is.
type Notice struct {
	Verdict Verdict
	Project office.Project
}

// Letters takes notices, in the transaction of what causes them.
type Letters interface {
	Write(ctx context.Context, tx *office.Tx, n Notice) error
}

// New gives the projects of an instance; letters may be nil where none are written.
func New(a *app.App, letters Letters) *Projects {
	return &Projects{app: a, office: a.Office(), read: a.Reading(), key: a.Subkey("projects/attempts"),
		letters: letters}
}

// Size gives the number of entries in the journal now.
func (p *Projects) Size(ctx context.Context) (int64, error) { return p.app.Size(ctx) }

// Page is a project as the public sees it.
type Page struct {
	office.Project
	Needs   []office.Need   // words of its needs, by token
	Updates []office.Update // the newest first
	People  []Person
	Pot     bool // whether its pot is open
}

// Person is somebody who works on a project, by the name that members know them by.
type Person struct {
	Name string
	Role string // a role of app/people
}

// updatesShown is how many updates a page and a feed show.
const updatesShown = 20

// List gives the projects that the public sees, the oldest first: those that run and those that are over.
func (p *Projects) List(ctx context.Context) ([]office.Project, error) {
	all, err := p.office.Projects(ctx)
	return slices.DeleteFunc(all, func(one office.Project) bool { return !public(one) }), err
}

func public(one office.Project) bool {
	return one.Status == office.Running || one.Status == office.Closed
}

// Page gives one project that the public sees.
func (p *Projects) Page(ctx context.Context, slug string) (Page, error) {
	page, err := p.page(ctx, slug)
	if err == nil && !public(page.Project) {
		return Page{}, unknown(slug)
	}
	return page, err
}

func unknown(slug string) error {
	return fault.New(fault.NotFound, "There is no project %q.", slug)
}

// page gives one project, whatever its state.
func (p *Projects) page(ctx context.Context, slug string) (Page, error) {
	one, found, err := p.office.Project(ctx, slug)
	if err != nil {
		return Page{}, err
	}
	if !found {
		return Page{}, unknown(slug)
	}
	page := Page{Project: one}
	if page.Needs, err = p.office.Needs(ctx, slug); err != nil {
		return page, err
	}
	if page.Updates, err = p.office.Updates(ctx, slug, updatesShown); err != nil {
		return page, err
	}
	if page.People, err = p.people(ctx, slug); err != nil {
		return page, err
	}
	page.Pot, err = p.hasPot(ctx, slug)
	return page, err
}

// people gives who has a role in a project, the longest here first.
func (p *Projects) people(ctx context.Context, slug string) (list []Person, err error) {
	members, err := p.office.Members(ctx)
	for _, m := range members {
		for _, role := range m.Roles {
			if role.Project == slug && m.Ended == 0 {
				list = append(list, Person{m.Name, role.Name})
			}
		}
	}
	return list, err
}

func (p *Projects) hasPot(ctx context.Context, slug string) (bool, error) {
	pots, err := p.read.Pots(ctx)
	return slices.ContainsFunc(pots, func(pot reading.Pot) bool { return pot.Slug == slug }), err
}

// Inspect gives one project in any state to a member who moderates, or who writes its pages.
func (p *Projects) Inspect(ctx context.Context, by people.Actor, slug string) (Page, error) {
	if people.AllowedIn(by, people.EditProjects, slug) != nil {
		if err := people.Allowed(by, people.Moderate); err != nil {
			return Page{}, err
		}
	}
	return p.page(ctx, slug)
}

// Proposals gives what waits for a verdict, the oldest first.
func (p *Projects) Proposals(ctx context.Context, by people.Actor) ([]office.Project, error) {
	if err := people.Allowed(by, people.Moderate); err != nil {
		return nil, err
	}
	all, err := p.office.Projects(ctx)
	return slices.DeleteFunc(all, func(one office.Project) bool { return one.Status != office.Proposed }), err
}

// Stand names the state of all that pages of projects are made from: the journal and the words.
func (p *Projects) Stand(ctx context.Context) (string, error) {
	size, err := p.app.Size(ctx)
	if err != nil {
		return "", err
	}
	all, err := p.office.Projects(ctx)
	if err != nil {
		return "", err
	}
	members, err := p.office.Members(ctx)
	if err != nil {
		return "", err
	}
	words := id.Keyed(p.key, "ecot/projects/stand", fmt.Sprint(all, members))
	return fmt.Sprintf("%d/%x", size, words[:8]), nil
}

// Unit gives the unit that appeals count in.
func (p *Projects) Unit() money.Unit { return p.unit() }

// Purse is what a project's pot took in and gave out since its first entry, in minor units.
type Purse struct {
	Unit           money.Unit
	Holds, In, Out int64
}

// Purse gives that of a pot, in the fund's unit.
func (p *Projects) Purse(ctx context.Context, pot string) (Purse, error) {
	purse := Purse{Unit: p.unit()}
	accounts, err := p.read.Ledger(ctx)
	for _, account := range accounts {
		if account.Place.Account != ledger.NewAccount(ledger.Pot, pot) || account.Place.Unit != purse.Unit {
			continue
		}
		purse.Holds = account.Balance
		months, err := p.read.Months(ctx, account.ID)
		if err != nil {
			return purse, err
		}
		for _, m := range months {
			purse.In, purse.Out = purse.In+m.Incoming, purse.Out-m.Outgoing
		}
	}
	return purse, err
}
