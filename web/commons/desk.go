// SPDX-License-Identifier: AGPL-3.0-or-later

package commons

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"ecot/app/projects"
	"ecot/fault"
	"ecot/locale"
	"ecot/mechanism/appeal"
	"ecot/web/page"
)

// deskSection is the back office's name of the pages of proposals.
const deskSection = "desk-proposals"

type proposalsPage struct {
	page.Frame
	Rows []proposalRow
}

type proposalRow struct {
	Title, Summary, Lang, Href string
	Since                      locale.Moment
}

// proposals lists what waits for a verdict, the oldest first.
func (d *Door) proposals(r *http.Request) (page.Reply, error) {
	all, err := d.projects.Proposals(r.Context(), d.who(r))
	if err != nil {
		return page.Reply{}, err
	}
	p := d.pen(r)
	shown := proposalsPage{Frame: d.Frame(r, p.Pen, deskSection, p.Words("commons.proposals"))}
	for _, one := range all {
		shown.Rows = append(shown.Rows, proposalRow{Title: one.Title, Summary: one.Summary, Lang: one.Lang,
			Href:  "/desk/proposals/" + url.PathEscape(one.Slug),
			Since: p.When(time.Unix(one.Since, 0).In(p.Zone).Format(time.DateOnly))})
	}
	return d.Private(r, p.Pen, "commons-proposals", shown)
}

type proposalPage struct {
	page.Frame
	Problems []page.Problem
	Of       projects.Page
	Body     []string
	Needs    []fillView
	Wishes   []string
	Reason   page.Field
}

// proposal shows one proposal with what can be said to it.
func (d *Door) proposal(r *http.Request) (page.Reply, error) {
	p := d.pen(r)
	return d.showJudging(r, p, page.NewForm(p.Pen, nil))
}

func (d *Door) showJudging(r *http.Request, p *pen, f *page.Form) (page.Reply, error) {
	one, err := d.projects.Inspect(r.Context(), d.who(r), r.PathValue("slug"))
	if err != nil {
		return page.Reply{}, err
	}
	shown := proposalPage{Frame: d.Frame(r, p.Pen, deskSection, p.Words("commons.proposal", "project",
		one.Title)), Problems: f.Problems(), Of: one, Body: paragraphs(one.Body),
		Reason: f.Field("reason", "commons.f.reason", page.Rows(4))}
	for _, need := range one.Needs {
		shown.Needs = append(shown.Needs, fillView{Title: need.Title, Detail: need.Detail,
			Amount: p.plain(need.Asked, d.projects.Unit())})
	}
	for key, on := range map[string]bool{"commons.no-earmarks": !one.Earmarks,
		"commons.outside": one.Outside} {
		if on {
			shown.Wishes = append(shown.Wishes, p.Words(key))
		}
	}
	return d.private(r, p, f, "commons-proposal", shown)
}

// private makes a page of a form, with the status of what was sent.
func (d *Door) private(r *http.Request, p *pen, f *page.Form, name string, data any) (page.Reply, error) {
	made, err := d.Private(r, p.Pen, name, data)
	if f.Wrong() && err == nil {
		made.Status = http.StatusBadRequest
	}
	return made, err
}

// judge accepts or refuses a proposal.
func (d *Door) judge(r *http.Request) (page.Reply, error) {
	p := d.pen(r)
	f, err := d.ReadForm(r, p.Pen)
	if err != nil {
		return page.Reply{}, err
	}
	slug, by := r.PathValue("slug"), d.who(r)
	switch f.Value("verdict") {
	case "accept":
		if err := d.projects.Accept(r.Context(), by, slug); err != nil {
			return page.Reply{}, err
		}
		return d.SeeOther(r, address(slug)), nil
	case "refuse":
		if err := d.projects.Refuse(r.Context(), by, slug, f.Value("reason")); err == nil {
			return d.SeeOther(r, "/desk/proposals"), nil
		} else if fault.CodeOf(err) != fault.Invalid {
			return page.Reply{}, err
		} else if err := f.RefuseFault("reason", err); err != nil {
			return page.Reply{}, err
		}
	default:
		f.Refuse("", "commons.no-verdict")
	}
	return d.showJudging(r, p, f)
}

type editPage struct {
	page.Frame
	Problems []page.Problem
	Back     page.Way
	Lead     string
	Fields   *textFields // of texts
	Carry    *page.Field // of an appeal
	Months   *page.Field
	Others   []page.Field
	Send     string
}

// editForm shows the texts of a project as a form.
func (d *Door) editForm(r *http.Request) (page.Reply, error) {
	p := d.pen(r)
	one, err := d.projects.Inspect(r.Context(), d.who(r), r.PathValue("slug"))
	if err != nil {
		return page.Reply{}, err
	}
	texts := projects.Texts{Title: one.Title, Summary: one.Summary, Body: one.Body, Lang: one.Lang,
		Site:   one.Site,
		Thanks: one.Thanks, Outside: one.Outside, Earmarks: one.Earmarks, Bounties: one.Bounties,
		Needs: asks(one.Needs)}
	return d.showEdit(r, p, page.NewForm(p.Pen, p.valuesOf(texts, d.projects.Unit())))
}

func (d *Door) showEdit(r *http.Request, p *pen, f *page.Form) (page.Reply, error) {
	fields := fieldsOf(f)
	shown := d.editing(r, p, f, "commons.edit")
	shown.Fields = &fields
	return d.private(r, p, f, "commons-edit", shown)
}

// editing fills what all forms about a project share.
func (d *Door) editing(r *http.Request, p *pen, f *page.Form, key string) editPage {
	return editPage{Frame: d.Frame(r, p.Pen, "", p.Words(key)), Problems: f.Problems(),
		Lead: p.Words(key + "-lead"),
		Back: page.Way{Words: r.PathValue("slug"), Href: address(r.PathValue("slug"))},
		Send: p.Words(key + "-send")}
}

// edit keeps the texts of a project.
func (d *Door) edit(r *http.Request) (page.Reply, error) {
	return d.send(r, d.showEdit, func(p *pen, f *page.Form, of projects.Page) error {
		texts := p.textsOf(f, d.projects.Unit())
		texts.Needs = named(texts.Needs, of.Needs)
		for _, problem := range texts.Check() {
			if err := f.RefuseFault(fieldOf(problem.Field), problem.Err); err != nil {
				return err
			}
		}
		if f.Wrong() {
			return nil
		}
		return d.projects.Edit(r.Context(), d.who(r), of.Slug, texts)
	})
}

// send reads a form about a project, does what it asks and leads to the project, or shows it again.
func (d *Door) send(r *http.Request, show func(*http.Request, *pen, *page.Form) (page.Reply, error),
	do func(p *pen, f *page.Form, of projects.Page) error) (page.Reply, error) {
	p := d.pen(r)
	f, err := d.ReadForm(r, p.Pen)
	if err != nil {
		return page.Reply{}, err
	}
	one, err := d.projects.Inspect(r.Context(), d.who(r), r.PathValue("slug"))
	if err != nil {
		return page.Reply{}, err
	}
	if err := do(p, f, one); err != nil {
		if err := f.RefuseFault("", err); err != nil {
			return page.Reply{}, err
		}
	}
	if f.Wrong() {
		return show(r, p, f)
	}
	return d.SeeOther(r, address(one.Slug)), nil
}

// updateForm shows an empty update.
func (d *Door) updateForm(r *http.Request) (page.Reply, error) {
	p := d.pen(r)
	if _, err := d.projects.Inspect(r.Context(), d.who(r), r.PathValue("slug")); err != nil {
		return page.Reply{}, err
	}
	return d.showUpdate(r, p, page.NewForm(p.Pen, nil))
}

func (d *Door) showUpdate(r *http.Request, p *pen, f *page.Form) (page.Reply, error) {
	shown := d.editing(r, p, f, "commons.update")
	shown.Others = []page.Field{f.Field(fieldTitle, "commons.f.update-title", page.Needed),
		f.Field(fieldBody, "commons.f.update-body", page.Needed, page.Rows(8))}
	return d.private(r, p, f, "commons-edit", shown)
}

// update publishes an update.
func (d *Door) update(r *http.Request) (page.Reply, error) {
	return d.send(r, d.showUpdate, func(_ *pen, f *page.Form, of projects.Page) error {
		return d.projects.Write(r.Context(), d.who(r), of.Slug, f.Value(fieldTitle), f.Value(fieldBody))
	})
}

// callForm shows what an appeal asks for.
func (d *Door) callForm(r *http.Request) (page.Reply, error) {
	p := d.pen(r)
	one, err := d.projects.Inspect(r.Context(), d.who(r), r.PathValue("slug"))
	if err != nil {
		return page.Reply{}, err
	}
	if err := d.projects.Collects(r.Context(), one.Project); err != nil {
		return page.Reply{}, err
	}
	return d.showCall(r, p, page.NewForm(p.Pen, map[string][]string{"carry": {string(appeal.CarryMonths)},
		"months": {"1"}, fieldNeeds: {p.needLines(asks(one.Needs), d.projects.Unit())}}))
}

func (d *Door) showCall(r *http.Request, p *pen, f *page.Form) (page.Reply, error) {
	shown := d.editing(r, p, f, "commons.call")
	carry := f.Choices("carry", "commons.f.carry", string(appeal.CarryMonths), string(appeal.CarryYear),
		string(appeal.CarryNone))
	months := f.Field("months", "commons.f.months", page.Narrow, page.As("text", "numeric", ""))
	shown.Carry, shown.Months = &carry, &months
	shown.Others = []page.Field{f.Field(fieldNeeds, "commons.f.needs", page.Needed, page.Rows(4))}
	return d.private(r, p, f, "commons-edit", shown)
}

// call opens an appeal, or changes it from this month on.
func (d *Door) call(r *http.Request) (page.Reply, error) {
	return d.send(r, d.showCall, func(p *pen, f *page.Form, of projects.Page) error {
		c := projects.Call{Carry: appeal.Carry(f.Value("carry")),
			Needs: named(p.readNeeds(f, d.projects.Unit()), of.Needs)}
		if c.Carry == appeal.CarryMonths {
			if c.Months = monthsOf(f.Value("months")); c.Months == 0 {
				f.Refuse("months", "commons.f.months.wrong")
			}
		}
		if f.Wrong() {
			return nil
		}
		return d.projects.OpenAppeal(r.Context(), d.who(r), of.Slug, c)
	})
}

// monthsOf reads a number of months from 1 to 60, 0 for anything else.
func monthsOf(text string) (n int64) {
	if text == "" || len(text) > 2 || strings.Trim(text, "0123456789") != "" {
		return 0
	}
	for _, digit := range text {
		n = 10*n + int64(digit-'0')
	}
	if n > 60 {
		return 0
	}
	return n
}
