// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"ecot/store/engine"
)

// Row is a row of a table as a backup carries it, whichever the engine.
type Row struct {
	Table string          `json:"table"`
	Cells map[string]Cell `json:"cells"` // by column
}

// Cell is one value of a row: a number, a text, bytes, or none of them for NULL.
type Cell struct {
	Number *int64  `json:"n,omitempty"`
	Text   *string `json:"t,omitempty"`
	Bytes  *[]byte `json:"b,omitempty"`
}

// Dump calls fn with every row that a backup carries, all as they were at one instant.
func (o *Office) Dump(ctx context.Context, fn func(Row) error) error {
	return o.db.Dump(ctx, tables(false), func(table string, columns []string, cells []any) error {
		row := Row{table, make(map[string]Cell, len(columns))}
		for i, column := range columns {
			switch v := cells[i].(type) {
			case int64:
				row.Cells[column] = Cell{Number: &v}
			case string:
				row.Cells[column] = Cell{Text: &v}
			case []byte:
				row.Cells[column] = Cell{Bytes: &v}
			default:
				row.Cells[column] = Cell{}
			}
		}
		return fn(row)
	})
}

// value gives a cell as a statement takes it.
func (c Cell) value() any {
	switch {
	case c.Number != nil:
		return *c.Number
	case c.Text != nil:
		return *c.Text
	case c.Bytes != nil:
		return *c.Bytes
	}
	return nil
}

// Restoring is an office that is being filled from a backup.
type Restoring struct {
	tx *engine.Tx
	n  int // rows so far
}

// Restore begins to fill the office from a backup, in one transaction that the caller ends; what it
// holds, which an attempt before may have left, is cleared first.
func (o *Office) Restore(ctx context.Context) (*Restoring, error) {
	tx, err := o.db.Begin(ctx)
	if err != nil {
		return nil, err
	}
	all := tables(true)
	slices.Reverse(all)
	for _, table := range all {
		if err := tx.Clear(ctx, table); err != nil {
			tx.Rollback()
			return nil, err
		}
	}
	return &Restoring{tx: tx}, nil
}

// rowsAtOnce is how many rows of a backup wait before they are sent.
const rowsAtOnce = 500

// Add restores one row.
func (r *Restoring) Add(ctx context.Context, row Row) error {
	if !slices.Contains(tables(false), row.Table) {
		return fmt.Errorf("the office has no table %q", row.Table)
	}
	columns := slices.Sorted(maps.Keys(row.Cells))
	cells := make([]any, len(columns))
	for i, column := range columns {
		cells[i] = row.Cells[column].value()
	}
	if err := r.tx.Fill(ctx, row.Table, columns, cells); err != nil {
		return err
	}
	if r.n++; r.n%rowsAtOnce == 0 {
		return r.tx.Flush(ctx)
	}
	return nil
}

// Forget destroys what was restored of everybody whose party is among erased; partyOf gives the party of
// a handle. The caller scrubs behind the commit.
func (r *Restoring) Forget(ctx context.Context, partyOf func(handle string) string, erased map[string]bool,
) error {
	tx, gone := &Tx{r.tx}, map[string]bool{}
	for _, a := range areas() {
		for _, name := range a.handles {
			err := r.tx.Query(ctx, name, func(row engine.Row) error {
				var handle sql.NullString
				err := row.Scan(&handle)
				if err == nil && handle.String != "" && erased[partyOf(handle.String)] {
					gone[handle.String] = true
				}
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	for handle := range gone {
		if err := tx.forget(ctx, handle); err != nil {
			return err
		}
	}
	for party := range erased {
		if err := tx.release(ctx, party); err != nil {
			return err
		}
	}
	return nil
}

// Commit makes what was restored last.
func (r *Restoring) Commit(ctx context.Context) error { return r.tx.Commit(ctx) }

// Rollback undoes what was restored, and does nothing after Commit.
func (r *Restoring) Rollback() { r.tx.Rollback() }
