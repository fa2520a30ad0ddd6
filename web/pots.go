// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
)

// Limits of a pot's page.
const (
	latestOnPot = 10
	monthsOnPot = 24 // more on demand
)

// potsPage lists every pot.
type potsPage struct {
	frame
	Ledger ledgerView
}

// pots lists what each pot holds.
func (s *site) pots(r *http.Request) (reply, error) {
	fund, err := s.books.Fund(r.Context())
	if err != nil {
		return reply{}, err
	}
	p := s.pen(r)
	return s.render(r, p, "pots", potsPage{
		frame:  s.frame(r, p, "pots", p.text("pots.title")),
		Ledger: p.ledger(p.text("ledger.caption"), fund),
	})
}

// potPage is a pot's public accounts.
type potPage struct {
	frame
	Purpose   string
	Totals    []ledgerRow
	Months    []monthsView
	AllMonths string // address of the page with all months; empty when they are there
	Latest    linesView
	Entries   string // address of all entries
}

// pot shows a pot's public accounts: its totals, its months, its newest entries.
func (s *site) pot(r *http.Request) (reply, error) {
	slug := r.PathValue("slug")
	pot, err := s.books.Pot(r.Context(), slug)
	if err != nil {
		return reply{}, err
	}
	query := Query{Pot: slug, Limit: latestOnPot}
	latest, err := s.books.Entries(r.Context(), query)
	if err != nil {
		return reply{}, err
	}
	p := s.pen(r)
	page := potPage{
		frame: s.frame(r, p, "pots", pot.Name), Purpose: pot.Purpose,
		Months:  p.months(pot.Months, slug),
		Latest:  p.lines(p.text("pot.latest"), latest, query),
		Entries: Query{Pot: slug}.address(),
	}
	for _, balance := range pot.Balances {
		page.Totals = append(page.Totals, p.ledgerRow(pot.Name, "", balance, Query{Pot: slug}))
	}
	page.Latest.Older = ""
	if r.URL.Query().Get("months") != "all" {
		for i, view := range page.Months {
			if len(view.Rows) > monthsOnPot {
				page.Months[i].Rows = view.Rows[:monthsOnPot]
				page.AllMonths = potAddress(slug) + "?months=all"
			}
		}
	}
	return s.render(r, p, "pot", page)
}
