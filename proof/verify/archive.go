// SPDX-License-Identifier: AGPL-3.0-or-later

package verify

import (
	"fmt"

	"ecot/journal"
	"ecot/proof"
	"ecot/proof/bundle"
)

// keptFiles is how many files of entries an archive keeps, each some 100 KB: a refund mostly follows
// its gift within weeks.
const keptFiles = 128

// archive reads earlier entries again. It keeps the files that it read last, and the entries, since
// the rules and the postings of one fact ask for the same ones. It is for one goroutine.
type archive struct {
	bundle  *bundle.Bundle
	reader  *journal.Reader
	files   map[int64]bundle.Entries
	oldest  [keptFiles]int64 // numbers of the files kept, in a ring
	next    int              // place in the ring that is given up next
	entries [4]*journal.Entry
}

func newArchive(b *bundle.Bundle, kinds journal.Kinds) *archive {
	return &archive{bundle: b, reader: journal.NewReader(kinds), files: map[int64]bundle.Entries{}}
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
func (a *archive) file(index int64) (bundle.Entries, error) {
	n := index / proof.TileWidth
	if file, kept := a.files[n]; kept {
		return file, nil
	}
	file, err := a.bundle.Around(index)
	if err != nil {
		return file, err
	}
	if len(a.files) == keptFiles {
		delete(a.files, a.oldest[a.next])
	}
	a.files[n], a.oldest[a.next] = file, n
	a.next = (a.next + 1) % keptFiles
	return file, nil
}
