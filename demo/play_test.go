// SPDX-License-Identifier: AGPL-3.0-or-later

package demo_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"ecot/app"
	"ecot/clock"
	"ecot/demo"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/charter"
	"ecot/store"
)

// played is an instance that the year was played into and that is closed again.
type played struct {
	demo.Summary
	days    []string // as progress was told
	store   *store.Store
	entries []journal.Entry
}

// play plays the year into a new instance, on PostgreSQL when database is not empty.
func play(t testing.TB, database string) played {
	t.Helper()
	dir := t.TempDir()
	var now clock.Played
	a, err := app.Open(t.Context(), demo.Place(dir, database, now.Now))
	if err != nil {
		t.Fatal(err)
	}
	var p played
	p.Summary, err = demo.Play(t.Context(), a, &now, func(day string, _, _ int) { p.days = append(p.days, day) })
	if err != nil {
		t.Fatal(err)
	}
	if got := now.Now(); !got.Equal(demo.Opens()) {
		t.Errorf("the clock stands at %s, want %s", got, demo.Opens())
	}
	if _, err := demo.Play(t.Context(), a, &now, nil); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a second play into the same instance gives %v, want a conflict", err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	p.read(t, dir, database)
	return p
}

// read opens the store behind the instance and parses its leaves.
func (p *played) read(t testing.TB, dir, database string) {
	t.Helper()
	var err error
	file, backups := filepath.Join(dir, "ecot.db"), filepath.Join(dir, "backups")
	p.store, err = store.Open(t.Context(), database, file, backups)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.store.Close(); err != nil {
			t.Error(err)
		}
	})
	reader := journal.NewReader(app.Rules().Kinds())
	err = p.store.Leaves(t.Context(), 0, p.Size, func(index int64, leaf []byte) error {
		e, err := reader.Parse(slices.Clone(leaf), index)
		p.entries = append(p.entries, e)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// newDatabase makes a database of its own on the tests' PostgreSQL server, and gives its address.
func newDatabase(t testing.TB) string {
	t.Helper()
	server := os.Getenv("ECOT_TEST_POSTGRES")
	if server == "" {
		t.Skip("no PostgreSQL server: run .ci/postgres go test ./demo")
	}
	address, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	name := "demo_" + rand.Text()
	run := func(statement string) {
		if _, err := db.ExecContext(context.Background(), statement); err != nil {
			t.Error(err)
		}
	}
	run(`CREATE DATABASE "` + name + `"`)
	t.Cleanup(func() {
		run(`DROP DATABASE "` + name + `" WITH (FORCE)`)
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	address.Path = "/" + name
	return address.String()
}

func TestTheYear(t *testing.T) { checkYear(t, play(t, "")) }

func TestTheYearOnPostgreSQL(t *testing.T) { checkYear(t, play(t, newDatabase(t))) }

func checkYear(t *testing.T, year played) {
	for _, check := range []struct {
		name string
		hold func(*testing.T, played)
	}{
		{"root", checkRoot},
		{"key", checkKey},
		{"progress", checkProgress},
		{"entries", checkEntries},
		{"month ends", checkMonthEnds},
		{"flows", checkFlows},
		{"monthly news", checkNews},
		{"lanterne", checkLanterne},
		{"december", checkDecember},
		{"counts", checkCounts},
		{"expenses", checkExpenses},
		{"privacy", checkPrivacy},
	} {
		t.Run(check.name, func(t *testing.T) { check.hold(t, year) })
	}
}

func checkRoot(t *testing.T, year played) {
	if year.Root.String() != demo.Root || year.Size != demo.Size || year.Acts != demo.Size-1 {
		t.Errorf("%d acts gave %d entries with root %s,\nwant an entry each after the genesis, %d, %s",
			year.Acts, year.Size, year.Root, demo.Size, demo.Root)
	}
	head, err := year.store.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if head.Size != year.Size || head.Root != year.Root {
		t.Errorf("the store stands at %d, %s, the play says %d, %s", head.Size, head.Root, year.Size, year.Root)
	}
}

func TestAnotherPlayGivesTheSameRoot(t *testing.T) { checkRoot(t, play(t, "")) }

func checkKey(t *testing.T, year played) {
	genesis, ok := year.entries[0].Fact.(*charter.Genesis)
	if !ok || genesis.Key != demo.VKey || genesis.Origin != demo.Origin || !demo.IsDemoKey(genesis.Key) {
		t.Errorf("entry 0 is %+v, want a genesis with the published key %s", year.entries[0].Fact, demo.VKey)
	}
	if demo.IsDemoKey("fonds.example.org/journal" + demo.VKey[len(demo.Origin):]) {
		t.Error("the key of another journal is taken for the demo's")
	}
}

// checkProgress wants each day once, in order, the day of the visit last.
func checkProgress(t *testing.T, year played) {
	last := len(year.days) - 1
	if year.days[0] != "2025-01-02" || year.days[last] != "2026-01-02" || !slices.IsSorted(year.days) ||
		len(slices.Compact(slices.Clone(year.days))) != last+1 {
		t.Errorf("progress was told of the days %v", year.days)
	}
}

func BenchmarkPlay(b *testing.B) {
	for b.Loop() {
		play(b, "")
	}
}
