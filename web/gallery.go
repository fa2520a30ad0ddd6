// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"

	"ecot/money"
	"ecot/web/page"
)

// galleryPage shows every component in each of its states, in development only.
type galleryPage struct {
	page.Frame
	Tags    []page.TagView
	Sum     ledgerRow
	Ledger  ledgerView
	Months  []monthsView
	Lines   linesView
	NoLines linesView
	Journal headView
}

// gallery shows the components with invented figures.
func (s *site) gallery(r *http.Request) (page.Reply, error) {
	p := s.pen(r)
	mixed := Balance{
		Unit: money.Euro, Holds: 123456, Entries: 31,
		In: Figure{Proved: 100000, Attested: 30000, Declared: 12000}, Out: Figure{Proved: 18544},
	}
	long := PotLine{Slug: "long", Name: p.Words("design.long"), Balances: []Balance{mixed, {
		Unit: money.Hours, Holds: 750, In: Figure{Declared: 750}, Entries: 4,
	}}}
	months := []Month{
		{Month: "2025-11", People: 46, Balance: mixed},
		{Month: "2025-12", People: 1012, Balance: Balance{
			Unit: money.Euro, Holds: -500, Out: Figure{Declared: 500}}},
	}
	shown := galleryPage{
		Frame: s.Frame(r, p.Pen, "", p.Words("design.title")),
		Tags:  p.tags(money.Euro, Query{}, mixed.In), Sum: p.ledgerRow("Lanterne", "", mixed, Query{}),
		Ledger:  p.ledger(p.Words("ledger.caption"), Fund{Pots: []PotLine{long}, Balances: []Balance{mixed}}),
		Months:  p.months(months, ""),
		Journal: p.head(Head{Size: 1234, Root: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}),
	}
	lines := Page{Older: true, Lines: []Line{
		{Index: 1233, At: "2026-01-02T08:00:00Z", On: "2026-01-02", Kind: "gift", Class: Declared, Moves: []Move{{
			Pot: "long", Name: long.Name, Amount: money.Amount{Minor: 1200, Unit: money.Euro}, After: 123456}}},
		{Index: 1232, At: "2025-12-31", On: "2025-12-31", Kind: "expense", Class: Proved,
			Reversed: true, Moves: []Move{{
				Pot: "long", Name: long.Name, Amount: money.Amount{Minor: -1200, Unit: money.Euro}, After: 122256}}},
		{Index: 0, At: "2025-12-31", On: "2025-12-31", Kind: "genesis"},
	}}
	shown.Lines = p.lines(p.Words("design.lines"), lines, Query{Pot: "long", Before: 1234})
	shown.NoLines = p.lines(p.Words("design.empty"), Page{}, Query{})
	return s.Render(r, p.Pen, "design", shown)
}
