// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"context"
	"io/fs"
)

// Address says where a database is: a PostgreSQL address, or, when that is empty, an SQLite file.
type Address struct {
	URL    string
	Schema string // of the tables, on PostgreSQL
	File   string
}

// Open opens the database, reads its statements from the folder queries of files, and brings its
// schema up to date from the folder migrations; before is called before a schema that holds data
// is changed.
func Open(ctx context.Context, at Address, files fs.FS, before func(have, want int) error) (*DB, error) {
	kind := SQLite
	if at.URL != "" {
		kind = Postgres
	}
	queries, err := fs.Sub(files, "queries")
	if err != nil {
		return nil, err
	}
	texts, err := ReadTexts(queries, kind)
	if err != nil {
		return nil, err
	}
	migrations, err := fs.Sub(files, "migrations")
	if err != nil {
		return nil, err
	}
	var db *DB
	if kind == Postgres {
		db, err = OpenPostgres(ctx, at.URL, at.Schema, texts)
	} else {
		db, err = OpenSQLite(ctx, at.File, texts)
	}
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, migrations, before); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}
