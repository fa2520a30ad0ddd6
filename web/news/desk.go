// SPDX-License-Identifier: AGPL-3.0-or-later

package news

import (
	"net/http"
	"slices"
	"strconv"

	"ecot/app/news"
	"ecot/fault"
	"ecot/journal"
	"ecot/locale"
	"ecot/office"
	"ecot/web/page"
)

// roomPage lists the months to write about.
type roomPage struct {
	page.Frame
	Months []roomView
}

type roomView struct {
	Month    locale.Moment
	Href     string
	People   string
	Total    page.AmountView
	Versions string
}

// room lists every month that has gifts, the latest first.
func (d *Door) room(r *http.Request) (page.Reply, error) {
	months, err := d.rooms.Newsroom.Months(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	issues, err := d.rooms.News.Issues(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	versions := map[int]int{}
	for _, issue := range issues {
		versions[issue.Month] = max(versions[issue.Month], issue.Version)
	}
	var order []int
	for month := range months {
		order = append(order, month)
	}
	slices.Sort(order)
	data := roomPage{Frame: d.Frame(r, p, "desk-news", p.Words("newsroom.title"))}
	for _, month := range slices.Backward(order) {
		name := journal.MonthName(month)
		view := roomView{Month: p.MonthOf(name), Href: "/desk/news/" + name, People: p.Counted("news.people",
			months[month].People),
			Total:    p.Figure(months[month].Total, d.rooms.Unit, entries(name)),
			Versions: p.Words("newsroom.never")}
		if n := versions[month]; n > 0 {
			view.Versions = p.Words("news.version", "version", strconv.Itoa(n))
		}
		data.Months = append(data.Months, view)
	}
	return d.Private(r, p, "newsroom", data)
}

// writePage is where a month's news are written.
type writePage struct {
	editionPage
	Problems []page.Problem
	Fields   []page.Field
}

func (d *Door) write(r *http.Request) (page.Reply, error) {
	month, err := monthOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	e, err := d.rooms.Newsroom.Draft(r.Context(), month)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	return d.writeForm(r, p, e, page.NewForm(p, map[string][]string{"fr-before": {e.FR.Before},
		"fr-after":  {e.FR.After},
		"en-before": {e.EN.Before}, "en-after": {e.EN.After}}))
}

func (d *Door) writeForm(r *http.Request, p *page.Pen, e news.Edition, form *page.Form) (page.Reply,
	error) {
	data := writePage{editionPage: d.editionPage(r, p, e), Problems: form.Problems()}
	data.Heading = p.Words("newsroom.of", "month", data.Month.Words)
	for _, name := range []string{"fr-before", "fr-after", "en-before", "en-after"} {
		data.Fields = append(data.Fields, form.Field(name, "newsroom."+name, page.Rows(5)))
	}
	return d.Private(r, p, "newsroom-month", data)
}

// writePost keeps the texts, and freezes the month when that is what was asked.
func (d *Door) writePost(r *http.Request) (page.Reply, error) {
	month, err := monthOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	form, err := d.ReadForm(r, p)
	if err != nil {
		return page.Reply{}, err
	}
	fr := news.Text{Before: form.Value("fr-before"), After: form.Value("fr-after")}
	en := news.Text{Before: form.Value("en-before"), After: form.Value("en-after")}
	name := journal.MonthName(month)
	err = d.rooms.Newsroom.Write(r.Context(), month, fr, en, d.mandate(r))
	if err == nil && form.Value("do") == "freeze" {
		var e news.Edition
		if e, err = d.rooms.Newsroom.Freeze(r.Context(), month, d.mandate(r)); err == nil {
			return d.SeeOther(r, "/news/"+name+"/v/"+strconv.Itoa(e.Version)), nil
		}
	}
	if err == nil {
		return d.SeeOther(r, "/desk/news/"+name), nil
	}
	if err := form.RefuseFault("", err); err != nil {
		return page.Reply{}, err
	}
	e, err := d.rooms.Newsroom.Draft(r.Context(), month)
	if err != nil {
		return page.Reply{}, err
	}
	return d.writeForm(r, p, e, form)
}

// moderatePage is what waits to be read, and how to hide what should not be seen.
type moderatePage struct {
	page.Frame
	Problems []page.Problem
	Waiting  []waitingView
	Index    page.Field
}

type waitingView struct {
	ID     string
	Words  string
	Target string
	Reason page.Field
}

func (d *Door) moderate(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	return d.moderateForm(r, p, page.NewForm(p, nil))
}

func (d *Door) moderateForm(r *http.Request, p *page.Pen, form *page.Form) (page.Reply, error) {
	waiting, err := d.rooms.Moderate.Plaques(r.Context(), office.PlaqueWaiting, "", 50)
	if err != nil {
		return page.Reply{}, err
	}
	data := moderatePage{Frame: d.Frame(r, p, "desk-wall", p.Words("moderate.title")),
		Problems: form.Problems(),
		Index:    form.Field("index", "moderate.index", page.Narrow, page.As("text", "numeric", "off"))}
	for _, plaque := range waiting {
		data.Waiting = append(data.Waiting, waitingView{plaque.ID, plaque.Words, plaque.Target,
			page.NewForm(p, nil).Field("reason-"+plaque.ID, "moderate.reason")})
	}
	return d.Private(r, p, "moderate", data)
}

func (d *Door) moderatePost(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	form, err := d.ReadForm(r, p)
	if err != nil {
		return page.Reply{}, err
	}
	field := "index"
	switch do, id := form.Value("do"), form.Value("plaque"); do {
	case "show", "refuse":
		field = "reason-" + id
		err = d.rooms.Moderate.Decide(r.Context(), id, do == "show", form.Value(field), d.mandate(r))
	case "hide", "unhide":
		index, wrong := strconv.ParseInt(form.Value("index"), 10, 64)
		if wrong != nil || index < 0 {
			form.Refuse("index", "moderate.no-index")
			return d.moderateForm(r, p, form)
		}
		err = d.rooms.Moderate.Hide(r.Context(), index, do == "hide")
	default:
		err = fault.New(fault.Invalid, "This form does nothing of that kind.")
	}
	if err == nil {
		return d.SeeOther(r, "/desk/wall"), nil
	}
	if err := form.RefuseFault(field, err); err != nil {
		return page.Reply{}, err
	}
	return d.moderateForm(r, p, form)
}
