// SPDX-License-Identifier: AGPL-3.0-or-later

// Package audit replays a stored journal and holds everything stored against it.
//
// Its one invariant: it believes the leaves alone; what follows from them it derives again.
package audit

import (
	"context"

	"ecot/journal"
	"ecot/mechanism"
	"ecot/proof"
	"ecot/store"
	"ecot/vault"
)

// Journal is what an audit looks at.
type Journal struct {
	Store *store.Store
	Vault *vault.Vault
	Rules *mechanism.Set
	VKey  string // of the checkpoints
}

// Step is one entry as a replay meets it: what it is and everything that follows from it.
type Step struct {
	Entry   *journal.Entry
	Leaf    []byte
	After   []int64 // balance behind each posting
	Figures mechanism.Figures
	Tiles   []proof.Tile // that it completed
	Tree    *proof.Edge  // behind it
}

// Every is the number of entries after which long work says how far it is.
const Every = 10_000

// Progress is told how far long work is.
type Progress func(done, total int64)

// Replay folds the journal's first size entries from their leaves and calls fn with each.
func (j *Journal) Replay(ctx context.Context, size int64, progress Progress,
	fn func(Step) error) (*mechanism.Replay, *proof.Edge, error) {
	reader, edge := journal.NewReader(j.Rules.Kinds()), proof.NewEdge()
	again := journal.NewReader(j.Rules.Kinds())
	replay := mechanism.NewReplay(j.Rules, func(index int64) (*journal.Entry, error) {
		leaf, err := j.Store.Leaf(ctx, index)
		if err != nil {
			return nil, err
		}
		e, err := again.Parse(leaf, index)
		return &e, err
	})
	replay.Last = map[mechanism.Key]int64{}
	err := j.Store.Leaves(ctx, 0, size, func(index int64, leaf []byte) error {
		if progress != nil && index%Every == 0 {
			progress(index, size)
		}
		e, err := reader.Parse(leaf, index)
		if err != nil {
			return &mechanism.Breach{Index: index, Law: "form", Err: err}
		}
		s := Step{Entry: &e, Leaf: leaf, Tree: edge}
		if s.After, err = replay.Add(&e); err != nil {
			return err
		}
		if s.Figures, err = j.Rules.Figures(replay, &e); err != nil {
			return err
		}
		s.Tiles = edge.Append(proof.LeafHash(leaf))
		return fn(s)
	})
	return replay, edge, err
}
