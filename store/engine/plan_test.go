// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"ecot/store/engine/enginetest"
)

// lookups are the statements that load what a batch names, with keys of each.
func lookups() map[string][]any {
	return map[string][]any{
		"load_accounts": {[]string{"pot:1", "pot:2"}, []string{"EUR", "EUR"}},
		"load_states":   {[]string{"pot:1", "pot:2"}, []string{"", ""}},
		"load_claims":   {[]string{"key", "key"}, []string{"1", "2"}},
		"load_entries":  {[]int64{1, 2}},
		"load_balances": {[]int64{51, 52}, []string{"pot:1", "pot:2"}, []string{"EUR", "EUR"}},
	}
}

// hot are the reading statements behind pages that many people look at.
func hot() map[string][]any {
	return map[string][]any{
		"head": {}, "entry": {7}, "entries": {7, 9}, "postings_before": {3, 40_000, 20}, "months": {3},
		"states_of": {"pot:", "pot:~"}, "tile": {0, 1}, "edge": {1}, "latest_checkpoint": {},
	}
}

// stock writes 50 000 rows into each table that grows.
func stock(t *testing.T, db *DB) {
	t.Helper()
	series := "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 50000) "
	blob := "zeroblob(40)"
	if db.Kind == Postgres {
		blob = "decode(repeat('00', 40), 'hex')"
	} else {
		db.drop() // there is but one connection that writes
	}
	for _, statement := range []string{
		"INSERT INTO entry " + series + "SELECT n, " + blob + " FROM s",
		"INSERT INTO account " + series + "SELECT n, 'pot:' || n, 'EUR', n FROM s",
		"INSERT INTO posting " + series + "SELECT n % 50, n, 0, 1, n FROM s",
		"INSERT INTO state " + series + "SELECT 'pot:' || n, '', " + blob + ", n FROM s",
		"INSERT INTO claim " + series + "SELECT 'key', '' || n, " + blob + ", n, 1, n FROM s",
		"INSERT INTO tile " + series + "SELECT 0, n, " + blob + " FROM s",
		"INSERT INTO month " + series + "SELECT n, 202501, '', 1, 0, 1, n, n FROM s",
	} {
		if _, err := db.write.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// loadAll runs every lookup once in a batch and gives how many rows came.
func loadAll(t *testing.T, db *DB, then func(tx *Tx)) (rows int) {
	t.Helper()
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	for name, columns := range lookups() {
		err := tx.Lookup(t.Context(), name, func(Row) error { rows++; return nil }, columns...)
		if err != nil {
			t.Fatal(err)
		}
	}
	then(tx)
	return rows
}

// plan gives the lines of an explanation.
func plan(t *testing.T, rows *sql.Rows, err error) (lines []string) {
	t.Helper()
	err = Scan(rows, err, func(rows *sql.Rows) error {
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new(any)
		}
		err = rows.Scan(cells...)
		lines = append(lines, fmt.Sprint(*cells[len(cells)-1].(*any)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) == 0 {
		t.Fatal("no plan was given")
	}
	return lines
}

// TestPostgresPlansOfEmptyTablesUseIndexes prepares the lookups when the tables are empty, as the
// first batch of an instance does, and looks at what the same session does 50 000 rows later.
func TestPostgresPlansOfEmptyTablesUseIndexes(t *testing.T) {
	db, err := Open(t.Context(), Address{URL: enginetest.Postgres(t), Schema: "ecot"}, os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for range 8 { // more often than the server thinks about a plan
		loadAll(t, db, func(*Tx) {})
	}
	stock(t, db)
	seen := 0
	rows := loadAll(t, db, func(tx *Tx) {
		for name, statement := range preparedLookups(t, db) {
			args := make([]string, 0, 2)
			for _, column := range lookups()[name] {
				args = append(args, array(column))
			}
			text := fmt.Sprintf("EXPLAIN EXECUTE %q (%s)", statement, strings.Join(args, ", "))
			rows, err := db.session.conn.QueryContext(t.Context(), text)
			lines := strings.Join(plan(t, rows, err), "\n")
			if strings.Contains(lines, "Seq Scan") || !strings.Contains(lines, "Index") {
				t.Errorf("%s:\n%s", name, lines)
			}
			seen++
		}
	})
	if rows != 10 || seen != len(lookups()) {
		t.Errorf("%d rows found, %d plans seen", rows, seen)
	}
}

// preparedLookups gives the server's names of the lookups that the writing session has prepared.
func preparedLookups(t *testing.T, db *DB) map[string]string {
	t.Helper()
	prepared := map[string]string{}
	rows, err := db.session.conn.QueryContext(t.Context(), "SELECT name, statement FROM pg_prepared_statements")
	err = Scan(rows, err, func(rows *sql.Rows) error {
		var name, text string
		err := rows.Scan(&name, &text)
		for lookup := range lookups() {
			if db.texts[lookup] == text {
				prepared[lookup] = name
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return prepared
}

func array(column any) string {
	switch c := column.(type) {
	case []string:
		return "ARRAY['" + strings.Join(c, "','") + "']"
	case []int64:
		return strings.ReplaceAll(fmt.Sprintf("ARRAY%v", c), " ", ",")
	}
	panic(fmt.Sprintf("a column of %T", column))
}

func TestSQLiteSearchesAndDoesNotScan(t *testing.T) {
	db, err := Open(t.Context(), Address{File: t.TempDir() + "/ecot.db"}, os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	stock(t, db)
	if rows := loadAll(t, db, func(*Tx) {}); rows != 10 {
		t.Errorf("%d rows found", rows)
	}
	for name := range lookups() {
		rows, err := db.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+db.texts.Text(name), "[]")
		wantSearch(t, name, plan(t, rows, err))
	}
	for name, args := range hot() {
		rows, err := db.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+db.texts.Text(name), args...)
		wantSearch(t, name, plan(t, rows, err))
	}
}

// wantSearch wants nothing to be scanned but the list of keys.
func wantSearch(t *testing.T, name string, lines []string) {
	t.Helper()
	scans := slices.DeleteFunc(slices.Clone(lines), func(line string) bool {
		return !strings.HasPrefix(line, "SCAN") || strings.HasPrefix(line, "SCAN k VIRTUAL TABLE")
	})
	if len(scans) > 0 || !strings.Contains(strings.Join(lines, "\n"), "SEARCH") {
		t.Errorf("%s: %q", name, lines)
	}
}
