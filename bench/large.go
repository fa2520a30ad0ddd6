// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ecot/app"
	"ecot/journal"
	"ecot/mechanism/giving"
)

// little is the number of gifts that a large instance is compared with.
const little = 10_000

// large measures what size costs: the rate of gifts, the disk, the start, a page, the bundle and
// its verification.
func (b *bench) large(ctx context.Context) error {
	for _, engine := range b.engines() {
		if err := b.largeOn(ctx, engine); err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
	}
	return nil
}

func (b *bench) largeOn(ctx context.Context, engine string) (err error) {
	var pair [2]*instance
	for n := range pair {
		if pair[n], err = b.newInstance(ctx, engine, 1); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, pair[n].remove(ctx)) }()
	}
	small, big := pair[0], pair[1]
	if err := small.fill(ctx, little); err != nil {
		return err
	}
	start := time.Now()
	if err := big.fill(ctx, b.many); err != nil {
		return err
	}
	b.table.add(row{what: fmt.Sprintf("fill with %s gifts by app.Bulk, %s", thousands(int64(b.many)), engine),
		value: float64(b.many) / time.Since(start).Seconds(), unit: "/s"})
	group := []*contender{
		{clients: manyClients, do: (&maker{pots: 1, named: true}).by(small.giver())},
		{clients: manyClients, do: (&maker{pots: 1, named: true}).by(big.giver())},
	}
	if err := b.compete(ctx, group); err != nil {
		return err
	}
	few, many := group[0].rates(), group[1].rates()
	b.table.add(row{what: fmt.Sprintf("rate at %s gifts against at %s, %d clients, %s", thousands(int64(b.many)),
		thousands(little), manyClients, engine), value: median(ratios(many, few)), unit: "x",
		syncs: group[1].syncs(), mark: &mark{floor: .8, goal: .95},
		beside: fmt.Sprintf("%s/s against %s/s", number(median(many)), number(median(few)))})
	gifts := float64(b.many) + sum(group[1])*b.turn.Seconds()
	if err := errors.Join(small.Close(), big.Close()); err != nil {
		return err
	}
	return b.standing(ctx, engine, big, gifts)
}

// sum adds up the rates of a contender's rounds.
func sum(c *contender) (total float64) {
	for _, rate := range c.rates() {
		total += rate
	}
	return total
}

// fill books so many gifts, each from a giver of its own, of which one in a hundred is given back.
func (i *instance) fill(ctx context.Context, gifts int) error {
	const step = 1_000
	return i.Bulk(ctx, func(ctx context.Context, b *app.Bulk) error {
		m := &maker{pots: 1, named: true}
		var back []*app.Request
		for done := 0; done < gifts; done += step {
			requests := back
			back = nil
			for range min(step, gifts-done) {
				r := m.next().request()
				r.Key = "fill/" + r.Key
				r.Once = []app.Once{{Scope: "fill", Key: r.Key}}
				requests = append(requests, &r)
			}
			_, err := b.EnterAll(ctx, requests, func(n int, e *journal.Entry) error {
				if given, ok := e.Fact.(*giving.Given); ok && n%100 == 99 {
					back = append(back, giveBack(e.Index, given))
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// giveBack gives a whole gift back.
func giveBack(index int64, g *giving.Given) *app.Request {
	command := &giving.GiveBack{Refunded: giving.Refunded{Of: index, Unit: g.Unit, Back: g.To, Through: g.Into,
		Reason: giving.GivenBack, On: g.Inflow.Given, Evidence: giving.Declared}}
	return &app.Request{Key: fmt.Sprintf("back/%d", index), Command: command}
}

// standing measures an instance of so many gifts that is closed: its size, its start, its pages and
// its bundle.
func (b *bench) standing(ctx context.Context, engine string, i *instance, gifts float64) error {
	size, err := i.size(ctx)
	if err != nil {
		return err
	}
	b.table.add(row{what: "disk of the store and vault, a gift, " + engine, value: float64(size) / gifts,
		unit: "B", mark: &mark{floor: 2_000, goal: 1_200, less: true}})
	p, err := b.build(ctx)
	if err != nil {
		return err
	}
	if err := b.starts(ctx, p, engine, i); err != nil {
		return err
	}
	if engine != "sqlite" {
		return nil
	}
	return b.bundle(ctx, p, i, gifts)
}
