// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
	"strings"

	"ecot/money"
)

// entriesPage lists the entries that a figure sums.
type entriesPage struct {
	frame
	Filters string // what the list is narrowed to; empty when to nothing
	All     string // address of the list without filters
	Count   string
	Sums    []sumView
	Lines   linesView
	Pot     string
	PotHref string
}

// sumView is what the listed entries sum to in one unit.
type sumView struct{ In, Out *amountView }

// entries lists entries, newest first, narrowed to what a figure sums.
func (s *site) entries(r *http.Request) (reply, error) {
	query, err := parseQuery(r)
	if err != nil {
		return reply{}, err
	}
	p := s.pen(r)
	of, heading := "", p.text("entries.title-all")
	if query.Pot != "" {
		pot, err := s.books.Pot(r.Context(), query.Pot)
		if err != nil {
			return reply{}, err
		}
		of, heading = pot.Name, p.text("entries.title", "of", pot.Name)
	}
	found, err := s.books.Entries(r.Context(), query)
	if err != nil {
		return reply{}, err
	}
	filters := p.filters(query)
	page := entriesPage{
		frame: s.frame(r, p, "entries", heading), Filters: filters, All: Query{Pot: query.Pot}.address(),
		Lines: p.lines(p.text("entries.caption"), found, query), Sums: p.sums(found.Sums),
	}
	page.Title = p.entriesTitle(heading, filters, query) + " – " + s.options.Name
	if query.Pot != "" {
		page.Section, page.Pot, page.PotHref = "pots", of, potAddress(query.Pot)
	}
	if found.Count > 0 {
		page.Count = p.count("count.entries", found.Count)
	}
	return s.render(r, p, "entries", page)
}

// entriesTitle makes a title that no other page of the list has.
func (p *pen) entriesTitle(heading, filters string, query Query) string {
	if filters != "" {
		heading += ", " + filters
	}
	if query.Before > 0 {
		heading += ", " + p.text("entries.before", "index", p.Number(query.Before))
	}
	return heading
}

// filters puts in words what a query is narrowed to.
func (p *pen) filters(query Query) string {
	var words []string
	if query.Account != "" {
		words = append(words, p.accountName(query.Account, ""))
	}
	if query.Month != "" {
		words = append(words, p.month(query.Month).Words)
	}
	if query.Until != "" {
		words = append(words, p.text("entries.until", "month", p.month(query.Until).Words))
	}
	if query.Flow != "" {
		words = append(words, p.text("flow."+string(query.Flow)))
	}
	if query.Class != "" {
		words = append(words, p.text("class."+string(query.Class)))
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
			view.In = &amountView{Text: p.Amount(money.Amount{Minor: sum.In, Unit: sum.Unit})}
		}
		if sum.Out != 0 {
			view.Out = &amountView{Text: p.Amount(money.Amount{Minor: sum.Out, Unit: sum.Unit})}
		}
		views = append(views, view)
	}
	return views
}
