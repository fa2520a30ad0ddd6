// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"ecot/fault"
)

// OpenPostgres opens a PostgreSQL database; tables live in the schema named, which is created when
// it is not there. The writing connection plans for indexes only: its statements are first planned
// when the tables are still empty, and must not stay with the plans of empty tables.
func OpenPostgres(ctx context.Context, at Address, texts Texts) (*DB, error) {
	config, err := pgx.ParseConfig(at.URL)
	if err != nil {
		return nil, fault.New(fault.Invalid,
			"The database address cannot be read; it looks like postgres://user@host/name.")
	}
	config.RuntimeParams["search_path"] = at.Schema
	config.RuntimeParams["application_name"] = "ecot"
	writer := config.Copy()
	if at.Beside != "" {
		writer.RuntimeParams["search_path"] += ", " + at.Beside
	}
	for _, setting := range []string{"enable_seqscan", "enable_hashjoin", "enable_mergejoin"} {
		writer.RuntimeParams[setting] = "off"
	}
	writer.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	durable := stdlib.OptionAfterConnect(assertDurable)
	db := &DB{Kind: Postgres, texts: texts, readers: map[string]*sql.Stmt{},
		read: stdlib.OpenDB(*config, durable), write: stdlib.OpenDB(*writer, durable)}
	db.read.SetMaxOpenConns(16)
	db.read.SetMaxIdleConns(16)
	db.write.SetMaxOpenConns(2)
	create := "CREATE SCHEMA IF NOT EXISTS " + pgx.Identifier{at.Schema}.Sanitize()
	_, err = db.write.ExecContext(ctx, create)
	if err != nil {
		_, err = db.write.ExecContext(ctx, create) // another process may have been at it
	}
	if err != nil {
		db.Close()
		return nil, unopened(err, "The PostgreSQL database cannot be reached or written.")
	}
	return db, nil
}

// assertDurable refuses a server that would acknowledge a commit before it is on disk.
func assertDurable(ctx context.Context, conn *pgx.Conn) error {
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var value string
		if err := conn.QueryRow(ctx, "SHOW "+setting).Scan(&value); err != nil {
			return err
		}
		if value == "off" {
			return fault.New(fault.Unavailable, "PostgreSQL says %s = %s; it must be on, so that what is "+
				"acknowledged is on disk.", setting, value)
		}
	}
	return nil
}

// noOlderSnapshot says whether every transaction and snapshot of the server began behind transaction $1.
const noOlderSnapshot = `SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= $1
	AND NOT EXISTS (SELECT 1 FROM pg_stat_activity
		WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid()
		AND age(backend_xmin) > pg_snapshot_xmax(pg_current_snapshot())::text::bigint - $1)`

// snapshotPause is the pause between two looks at the transactions of a PostgreSQL server.
const snapshotPause = 50 * time.Millisecond

// rewrite writes PostgreSQL tables anew, without what was deleted. It waits first until no transaction
// of the server is older than the deletions: VACUUM keeps every row that one of them might still see.
func (db *DB) rewrite(ctx context.Context, tables []string) error {
	var now int64
	if err := db.write.QueryRowContext(ctx, "SELECT pg_current_xact_id()::text::bigint").Scan(&now); err != nil {
		return unavailable(err)
	}
	for alone := false; !alone; {
		err := db.write.QueryRowContext(ctx, noOlderSnapshot, now).Scan(&alone)
		if err != nil {
			return unavailable(err)
		}
		if alone {
			break
		}
		select {
		case <-ctx.Done():
			return fault.Wrap(ctx.Err(), fault.Unavailable, "A long transaction on the PostgreSQL server keeps "+
				"deleted rows from being cleared; end it and try again.")
		case <-time.After(snapshotPause):
		}
	}
	for _, table := range tables {
		if _, err := db.write.ExecContext(ctx, "VACUUM FULL "+table); err != nil {
			return unavailable(err)
		}
	}
	return nil
}
