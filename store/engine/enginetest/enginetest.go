// SPDX-License-Identifier: AGPL-3.0-or-later

// Package enginetest gives tests both databases that Écot runs on.
//
// A test gets a PostgreSQL database of its own on the server that ECOT_TEST_POSTGRES names, made
// for it and dropped behind it. Its text sorts by the rules of French (ICU), as a database of an
// ordinary server may: what relies on the order of bytes must say so in its schema. Its one
// invariant: no test sees what another wrote.
package enginetest

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Each runs fn as a test of each engine. The address is empty for SQLite; for PostgreSQL it is that
// of a fresh database.
func Each(t *testing.T, fn func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) { fn(t, "") })
	t.Run("postgres", func(t *testing.T) { fn(t, Postgres(t)) })
}

// Postgres gives the address of a fresh PostgreSQL database, and skips the test when there is no
// server to make it on.
func Postgres(tb testing.TB) string {
	tb.Helper()
	server := os.Getenv("ECOT_TEST_POSTGRES")
	if server == "" {
		tb.Skip("ECOT_TEST_POSTGRES is not set: run the tests with .ci/postgres")
	}
	name := "t_" + strings.ToLower(rand.Text())
	Exec(tb, server, "CREATE DATABASE "+name+
		" TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'fr-FR'")
	tb.Cleanup(func() { Exec(tb, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	at, err := url.Parse(server)
	if err != nil {
		tb.Fatal(err)
	}
	at.Path = "/" + name
	return at.String()
}

// Empty drops everything that Écot keeps in a database, so that it is as good as fresh, and cheaper.
func Empty(tb testing.TB, address string) {
	tb.Helper()
	Exec(tb, address, "DROP SCHEMA IF EXISTS ecot CASCADE", "DROP SCHEMA IF EXISTS ecot_vault CASCADE",
		"DROP SCHEMA IF EXISTS ecot_office CASCADE")
}

// Exec runs statements on a connection of their own.
func Exec(tb testing.TB, address string, statements ...string) {
	tb.Helper()
	ask(tb, address, func(conn *pgx.Conn, ctx context.Context) error {
		for _, statement := range statements {
			if _, err := conn.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// Text gives the one value of a question as text.
func Text(tb testing.TB, address, question string) (answer string) {
	tb.Helper()
	ask(tb, address, func(conn *pgx.Conn, ctx context.Context) error {
		return conn.QueryRow(ctx, question).Scan(&answer)
	})
	return answer
}

func ask(tb testing.TB, address string, fn func(*pgx.Conn, context.Context) error) {
	tb.Helper()
	ctx := context.Background() // a test's own has ended when its cleanup runs
	conn, err := pgx.Connect(ctx, address)
	if err == nil {
		err = fn(conn, ctx)
		conn.Close(ctx)
	}
	if err != nil {
		tb.Fatalf("PostgreSQL: %v", err)
	}
}
