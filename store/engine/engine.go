// SPDX-License-Identifier: AGPL-3.0-or-later

// Package engine opens the two databases that Écot runs on and hides how they differ.
//
// Everything above it is written once: one SQL text with $1 parameters for both, and a twin text
// only where a statement takes many rows, which SQLite runs row by row or through json_each and
// PostgreSQL through unnest. Its one invariant: no connection is given out before it has been
// asked, and has said, that a commit is on disk when it returns.
package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// Kind names an engine.
type Kind string

// The engines.
const (
	SQLite   Kind = "sqlite"
	Postgres Kind = "postgres"
)

// DB is an open database: a pool to read from and one connection to write with.
type DB struct {
	Kind  Kind
	texts Texts
	read  *sql.DB
	write *sql.DB

	reading sync.Mutex
	readers map[string]*sql.Stmt // guarded by reading; they end with the pool

	mu      sync.Mutex // held for the whole of a writing transaction
	session *session   // the writing connection, guarded by mu; nil until first used or after it broke
}

// session is a connection with the statements prepared on it.
type session struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
	writers  map[string]*rowsWriter // of rows, on SQLite
}

// Close closes the database. A writing transaction must have ended.
func (db *DB) Close() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.drop()
	return errors.Join(db.write.Close(), db.read.Close())
}

// drop gives the writing connection up.
func (db *DB) drop() {
	if db.session == nil {
		return
	}
	for _, stmt := range db.session.prepared {
		stmt.Close()
	}
	for _, w := range db.session.writers {
		w.close()
	}
	db.session.conn.Close()
	db.session = nil
}

// Begin opens a writing transaction; until it ends no other of this process begins one. The first
// statement of the transaction should take the row that orders writers among processes.
func (db *DB) Begin(ctx context.Context) (*Tx, error) {
	db.mu.Lock()
	err := db.connect(ctx)
	if err == nil && db.Kind == SQLite {
		if _, err = db.session.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
			db.drop()
		}
	}
	if err != nil {
		db.mu.Unlock()
		return nil, unavailable(err)
	}
	return &Tx{db: db, fresh: db.Kind == Postgres}, nil
}

// connect makes sure that there is a writing connection. The caller holds mu.
func (db *DB) connect(ctx context.Context) error {
	if db.session != nil {
		return nil
	}
	conn, err := db.write.Conn(ctx)
	if err == nil {
		db.session = &session{conn: conn, prepared: map[string]*sql.Stmt{}, writers: map[string]*rowsWriter{}}
	}
	return err
}

// prepared gives the reading statement of that name, prepared once on each connection that it runs on.
func (db *DB) prepared(ctx context.Context, name string) (*sql.Stmt, error) {
	db.reading.Lock()
	defer db.reading.Unlock()
	if stmt := db.readers[name]; stmt != nil {
		return stmt, nil
	}
	stmt, err := db.read.PrepareContext(ctx, db.texts.Text(name))
	if err == nil {
		db.readers[name] = stmt
	}
	return stmt, err
}

// Query runs a reading statement by name, outside of any writing transaction.
func (db *DB) Query(ctx context.Context, name string, args ...any) (*sql.Rows, error) {
	stmt, err := db.prepared(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return rows, nil
}

// Lookup is Tx.Lookup outside of any writing transaction.
func (db *DB) Lookup(ctx context.Context, name string, fn func(*sql.Rows) error, columns ...any) error {
	if length(columns[0]) == 0 {
		return nil
	}
	args, err := db.keys(columns)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	rows, err := db.Query(ctx, name, args...)
	return Scan(rows, err, fn)
}

// Row runs a reading statement that gives one row at most.
func (db *DB) Row(ctx context.Context, name string, args ...any) *sql.Row {
	stmt, err := db.prepared(ctx, name)
	if err != nil { // the row will say so
		return db.read.QueryRowContext(ctx, db.texts.Text(name), args...)
	}
	return stmt.QueryRowContext(ctx, args...)
}

// Scan calls fn for every row, closes rows, and gives the first error.
func Scan(rows *sql.Rows, err error, fn func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Raw runs a statement that no query file holds, on the reading pool: pragmas and maintenance.
func (db *DB) Raw(ctx context.Context, statement string) error {
	_, err := db.read.ExecContext(ctx, statement)
	return err
}
