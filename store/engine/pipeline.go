// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Flush sends what waits without ending the transaction, in one round trip, and has the questions
// among it answered. A large transaction stays small in memory by it.
func (tx *Tx) Flush(ctx context.Context) error {
	if tx.host != nil {
		return tx.host.Flush(ctx)
	}
	if len(tx.queue) == 0 {
		return nil
	}
	steps := tx.queue
	tx.queue = nil
	if !tx.fresh {
		_, err := tx.send(ctx, steps)
		return err
	}
	return tx.begin(ctx, append([]step{{name: "begin", text: "BEGIN"}}, steps...))
}

// open begins the transaction now, for one that uses the connection itself.
func (tx *Tx) open(ctx context.Context) error {
	if !tx.fresh {
		return nil
	}
	return tx.begin(ctx, []step{{name: "begin", text: "BEGIN"}})
}

// begin sends the first statements. The server may have closed a connection that stood idle: they are
// then sent once more on another.
func (tx *Tx) begin(ctx context.Context, steps []step) error {
	answered, err := tx.send(ctx, steps)
	if err != nil && !answered {
		tx.db.drop()
		if err = tx.db.connect(ctx); err == nil {
			tx.err = nil
			answered, err = tx.send(ctx, steps)
		}
		if err != nil && !answered {
			tx.db.drop()
			return unavailable(err)
		}
	}
	tx.fresh = false
	return err
}

// send sends statements in one round trip, and reads their answers; answered says whether any came.
func (tx *Tx) send(ctx context.Context, steps []step) (answered bool, err error) {
	batch := &pgx.Batch{}
	for _, s := range steps {
		batch.Queue(s.text, s.args...)
	}
	err = tx.db.session.conn.Raw(func(driver any) error {
		results := driver.(*stdlib.Conn).Conn().SendBatch(ctx, batch)
		for _, s := range steps {
			if err := s.read(results); err != nil {
				results.Close()
				return tx.wrap(s.name, err)
			}
			answered = true
		}
		return results.Close()
	})
	return answered, err
}

// read reads the answer to one statement.
func (s step) read(results pgx.BatchResults) error {
	if s.fn == nil {
		tag, err := results.Exec()
		if err == nil && s.name == "commit" && tag.String() != "COMMIT" {
			err = fmt.Errorf("PostgreSQL answered %s", tag)
		}
		return err
	}
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := s.fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
