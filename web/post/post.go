// SPDX-License-Identifier: AGPL-3.0-or-later

// Package post is the way out of a list of letters: one page behind a signed link, and the one click that
// mail readers make by themselves (RFC 8058).
//
// Its one invariant: opening the link changes nothing, for programs open links before people do; only a POST
// leaves the list or comes back to it.
package post

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"strings"

	"ecot/fault"
	"ecot/web/page"
)

// List is what a link leaves, as the pages need it.
type List struct {
	Name string // news or appeal
	On   bool   // whether the bearer of the link is on it
}

// Lists is whom the pages ask.
type Lists interface {
	// List says what a link leaves; one that is damaged is fault.Forbidden.
	List(ctx context.Context, token string) (List, error)
	// Leave and Return take the bearer of the link off the list, and put them on it again.
	Leave(ctx context.Context, token string) error
	Return(ctx context.Context, token string) error
}

// Door is the way out. It is immutable once its routes are laid.
type Door struct {
	*page.Kit
	lists Lists
}

// New gives the door.
func New(lists Lists) *Door { return &Door{lists: lists} }

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

// Nav adds nothing: one comes by a link.
func (d *Door) Nav() []page.NavItem { return nil }

// Routes lists the addresses of the door.
func (d *Door) Routes(k *page.Kit, mux *http.ServeMux) {
	d.Kit = k
	k.Form(mux, "/unsubscribe/{token}", d.show, d.change)
}

// leaving is the page of a list.
type leaving struct {
	page.Frame
	List
	Words string // what the list is
	State string // whether they are on it
}

// show says which list the link leaves, and whether its bearer is on it.
func (d *Door) show(r *http.Request) (page.Reply, error) {
	list, err := d.lists.List(r.Context(), r.PathValue("token"))
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	heading, state := "leave.title", "leave.on"
	if !list.On {
		heading, state = "leave.done", "leave.off"
	}
	return d.Private(r, p, "leave", leaving{Frame: d.Frame(r, p, "", p.Words(heading)), List: list,
		Words: p.Words("leave.list." + list.Name), State: p.Words(state)})
}

// change leaves the list, or comes back to it. A mail reader's one click says List-Unsubscribe=One-Click and
// nothing else, and follows nothing: it is answered at once.
func (d *Door) change(r *http.Request) (page.Reply, error) {
	form, err := d.ReadForm(r, d.Pen(r))
	if err != nil {
		return page.Reply{}, err
	}
	token := r.PathValue("token")
	oneClick := form.Has("List-Unsubscribe", "One-Click")
	switch {
	case oneClick || form.Has("do", "leave"):
		err = d.lists.Leave(r.Context(), token)
	case form.Has("do", "return"):
		err = d.lists.Return(r.Context(), token)
	default:
		err = fault.New(fault.Invalid, "The form does not say what to do.").In("form.broken")
	}
	if err != nil {
		return page.Reply{}, err
	}
	if oneClick {
		return page.Reply{Status: http.StatusOK, ContentType: "text/plain; charset=utf-8", Cache: page.CacheNever,
			Body: []byte("OK\n")}, nil
	}
	address, _, _ := strings.Cut(r.URL.Path, "?")
	return d.SeeOther(r, address), nil
}
