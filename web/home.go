// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"ecot/web/page"
)

// latestOnHome is how many of the newest entries the first page shows.
const latestOnHome = 5

// homePage is the fund at a glance.
type homePage struct {
	page.Frame
	Opening []page.Opening
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
	Tag   page.TagView
}

// headView is the journal's size and root.
type headView struct {
	Size string
	Root string
}

func (p *pen) head(head Head) headView {
	return headView{Size: p.Counted("count.entries", head.Size), Root: head.Root}
}

// first gives the first page, kept for as long as the journal and what the openers say stand.
func (s *site) first(r *http.Request) (page.Reply, error) {
	stand := func(ctx context.Context) (string, error) {
		all, err := s.stand(ctx)
		for _, opener := range s.openers {
			one, failed := opener.Stand(r)
			all, err = all+" "+one, errors.Join(err, failed)
		}
		return all, err
	}
	return s.Kept(stand, s.home)(r)
}

// opening gives what the doors beside say first.
func (s *site) opening(r *http.Request, p *pen) (all []page.Opening, err error) {
	for _, opener := range s.openers {
		one, failed := opener.Opening(r, p.Pen)
		all, err = append(all, one), errors.Join(err, failed)
	}
	return all, err
}

// home shows what the fund holds, what came in and went out, and how to check it.
func (s *site) home(r *http.Request) (page.Reply, error) {
	fund, err := s.books.Fund(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	latest, err := s.books.Entries(r.Context(), Query{Limit: latestOnHome})
	if err != nil {
		return page.Reply{}, err
	}
	p := s.pen(r)
	opening, err := s.opening(r, p)
	if err != nil {
		return page.Reply{}, err
	}
	ledger := p.ledger(p.Words("ledger.caption"), fund)
	latest.Older = false
	var totals []ledgerRow
	for _, balance := range fund.Balances {
		totals = append(totals, p.ledgerRow(s.Options.Name, "", balance, Query{}))
	}
	shown := homePage{
		Frame: s.Frame(r, p.Pen, "home", s.Options.Name), Opening: opening, Lead: p.lead(fund),
		People: p.people(fund.Months),
		Totals: totals, Assets: p.assets(fund), Ledger: ledger, Months: p.months(fund.Months, ""),
		Latest:  p.lines(p.Words("home.latest"), latest, Query{}),
		Journal: p.head(fund.Head), Empty: len(fund.Pots) == 0,
	}
	if len(s.openers) > 0 {
		shown.People = nil // the opening has said it
	}
	return s.Render(r, p.Pen, "home", shown)
}

// lead says in one sentence how many gifts came since when.
func (p *pen) lead(fund Fund) string {
	if fund.Since == "" {
		return p.Words("home.lead-empty")
	}
	return p.Words("home.lead", "gifts", p.Counted("count.gifts", fund.Gifts),
		"since", p.When(fund.Since).Words, "pots", p.Counted("count.pots", int64(len(fund.Pots))))
}

// people counts who gave in the last month in which anybody did; nil when that is not counted.
func (p *pen) people(months []Month) *peopleView {
	counted := slices.DeleteFunc(slices.Clone(months), func(m Month) bool { return m.People == 0 })
	if len(counted) == 0 {
		return nil
	}
	last := slices.MaxFunc(counted, func(a, b Month) int { return strings.Compare(a.Month, b.Month) })
	words := p.Words("home.people", "people", p.Counted("count.people", last.People),
		"month", p.MonthOf(last.Month).Words)
	return &peopleView{Words: words, Tag: p.Tag(Declared)}
}
