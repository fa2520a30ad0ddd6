// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"net/http"

	"ecot/app/people"
	"ecot/app/setup"
	"ecot/fault"
	"ecot/web/page"
)

// publishView is where the pages are opened to the public.
type publishView struct {
	page.Frame
	Live    bool
	Missing []linkView // what must be said first
	Refused bool       // somebody has just tried
}

// linkView is a link with its words.
type linkView struct{ Words, Href string }

// showPublish shows what is missing, or the button.
func (d *Door) showPublish(r *http.Request) (page.Reply, error) {
	return d.publishPage(r, http.StatusOK)
}

func (d *Door) publishPage(r *http.Request, status int) (page.Reply, error) {
	p := d.Pen(r)
	view := publishView{Frame: d.Frame(r, p, "desk-settings", p.Words("desk.publish.title")),
		Refused: status != http.StatusOK}
	fund, err := d.options.Setup.Profile(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	for _, name := range setup.Missing(fund) {
		view.Missing = append(view.Missing, linkView{p.Words("setting." + name + ".label"),
			settingsPage + "/" + groupOf(name) + "#" + name})
	}
	view.Live = fund.SiteLive && len(view.Missing) == 0
	made, err := d.Private(r, p, "desk-publish", view)
	made.Status = status
	return made, err
}

// groupOf gives the group of a setting.
func groupOf(name string) string {
	for _, g := range groups() {
		for _, one := range g.names {
			if one == name {
				return g.name
			}
		}
	}
	return ""
}

// publish opens the pages to the public, or closes them.
func (d *Door) publish(r *http.Request) (page.Reply, error) {
	f, err := d.ReadForm(r, d.Pen(r))
	if err != nil {
		return page.Reply{}, err
	}
	act := d.options.Setup.Publish
	if f.Value("close") != "" {
		act = d.options.Setup.Unpublish
	}
	err = act(r.Context(), people.From(r.Context()))
	if setup.MissingOf(err) != nil {
		return d.publishPage(r, http.StatusConflict)
	}
	if err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(r, "/desk/settings/publish"), nil
}

// potView is where the pot of gifts to the fund as a whole is opened.
type potView struct {
	page.Frame
	Problems []page.Problem
	Fields   []fieldView
	Pot      string // that there is already
}

// showPot shows the form of the general pot.
func (d *Door) showPot(r *http.Request) (page.Reply, error) {
	return d.potPage(r, page.NewForm(d.Pen(r), nil), http.StatusOK)
}

func (d *Door) potPage(r *http.Request, f *page.Form, status int) (page.Reply, error) {
	p := d.Pen(r)
	fund, err := d.options.Setup.Profile(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	view := potView{Frame: d.Frame(r, p, "desk-settings", p.Words("desk.pot.title")), Problems: f.Problems(),
		Pot: fund.Pot, Fields: []fieldView{{"field", f.Field("title", "desk.pot.name", page.Needed)},
			{"field", f.Field("slug", "desk.pot.slug", page.Needed)}}}
	made, err := d.Private(r, p, "desk-pot", view)
	made.Status = status
	return made, err
}

// openPot opens the general pot.
func (d *Door) openPot(r *http.Request) (page.Reply, error) {
	f, err := d.ReadForm(r, d.Pen(r))
	if err != nil {
		return page.Reply{}, err
	}
	if f.Value("title") == "" {
		f.Refuse("title", "desk.pot.no-name")
	}
	if !isSlug(f.Value("slug")) {
		f.Refuse("slug", "desk.pot.no-slug")
	}
	if f.Wrong() {
		return d.potPage(r, f, http.StatusBadRequest)
	}
	err = d.options.Setup.General(r.Context(), people.From(r.Context()), f.Value("slug"), f.Value("title"))
	if code := fault.CodeOf(err); err != nil && (code == fault.Invalid || code == fault.Conflict) {
		f.Refuse("slug", "desk.pot.no-slug")
		return d.potPage(r, f, http.StatusBadRequest)
	}
	if err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(r, settingsPage), nil
}

// mailSettings says whether mail is set up, and how to.
func (d *Door) mailSettings(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	lead := "desk.mail.no"
	if d.people.CanMail() {
		lead = "desk.mail.yes"
	}
	return d.Private(r, p, "desk-note", noteView{
		Frame: d.Frame(r, p, "desk-settings", p.Words("desk.mail.title")), Lead: p.Words(lead),
		Link: page.NavItem{Address: settingsPage, Key: "desk.settings.back"}})
}
