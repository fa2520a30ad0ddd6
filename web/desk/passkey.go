// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"encoding/base64"
	"net/http"

	"ecot/app/people"
	"ecot/fault"
	"ecot/web/page"
)

// ceremonyView is a page that asks the browser's authenticator something. The script puts the answer into
// the form and sends it; no other request is made.
type ceremonyView struct {
	page.Frame
	Lead    string
	Kind    string // create or get, as navigator.credentials names them
	Options string // JSON
	Ticket  string
	Action  string // where the answer goes
	Button  string
	Name    *page.Field // what the passkey will be called; nil where that is known
	Back    page.NavItem
}

// beginSignIn asks for any passkey of this fund.
func (d *Door) beginSignIn(r *http.Request) (page.Reply, error) {
	c, err := d.people.BeginSignIn(r.Context(), d.client(r))
	if err != nil {
		return d.shut(r, err)
	}
	p := d.Pen(r)
	return d.Private(r, p, "desk-passkey", ceremonyView{
		Frame: d.Scripted(d.Frame(r, p, "sign-in", p.Words("desk.passkey.in.title"))),
		Lead:  p.Words("desk.passkey.in.lead"), Kind: "get", Options: string(c.Options), Ticket: c.Ticket,
		Action: "/sign-in/passkey/answer", Button: p.Words("desk.passkey.in.button"),
		Back: page.NavItem{Address: signInPage, Key: "desk.sent.again"}})
}

// finishSignIn lets in whose passkey answered.
func (d *Door) finishSignIn(r *http.Request) (page.Reply, error) {
	f, err := d.ReadForm(r, d.Pen(r))
	if err != nil {
		return page.Reply{}, err
	}
	cookie, err := d.people.FinishSignIn(r.Context(), f.Value("ticket"), []byte(f.Value("answer")), d.cookie(r),
		d.client(r))
	if err != nil {
		return d.shut(r, err)
	}
	return d.in(r, cookie), nil
}

// beginPasskey asks the browser for a new passkey.
func (d *Door) beginPasskey(r *http.Request) (page.Reply, error) {
	c, err := d.people.BeginPasskey(r.Context(), people.From(r.Context()))
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	name := page.NewForm(p, nil).Field("name", "desk.passkey.name", page.Needed)
	return d.Private(r, p, "desk-passkey", ceremonyView{
		Frame: d.Scripted(d.Frame(r, p, "desk-me", p.Words("desk.passkey.add.title"))),
		Lead:  p.Words("desk.passkey.add.lead"), Kind: "create", Options: string(c.Options), Ticket: c.Ticket,
		Action: "/desk/me/passkey/add", Button: p.Words("desk.passkey.add.button"), Name: &name,
		Back: page.NavItem{Address: "/desk/me", Key: "desk.me.back"}})
}

// addPasskey keeps the passkey that the browser made.
func (d *Door) addPasskey(r *http.Request) (page.Reply, error) {
	f, err := d.ReadForm(r, d.Pen(r))
	if err != nil {
		return page.Reply{}, err
	}
	err = d.people.FinishPasskey(r.Context(), people.From(r.Context()), f.Value("ticket"), f.Value("name"),
		[]byte(f.Value("answer")))
	if err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(r, "/desk/me"), nil
}

// dropPasskey takes one of the member's passkeys away.
func (d *Door) dropPasskey(r *http.Request) (page.Reply, error) {
	f, err := d.ReadForm(r, d.Pen(r))
	if err != nil {
		return page.Reply{}, err
	}
	id, err := base64.RawURLEncoding.DecodeString(f.Value("id"))
	if err != nil {
		return page.Reply{}, fault.Wrap(err, fault.Invalid, "There is no such passkey.")
	}
	if err := d.people.DropPasskey(r.Context(), people.From(r.Context()).Member, id); err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(r, "/desk/me"), nil
}

// passkeyName names a passkey in a form.
func passkeyName(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }
