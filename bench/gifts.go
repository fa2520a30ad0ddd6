// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
)

// gifts measures single gifts: naive, ours, and ours with personal data; in process and over HTTP;
// from few clients and from many; on each engine.
func (b *bench) gifts(ctx context.Context) error {
	for _, engine := range b.engines() {
		if err := b.giftsOn(ctx, engine); err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
	}
	return nil
}

// field is who competes on one engine: the baseline and two instances, each with its door.
type field struct {
	naive        *naiveLedger
	plain, named *instance
	doors        [3]*door
}

func (b *bench) newField(ctx context.Context, engine string) (f *field, err error) {
	f = &field{}
	if f.naive, err = b.newNaive(ctx, engine); err != nil {
		return nil, err
	}
	if f.plain, err = b.newInstance(ctx, engine, hot); err != nil {
		return nil, errors.Join(err, f.end(ctx))
	}
	if f.named, err = b.newInstance(ctx, engine, hot); err != nil {
		return nil, errors.Join(err, f.end(ctx))
	}
	takers := []func(context.Context, gift) (answer, error){f.naive.take, f.plain.take, f.named.take}
	for n, take := range takers {
		if f.doors[n], err = openDoor(take); err != nil {
			return nil, errors.Join(err, f.end(ctx))
		}
	}
	return f, nil
}

func (f *field) end(ctx context.Context) error {
	var errs []error
	for _, d := range f.doors {
		if d != nil {
			errs = append(errs, d.close())
		}
	}
	if f.plain != nil {
		errs = append(errs, f.plain.end(ctx))
	}
	if f.named != nil {
		errs = append(errs, f.named.end(ctx))
	}
	return errors.Join(append(errs, f.naive.end(ctx))...)
}

func (b *bench) giftsOn(ctx context.Context, engine string) (err error) {
	f, err := b.newField(ctx, engine)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.end(ctx)) }()
	makers := [3]*maker{{pots: hot}, {pots: hot}, {pots: hot, named: true}}
	names := [3]string{"naive", "gift", "gift with a person"}
	for _, door := range []struct {
		name string
		to   [3]giver
	}{
		{"in process", [3]giver{f.naive.giver(), f.plain.giver(), f.named.giver()}},
		{"HTTP", [3]giver{f.doors[0].give, f.doors[1].give, f.doors[2].give}},
	} {
		for _, clients := range []int{1, 8, manyClients, 64} {
			var group []*contender
			for n, to := range door.to {
				group = append(group, &contender{name: names[n], clients: clients, do: makers[n].by(to)})
			}
			if err := b.compete(ctx, group); err != nil {
				return err
			}
			b.giftRows(engine, door.name, group)
		}
	}
	return nil
}

// giftRows prints what one group came to, and holds it to what is to be reached.
func (b *bench) giftRows(engine, door string, group []*contender) {
	clients := group[0].clients
	for n, c := range group {
		r := row{what: fmt.Sprintf("%s, %s, %d clients, %s", c.name, door, clients, engine),
			value: median(c.rates()), unit: "/s", syncs: c.syncs(),
			beside: fmt.Sprintf("p50 %s ms, p99 %s ms", number(c.p50()), number(c.p99()))}
		if n == 0 {
			b.table.add(r)
			continue
		}
		ratio := median(ratios(c.rates(), group[0].rates()))
		r.beside += fmt.Sprintf(", %s x naive", number(ratio))
		if engine == "sqlite" && door == "in process" && clients == manyClients {
			r.mark = &mark{floor: 5_000, goal: 12_000}
		}
		b.table.add(r)
		if engine == "postgres" && door == "HTTP" && clients == manyClients {
			b.table.add(row{what: "  ratio to naive", value: ratio, unit: "x", syncs: c.syncs(),
				mark: ratioMark(c.syncs())})
			b.table.add(row{what: "  p99", value: c.p99(), unit: "ms", syncs: c.syncs(),
				mark: &mark{floor: 40, goal: 10, less: true}})
		}
	}
}

// ratioMark gives what is to be reached against the baseline, which a quick disk helps most.
func ratioMark(syncs float64) *mark {
	if syncs < 1_500 {
		return &mark{floor: 5, goal: 10}
	}
	return &mark{floor: 3, goal: 6}
}
