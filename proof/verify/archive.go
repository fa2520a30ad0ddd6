// SPDX-License-Identifier: AGPL-3.0-or-later

package verify

import (
	"fmt"

	"ecot/journal"
	"ecot/proof"
	"ecot/proof/bundle"
)

// keptFiles is how many files of entries an archive keeps, each some 100 KB, so that what refers to one
// of the last 32 000 entries costs no reading: a refund mostly follows its gift within weeks.
const keptFiles = 128

// archive gives earlier entries again. It keeps the files that passed last, and a few entries, since the
// rules and the postings of one fact ask for the same ones. It is for one goroutine.
type archive struct {
	bundle  *bundle.Bundle
	reader  *journal.Reader
	files   map[int64]*kept // those in the ring, by number
	ring    [keptFiles]kept
	next    int // place in the ring that is given up next
	entries [4]*journal.Entry
}

// kept is a copy of a file of entries.
type kept struct {
	first int64 // index of its first leaf
	data  []byte
	ends  []int // of the leaves, in data
}

// leaf gives the leaf at index, nil when it is not in the file.
func (k *kept) leaf(index int64) []byte {
	i := int(index - k.first)
	if i < 0 || i >= len(k.ends) {
		return nil
	}
	begin := 0
	if i > 0 {
		begin = k.ends[i-1]
	}
	return k.data[begin+lengthSize : k.ends[i]]
}

// lengthSize is how many bytes say the length of a leaf in front of it.
const lengthSize = 2

func newArchive(b *bundle.Bundle, kinds journal.Kinds) *archive {
	return &archive{bundle: b, reader: journal.NewReader(kinds), files: map[int64]*kept{}}
}

// keep copies a file that passes; ends are those of its leaves.
func (a *archive) keep(file bundle.Entries, ends []int) *kept {
	place := &a.ring[a.next]
	if n := place.first / proof.TileWidth; a.files[n] == place {
		delete(a.files, n)
	}
	*place = kept{first: file.First, data: append(place.data[:0], file.Data...),
		ends: append(place.ends[:0], ends...)}
	a.files[file.First/proof.TileWidth] = place
	a.next = (a.next + 1) % keptFiles
	return place
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
	leaf := file.leaf(index)
	if leaf == nil {
		return nil, fmt.Errorf("entry %d is not in its file", index)
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
	end, ends := 0, make([]int, 0, file.Width)
	err = file.Each(func(_ int64, leaf []byte) error {
		end += lengthSize + len(leaf)
		ends = append(ends, end)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return a.keep(file, ends), nil
}
