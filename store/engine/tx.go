// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// Tx is a writing transaction. On PostgreSQL statements wait until an answer is needed, and then go
// in one round trip: the first with the questions asked of it, and what Bulk is given with the commit.
type Tx struct {
	db    *DB
	host  *Tx    // whose session and transaction this one is part of; nil for one of its own
	queue []step // what waits to be sent; PostgreSQL only
	fresh bool   // whether nothing was sent yet, not even BEGIN; PostgreSQL only
	ended bool
	err   error // first that a statement gave; what failed in part is never committed
}

// Row is one row of an answer.
type Row interface{ Scan(dest ...any) error }

// step is a statement that waits to be sent.
type step struct {
	name string
	text string
	args []any
	fn   func(Row) error // called for every row; nil for a statement that gives none
}

// Beside gives a transaction of db that is part of another database's, when both are on one PostgreSQL
// server and the other was opened to see db's tables; nil on SQLite. What it writes lasts with its
// host's commit; its own Commit and Rollback do nothing.
func (db *DB) Beside(host *Tx) *Tx {
	if db.Kind != Postgres {
		return nil
	}
	return &Tx{db: db, host: host}
}

// Exec runs a statement by name at once.
func (tx *Tx) Exec(ctx context.Context, name string, args ...any) error {
	if tx.db.Kind == Postgres {
		tx.later(name, nil, args)
		return tx.Flush(ctx)
	}
	stmt, err := tx.prepare(ctx, name)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx, args...)
	return tx.wrap(name, err)
}

// Query runs a statement and calls fn for every row that it gives.
func (tx *Tx) Query(ctx context.Context, name string, fn func(Row) error, args ...any) error {
	if err := tx.Ask(ctx, name, fn, args...); err != nil {
		return err
	}
	return tx.Flush(ctx)
}

// Ask is Query, but on PostgreSQL the answer comes with the next Flush, or Query, or Exec: several
// questions go in one round trip.
func (tx *Tx) Ask(ctx context.Context, name string, fn func(Row) error, args ...any) error {
	if tx.db.Kind == Postgres {
		tx.later(name, fn, args)
		return nil
	}
	stmt, err := tx.prepare(ctx, name)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	return Scan(rows, tx.wrap(name, err), func(rows *sql.Rows) error { return fn(rows) })
}

// prepare gives the statement of that name, prepared once per connection.
func (tx *Tx) prepare(ctx context.Context, name string) (*sql.Stmt, error) {
	session := tx.db.session
	if stmt, done := session.prepared[name]; done {
		return stmt, nil
	}
	stmt, err := session.conn.PrepareContext(ctx, tx.db.texts.Text(name))
	if err != nil {
		return nil, tx.wrap(name, err)
	}
	session.prepared[name] = stmt
	return stmt, nil
}

// wrap names the statement that failed, and remembers that one did.
func (tx *Tx) wrap(name string, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s: %w", name, err)
	if exhausted(err) {
		err = unavailable(err)
	}
	if tx.err == nil {
		tx.err = err
	}
	return err
}

// Lookup runs a statement that finds rows by many keys. The keys are given as columns of equal
// length; PostgreSQL gets them as arrays, SQLite as one JSON array of rows.
func (tx *Tx) Lookup(ctx context.Context, name string, fn func(Row) error, columns ...any) error {
	if length(columns[0]) == 0 {
		return nil
	}
	if err := tx.AskKeys(ctx, name, fn, columns...); err != nil {
		return err
	}
	return tx.Flush(ctx)
}

// AskKeys is Lookup, and as Ask is to Query.
func (tx *Tx) AskKeys(ctx context.Context, name string, fn func(Row) error, columns ...any) error {
	if length(columns[0]) == 0 {
		return nil
	}
	args, err := tx.db.keys(columns)
	if err != nil {
		return tx.wrap(name, err)
	}
	return tx.Ask(ctx, name, fn, args...)
}

// keys gives columns of keys as the engine takes them.
func (db *DB) keys(columns []any) ([]any, error) {
	if db.Kind == Postgres {
		return columns, nil
	}
	keys, err := json.Marshal(rowsOf(columns))
	return []any{string(keys)}, err
}

// Bulk writes many rows, given as columns of equal length ([]int64, []string or [][]byte).
func (tx *Tx) Bulk(ctx context.Context, name string, columns ...any) error {
	n := length(columns[0])
	if n == 0 {
		return nil
	}
	if tx.db.Kind == Postgres {
		tx.later(name, nil, columns)
		return nil
	}
	return tx.wrap(name, tx.bulk(ctx, name, n, columns))
}

// Put runs a statement that gives no rows, on PostgreSQL together with the commit.
func (tx *Tx) Put(ctx context.Context, name string, args ...any) error {
	if tx.db.Kind == Postgres {
		tx.later(name, nil, args)
		return nil
	}
	return tx.Exec(ctx, name, args...)
}

// later puts a statement among those that wait.
func (tx *Tx) later(name string, fn func(Row) error, args []any) {
	tx.wait(step{name, tx.db.texts.Text(name), args, fn})
}

func (tx *Tx) wait(s step) {
	if tx.host != nil {
		tx = tx.host
	}
	tx.queue = append(tx.queue, s)
}

// length and cell read a column of one of the three types that Bulk takes.
func length(column any) int { return reflect.ValueOf(column).Len() }

func cell(column any, i int) any {
	switch c := column.(type) {
	case []int64:
		return c[i]
	case []string:
		return c[i]
	case [][]byte:
		return c[i]
	}
	panic(fmt.Sprintf("engine: a column of %T", column))
}

func rowsOf(columns []any) [][]any {
	rows := make([][]any, length(columns[0]))
	for i := range rows {
		for _, column := range columns {
			rows[i] = append(rows[i], cell(column, i))
		}
	}
	return rows
}

// Commit makes the transaction last; when it returns without error, it is on disk.
func (tx *Tx) Commit(ctx context.Context) error {
	if tx.host != nil {
		return nil
	}
	if tx.err != nil {
		return unavailable(tx.err)
	}
	if tx.db.Kind == Postgres {
		if tx.fresh { // the first statements may be sent twice, and a commit never is
			if err := errors.Join(tx.Flush(ctx), tx.open(ctx)); err != nil {
				return err
			}
		}
		tx.wait(step{name: "commit", text: "COMMIT"})
		if err := tx.Flush(ctx); err != nil {
			return unavailable(err)
		}
	} else if _, err := tx.db.session.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return unavailable(err)
	}
	tx.end()
	return nil
}

// Rollback undoes a transaction that did not commit, and does nothing after Commit.
func (tx *Tx) Rollback() {
	if tx.ended || tx.host != nil {
		return
	}
	if tx.db.session != nil && !tx.fresh {
		if _, err := tx.db.session.conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
			tx.db.drop() // a connection that cannot roll back is not used again
		}
	}
	tx.end()
}

func (tx *Tx) end() {
	tx.ended = true
	tx.db.mu.Unlock()
}
