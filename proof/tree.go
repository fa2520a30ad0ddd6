// SPDX-License-Identifier: AGPL-3.0-or-later

package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"math/bits"
	"strconv"

	"ecot/fault"
)

// HashSize is the length of a Hash in bytes.
const HashSize = sha256.Size

// Hash is a SHA-256 value: a leaf's, a node's or a root's.
type Hash [HashSize]byte

// String gives the hash as the checkpoint writes it: padded standard base64, 44 characters.
func (h Hash) String() string { return base64.StdEncoding.EncodeToString(h[:]) }

// shortLeaf is the longest leaf that LeafHash copies behind its prefix on the stack: longer ones
// are rare and pay for a hash state instead.
const shortLeaf = 1<<9 - 1

// LeafHash gives the hash of a leaf, SHA-256(0x00 || leaf) (RFC 6962 §2.1). It allocates nothing.
func LeafHash(leaf []byte) Hash {
	if len(leaf) <= shortLeaf {
		var buf [1 + shortLeaf]byte
		n := copy(buf[1:], leaf)
		return sha256.Sum256(buf[:1+n])
	}
	return longLeafHash(leaf)
}

func longLeafHash(leaf []byte) (h Hash) {
	state := sha256.New()
	state.Write([]byte{0})
	state.Write(leaf)
	state.Sum(h[:0])
	return h
}

// NodeHash gives the hash of an inner node, SHA-256(0x01 || left || right) (RFC 6962 §2.1).
func NodeHash(left, right Hash) Hash {
	var buf [1 + 2*HashSize]byte
	buf[0] = 1
	copy(buf[1:], left[:])
	copy(buf[1+HashSize:], right[:])
	return sha256.Sum256(buf[:])
}

// EmptyRoot gives the root of a tree without leaves, the SHA-256 of nothing (RFC 6962 §2.1).
func EmptyRoot() Hash { return sha256.Sum256(nil) }

// Edge is the right edge of a tree: for each level the hashes of its partial tile, at most 255.
// It is all that appending needs. An Edge is for one goroutine at a time.
type Edge struct {
	size   int64
	levels []edgeLevel
}

// edgeLevel is the partial tile of one level. peaks[h] is the root of the complete subtree of
// 2^h of its hashes that bit h of width stands for; the higher the peak, the further left.
type edgeLevel struct {
	width int
	tile  [TileSize]byte // the hashes, one after the other
	peaks [TileHeight]Hash
}

// push adds a hash to the right. When it fills the tile, push gives the tile's root and leaves
// the level empty; l.tile then still holds it.
func (l *edgeLevel) push(h Hash) (root Hash, full bool) {
	copy(l.tile[l.width*HashSize:], h[:])
	merges := bits.TrailingZeros(^uint(l.width))
	for i := range merges {
		h = NodeHash(l.peaks[i], h)
	}
	l.width++
	if l.width == TileWidth {
		l.width = 0
		return h, true
	}
	l.peaks[merges] = h
	return Hash{}, false
}

// NewEdge gives the edge of the empty tree.
func NewEdge() *Edge { return &Edge{} }

// RestoreEdge gives the edge of a tree of size leaves from the hashes of its partial tiles, level
// 0 first: floor(size/256^l) mod 256 hashes at level l, as Partial and Levels gave them. A count
// that does not fit the size is an invalid fault.
func RestoreEdge(size int64, partial [][]Hash) (*Edge, error) {
	if size < 0 {
		return nil, fault.New(fault.Invalid, "A tree cannot have %d leaves.", size)
	}
	if want := levelsOf(size); len(partial) != want {
		return nil, fault.New(fault.Invalid,
			"The edge of a tree of %d leaves has %d levels, not %d.", size, want, len(partial))
	}
	e := &Edge{size: size, levels: make([]edgeLevel, len(partial))}
	for l, hashes := range partial {
		if want := int(levelSize(l, size) % TileWidth); len(hashes) != want {
			return nil, fault.New(fault.Invalid,
				"Level %d of a tree of %d leaves ends in %d hashes, not %d.", l, size, want, len(hashes))
		}
		for _, h := range hashes {
			e.levels[l].push(h)
		}
	}
	return e, nil
}

// Clone gives an edge that grows apart from e.
func (e *Edge) Clone() *Edge {
	return &Edge{size: e.size, levels: append([]edgeLevel(nil), e.levels...)}
}

// Size gives the number of leaves in the tree.
func (e *Edge) Size() int64 { return e.size }

// Levels gives the number of tile levels that the tree has: 0 when it is empty, 1 below 256
// leaves, 2 below 65 536. A level's partial tile may be empty.
func (e *Edge) Levels() int { return len(e.levels) }

// Partial gives a copy of the hashes in the partial tile of a level, at most 255 and possibly none.
func (e *Edge) Partial(level int) []Hash {
	if level < 0 || level >= len(e.levels) {
		return nil
	}
	l := &e.levels[level]
	partial := make([]Hash, l.width)
	for i := range partial {
		partial[i] = Hash(l.tile[i*HashSize:])
	}
	return partial
}

// Root gives the root of the tree, in at most one hash a bit of its size.
func (e *Edge) Root() Hash {
	if e.size == 0 {
		return EmptyRoot()
	}
	var root Hash
	found := false
	for i := range e.levels {
		l := &e.levels[i]
		for h := range TileHeight {
			switch {
			case l.width>>h&1 == 0:
			case !found:
				root, found = l.peaks[h], true
			default:
				root = NodeHash(l.peaks[h], root)
			}
		}
	}
	return root
}

// Append adds a leaf's hash to the right and gives the tiles that it completed, lowest level
// first: none for 255 leaves of 256. It allocates only for the tiles and for a new level.
func (e *Edge) Append(leaf Hash) []Tile {
	done := e.climb(0, leaf)
	e.size++
	return done
}

// AppendTile adds 256 leaves at once, by the root of their tile, which TileRoot gives. The tree must
// end at a full tile, else AppendTile panics. It gives the tiles that it completed above the leaves.
func (e *Edge) AppendTile(root Hash) []Tile {
	if e.size%TileWidth != 0 {
		panic("proof: a tile behind " + strconv.FormatInt(e.size, 10) + " leaves")
	}
	if len(e.levels) == 0 {
		e.levels = append(e.levels, edgeLevel{})
	}
	e.size += TileWidth - 1 // so that the tiles above are numbered as by the last of the leaves
	done := e.climb(1, root)
	e.size++
	return done
}

// climb adds a hash to a level, and the roots of full tiles to those above it.
func (e *Edge) climb(level int, h Hash) (done []Tile) {
	for ; ; level++ {
		if level == len(e.levels) {
			e.levels = append(e.levels, edgeLevel{})
		}
		l := &e.levels[level]
		root, full := l.push(h)
		if !full {
			return done
		}
		n := levelSize(level, e.size) / TileWidth
		done = append(done, Tile{Level: level, N: n, Data: bytes.Clone(l.tile[:])})
		h = root
	}
}

// TileRoot gives the hash that a full tile contributes to the level above, as Tile.Root does.
func TileRoot(tile [TileWidth]Hash) Hash {
	for width := TileWidth / 2; width > 0; width /= 2 {
		for i := range width {
			tile[i] = NodeHash(tile[2*i], tile[2*i+1])
		}
	}
	return tile[0]
}

// levelSize gives how many hashes level has in a tree of size leaves: floor(size/256^level).
func levelSize(level int, size int64) int64 { return size >> (TileHeight * level) }

// levelsOf gives how many levels of a tree of size leaves have a hash.
func levelsOf(size int64) int {
	return (bits.Len64(uint64(size)) + TileHeight - 1) / TileHeight
}
