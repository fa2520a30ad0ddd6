// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
)

// Snapshot is a database as it stood when the first question was asked of it: what is committed later
// is not seen. It holds a connection until it is closed, and one answer must be read to its end before
// the next question. While it is open, what is deleted elsewhere stays in the database's files.
type Snapshot struct {
	db   *DB
	conn *sql.Conn
}

// Snapshot begins a snapshot, which the caller closes.
func (db *DB) Snapshot(ctx context.Context) (*Snapshot, error) {
	begin := "BEGIN DEFERRED"
	if db.Kind == Postgres {
		begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
	}
	conn, err := db.read.Conn(ctx)
	if err != nil {
		return nil, unavailable(err)
	}
	s := &Snapshot{db: db, conn: conn}
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		s.discard()
		return nil, unavailable(err)
	}
	return s, nil
}

// Close ends the snapshot and gives its connection back.
func (s *Snapshot) Close() {
	if _, err := s.conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		s.discard() // a connection that cannot roll back is not used again
		return
	}
	s.conn.Close()
}

// discard closes the connection for good.
func (s *Snapshot) discard() {
	s.conn.Raw(func(any) error { return driver.ErrBadConn })
}

// Query is DB.Query at the snapshot.
func (s *Snapshot) Query(ctx context.Context, name string, args ...any) (*sql.Rows, error) {
	rows, err := s.conn.QueryContext(ctx, s.db.texts.Text(name), args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return rows, nil
}

// Row is DB.Row at the snapshot.
func (s *Snapshot) Row(ctx context.Context, name string, args ...any) *sql.Row {
	return s.conn.QueryRowContext(ctx, s.db.texts.Text(name), args...)
}

// Lookup is DB.Lookup at the snapshot.
func (s *Snapshot) Lookup(ctx context.Context, name string, fn func(*sql.Rows) error, columns ...any) error {
	if length(columns[0]) == 0 {
		return nil
	}
	args, err := s.db.keys(columns)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	rows, err := s.Query(ctx, name, args...)
	return Scan(rows, err, fn)
}
