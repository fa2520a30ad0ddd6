// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"net/url"

	"modernc.org/sqlite"

	"ecot/fault"
)

// readers is the number of connections that read from an SQLite file at once.
const readers = 4

// writerCache lets the writing connection keep 64 MiB of pages, so that a bulk need not read again
// what it wrote.
const writerCache = "PRAGMA cache_size = -65536"

// OpenSQLite opens, or creates, an SQLite file in WAL mode with synchronous=FULL. What is deleted
// is overwritten with zeros (secure_delete), which an erasure relies on.
func OpenSQLite(ctx context.Context, path string, texts Texts) (*DB, error) {
	options := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(20000)", "journal_mode(WAL)",
		"synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)", "temp_store(MEMORY)"}}
	escaped := (&url.URL{Path: path}).EscapedPath()
	dsn := (&url.URL{Scheme: "file", Opaque: escaped, RawQuery: options.Encode()}).String()
	db := &DB{Kind: SQLite, texts: texts,
		read:  sql.OpenDB(connector{dsn: dsn, prepare: "PRAGMA query_only = 1"}),
		write: sql.OpenDB(connector{dsn: dsn, prepare: writerCache})}
	db.read.SetMaxOpenConns(readers)
	db.read.SetMaxIdleConns(readers)
	db.write.SetMaxOpenConns(1)
	if err := db.write.PingContext(ctx); err != nil {
		db.Close()
		return nil, fault.Wrap(err, fault.Unavailable, "The database file %s cannot be opened for writing.", path)
	}
	return db, nil
}

// connector opens connections and asserts their durability before it gives them out.
type connector struct {
	dsn     string
	prepare string // a statement that every connection begins with
}

// Driver gives the driver.
func (connector) Driver() driver.Driver { return &sqlite.Driver{} }

// Connect opens a connection.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Driver().Open(c.dsn)
	if err != nil {
		return nil, err
	}
	err = expect(ctx, conn, "PRAGMA journal_mode", "wal")
	if err == nil {
		err = expect(ctx, conn, "PRAGMA synchronous", "2")
	}
	if err == nil {
		_, err = conn.(driver.ExecerContext).ExecContext(ctx, c.prepare, nil)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// expect asks a connection for a setting and refuses any other answer than the one wanted.
func expect(ctx context.Context, conn driver.Conn, question, want string) error {
	rows, err := conn.(driver.QueryerContext).QueryContext(ctx, question, nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	answer := make([]driver.Value, 1)
	if err := rows.Next(answer); err != nil && err != io.EOF {
		return err
	}
	if got := fmt.Sprint(answer[0]); got != want {
		return fault.New(fault.Unavailable, "The database says %s = %s, and %s is wanted for what is "+
			"acknowledged to be on disk.", question, got, want)
	}
	return nil
}

// Truncate empties the write-ahead log of an SQLite database into its file, and gives the file
// back what it no longer needs; on PostgreSQL it rewrites the tables named.
func (db *DB) Truncate(ctx context.Context, tables ...string) error {
	statements := []string{"PRAGMA wal_checkpoint(TRUNCATE)"}
	if db.Kind == Postgres {
		statements = nil
		for _, table := range tables {
			statements = append(statements, "VACUUM FULL "+table)
		}
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	for _, statement := range statements {
		if err := db.onWriter(ctx, statement); err != nil {
			return unavailable(err)
		}
	}
	return nil
}

// onWriter runs a statement on the writing pool; the session is given up first, for SQLite has but
// one such connection. The caller holds mu.
func (db *DB) onWriter(ctx context.Context, statement string) error {
	db.drop()
	_, err := db.write.ExecContext(ctx, statement)
	return err
}
