// SPDX-License-Identifier: AGPL-3.0-or-later

package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"ecot/fault"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/proof"
	"ecot/store"
)

func testLeaves(t *testing.T, s *store.Store) {
	const size, gap = 4_200, 4_100 // more than a page is read at once
	write(t, s, func(c *store.Change) {
		for i := range int64(size) {
			if i != gap {
				c.Entry(i, fmt.Appendf(nil, "leaf %d\n\x00\xff", i))
			}
		}
	})
	var count int64
	read := func(from, to int64) error {
		return s.Leaves(t.Context(), from, to, func(index int64, leaf []byte) error {
			same(t, "a leaf", string(leaf), fmt.Sprintf("leaf %d\n\x00\xff", index))
			count++
			return nil
		})
	}
	ok(t, read(0, gap))
	ok(t, read(gap+1, size))
	ok(t, read(7, 7))
	same(t, "leaves read", count, int64(size-1))
	for _, bounds := range [][2]int64{{0, size}, {gap, gap + 1}, {gap - 1, gap + 1},
		{size - 1, size + 1}, {size, size + 1}} {
		if err := read(bounds[0], bounds[1]); err == nil || !strings.Contains(err.Error(), "is missing") {
			t.Errorf("leaves %d to %d: %v, and one is missing", bounds[0], bounds[1], err)
		}
	}
	_, err := s.Leaf(t.Context(), gap)
	same(t, "the code of a missing entry", fault.CodeOf(err), fault.NotFound)
	batch(t, s, func(ctx context.Context, tx *store.Tx) error {
		leaves, err := tx.Leaves(ctx, []int64{3, gap, 1})
		same(t, "leaves found", leaves, map[int64][]byte{
			3: []byte("leaf 3\n\x00\xff"), 1: []byte("leaf 1\n\x00\xff")})
		return err
	})
}

func testCheckpoints(t *testing.T, s *store.Store) {
	_, err := s.Latest(t.Context())
	same(t, "the code of no checkpoint", fault.CodeOf(err), fault.NotFound)
	put := func(c store.Checkpoint) {
		batch(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutCheckpoint(ctx, c) })
	}
	month := store.Checkpoint{Slot: "2025-01", Size: 5, Clock: 10, Note: []byte("a\n\n— b\n")}
	latest := store.Checkpoint{Slot: "latest", Size: 9, Clock: 20, Note: []byte("c")}
	put(latest)
	put(month)
	got, err := s.Latest(t.Context())
	ok(t, err)
	same(t, "the latest checkpoint", got, latest)
	latest.Size, latest.Note = 10, []byte("d")
	put(latest)
	kept, err := s.Checkpoints(t.Context())
	ok(t, err)
	same(t, "checkpoints, smallest first", kept, []store.Checkpoint{month, latest})
}

func testSettings(t *testing.T, s *store.Store) {
	for _, value := range []string{"L’Écot", "L’Écot d’à côté"} {
		batch(t, s, func(ctx context.Context, tx *store.Tx) error {
			return firstOf(tx.PutSetting(ctx, "name", value), tx.PutSetting(ctx, "lang", ""))
		})
	}
	settings, err := s.Settings(t.Context())
	ok(t, err)
	same(t, "settings", settings, map[string]string{"name": "L’Écot d’à côté", "lang": ""})
}

// testTiles grows a tree of cheap leaves around the sizes at which tiles fill.
func testTiles(t *testing.T, s *store.Store) {
	edge := proof.NewEdge()
	for _, size := range []int64{1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 65_792} {
		grow(t, s, edge, size)
		wantTree(t, s, edge)
	}
	tiles := map[int]int64{}
	ok(t, s.AllTiles(t.Context(), func(tile proof.Tile) error {
		same(t, "the order of tiles", tile.N, tiles[tile.Level])
		tiles[tile.Level]++
		return nil
	}))
	same(t, "full tiles by level", tiles, map[int]int64{0: 257, 1: 1})
}

// grow appends leaves up to size in one batch, as the writer does.
func grow(t *testing.T, s *store.Store, edge *proof.Edge, size int64) {
	t.Helper()
	batch(t, s, func(ctx context.Context, tx *store.Tx) error {
		same(t, "the size found", tx.Head.Size, edge.Size())
		var c store.Change
		for edge.Size() < size {
			leaf := fmt.Appendf(nil, "%d", edge.Size())
			c.Entry(edge.Size(), leaf)
			for _, tile := range edge.Append(proof.LeafHash(leaf)) {
				c.Tile(tile)
			}
		}
		c.Edge(edge)
		return firstOf(tx.Write(ctx, &c), tx.PutHead(ctx, size, edge.Root(), size))
	})
}

// wantTree compares the tree as stored with the one in memory: its edge when a batch begins, and
// proofs made from stored tiles.
func wantTree(t *testing.T, s *store.Store, edge *proof.Edge) {
	t.Helper()
	size := edge.Size()
	batch(t, s, func(ctx context.Context, tx *store.Tx) error {
		stored, err := tx.Edge(ctx)
		if err != nil {
			return fmt.Errorf("the edge at %d: %w", size, err)
		}
		same(t, fmt.Sprintf("the root at %d", size), stored.Root().String(), edge.Root().String())
		for level := range edge.Levels() {
			same(t, fmt.Sprintf("level %d at %d", level, size), len(stored.Partial(level)), len(edge.Partial(level)))
		}
		return nil
	})
	for _, index := range []int64{0, size / 3, size - 2, size - 1} {
		if index < 0 {
			continue
		}
		path, err := proof.Inclusion(t.Context(), index, size, s)
		ok(t, err)
		leaf := proof.LeafHash(fmt.Appendf(nil, "%d", index))
		if err := proof.VerifyInclusion(leaf, index, size, path, edge.Root()); err != nil {
			t.Errorf("leaf %d of %d: %v", index, size, err)
		}
	}
}

func testClearViews(t *testing.T, s *store.Store) {
	edge := proof.NewEdge()
	grow(t, s, edge, 300)
	claim := store.Claim{Scope: "a", Key: "b", Hash: []byte{}}
	fill := func(c *store.Change) {
		c.Account(store.Account{ID: 1, Place: ledger.Place{Account: "pot:a", Unit: "EUR"}, Balance: 1})
		c.Posting(1, store.Posting{Index: 1, Amount: 1, Balance: 1})
		c.Month(1, store.Month{Month: 202501, Incoming: 1, Count: 1, First: 1, Last: 1})
		c.Figure(mechanism.Tally{Name: "in", Month: 202501, Unit: "EUR", Amount: 1, Count: 1})
		c.State(store.State{Key: mechanism.Key{Stream: "pot:a"}, Value: []byte("x"), Last: 1})
	}
	write(t, s, func(c *store.Change) {
		fill(c)
		c.Claim(claim)
	})
	before := views(t, s)
	batch(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.ClearViews(ctx) })
	same(t, "views left", views(t, s), []string(nil))
	if _, err := s.Leaf(t.Context(), 299); err != nil {
		t.Error("an entry went with the views:", err)
	}
	write(t, s, func(c *store.Change) {
		fill(c)
		again := proof.NewEdge()
		for i := range edge.Size() {
			for _, tile := range again.Append(proof.LeafHash(fmt.Appendf(nil, "%d", i))) {
				c.Tile(tile)
			}
		}
		c.Edge(again)
	})
	same(t, "views written again", views(t, s), before)
	wantTree(t, s, edge)
}

// views gives every view row as a line.
func views(t *testing.T, s *store.Store) (lines []string) {
	t.Helper()
	line := func(of ...any) error { lines = append(lines, fmt.Sprintln(of...)); return nil }
	accounts, err := s.Accounts(t.Context(), -1)
	ok(t, err)
	for _, a := range accounts {
		ok(t, line("account", a))
	}
	ok(t, s.AllPostings(t.Context(), func(account int64, p store.Posting) error {
		return line("posting", account, p)
	}))
	ok(t, s.AllMonths(t.Context(), func(account int64, m store.Month) error {
		return line("month", account, m)
	}))
	figures, err := s.Figures(t.Context())
	ok(t, err)
	for _, f := range figures {
		ok(t, line("figure", f))
	}
	states, err := s.States(t.Context(), "")
	ok(t, err)
	for _, state := range states {
		ok(t, line("state", state))
	}
	ok(t, s.AllTiles(t.Context(), func(tile proof.Tile) error { return line("tile", tile) }))
	ok(t, s.AllEdges(t.Context(), func(level int, data []byte) error { return line("edge", level, data) }))
	return lines
}
