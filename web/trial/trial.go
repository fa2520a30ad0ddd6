// SPDX-License-Identifier: AGPL-3.0-or-later

// Package trial is what only the demo has: a button that plays the arrival of a transfer, the letter of
// thanks shown as the mail that it would be, and the page of the card provider's stand-in.
//
// Its one invariant: every page of it says that nothing is real, and a fund that is not the demo never
// opens this door.
package trial

import (
	"context"
	"embed"
	"io/fs"
	"net/http"

	"ecot/web/page"
)

// Mail is a letter as its reader would see it.
type Mail struct {
	From, To, Subject, Text string
}

// Play is what the demo plays for its visitor.
type Play interface {
	// Arrive plays the arrival of the transfer that keeps a promise; it does so once.
	Arrive(ctx context.Context, promise string) error
	// Thanks gives the letter that thanks for a promise, and false while there is none.
	Thanks(ctx context.Context, promise string) (Mail, bool, error)
}

// Door is the door of the demo. It is immutable once its routes are laid.
type Door struct {
	*page.Kit
	play  Play
	cards http.Handler // of the stand-in's payment page
}

// New gives the door.
func New(play Play, cards http.Handler) *Door { return &Door{play: play, cards: cards} }

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

// Nav adds nothing: one comes from the page of a promise.
func (d *Door) Nav() []page.NavItem { return nil }

// CardPath is where the stand-in's payment page is, behind the base.
const CardPath = "/demo/card"

// ArrivePath gives where the arrival of a promise is played.
func ArrivePath(promise string) string { return "/demo/arrive/" + promise }

// Routes lists the addresses of the door.
func (d *Door) Routes(k *page.Kit, mux *http.ServeMux) {
	d.Kit = k
	k.Form(mux, "/demo/arrive/{promise}", d.thanks, d.arrive)
	mux.Handle(CardPath+"/{session}", d.cards)
}

// letterPage is the letter of thanks.
type letterPage struct {
	page.Frame
	Promise string
	Mail    *Mail // nil while there is none
}

// arrive plays the arrival.
func (d *Door) arrive(r *http.Request) (page.Reply, error) {
	promise := r.PathValue("promise")
	if err := d.play.Arrive(r.Context(), promise); err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(r, ArrivePath(promise)), nil
}

// thanks shows the letter.
func (d *Door) thanks(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	shown := letterPage{Frame: d.Frame(r, p, "", p.Words("trial.title")), Promise: r.PathValue("promise")}
	mail, found, err := d.play.Thanks(r.Context(), shown.Promise)
	if err != nil {
		return page.Reply{}, err
	}
	if found {
		shown.Mail = &mail
	}
	return d.Private(r, p, "trial-letter", shown)
}
