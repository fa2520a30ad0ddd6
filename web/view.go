// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ecot/locale"
	"ecot/money"
	"ecot/web/page"
)

// ledgerView is a table of what pots hold, with its total.
type ledgerView struct {
	Caption string
	Head    string // of the first column
	Rows    []ledgerRow
	Totals  []ledgerRow
}

// ledgerRow is a pot, or the whole fund, in one unit.
type ledgerRow struct {
	Name    string
	Href    string // the pot's page; empty for what is none
	Holds   page.AmountView
	In, Out page.AmountView
	InTags  []page.TagView
	OutTags []page.TagView
}

// ledgerRow writes a balance whose entries query picks.
func (p *pen) ledgerRow(name, href string, balance Balance, query Query) ledgerRow {
	query.Unit = balance.Unit
	in, out := query, query
	in.Flow, out.Flow = In, Out
	return ledgerRow{
		Name: name, Href: href,
		Holds:  p.amount(balance.Holds, balance.Unit, query),
		In:     p.amount(balance.In.Total(), balance.Unit, in),
		Out:    p.amount(balance.Out.Total(), balance.Unit, out),
		InTags: p.tags(balance.Unit, in, balance.In), OutTags: p.tags(balance.Unit, out, balance.Out),
	}
}

// assets writes where the fund's money is.
func (p *pen) assets(fund Fund) ledgerView {
	view := ledgerView{Caption: p.Words("assets.caption"), Head: p.Words("assets.account")}
	view.Rows = p.holdings(fund.Assets)
	view.Totals = p.totals(fund.Balances)
	return view
}

// ledger writes what the fund's money is for, pot by pot, then what is owed, then in all.
func (p *pen) ledger(caption string, fund Fund) ledgerView {
	view := ledgerView{Caption: caption, Head: p.Words("ledger.pot")}
	for _, pot := range fund.Pots {
		for _, balance := range pot.Balances {
			row := p.ledgerRow(pot.Name, potAddress(pot.Slug), balance, Query{Pot: pot.Slug})
			view.Rows = append(view.Rows, row)
		}
	}
	view.Rows = append(view.Rows, p.holdings(fund.Owed)...)
	view.Totals = p.totals(fund.Balances)
	return view
}

func (p *pen) holdings(holdings []Holding) (rows []ledgerRow) {
	for _, holding := range holdings {
		name := p.accountName(holding.Account, holding.Name)
		for _, balance := range holding.Balances {
			rows = append(rows, p.ledgerRow(name, "", balance, Query{Account: holding.Account}))
		}
	}
	return rows
}

func (p *pen) totals(balances []Balance) (rows []ledgerRow) {
	for _, balance := range balances {
		rows = append(rows, p.ledgerRow(p.Words("ledger.total"), "", balance, Query{}))
	}
	return rows
}

// monthsView is the months of one unit, drawn and listed.
type monthsView struct {
	ID      string // unique on the page
	Caption string
	Chart   *chartView // nil when nothing moved
	Rows    []monthRow
}

// monthRow is one line of the table of months.
type monthRow struct {
	Month         locale.Moment
	People        string // how many gave; empty when not counted
	PeopleTag     page.TagView
	Entries       string
	In, Out, Hold page.AmountView
	BothTags      []page.TagView // when one class stands behind all of In and Out; else empty
	InTags        []page.TagView // and then these are
	OutTags       []page.TagView
}

// months writes months, newest first, one table a unit, the last twelve drawn.
func (p *pen) months(months []Month, pot string) []monthsView {
	var views []monthsView
	for i, unit := range unitsOf(months) {
		of := slices.Clone(months)
		of = slices.DeleteFunc(of, func(m Month) bool { return m.Unit != unit })
		slices.SortStableFunc(of, func(a, b Month) int { return strings.Compare(b.Month, a.Month) })
		caption := p.Words("months.caption", "unit", p.unitName(unit))
		view := monthsView{ID: "months-" + strconv.Itoa(i+1), Caption: caption}
		drawn := slices.Clone(of[:min(len(of), 12)])
		slices.Reverse(drawn)
		view.Chart = p.chart(view.ID, drawn)
		for _, month := range of {
			view.Rows = append(view.Rows, p.monthRow(month, pot))
		}
		views = append(views, view)
	}
	return views
}

func (p *pen) monthRow(month Month, pot string) monthRow {
	query := Query{Pot: pot, Month: month.Month, Unit: month.Unit}
	until := Query{Pot: pot, Until: month.Month, Unit: month.Unit}
	in, out := query, query
	in.Flow, out.Flow = In, Out
	short, err := p.ShortMonth(month.Month)
	p.Note(err)
	row := monthRow{
		Month: short, Entries: p.Counted("count.entries", month.Entries),
		In:     p.bare(month.In.Total(), month.Unit, in),
		Out:    p.bare(month.Out.Total(), month.Unit, out),
		Hold:   p.bare(month.Holds, month.Unit, until),
		InTags: p.tags(month.Unit, in, month.In), OutTags: p.tags(month.Unit, out, month.Out),
	}
	if both := append(slices.Clone(row.InTags), row.OutTags...); oneClass(both) {
		row.BothTags, row.InTags, row.OutTags = both[:1], nil, nil
	}
	if month.People > 0 {
		row.People, row.PeopleTag = p.Counted("count.people", month.People), p.Tag(Declared)
	}
	return row
}

// oneClass tells whether tags all say the same class of evidence.
func oneClass(tags []page.TagView) bool {
	other := func(tag page.TagView) bool { return tag.Class != tags[0].Class }
	return len(tags) > 0 && !slices.ContainsFunc(tags, other)
}

// unitsOf lists the units of months in their order.
func unitsOf(months []Month) []money.Unit {
	var units []money.Unit
	for _, month := range months {
		if !slices.Contains(units, month.Unit) {
			units = append(units, month.Unit)
		}
	}
	return units
}

// unitName names a unit in a heading: "euros", or its code.
func (p *pen) unitName(unit money.Unit) string { return p.Label("unit", string(unit)) }

// linesView is a list of entries.
type linesView struct {
	Caption string
	Rows    []lineRow
	WithPot bool // whether the rows name the pots, as in a list of the whole fund
	Newest  string
	Older   string
}

// lineRow is one entry of a list.
type lineRow struct {
	Index    string
	Href     string
	On       locale.Moment
	Kind     string
	Tag      *page.TagView
	Reversed bool
	Moves    []moveView
}

// moveView is what an entry did to a pot or another account.
type moveView struct {
	Account string
	Name    string
	Href    string // the pot's page; empty for another account
	Amount  page.AmountView
	After   string // empty where the next move of the same account tells it
}

// lines writes a page of entries.
func (p *pen) lines(caption string, shown Page, query Query) linesView {
	view := linesView{Caption: caption, WithPot: query.Pot == ""}
	for _, line := range shown.Lines {
		view.Rows = append(view.Rows, p.lineRow(line))
	}
	if query.Before > 0 {
		newest := query
		newest.Before = 0
		view.Newest = newest.Address()
	}
	if shown.Older && len(shown.Lines) > 0 {
		older := query
		older.Before = shown.Lines[len(shown.Lines)-1].Index
		view.Older = older.Address()
	}
	return view
}

func (p *pen) lineRow(line Line) lineRow {
	row := lineRow{
		Index: p.Number(line.Index), Href: entryAddress(line.Index), On: p.When(line.On),
		Kind: p.Label("kind", line.Kind), Reversed: line.Reversed,
	}
	if line.Class != "" {
		tag := p.Tag(line.Class)
		row.Tag = &tag
	}
	row.Moves = p.moves(line.Moves)
	for i := 1; i < len(row.Moves); i++ { // of several moves of one account, the last balance stands
		before, here := line.Moves[i-1], line.Moves[i]
		if here.Account == before.Account && here.Amount.Unit == before.Amount.Unit {
			row.Moves[i-1].After = ""
		}
	}
	return row
}

func (p *pen) moves(moves []Move) []moveView {
	var views []moveView
	for _, move := range moves {
		views = append(views, moveView{
			Account: move.Account, Name: p.accountName(move.Account, move.Name), Href: potAddress(move.Pot),
			Amount: p.move(move.Amount),
			After:  p.Amount(money.Amount{Minor: move.After, Unit: move.Amount.Unit}),
		})
	}
	return views
}

// accountName gives an account's own name, else what the catalogue calls it, else the account itself.
func (p *pen) accountName(account, name string) string {
	if name != "" {
		return name
	}
	return p.Label("account", account)
}

// potAddress gives a pot's page; empty for no pot.
func potAddress(slug string) string {
	if slug == "" {
		return ""
	}
	return "/pots/" + url.PathEscape(slug)
}

// move writes an amount with a plus when it comes in.
func (p *pen) move(amount money.Amount) page.AmountView {
	view := page.AmountView{Text: p.Amount(amount), Negative: amount.Minor < 0}
	if amount.Minor > 0 {
		view.Text = "+" + view.Text
	}
	return view
}

func entryAddress(index int64) string { return "/entries/" + strconv.FormatInt(index, 10) }
