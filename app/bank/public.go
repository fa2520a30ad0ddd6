// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"ecot/journal"
	"ecot/money"
	"ecot/office"
)

// State is how the books stand against the bank, account by account, as anybody may see it.
type State struct {
	Unit         money.Unit
	Accounts     []AccountState
	Unattributed int64  // minor units that arrived without a sign of their purpose
	Closed       string // last month that is closed, 2025-12; empty while none is
}

// AccountState is one account: what the bank says, what the books say.
type AccountState struct {
	Asset      string           // of the journal
	Name       string           // what the fund calls it; may be empty
	Known      bool             // whether any statement says a balance; without one, nothing is compared
	AsOf       string           // last day whose balance the bank stated
	Bank       int64            // minor units that it held at that day's end, by the statement
	Books      int64            // by the journal, booked up to that day
	Waiting    Sum              // lines up to that day that are not booked yet
	Ignored    Sum              // lines up to that day that will not be
	Classes    map[string]int64 // Books, by the evidence of what moved it
	Statements int64
	Gaps       []Gap
	Months     []Period // newest first
	Periods    []Period // of the month asked for, oldest first
}

// Difference gives what the bank says beyond the books: zero when all lines are booked.
func (a AccountState) Difference() int64 { return a.Bank - a.Books }

// Unexplained gives what is left of the difference when the lines not booked are taken off.
func (a AccountState) Unexplained() int64 {
	return a.Difference() - a.Waiting.Net() - a.Ignored.Net()
}

// Sum is what some lines come to.
type Sum struct {
	Lines int64
	In    int64 // minor units
	Out   int64 // zero or below
}

// Net gives what came in less what went out.
func (s Sum) Net() int64 { return s.In + s.Out }

func (s *Sum) add(d office.BankDay) {
	s.Lines += d.Lines
	s.In += d.In
	s.Out += d.Out
}

// Period is a day, a week or a month of an account.
type Period struct {
	From    string // first day
	To      string // last day; the same for one day alone
	Bank    Sum
	Waiting Sum // of Bank, what is not booked yet
	In      map[string]int64
	Out     map[string]int64 // by evidence, zero or below, as the journal has it

	gains int64 // lines by which the account gained, and
	gifts int64 // gifts that the journal booked
}

// Difference gives what the bank says beyond the books.
func (p Period) Difference() int64 {
	d := p.Bank.Net()
	for _, amount := range p.In {
		d -= amount
	}
	for _, amount := range p.Out {
		d -= amount
	}
	return d
}

// State gives how the books stand, with the days of a month (2026-01); an empty month is the newest.
func (b *Bank) State(ctx context.Context, month string) (State, error) {
	state := State{Unit: b.app.Unit()}
	accounts, err := b.Accounts(ctx)
	if err != nil {
		return state, err
	}
	for _, account := range accounts {
		one, err := b.accountState(ctx, account, month)
		if err != nil {
			return state, err
		}
		state.Accounts = append(state.Accounts, one)
	}
	closed, err := b.read.ClosedThrough(ctx)
	if err != nil {
		return state, err
	}
	if closed != 0 {
		state.Closed = journal.MonthName(closed)
	}
	ledgers, err := b.read.Ledger(ctx)
	for _, account := range ledgers {
		if account.Place.Account == unattributed && account.Place.Unit == state.Unit {
			state.Unattributed = account.Balance
		}
	}
	return state, err
}

const unattributed = "owed:unattributed"

// Stand names all that State depends on: it changes whenever State may.
func (b *Bank) Stand(ctx context.Context) (string, error) {
	size, err := b.app.Size(ctx)
	if err != nil {
		return "", err
	}
	stand, err := b.office.BankStand(ctx)
	return fmt.Sprint(size, stand), err
}

func (b *Bank) accountState(ctx context.Context, account office.BankAccount, month string) (AccountState,
	error) {
	state := AccountState{Asset: account.Asset, Name: account.Name}
	chain, err := b.chain(ctx, account.IBAN)
	if err != nil {
		return state, err
	}
	moves, err := b.moves(ctx, account.Asset)
	if err != nil {
		return state, err
	}
	state.Known, state.AsOf, state.Bank, state.Gaps = chain.To != "", chain.To, chain.Closing, chain.Gaps
	if day, ok := journal.ParseDay(chain.To); ok {
		state.Books, state.Classes = held(moves, day), map[string]int64{}
		for _, m := range moves {
			if m.Day <= day {
				state.Classes[m.Class] += m.Amount
			}
		}
	}
	for _, d := range chain.Days {
		if d.Day > chain.To {
			continue
		}
		switch d.Status {
		case office.LineWaiting, office.LineBooking:
			state.Waiting.add(d)
		case office.LineIgnored:
			state.Ignored.add(d)
		}
	}
	days := daysOf(chain.Days, moves)
	months := gather(days, func(p Period) string { return p.From[:len("2006-01")] })
	slices.Reverse(months)
	state.Months = months
	if month == "" && len(months) > 0 {
		month = months[0].From[:len("2006-01")]
	}
	days = slices.DeleteFunc(days, func(p Period) bool { return p.From[:len("2006-01")] != month })
	state.Periods = discreet(days)
	return state, nil
}

// daysOf puts the lines of the bank and the moves of the journal together, day by day, oldest first.
func daysOf(lines []office.BankDay, moves []Move) []Period {
	days := map[string]*Period{}
	at := func(day string) *Period {
		if days[day] == nil {
			days[day] = &Period{From: day, To: day, In: map[string]int64{}, Out: map[string]int64{}}
		}
		return days[day]
	}
	for _, d := range lines {
		p := at(d.Day)
		p.Bank.add(d)
		p.gains += d.Gains
		if d.Status == office.LineWaiting || d.Status == office.LineBooking {
			p.Waiting.add(d)
		}
	}
	for _, m := range moves {
		p := at(m.Day.String())
		if m.Amount > 0 {
			p.In[m.Class] += m.Amount
		} else {
			p.Out[m.Class] += m.Amount
		}
		if m.Gift {
			p.gifts++
		}
	}
	var all []Period
	for _, day := range slices.Sorted(maps.Keys(days)) {
		all = append(all, *days[day])
	}
	return all
}

// discreet shows a week as a whole when on one of its days a single gift came, so that nobody who knows on
// which day somebody gave reads here what they gave. Other days stand alone.
func discreet(days []Period) (rows []Period) {
	weeks := map[string][]Period{}
	for _, day := range days {
		weeks[weekOf(day.From)] = append(weeks[weekOf(day.From)], day)
	}
	for _, week := range slices.Sorted(maps.Keys(weeks)) {
		single := slices.ContainsFunc(weeks[week], func(p Period) bool { return p.gains == 1 || p.gifts == 1 })
		if !single {
			rows = append(rows, weeks[week]...)
			continue
		}
		whole := gather(weeks[week], func(Period) string { return week })[0]
		whole.From, whole.To = bounds(week, days[0].From[:len("2006-01")])
		rows = append(rows, whole)
	}
	return rows
}

// weekOf gives the Monday of a day's week.
func weekOf(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return at.AddDate(0, 0, -(int(at.Weekday())+6)%7).Format(time.DateOnly)
}

// bounds gives the first and last day of a week that lie in a month.
func bounds(monday, month string) (from, to string) {
	first, err := time.Parse(time.DateOnly, monday)
	begin, wrong := time.Parse("2006-01", month)
	if err != nil || wrong != nil {
		return monday, monday
	}
	last, end := first.AddDate(0, 0, 6), begin.AddDate(0, 1, -1)
	if first.Before(begin) {
		first = begin
	}
	if last.After(end) {
		last = end
	}
	return first.Format(time.DateOnly), last.Format(time.DateOnly)
}

// gather sums periods that share a key, in the order in which the keys are met.
func gather(days []Period, key func(Period) string) (all []Period) {
	last := ""
	for i, d := range days {
		if k := key(d); i == 0 || k != last {
			all, last = append(all, Period{From: d.From, In: map[string]int64{}, Out: map[string]int64{}}), k
		}
		p := &all[len(all)-1]
		p.To = d.To
		p.Bank.Lines, p.Bank.In, p.Bank.Out = p.Bank.Lines+d.Bank.Lines, p.Bank.In+d.Bank.In, p.Bank.Out+d.Bank.Out
		p.Waiting.Lines += d.Waiting.Lines
		p.Waiting.In, p.Waiting.Out = p.Waiting.In+d.Waiting.In, p.Waiting.Out+d.Waiting.Out
		for class, amount := range d.In {
			p.In[class] += amount
		}
		for class, amount := range d.Out {
			p.Out[class] += amount
		}
		p.gains, p.gifts = p.gains+d.gains, p.gifts+d.gifts
	}
	return all
}

// Classes gives the classes of evidence behind what a period's books say, the strongest first.
func (p Period) Classes() []string {
	order := []string{"proved", "attested", "declared", ""}
	var met []string
	for _, class := range order {
		if p.In[class] != 0 || p.Out[class] != 0 {
			met = append(met, class)
		}
	}
	return met
}
