// SPDX-License-Identifier: AGPL-3.0-or-later

// Package page is what every page is made with: the frame around it, the words and figures in it, the
// answer that carries it, the form that comes back.
//
// A door (the books, giving, the back office) brings templates and addresses; this package gives it a
// Kit and makes all doors one handler. Pages are whole before a byte is sent, in French and English,
// and work without script, cookie or any other host. Its one invariant: every answer carries the same
// guarding headers, whatever door or defect it comes from.
package page

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"ecot/clock"
	"ecot/fault"
	"ecot/locale"
)

// Options are what the pages need to know of the instance. Name and Clock are required.
type Options struct {
	Name      string // of the fund, as it stands in every title
	BaseURL   string // such as https://fund.example.org, no slash at the end; may be empty
	SourceURL string // where this program's source is offered; may be empty
	Contact   string // a mail or web address for who meets an obstacle; may be empty
	// Reach gives such an address as it is now; it counts before Contact when it is there and gives one.
	Reach       func(ctx context.Context) (string, error)
	DefaultLang locale.Lang    // when the reader asks for none that we speak; empty is French
	Zone        *time.Location // in which dates are read; nil is UTC
	Demo        bool           // every page says that all is invented
	Development bool           // adds the gallery of components at /design
	Proxies     []netip.Prefix // besides this machine, whose word on who asks is believed
	Clock       clock.Clock
	Log         *slog.Logger // where defects go; nil is slog's default
}

// Door is a part of the site.
type Door interface {
	// Templates holds the door's own templates, *.html at its root; each name begins with the door's. It
	// is nil for a door without pages.
	Templates() fs.FS
	// Nav lists what the door adds to the navigation of every page, in order.
	Nav() []NavItem
	// Routes adds the door's addresses by the methods of the kit.
	Routes(k *Kit, mux *http.ServeMux)
}

// NavItem is a link of the main navigation.
type NavItem struct {
	Section string // the current one is marked on pages whose frame says the same section
	Address string
	Key     string // of its words
}

// Kit makes pages. It is immutable after New but for the pool and the shelf, and safe for many
// goroutines.
type Kit struct {
	Options Options // complete, not to be changed
	nav     []NavItem
	side    []SideItem
	foot    []NavItem
	hooks   []string // the beginnings of the addresses of hooks
	skins   map[Manner]*skin
	assets  map[string]asset // by path
	zips    sync.Pool        // of *gzip.Writer
	shelf   shelf
}

// Manner is how a request is answered: its language, and whether its links carry that language.
type Manner struct {
	Lang     locale.Lang
	Explicit bool
}

// New gives one handler for the pages of all doors. It refuses options that do not hold together with
// fault.Invalid.
func New(options Options, doors ...Door) (http.Handler, error) {
	options, err := complete(options)
	if err != nil {
		return nil, err
	}
	k := &Kit{Options: options}
	if k.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	for _, door := range doors {
		k.nav = append(k.nav, door.Nav()...)
		if sider, ok := door.(Sider); ok {
			k.side = append(k.side, sider.Side()...)
		}
		if footer, ok := door.(Footer); ok {
			k.foot = append(k.foot, footer.Foot()...)
		}
	}
	sortNav(k.nav)
	if k.skins, err = loadSkins(doors); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	for _, door := range doors {
		door.Routes(k, mux)
	}
	k.Plain(mux, "/assets/{name}", k.asset)
	mux.HandleFunc("/", k.answer(k.nowhere, k.refusalPage))
	var all http.Handler = mux
	for _, door := range doors {
		if keeper, ok := door.(Gatekeeper); ok {
			all = keeper.Gate(k, all)
		}
	}
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(k.Handler(foreign))
	return secure(options, protection.Handler(all)), nil
}

// sortNav puts the links of the navigation in the order of a visit: what to give to, what became of it,
// and how to check. What is not named here comes last, as the doors give it.
func sortNav(nav []NavItem) {
	order := []string{"give", "projects", "news", "wall", "pots", "entries", "bank", "proof"}
	slices.SortStableFunc(nav, func(a, b NavItem) int {
		place := func(item NavItem) int {
			if at := slices.Index(order, item.Section); at >= 0 {
				return at
			}
			return len(order)
		}
		return place(a) - place(b)
	})
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

// Limits of what a form, or a program elsewhere, may send, in bytes.
const (
	MaxForm   = 64 << 10
	MaxHook   = 256<<10 + 1 // one more than a provider's message may have, so that a longer one is seen
	MaxUpload = 12 << 20
)

// Page routes GET and HEAD of a path to an action that gives a page; refusals are pages too.
func (k *Kit) Page(mux *http.ServeMux, path string, act Action) {
	mux.HandleFunc("GET "+path, k.answer(act, k.refusalPage))
	k.others(mux, path, k.refusalPage, http.MethodPost)
}

// Form routes GET and HEAD of a path to the page that shows a form, and POST to what it asks for. The
// body of a POST is at most MaxForm long, and comes from our own pages when a browser sends it.
func (k *Kit) Form(mux *http.ServeMux, path string, show, post Action) {
	k.form(mux, path, show, post, MaxForm)
}

// Upload is Form for one that sends a file, at most MaxUpload long.
func (k *Kit) Upload(mux *http.ServeMux, path string, show, post Action) {
	k.form(mux, path, show, post, MaxUpload)
}

// Post routes POST of a path that has no page of its own.
func (k *Kit) Post(mux *http.ServeMux, path string, post Action) {
	mux.HandleFunc("POST "+path, k.answer(limited(post, MaxForm), k.refusalPage))
	k.others(mux, path, k.refusalPage, http.MethodGet)
}

// others refuses the methods that a path does not answer: those given and those that no page answers. They
// are named one by one, for a pattern of all methods would not go with another path's wildcard.
func (k *Kit) others(mux *http.ServeMux, path string, refuse refuser, methods ...string) {
	refused := k.answer(otherMethod, refuse)
	for _, method := range append(methods, "PUT", "PATCH", "DELETE", "OPTIONS") {
		mux.HandleFunc(method+" "+path, refused)
	}
}

func (k *Kit) form(mux *http.ServeMux, path string, show, post Action, limit int64) {
	mux.HandleFunc("GET "+path, k.answer(show, k.refusalPage))
	mux.HandleFunc("POST "+path, k.answer(limited(post, limit), k.refusalPage))
	k.others(mux, path, k.refusalPage)
}

// Plain routes GET and HEAD of a path to an action for programs; refusals are a line of text.
func (k *Kit) Plain(mux *http.ServeMux, path string, act Action) {
	mux.HandleFunc("GET "+path, k.answer(act, refusalText))
	k.others(mux, path, refusalText, http.MethodPost)
}

// Hook routes POST of a path to an action for programs elsewhere, such as a provider's notice, with
// at most MaxHook of a body.
func (k *Kit) Hook(mux *http.ServeMux, path string, act Action) {
	fixed, _, _ := strings.Cut(path, "{")
	k.hooks = append(k.hooks, fixed)
	mux.HandleFunc("POST "+path, k.answer(limited(act, MaxHook), refusalText))
	k.others(mux, path, refusalText, http.MethodGet)
}
