// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"net/http"
	"time"

	"ecot/app/people"
	"ecot/fault"
	"ecot/web/page"
)

// signInPage is where one signs in.
const signInPage = "/sign-in"

// cookie gives the secret of the session that a request has, empty for none.
func (d *Door) cookie(r *http.Request) string {
	c, err := r.Cookie(people.CookieName(d.options.HTTPS))
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie gives the cookie that holds a session's secret; an empty secret takes it away.
func (d *Door) setCookie(secret string) *http.Cookie {
	c := &http.Cookie{Name: people.CookieName(d.options.HTTPS), Value: secret, Path: "/", HttpOnly: true,
		Secure: d.options.HTTPS, SameSite: http.SameSiteLaxMode, MaxAge: int(people.SessionTime / time.Second)}
	if secret == "" {
		c.MaxAge = -1
	}
	return c
}

// client gives who asks, as people counts them.
func (d *Door) client(r *http.Request) people.Client {
	return people.Client{Address: d.Client(r), Agent: r.UserAgent()}
}

// signInView is the page where one signs in.
type signInView struct {
	page.Frame
	Problems []page.Problem
	Mail     *page.Field // nil while no mail is set up
	Passkey  bool
}

// signIn shows the page where one signs in.
func (d *Door) signIn(r *http.Request) (page.Reply, error) {
	return d.showSignIn(r, page.NewForm(d.Pen(r), nil), http.StatusOK)
}

func (d *Door) showSignIn(r *http.Request, f *page.Form, status int) (page.Reply, error) {
	p := d.Pen(r)
	passkey, err := d.people.CanPasskey(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	view := signInView{Frame: d.Frame(r, p, "sign-in", p.Words("desk.sign-in.title")), Problems: f.Problems(),
		Passkey: passkey}
	if d.people.CanMail() {
		field := f.Field("mail", "desk.sign-in.mail", page.As("email", "email", "email"), page.Needed)
		view.Mail = &field
	}
	made, err := d.Private(r, p, "desk-sign-in", view)
	made.Status = status
	return made, err
}

// askLink asks for a link by mail.
func (d *Door) askLink(r *http.Request) (page.Reply, error) {
	f, err := d.ReadForm(r, d.Pen(r))
	if err != nil {
		return page.Reply{}, err
	}
	err = d.people.AskLink(r.Context(), f.Value("mail"), d.client(r))
	switch {
	case err == nil:
		return d.SeeOther(r, "/sign-in/sent"), nil
	case people.IsTooMany(err):
		f.Refuse("", "desk.too-many")
		return d.showSignIn(r, f, http.StatusTooManyRequests)
	case fault.CodeOf(err) == fault.Invalid:
		f.Refuse("mail", "desk.sign-in.mail.wrong")
		return d.showSignIn(r, f, http.StatusBadRequest)
	}
	return page.Reply{}, err
}

// noteView is a page that says one thing.
type noteView struct {
	page.Frame
	Lead   string
	Action string // where its one button leads; empty without
	Button string
	Link   page.NavItem // what else to do
	Danger bool
}

// linkSent says that a link is on its way, if anybody has the address.
func (d *Door) linkSent(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	return d.Private(r, p, "desk-note", noteView{
		Frame: d.Frame(r, p, "sign-in", p.Words("desk.sent.title")), Lead: p.Words("desk.sent.lead"),
		Link: page.NavItem{Address: signInPage, Key: "desk.sent.again"}})
}

// openLink shows what a link leads to; a press of its button uses the link up.
func (d *Door) openLink(r *http.Request) (page.Reply, error) {
	if err := d.people.Peek(r.Context(), r.PathValue("token"), d.client(r)); err != nil {
		return d.shut(r, err)
	}
	p := d.Pen(r)
	return d.Private(r, p, "desk-note", noteView{
		Frame: d.Frame(r, p, "sign-in", p.Words("desk.open.title")), Lead: p.Words("desk.open.lead"),
		Action: r.URL.Path, Button: p.Words("desk.open.button")})
}

// enter lets the bearer of a link in.
func (d *Door) enter(r *http.Request) (page.Reply, error) {
	cookie, err := d.people.Enter(r.Context(), r.PathValue("token"), d.cookie(r), d.client(r))
	if err != nil {
		return d.shut(r, err)
	}
	return d.in(r, cookie), nil
}

// in sends somebody who has just come in to the queue.
func (d *Door) in(r *http.Request, cookie string) page.Reply {
	made := d.SeeOther(r, "/desk")
	made.Cookies = []*http.Cookie{d.setCookie(cookie)}
	return made
}

// shut says that a link or a passkey lets nobody in; whatever is none of that goes on as an error.
func (d *Door) shut(r *http.Request, err error) (page.Reply, error) {
	key, status := "desk.shut", http.StatusForbidden
	switch {
	case people.IsTooMany(err):
		key, status = "desk.hasty", http.StatusTooManyRequests
	case fault.CodeOf(err) != fault.Forbidden:
		return page.Reply{}, err
	}
	p := d.Pen(r)
	made, err := d.Private(r, p, "desk-note", noteView{
		Frame: d.Frame(r, p, "sign-in", p.Words(key+".title")), Lead: p.Words(key + ".lead"),
		Link: page.NavItem{Address: signInPage, Key: "desk.sent.again"}})
	made.Status = status
	return made, err
}

// signOut ends the session of this browser.
func (d *Door) signOut(r *http.Request) (page.Reply, error) {
	if err := d.people.SignOut(r.Context(), d.cookie(r)); err != nil {
		return page.Reply{}, err
	}
	return d.out(r), nil
}

// out sends somebody who is signed out to where one signs in.
func (d *Door) out(r *http.Request) page.Reply {
	made := d.SeeOther(r, signInPage)
	made.Cookies = []*http.Cookie{d.setCookie("")}
	return made
}
