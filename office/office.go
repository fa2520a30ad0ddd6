// SPDX-License-Identifier: AGPL-3.0-or-later

// Package office keeps the fund's working papers: who works for it, its settings, the texts of its
// projects, what was promised, what the bank said, letters and drafts.
//
// It is a database of its own, private: a file beside the journal's on SQLite, a schema on PostgreSQL.
// Each area of it (people, settings, …) has a migration, a file of statements and a Go file of its own,
// and says in areas which tables are its own and how it forgets a person. Its one invariant: nothing here
// is the truth about money; a balance is read from the journal, and what is lost here loses no cent.
package office

import (
	"context"
	"embed"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"ecot/fault"
	"ecot/store/engine"
)

//go:embed migrations/*.sql queries/*.sql
var files embed.FS

// Office is an open office.
type Office struct {
	db *engine.DB
}

// Open opens the office: the file office.db in the folder dir, or, when url is not empty, the schema
// ecot_office of that PostgreSQL database; a copy goes into the folder backups before its schema changes.
func Open(ctx context.Context, url, dir, backups string) (*Office, error) {
	at := engine.Address{URL: url, Schema: "ecot_office", File: filepath.Join(dir, "office.db"),
		Backup: filepath.Join(backups, "office")}
	db, err := engine.Open(ctx, at, files)
	if err != nil {
		return nil, err
	}
	if err := db.KeepNoSamples(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return &Office{db: db}, nil
}

// Close closes the office.
func (o *Office) Close() error { return o.db.Close() }

// Tx is a writing transaction of the office. Each area gives it methods.
type Tx struct {
	tx *engine.Tx
}

// Do calls fn in a writing transaction, and makes it last when fn gives no error. Until it ends, no other
// of this process begins one: fn writes by tx alone, asks nobody outside, and never calls Do.
func (o *Office) Do(ctx context.Context, fn func(tx *Tx) error) error {
	tx, err := o.db.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := fn(&Tx{tx}); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// put runs a statement that gives no rows. Texts that a database cannot hold are refused.
func (t *Tx) put(ctx context.Context, name string, args ...any) error {
	for _, arg := range args {
		if text, ok := arg.(string); ok {
			if err := clean(text); err != nil {
				return err
			}
		}
	}
	return t.tx.Exec(ctx, name, args...)
}

// clean refuses texts that a database cannot hold.
func clean(texts ...string) error {
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return fault.New(fault.Invalid, "A text is not valid UTF-8, or holds a zero byte.")
		}
	}
	return nil
}

// scrubTime bounds how long the rewriting of the office's files may take.
const scrubTime = 10 * time.Minute

// Scrub empties the write-ahead log and, on PostgreSQL, rewrites the tables, so that no copy of what was
// erased stays behind in the database's files.
func (o *Office) Scrub(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, scrubTime)
	defer stop()
	return o.db.Truncate(ctx, tables(true)...)
}
