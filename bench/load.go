// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// deed is one request of one client; n differs for every request of a run.
type deed func(ctx context.Context, client, n int) error

// load is what a turn measured.
type load struct {
	rate     float64 // acknowledged requests a second
	p50, p99 float64 // milliseconds
	most     float64 // the slowest, milliseconds
	syncs    float64
}

// closed lets clients ask one after another for the length of a turn: each sends its next request
// when it has the answer to the last.
func closed(ctx context.Context, clients int, turn time.Duration, do deed) (load, error) {
	taken, errs := make([][]time.Duration, clients), make([]error, clients)
	var all sync.WaitGroup
	start := time.Now()
	for c := range clients {
		all.Go(func() {
			for n := 0; time.Since(start) < turn && errs[c] == nil; n++ {
				sent := time.Now()
				errs[c] = do(ctx, c, n)
				taken[c] = append(taken[c], time.Since(sent))
			}
		})
	}
	all.Wait()
	return summary(slices.Concat(taken...), time.Since(start)), errors.Join(errs...)
}

// open lets requests come at a fixed rate, whether or not earlier ones were answered. What waits
// because the program is slow counts as slow: time runs from when a request was due.
func open(ctx context.Context, rate int, turn time.Duration, do deed) (load, error) {
	const clients = 256 // at once at most; a request that finds none free waits, and its time runs
	due := make(chan time.Time, rate*int(turn/time.Second+1))
	taken, errs := make([][]time.Duration, clients), make([]error, clients)
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			n := 0
			for at := range due {
				if errs[c] == nil {
					errs[c] = do(ctx, c, n)
				}
				taken[c] = append(taken[c], time.Since(at))
				n++
			}
		})
	}
	start := time.Now()
	for i := 0; ; i++ {
		at := start.Add(time.Duration(i) * time.Second / time.Duration(rate))
		if at.Sub(start) >= turn {
			break
		}
		time.Sleep(time.Until(at))
		due <- at
	}
	close(due)
	all.Wait()
	return summary(slices.Concat(taken...), time.Since(start)), errors.Join(errs...)
}

func summary(taken []time.Duration, whole time.Duration) load {
	slices.Sort(taken)
	at := func(share float64) float64 {
		if len(taken) == 0 {
			return 0
		}
		return float64(taken[int(share*float64(len(taken)-1))]) / float64(time.Millisecond)
	}
	return load{rate: float64(len(taken)) / whole.Seconds(), p50: at(.50), p99: at(.99), most: at(1)}
}

// contender is one of those that are compared, and what its turns measured.
type contender struct {
	name    string
	clients int
	do      deed
	rounds  []load
}

func (c *contender) column(of func(load) float64) (list []float64) {
	for _, l := range c.rounds {
		list = append(list, of(l))
	}
	return list
}

func (c *contender) rates() []float64 { return c.column(func(l load) float64 { return l.rate }) }
func (c *contender) p50() float64     { return median(c.column(func(l load) float64 { return l.p50 })) }
func (c *contender) p99() float64     { return median(c.column(func(l load) float64 { return l.p99 })) }
func (c *contender) syncs() float64   { return median(c.column(func(l load) float64 { return l.syncs })) }

// compete gives every contender its turn, round after round, the disk being asked before each.
func (b *bench) compete(ctx context.Context, contenders []*contender) error {
	for range b.rounds {
		for _, c := range contenders {
			syncs, err := b.disk.syncs()
			if err != nil {
				return err
			}
			l, err := closed(ctx, c.clients, b.turn, c.do)
			if err != nil {
				return err
			}
			l.syncs = syncs
			c.rounds = append(c.rounds, l)
		}
	}
	return nil
}
