// SPDX-License-Identifier: AGPL-3.0-or-later

// Package store keeps the journal and what follows from it in one database.
//
// It knows entries, accounts, states and claims, and no mechanism. A Tx is one batch of the one
// order of the journal: it takes the head row first, loads in bulk what the batch names, and
// writes everything at its end. Its one invariant: entries, postings, balances, views, tiles and
// the checkpoint of a batch become visible together, or not at all.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"path/filepath"

	"ecot/fault"
	"ecot/proof"
	"ecot/store/engine"
)

//go:embed migrations/*.sql queries/*.sql
var files embed.FS

// Head is where the journal stands.
type Head struct {
	Size  int64
	Root  proof.Hash
	Epoch int64 // number of batches; a writer that knows epoch-1 knows everything
	Clock int64 // seconds
}

// View is what can be read of a journal.
type View struct{ from source }

// source answers the statements of the query files that read.
type source interface {
	Query(ctx context.Context, name string, args ...any) (*sql.Rows, error)
	Row(ctx context.Context, name string, args ...any) *sql.Row
	Lookup(ctx context.Context, name string, fn func(*sql.Rows) error, columns ...any) error
}

// Store is an open store. As a View each answer is of what is committed at its moment, so that two may
// be of different sizes of the journal; Snapshot gives answers that fit together.
type Store struct {
	View
	db *engine.DB
}

// Open opens the store in the SQLite file, or, when url is not empty, in that PostgreSQL database,
// and brings its schema up to date, after a copy into the folder backups.
func Open(ctx context.Context, url, file, backups string) (*Store, error) {
	at := engine.Address{URL: url, Schema: "ecot", Beside: "ecot_vault",
		File: file, Backup: filepath.Join(backups, "ecot")}
	db, err := engine.Open(ctx, at, files)
	if err != nil {
		return nil, err
	}
	return &Store{View: View{db}, db: db}, nil
}

// Close closes the store.
func (s *Store) Close() error { return s.db.Close() }

// Kind gives the engine.
func (s *Store) Kind() engine.Kind { return s.db.Kind }

// Snapshot is a View of one committed state of the journal. It is for one goroutine, an answer must be
// read to its end before the next question, and the caller closes it.
type Snapshot struct {
	View
	at *engine.Snapshot
}

// Snapshot begins a snapshot at what is committed when it is first asked.
func (s *Store) Snapshot(ctx context.Context) (*Snapshot, error) {
	at, err := s.db.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return &Snapshot{View: View{at}, at: at}, nil
}

// Close ends the snapshot.
func (s *Snapshot) Close() { s.at.Close() }

// Head gives where the journal stands, as last committed.
func (v *View) Head(ctx context.Context) (Head, error) {
	return scanHead(v.from.Row(ctx, "head"))
}

func scanHead(row interface{ Scan(...any) error }) (h Head, err error) {
	var root []byte
	if err := row.Scan(&h.Size, &root, &h.Epoch, &h.Clock); err != nil {
		return h, fmt.Errorf("read the head: %w", err)
	}
	if h.Size == 0 {
		h.Root = proof.EmptyRoot()
		return h, nil
	}
	if len(root) != len(h.Root) {
		return h, fmt.Errorf("read the head: a root of %d bytes", len(root))
	}
	h.Root = proof.Hash(root)
	return h, nil
}

// Leaf gives the leaf of one entry.
func (v *View) Leaf(ctx context.Context, index int64) (leaf []byte, err error) {
	err = v.from.Row(ctx, "entry", index).Scan(&leaf)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "There is no entry %d.", index)
	}
	return leaf, err
}

// LeavesAt gives the leaves at the indexes given, by index.
func (v *View) LeavesAt(ctx context.Context, indexes []int64) (map[int64][]byte, error) {
	leaves := make(map[int64][]byte, len(indexes))
	err := v.from.Lookup(ctx, "load_entries", func(rows *sql.Rows) error {
		var index int64
		var leaf []byte
		err := rows.Scan(&index, &leaf)
		leaves[index] = leaf
		return err
	}, indexes)
	return leaves, err
}

// page is the number of entries that Leaves reads at once.
const page = 4096

// Leaves calls fn for every leaf from index from to below index to, in order. The leaf is not
// valid after fn returns.
func (v *View) Leaves(ctx context.Context, from, to int64, fn func(index int64, leaf []byte) error) error {
	for ; from < to; from += page {
		rows, err := v.from.Query(ctx, "entries", from, min(to, from+page))
		next := from
		err = engine.Scan(rows, err, func(rows *sql.Rows) error {
			var index int64
			var leaf sql.RawBytes
			if err := rows.Scan(&index, &leaf); err != nil {
				return err
			}
			if index != next {
				return fmt.Errorf("entry %d is missing", next)
			}
			next++
			return fn(index, leaf)
		})
		if err != nil {
			return err
		}
		if next != min(to, from+page) {
			return fmt.Errorf("entry %d is missing", next)
		}
	}
	return nil
}
