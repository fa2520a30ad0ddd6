// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"ecot/app"
)

// engines gives the engines to measure.
func (b *bench) engines() []string {
	if b.postgres == "" {
		return []string{"sqlite"}
	}
	return []string{"sqlite", "postgres"}
}

// place is where one instance, or one naive ledger, lives.
type place struct {
	dir      string
	database string // a PostgreSQL address, empty for SQLite
	server   string
}

// newPlace makes a folder, and on PostgreSQL an empty database.
func (b *bench) newPlace(ctx context.Context, engine string) (p place, err error) {
	name := "bench_" + strings.ToLower(rand.Text())
	p.dir = filepath.Join(b.dir, name)
	if err := os.Mkdir(p.dir, 0o700); err != nil || engine == "sqlite" {
		return p, err
	}
	address, err := url.Parse(b.postgres)
	if err != nil {
		return p, err
	}
	if err := p.onServer(ctx, b.postgres, "CREATE DATABASE "+name); err != nil {
		return p, err
	}
	address.Path = "/" + name
	p.database, p.server = address.String(), b.postgres
	return p, nil
}

// remove gives the room back.
func (p place) remove(ctx context.Context) error {
	err := os.RemoveAll(p.dir)
	if p.database == "" {
		return err
	}
	address, parseErr := url.Parse(p.database)
	if parseErr != nil {
		return parseErr
	}
	drop := "DROP DATABASE " + strings.TrimPrefix(address.Path, "/") + " WITH (FORCE)"
	return errors.Join(err, p.onServer(context.WithoutCancel(ctx), p.server, drop))
}

func (p place) onServer(ctx context.Context, address, statement string) error {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return err
	}
	db := stdlib.OpenDB(*config)
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}

// size gives the bytes that the place takes on disk.
func (p place) size(ctx context.Context) (bytes int64, err error) {
	if p.database == "" {
		return sizeOf(p.dir)
	}
	config, err := pgx.ParseConfig(p.database)
	if err != nil {
		return 0, err
	}
	db := stdlib.OpenDB(*config)
	err = db.QueryRowContext(ctx, "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c "+
		"JOIN pg_namespace n ON n.oid = c.relnamespace "+
		"WHERE n.nspname LIKE 'ecot%' AND c.relkind = 'r'").Scan(&bytes)
	return bytes, errors.Join(err, db.Close())
}

// sizeOf gives the bytes of the files below a folder.
func sizeOf(dir string) (bytes int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return bytes, err
}

// instance is an open instance of ours.
type instance struct {
	place
	*app.App
}

// newInstance founds an instance with so many pots.
func (b *bench) newInstance(ctx context.Context, engine string, pots int) (*instance, error) {
	p, err := b.newPlace(ctx, engine)
	if err != nil {
		return nil, err
	}
	a, err := app.Open(ctx, app.Place{Dir: p.dir, Database: p.database})
	if err != nil {
		return nil, errors.Join(err, p.remove(ctx))
	}
	i := &instance{p, a}
	if err := a.BulkFounded(ctx, app.Charter{}, openPots(pots)); err != nil {
		return nil, errors.Join(err, i.end(ctx))
	}
	return i, nil
}

// end closes the instance and removes it.
func (i *instance) end(ctx context.Context) error {
	return errors.Join(i.Close(), i.remove(ctx))
}

// naiveLedger is the baseline, open.
type naiveLedger struct {
	place
	*naive
	db *sql.DB
}

func (b *bench) newNaive(ctx context.Context, engine string) (*naiveLedger, error) {
	p, err := b.newPlace(ctx, engine)
	if err != nil {
		return nil, err
	}
	n, err := openNaive(ctx, p)
	if err != nil {
		return nil, errors.Join(err, p.remove(ctx))
	}
	return &naiveLedger{p, n, n.db}, nil
}

// end closes the ledger and removes it.
func (n *naiveLedger) end(ctx context.Context) error {
	return errors.Join(n.db.Close(), n.remove(ctx))
}
