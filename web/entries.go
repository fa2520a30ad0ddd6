// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
	"strings"

	"ecot/money"
	"ecot/web/page"
)

// entriesPage lists the entries that a figure sums.
type entriesPage struct {
	page.Frame
	Filters string // what the list is narrowed to; empty when to nothing
	All     string // address of the list without filters
	Count   string
	Sums    []sumView
	Lines   linesView
	Pot     string
	PotHref string
}

// sumView is what the listed entries sum to in one unit.
type sumView struct{ In, Out *page.AmountView }

// entries lists entries, newest first, narrowed to what a figure sums.
func (s *site) entries(r *http.Request) (page.Reply, error) {
	query, err := ParseQuery(r)
	if err != nil {
		return page.Reply{}, err
	}
	p := s.pen(r)
	of, heading := "", p.Words("entries.title-all")
	if query.Pot != "" {
		pot, err := s.books.Pot(r.Context(), query.Pot)
		if err != nil {
			return page.Reply{}, err
		}
		of, heading = pot.Name, p.Words("entries.title", "of", pot.Name)
	}
	found, err := s.books.Entries(r.Context(), query)
	if err != nil {
		return page.Reply{}, err
	}
	filters := p.filters(query)
	shown := entriesPage{
		Frame: s.Frame(r, p.Pen, "entries", heading), Filters: filters, All: Query{Pot: query.Pot}.Address(),
		Lines: p.lines(p.Words("entries.caption"), found, query), Sums: p.sums(found.Sums),
	}
	shown.Title = p.entriesTitle(heading, filters, query) + " – " + s.Options.Name
	if query.Pot != "" {
		shown.Section, shown.Pot, shown.PotHref = "pots", of, potAddress(query.Pot)
	}
	if found.Count > 0 {
		shown.Count = p.Counted("count.entries", found.Count)
	}
	return s.Render(r, p.Pen, "entries", shown)
}

// entriesTitle makes a title that no other page of the list has.
func (p *pen) entriesTitle(heading, filters string, query Query) string {
	if filters != "" {
		heading += ", " + filters
	}
	if query.Before > 0 {
		heading += ", " + p.Words("entries.before", "index", p.Number(query.Before))
	}
	return heading
}

// filters puts in words what a query is narrowed to.
func (p *pen) filters(query Query) string {
	var words []string
	if query.Account != "" {
		words = append(words, p.accountName(query.Account, ""))
	}
	if query.Appeal {
		words = append(words, p.Words("entries.appeal"))
	}
	if query.Month != "" {
		words = append(words, p.MonthOf(query.Month).Words)
	}
	if query.Until != "" {
		words = append(words, p.Words("entries.until", "month", p.MonthOf(query.Until).Words))
	}
	if query.Flow != "" {
		words = append(words, p.Words("flow."+string(query.Flow)))
	}
	if query.Class != "" {
		words = append(words, p.Words("class."+string(query.Class)))
	}
	if query.Unit != "" {
		words = append(words, p.unitName(query.Unit))
	}
	return strings.Join(words, ", ")
}

// sums writes what entries sum to; what did not move is left out.
func (p *pen) sums(sums []Sum) []sumView {
	var views []sumView
	for _, sum := range sums {
		var view sumView
		if sum.In != 0 {
			view.In = &page.AmountView{Text: p.Amount(money.Amount{Minor: sum.In, Unit: sum.Unit})}
		}
		if sum.Out != 0 {
			view.Out = &page.AmountView{Text: p.Amount(money.Amount{Minor: sum.Out, Unit: sum.Unit})}
		}
		views = append(views, view)
	}
	return views
}
