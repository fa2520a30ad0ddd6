// SPDX-License-Identifier: AGPL-3.0-or-later

package reading

import (
	"bytes"
	"context"
	"slices"

	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/charter"
)

// ClosedThrough gives the last month that is closed (yyyymm), 0 while none is.
func (r *Reader) ClosedThrough(ctx context.Context) (int, error) {
	stored, err := r.store.State(ctx, mechanism.BooksKey())
	if err != nil || stored.Value == nil {
		return 0, err
	}
	state, err := journal.ParseState(stored.Value, r.rules.States())
	if err != nil {
		return 0, err
	}
	if books, ok := state.(mechanism.Shut); ok {
		return books.ClosedThrough(), nil
	}
	return 0, nil
}

// Closing is an entry that closed a month.
type Closing struct {
	View
	Fact *charter.Closed
}

// Closings gives the entries from one on that closed months, and the number of entries that were looked at.
func (r *Reader) Closings(ctx context.Context, from int64) (all []Closing, size int64, err error) {
	head, err := r.store.Head(ctx)
	if err != nil || head.Size <= from {
		return nil, head.Size, err
	}
	s, kind := r.shelf(ctx), []byte(new(charter.Closed).Name()+"\n")
	err = r.store.Leaves(ctx, from, head.Size, func(index int64, leaf []byte) error {
		if !bytes.HasPrefix(leaf, kind) {
			return nil
		}
		v, err := r.view(s, index, slices.Clone(leaf))
		if closed, ok := v.Entry.Fact.(*charter.Closed); err == nil && ok {
			all = append(all, Closing{v, closed})
		}
		return err
	})
	return all, head.Size, err
}
