// SPDX-License-Identifier: AGPL-3.0-or-later

// Package web shows a fund's books to whoever comes: what it holds and why, entry by entry, with the
// proof of each.
//
// It holds no rule and no storage: a handler reads the request, asks Books, and renders. Every figure
// links to the entries that it sums and says what stands behind it. Its one invariant: a page says
// nothing that Books did not answer, and shows an amount never without its evidence class.
//
// The rooms below it show the rest of the site in the same frame, which is made in page.
package web

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"strconv"

	"ecot/web/page"
)

// Options are what the pages need to know of the instance.
type Options = page.Options

// site is the door of the books. It is immutable once its routes are laid.
type site struct {
	*page.Kit
	books   Books
	openers []page.Opener // what the first page begins with
}

// New gives the handler of the books, and of the doors beside them. It refuses options that do not
// hold together with fault.Invalid.
func New(books Books, options Options, beside ...page.Door) (http.Handler, error) {
	s := &site{books: books}
	for _, door := range beside {
		if opener, ok := door.(page.Opener); ok {
			s.openers = append(s.openers, opener)
		}
	}
	return page.New(options, append([]page.Door{s}, beside...)...)
}

//go:embed templates/*.html
var templateFiles embed.FS

// Templates gives the templates of the books.
func (s *site) Templates() fs.FS {
	sub, err := fs.Sub(templateFiles, "templates")
	if err != nil {
		panic(err) // a name that is no path: our own defect
	}
	return sub
}

// Nav lists the pages of the books.
func (s *site) Nav() []page.NavItem {
	return []page.NavItem{
		{Section: "pots", Address: "/pots", Key: "nav.pots"},
		{Section: "entries", Address: "/entries", Key: "nav.entries"},
		{Section: "proof", Address: "/about/proof", Key: "nav.proof"},
	}
}

// Routes lists every address of the books.
func (s *site) Routes(k *page.Kit, mux *http.ServeMux) {
	s.Kit = k
	for path, act := range map[string]page.Action{
		"/pots": s.pots, "/pots/{slug}": s.pot, "/pots/{slug}/entries": s.entries,
		"/entries": s.entries, "/entries/{index}": s.entry,
	} {
		k.Page(mux, path, k.Kept(s.stand, act))
	}
	k.Page(mux, "/{$}", s.first)
	k.Page(mux, "/about/proof", s.aboutProof)
	k.Page(mux, "/accessibility", s.accessibility)
	if s.Options.Development {
		k.Page(mux, "/design", s.gallery)
	}
	k.Plain(mux, "/entries/{index}/proof", s.proof)
	k.Plain(mux, "/checkpoint", s.checkpoint)
	k.Plain(mux, "/tile/{path...}", s.tile)
	k.Plain(mux, "/healthz", s.healthz)
	k.Plain(mux, "/readyz", s.readyz)
}

// stand names the state of the journal, which is all that the pages of the books are made from.
func (s *site) stand(ctx context.Context) (string, error) {
	size, err := s.books.Size(ctx)
	return strconv.FormatInt(size, 10), err
}

// pen gives what writes one page.
func (s *site) pen(r *http.Request) *pen { return &pen{s.Pen(r)} }
