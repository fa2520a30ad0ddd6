// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"net/http"
	"strconv"
	"time"

	"ecot/app/bank"
	"ecot/fault"
	"ecot/locale"
	"ecot/money"
	"ecot/web/page"
)

// publicPage is the page that everybody sees.
type publicPage struct {
	page.Frame
	Accounts     []accountView
	BankTag      page.TagView     // of what the bank says: the operator brought the file
	Unattributed *page.AmountView // nil when there is none
}

// accountView is one account of the fund's.
type accountView struct {
	ID          string
	Name        string
	AsOf        *locale.Moment // nil when no statement says a balance
	Even        bool           // the difference is zero
	Bank        page.AmountView
	Books       page.AmountView
	BooksTags   []page.TagView
	Waiting     page.AmountView
	WaitingText string
	Ignored     *page.AmountView
	Difference  page.AmountView
	Unexplained *page.AmountView // what lines that wait do not explain; nil for nothing
	Gaps        []gapView
	Days        rowsView // of one month
	Months      rowsView
}

// rowsView is a table of days or of months.
type rowsView struct {
	ID      string
	Title   string
	Caption string
	First   string // heading of its first column
	Rows    []rowView
}

// gapView is a stretch without a statement.
type gapView struct {
	After, Until locale.Moment
	Missing      string // amount, empty for none
	Numbers      int64
	Note         string
	Account      string
	Closing      string // by which a note is kept
}

// rowView is a day, a week or a month.
type rowView struct {
	From       locale.Moment
	To         *locale.Moment // nil for one day
	Href       string         // of a month
	Closed     bool
	Lines      string
	In, Out    page.AmountView
	Tags       []page.TagView
	Waiting    string // lines that wait, empty for none
	Difference page.AmountView
}

// unitName names a unit as headings do.
func unitName(p *page.Pen, unit money.Unit) string { return p.Label("unit", string(unit)) }

// public makes the page of the bank.
func (d *Door) public(r *http.Request) (page.Reply, error) {
	month := r.PathValue("month")
	if _, err := time.Parse("2006-01", month); month != "" && err != nil {
		return page.Reply{}, fault.New(fault.NotFound, "There is no such month.")
	}
	state, err := d.bank.State(r.Context(), month)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	heading := p.Words("bank.title")
	if month != "" {
		heading = p.Words("bank.title-month", "month", p.MonthOf(month).Words)
	}
	made := publicPage{Frame: d.Frame(r, p, "bank", heading), BankTag: p.Tag(page.Declared)}
	if state.Unattributed != 0 {
		view := p.Figure(state.Unattributed, state.Unit, "/entries?account=owed%3Aunattributed")
		made.Unattributed = &view
	}
	for i, a := range state.Accounts {
		made.Accounts = append(made.Accounts, viewOf(p, state, a, "account-"+strconv.Itoa(i)))
	}
	return d.Render(r, p, "bank-public", made)
}

func viewOf(p *page.Pen, state bank.State, a bank.AccountState, id string) accountView {
	unit := state.Unit
	v := accountView{ID: id, Name: a.Name, Even: a.Difference() == 0, Bank: p.Figure(a.Bank, unit, ""),
		Books: p.Figure(a.Books, unit, "/entries?account=asset%3A"+a.Asset), BooksTags: tagsOf(p, a.Classes, unit),
		Waiting: p.Figure(a.Waiting.Net(), unit, ""), WaitingText: p.Counted("bank.lines", a.Waiting.Lines),
		Difference: p.Figure(a.Difference(), unit, "")}
	if v.Name == "" {
		v.Name = p.Label("account", "asset:"+a.Asset)
	}
	if a.Known {
		asOf := p.When(a.AsOf)
		v.AsOf = &asOf
	}
	if a.Ignored.Lines > 0 {
		view := p.Figure(a.Ignored.Net(), unit, "")
		v.Ignored = &view
	}
	if a.Unexplained() != 0 {
		view := p.Figure(a.Unexplained(), unit, "")
		v.Unexplained = &view
	}
	for _, gap := range a.Gaps {
		v.Gaps = append(v.Gaps, gapOf(p, gap, unit))
	}
	for _, row := range a.Periods {
		v.Days.Title = p.Words("bank.days", "month", p.MonthOf(row.From[:len("2006-01")]).Words)
		v.Days.Rows = append(v.Days.Rows, rowOf(p, row, unit))
	}
	v.Days.ID, v.Days.Caption, v.Days.First = id+"-days", p.Words("bank.days-caption", "unit", unitName(p,
		unit)),
		p.Words("bank.day")
	v.Months = rowsView{ID: id + "-months", Title: p.Words("bank.months"),
		Caption: p.Words("bank.months-caption", "unit", unitName(p, unit)), First: p.Words("months.month")}
	for _, row := range a.Months {
		month := row.From[:len("2006-01")]
		view := rowOf(p, row, unit)
		view.From, view.To, view.Href, view.Closed = p.MonthOf(month), nil, "/bank/"+month, month <= state.Closed
		view.In.Href = "/entries?account=asset%3A" + a.Asset + "&month=" + month + "&unit=" + string(unit)
		view.Out.Href = view.In.Href
		v.Months.Rows = append(v.Months.Rows, view)
	}
	return v
}

// tagsOf names the classes behind a figure, with the part of each when there are several.
func tagsOf(p *page.Pen, classes map[string]int64, unit money.Unit) (tags []page.TagView) {
	for _, class := range []page.Class{page.Proved, page.Attested, page.Declared} {
		amount := classes[string(class)]
		if class == page.Declared {
			amount += classes[""]
		}
		if amount == 0 {
			continue
		}
		tag := p.Tag(class)
		part := p.Figure(amount, unit, "")
		tag.Amount = &part
		tags = append(tags, tag)
	}
	if len(tags) == 1 {
		tags[0].Amount = nil
	}
	return tags
}

func gapOf(p *page.Pen, gap bank.Gap, unit money.Unit) gapView {
	v := gapView{After: p.When(gap.After), Until: p.When(gap.Until), Numbers: gap.Numbers, Note: gap.Note,
		Account: gap.Account, Closing: gap.Closing}
	if gap.Missing != 0 {
		v.Missing = p.Figure(gap.Missing, unit, "").Text
	}
	return v
}

func rowOf(p *page.Pen, row bank.Period, unit money.Unit) rowView {
	var in, out int64
	classes := map[string]int64{}
	for class, amount := range row.In {
		in += amount
		classes[class] += amount
	}
	for class, amount := range row.Out {
		out += amount
		classes[class] -= amount
	}
	v := rowView{From: p.When(row.From), Lines: p.Counted("bank.lines", row.Bank.Lines),
		In: p.Bare(in, unit, ""), Out: p.Bare(out, unit, ""), Tags: tagsOf(p, classes, unit),
		Difference: p.Bare(row.Difference(), unit, "")}
	if row.To != row.From {
		to := p.When(row.To)
		v.To = &to
	}
	if row.Waiting.Lines > 0 {
		v.Waiting = p.Words("bank.waiting-of", "lines", p.Counted("bank.lines", row.Waiting.Lines), "amount",
			p.Figure(row.Waiting.Net(), unit, "").Text)
	}
	return v
}
