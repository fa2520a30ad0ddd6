// SPDX-License-Identifier: AGPL-3.0-or-later

package commons

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ecot/app/projects"
	"ecot/journal"
	"ecot/locale"
	"ecot/mechanism/appeal"
	"ecot/office"
	"ecot/web"
	"ecot/web/page"
)

func (d *Door) pen(r *http.Request) *pen { return &pen{d.Pen(r)} }

func address(slug string, more ...string) string {
	return strings.Join(append([]string{"/projects", url.PathEscape(slug)}, more...), "/")
}

// cardView is a project in a list.
type cardView struct {
	Title, Summary, Lang string
	Href                 string
	State                string // what is to be known before going there; empty for nothing
	Gauge                *gaugeView
}

type listPage struct {
	page.Frame
	Open []cardView
	Over []cardView
}

// list shows every project.
func (d *Door) list(r *http.Request) (page.Reply, error) {
	all, err := d.projects.List(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	p := d.pen(r)
	shown := listPage{Frame: d.Frame(r, p.Pen, section, p.Words("commons.list"))}
	for i, one := range all {
		card := cardView{Title: one.Title, Summary: one.Summary, Lang: one.Lang, Href: address(one.Slug)}
		if one.Status == office.Closed {
			card.State = p.Words("commons.over")
			shown.Over = append(shown.Over, card)
			continue
		}
		if one.Outside {
			card.State = p.Words("commons.outside")
		}
		standing, err := d.projects.Standing(r.Context(), one.Slug)
		if err != nil {
			return page.Reply{}, err
		}
		card.Gauge = p.gauge(fmt.Sprintf("gauge-%d", i+1), one.Slug, standing, nil)
		shown.Open = append(shown.Open, card)
	}
	return d.Render(r, p.Pen, "commons-list", shown)
}

type projectPage struct {
	page.Frame
	Lang       locale.Lang // of the project's own texts
	Summary    string
	Body       []string // paragraphs
	Site       string
	State      string // why nothing can be given; empty when it can
	Give       string // where to give; empty when nothing can be given
	NoEarmarks bool
	NoBounties bool
	Gauge      *gaugeView
	Needs      []office.Need // its words, where no appeal is open
	Months     *monthsView
	Appeal     string
	Purse      *purseView
	People     []personView
	Updates    []updateView
	Feed       string
	Calendar   string
}

// purseView is what a pot took in, gave out and holds.
type purseView struct {
	In, Out, Holds page.AmountView
	Tag            page.TagView
	All            string // address of all entries
}

type personView struct{ Name, Role string }

type updateView struct {
	ID    string
	Title string
	At    locale.Moment
	Body  []string
}

// paragraphs parts a plain text.
func paragraphs(text string) (parts []string) {
	for _, part := range strings.Split(text, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// project shows one project.
func (d *Door) project(r *http.Request) (page.Reply, error) {
	one, standing, err := d.read(r)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.pen(r)
	shown := projectPage{Frame: d.Frame(r, p.Pen, section, one.Title), Lang: locale.Lang(one.Lang),
		Summary: one.Summary, Body: paragraphs(one.Body), Site: one.Site, NoEarmarks: !one.Earmarks,
		NoBounties: !one.Bounties, Gauge: p.gauge("gauge", one.Slug, standing, one.Needs),
		Months: p.months(one.Slug, standing), Appeal: address(one.Slug, "appeal"),
		Updates: p.updates(one.Updates),
		Feed:    address(one.Slug, "updates.atom"), People: p.people(one)}
	if refused := d.projects.Collects(r.Context(), one.Project); refused != nil {
		shown.State = p.Fault(refused)
		if one.Status == office.Closed && one.Reason != "" {
			shown.State += " " + one.Reason
		}
	} else {
		shown.Give = "/give/" + url.PathEscape(one.Slug)
	}
	if shown.Gauge == nil {
		shown.Needs = one.Needs
	} else {
		shown.Calendar = address(one.Slug, "appeal.ics")
	}
	if one.Pot {
		purse, err := d.projects.Purse(r.Context(), one.Slug)
		if err != nil {
			return page.Reply{}, err
		}
		shown.Purse = p.purse(one.Slug, purse)
	}
	return d.Render(r, p.Pen, "commons-project", shown)
}

// read gives the project of an address and how far its appeal reaches.
func (d *Door) read(r *http.Request) (projects.Page, projects.Standing, error) {
	one, err := d.projects.Page(r.Context(), r.PathValue("slug"))
	if err != nil {
		return one, projects.Standing{}, err
	}
	standing, err := d.projects.Standing(r.Context(), one.Slug)
	return one, standing, err
}

func (p *pen) purse(pot string, purse projects.Purse) *purseView {
	query := web.Query{Pot: pot, Unit: purse.Unit}
	in, out := query, query
	in.Flow, out.Flow = web.In, web.Out
	return &purseView{In: p.Figure(purse.In, purse.Unit, in.Address()),
		Out:   p.Figure(purse.Out, purse.Unit, out.Address()),
		Holds: p.Figure(purse.Holds, purse.Unit, query.Address()), Tag: p.Tag(page.Unsorted),
		All: web.Query{Pot: pot}.Address()}
}

// people names who signs the thanks, and who has a role.
func (p *pen) people(one projects.Page) (list []personView) {
	if one.Thanks != "" {
		list = append(list, personView{one.Thanks, p.Words("commons.thanks-role")})
	}
	for _, person := range one.People {
		if person.Name != one.Thanks {
			list = append(list, personView{person.Name, p.Label("commons.role", person.Role)})
		}
	}
	return list
}

func (p *pen) updates(all []office.Update) (list []updateView) {
	for _, one := range all {
		list = append(list, updateView{ID: fmt.Sprintf("update-%d", one.At), Title: one.Title,
			At: p.When(time.Unix(one.At, 0).In(p.Zone).Format(time.DateOnly)), Body: paragraphs(one.Body)})
	}
	return list
}

type appealPage struct {
	page.Frame
	Back   string
	Of     string
	Lang   locale.Lang
	Rule   []string // in words
	Gauge  *gaugeView
	Months *monthsView
	Give   string
}

// appeal shows the rule of a project's appeal, and its months.
func (d *Door) appeal(r *http.Request) (page.Reply, error) {
	one, standing, err := d.read(r)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.pen(r)
	shown := appealPage{Frame: d.Frame(r, p.Pen, section, p.Words("commons.appeal-of", "project", one.Title)),
		Back: address(one.Slug), Of: one.Title, Lang: locale.Lang(one.Lang),
		Gauge: p.gauge("gauge", one.Slug, standing, one.Needs), Months: p.months(one.Slug, standing)}
	if standing.Open {
		shown.Rule = append(shown.Rule, p.rule(standing.Rule))
		for _, key := range []string{"commons.rule-order", "commons.rule-people", "commons.rule-source"} {
			shown.Rule = append(shown.Rule, p.Words(key))
		}
	}
	if d.projects.Collects(r.Context(), one.Project) == nil {
		shown.Give = "/give/" + url.PathEscape(one.Slug)
	}
	return d.Render(r, p.Pen, "commons-appeal", shown)
}

// rule says in words what becomes of a surplus.
func (p *pen) rule(rule appeal.Rule) string {
	if rule.Carry == appeal.CarryMonths {
		return p.Words("commons.rule.months", "months", p.Counted("commons.months", rule.Months))
	}
	return p.Words("commons.rule." + string(rule.Carry))
}

// Stand names the state of all that the opening of the first page is made from.
func (d *Door) Stand(r *http.Request) (string, error) {
	stand, err := d.projects.Stand(r.Context())
	if err != nil || d.options.Bank == nil {
		return stand, err
	}
	difference, on, known, err := d.options.Bank(r.Context())
	return fmt.Sprint(stand, difference, on, known), err
}

// Opening says what the last month brought, what is needed now and whether the books agree with the bank.
func (d *Door) Opening(r *http.Request, plain *page.Pen) (page.Opening, error) {
	p := &pen{plain}
	opening := page.Opening{Doors: []page.Way{
		{Words: p.Words("commons.launch"), Note: p.Words("commons.launch-note"), Href: "/propose"},
		{Words: p.Words("commons.keep"), Note: p.Words("commons.keep-note"), Href: "/projects"},
	}, Ways: []page.Way{
		{Words: p.Words("commons.done"), Href: "/entries?flow=out"},
		{Words: p.Words("commons.decides"), Href: "/projects"},
		{Words: p.Words("commons.check"), Href: "/about/proof"},
	}}
	record, err := d.projects.Record(r.Context())
	if err != nil {
		return opening, err
	}
	p.record(&opening, record)
	all, err := d.projects.List(r.Context())
	if err != nil {
		return opening, err
	}
	for _, one := range all {
		standing, err := d.projects.Standing(r.Context(), one.Slug)
		if err != nil {
			return opening, err
		}
		if one.Status != office.Closed && standing.Open && len(opening.Lines) < linesOnHome {
			opening.Lines = append(opening.Lines, p.needLine(one, standing))
		}
	}
	return opening, d.bankLine(r, p, &opening)
}

// linesOnHome bounds what the first page says first.
const linesOnHome = 4

// record says people first, then euros.
func (p *pen) record(opening *page.Opening, record projects.Record) {
	if record.Month == 0 {
		return
	}
	opening.Lead = p.gaveIn(record.People, record.Month)
	if record.MostPeople {
		opening.Lead += " " + p.Words("commons.record")
	}
	sum := p.Figure(record.Given, record.Unit, web.Query{Month: journal.MonthName(record.Month),
		Unit: record.Unit, Appeal: true}.Address())
	tag := p.Tag(page.Unsorted)
	words := "commons.record-sum"
	if record.MostGiven {
		words = "commons.record-most"
	}
	opening.Lines = append(opening.Lines, page.OpeningLine{
		Words: p.Words(words, "gifts", p.Counted("count.gifts", record.Gifts)), Figure: &sum, Tag: &tag})
}

// needLine says what a project needs this month.
func (p *pen) needLine(one office.Project, s projects.Standing) page.OpeningLine {
	month := p.MonthOf(journal.MonthName(s.Month)).Words
	key := "commons.home-missing"
	if s.Now.Reached {
		key = "commons.home-reached"
	}
	return page.OpeningLine{Href: address(one.Slug), Words: p.Words(key, "project", one.Title, "month", month,
		"need", p.plain(s.Now.Need, s.Now.Unit), "level", p.plain(s.Now.Level, s.Now.Unit),
		"people", p.Counted("count.people", s.Now.People))}
}

// bankLine says whether bank and ledger agree, where that is known.
func (d *Door) bankLine(r *http.Request, p *pen, opening *page.Opening) error {
	if d.options.Bank == nil {
		return nil
	}
	difference, on, known, err := d.options.Bank(r.Context())
	if err != nil || !known {
		return err
	}
	key := "commons.bank-equal"
	if difference != 0 {
		key = "commons.bank-apart"
	}
	opening.Lines = append(opening.Lines, page.OpeningLine{Href: "/bank", Words: p.Words(key,
		"difference", p.plain(difference, d.projects.Unit()), "day", p.When(on).Words)})
	return nil
}
