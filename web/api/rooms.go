// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"ecot/app/bank"
	"ecot/app/news"
	"ecot/app/projects"
	"ecot/app/wall"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/appeal"
	"ecot/money"
	"ecot/office"
	"ecot/web"
	"ecot/web/page"
)

func (d *Door) projects(r *http.Request) (any, error) {
	all, err := d.rooms.Projects.List(r.Context())
	return projectList{each(all, projectLineOf)}, err
}

func projectLineOf(p office.Project) projectLine {
	line := projectLine{Slug: p.Slug, Title: p.Title, Summary: p.Summary, Lang: p.Lang, Site: p.Site,
		Status: string(p.Status), Outside: p.Outside, Earmarks: p.Earmarks, Page: "/projects/" + p.Slug}
	if !p.Outside {
		line.Pot = Root + "/pots/" + p.Slug
	}
	return line
}

func (d *Door) project(r *http.Request) (any, error) {
	p, err := d.rooms.Projects.Page(r.Context(), r.PathValue("slug"))
	if err != nil {
		return nil, err
	}
	unit := string(d.rooms.Unit)
	return project{projectLine: projectLineOf(p.Project), Body: p.Body, Reason: p.Reason,
		Appeal: Root + "/projects/" + p.Slug + "/appeal",
		Needs: each(p.Needs, func(n office.Need) need {
			one := need{Need: n.Need, Title: n.Title, Detail: n.Detail}
			if n.Asked > 0 {
				one.Asked = &amount{unit, n.Asked}
			}
			return one
		}),
		Updates: each(p.Updates, func(u office.Update) update { return update{instant(u.At), u.Title, u.Body} }),
	}, nil
}

func instant(seconds int64) string { return time.Unix(seconds, 0).UTC().Format(time.RFC3339) }

func (d *Door) appeal(r *http.Request) (any, error) {
	slug := r.PathValue("slug")
	if _, err := d.rooms.Projects.Page(r.Context(), slug); err != nil {
		return nil, err
	}
	s, err := d.rooms.Projects.Standing(r.Context(), slug)
	if err != nil {
		return nil, err
	}
	return appealState{Month: journal.MonthName(s.Month), Open: s.Open, Carry: string(s.Rule.Carry),
		CarryMonths: s.Rule.Months, Months: each(s.Months, func(m projects.MonthOf) gauge {
			return gaugeOf(slug, m)
		})}, nil
}

// gaugeOf gives a month of an appeal. What is not money that moved, such as a need, has no evidence.
func gaugeOf(slug string, m projects.MonthOf) gauge {
	sum := func(minor int64) amount { return amount{string(m.Unit), minor} }
	q := web.Query{Pot: slug, Month: journal.MonthName(m.Month), Unit: m.Unit, Appeal: true}
	return gauge{Month: q.Month, People: people{m.People, string(web.Declared)}, Need: sum(m.Need),
		Given: figureOf(ofClass(string(m.Evidence), m.Given), q), Carried: sum(m.Carried), Level: sum(m.Level),
		Missing: sum(m.Missing), Reached: m.Reached, Onward: sum(m.Onward), Reserve: sum(m.Reserve),
		Needs: each(appeal.Progress(m.Needs, m.Level), func(f appeal.Fill) fill {
			return fill{f.Need, sum(f.Amount), sum(f.Filled)}
		})}
}

// ofClass gives a figure all of whose parts are of one class; an empty one stands for several.
func ofClass(class string, minor int64) web.Figure {
	switch web.Class(class) {
	case web.Proved:
		return web.Figure{Proved: minor}
	case web.Attested:
		return web.Figure{Attested: minor}
	case web.Declared:
		return web.Figure{Declared: minor}
	}
	return web.Figure{Unsorted: minor}
}

func (d *Door) news(r *http.Request) (any, error) {
	all, err := d.rooms.News.Issues(r.Context())
	return newsList{each(all, issueOf)}, err
}

func issueOf(i news.Issue) issue {
	month := journal.MonthName(i.Month)
	page := "/news/" + month + "/v/" + strconv.Itoa(i.Version)
	q := web.Query{Month: month, Flow: web.In, Unit: money.Unit(i.Unit)}
	return issue{Month: month, Version: int64(i.Version), Gifts: i.Figures.Gifts,
		People: people{i.Figures.People, string(web.Declared)},
		Total:  figureOf(web.Figure{Unsorted: i.Figures.Total}, q), SHA256: i.SHA256, Size: i.Size,
		Frozen: instant(i.Frozen), Page: page, Document: page + "/frozen.json"}
}

// wallLimit is how many gifts one answer lists.
const wallLimit = 200

func (d *Door) wall(r *http.Request) (any, error) {
	q, err := wallQuery(r.URL.Query())
	if err != nil {
		return nil, err
	}
	all, more, sums, err := d.rooms.Wall.List(r.Context(), q)
	if err != nil {
		return nil, err
	}
	shown := wallPage{Gifts: sums.Gifts, Named: sums.Named, Entries: each(all, func(e wall.Entry) giver {
		return giverOf(e, sums.Unit)
	}), Total: figureOf(web.Figure{Unsorted: sums.Total}, web.Query{Flow: web.In, Unit: sums.Unit})}
	if more {
		next := url.Values{"order": {string(q.Order)}, "kind": {string(q.Kind)},
			"skip": {strconv.Itoa(q.Skip + wallLimit)}}
		shown.Next = Root + "/wall?" + next.Encode()
	}
	return shown, nil
}

func wallQuery(values url.Values) (q wall.Query, err error) {
	q = wall.Query{Order: wall.ByDate, Kind: wall.All, Limit: wallLimit}
	if order := wall.Order(values.Get("order")); order != "" {
		q.Order = order
	}
	if kind := wall.Kind(values.Get("kind")); kind != "" {
		q.Kind = kind
	}
	if text := values.Get("skip"); text != "" {
		if q.Skip, err = strconv.Atoi(text); err != nil || q.Skip < 0 || q.Skip > 1_000_000 {
			return q, fault.New(fault.Invalid, "The wall has no such page.").In("wall.no-page")
		}
	}
	switch {
	case !slices.Contains([]wall.Order{wall.ByDate, wall.ByName, wall.ByClass}, q.Order):
		return q, fault.New(fault.Invalid, "The wall has no such order.").In("wall.no-order")
	case !slices.Contains([]wall.Kind{wall.All, wall.People, wall.Organisations}, q.Kind):
		return q, fault.New(fault.Invalid, "The wall has no such list.").In("wall.no-kind")
	}
	return q, nil
}

func giverOf(e wall.Entry, unit money.Unit) giver {
	shown := giver{Index: e.Index, Name: e.Name, Organisation: e.Organisation, Nth: e.Nth, Words: e.Words,
		Given: e.Given.String(), Class: int64(e.Class), Entry: entryAddress(e.Index)}
	if at, err := url.Parse(e.Link); err == nil && (at.Scheme == "https" || at.Scheme == "http") {
		shown.Link = e.Link
	}
	if e.Amount >= 0 {
		f := figureOf(ofClass(string(e.Evidence), e.Amount), web.Query{Unit: unit})
		f.Entries = shown.Entry
		shown.Amount = &f
	}
	return shown
}

func (d *Door) bank(r *http.Request) (any, error) {
	state, err := d.rooms.Bank.State(r.Context(), "")
	if err != nil {
		return nil, err
	}
	owed := web.Query{Account: "owed:unattributed", Unit: state.Unit}
	return bankState{Closed: state.Closed,
		Proves:       "A file that the operator supplied proves consistency, not the bank.",
		Unattributed: figureOf(web.Figure{Unsorted: state.Unattributed}, owed),
		Accounts: each(state.Accounts, func(a bank.AccountState) bankAccount {
			return accountOf(a, state.Unit)
		}), Page: "/bank"}, nil
}

func accountOf(a bank.AccountState, unit money.Unit) bankAccount {
	sum := func(minor int64) amount { return amount{string(unit), minor} }
	name := "asset:" + a.Asset
	shown := bankAccount{Account: name, Name: a.Name, AsOf: a.AsOf, Statements: a.Statements,
		Waiting: bankLines{a.Waiting.Lines, sum(a.Waiting.In), sum(a.Waiting.Out)},
		Ignored: bankLines{a.Ignored.Lines, sum(a.Ignored.In), sum(a.Ignored.Out)},
		Gaps: each(a.Gaps, func(g bank.Gap) gap {
			return gap{g.After, g.Until, sum(g.Missing), g.Numbers}
		}),
	}
	f := web.Figure{Proved: a.Classes[string(web.Proved)], Attested: a.Classes[string(web.Attested)],
		Declared: a.Classes[string(web.Declared)]}
	f.Unsorted = a.Books - f.Total()
	shown.Books = figureOf(f, web.Query{Account: name, Unit: unit})
	if a.Known {
		bank, difference := sum(a.Bank), sum(a.Difference())
		shown.Bank, shown.Difference = &bank, &difference
	}
	return shown
}

// document gives the OpenAPI document.
func (d *Door) document(*http.Request) (page.Reply, error) { return page.JSON(d.describe()) }
