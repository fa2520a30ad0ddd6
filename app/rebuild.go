// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"

	"ecot/app/audit"
	"ecot/app/tally"
	"ecot/mechanism"
	"ecot/proof"
	"ecot/store"
)

// Progress is told how far long work is.
type Progress = audit.Progress

// audit gives the journal as an audit looks at it.
func (a *App) audit() *audit.Journal {
	return &audit.Journal{Store: a.store, Vault: a.vault, Rules: a.rules, VKey: a.vkey}
}

// Check replays the journal and compares everything stored with it.
func (a *App) Check(ctx context.Context, progress Progress) (*audit.Findings, error) {
	return a.audit().Check(ctx, progress)
}

// Rebuild writes every view again from the entries: accounts, postings, months, figures, states,
// tiles. It is one transaction; nothing else adds to the journal meanwhile. Entries, claims and
// checkpoints are left as they are.
func (a *App) Rebuild(ctx context.Context, progress Progress) (err error) {
	tx, err := a.store.Begin(ctx)
	if err != nil {
		return err
	}
	b := a.blankBatch(tx)
	defer b.abandon()
	if err := tx.ClearViews(ctx); err != nil {
		return err
	}
	size := tx.Head.Size
	replay, edge, err := a.audit().Replay(ctx, size, progress, func(s audit.Step) error {
		return b.view(ctx, s)
	})
	if err != nil {
		return err
	}
	if err := b.viewStates(ctx, replay, edge); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// blankBatch gives a batch that knows nothing, to write views with.
func (a *App) blankBatch(tx *store.Tx) *batch {
	memory := newMemory()
	memory.nextAccount = 1
	b := newBatch(a, memory, tx)
	b.next, b.written = 0, 0
	return b
}

// view adds what follows from one entry of a replay.
func (b *batch) view(ctx context.Context, s audit.Step) error {
	for _, p := range s.Entry.Posts {
		b.book.Set(tally.Place(p), b.book.Balance(tally.Place(p))+p.Amount)
	}
	b.keepPostings(folded{s.Entry, s.After}, s.Figures)
	for _, t := range s.Figures.Tallies {
		tally.Figure(b.figures, t)
	}
	for _, tile := range s.Tiles {
		b.change.Tile(tile)
	}
	b.next = s.Entry.Index + 1
	if b.next-b.written < piece {
		return nil
	}
	b.written = b.next
	return b.flush(ctx)
}

// viewStates writes the states that a replay ended with, and the right edge.
func (b *batch) viewStates(ctx context.Context, r *mechanism.Replay, edge *proof.Edge) error {
	for key, state := range r.States {
		b.desk.States[key] = state
		b.desk.Changed[key] = r.Last[key]
	}
	b.change.Edge(edge)
	return b.flush(ctx)
}
