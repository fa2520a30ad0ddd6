// SPDX-License-Identifier: AGPL-3.0-or-later

package projects

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/reading"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/appeal"
	"ecot/mechanism/giving"
)

// past is a random history of one pot: gifts, some of them outside the appeal or shared with another pot,
// refunds in part and whole, returned debits, chargebacks with their fee, reversals.
type past struct {
	shop
	t      *testing.T
	random *rand.Rand
	pot    string
	acts   int
	gifts  []booked
	given  map[int]int64 // what must stand in each month, reckoned here from what was sent
}

type booked struct {
	index  int64
	left   int64 // of the pot's share
	appeal bool
}

func (p *past) do(command mechanism.Command, person string) app.Answer {
	p.t.Helper()
	p.acts++
	answer, err := p.app.Do(p.t.Context(), app.Request{Key: fmt.Sprint(p.pot, "/", p.acts), Command: command,
		Person: app.Person{Handle: person, Kind: string(giving.Person), Name: person}})
	must(p.t, err)
	return answer
}

// act does something on a day.
func (p *past) act(day journal.Day) {
	if n := len(p.gifts); n > 0 && p.random.IntN(3) == 0 {
		p.undo(day, &p.gifts[p.random.IntN(n)])
		return
	}
	amount := 1 + p.random.Int64N(100_00)
	gift := booked{left: amount, appeal: p.random.IntN(5) > 0}
	into := []string{"bank", "provider"}[p.random.IntN(2)]
	given := giving.Given{Inflow: giving.Inflow{Unit: "EUR", Gross: amount, Into: into, Nature: giving.Gift,
		Donor: giving.Person, Evidence: giving.Proved, Generosity: gift.appeal, Given: day},
		To: []journal.Share{{Pot: p.pot, Amount: amount}}}
	if late := p.random.IntN(6); late == 0 {
		given.Credited = day + journal.Day(p.random.IntN(40))
	}
	if p.random.IntN(4) == 0 {
		given.Gross += 7_00
		given.To = append(given.To, journal.Share{Pot: "fonds", Amount: 7_00})
	}
	person := fmt.Sprint(p.pot, p.random.IntN(6), "@example.org")
	gift.index = p.do(&giving.Give{Given: given}, person).Index
	if p.gifts = append(p.gifts, gift); gift.appeal {
		p.given[day.Month()] += amount
	}
}

// undo sends a gift back, in part or whole; sometimes that was wrong, and is reversed.
func (p *past) undo(day journal.Day, gift *booked) {
	if gift.left == 0 {
		return
	}
	back := gift.left
	if p.random.IntN(2) == 0 {
		back = 1 + p.random.Int64N(gift.left)
	}
	refund := giving.Refunded{Of: gift.index, Unit: "EUR", Through: "bank", Evidence: giving.Proved,
		Reason: []giving.Reason{giving.GivenBack, giving.ChargedBack, giving.SentBack}[p.random.IntN(3)], Back: []journal.Share{{Pot: p.pot, Amount: back}}, On: day}
	if refund.Reason == giving.ChargedBack { // the dispute costs a fee of its own, which is no part of the gauge
		p.do(&giving.Charge{FeeCharged: giving.FeeCharged{Unit: "EUR", Amount: 5, Pot: p.pot, Through: "bank", For: giving.DisputeFee, On: day,
			Evidence: giving.Proved}}, "")
	}
	answer := p.do(&giving.GiveBack{Refunded: refund}, "")
	gift.left -= back
	sign := int64(-1)
	if p.random.IntN(5) == 0 { // it was booked by mistake
		p.do(&giving.Reverse{Reversed: giving.Reversed{Of: answer.Index, By: "treasurer", On: day}, Origin: gift.index}, "")
		gift.left += back
		sign = 0
	}
	if gift.appeal {
		p.given[day.Month()] += sign * back
	}
}

// Over random histories the gauges equal the sums of the entries that they link to, and what was sent.
func TestGaugesAreTheSumsOfTheirEntries(t *testing.T) {
	s := open(t)
	pots, days := 24, 330
	if testing.Short() {
		pots = 6
	}
	s.pot(t, "fonds", 1_000_00)
	var all []*past
	for i := range pots {
		p := &past{shop: s, t: t, random: rand.New(rand.NewPCG(uint64(i), 4)), pot: fmt.Sprint("pot-", i),
			given: map[int]int64{}}
		s.pot(t, p.pot, 1_000_00) // so that no refund finds the pot empty
		must(t, s.Add(t.Context(), editor(), p.pot, lanterne().Texts))
		must(t, s.OpenAppeal(t.Context(), editor(), p.pot, Call{Carry: []appeal.Carry{appeal.CarryNone,
			appeal.CarryYear, ""}[i%3], Needs: needs()}))
		all = append(all, p)
	}
	first := journal.DayOf(s.clock.Now())
	for day := first; day < first+journal.Day(days); day += 6 {
		s.clock.Set(day.Time().Add(12 * time.Hour))
		var wait sync.WaitGroup
		for _, p := range all {
			wait.Go(func() { p.act(day) })
		}
		wait.Wait()
	}
	for _, p := range all {
		p.check()
	}
}

// pot opens a pot that holds something outside any appeal.
func (s shop) pot(t *testing.T, slug string, amount int64) {
	t.Helper()
	_, err := s.app.Do(t.Context(), app.Request{Key: "pot/" + slug,
		Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: slug, Purpose: giving.Spendable}}})
	_, gift := s.app.Do(t.Context(), app.Request{Key: "first/" + slug, Command: &giving.Give{Given: giving.Given{
		Inflow: giving.Inflow{Unit: "EUR", Gross: amount, Into: "bank", Nature: giving.Gift, Donor: giving.Company,
			Evidence: giving.Declared}, To: []journal.Share{{Pot: slug, Amount: amount}}}}})
	must(t, errors.Join(err, gift))
}

// check compares the gauges with the entries and with what was sent.
func (p *past) check() {
	p.t.Helper()
	standing, err := p.Standing(p.t.Context(), p.pot)
	must(p.t, err)
	if len(standing.Months) < 11 {
		p.t.Fatalf("%s has %d months", p.pot, len(standing.Months))
	}
	for _, m := range standing.Months {
		listed := p.listed(m.Month)
		if m.Given != listed || m.Given != p.given[m.Month] {
			p.t.Errorf("%s in %d: the gauge says %d, its entries sum to %d, what was sent to %d",
				p.pot, m.Month, m.Given, listed, p.given[m.Month])
		}
	}
}

// listed sums the entries that a gauge's figure links to.
func (p *past) listed(month int) (sum int64) {
	accounts, err := p.read.Ledger(p.t.Context())
	must(p.t, err)
	q := reading.Browse{Appeal: true, Pot: p.pot, Month: month, Limit: 7}
	for _, account := range accounts {
		if string(account.Place.Account) == "pot:"+p.pot {
			q.Accounts = append(q.Accounts, account)
		}
	}
	for {
		views, older, err := p.read.Browse(p.t.Context(), q)
		must(p.t, err)
		for _, v := range views {
			for _, t := range q.Counted(v) {
				sum += t.Amount
			}
			q.Before = v.Index
		}
		if !older || len(views) == 0 {
			return sum
		}
	}
}
