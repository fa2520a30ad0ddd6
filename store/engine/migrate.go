// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"ecot/fault"
)

// Migrate brings the schema up to date: every file of the folder that has not run yet runs, in
// order of name, in one transaction. It only goes forward. A database that holds something is
// copied first, to backup. A schema newer than this program is refused.
func (db *DB) Migrate(ctx context.Context, files fs.FS, backup string) error {
	names, texts, err := migrations(files, db.Kind)
	if err != nil {
		return err
	}
	have, err := db.schema(ctx)
	if err != nil {
		return err
	}
	if have > len(names) {
		return fault.New(fault.Conflict, "The store has schema %d and this program knows %d: "+
			"it was written by a newer ecot, run that one.", have, len(names))
	}
	if have == len(names) {
		return nil
	}
	if have > 0 {
		if err := db.copyTo(ctx, fmt.Sprintf("%s-schema-%d", backup, have)); err != nil {
			return fault.Wrap(err, fault.Unavailable,
				"The store could not be copied before its schema changes; nothing was changed.")
		}
	}
	tx, err := db.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if have == 0 {
		texts = append([]string{"CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)"}, texts...)
	} else {
		texts = texts[have:]
	}
	texts = append(texts, "DELETE FROM schema_version")
	for _, text := range texts {
		if _, err := db.session.conn.ExecContext(ctx, text); err != nil {
			return fault.Wrap(err, fault.Unavailable,
				"The schema could not be brought up to date; nothing was changed.")
		}
	}
	_, err = db.session.conn.ExecContext(ctx, "INSERT INTO schema_version VALUES ($1)", len(names))
	if err != nil {
		return unavailable(err)
	}
	return tx.Commit(ctx)
}

// schema gives the number of migrations that have run, 0 for an empty database.
func (db *DB) schema(ctx context.Context) (version int, err error) {
	exists := "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'schema_version'"
	if db.Kind == Postgres {
		exists = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()" +
			" AND tablename = 'schema_version'"
	}
	var tables int
	if err := db.read.QueryRowContext(ctx, exists).Scan(&tables); err != nil {
		return 0, unavailable(err)
	}
	if tables == 0 {
		return 0, nil
	}
	if err := db.read.QueryRowContext(ctx, "SELECT version FROM schema_version").Scan(&version); err != nil {
		return 0, unavailable(err)
	}
	return version, nil
}

// copyTo copies the whole database: an SQLite file into another file, a PostgreSQL schema into
// another schema that takes the last part of the path as its name.
func (db *DB) copyTo(ctx context.Context, path string) error {
	if db.Kind == SQLite {
		_, err := db.write.ExecContext(ctx, "VACUUM INTO $1", path+".db")
		return err
	}
	var tables []string
	rows, err := db.read.QueryContext(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
	err = Scan(rows, err, func(rows *sql.Rows) error {
		var table string
		err := rows.Scan(&table)
		tables = append(tables, table)
		return err
	})
	if err != nil {
		return err
	}
	target := pgx.Identifier{filepath.Base(path)}.Sanitize()
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "CREATE SCHEMA "+target); err != nil {
		return err
	}
	for _, table := range tables {
		name := pgx.Identifier{table}.Sanitize()
		if _, err := tx.ExecContext(ctx, "CREATE TABLE "+target+"."+name+" AS TABLE "+name); err != nil {
			return err
		}
	}
	return tx.Commit()
}
