// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"

	"ecot/journal"
	"ecot/mechanism"
	"ecot/proof"
)

// step is one entry as a replay meets it: what it is and everything that follows from it.
type step struct {
	entry   *journal.Entry
	leaf    []byte
	after   []int64 // balance behind each posting
	figures mechanism.Figures
	tiles   []proof.Tile // that it completed
	tree    *proof.Edge  // behind it
}

// progressEvery is the number of entries after which long work says how far it is.
const progressEvery = 10_000

// Progress is told how far long work is.
type Progress func(done, total int64)

// replay folds the journal's first size entries from their leaves and calls fn with each.
func (a *App) replay(ctx context.Context, size int64, progress Progress, fn func(*mechanism.Replay,
	step) error) (
	*mechanism.Replay, *proof.Edge, error) {
	reader, edge := journal.NewReader(a.rules.Kinds()), proof.NewEdge()
	again := journal.NewReader(a.rules.Kinds())
	replay := mechanism.NewReplay(a.rules, func(index int64) (*journal.Entry, error) {
		leaf, err := a.store.Leaf(ctx, index)
		if err != nil {
			return nil, err
		}
		e, err := again.Parse(leaf, index)
		return &e, err
	})
	replay.Last = map[mechanism.Key]int64{}
	err := a.store.Leaves(ctx, 0, size, func(index int64, leaf []byte) error {
		if progress != nil && index%progressEvery == 0 {
			progress(index, size)
		}
		e, err := reader.Parse(leaf, index)
		if err != nil {
			return &mechanism.Breach{Index: index, Law: "form", Err: err}
		}
		s := step{entry: &e, leaf: leaf, tree: edge}
		if s.after, err = replay.Add(&e); err != nil {
			return err
		}
		if s.figures, err = a.rules.Figures(replay, &e); err != nil {
			return err
		}
		s.tiles = edge.Append(proof.LeafHash(leaf))
		return fn(replay, s)
	})
	return replay, edge, err
}
