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
	files   map[int64]*bundle.Entries // those in the ring, by number
	ring    [keptFiles]bundle.Entries
	next    int // place in the ring that is given up next
	entries [4]*journal.Entry
}

func newArchive(b *bundle.Bundle, kinds journal.Kinds) *archive {
	return &archive{bundle: b, reader: journal.NewReader(kinds), files: map[int64]*bundle.Entries{}}
}

// keep copies a file that passes.
func (a *archive) keep(file bundle.Entries) *bundle.Entries {
	place := &a.ring[a.next]
	if n := place.First / proof.TileWidth; a.files[n] == place {
		delete(a.files, n)
	}
	data := append(place.Data[:0], file.Data...)
	*place = file
	place.Data = data
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
	leaf := file.Leaf(index)
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
func (a *archive) file(index int64) (*bundle.Entries, error) {
	if file, kept := a.files[index/proof.TileWidth]; kept {
		return file, nil
	}
	file, err := a.bundle.Around(index)
	if err != nil {
		return nil, err
	}
	return a.keep(file), nil
}
