// SPDX-License-Identifier: AGPL-3.0-or-later

package verify

import (
	"fmt"
	"os"
	"slices"

	"ecot/journal"
	"ecot/proof"
	"ecot/proof/bundle"
)

// keptFiles is how many files of entries an archive keeps the hashes of, each some 10 KB, so that what
// refers to one of the last 32 000 entries costs one short reading: a refund mostly follows its gift
// within weeks.
const keptFiles = 128

// archive gives earlier entries again. Of the files that passed last it keeps where each leaf is and its
// hash, so that a leaf that is read again is known to be the same; and it keeps a few entries, since the
// rules and the postings of one fact ask for the same ones. It is for one goroutine.
type archive struct {
	bundle  *bundle.Bundle
	reader  *journal.Reader
	files   map[int64]*kept // those in the ring, by number
	ring    [keptFiles]kept
	next    int // place in the ring that is given up next
	entries [4]*journal.Entry
	leaf    []byte // room for one
}

// kept is what is known of a file of entries.
type kept struct {
	first  int64 // index of its first leaf
	ends   []int // of the leaves, in the file
	hashes []proof.Hash
	file   *os.File // nil until a leaf is asked for
}

// lengthSize is how many bytes say the length of a leaf in front of it.
const lengthSize = 2

func newArchive(b *bundle.Bundle, kinds journal.Kinds) *archive {
	return &archive{bundle: b, reader: journal.NewReader(kinds), files: map[int64]*kept{}}
}

// close lets go of the files.
func (a *archive) close() {
	for i := range a.ring {
		a.ring[i].close()
	}
}

func (k *kept) close() {
	if k.file != nil {
		k.file.Close()
		k.file = nil
	}
}

// keep keeps what is known of a file that passes and begins with the leaf first.
func (a *archive) keep(first int64, ends []int, hashes []proof.Hash) *kept {
	place := &a.ring[a.next]
	if n := place.first / proof.TileWidth; a.files[n] == place {
		delete(a.files, n)
	}
	place.close()
	*place = kept{first: first, ends: append(place.ends[:0], ends...),
		hashes: append(place.hashes[:0], hashes...)}
	a.files[first/proof.TileWidth] = place
	a.next = (a.next + 1) % keptFiles
	return place
}

// read gives the leaf at index of a file that is kept, valid until the next call.
func (a *archive) read(k *kept, index int64) (leaf []byte, err error) {
	i := int(index - k.first)
	if i >= len(k.ends) {
		return nil, fmt.Errorf("entry %d is not in its file", index)
	}
	if k.file == nil {
		if k.file, err = a.bundle.OpenAround(index); err != nil {
			return nil, err
		}
	}
	begin := lengthSize
	if i > 0 {
		begin += k.ends[i-1]
	}
	a.leaf = slices.Grow(a.leaf[:0], k.ends[i]-begin)[:k.ends[i]-begin]
	if _, err := k.file.ReadAt(a.leaf, int64(begin)); err != nil {
		return nil, fmt.Errorf("read entry %d again: %w", index, err)
	}
	if proof.LeafHash(a.leaf) != k.hashes[i] {
		return nil, fmt.Errorf("entry %d changes while it is read", index)
	}
	return a.leaf, nil
}

// entry gives the entry at index, which is not to be changed.
func (a *archive) entry(index int64) (*journal.Entry, error) {
	place := &a.entries[index%int64(len(a.entries))]
	if *place != nil && (*place).Index == index {
		return *place, nil
	}
	file, err := a.file(index)
	if err != nil {
		return nil, err
	}
	leaf, err := a.read(file, index)
	if err != nil {
		return nil, err
	}
	e, err := a.reader.Parse(leaf, index)
	if err != nil {
		return nil, err
	}
	*place = &e
	return &e, nil
}

// file gives the file of entries that holds index.
func (a *archive) file(index int64) (*kept, error) {
	if file, kept := a.files[index/proof.TileWidth]; kept {
		return file, nil
	}
	file, err := a.bundle.Around(index)
	if err != nil {
		return nil, err
	}
	end, ends, hashes := 0, make([]int, 0, file.Width), make([]proof.Hash, 0, file.Width)
	err = file.Each(func(_ int64, leaf []byte) error {
		end += lengthSize + len(leaf)
		ends = append(ends, end)
		hashes = append(hashes, proof.LeafHash(leaf))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return a.keep(file.First, ends, hashes), nil
}
