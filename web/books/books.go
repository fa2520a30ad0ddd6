// SPDX-License-Identifier: AGPL-3.0-or-later

// Package books answers the pages' questions from the use-cases.
//
// It turns accounts, months and figures of app into what web shows. Its one invariant: it only
// asks and sums what was stored; it decides nothing.
package books

import (
	"context"
	"strings"

	"ecot/app"
	"ecot/app/reading"
	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/web"
)

// Books answers from one instance.
type Books struct {
	app  *app.App
	read *reading.Reader
}

var _ web.Books = (*Books)(nil)

// New gives the books of an instance.
func New(a *app.App) *Books { return &Books{app: a, read: a.Reading()} }

// Ready tells whether requests can be answered now.
func (b *Books) Ready(ctx context.Context) error { return b.app.Ready(ctx) }

// Size gives the number of entries in the journal now.
func (b *Books) Size(ctx context.Context) (int64, error) { return b.app.Size(ctx) }

// Checkpoint gives the last published checkpoint.
func (b *Books) Checkpoint(context.Context) ([]byte, error) {
	note, _, err := b.app.Latest()
	return note, err
}

// Tile gives a tile by its path.
func (b *Books) Tile(ctx context.Context, path string) ([]byte, error) { return b.app.Tile(ctx, path) }

// Proof gives the tlog-proof text of an entry.
func (b *Books) Proof(ctx context.Context, index int64) ([]byte, error) {
	return b.app.Proof(ctx, index)
}

// Fund gives the totals of the whole fund.
func (b *Books) Fund(ctx context.Context) (web.Fund, error) {
	_, point, err := b.app.Latest()
	if err != nil {
		return web.Fund{}, err
	}
	fund := web.Fund{Head: web.Head{Size: point.Size, Root: point.Root.String()}}
	accounts, err := b.read.Ledger(ctx)
	if err != nil {
		return fund, err
	}
	if err := b.sides(ctx, &fund, accounts); err != nil {
		return fund, err
	}
	tallies, err := b.read.Published(ctx)
	if err != nil {
		return fund, err
	}
	b.flows(&fund, tallies)
	fund.Since, err = b.since(ctx, accounts)
	return fund, err
}

// sides fills in where the money is, what it is for, and what is owed.
func (b *Books) sides(ctx context.Context, fund *web.Fund, accounts []reading.Account) error {
	pots, err := b.read.Pots(ctx)
	if err != nil {
		return err
	}
	balances := map[ledger.Account][]web.Balance{}
	for _, account := range accounts {
		months, err := b.read.Months(ctx, account.ID)
		if err != nil {
			return err
		}
		balances[account.Place.Account] = append(balances[account.Place.Account], total(account, months))
	}
	for _, pot := range pots {
		name := ledger.NewAccount(ledger.Pot, pot.Slug)
		line := web.PotLine{Slug: pot.Slug, Name: pot.Title, Balances: balances[name]}
		fund.Pots = append(fund.Pots, line)
	}
	seen := map[ledger.Account]bool{}
	for _, account := range accounts {
		name := account.Place.Account
		if seen[name] {
			continue
		}
		seen[name] = true
		holding := web.Holding{Account: string(name), Balances: balances[name]}
		switch name.Class() {
		case ledger.Asset:
			fund.Assets = append(fund.Assets, holding)
		case ledger.Owed:
			fund.Owed = append(fund.Owed, holding)
		}
	}
	return nil
}

// total sums the months of an account.
func total(account reading.Account, months []reading.Month) web.Balance {
	balance := web.Balance{Unit: account.Place.Unit, Holds: account.Balance}
	for _, m := range months {
		addMonth(&balance, m)
	}
	if account.Place.Account.Class() == ledger.Asset {
		turn(&balance)
	}
	return balance
}

// turn shows an asset as a reader thinks of it: what it holds is positive.
func turn(balance *web.Balance) {
	balance.Holds = -balance.Holds
	balance.In, balance.Out = balance.Out, balance.In
}

func addMonth(balance *web.Balance, m reading.Month) {
	addClass(&balance.In, m.Class, m.Incoming)
	addClass(&balance.Out, m.Class, -m.Outgoing)
	balance.Entries += m.Count
}

func addClass(figure *web.Figure, class string, amount int64) {
	switch giving.Evidence(class) {
	case giving.Proved:
		figure.Proved += amount
	case giving.Attested:
		figure.Attested += amount
	default:
		figure.Declared += amount
	}
}

// flows fills in what came into and went out of the fund as a whole.
func (b *Books) flows(fund *web.Fund, tallies []mechanism.Tally) {
	units := unitsOf(tallies, b.app.Unit())
	for _, unit := range units {
		months := monthsOf(tallies, unit)
		sum := web.Balance{Unit: unit}
		for i := range months {
			addFigure(&sum.In, months[i].In)
			addFigure(&sum.Out, months[i].Out)
			sum.Entries += months[i].Entries
			months[i].Holds = sum.In.Total() - sum.Out.Total()
		}
		sum.Holds = sum.In.Total() - sum.Out.Total()
		fund.Balances = append(fund.Balances, sum)
		fund.Months = append(fund.Months, lastTwelve(months)...)
	}
	for _, t := range tallies {
		if t.Name == giving.FigureGifts {
			fund.Gifts += t.Count
		}
	}
}

func addFigure(sum *web.Figure, f web.Figure) {
	sum.Proved += f.Proved
	sum.Attested += f.Attested
	sum.Declared += f.Declared
	sum.Unsorted += f.Unsorted
}

// unitsOf gives the units that figures are in, the main one first.
func unitsOf(tallies []mechanism.Tally, main money.Unit) []money.Unit {
	units := []money.Unit{main}
	seen := map[money.Unit]bool{main: true}
	for _, t := range tallies {
		if !seen[t.Unit] {
			seen[t.Unit] = true
			units = append(units, t.Unit)
		}
	}
	return units
}

// monthsOf gives the months of one unit, oldest first, without gaps.
func monthsOf(tallies []mechanism.Tally, unit money.Unit) []web.Month {
	byMonth := map[int]*web.Month{}
	first, last := 0, 0
	for _, t := range tallies {
		if t.Unit != unit || !isFlow(t.Name) {
			continue
		}
		if byMonth[t.Month] == nil {
			byMonth[t.Month] = &web.Month{Month: journal.MonthName(t.Month), Balance: web.Balance{Unit: unit}}
		}
		if first == 0 || t.Month < first {
			first = t.Month
		}
		last = max(last, t.Month)
		addTally(byMonth[t.Month], t)
	}
	var months []web.Month
	for month := first; month != 0 && month <= last; month = next(month) {
		m := byMonth[month]
		if m == nil {
			m = &web.Month{Month: journal.MonthName(month), Balance: web.Balance{Unit: unit}}
		}
		months = append(months, *m)
	}
	return months
}

func isFlow(name string) bool {
	return strings.HasPrefix(name, giving.FigureIn) || strings.HasPrefix(name, giving.FigureOut) ||
		name == giving.FigurePeople || name == giving.FigureMoves
}

// addTally adds a figure to its month. A correction that outweighs its own side goes to the other.
func addTally(m *web.Month, t mechanism.Tally) {
	in, incoming := strings.CutPrefix(t.Name, giving.FigureIn)
	out, outgoing := strings.CutPrefix(t.Name, giving.FigureOut)
	switch {
	case incoming && t.Amount >= 0:
		addClass(&m.In, in, t.Amount)
	case incoming:
		addClass(&m.Out, in, -t.Amount)
	case outgoing && t.Amount >= 0:
		addClass(&m.Out, out, t.Amount)
	case outgoing:
		addClass(&m.In, out, -t.Amount)
	case t.Name == giving.FigurePeople:
		m.People += t.Count
	default:
		m.Entries += t.Count
	}
}

func next(month int) int {
	if month%100 == 12 {
		return month + 89
	}
	return month + 1
}

// lastTwelve gives the last twelve months.
func lastTwelve(months []web.Month) []web.Month { return months[max(0, len(months)-12):] }

// since gives the day of the first entry that moved money.
func (b *Books) since(ctx context.Context, accounts []reading.Account) (string, error) {
	first := int64(-1)
	for _, account := range accounts {
		months, err := b.read.Months(ctx, account.ID)
		if err != nil {
			return "", err
		}
		for _, m := range months {
			if first < 0 || m.First < first {
				first = m.First
			}
		}
	}
	if first < 0 {
		return "", nil
	}
	view, err := b.read.View(ctx, first)
	if err != nil {
		return "", err
	}
	return view.Day.String(), nil
}

// Pot gives one pot's totals and all its months.
func (b *Books) Pot(ctx context.Context, slug string) (web.Pot, error) {
	pots, err := b.read.Pots(ctx)
	if err != nil {
		return web.Pot{}, err
	}
	for _, pot := range pots {
		if pot.Slug == slug {
			return b.pot(ctx, pot)
		}
	}
	return web.Pot{}, fault.New(fault.NotFound, "There is no pot %q.", slug)
}

func (b *Books) pot(ctx context.Context, pot reading.Pot) (web.Pot, error) {
	page := web.Pot{PotLine: web.PotLine{Slug: pot.Slug, Name: pot.Title}}
	accounts, err := b.accounts(ctx, ledger.NewAccount(ledger.Pot, pot.Slug))
	if err != nil {
		return page, err
	}
	for _, account := range accounts {
		months, err := b.read.Months(ctx, account.ID)
		if err != nil {
			return page, err
		}
		page.Balances = append(page.Balances, total(account, months))
		page.Months = append(page.Months, monthTable(account, months)...)
	}
	return page, nil
}

// accounts gives the accounts of one name, one a unit.
func (b *Books) accounts(ctx context.Context, name ledger.Account) (list []reading.Account, err error) {
	all, err := b.read.Ledger(ctx)
	for _, account := range all {
		if account.Place.Account == name {
			list = append(list, account)
		}
	}
	return list, err
}

// monthTable gives the months of an account, newest first, with what it held at the end of each.
func monthTable(account reading.Account, months []reading.Month) []web.Month {
	var table []web.Month
	var holds int64
	for _, m := range months {
		name := journal.MonthName(int(m.Month))
		if len(table) == 0 || table[len(table)-1].Month != name {
			table = append(table, web.Month{Month: name, Balance: web.Balance{Unit: account.Place.Unit}})
		}
		last := &table[len(table)-1]
		addMonth(&last.Balance, m)
		holds += m.Incoming + m.Outgoing
		last.Holds = holds
	}
	for i, j := 0, len(table)-1; i < j; i, j = i+1, j-1 {
		table[i], table[j] = table[j], table[i]
	}
	return table
}
