// SPDX-License-Identifier: AGPL-3.0-or-later

package proof_test

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"ecot/fault"
	"ecot/proof"
)

// grove is a tree that keeps every hash: the full tiles that Append gave and the edge beside them.
type grove struct {
	edge  *proof.Edge
	tiles map[string]proof.Tile
}

func newGrove() *grove {
	return &grove{edge: proof.NewEdge(), tiles: map[string]proof.Tile{}}
}

func (g *grove) add(leaf []byte) {
	for _, t := range g.edge.Append(proof.LeafHash(leaf)) {
		g.tiles[proof.TilePath(t.Level, t.N, proof.TileWidth)] = t
	}
}

// Hashes reads a full tile or the edge; it fails for a hash that the tree does not have.
func (g *grove) Hashes(_ context.Context, level int, n int64, width int) ([]proof.Hash, error) {
	hashes := g.edge.Partial(level)
	if t, ok := g.tiles[proof.TilePath(level, n, proof.TileWidth)]; ok {
		hashes = splitHashes(t.Data)
	} else if full := g.edge.Size() >> (8 * level) / 256; n != full {
		return nil, fmt.Errorf("tile %d of level %d of %d", n, level, full)
	}
	if width < 1 || width > len(hashes) {
		return nil, fmt.Errorf("%d hashes of tile %d of level %d, which has %d", width, n, level, len(hashes))
	}
	return hashes[:width], nil
}

func splitHashes(data []byte) []proof.Hash {
	hashes := make([]proof.Hash, len(data)/proof.HashSize)
	for i := range hashes {
		hashes[i] = proof.Hash(data[i*proof.HashSize:])
	}
	return hashes
}

func leaf(i int64) []byte { return fmt.Appendf(nil, "leaf %d", i) }

// oracle is the same tree kept by golang.org/x/mod/sumdb/tlog.
type oracle []tlog.Hash

func (o *oracle) add(t testing.TB, n int64, leaf []byte) {
	t.Helper()
	hashes, err := tlog.StoredHashes(n, leaf, o)
	if err != nil {
		t.Fatal(err)
	}
	*o = append(*o, hashes...)
}

func (o *oracle) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		hashes[i] = (*o)[x]
	}
	return hashes, nil
}

func sameProof[P ~[]tlog.Hash](ours []proof.Hash, theirs P) bool {
	if len(ours) != len(theirs) {
		return false
	}
	for i := range ours {
		if ours[i] != proof.Hash(theirs[i]) {
			return false
		}
	}
	return true
}

func TestRootsAgreeWithTlogAtEverySize(t *testing.T) {
	const sizes = 4096
	g, o := newGrove(), new(oracle)
	for n := int64(0); ; n++ {
		want, err := tlog.TreeHash(n, o)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			want = tlog.Hash(proof.EmptyRoot()) // tlog gives zeroes; RFC 6962 gives SHA-256 of nothing
		}
		if got := g.edge.Root(); got != proof.Hash(want) {
			t.Fatalf("root at %d: %s, want %s", n, got, want)
		}
		if got := g.edge.Size(); got != n {
			t.Fatalf("size %d, want %d", got, n)
		}
		if n == sizes {
			break
		}
		g.add(leaf(n))
		o.add(t, n, leaf(n))
	}
	for n := int64(0); n <= sizes; n++ {
		want, _ := tlog.TreeHash(n, o)
		if n == 0 {
			want = tlog.Hash(proof.EmptyRoot())
		}
		if got, err := proof.RootAt(t.Context(), n, g); err != nil || got != proof.Hash(want) {
			t.Fatalf("root as of %d: %s, %v, want %s", n, got, err, want)
		}
	}
}

func TestProofsAgreeWithTlogUpTo256(t *testing.T) {
	const sizes = 300
	g, o := newGrove(), new(oracle)
	for n := int64(1); n <= sizes; n++ {
		g.add(leaf(n - 1))
		o.add(t, n-1, leaf(n-1))
	}
	for size := int64(1); size <= 256; size++ {
		checkProofsAt(t, size, g, o)
	}
	checkProofsAt(t, 257, g, o)
	checkProofsAt(t, sizes, g, o)
}

func checkProofsAt(t *testing.T, size int64, g *grove, o *oracle) {
	t.Helper()
	p := proof.NewProver(size, g)
	root, err := p.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range size {
		want, _ := tlog.ProveRecord(size, i, o)
		got, err := p.Inclusion(t.Context(), i)
		if err != nil || !sameProof(got, want) {
			t.Fatalf("inclusion of %d in %d: %v, %v, want %v", i, size, got, err, want)
		}
		if err := proof.VerifyInclusion(proof.LeafHash(leaf(i)), i, size, got, root); err != nil {
			t.Fatalf("inclusion of %d in %d: %v", i, size, err)
		}
	}
	for old := int64(1); old <= size; old++ {
		want, _ := tlog.ProveTree(size, old, o)
		got, err := p.Consistency(t.Context(), old)
		if err != nil || !sameProof(got, want) {
			t.Fatalf("consistency of %d with %d: %v, %v, want %v", old, size, got, err, want)
		}
		was, err := proof.RootAt(t.Context(), old, g)
		if err != nil {
			t.Fatal(err)
		}
		if err := proof.VerifyConsistency(old, size, was, root, got); err != nil {
			t.Fatalf("consistency of %d with %d: %v", old, size, err)
		}
	}
}

func TestRestoredEdgeGrowsAlike(t *testing.T) {
	whole := proof.NewEdge()
	for n := range int64(70_000) {
		if n < 600 || n%4093 == 0 || n > 65_500 && n < 65_600 {
			restored := restore(t, whole)
			a, b := restored.Append(proof.LeafHash(leaf(n))), whole.Clone().Append(proof.LeafHash(leaf(n)))
			if len(a) != len(b) || len(a) > 0 && !bytes.Equal(a[0].Data, b[0].Data) {
				t.Fatalf("restored at %d, the edge completes %d tiles, not %d", n, len(a), len(b))
			}
		}
		tiles := whole.Append(proof.LeafHash(leaf(n)))
		for i, tile := range tiles[:max(0, len(tiles)-1)] {
			if up := splitHashes(tiles[i+1].Data); tile.Root() != up[len(up)-1] {
				t.Fatalf("tile %d of level %d is not the last hash above it", tile.N, tile.Level)
			}
		}
	}
}

func restore(t *testing.T, e *proof.Edge) *proof.Edge {
	t.Helper()
	var partial [][]proof.Hash
	for l := range e.Levels() {
		partial = append(partial, e.Partial(l))
	}
	restored, err := proof.RestoreEdge(e.Size(), partial)
	if err != nil {
		t.Fatalf("restore at %d: %v", e.Size(), err)
	}
	if restored.Root() != e.Root() || restored.Levels() != e.Levels() {
		t.Fatalf("restored at %d, the root is %s, want %s", e.Size(), restored.Root(), e.Root())
	}
	return restored
}

func TestRestoreEdgeRefusesCountsThatDoNotFit(t *testing.T) {
	h := func(n int) []proof.Hash { return make([]proof.Hash, n) }
	for _, c := range []struct {
		size    int64
		partial [][]proof.Hash
	}{
		{-1, nil}, {0, [][]proof.Hash{nil}}, {1, nil}, {1, [][]proof.Hash{h(2)}}, {1, [][]proof.Hash{h(1), nil}},
		{256, [][]proof.Hash{nil}}, {256, [][]proof.Hash{h(256), h(1)}}, {256, [][]proof.Hash{nil, nil}},
		{70_000, [][]proof.Hash{h(112), h(17)}}, {70_000, [][]proof.Hash{h(112), h(17), h(2)}},
	} {
		if _, err := proof.RestoreEdge(c.size, c.partial); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("size %d with %d levels: %v", c.size, len(c.partial), err)
		}
	}
	if _, err := proof.RestoreEdge(70_000, [][]proof.Hash{h(112), h(17), h(1)}); err != nil {
		t.Error(err)
	}
}

func TestHashingAllocatesNothing(t *testing.T) {
	e, h := proof.NewEdge(), proof.Hash{}
	for _, size := range []int{0, 300, 1023, 1024, 65_535} {
		data := make([]byte, size)
		if n := testing.AllocsPerRun(20, func() { h = proof.LeafHash(data) }); n != 0 {
			t.Errorf("hashing a leaf of %d bytes allocates %v times", size, n)
		}
	}
	e.Append(h)
	if n := testing.AllocsPerRun(200, func() { e.Append(h) }); n != 0 {
		t.Errorf("appending allocates %v times", n)
	}
	if n := testing.AllocsPerRun(20, func() { h = e.Root() }); n != 0 {
		t.Errorf("the root allocates %v times", n)
	}
}

func BenchmarkAppend(b *testing.B) {
	e, h := proof.NewEdge(), proof.LeafHash(leaf(1))
	b.ReportAllocs()
	for b.Loop() {
		e.Append(h)
	}
}

func BenchmarkLeafHash300(b *testing.B) {
	data := make([]byte, 300)
	for b.Loop() {
		proof.LeafHash(data)
	}
}

func BenchmarkRoot(b *testing.B) {
	e := proof.NewEdge()
	for n := range int64(1<<17 - 1) {
		e.Append(proof.LeafHash(leaf(n)))
	}
	for b.Loop() {
		e.Root()
	}
}

func BenchmarkInclusion(b *testing.B) {
	g := newGrove()
	for n := range int64(100_000) {
		g.add(leaf(n))
	}
	b.Run("alone", func(b *testing.B) {
		for b.Loop() {
			if _, err := proof.Inclusion(b.Context(), 70_000, 100_000, g); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("one of a batch", func(b *testing.B) {
		p := proof.NewProver(100_000, g)
		for b.Loop() {
			if _, err := p.Inclusion(b.Context(), 70_000); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkNodeHash(b *testing.B) {
	h := proof.LeafHash(nil)
	for b.Loop() {
		h = proof.NodeHash(h, h)
	}
}

// A tile at once grows the same tree as its leaves one by one, at every size up to three levels.
func TestATileGrowsTheTreeOfItsLeaves(t *testing.T) {
	const width = proof.TileWidth
	one, whole := proof.NewEdge(), proof.NewEdge()
	for n := range width + 3 {
		var tile [width]proof.Hash
		var tiles []proof.Tile
		for i := range tile {
			tile[i] = proof.LeafHash([]byte{byte(n), byte(n >> 8), byte(i)})
			tiles = append(tiles, one.Append(tile[i])...)
		}
		root := proof.TileRoot(tile)
		if root != tiles[0].Root() {
			t.Fatalf("tile %d: two roots", n)
		}
		if above := whole.AppendTile(root); !reflect.DeepEqual(above, tiles[1:]) && len(above)+len(tiles) > 1 {
			t.Fatalf("tile %d: other tiles above", n)
		}
		if one.Root() != whole.Root() || one.Size() != whole.Size() || one.Levels() != whole.Levels() {
			t.Fatalf("tile %d: another tree", n)
		}
	}
	whole.Append(proof.Hash{})
	defer func() {
		if recover() == nil {
			t.Error("a tile was added inside another")
		}
	}()
	whole.AppendTile(proof.Hash{})
}
