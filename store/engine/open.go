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
	Beside string // another schema there, whose tables transactions may take part in; may be empty
	File   string
	Backup string // beginning of the path or schema that a copy before a change of schema gets
}

// Open opens the database, reads its statements from the folder queries of files, and brings its
// schema up to date from the folder migrations.
func Open(ctx context.Context, at Address, files fs.FS) (*DB, error) {
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
		db, err = OpenPostgres(ctx, at, texts)
	} else {
		db, err = OpenSQLite(ctx, at.File, texts)
	}
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, migrations, at.Backup); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}
