// SPDX-License-Identifier: AGPL-3.0-or-later

// Package web shows a fund's books to whoever comes: pages rendered on the server, in French and
// English, that work without script, cookie or any other host.
//
// It holds no rule and no storage: a handler reads the request, asks Books, and renders. Every figure
// links to the entries that it sums and says what stands behind it. Its one invariant: a page says
// nothing that Books did not answer, and shows an amount never without its evidence class.
package web

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"ecot/clock"
	"ecot/fault"
	"ecot/locale"
)

// Options are what the pages need to know of the instance. Name and Clock are required.
type Options struct {
	Name        string         // of the fund, as it stands in every title
	BaseURL     string         // such as https://fund.example.org, no slash at the end; may be empty
	SourceURL   string         // where this program's source is offered; may be empty
	Contact     string         // a mail or web address for who meets an obstacle; may be empty
	DefaultLang locale.Lang    // when the reader asks for none that we speak; empty is French
	Zone        *time.Location // in which dates are read; nil is UTC
	Demo        bool           // every page says that all is invented
	Development bool           // adds the gallery of components at /design
	Clock       clock.Clock
	Log         *slog.Logger // where defects go; nil is slog's default
}

// site is the handler's state, immutable after New but for the pool and the shelf.
type site struct {
	books   Books
	options Options
	skins   map[manner]*skin
	assets  map[string]asset // by path
	zips    sync.Pool        // of *gzip.Writer
	shelf   shelf
}

// manner is how a request is answered: its language, and whether its links carry that language.
type manner struct {
	lang     locale.Lang
	explicit bool
}

// New gives the handler of all pages. It refuses options that do not hold together with fault.Invalid.
func New(books Books, options Options) (http.Handler, error) {
	options, err := complete(options)
	if err != nil {
		return nil, err
	}
	s := &site{books: books, options: options}
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.skins, err = loadSkins(); err != nil {
		return nil, err
	}
	return secure(options, s.routes()), nil
}

// complete checks the options and fills in what may be left out.
func complete(options Options) (Options, error) {
	if options.Name == "" || options.Clock == nil {
		return options, fault.New(fault.Invalid, "The pages need the fund's name and a clock.")
	}
	if base, err := url.Parse(options.BaseURL); err != nil || options.BaseURL != "" && base.Host == "" ||
		strings.HasSuffix(options.BaseURL, "/") {
		return options, fault.New(fault.Invalid,
			"The base URL must be like https://fund.example.org, without a slash at the end: %q.", options.BaseURL)
	}
	if options.DefaultLang == "" {
		options.DefaultLang = locale.French
	}
	if _, known := locale.ParseLang(string(options.DefaultLang)); !known {
		return options, fault.New(fault.Invalid, "There are no pages in %q.", options.DefaultLang)
	}
	if options.Zone == nil {
		options.Zone = time.UTC
	}
	if options.Log == nil {
		options.Log = slog.Default()
	}
	return options, nil
}

// routes lists every address. What is not listed is a page that says so.
func (s *site) routes() http.Handler {
	mux := http.NewServeMux()
	s.page(mux, "/{$}", s.kept(s.home))
	s.page(mux, "/pots", s.kept(s.pots))
	s.page(mux, "/pots/{slug}", s.kept(s.pot))
	s.page(mux, "/pots/{slug}/entries", s.kept(s.entries))
	s.page(mux, "/entries", s.kept(s.entries))
	s.page(mux, "/entries/{index}", s.kept(s.entry))
	s.page(mux, "/about/proof", s.aboutProof)
	s.page(mux, "/accessibility", s.accessibility)
	if s.options.Development {
		s.page(mux, "/design", s.gallery)
	}
	s.plain(mux, "/entries/{index}/proof", s.proof)
	s.plain(mux, "/checkpoint", s.checkpoint)
	s.plain(mux, "/tile/{path...}", s.tile)
	s.plain(mux, "/healthz", s.healthz)
	s.plain(mux, "/readyz", s.readyz)
	s.plain(mux, "/assets/{name}", s.asset)
	mux.HandleFunc("/", s.answer(s.nowhere, s.refusalPage))
	return mux
}

// page routes GET and HEAD of a path to an action that gives a page; refusals are pages too.
func (s *site) page(mux *http.ServeMux, path string, act action) {
	mux.HandleFunc("GET "+path, s.answer(act, s.refusalPage))
	mux.HandleFunc(path, s.answer(otherMethod, s.refusalPage))
}

// plain routes GET and HEAD of a path to an action for programs; refusals are a line of text.
func (s *site) plain(mux *http.ServeMux, path string, act action) {
	mux.HandleFunc("GET "+path, s.answer(act, refusalText))
	mux.HandleFunc(path, s.answer(otherMethod, refusalText))
}
