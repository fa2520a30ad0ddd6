// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

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
	// Only its owner may read the file, nor the ones beside it, which take its rights.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		return nil, unopened(err, "The database file %s cannot be opened for writing.", path)
	}
	options := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(20000)", "journal_mode(WAL)",
		"synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)", "temp_store(MEMORY)"}}
	escaped := (&url.URL{Path: path}).EscapedPath()
	dsn := (&url.URL{Scheme: "file", Opaque: escaped, RawQuery: options.Encode()}).String()
	db := &DB{Kind: SQLite, texts: texts, readers: map[string]*sql.Stmt{},
		read:  sql.OpenDB(connector{dsn: dsn, prepare: "PRAGMA query_only = 1"}),
		write: sql.OpenDB(connector{dsn: dsn, prepare: writerCache})}
	db.read.SetMaxOpenConns(readers)
	db.read.SetMaxIdleConns(readers)
	db.write.SetMaxOpenConns(1)
	if err := db.write.PingContext(ctx); err != nil {
		db.Close()
		return nil, unopened(err, "The database file %s cannot be opened for writing.", path)
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

// openTime bounds how long a connection waits for others that open the same new file.
const openTime = 20 * time.Second

// open opens a connection. While a file becomes one with a write-ahead log, SQLite tells everybody else
// at once that it is locked, however long they would wait: so it is asked again.
func (c connector) open(ctx context.Context) (driver.Conn, error) {
	for until := time.Now().Add(openTime); ; {
		conn, err := c.Driver().Open(c.dsn)
		var lite *sqlite.Error
		if err == nil || !errors.As(err, &lite) || lite.Code()&0xff != sqlite3.SQLITE_BUSY ||
			time.Now().After(until) {
			return conn, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(openAgain):
		}
	}
}

// openAgain is the pause between two tries to open.
const openAgain = 10 * time.Millisecond

// Connect opens a connection.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.open(ctx)
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

// Truncate empties the write-ahead log of an SQLite database into its file; on PostgreSQL it
// rewrites the tables named. When it returns nil, what was deleted is in none of these files.
func (db *DB) Truncate(ctx context.Context, tables ...string) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.drop() // SQLite has but one connection that writes
	if db.Kind == SQLite {
		return db.emptyLog(ctx)
	}
	return db.rewrite(ctx, tables)
}

// emptyLog writes the log of an SQLite database back and truncates it. A reader that has been at it
// for longer than the driver waits is in the way, which SQLite tells in a row and not as an error.
func (db *DB) emptyLog(ctx context.Context) error {
	var busy, log, done int
	err := db.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &done)
	if err == nil && busy != 0 {
		return fault.New(fault.Unavailable, "Another program is reading the database, so that deleted data is "+
			"still in its log; try again.")
	}
	if err != nil {
		return unavailable(err)
	}
	return nil
}
