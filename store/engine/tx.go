// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Tx is a writing transaction. On PostgreSQL what Bulk is given is sent together with the commit.
type Tx struct {
	db    *DB
	queue *pgx.Batch
	names []string // of the statements in queue, for errors; nil when the queue is empty
	ended bool
	err   error // first that a statement gave; what failed in part is never committed
}

// Exec runs a statement by name at once.
func (tx *Tx) Exec(ctx context.Context, name string, args ...any) error {
	if tx.db.Kind == Postgres {
		_, err := tx.db.session.conn.ExecContext(ctx, tx.db.texts.Text(name), args...)
		return tx.wrap(name, err)
	}
	stmt, err := tx.prepare(ctx, name)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx, args...)
	return tx.wrap(name, err)
}

// Query runs a statement that gives rows.
func (tx *Tx) Query(ctx context.Context, name string, args ...any) (*sql.Rows, error) {
	if tx.db.Kind == Postgres {
		rows, err := tx.db.session.conn.QueryContext(ctx, tx.db.texts.Text(name), args...)
		return rows, tx.wrap(name, err)
	}
	stmt, err := tx.prepare(ctx, name)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	return rows, tx.wrap(name, err)
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
func (tx *Tx) Lookup(ctx context.Context, name string, fn func(*sql.Rows) error, columns ...any) error {
	if length(columns[0]) == 0 {
		return nil
	}
	args, err := tx.db.keys(columns)
	if err != nil {
		return tx.wrap(name, err)
	}
	rows, err := tx.Query(ctx, name, args...)
	return Scan(rows, err, fn)
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
		tx.later(name, tx.db.texts.Text(name), columns)
		return nil
	}
	return tx.wrap(name, tx.bulk(ctx, name, n, columns))
}

// Put runs a statement that gives no rows, on PostgreSQL together with the commit.
func (tx *Tx) Put(ctx context.Context, name string, args ...any) error {
	if tx.db.Kind == Postgres {
		tx.later(name, tx.db.texts.Text(name), args)
		return nil
	}
	return tx.Exec(ctx, name, args...)
}

func (tx *Tx) later(name, text string, args []any) {
	if tx.queue == nil {
		tx.queue = &pgx.Batch{}
	}
	tx.queue.Queue(text, args...)
	tx.names = append(tx.names, name)
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

// Commit makes the transaction last; when it returns without error, it is on disk. A transaction in
// which a statement failed is refused.
func (tx *Tx) Commit(ctx context.Context) error {
	if tx.err != nil {
		return unavailable(tx.err)
	}
	if tx.db.Kind == Postgres {
		tx.later("commit", "COMMIT", nil)
		if err := tx.flush(ctx); err != nil {
			return unavailable(err)
		}
	} else if _, err := tx.db.session.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return unavailable(err)
	}
	tx.end()
	return nil
}

// Flush sends what Bulk queued without ending the transaction, so that a large one stays small in
// memory.
func (tx *Tx) Flush(ctx context.Context) error {
	if tx.queue == nil {
		return nil
	}
	return tx.flush(ctx)
}

// flush sends the queue to PostgreSQL in one round trip.
func (tx *Tx) flush(ctx context.Context) error {
	queue, names := tx.queue, tx.names
	tx.queue, tx.names = nil, nil
	return tx.db.session.conn.Raw(func(driver any) error {
		results := driver.(*stdlib.Conn).Conn().SendBatch(ctx, queue)
		for _, name := range names {
			tag, err := results.Exec()
			if err == nil && name == "commit" && tag.String() != "COMMIT" {
				err = fmt.Errorf("PostgreSQL answered %s", tag)
			}
			if err != nil {
				results.Close()
				return tx.wrap(name, err)
			}
		}
		return results.Close()
	})
}

// Rollback undoes a transaction that did not commit, and does nothing after Commit.
func (tx *Tx) Rollback() {
	if tx.ended {
		return
	}
	if _, err := tx.db.session.conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		tx.db.drop() // a connection that cannot roll back is not used again
	}
	tx.end()
}

func (tx *Tx) end() {
	tx.ended = true
	tx.db.mu.Unlock()
}
