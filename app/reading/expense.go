// SPDX-License-Identifier: AGPL-3.0-or-later

package reading

import (
	"context"
	"strconv"

	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/giving"
)

// Expenses gives, by the index at which each was claimed, where expenses stand. One that was withdrawn, or
// that never was, is left out.
func (r *Reader) Expenses(ctx context.Context, indexes ...int64) (map[int64]giving.Open, error) {
	keys := make([]mechanism.Key, len(indexes))
	for i, index := range indexes {
		keys[i] = mechanism.Key{Stream: "expense", Part: strconv.FormatInt(index, 10)}
	}
	states, err := r.store.StatesAt(ctx, keys)
	if err != nil {
		return nil, err
	}
	expenses := make(map[int64]giving.Open, len(states))
	for i, key := range keys {
		value, known := states[key]
		if !known {
			continue
		}
		state, err := journal.ParseState(value, r.rules.States())
		if err != nil {
			return nil, err
		}
		if open, ok := state.(*giving.Open); ok {
			expenses[indexes[i]] = *open
		}
	}
	return expenses, nil
}

// WentBack gives what has been undone of an entry, such as a gift of which a part was given back.
func (r *Reader) WentBack(ctx context.Context, index int64) (giving.Undone, error) {
	stored, err := r.store.State(ctx, undoneKey(index))
	if err != nil || stored.Value == nil {
		return giving.Undone{}, err
	}
	state, err := journal.ParseState(stored.Value, r.rules.States())
	if err != nil {
		return giving.Undone{}, err
	}
	if undone, ok := state.(*giving.Undone); ok {
		return *undone, nil
	}
	return giving.Undone{}, nil
}
