// SPDX-License-Identifier: AGPL-3.0-or-later

package store

import (
	"context"
	"database/sql"

	"ecot/proof"
	"ecot/store/engine"
)

// AllPostings calls fn for every posting, by account, entry and place in the leaf.
func (v *View) AllPostings(ctx context.Context, fn func(account int64, p Posting) error) error {
	rows, err := v.from.Query(ctx, "postings_all")
	return engine.Scan(rows, err, func(rows *sql.Rows) error {
		var account int64
		var p Posting
		if err := rows.Scan(&account, &p.Index, &p.Seq, &p.Amount, &p.Balance); err != nil {
			return err
		}
		return fn(account, p)
	})
}

// AllMonths calls fn for every month of every account.
func (v *View) AllMonths(ctx context.Context, fn func(account int64, m Month) error) error {
	rows, err := v.from.Query(ctx, "months_all")
	return engine.Scan(rows, err, func(rows *sql.Rows) error {
		var account int64
		var m Month
		if err := rows.Scan(&account, &m.Month, &m.Class, &m.Incoming, &m.Outgoing, &m.Count,
			&m.First, &m.Last); err != nil {
			return err
		}
		return fn(account, m)
	})
}

// AllTiles calls fn for every full tile, by level and number.
func (v *View) AllTiles(ctx context.Context, fn func(proof.Tile) error) error {
	rows, err := v.from.Query(ctx, "tiles_all")
	return engine.Scan(rows, err, func(rows *sql.Rows) error {
		var t proof.Tile
		if err := rows.Scan(&t.Level, &t.N, &t.Data); err != nil {
			return err
		}
		return fn(t)
	})
}

// AllEdges calls fn for the stored partial tile of every level above the first.
func (v *View) AllEdges(ctx context.Context, fn func(level int, data []byte) error) error {
	rows, err := v.from.Query(ctx, "edges_all")
	return engine.Scan(rows, err, func(rows *sql.Rows) error {
		var level int
		var data []byte
		if err := rows.Scan(&level, &data); err != nil {
			return err
		}
		return fn(level, data)
	})
}
