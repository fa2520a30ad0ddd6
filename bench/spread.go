// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
)

// manyClients is the number of clients where one number must do.
const manyClients = 32

// cold is the number of pots when gifts are spread.
const cold = 10_000

// spread measures gifts to few pots that everybody gives to against gifts to very many.
func (b *bench) spread(ctx context.Context) error {
	for _, engine := range b.engines() {
		if err := b.spreadOn(ctx, engine); err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
	}
	return nil
}

func (b *bench) spreadOn(ctx context.Context, engine string) (err error) {
	i, err := b.newInstance(ctx, engine, hot+cold)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.end(ctx)) }()
	few := &contender{clients: manyClients, do: (&maker{pots: hot}).by(i.giver())}
	many := &contender{clients: manyClients, do: (&maker{from: hot, pots: cold}).by(i.giver())}
	if err := b.compete(ctx, []*contender{few, many}); err != nil {
		return err
	}
	what := fmt.Sprintf("%d hot pots against %s cold, %d clients, %s", hot, thousands(cold), manyClients, engine)
	b.table.add(row{what: what, value: median(ratios(few.rates(), many.rates())), unit: "x", syncs: few.syncs(),
		mark:   &mark{floor: .9, goal: 1},
		beside: fmt.Sprintf("%s/s against %s/s", number(median(few.rates())), number(median(many.rates())))})
	return nil
}
