// SPDX-License-Identifier: AGPL-3.0-or-later

// Package bank shows how the books stand against the bank, to everybody, and lets whoever may reconcile
// say what each line of the bank is.
//
// It holds no rule: it asks app/bank. Its one invariant: the public page is made of sums alone. No line,
// name, account or text of the bank is on it, and no day on which a single gift came stands by itself.
package bank

import (
	"context"
	"embed"
	"io/fs"
	"net/http"

	"ecot/app"
	"ecot/app/bank"
	"ecot/exchange/bankcsv"
	"ecot/office"
	"ecot/web/page"
)

// Books say how they stand against the bank.
type Books interface {
	State(ctx context.Context, month string) (bank.State, error)
	Stand(ctx context.Context) (string, error)
}

// Lines lets people say what the lines of the bank are.
type Lines interface {
	Table(ctx context.Context) (bank.Table, error)
	Story(ctx context.Context, key string) (bank.Story, error)
	Confirm(ctx context.Context, key, suggestion, by string) error
	BookAs(ctx context.Context, key string, d bank.Decision, by string) error
	Undo(ctx context.Context, key, by string) error
}

// Files takes the bank's files in.
type Files interface {
	Upload(ctx context.Context, data []byte) (string, error)
	Uploaded(ctx context.Context, digest string) ([]byte, error)
	Read(ctx context.Context, data []byte, mapping *bankcsv.Mapping) (bank.File, error)
	Import(ctx context.Context, f bank.File, by string, dry bool) (bank.Report, error)
	Drop(ctx context.Context, digest string) error
}

// Months closes months.
type Months interface {
	Closing(ctx context.Context, month string) (bank.Closing, error)
	Close(ctx context.Context, month, because, by string) (app.Answer, error)
	NoteGap(ctx context.Context, account, until, note, by string) error
	Accounts(ctx context.Context) ([]office.BankAccount, error)
}

// Bank is all that the door asks; app/bank answers it.
type Bank interface {
	Books
	Lines
	Files
	Months
}

// Options are what the private pages need; without a guard there are none.
type Options struct {
	// Guard gives an action that only a member with a right of app/people reaches.
	Guard page.Guard
	// Mandate gives the mandate of whoever is signed in, behind the guard.
	Mandate func(ctx context.Context) string
	// Pots gives the pots that a gift can be for, with their names.
	Pots func(ctx context.Context) ([]Pot, error)
}

// Pot is a pot that money can be for.
type Pot struct{ Slug, Name string }

// Door is the bank's part of the site. It is immutable once its routes are laid.
type Door struct {
	*page.Kit
	bank    Bank
	options Options
}

// New gives the door.
func New(b Bank, options Options) *Door { return &Door{bank: b, options: options} }

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

// Nav lists the public page.
func (d *Door) Nav() []page.NavItem {
	return []page.NavItem{{Section: "bank", Address: "/bank", Key: "nav.bank"}}
}

// Side adds the lines of the bank to the back office.
func (d *Door) Side() []page.SideItem {
	return []page.SideItem{{NavItem: page.NavItem{Section: "desk-bank", Address: "/desk/bank",
		Key: "bank.desk"},
		Right: readPrivate}}
}

// The rights that the private pages ask for, as app/people names them.
const (
	readPrivate = "read-private"
	reconcile   = "reconcile"
	closeMonths = "close"
)

// Routes lists every address of the door.
func (d *Door) Routes(k *page.Kit, mux *http.ServeMux) {
	d.Kit = k
	k.Page(mux, "/bank", k.Kept(d.bank.Stand, d.public))
	k.Page(mux, "/bank/{month}", k.Kept(d.bank.Stand, d.public))
	guard := d.options.Guard
	if guard == nil {
		return
	}
	k.Page(mux, "/desk/bank", guard(readPrivate, d.table))
	k.Form(mux, "/desk/bank/lines/{key}", guard(readPrivate, d.line), guard(reconcile, d.bookAs))
	k.Post(mux, "/desk/bank/lines/{key}/confirm", guard(reconcile, d.confirm))
	k.Post(mux, "/desk/bank/lines/{key}/undo", guard(reconcile, d.undo))
	k.Upload(mux, "/desk/bank/statements", guard(reconcile, d.statements), guard(reconcile, d.upload))
	k.Form(mux, "/desk/bank/statements/{digest}", guard(reconcile, d.preview), guard(reconcile, d.bring))
	k.Post(mux, "/desk/bank/gap", guard(reconcile, d.noteGap))
	k.Page(mux, "/desk/bank/months", guard(readPrivate, d.closing))
	k.Form(mux, "/desk/bank/months/{month}", guard(readPrivate, d.closing), guard(closeMonths, d.close))
}

// by gives the mandate of whoever is signed in.
func (d *Door) by(r *http.Request) string { return d.options.Mandate(r.Context()) }
