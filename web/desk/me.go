// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"net/http"
	"time"

	"ecot/app/people"
	"ecot/locale"
	"ecot/web/page"
)

// meView is what a member sees of themselves.
type meView struct {
	page.Frame
	Mandate    string
	Roles      []string
	Rights     []string
	Sessions   []sessionView
	Passkeys   []passkeyView
	CanPasskey bool
}

// sessionView is a browser in which the member is signed in.
type sessionView struct {
	ID    string
	Agent string
	Since locale.Moment
	Seen  locale.Moment
}

// passkeyView is a passkey of the member.
type passkeyView struct {
	ID     string
	Name   string
	Since  locale.Moment
	Used   *locale.Moment // nil when never
	Cloned bool
}

// instant writes seconds as a moment.
func instant(p *page.Pen, seconds int64) locale.Moment {
	return p.When(time.Unix(seconds, 0).UTC().Format(time.RFC3339))
}

// me shows the member's roles, browsers and passkeys.
func (d *Door) me(r *http.Request) (page.Reply, error) {
	who, p := people.From(r.Context()), d.Pen(r)
	view := meView{Frame: d.Frame(r, p, "desk-me", who.Name), Mandate: who.Mandate}
	for _, role := range who.Roles {
		view.Roles = append(view.Roles, roleWords(p, role))
	}
	for _, right := range people.Rights() {
		if mayAnywhere(who, right) {
			view.Rights = append(view.Rights, p.Words("desk.right."+string(right)))
		}
	}
	sessions, err := d.people.Sessions(r.Context(), who.Member)
	if err != nil {
		return page.Reply{}, err
	}
	for _, s := range sessions {
		view.Sessions = append(view.Sessions, sessionView{s.ID, s.Agent, instant(p, s.Since), instant(p, s.Seen)})
	}
	keys, err := d.people.Passkeys(r.Context(), who.Member)
	if err != nil {
		return page.Reply{}, err
	}
	for _, k := range keys {
		key := passkeyView{ID: passkeyName(k.ID), Name: k.Name, Since: instant(p, k.Since), Cloned: k.Cloned != 0}
		if k.Used != 0 {
			used := instant(p, k.Used)
			key.Used = &used
		}
		view.Passkeys = append(view.Passkeys, key)
	}
	if view.CanPasskey, err = d.people.CanPasskey(r.Context()); err != nil {
		return page.Reply{}, err
	}
	return d.Private(r, p, "desk-me", view)
}

// endSession ends one of the member's sessions.
func (d *Door) endSession(r *http.Request) (page.Reply, error) {
	f, err := d.ReadForm(r, d.Pen(r))
	if err != nil {
		return page.Reply{}, err
	}
	err = d.people.EndSession(r.Context(), people.From(r.Context()).Member, f.Value("session"))
	if err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(r, "/desk/me"), nil
}

// signOutEverywhere ends every session of the member.
func (d *Door) signOutEverywhere(r *http.Request) (page.Reply, error) {
	if err := d.people.SignOutEverywhere(r.Context(), people.From(r.Context()).Member); err != nil {
		return page.Reply{}, err
	}
	return d.out(r), nil
}
