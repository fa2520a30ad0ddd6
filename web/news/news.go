// SPDX-License-Identifier: AGPL-3.0-or-later

// Package news shows who gave and where it went: the monthly news, the wall, and the path of each gift.
//
// It holds no rule: what is said is asked of app/news, app/wall and app/trail each time that a page is
// made.
// Its one invariant: no answer is kept longer than the consent that it stands on, so that whoever withdraws
// is in none from then on.
package news

import (
	"context"
	"embed"
	"io/fs"
	"net/http"

	"ecot/app/news"
	"ecot/app/trail"
	"ecot/app/wall"
	"ecot/journal"
	"ecot/money"
	"ecot/office"
	"ecot/web/page"
)

// News are the monthly news.
type News interface {
	Issues(ctx context.Context) ([]news.Issue, error)
	Versions(ctx context.Context, month int) ([]int, error)
	Edition(ctx context.Context, month, version int) (news.Edition, error)
}

// Newsroom is where they are written and frozen.
type Newsroom interface {
	Draft(ctx context.Context, month int) (news.Edition, error)
	Months(ctx context.Context) (map[int]news.Figures, error)
	Write(ctx context.Context, month int, fr, en news.Text, mandate string) error
	Freeze(ctx context.Context, month int, mandate string) (news.Edition, error)
}

// Wall shows those who gave.
type Wall interface {
	List(ctx context.Context, q wall.Query) ([]wall.Entry, bool, wall.Sums, error)
	Bricks(ctx context.Context, on journal.Day) ([]wall.Brick, int, error)
	Plaque(ctx context.Context, id string) (wall.Plaque, string, error)
}

// Moderation decides what of it is shown.
type Moderation interface {
	Hide(ctx context.Context, index int64, hidden bool) error
	Plaques(ctx context.Context, status office.PlaqueStatus, after string, limit int) ([]wall.Plaque, error)
	Decide(ctx context.Context, id string, show bool, reason, mandate string) error
}

// Trail follows gifts.
type Trail interface {
	Read(ctx context.Context, fn func(*trail.Book) error) error
	Of(ctx context.Context, handle string) (trail.Donor, error)
}

// Tokens open the signed links of donors.
type Tokens interface {
	// Handle gives whose link it is, and fault.NotFound or fault.Forbidden for one that is not good.
	Handle(ctx context.Context, token string) (string, error)
}

// Fund is what the fund says of itself, and its dates.
type Fund interface {
	// Manifest gives the fund's funding.json, with its history from the ledger.
	Manifest(ctx context.Context) ([]byte, error)
	// Dates gives days on which something happens; news.date.<key> says what.
	Dates(ctx context.Context) ([]news.Date, error)
}

// Rooms are what the door shows. News, Wall and Trail are required.
type Rooms struct {
	News     News
	Newsroom Newsroom // nil without a back office
	Wall     Wall
	Moderate Moderation // nil without a back office
	Trail    Trail
	Tokens   Tokens // nil without links of donors
	Fund     Fund   // nil leaves out what programs read of the fund
	Unit     money.Unit

	// Guard gives an action that only a member with a right of app/people reaches; nil without a back
	// office. Mandate gives the mandate of who is signed in.
	Guard   func(right string, act page.Action) page.Action
	Mandate func(r *http.Request) string
}

// Door is the part of the site that shows givers and gifts. It is immutable once its routes are laid.
type Door struct {
	*page.Kit
	rooms Rooms
}

// New gives the door.
func New(rooms Rooms) *Door { return &Door{rooms: rooms} }

//go:embed templates/*.html
var templateFiles embed.FS

// Templates gives the templates of the door.
func (d *Door) Templates() fs.FS {
	sub, err := fs.Sub(templateFiles, "templates")
	if err != nil {
		panic(err) // a name that is no path: our own defect
	}
	return sub
}

// Nav lists the pages of the door.
func (d *Door) Nav() []page.NavItem {
	return []page.NavItem{{Section: "news", Address: "/news", Key: "nav.news"}, {Section: "wall",
		Address: "/wall", Key: "nav.wall"}}
}

// Routes lists every address of the door.
func (d *Door) Routes(k *page.Kit, mux *http.ServeMux) {
	d.Kit = k
	k.Page(mux, "/news", d.index)
	k.Page(mux, "/news/{month}", d.edition)
	k.Page(mux, "/news/{month}/v/{version}", d.edition)
	k.Plain(mux, "/news/{month}/v/{version}/frozen.json", d.frozen)
	k.Plain(mux, "/news.xml", d.feed)
	k.Page(mux, "/wall", d.wall)
	k.Plain(mux, "/wall.svg", d.wallSVG)
	k.Plain(mux, "/wall.json", d.wallJSON)
	k.Page(mux, "/plaques/{id}", d.plaque)
	k.Plain(mux, "/plaques/{id}/plaque.svg", d.plaqueSVG)
	k.Page(mux, "/follow/{index}", d.follow)
	if d.rooms.Tokens != nil {
		k.Page(mux, "/follow/mine/{token}", d.mine)
	}
	if d.rooms.Fund != nil {
		k.Plain(mux, "/funding.json", d.manifest)
		k.Plain(mux, "/dates.ics", d.dates)
	}
	if d.rooms.Guard != nil {
		d.deskRoutes(k, mux)
	}
}

// deskRoutes lists the pages of those who write and moderate.
func (d *Door) deskRoutes(k *page.Kit, mux *http.ServeMux) {
	guard := d.rooms.Guard
	if d.rooms.Newsroom != nil {
		k.Page(mux, "/desk/news", guard("edit-news", d.room))
		k.Form(mux, "/desk/news/{month}", guard("edit-news", d.write), guard("edit-news", d.writePost))
	}
	if d.rooms.Moderate != nil {
		k.Form(mux, "/desk/wall", guard("moderate", d.moderate), guard("moderate", d.moderatePost))
	}
}

func (d *Door) mandate(r *http.Request) string {
	if d.rooms.Mandate == nil {
		return ""
	}
	return d.rooms.Mandate(r)
}
