// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"context"
	"database/sql"

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
