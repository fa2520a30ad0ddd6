// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Dump calls fn for every row of the tables named, one table after the other, all as they were at one
// instant. Cells are int64, string, []byte or nil, in the order of columns; fn keeps neither slice.
func (db *DB) Dump(ctx context.Context, tables []string,
	fn func(table string, columns []string, cells []any) error) error {
	options := &sql.TxOptions{ReadOnly: true}
	if db.Kind == Postgres { // a transaction of SQLite sees one instant anyway, and knows no other level
		options.Isolation = sql.LevelRepeatableRead
	}
	tx, err := db.read.BeginTx(ctx, options)
	if err != nil {
		return unavailable(err)
	}
	defer tx.Rollback()
	for _, table := range tables {
		if err := dumpTable(ctx, tx, table, fn); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	return nil
}

func dumpTable(ctx context.Context, tx *sql.Tx, table string,
	fn func(table string, columns []string, cells []any) error) error {
	rows, err := tx.QueryContext(ctx, "SELECT * FROM "+quoted(table))
	if err != nil {
		return err
	}
	columns, err := rows.Columns()
	if err != nil {
		rows.Close()
		return err
	}
	cells, places := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		places[i] = &cells[i]
	}
	return Scan(rows, nil, func(rows *sql.Rows) error {
		if err := rows.Scan(places...); err != nil {
			return err
		}
		return fn(table, columns, cells)
	})
}

// Fill inserts a row that Dump gave, into a table of either engine.
func (tx *Tx) Fill(ctx context.Context, table string, columns []string, cells []any) error {
	names, marks := make([]string, len(columns)), make([]string, len(columns))
	for i, column := range columns {
		names[i], marks[i] = quoted(column), fmt.Sprintf("$%d", i+1)
	}
	text := "INSERT INTO " + quoted(table) + " (" + strings.Join(names, ", ") + ") VALUES (" +
		strings.Join(marks, ", ") + ")"
	return tx.raw(ctx, "fill "+table, text, cells)
}

// Clear deletes every row of a table.
func (tx *Tx) Clear(ctx context.Context, table string) error {
	return tx.raw(ctx, "clear "+table, "DELETE FROM "+quoted(table), nil)
}

// raw runs a statement that no query file holds, on PostgreSQL with the next one that is sent.
func (tx *Tx) raw(ctx context.Context, name, text string, args []any) error {
	if tx.db.Kind == Postgres {
		tx.wait(step{name: name, text: text, args: args})
		return nil
	}
	_, err := tx.db.session.conn.ExecContext(ctx, text, args...)
	return tx.wrap(name, err)
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

// sampled gives the columns of the tables of a schema that PostgreSQL may keep samples of and that hold
// text or bytes.
const sampled = `SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
	JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = current_schema() AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
	AND a.atttypid IN ('text'::regtype, 'bytea'::regtype) AND a.attstattarget IS DISTINCT FROM 0`

// KeepNoSamples has PostgreSQL keep no samples of what the text columns of this schema hold: it keeps them
// for its planner, in a table of its own that an erasure does not reach. SQLite keeps none.
func (db *DB) KeepNoSamples(ctx context.Context) error {
	if db.Kind == SQLite {
		return nil
	}
	var columns [][2]string
	rows, err := db.read.QueryContext(ctx, sampled)
	err = Scan(rows, err, func(rows *sql.Rows) error {
		var at [2]string
		err := rows.Scan(&at[0], &at[1])
		columns = append(columns, at)
		return err
	})
	for _, at := range columns {
		if err == nil {
			_, err = db.write.ExecContext(ctx, "ALTER TABLE "+quoted(at[0])+" ALTER COLUMN "+quoted(at[1])+
				" SET STATISTICS 0")
		}
	}
	if err != nil {
		return unavailable(err)
	}
	return nil
}
