// SPDX-License-Identifier: AGPL-3.0-or-later

package proof_test

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"ecot/fault"
	"ecot/proof"
)

func TestTilePathIsTheSpecifications(t *testing.T) {
	for _, c := range []struct {
		level int
		n     int64
		width int
		path  string
	}{
		{0, 0, 256, "tile/0/000"},
		{0, 1067, 256, "tile/0/x001/067"},
		{0, 1_234_067, 256, "tile/0/x001/x234/067"},
		{2, 999, 17, "tile/2/999.p/17"},
		{63, 1000, 255, "tile/63/x001/000.p/255"},
		{-1, 273, 112, "tile/entries/273.p/112"},
		{-1, 1_000_000, 256, "tile/entries/x001/x000/000"},
		{-1, 1<<55 - 1, 256, "tile/entries/x036/x028/x797/x018/x963/967"},
	} {
		got := proof.EntriesPath(c.n, c.width)
		if c.level >= 0 {
			got = proof.TilePath(c.level, c.n, c.width)
		}
		if got != c.path {
			t.Errorf("tile %d of level %d, width %d: %s, want %s", c.n, c.level, c.width, got, c.path)
		}
		level, n, width, err := proof.ParseTilePath(c.path)
		if level != c.level || n != c.n || width != c.width || err != nil {
			t.Errorf("%s gives %d, %d, %d, %v", c.path, level, n, width, err)
		}
	}
}

func TestParseTilePathRefusesTheRest(t *testing.T) {
	for _, p := range []string{
		"", "tile", "tile/", "tile/0", "tile/0/", "tile//000", "tile/entries", "tile/entries/",
		"/tile/0/000", "tile/0/000/", "tile/00/000", "tile/+1/000", "tile/-1/000", "tile/64/000",
		"tile/data/000", "Tile/0/000", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/x000",
		"tile/0/000/000", "tile/0/x000/000", "tile/0/x001/x000", "tile/0/001/000", "tile/0/xx01/000",
		"tile/0/x0001/000", "tile/0/-01", "tile/0/+01", "tile/0/1e1", "tile/0/0_1", "tile/0/000\n",
		"tile/0/000 ", "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/01",
		"tile/0/000.p/256", "tile/0/000.p/-1", "tile/0/000.p/1/", "tile/0/000.p/1.p/1",
		"tile/0/000.p/1/000", "tile/0/x001.p/1/000", "tile/0/000.P/1",
		"tile/0/x036/x028/x797/x018/x963/968", "tile/0/x999/x999/x999/x999/x999/999",
	} {
		if level, n, width, err := proof.ParseTilePath(p); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%q gives %d, %d, %d, %v", p, level, n, width, err)
		}
	}
}

func FuzzTilePath(f *testing.F) {
	for _, p := range []string{
		"tile/0/000", "tile/7/x001/067.p/17", "tile/entries/x001/x234/067", "tile/entries/000.p/1",
	} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) {
		level, n, width, err := proof.ParseTilePath(p)
		if err != nil {
			return
		}
		again := proof.EntriesPath(n, width)
		if level >= 0 {
			again = proof.TilePath(level, n, width)
		}
		if again != p || n < 0 || width < 1 || width > 256 {
			t.Errorf("%q is tile %d of level %d, width %d, and comes back as %q", p, n, level, width, again)
		}
		if level < 0 {
			return
		}
		if theirs, err := tlog.ParseTilePath("tile/8/" + p[len("tile/"):]); err != nil || theirs.N != n {
			t.Errorf("%q is tile %d, but %v, %v for x/mod", p, n, theirs, err)
		}
	})
}

func TestEntriesComeBack(t *testing.T) {
	leaves := [][]byte{{}, []byte("a"), bytes.Repeat([]byte("b"), 300), make([]byte, proof.MaxLeaf)}
	var data []byte
	var err error
	for _, l := range leaves {
		if data, err = proof.AppendEntry(data, l); err != nil {
			t.Fatal(err)
		}
	}
	var got [][]byte
	err = proof.SplitEntries(data, func(l []byte) error { got = append(got, l); return nil })
	if err != nil || len(got) != len(leaves) {
		t.Fatalf("%d leaves, %v", len(got), err)
	}
	for i := range leaves {
		if !bytes.Equal(got[i], leaves[i]) {
			t.Errorf("leaf %d has %d bytes", i, len(got[i]))
		}
	}
	if _, err := proof.AppendEntry(nil, make([]byte, proof.MaxLeaf+1)); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a leaf too long: %v", err)
	}
}

func TestSplitEntriesRefusesBrokenBundles(t *testing.T) {
	var full []byte
	for range 256 {
		full, _ = proof.AppendEntry(full, []byte("leaf"))
	}
	for name, data := range map[string][]byte{
		"half a length":       {0},
		"no leaf":             {0, 1},
		"half a leaf":         {0, 2, 'a'},
		"a length behind":     {0, 1, 'a', 0},
		"257 leaves":          append(bytes.Clone(full), 0, 0),
		"256 and half a leaf": append(bytes.Clone(full), 0),
	} {
		err := proof.SplitEntries(data, func([]byte) error { return nil })
		if fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	stop := errors.New("stop")
	if err := proof.SplitEntries(full, func([]byte) error { return stop }); err != stop {
		t.Errorf("stopping gives %v", err)
	}
}

func FuzzEntries(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 0})
	f.Add([]byte{0, 1, 'a', 0, 2, 'b', 'c'})
	f.Fuzz(func(t *testing.T, data []byte) {
		var again []byte
		err := proof.SplitEntries(data, func(leaf []byte) (err error) {
			again, err = proof.AppendEntry(again, leaf)
			return err
		})
		if err == nil && !bytes.Equal(again, data) {
			t.Errorf("%q comes back as %q", data, again)
		}
	})
}

func TestTileRootPanicsOnAPartialTile(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a tile of 255 hashes has a root")
		}
	}()
	proof.Tile{Data: make([]byte, proof.TileSize-proof.HashSize)}.Root()
}

func TestProversRefuseWhatTheTreeDoesNotHave(t *testing.T) {
	g := newGrove()
	for i := range int64(300) {
		g.add(leaf(i))
	}
	ctx := t.Context()
	for _, at := range [][2]int64{{-1, 300}, {300, 300}, {0, 0}, {0, -1}, {math.MaxInt64, 300}} {
		if _, err := proof.Inclusion(ctx, at[0], at[1], g); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("inclusion of %d in %d: %v", at[0], at[1], err)
		}
		if _, err := proof.Consistency(ctx, at[1]+1, at[1], g); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("consistency of %d with %d: %v", at[1]+1, at[1], err)
		}
	}
	if _, err := proof.RootAt(ctx, -1, g); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("root at -1: %v", err)
	}
	for _, size := range []int64{301, 600, 1 << 40, math.MaxInt64} {
		if _, err := proof.RootAt(ctx, size, g); err == nil {
			t.Errorf("a root at %d of 300", size)
		}
		if _, err := proof.Inclusion(ctx, size-1, size, g); err == nil {
			t.Errorf("an inclusion in %d of 300", size)
		}
		if _, err := proof.Consistency(ctx, 300, size, g); err == nil {
			t.Errorf("a consistency with %d of 300", size)
		}
	}
}
