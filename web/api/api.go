// SPDX-License-Identifier: AGPL-3.0-or-later

// Package api answers programs: the books, projects, news, wall and bank as JSON, under /api/v1.
//
// One table of operations both routes the requests and writes the OpenAPI 3.1 document that describes them;
// it holds no rule and asks what the pages ask. Its one invariant: an amount that moved is never given
// without its evidence and the address of the entries that it sums, and nobody is named without a consent
// that was read for this very answer.
package api

import (
	"context"
	"io/fs"
	"net/http"
	"time"

	"ecot/app/bank"
	"ecot/app/limit"
	"ecot/app/news"
	"ecot/app/projects"
	"ecot/app/wall"
	"ecot/money"
	"ecot/office"
	"ecot/web"
	"ecot/web/page"
)

// Root is what every address of the interface begins with.
const Root = "/api/v1"

// Books are what the fund holds and why.
type Books interface {
	web.Accounts
	// Checkpoint gives the last published checkpoint, a signed note.
	Checkpoint(ctx context.Context) ([]byte, error)
	// Size gives the number of entries in the journal now.
	Size(ctx context.Context) (int64, error)
}

// Projects are what is funded.
type Projects interface {
	List(ctx context.Context) ([]office.Project, error)
	Page(ctx context.Context, slug string) (projects.Page, error)
	Standing(ctx context.Context, pot string) (projects.Standing, error)
	Stand(ctx context.Context) (string, error)
}

// News are the monthly news, frozen.
type News interface {
	Issues(ctx context.Context) ([]news.Issue, error)
}

// Wall shows those who gave and want to be seen.
type Wall interface {
	List(ctx context.Context, q wall.Query) ([]wall.Entry, bool, wall.Sums, error)
}

// Bank holds the books against the bank.
type Bank interface {
	State(ctx context.Context, month string) (bank.State, error)
	Stand(ctx context.Context) (string, error)
}

// Rooms are what the interface answers from. All are required.
type Rooms struct {
	Books    Books
	Projects Projects
	News     News
	Wall     Wall
	Bank     Bank
	Unit     money.Unit // the fund's own
}

// Pace is how often one client may ask.
func Pace() limit.Rule { return limit.Rule{Name: "api/client", Most: 300, Window: time.Minute} }

// Door is the interface for programs. It is immutable once its routes are laid.
type Door struct {
	*page.Kit
	rooms Rooms
}

// New gives the door.
func New(rooms Rooms) *Door { return &Door{rooms: rooms} }

// Templates gives none: there are no pages here.
func (d *Door) Templates() fs.FS { return nil }

// Nav adds nothing.
func (d *Door) Nav() []page.NavItem { return nil }

// Routes lays every operation of the table, and the document that describes them.
func (d *Door) Routes(k *page.Kit, mux *http.ServeMux) {
	d.Kit = k
	for _, o := range d.operations() {
		act := page.Action(func(r *http.Request) (page.Reply, error) {
			answer, err := o.act(r)
			if err != nil {
				return page.Reply{}, err
			}
			return page.JSON(answer)
		})
		if o.stand != nil {
			act = k.Kept(o.stand, act)
		}
		k.Data(mux, Root+o.path, k.Limited(Pace(), act))
	}
	k.Data(mux, Root+"/openapi.json", k.Limited(Pace(), d.document))
	k.Data(mux, Root+"/{path...}", nowhere)
}

// operation is one thing that programs can ask.
type operation struct {
	path   string // below Root, with its parameters as http.ServeMux names them
	name   string // unique
	says   string // a sentence
	asks   []parameter
	answer any // a zero value of what act gives
	act    func(r *http.Request) (any, error)
	// stand names all that the answer is made from; it is nil for what is not kept.
	stand func(ctx context.Context) (string, error)
}

// parameter is what an operation can be asked by.
type parameter struct {
	name    string
	says    string
	pattern string   // regular expression; empty for any text
	among   []string // the values; empty for all that the pattern allows
	least   int64    // of a number
	most    int64    // of a number; 0 for text
}

// operations is the table of all that programs can ask.
func (d *Door) operations() []operation {
	slug := parameter{name: "slug", says: "The pot or project, as in the journal's accounts."}
	list := filters()
	return []operation{
		{"/fund", "fund", "The whole fund: what it holds, where, what for, and its last twelve months.", nil,
			fund{}, d.fund, d.journal},
		{"/months", "months", "The last twelve months of the fund, the oldest first.", nil, monthList{}, d.months,
			d.journal},
		{"/pots", "pots", "Every pot and what it holds.", nil, potList{}, d.pots, d.journal},
		{"/pots/{slug}", "pot", "One pot and all its months, the newest first.", []parameter{slug}, pot{}, d.pot,
			d.journal},
		{"/pots/{slug}/entries", "potEntries", "Entries of a pot, the newest first.",
			append([]parameter{slug}, list[1:]...), entryList{}, d.entries, d.journal},
		{"/entries", "entries", "Entries of the journal, the newest first.", list, entryList{}, d.entries,
			d.journal},
		{"/entries/{index}", "entry", "One entry with its exact leaf and its proof of inclusion.",
			[]parameter{{name: "index", says: "Its place in the journal.", most: 1 << 53}}, entryWhole{}, d.entry,
			nil},
		{"/checkpoint", "checkpoint", "The journal as it was last published, signed.", nil, checkpoint{},
			d.checkpoint, nil},
		{"/projects", "projects", "The projects that the public sees, the oldest first.", nil, projectList{},
			d.projects, d.rooms.Projects.Stand},
		{"/projects/{slug}", "project", "One project: its words, needs and updates.", []parameter{slug},
			project{}, d.project, d.rooms.Projects.Stand},
		{"/projects/{slug}/appeal", "appeal", "How far the monthly appeal of a project reaches, month by month.",
			[]parameter{slug}, appealState{}, d.appeal, d.rooms.Projects.Stand},
		{"/news", "news", "Every frozen version of the monthly news, the latest first.", nil, newsList{}, d.news,
			nil},
		{"/wall", "wall", "Gifts of those who want to be seen; consent is read for each answer.", []parameter{
			{name: "order", says: "By date unless asked otherwise.", among: []string{"date", "name", "class"}},
			{name: "kind", says: "Whom to list.", among: []string{"all", "people", "organisations"}},
			{name: "skip", says: "How many to leave out from the beginning.", most: 1_000_000},
		}, wallPage{}, d.wall, nil},
		{"/bank", "bank", "How the books stand against the bank's statements.", nil, bankState{}, d.bank,
			d.rooms.Bank.Stand},
	}
}

// filters are what entries can be picked by; the first is for the whole journal alone.
func filters() []parameter {
	const month = `^[0-9]{4}-(0[1-9]|1[0-2])$`
	return []parameter{
		{name: "account", says: "An account as in the leaf, such as asset:bank, for what is no pot."},
		{name: "month", says: "Of this month, by the day that it counts for.", pattern: month},
		{name: "until", says: "Of this month and all before it; never together with month.", pattern: month},
		{name: "flow", says: "What brought in, or took out.", among: []string{"in", "out"}},
		{name: "evidence", says: "By what stands behind it.", among: []string{"proved", "attested", "declared"}},
		{name: "unit", says: "A unit, such as EUR.", pattern: `^[A-Z0-9]{3,8}$`},
		{name: "appeal", says: "What counts for the public appeal.", among: []string{"yes"}},
		{name: "before", says: "Entries of a smaller index only: the next address of the page before.",
			most: 1 << 53},
		{name: "limit", says: "At most so many, 50 unless asked otherwise.", least: 1, most: maxLimit},
	}
}
