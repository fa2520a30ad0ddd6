// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
	"slices"
	"strings"
)

// latestOnHome is how many of the newest entries the first page shows.
const latestOnHome = 5

// homePage is the fund at a glance.
type homePage struct {
	frame
	Lead    string
	People  *peopleView
	Totals  []ledgerRow
	Assets  ledgerView
	Ledger  ledgerView
	Months  []monthsView
	Latest  linesView
	Journal headView
	Empty   bool
}

// peopleView counts who gave in the last month, which only the operator can count.
type peopleView struct {
	Words string
	Tag   tagView
}

// headView is the journal's size and root.
type headView struct {
	Size string
	Root string
}

func (p *pen) head(head Head) headView {
	return headView{Size: p.count("count.entries", head.Size), Root: head.Root}
}

// home shows what the fund holds, what came in and went out, and how to check it.
func (s *site) home(r *http.Request) (reply, error) {
	fund, err := s.books.Fund(r.Context())
	if err != nil {
		return reply{}, err
	}
	latest, err := s.books.Entries(r.Context(), Query{Limit: latestOnHome})
	if err != nil {
		return reply{}, err
	}
	p := s.pen(r)
	ledger := p.ledger(p.text("ledger.caption"), fund)
	latest.Older = false
	var totals []ledgerRow
	for _, balance := range fund.Balances {
		totals = append(totals, p.ledgerRow(s.options.Name, "", balance, Query{}))
	}
	return s.render(r, p, "home", homePage{
		frame: s.frame(r, p, "home", s.options.Name), Lead: p.lead(fund), People: p.people(fund.Months),
		Totals: totals, Assets: p.assets(fund), Ledger: ledger, Months: p.months(fund.Months, ""),
		Latest:  p.lines(p.text("home.latest"), latest, Query{}),
		Journal: p.head(fund.Head), Empty: len(fund.Pots) == 0,
	})
}

// lead says in one sentence how many gifts came since when.
func (p *pen) lead(fund Fund) string {
	if fund.Since == "" {
		return p.text("home.lead-empty")
	}
	return p.text("home.lead", "gifts", p.count("count.gifts", fund.Gifts),
		"since", p.moment(fund.Since).Words, "pots", p.count("count.pots", int64(len(fund.Pots))))
}

// people counts who gave in the last month in which anybody did; nil when that is not counted.
func (p *pen) people(months []Month) *peopleView {
	counted := slices.DeleteFunc(slices.Clone(months), func(m Month) bool { return m.People == 0 })
	if len(counted) == 0 {
		return nil
	}
	last := slices.MaxFunc(counted, func(a, b Month) int { return strings.Compare(a.Month, b.Month) })
	words := p.text("home.people", "people", p.count("count.people", last.People),
		"month", p.month(last.Month).Words)
	return &peopleView{Words: words, Tag: p.tag(Declared)}
}
