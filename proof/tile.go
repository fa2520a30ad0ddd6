// SPDX-License-Identifier: AGPL-3.0-or-later

package proof

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"ecot/fault"
)

// The shape of tiles (https://c2sp.org/tlog-tiles).
const (
	TileHeight = 8                    // tree levels that a tile spans
	TileWidth  = 1 << TileHeight      // hashes in a full tile, entries in a full entry bundle
	TileSize   = TileWidth * HashSize // bytes of a full tile
)

// MaxLeaf is the longest leaf in bytes, since an entry's length is two bytes.
const MaxLeaf = math.MaxUint16

// MaxEntries is the longest entry bundle in bytes.
const MaxEntries = TileWidth * (2 + MaxLeaf)

// Tile is a full tile: 256 consecutive hashes of a level, 8 192 bytes.
type Tile struct {
	Level int    // 0 is the leaves' hashes
	N     int64  // position within the level
	Data  []byte // the hashes, one after the other
}

// Root gives the hash that the tile contributes to the level above. A tile that is not full has
// none: Root panics.
func (t Tile) Root() Hash {
	if len(t.Data) != TileSize {
		panic("proof: root of a tile of " + strconv.Itoa(len(t.Data)) + " bytes")
	}
	var l edgeLevel
	for i := range TileWidth - 1 {
		l.push(Hash(t.Data[i*HashSize:]))
	}
	root, _ := l.push(Hash(t.Data[TileSize-HashSize:]))
	return root
}

// entriesLevel is the level that ParseTilePath gives for entry bundles.
const entriesLevel = -1

// maxTileLevel is the highest level that a tile path may name.
const maxTileLevel = 63

// maxTileN bounds the position of a tile: below it, every leaf index fits 63 bits.
const maxTileN = 1 << (63 - TileHeight)

// TilePath gives the path of tile n of a level, with the .p/W ending when width is under 256:
// "tile/0/x001/067", "tile/1/000.p/17".
func TilePath(level int, n int64, width int) string {
	return "tile/" + strconv.Itoa(level) + "/" + tileName(n, width)
}

// EntriesPath gives the path of entry bundle n with the .p/W ending when width is under 256:
// "tile/entries/x001/067".
func EntriesPath(n int64, width int) string { return "tile/entries/" + tileName(n, width) }

// tileName gives n in three-digit steps, all but the last after an x, and the partial ending.
func tileName(n int64, width int) string {
	name := threeDigits(n % 1000)
	for n /= 1000; n > 0; n /= 1000 {
		name = "x" + threeDigits(n%1000) + "/" + name
	}
	if width < TileWidth {
		name += ".p/" + strconv.Itoa(width)
	}
	return name
}

func threeDigits(n int64) string { return strconv.FormatInt(1000+n, 10)[1:] }

// ParseTilePath reads what TilePath and EntriesPath write and nothing else; level is -1 for entry
// bundles, width is 256 for a full tile. Anything else is an invalid fault.
func ParseTilePath(p string) (level int, n int64, width int, err error) {
	rest, ok := strings.CutPrefix(p, "tile/")
	head, name, cut := strings.Cut(rest, "/")
	level = entriesLevel
	if head != "entries" {
		level, err = strconv.Atoi(head)
		ok = ok && err == nil && level >= 0 && level <= maxTileLevel
	}
	if ok = ok && cut; ok {
		n, width, ok = parseTileName(name)
	}
	if !ok || tilePath(level, n, width) != p {
		return 0, 0, 0, fault.New(fault.Invalid, "%.80q is not the path of a tile.", p)
	}
	return level, n, width, nil
}

func tilePath(level int, n int64, width int) string {
	if level == entriesLevel {
		return EntriesPath(n, width)
	}
	return TilePath(level, n, width)
}

// parseTileName reads what tileName wrote; it is loose, and the caller writes the name again and
// compares.
func parseTileName(name string) (n int64, width int, ok bool) {
	width = TileWidth
	name, partial, cut := strings.Cut(name, ".p/")
	if cut {
		w, err := strconv.Atoi(partial)
		if err != nil || w < 1 || w >= TileWidth {
			return 0, 0, false
		}
		width = w
	}
	for step := range strings.SplitSeq(name, "/") {
		digits, err := strconv.ParseUint(strings.TrimPrefix(step, "x"), 10, 10)
		if err != nil || digits > 999 || n > maxTileN/1000 {
			return 0, 0, false
		}
		n = n*1000 + int64(digits)
	}
	return n, width, n < maxTileN
}

// AppendEntry adds a leaf to an entry bundle: its length in two bytes, most significant first,
// then the leaf. A leaf above 65 535 bytes is an invalid fault.
func AppendEntry(dst []byte, leaf []byte) ([]byte, error) {
	if len(leaf) > MaxLeaf {
		return nil, fault.New(fault.Invalid, "A leaf of %d bytes is longer than %d.", len(leaf), MaxLeaf)
	}
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(leaf)))
	return append(dst, leaf...), nil
}

// SplitEntries calls fn with each leaf of an entry bundle in order, stopping at fn's first error.
// A leaf that runs over the end and more than 256 leaves are invalid faults. A leaf given to fn is a
// part of data.
func SplitEntries(data []byte, fn func(leaf []byte) error) error {
	for count := 0; len(data) > 0; count++ {
		if count == TileWidth {
			return fault.New(fault.Invalid, "An entry bundle holds more than %d leaves.", TileWidth)
		}
		if len(data) < 2 {
			return fault.New(fault.Invalid, "An entry bundle ends inside the length of leaf %d.", count)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		if end > len(data) {
			return fault.New(fault.Invalid, "An entry bundle ends inside leaf %d.", count)
		}
		if err := fn(data[2:end:end]); err != nil {
			return err
		}
		data = data[end:]
	}
	return nil
}

// SplitHashes gives the first width hashes of a tile's bytes.
func SplitHashes(data []byte, width int) ([]Hash, error) {
	if len(data) < width*HashSize {
		return nil, fmt.Errorf("a tile of %d bytes does not hold %d hashes", len(data), width)
	}
	hashes := make([]Hash, width)
	for i := range hashes {
		hashes[i] = Hash(data[i*HashSize:])
	}
	return hashes, nil
}

// JoinHashes gives the bytes of a tile of these hashes; it is never nil.
func JoinHashes(hashes []Hash) []byte {
	data := make([]byte, 0, len(hashes)*HashSize)
	for _, hash := range hashes {
		data = append(data, hash[:]...)
	}
	return data
}
