// SPDX-License-Identifier: AGPL-3.0-or-later

// Package queue gathers what waits for somebody of the fund: lines to match, signatures to give, news to
// freeze.
//
// Every use-case that leaves something to a person is a Source; the back office shows them all in one
// list. Its one invariant: what waits longest stands first, whoever it waits for.
package queue

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"ecot/app/people"
	"ecot/app/reading"
	"ecot/money"
)

// Item is something that waits.
type Item struct {
	// Key names its words: the message queue.<Key>, with Pairs for values, says in one line what waits.
	Key   string
	Pairs []string
	// Detail is text that only those see who may read what is private, such as the name on a bank line.
	Detail string
	Amount money.Amount // that it is about; without a unit for none
	Since  time.Time    // from when it waits; zero for from the beginning
	Due    time.Time    // by when it should be done; zero for no day
	Right  people.Right // that whoever does it needs
	// Project is the project whose maintainers may do it too; empty for none.
	Project string
	Href    string // where it is done
}

// Source is a use-case that may leave something to do.
type Source interface {
	Queue(ctx context.Context) ([]Item, error)
}

// Func is a function as a source.
type Func func(ctx context.Context) ([]Item, error)

// Queue calls the function.
func (f Func) Queue(ctx context.Context) ([]Item, error) { return f(ctx) }

// Gather gives what all sources leave to do, the oldest first; what waits from the same instant, in the
// order of the sources.
func Gather(ctx context.Context, sources ...Source) ([]Item, error) {
	var all []Item
	for _, s := range sources {
		items, err := s.Queue(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
	}
	slices.SortStableFunc(all, func(a, b Item) int {
		return cmp.Compare(a.Since.Unix(), b.Since.Unix())
	})
	return all, nil
}

// Done is what the fund did last.
type Done struct {
	Index int64
	Kind  string // of the fact, without its version
	At    int64  // seconds
}

// Last gives the newest entry of a journal that is founded.
func Last(ctx context.Context, read *reading.Reader) (Done, error) {
	views, _, err := read.Browse(ctx, reading.Browse{Limit: 1})
	if err != nil || len(views) == 0 {
		return Done{}, err
	}
	kind, _, _ := strings.Cut(views[0].Fact.Name(), "/")
	return Done{views[0].Index, kind, views[0].At.Seconds}, nil
}
