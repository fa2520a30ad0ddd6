// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"errors"

	"ecot/app/tally"
	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/proof"
	"ecot/store"
)

// folded is an entry that was accepted, and the balance behind each of its postings.
type folded struct {
	*journal.Entry
	after []int64
}

// decide lets one command become entries. What it needs must have been loaded. When it is refused,
// nothing of it stays.
func (b *batch) decide(ctx context.Context, cmd mechanism.Command) (count int64, err error) {
	b.desk.Begin()
	first, clock := b.next, b.clock
	facts, err := cmd.Decide(b.desk, b.moment)
	if err != nil {
		err = invalid(err)
	}
	var entries []folded
	for _, fact := range facts {
		if err != nil {
			break
		}
		var e folded
		if e, err = b.fold(ctx, fact); err == nil {
			entries = append(entries, e)
		}
	}
	if err == nil {
		err = b.keep(entries)
	}
	if err != nil {
		for _, e := range entries {
			b.book.Undo(e.Posts)
			delete(b.desk.Entries, e.Index)
		}
		b.desk.Rollback()
		b.next, b.clock = first, clock
	}
	return b.next - first, err
}

// fold makes a fact into the next entry: derives its postings, checks the rules and the floors.
func (b *batch) fold(ctx context.Context, fact journal.Fact) (folded, error) {
	e := &journal.Entry{Index: b.next, Fact: fact, At: b.at(fact)}
	b.desk.Index = e.Index
	posts, err := b.app.rules.Fold(b.desk, e)
	if err != nil {
		return folded{}, invalid(err)
	}
	if closing, ok := fact.(mechanism.Closing); ok {
		if err := b.checkClosing(ctx, closing.Closes()); err != nil {
			return folded{}, err
		}
	}
	if err := b.loadAccounts(ctx, posts); err != nil {
		return folded{}, err
	}
	after, err := b.book.Post(posts, nil)
	if err != nil {
		return folded{}, err
	}
	e.Posts = posts
	b.desk.Entries[e.Index] = e
	b.clock = e.At.Advance(b.clock)
	b.next++
	return folded{e, after}, nil
}

// at gives the instant of an entry: never before the one before it.
func (b *batch) at(fact journal.Fact) journal.At {
	seconds := max(b.moment.Seconds, b.clock)
	if b.app.rules.Kinds()[fact.Name()].DayOnly {
		return journal.At{Seconds: seconds / 86_400 * 86_400, DayOnly: true}
	}
	return journal.At{Seconds: seconds}
}

// invalid makes sure that an error of the rules has a code.
func invalid(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	return fault.Wrap(err, fault.Invalid, "This cannot be entered in the journal: %s.", err)
}

// loadAccounts brings the balances that postings touch into the book.
func (b *batch) loadAccounts(ctx context.Context, posts []ledger.Posting) error {
	var missing []ledger.Place
	for _, p := range posts {
		place := tally.Place(p)
		if !b.book.Has(place) {
			b.book.Set(place, 0)
			missing = append(missing, place)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if err := b.settle(); err != nil {
		return err
	}
	stored, err := b.tx.Accounts(ctx, missing)
	for _, account := range stored {
		b.book.Set(account.Place, account.Balance)
		b.accounts[account.Place] = account.ID
	}
	return err
}

// keep writes the leaves of a command that was accepted and adds what follows from them.
func (b *batch) keep(entries []folded) error {
	leaves, figures := make([][]byte, len(entries)), make([]mechanism.Figures, len(entries))
	for i, e := range entries {
		from := len(b.leaves)
		var err error
		if b.leaves, err = b.app.rules.Kinds().Append(b.leaves, e.Entry); err != nil {
			return invalid(err)
		}
		leaves[i] = b.leaves[from:len(b.leaves):len(b.leaves)]
		if figures[i], err = b.app.rules.Figures(b.desk, e.Entry); err != nil {
			return err
		}
	}
	for i, e := range entries { // from here on nothing can be refused
		b.change.Entry(e.Index, leaves[i])
		b.keepPostings(e, figures[i])
		for _, t := range figures[i].Tallies {
			tally.Figure(b.figures, t)
		}
		for _, tile := range b.edge.Append(proof.LeafHash(leaves[i])) {
			b.tiles[tileKey{tile.Level, tile.N}] = tile
			b.change.Tile(tile)
		}
	}
	return nil
}

// keepPostings adds an entry's postings, with the balance behind each, and its month.
func (b *batch) keepPostings(e folded, figures mechanism.Figures) {
	for i, p := range e.Posts {
		place := tally.Place(p)
		id, known := b.accounts[place]
		if !known {
			id = b.nextAccount
			b.nextAccount++
			b.accounts[place] = id
		}
		b.touched[place] = true
		b.change.Posting(id, store.Posting{Index: e.Index, Seq: int64(i), Amount: p.Amount, Balance: e.after[i]})
		key := tally.MonthKey{Account: id, Month: figures.Day.Month(), Class: figures.Class}
		b.months[key] = tally.Month(b.months[key], key, e.Entry, i)
	}
}
