// SPDX-License-Identifier: AGPL-3.0-or-later

// Package give is where people give: the form, what it costs, how to pay, the thanks, and the one page
// from which a donor manages all of it without an account.
//
// It holds no rule: what can be given, what is wrong with an answer and what becomes of a gift is asked
// of app/gifts. Its one invariant: until a visitor confirms, nothing of what they wrote is kept; the
// answers travel in the form itself.
package give

import (
	"context"
	"embed"
	"io/fs"
	"net/http"

	"ecot/app/gifts"
	"ecot/office"
	"ecot/web/page"
)

// Gifts are the use-cases of giving.
type Gifts interface {
	Taker
	Keeper
	Teller
	Certifier
}

// Taker takes gifts.
type Taker interface {
	Offer(ctx context.Context, project string) (gifts.Offer, error)
	TakesCards() bool
	Check(ctx context.Context, w gifts.Wish, second bool) error
	Announce(ctx context.Context, w gifts.Wish) (office.Promise, error)
	Payment(ctx context.Context, promise string) (gifts.Payment, error)
}

// Cards sends people to pay by card.
type Cards interface {
	// Start gives the address of the provider's page for a promise, the same again while it is open.
	Start(ctx context.Context, p office.Promise) (url string, err error)
	// Return looks at the provider for what became of a promise, and books what was paid.
	Return(ctx context.Context, p office.Promise) error
}

// Appeals tells what a project needs this month.
type Appeals interface {
	// Appeal gives the month's appeal of a project, or of the fund's own pot for an empty one, and false
	// when there is none.
	Appeal(ctx context.Context, project string) (Appeal, bool, error)
}

// Appeal is a month's appeal. Amounts are minor units of the fund's unit.
type Appeal struct {
	Month  string // 2026-01
	Need   int64
	Level  int64 // given and carried over
	People int64 // who gave this month
	Before int64 // who gave in the last whole month
	For    []Part

	Entries string     // address of the entries that Level sums; empty where they are listed nowhere
	Class   page.Class // what stands behind Level
}

// Part is one thing that an appeal is for.
type Part struct {
	Need   string // token
	Amount int64
	Filled int64
}

// Door is the part of the site where people give. It is immutable once its routes are laid.
type Door struct {
	*page.Kit
	gifts   Gifts
	cards   Cards                                 // nil without cards
	appeals Appeals                               // nil where nothing is known of appeals
	trail   bool                                  // whether gifts can be followed to what they pay
	arrive  func(promise string) (address string) // nil outside the demo
}

// New gives the door.
func New(g Gifts, change ...func(*Door)) *Door {
	d := &Door{gifts: g}
	for _, apply := range change {
		apply(d)
	}
	return d
}

// WithCards is for New: cards are paid at c.
func WithCards(c Cards) func(*Door) { return func(d *Door) { d.cards = c } }

// WithTrail is for New: a door beside this one follows gifts, at /follow/.
func WithTrail() func(*Door) { return func(d *Door) { d.trail = true } }

// WithArrival is for New: the page of a transfer has a button that posts to an address and plays its
// arrival. It is for the demo alone.
func WithArrival(at func(promise string) (address string)) func(*Door) {
	return func(d *Door) { d.arrive = at }
}

// WithAppeals is for New: needs are asked of a.
func WithAppeals(a Appeals) func(*Door) { return func(d *Door) { d.appeals = a } }

//go:embed templates/*.html
var templateFiles embed.FS

// Templates gives the templates of giving.
func (d *Door) Templates() fs.FS {
	sub, err := fs.Sub(templateFiles, "templates")
	if err != nil {
		panic(err) // a name that is no path: our own defect
	}
	return sub
}

// Nav lists the pages of giving.
func (d *Door) Nav() []page.NavItem {
	return []page.NavItem{{Section: section, Address: "/give", Key: "nav.give"}}
}

// section is the navigation's name of these pages.
const section = "give"

// Routes lists every address of giving.
func (d *Door) Routes(k *page.Kit, mux *http.ServeMux) {
	d.Kit = k
	k.Form(mux, "/give", d.form, d.answer)
	k.Form(mux, "/give/{project}", d.form, d.answer)
	k.Page(mux, "/give/pay/{promise}", d.pay)
	k.Page(mux, "/give/back/{promise}", d.back)
	k.Form(mux, "/mine", d.ask, d.sendLink)
	k.Page(mux, "/mine/{token}", d.mine)
	k.Form(mux, "/mine/{token}/promise/{promise}/{act}", d.act, d.doAct)
	k.Form(mux, "/mine/{token}/gifts/{index}", d.withdraw, d.doWithdraw)
	k.Form(mux, "/mine/{token}/names", d.show(d.names()), d.save(d.names()))
	k.Form(mux, "/mine/{token}/receipts", d.show(d.receipts()), d.save(d.receipts()))
	k.Page(mux, "/mine/{token}/export", d.export)
	k.Form(mux, "/mine/{token}/erase", d.erase, d.doErase)
	k.Page(mux, "/r/{token}", d.certificate)
	k.Page(mux, "/r/{token}/pdf", d.certificatePDF)
}
