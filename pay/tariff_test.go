// SPDX-License-Identifier: AGPL-3.0-or-later

package pay_test

import (
	"testing"

	"ecot/fault"
	"ecot/money"
	"ecot/pay"
	"ecot/pay/paytest"
)

func TestFee(t *testing.T) {
	card := pay.Tariff{Since: "2026-01-01", Fixed: paytest.Euros(25), BasisPoints: 150}
	for _, c := range []struct{ amount, fee int64 }{
		{1200, 43}, // 25 + 18
		{100, 27},  // 25 + 1.5, half up
		{99, 26},   // 25 + 1.485
		{1, 25},    // 25 + 0.015: more than the gift itself
		{33, 25},   // 25 + 0.495
		{34, 26},   // 25 + 0.51
		{1300, 45}, // 25 + 19.5, half up
		{10_000_000, 150_025},
	} {
		if fee, err := card.Fee(paytest.Euros(c.amount)); err != nil || fee != paytest.Euros(c.fee) {
			t.Errorf("of %d: %v, %v, want %d", c.amount, fee, err, c.fee)
		}
	}
}

func TestFeeRefuses(t *testing.T) {
	card := pay.Tariff{Since: "2026-01-01", Fixed: paytest.Euros(25), BasisPoints: 150}
	spoilt := func(spoil func(*pay.Tariff)) pay.Tariff {
		other := card
		spoil(&other)
		return other
	}
	for name, c := range map[string]struct {
		tariff pay.Tariff
		amount money.Amount
	}{
		"dollars":          {card, money.Amount{Minor: 1200, Unit: "USD"}},
		"hours":            {card, money.Amount{Minor: 60, Unit: money.Hours}},
		"nothing":          {card, paytest.Euros(0)},
		"beyond measure":   {card, paytest.Euros(money.Max + 1)},
		"no tariff":        {pay.Tariff{}, paytest.Euros(1200)},
		"no such day":      {spoilt(func(t *pay.Tariff) { t.Since = "2026-13-01" }), paytest.Euros(1200)},
		"a negative fee":   {spoilt(func(t *pay.Tariff) { t.Fixed.Minor = -1 }), paytest.Euros(1200)},
		"more than all":    {spoilt(func(t *pay.Tariff) { t.BasisPoints = 10_001 }), paytest.Euros(1200)},
		"a negative share": {spoilt(func(t *pay.Tariff) { t.BasisPoints = -1 }), paytest.Euros(1200)},
		"a fee in minutes": {spoilt(func(t *pay.Tariff) { t.Fixed.Unit = money.Hours }), paytest.Euros(1200)},
	} {
		if fee, err := c.tariff.Fee(c.amount); fault.CodeOf(err) != fault.Invalid || err == nil {
			t.Errorf("%s: %v, %v, want it refused", name, fee, err)
		}
	}
}

func TestScheduleOn(t *testing.T) {
	old := pay.Tariff{Since: "2025-03-01", Fixed: paytest.Euros(25), BasisPoints: 140}
	now := pay.Tariff{Since: "2026-01-01", Fixed: paytest.Euros(25), BasisPoints: 150}
	s := pay.Schedule{now, old}
	for day, want := range map[string]pay.Tariff{
		"2025-02-28": {}, "2025-03-01": old, "2025-12-31": old, "2026-01-01": now, "2030-01-01": now,
	} {
		if got, found := s.On(day); got != want || found != (want.Since != "") {
			t.Errorf("%s: %+v, %v, want %+v", day, got, found, want)
		}
	}
}

func TestSums(t *testing.T) {
	move := func(gross, fee int64) pay.Booking {
		return pay.Booking{Gross: paytest.Euros(gross), Fee: paytest.Euros(fee), Net: paytest.Euros(gross - fee)}
	}
	d := pay.Dispute{Moves: []pay.Booking{move(-1200, 2000), move(1200, -2000)}}
	if sum, err := d.Booked(); err != nil || sum != move(0, 0) {
		t.Errorf("a dispute won with its fee given back: %+v, %v", sum, err)
	}
	if sum, err := (pay.Dispute{}).Booked(); err != nil || sum.Known() {
		t.Errorf("an inquiry: %+v, %v, want nothing booked", sum, err)
	}
	dollars := pay.Booking{Gross: money.Amount{Minor: 1, Unit: "USD"}}
	d.Moves = append(d.Moves, dollars)
	if _, err := d.Booked(); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("moves in two currencies: %v, want a conflict", err)
	}
	p := pay.Payout{Amount: paytest.Euros(1157), Lines: []pay.Line{{Booked: move(1200, 43)}}}
	if rest, err := p.Rest(); err != nil || rest != paytest.Euros(0) {
		t.Errorf("an explained payout: rest %v, %v", rest, err)
	}
	p.Lines = append(p.Lines, pay.Line{Booked: dollars})
	p.Lines[1].Booked.Net = dollars.Gross
	if _, err := p.Rest(); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("lines in two currencies: %v, want a conflict", err)
	}
}
