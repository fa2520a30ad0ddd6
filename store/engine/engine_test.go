// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"ecot/fault"
	"ecot/store/engine/enginetest"
)

func refused(t *testing.T, err error, code fault.Code, words ...string) {
	t.Helper()
	if err == nil || fault.CodeOf(err) != code {
		t.Fatalf("got %v, want a fault %s", err, code)
	}
	for _, word := range words {
		if !strings.Contains(fault.PublicOf(err), word) {
			t.Errorf("%q does not say %q", fault.PublicOf(err), word)
		}
	}
}

func TestSQLiteIsAskedForItsDurability(t *testing.T) {
	for name, pragmas := range map[string]string{
		"synchronous": "_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)",
		"normal":      "_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)",
		"delete":      "_pragma=journal_mode(DELETE)&_pragma=synchronous(FULL)",
		"memory":      "_pragma=journal_mode(MEMORY)&_pragma=synchronous(FULL)",
	} {
		t.Run(name, func(t *testing.T) {
			db := sql.OpenDB(connector{dsn: "file:" + filepath.Join(t.TempDir(), "x.db") + "?" + pragmas})
			defer db.Close()
			refused(t, db.PingContext(t.Context()), fault.Unavailable, "acknowledged")
		})
	}
	path := filepath.Join(t.TempDir(), "x.db")
	db, err := OpenSQLite(t.Context(), path, Texts{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, pool := range []*sql.DB{db.read, db.write} {
		var mode string
		var level int
		err := errors.Join(pool.QueryRow("PRAGMA journal_mode").Scan(&mode),
			pool.QueryRow("PRAGMA synchronous").Scan(&level))
		if err != nil || mode != "wal" || level != 2 {
			t.Errorf("journal_mode %s, synchronous %d, %v", mode, level, err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has rights %v, %v", info.Mode(), err)
	}
	if _, err := db.read.Exec("CREATE TABLE x (y BIGINT)"); err == nil {
		t.Error("the reading pool can write")
	}
}

func TestPostgresIsAskedForItsDurability(t *testing.T) {
	address := enginetest.Postgres(t)
	_, err := OpenPostgres(t.Context(), Address{URL: address + "&synchronous_commit=off", Schema: "x"}, Texts{})
	refused(t, err, fault.Unavailable, "synchronous_commit = off")
	name := enginetest.Text(t, address, "SELECT current_database()")
	enginetest.Exec(t, address, "ALTER DATABASE "+name+" SET synchronous_commit = off")
	_, err = OpenPostgres(t.Context(), Address{URL: address, Schema: "x"}, Texts{})
	refused(t, err, fault.Unavailable, "synchronous_commit = off")
	enginetest.Exec(t, address, "ALTER DATABASE "+name+" RESET synchronous_commit",
		"CREATE ROLE "+name+" LOGIN SUPERUSER", "ALTER ROLE "+name+" SET synchronous_commit = off")
	defer enginetest.Exec(t, address, "DROP OWNED BY "+name, "DROP ROLE "+name)
	_, err = OpenPostgres(t.Context(), Address{URL: strings.Replace(address, "ecot@", name+"@", 1), Schema: "x"}, Texts{})
	refused(t, err, fault.Unavailable, "synchronous_commit = off")
	db, err := OpenPostgres(t.Context(), Address{URL: address, Schema: "x"}, Texts{})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
}

func TestAddressThatCannotBeRead(t *testing.T) {
	_, err := OpenPostgres(t.Context(), Address{URL: "postgres://%", Schema: "x"}, Texts{})
	refused(t, err, fault.Invalid, "postgres://user@host/name")
}

// schemas gives the files of a program that knows the first n of these migrations.
func schemas(n int) fstest.MapFS {
	files := fstest.MapFS{"queries/q.sql": {Data: []byte("-- name: all\nSELECT name FROM thing ORDER BY name")}}
	for i, text := range []string{
		"CREATE TABLE thing (name TEXT PRIMARY KEY); INSERT INTO thing VALUES ('first')",
		"ALTER TABLE thing ADD COLUMN age BIGINT NOT NULL DEFAULT 7; INSERT INTO thing (name) VALUES ('second')",
	}[:n] {
		files[fmt.Sprintf("migrations/%04d_x.sql", i+1)] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// each runs fn on both engines with a place for a database and its copies.
func each(t *testing.T, fn func(t *testing.T, at Address)) {
	enginetest.Each(t, func(t *testing.T, address string) {
		dir := t.TempDir()
		fn(t, Address{URL: address, Schema: "ecot", File: filepath.Join(dir, "ecot.db"),
			Backup: filepath.Join(dir, "ecot")})
	})
}

func open(t *testing.T, at Address, files fstest.MapFS) *DB {
	t.Helper()
	db, err := Open(t.Context(), at, files)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func things(t *testing.T, db *DB, table string) (names []string) {
	t.Helper()
	rows, err := db.read.QueryContext(t.Context(), "SELECT name FROM "+table+" ORDER BY name")
	err = Scan(rows, err, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		names = append(names, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestMigrationsGoForwardBehindACopy(t *testing.T) {
	each(t, func(t *testing.T, at Address) {
		open(t, at, schemas(1)).Close()
		broken := schemas(2)
		broken["migrations/0003_x.sql"] = &fstest.MapFile{Data: []byte("ALTER TABLE none ADD COLUMN x BIGINT")}
		_, err := Open(t.Context(), at, broken)
		refused(t, err, fault.Unavailable, "nothing was changed")
		db := open(t, at, schemas(1)) // so it is still at schema 1
		if got := things(t, db, "thing"); len(got) != 1 {
			t.Errorf("a migration that failed left %v", got)
		}
		db.Close()
		db = open(t, at, schemas(2)) // though the attempt left a copy
		if got := fmt.Sprint(things(t, db, "thing")); got != "[first second]" {
			t.Errorf("behind the migration there is %s", got)
		}
		if got := fmt.Sprint(things(t, copied(t, db, at), "thing")); got != "[first]" {
			t.Errorf("the copy holds %s", got)
		}
		db.Close()
		open(t, at, schemas(2)).Close()
		_, err = Open(t.Context(), at, schemas(1))
		refused(t, err, fault.Conflict, "schema 2", "knows 1", "newer ecot")
	})
}

// copied opens the copy that was made before schema 1 was left.
func copied(t *testing.T, db *DB, at Address) *DB {
	t.Helper()
	if db.Kind == Postgres {
		at.Schema = "ecot-schema-1"
		db, err := OpenPostgres(t.Context(), at, Texts{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
	path := at.Backup + "-schema-1.db"
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy: %v, %v", info, err)
	}
	db, err := OpenSQLite(t.Context(), path, Texts{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestManyProcessesMigrateAtOnce(t *testing.T) {
	each(t, func(t *testing.T, at Address) {
		for schema := 1; schema <= 2; schema++ {
			errs := make(chan error, 6)
			for range cap(errs) {
				go func() {
					db, err := Open(context.Background(), at, schemas(schema))
					if err == nil {
						err = db.Close()
					}
					errs <- err
				}()
			}
			for range cap(errs) {
				if err := <-errs; err != nil {
					t.Error(err)
				}
			}
		}
		if got := things(t, open(t, at, schemas(2)), "thing"); len(got) != 2 {
			t.Errorf("the migrations ran more than once: %v", got)
		}
	})
}

func TestWhatFailedInPartIsNotCommitted(t *testing.T) {
	each(t, func(t *testing.T, at Address) {
		files := schemas(1)
		files["queries/w.sql"] = &fstest.MapFile{Data: []byte("-- name: add\nINSERT INTO thing (name) VALUES ($1)")}
		db := open(t, at, files)
		tx, err := db.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		if err := tx.Exec(t.Context(), "add", "new"); err != nil {
			t.Fatal(err)
		}
		if tx.Exec(t.Context(), "add", "first") == nil {
			t.Fatal("a name was taken twice")
		}
		refused(t, tx.Commit(t.Context()), fault.Unavailable)
		tx.Rollback()
		if got := things(t, db, "thing"); len(got) != 1 {
			t.Errorf("it left %v", got)
		}
	})
}

// TestServerThatHungUp closes the writing connection from the other side, as a restart does.
func TestServerThatHungUp(t *testing.T) {
	address := enginetest.Postgres(t)
	db := open(t, Address{URL: address, Schema: "ecot"}, schemas(1))
	for range 3 {
		tx, err := db.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		enginetest.Exec(t, address, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"+
			" WHERE application_name = 'ecot' AND datname = current_database()")
	}
}
