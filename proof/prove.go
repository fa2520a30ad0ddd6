// SPDX-License-Identifier: AGPL-3.0-or-later

package proof

import (
	"context"
	"math/bits"

	"ecot/fault"
)

// TileReader gives the first width hashes of tile n of a level. It may give more, and then only
// the first width count. Proving asks for no hash outside the tree that the proof is about.
type TileReader interface {
	Hashes(ctx context.Context, level int, n int64, width int) ([]Hash, error)
}

// Inclusion gives the path from the leaf at index to the root of the tree of size leaves: the
// leaf's sibling first (RFC 6962 §2.1.1, RFC 9162 §2.1.3.1). For many proofs, use a Prover.
func Inclusion(ctx context.Context, index, size int64, r TileReader) ([]Hash, error) {
	return NewProver(size, r).Inclusion(ctx, index)
}

// Consistency gives the proof that the tree of old leaves is the beginning of the tree of size
// leaves (RFC 6962 §2.1.2, RFC 9162 §2.1.4.1). It is empty when old is 0 or size.
func Consistency(ctx context.Context, old, size int64, r TileReader) ([]Hash, error) {
	return NewProver(size, r).Consistency(ctx, old)
}

// RootAt gives the root that the tree had at size leaves.
func RootAt(ctx context.Context, size int64, r TileReader) (Hash, error) {
	return NewProver(size, r).Root(ctx)
}

// Prover makes proofs in the tree of one size. It keeps every tile that it has read, 16 KiB each,
// so make one for a batch of proofs and drop it. A Prover is for one goroutine at a time.
type Prover struct {
	size  int64
	r     TileReader
	tiles map[tileKey]*tileNodes
	edge  map[int64]Hash // root over the leaves from here to the end of the tree
}

type tileKey struct {
	level int
	n     int64
}

// tileNodes holds, by height above the tile's own hashes, the roots of its complete subtrees.
type tileNodes [TileHeight][]Hash

// NewProver gives a prover for the tree of size leaves.
func NewProver(size int64, r TileReader) *Prover {
	return &Prover{size: size, r: r, tiles: map[tileKey]*tileNodes{}, edge: map[int64]Hash{}}
}

// Inclusion gives the path from the leaf at index to the root; see the function Inclusion.
func (p *Prover) Inclusion(ctx context.Context, index int64) ([]Hash, error) {
	if index < 0 || index >= p.size {
		return nil, fault.New(fault.Invalid, "A tree of %d leaves has no leaf %d.", p.size, index)
	}
	return p.walk(ctx, index, func(lo, hi int64) bool { return hi-lo == 1 })
}

// Consistency gives the proof that the tree's first old leaves are its beginning; see the function
// Consistency.
func (p *Prover) Consistency(ctx context.Context, old int64) ([]Hash, error) {
	if old < 0 || old > p.size {
		return nil, fault.New(fault.Invalid, "A tree of %d leaves never had %d leaves.", p.size, old)
	}
	if old == 0 || old == p.size {
		return nil, nil
	}
	// The walk goes to the last leaf of the old tree and stops at the largest subtree that ends
	// there. That subtree is the old tree itself when it starts at 0, and then goes unsaid.
	var lo, hi int64
	path, err := p.walk(ctx, old-1, func(l, h int64) bool {
		lo, hi = l, h
		return h == old
	})
	if err != nil || lo == 0 {
		return path, err
	}
	h, err := p.subtree(ctx, lo, hi)
	return append([]Hash{h}, path...), err
}

// Root gives the root of the tree.
func (p *Prover) Root(ctx context.Context) (Hash, error) {
	if p.size < 0 {
		return Hash{}, fault.New(fault.Invalid, "A tree cannot have %d leaves.", p.size)
	}
	if p.size == 0 {
		return EmptyRoot(), nil
	}
	return p.subtree(ctx, 0, p.size)
}

// walk goes from the root towards the leaf at index until stop says so of the leaves [lo, hi) of a
// subtree, and gives the siblings of the subtrees it entered, the deepest first.
func (p *Prover) walk(ctx context.Context, index int64, stop func(lo, hi int64) bool) ([]Hash, error) {
	path := make([]Hash, 0, bits.Len64(uint64(p.size)))
	lo, hi := int64(0), p.size
	for !stop(lo, hi) {
		mid := lo + splitAt(hi-lo)
		sibling := [2]int64{mid, hi}
		if index < mid {
			hi = mid
		} else {
			sibling = [2]int64{lo, mid}
			lo = mid
		}
		h, err := p.subtree(ctx, sibling[0], sibling[1])
		if err != nil {
			return nil, err
		}
		path = append(path, h)
	}
	for i, j := 0, len(path)-1; i < j; i, j = i+1, j-1 {
		path[i], path[j] = path[j], path[i]
	}
	return path, nil
}

// splitAt gives the largest power of two below n: the leaves that go left (RFC 6962 §2.1).
func splitAt(n int64) int64 { return 1 << (bits.Len64(uint64(n-1)) - 1) }

// subtree gives the root over the leaves [lo, hi), a range met by splitting the tree from the top.
func (p *Prover) subtree(ctx context.Context, lo, hi int64) (Hash, error) {
	n := hi - lo
	if n&(n-1) == 0 {
		height := bits.TrailingZeros64(uint64(n))
		return p.complete(ctx, height, lo>>height)
	}
	if h, ok := p.edge[lo]; ok {
		return h, nil // only a range up to the end of the tree is not a power of two
	}
	mid := lo + splitAt(n)
	left, err := p.subtree(ctx, lo, mid)
	if err != nil {
		return Hash{}, err
	}
	right, err := p.subtree(ctx, mid, hi)
	if err != nil {
		return Hash{}, err
	}
	p.edge[lo] = NodeHash(left, right)
	return p.edge[lo], nil
}

// complete gives the root of the i-th complete subtree of 2^height leaves.
func (p *Prover) complete(ctx context.Context, height int, i int64) (Hash, error) {
	level, above := height/TileHeight, height%TileHeight
	n := i >> (TileHeight - above)
	nodes, err := p.tile(ctx, tileKey{level, n})
	if err != nil {
		return Hash{}, err
	}
	return nodes[above][i-n<<(TileHeight-above)], nil
}

// tile gives the nodes of a tile, read up to where the tree of this size ends.
func (p *Prover) tile(ctx context.Context, key tileKey) (*tileNodes, error) {
	if nodes := p.tiles[key]; nodes != nil {
		return nodes, nil
	}
	width := int(min(TileWidth, levelSize(key.level, p.size)-key.n*TileWidth))
	hashes, err := p.r.Hashes(ctx, key.level, key.n, width)
	if err != nil {
		return nil, err
	}
	if len(hashes) < width {
		return nil, fault.New(fault.Internal, "Tile %s has %d hashes only.",
			TilePath(key.level, key.n, width), len(hashes))
	}
	nodes := newTileNodes(hashes[:width])
	p.tiles[key] = nodes
	return nodes, nil
}

func newTileNodes(hashes []Hash) *tileNodes {
	nodes := &tileNodes{hashes}
	for h := 1; h < TileHeight; h++ {
		below := nodes[h-1]
		nodes[h] = make([]Hash, len(below)/2)
		for i := range nodes[h] {
			nodes[h][i] = NodeHash(below[2*i], below[2*i+1])
		}
	}
	return nodes
}
