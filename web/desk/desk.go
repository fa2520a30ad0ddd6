// SPDX-License-Identifier: AGPL-3.0-or-later

// Package desk is the back office: who comes in and how, what waits for them, the members, the settings.
//
// Other doors put pages of their own behind its Guard. Its one invariant: no page of the back office is
// made, and nothing is changed, before the guard has asked who it is for and whether they may.
package desk

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"ecot/app/people"
	"ecot/app/queue"
	"ecot/app/setup"
	"ecot/app/till"
	"ecot/fault"
	"ecot/money"
	"ecot/office"
	"ecot/web/page"
)

// Options are what the back office is made of.
type Options struct {
	People *people.People
	Setup  *setup.Setup
	Unit   money.Unit // that the fund counts in
	Till   *till.Till
	Pots   func(ctx context.Context) ([]Pot, error)
	HTTPS  bool           // whether the public reaches the fund over HTTPS
	Queue  []queue.Source // what may leave something to do
	// Done gives what the fund did last, for the page of a queue that is empty.
	Done func(ctx context.Context) (queue.Done, error)
}

// Door is the back office. It is immutable once its routes are laid.
type Door struct {
	*page.Kit
	options Options
	people  *people.People
}

// New gives the back office.
func New(options Options) *Door { return &Door{options: options, people: options.People} }

//go:embed templates/*.html
var templateFiles embed.FS

// Templates gives the templates of the back office.
func (d *Door) Templates() fs.FS {
	sub, err := fs.Sub(templateFiles, "templates")
	if err != nil {
		panic(err) // a name that is no path: our own defect
	}
	return sub
}

// Nav adds nothing to what the public sees.
func (d *Door) Nav() []page.NavItem { return nil }

// Side lists the pages of the back office.
func (d *Door) Side() []page.SideItem {
	return []page.SideItem{
		{NavItem: page.NavItem{Section: "desk", Address: "/desk", Key: "desk.nav.queue"}},
		{NavItem: page.NavItem{Section: "desk-hand", Address: handPage, Key: "desk.nav.hand"},
			Right: string(people.ReadPrivate)},
		{NavItem: page.NavItem{Section: "desk-members", Address: membersPage, Key: "desk.nav.members"},
			Right: string(people.ReadDesk)},
		{NavItem: page.NavItem{Section: "desk-settings", Address: settingsPage, Key: "desk.nav.settings"},
			Right: string(people.ReadDesk)},
	}
}

// route is one address of the back office: who may ask for it, and what answers.
type route struct {
	method string // GET, or POST with the page of GET beside it
	path   string
	right  people.Right // empty for all who are signed in
	act    page.Action
}

// routes lists every address behind the guard.
func (d *Door) routes() []route {
	return []route{
		{http.MethodGet, "/desk", "", d.queue},
		{http.MethodGet, "/desk/me", "", d.me},
		{http.MethodPost, "/desk/me/sessions", "", d.endSession},
		{http.MethodPost, "/desk/me/everywhere", "", d.signOutEverywhere},
		{http.MethodPost, "/desk/me/passkey", "", d.beginPasskey},
		{http.MethodPost, "/desk/me/passkey/add", "", d.addPasskey},
		{http.MethodPost, "/desk/me/passkey/drop", "", d.dropPasskey},
		{http.MethodPost, "/sign-out", "", d.signOut},
		{http.MethodGet, handPage, people.ReadPrivate, d.hand},
		{http.MethodGet, handPage + "/new", people.Book, d.newHand},
		{http.MethodPost, handPage + "/new", people.Book, d.enterHand},
		{http.MethodPost, handPage + "/slip", people.Book, d.deposit},
		{http.MethodGet, handPage + "/paper/{digest}", people.ReadPrivate, d.paper},
		{http.MethodGet, membersPage, people.ReadDesk, d.members},
		{http.MethodGet, membersPage + "/invite", people.ManageMembers, d.showInvite},
		{http.MethodPost, membersPage + "/invite", people.ManageMembers, d.invite},
		{http.MethodGet, membersPage + "/{member}", people.ManageMembers, d.showMember},
		{http.MethodPost, membersPage + "/{member}", people.ManageMembers, d.setRoles},
		{http.MethodGet, membersPage + "/{member}/end", people.ManageMembers, d.askEnd},
		{http.MethodPost, membersPage + "/{member}/end", people.ManageMembers, d.end},
		{http.MethodGet, settingsPage, people.ReadDesk, d.settings},
		{http.MethodGet, settingsPage + "/{group}", people.Settings, d.editSettings},
		{http.MethodPost, settingsPage + "/{group}", people.Settings, d.saveSettings},
		{http.MethodGet, settingsPage + "/mail", people.ReadDesk, d.mailSettings},
		{http.MethodGet, settingsPage + "/pot", people.Settings, d.showPot},
		{http.MethodPost, settingsPage + "/pot", people.Settings, d.openPot},
		{http.MethodGet, settingsPage + "/publish", people.Settings, d.showPublish},
		{http.MethodPost, settingsPage + "/publish", people.Settings, d.publish},
	}
}

// Routes lists every address of the back office.
func (d *Door) Routes(k *page.Kit, mux *http.ServeMux) {
	d.Kit = k
	k.Form(mux, "/sign-in", d.signIn, d.askLink)
	k.Page(mux, "/sign-in/sent", d.linkSent)
	k.Form(mux, "/sign-in/{token}", d.openLink, d.enter)
	k.Post(mux, "/sign-in/passkey", d.beginSignIn)
	k.Post(mux, "/sign-in/passkey/answer", d.finishSignIn)
	shown := map[string]page.Action{}
	for _, r := range d.routes() {
		if r.method == http.MethodGet {
			shown[r.path] = d.Guard(string(r.right), r.act)
		}
	}
	for _, r := range d.routes() {
		show, both := shown[r.path]
		switch {
		case r.method == http.MethodPost && both:
			form := k.Form
			if r.path == handPage+"/new" {
				form = k.Upload // of a photograph
			}
			form(mux, r.path, show, d.Guard(string(r.right), r.act))
			delete(shown, r.path)
		case r.method == http.MethodPost:
			k.Post(mux, r.path, d.Guard(string(r.right), r.act))
		}
	}
	for path, show := range shown {
		k.Page(mux, path, show)
	}
}

// errSignIn refuses what somebody sends whom nobody knows, or not any more.
func errSignIn() error {
	return fault.New(fault.Forbidden, "You are not signed in, or not any more.").In("desk.signed-out")
}

// Guard is page.Guard: it lets a member in who has the right, sends whoever wants to read and is not
// signed in to the page where one signs in, and refuses the others with the reason.
func (d *Door) Guard(right string, act page.Action) page.Action {
	return func(r *http.Request) (page.Reply, error) {
		who, found, err := d.people.Who(r.Context(), d.cookie(r))
		switch {
		case err != nil:
			return page.Reply{}, err
		case !found && (r.Method == http.MethodGet || r.Method == http.MethodHead):
			return d.SeeOther(r, signInPage), nil
		case !found:
			return page.Reply{}, errSignIn()
		}
		r = page.Signed(r.WithContext(people.With(r.Context(), who)), who.Name, func(right string) bool {
			return mayAnywhere(who, people.Right(right))
		})
		if right != "" {
			if err := people.Allowed(who, people.Right(right)); err != nil {
				return d.Refuse(r, d.reason(r, who, people.Right(right))), nil
			}
		}
		made, err := act(r)
		if err != nil {
			return d.Refuse(r, err), nil
		}
		made.Cache = page.CacheNever
		return made, nil
	}
}

// Inside says whether a member asks.
func (d *Door) Inside(r *http.Request) (bool, error) {
	_, found, err := d.people.Who(r.Context(), d.cookie(r))
	return found, err
}

// reason says why a member may not do something, and which roles may.
func (d *Door) reason(r *http.Request, who people.Actor, right people.Right) error {
	p := d.Pen(r)
	what := p.Words("desk.right." + string(right))
	mine := slices.ContainsFunc(who.Roles, func(role office.Role) bool {
		return role.Project == "" && slices.Contains(people.RightsOf(role.Name), right)
	})
	if mine {
		return fault.New(fault.Forbidden, "You have no mandate yet.").In("desk.no-mandate", "what", what)
	}
	return fault.New(fault.Forbidden, "None of your roles may do this (%s).", right).
		In("desk.no-right", "what", what, "roles", strings.Join(rolesWith(p, right), ", "))
}

// mayAnywhere says whether a member has a right in the whole fund or in one of its projects.
func mayAnywhere(who people.Actor, right people.Right) bool {
	for _, role := range who.Roles {
		if people.AllowedIn(who, right, role.Project) == nil {
			return true
		}
	}
	return false
}
