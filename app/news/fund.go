// SPDX-License-Identifier: AGPL-3.0-or-later

package news

import (
	"context"
	"slices"
	"strings"

	"ecot/app/profile"
	"ecot/exchange/funding"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
)

// Manifest gives the fund's funding.json (fundingjson.org): who it is, its projects, how to give, and what
// came in and went out each year, from the ledger.
func (n *News) Manifest(ctx context.Context) ([]byte, error) {
	fund, err := profile.Load(ctx, n.office)
	if err != nil {
		return nil, err
	}
	projects, err := n.office.Projects(ctx)
	if err != nil {
		return nil, err
	}
	published, err := n.app.Reading().Published(ctx)
	if err != nil {
		return nil, err
	}
	m := funding.Manifest{Entity: funding.Entity{Type: "organisation", Role: "steward", Name: n.app.Name(),
		Mail: fund.Mail, Description: fund.Object, Web: funding.Address{URL: fund.BaseURL}},
		History: history(published, n.app.Unit())}
	for _, p := range projects {
		if p.Status == office.Running && p.Site != "" {
			m.Projects = append(m.Projects, funding.Project{GUID: p.Slug, Name: p.Title, Description: p.Summary,
				Web: funding.Address{URL: p.Site}, Repository: funding.Address{URL: p.Site}})
		}
	}
	if fund.IBAN != "" {
		m.Channels = []funding.Channel{{GUID: "transfer", Type: "bank", Address: fund.IBAN,
			Description: fund.LegalName}}
	}
	return funding.Write(m)
}

// history sums the published figures of a unit by year. What went back is taken off the income.
func history(published []mechanism.Tally, unit money.Unit) (years []funding.Year) {
	type sums struct{ in, out int64 }
	byYear := map[int]*sums{}
	for _, f := range published {
		if f.Unit != unit {
			continue
		}
		y := byYear[f.Month/100]
		if y == nil {
			y = &sums{}
			byYear[f.Month/100] = y
		}
		switch {
		case strings.HasPrefix(f.Name, giving.FigureIn):
			y.in += f.Amount
		case f.Name == giving.FigureReturned:
			y.in -= f.Amount
		case f.Name == giving.FigurePaid || f.Name == giving.FigureFees:
			y.out += f.Amount
		}
	}
	for year, s := range byYear {
		one := funding.Year{Year: year, Unit: unit}
		if s.in >= 0 {
			one.Income = &s.in
		}
		if s.out >= 0 {
			one.Expenses = &s.out
		}
		years = append(years, one)
	}
	slices.SortFunc(years, func(a, b funding.Year) int { return a.Year - b.Year })
	return years
}

// Date is a day on which something happens, and what.
type Date struct {
	Key string // appeal-until, month-end
	Day journal.Day
}

// Dates gives the fund's next dates: the ends of the next three months, and that of its authorisation to
// appeal to the public.
func (n *News) Dates(ctx context.Context) (dates []Date, err error) {
	fund, err := profile.Load(ctx, n.office)
	if err != nil {
		return nil, err
	}
	now := n.app.Now().In(n.app.Zone())
	for ahead := range 3 {
		first := now.AddDate(0, 0, 1-now.Day()).AddDate(0, ahead+1, -1)
		if day, ok := journal.ParseDay(first.Format("2006-01-02")); ok {
			dates = append(dates, Date{"month-end", day})
		}
	}
	if fund.AppealUntil != 0 {
		dates = append(dates, Date{"appeal-until", fund.AppealUntil})
	}
	return dates, nil
}
