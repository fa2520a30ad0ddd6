// SPDX-License-Identifier: AGPL-3.0-or-later

// Package commons is where the projects of a fund are: what each is, what it needs this month and how far
// that is met, how to propose one, and what other sites show of them.
//
// It holds no rule: what may be said, opened and collected is asked of app/projects. Its one invariant:
// every sum that is given to a project leads to the entries of the journal that it is the sum of.
package commons

import (
	"context"
	"embed"
	"io/fs"
	"net/http"

	"ecot/app/people"
	"ecot/app/projects"
	"ecot/money"
	"ecot/office"
	"ecot/web/page"
)

// Shelf is what everybody may read of projects.
type Shelf interface {
	List(ctx context.Context) ([]office.Project, error)
	Page(ctx context.Context, slug string) (projects.Page, error)
	Collects(ctx context.Context, one office.Project) error
	Stand(ctx context.Context) (string, error)
	Unit() money.Unit
}

// Gauges is how far appeals reach.
type Gauges interface {
	Standing(ctx context.Context, pot string) (projects.Standing, error)
	Record(ctx context.Context) (projects.Record, error)
	Purse(ctx context.Context, pot string) (projects.Purse, error)
}

// Proposing takes what strangers propose.
type Proposing interface {
	Prefill(file []byte) ([]projects.Proposal, error)
	CheckProposal(w *projects.Proposal) []projects.Problem
	Propose(ctx context.Context, w projects.Proposal, client string) (slug string, err error)
}

// Judging is for those who accept and refuse.
type Judging interface {
	Proposals(ctx context.Context, by people.Actor) ([]office.Project, error)
	Inspect(ctx context.Context, by people.Actor, slug string) (projects.Page, error)
	Accept(ctx context.Context, by people.Actor, slug string) error
	Refuse(ctx context.Context, by people.Actor, slug, reason string) error
	Close(ctx context.Context, by people.Actor, slug, reason string) error
}

// Writing is for those who write a project's pages.
type Writing interface {
	Edit(ctx context.Context, by people.Actor, slug string, t projects.Texts) error
	Write(ctx context.Context, by people.Actor, slug, title, body string) error
	OpenAppeal(ctx context.Context, by people.Actor, slug string, c projects.Call) error
	EndAppeal(ctx context.Context, by people.Actor, slug string, last int) error
}

// Projects are those of a fund.
type Projects interface {
	Shelf
	Gauges
	Proposing
	Judging
	Writing
}

var _ Projects = (*projects.Projects)(nil)

// Options are what the door is given of the others.
type Options struct {
	// Guard is that of the back office; without one there are no pages of the back office.
	Guard page.Guard
	// Bank says what the bank holds beyond the ledger, as of a day 2025-12-31, and false while that is not
	// known; nil where it never is.
	Bank func(ctx context.Context) (difference int64, on string, known bool, err error)
}

// Door is the part of the site that projects have. It is immutable once its routes are laid.
type Door struct {
	*page.Kit
	projects Projects
	options  Options
}

var (
	_ page.Opener = (*Door)(nil)
	_ page.Sider  = (*Door)(nil)
)

// New gives the door.
func New(p Projects, options Options) *Door { return &Door{projects: p, options: options} }

//go:embed templates/*.html
var templateFiles embed.FS

// Templates gives the templates of projects.
func (d *Door) Templates() fs.FS {
	sub, err := fs.Sub(templateFiles, "templates")
	if err != nil {
		panic(err) // a name that is no path: our own defect
	}
	return sub
}

// section is the navigation's name of these pages.
const section = "projects"

// Nav lists the pages of projects.
func (d *Door) Nav() []page.NavItem {
	return []page.NavItem{{Section: section, Address: "/projects", Key: "nav.projects"}}
}

// Side lists the pages of the back office.
func (d *Door) Side() []page.SideItem {
	return []page.SideItem{{NavItem: page.NavItem{Section: deskSection, Address: "/desk/proposals",
		Key: "commons.proposals"}, Right: string(people.Moderate)}}
}

// Routes lists every address of projects.
func (d *Door) Routes(k *page.Kit, mux *http.ServeMux) {
	d.Kit = k
	for path, act := range map[string]page.Action{
		"/projects": d.list, "/projects/{slug}": d.project, "/projects/{slug}/appeal": d.appeal,
		"/projects/{slug}/box": d.box,
	} {
		k.Page(mux, path, k.Kept(d.projects.Stand, act))
	}
	for path, act := range map[string]page.Action{
		"/projects/{slug}/badge.svg": d.badge, "/projects/{slug}/badge.json": d.shield,
	} {
		k.Plain(mux, path, k.Kept(d.projects.Stand, act))
	}
	k.Plain(mux, "/projects/{slug}/updates.atom", d.feed) // these hold the address that they were asked under
	k.Plain(mux, "/projects/{slug}/appeal.ics", d.calendar)
	k.Upload(mux, "/propose", d.proposeForm, d.propose)
	k.Page(mux, "/propose/sent", d.proposed)
	if d.options.Guard == nil {
		return
	}
	moderate, signed := d.guard(people.Moderate), d.guard("")
	k.Page(mux, "/desk/proposals", moderate(d.proposals))
	k.Form(mux, "/desk/proposals/{slug}", moderate(d.proposal), moderate(d.judge))
	k.Form(mux, "/desk/projects/{slug}", signed(d.editForm), signed(d.edit))
	k.Form(mux, "/desk/projects/{slug}/update", signed(d.updateForm), signed(d.update))
	k.Form(mux, "/desk/projects/{slug}/appeal", signed(d.callForm), signed(d.call))
}

func (d *Door) guard(right people.Right) func(page.Action) page.Action {
	return func(act page.Action) page.Action { return d.options.Guard(string(right), act) }
}

func (d *Door) who(r *http.Request) people.Actor { return people.From(r.Context()) }
