// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"
)

// rowsAtOnce is the number of rows that one statement inserts into SQLite.
const rowsAtOnce = 64

// rowsWriter is a statement that takes rows, prepared beneath database/sql: one row at a time, and,
// where it inserts values, many.
type rowsWriter struct {
	one  driver.Stmt
	many driver.Stmt // of rowsAtOnce rows; nil for a statement that takes one row only
	args []driver.NamedValue
}

// bulk writes rows into SQLite.
func (tx *Tx) bulk(ctx context.Context, name string, n int, columns []any) error {
	return tx.db.session.conn.Raw(func(conn any) error {
		w, err := tx.writer(ctx, conn.(driver.ConnPrepareContext), name, len(columns))
		if err != nil {
			return err
		}
		for from := 0; from < n; {
			stmt, rows := w.one, 1
			if w.many != nil && n-from >= rowsAtOnce {
				stmt, rows = w.many, rowsAtOnce
			}
			args := w.args[:rows*len(columns)]
			for j, column := range columns {
				fill(args[j:], len(columns), column, from, rows)
			}
			if _, err := stmt.(driver.StmtExecContext).ExecContext(ctx, args); err != nil {
				return err
			}
			from += rows
		}
		return nil
	})
}

// fill puts rows of a column into every step-th argument.
func fill(args []driver.NamedValue, step int, column any, from, rows int) {
	switch c := column.(type) {
	case []int64:
		for i, v := range c[from : from+rows] {
			args[i*step].Value = v
		}
	case []string:
		for i, v := range c[from : from+rows] {
			args[i*step].Value = v
		}
	case [][]byte:
		for i, v := range c[from : from+rows] {
			args[i*step].Value = v
		}
	default:
		panic(fmt.Sprintf("engine: a column of %T", column))
	}
}

// writer gives the statement of that name, prepared once per connection.
func (tx *Tx) writer(ctx context.Context, conn driver.ConnPrepareContext, name string, columns int,
) (*rowsWriter, error) {
	session := tx.db.session
	if w, done := session.writers[name]; done {
		return w, nil
	}
	text := tx.db.texts.Text(name)
	one, err := conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	w := &rowsWriter{one: one, args: make([]driver.NamedValue, rowsAtOnce*columns)}
	if before, behind, ok := aroundValues(text); ok {
		row := "(?" + strings.Repeat(", ?", columns-1) + ")"
		text = before + row + strings.Repeat(", "+row, rowsAtOnce-1) + behind
		if w.many, err = conn.PrepareContext(ctx, text); err != nil {
			one.Close()
			return nil, err
		}
	}
	for i := range w.args {
		w.args[i].Ordinal = i + 1
	}
	session.writers[name] = w
	return w, nil
}

// aroundValues gives what an insertion of one row has before and behind its values ($1, $2, …).
func aroundValues(text string) (before, behind string, ok bool) {
	before, rest, ok := strings.Cut(text, "VALUES ($1")
	_, behind, closed := strings.Cut(rest, ")")
	return before + "VALUES ", behind, ok && closed
}

// close gives the statements up; the connection goes with them, so that their errors say nothing.
func (w *rowsWriter) close() {
	w.one.Close()
	if w.many != nil {
		w.many.Close()
	}
}
