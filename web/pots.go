// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"ecot/web/page"
	"net/http"
)

// Limits of a pot's page.
const (
	latestOnPot = 10
	monthsOnPot = 24 // more on demand
)

// potsPage lists every pot.
type potsPage struct {
	page.Frame
	Ledger ledgerView
}

// pots lists what each pot holds.
func (s *site) pots(r *http.Request) (page.Reply, error) {
	fund, err := s.books.Fund(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	p := s.pen(r)
	return s.Render(r, p.Pen, "pots", potsPage{
		Frame:  s.Frame(r, p.Pen, "pots", p.Words("pots.title")),
		Ledger: p.ledger(p.Words("ledger.caption"), fund),
	})
}

// potPage is a pot's public accounts.
type potPage struct {
	page.Frame
	Purpose   string
	Totals    []ledgerRow
	Months    []monthsView
	AllMonths string // address of the page with all months; empty when they are there
	Latest    linesView
	Entries   string // address of all entries
}

// pot shows a pot's public accounts: its totals, its months, its newest entries.
func (s *site) pot(r *http.Request) (page.Reply, error) {
	slug := r.PathValue("slug")
	pot, err := s.books.Pot(r.Context(), slug)
	if err != nil {
		return page.Reply{}, err
	}
	query := Query{Pot: slug, Limit: latestOnPot}
	latest, err := s.books.Entries(r.Context(), query)
	if err != nil {
		return page.Reply{}, err
	}
	p := s.pen(r)
	shown := potPage{
		Frame: s.Frame(r, p.Pen, "pots", pot.Name), Purpose: pot.Purpose,
		Months:  p.months(pot.Months, slug),
		Latest:  p.lines(p.Words("pot.latest"), latest, query),
		Entries: Query{Pot: slug}.Address(),
	}
	for _, balance := range pot.Balances {
		shown.Totals = append(shown.Totals, p.ledgerRow(pot.Name, "", balance, Query{Pot: slug}))
	}
	shown.Latest.Older = ""
	if r.URL.Query().Get("months") != "all" {
		for i, view := range shown.Months {
			if len(view.Rows) > monthsOnPot {
				shown.Months[i].Rows = view.Rows[:monthsOnPot]
				shown.AllMonths = potAddress(slug) + "?months=all"
			}
		}
	}
	return s.Render(r, p.Pen, "pot", shown)
}
