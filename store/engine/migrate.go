// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
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
		err = db.copyTo(ctx, fmt.Sprintf("%s-schema-%d", backup, have))
	}
	if err != nil {
		err = fault.Wrap(err, fault.Unavailable,
			"The store could not be copied before its schema changes; nothing was changed.")
	} else {
		err = db.migrate(ctx, texts, have)
	}
	if err != nil {
		// Another process may have done the same in between.
		if now, again := db.schema(ctx); again == nil && now == len(names) {
			return nil
		}
		return err
	}
	return nil
}

// migrate runs the texts of the migrations behind have in one transaction. Its first statement
// makes sure that no other process has run them or will.
func (db *DB) migrate(ctx context.Context, texts []string, have int) error {
	tx, err := db.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := tx.open(ctx); err != nil {
		return err
	}
	conn := db.session.conn
	if have == 0 {
		_, err = conn.ExecContext(ctx, "CREATE TABLE schema_version (version BIGINT NOT NULL)")
		if err == nil {
			_, err = conn.ExecContext(ctx, "INSERT INTO schema_version VALUES (0)")
		}
	}
	if err == nil {
		err = moved(conn.ExecContext(ctx, "UPDATE schema_version SET version = $1 WHERE version = $2",
			len(texts), have))
	}
	for _, text := range texts[have:] {
		if err == nil && text != "" { // nothing stands for a file of the other engine
			_, err = conn.ExecContext(ctx, text)
		}
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable,
			"The schema could not be brought up to date; nothing was changed.")
	}
	return tx.Commit(ctx)
}

// moved says whether the one row of the schema's version was there to be changed.
func moved(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, errors.New("another process changed the schema meanwhile"))
	}
	return nil
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
// another schema that takes the last part of the path as its name. A copy of that name, left by an
// attempt that failed later, is replaced.
func (db *DB) copyTo(ctx context.Context, path string) error {
	if db.Kind == SQLite {
		return db.copyFile(ctx, path+".db")
	}
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "SELECT version FROM schema_version FOR UPDATE"); err != nil {
		return err // one process at a time
	}
	var tables []string
	rows, err := tx.QueryContext(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
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
	drop, create := "DROP SCHEMA IF EXISTS "+target+" CASCADE", "CREATE SCHEMA "+target
	for _, statement := range []string{drop, create} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	for _, table := range tables {
		name := pgx.Identifier{table}.Sanitize()
		if _, err := tx.ExecContext(ctx, "CREATE TABLE "+target+"."+name+" AS TABLE "+name); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// copyFile copies an SQLite database into a file that only its owner may read.
func (db *DB) copyFile(ctx context.Context, path string) error {
	// SQLite fills a file that is there when it is empty, and syncs it.
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	if err := file.Close(); err != nil {
		return err
	}
	if _, err := db.write.ExecContext(ctx, "VACUUM INTO $1", file.Name()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
