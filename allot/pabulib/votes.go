// SPDX-License-Identifier: AGPL-3.0-or-later

package pabulib

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"

	"ecot/allot/election"
)

// votes reads the rows of VOTES: fast for lines without quotes, by records for the others.
func (r *reader) votes() ([]byte, error) {
	places, err := r.header(1, "vote")
	if err != nil {
		return nil, err
	}
	r.voteField = places[0]
	if err := r.open(); err != nil {
		return nil, err
	}
	for {
		line, err := r.source.nextLine()
		if err != nil {
			return nil, err
		}
		if len(line) < 16 && (len(bytes.TrimSpace(line)) == 0 || sectionName(line) != "") {
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			return line, nil
		}
		if bytes.IndexByte(line, '"') >= 0 {
			err = r.quotedRow(line)
		} else {
			err = r.plainRow(line)
		}
		if err != nil {
			return nil, err
		}
	}
}

// plainRow takes the ballot of a line without quotes.
func (r *reader) plainRow(line []byte) error {
	for range r.voteField {
		i := bytes.IndexByte(line, ';')
		if i < 0 {
			return refuse(r.source.line, "the row ends before the column vote.")
		}
		line = line[i+1:]
	}
	if i := bytes.IndexByte(line, ';'); i >= 0 {
		line = line[:i]
	}
	return r.vote(r.source.line, line)
}

// quotedRow takes the ballot of a record with quotes.
func (r *reader) quotedRow(line []byte) error {
	at := r.source.line
	fields, err := r.source.record(line)
	if err != nil {
		return err
	}
	if len(fields) <= r.voteField {
		return refuse(at, "the row ends before the column vote.")
	}
	vote := make([]byte, 0, len(fields[r.voteField])+slack)
	return r.vote(at, append(vote, fields[r.voteField]...))
}

// vote takes the identifiers of one ballot, parted by commas. Slack bytes beyond list are readable.
func (r *reader) vote(line int, list []byte) error {
	r.ballot = r.ballot[:0]
	for len(list) > 0 {
		project, length := r.ids.find(list)
		if project < 0 {
			return r.unknown(line, list[:length])
		}
		if project != noProject {
			r.ballot = append(r.ballot, uint32(project))
		}
		list = list[min(length+1, len(list)):]
	}
	if err := r.builder.Add(r.ballot); err != nil {
		return refuse(line, "the ballot cannot be taken. %s", err)
	}
	return nil
}

// unknown refuses an identifier that is no project's.
func (r *reader) unknown(line int, id []byte) error {
	return refuse(line, "the ballot names project %.60q, which is not in PROJECTS.", bytes.TrimSpace(id))
}

// noProject is the answer for an empty place in a list, as after a trailing comma.
const noProject = 1<<31 - 1

// idTable finds projects by identifier. Identifiers of up to 7 bytes, all but a few in practice,
// are words in an open-addressed table and are found without a loop over their bytes.
type idTable struct {
	words []uint64 // 0 is a free place: no identifier is empty
	index []int32
	shift int
	long  map[string]int32 // every project by its whole identifier
}

// newIDTable takes the projects of one file.
func newIDTable(projects []election.Project) *idTable {
	size := bits.Len(uint(4*len(projects) + 3))
	t := &idTable{words: make([]uint64, 1<<size), index: make([]int32, 1<<size), shift: 64 - size,
		long: make(map[string]int32, len(projects))}
	for i, p := range projects {
		t.long[p.ID] = int32(i)
		if len(p.ID) >= slack || strings.IndexByte(p.ID, 0) >= 0 {
			continue
		}
		padded := make([]byte, slack)
		copy(padded, p.ID)
		word := binary.LittleEndian.Uint64(padded)
		at := t.place(word)
		for t.words[at] != 0 {
			at = (at + 1) & (len(t.words) - 1)
		}
		t.words[at], t.index[at] = word, int32(i)
	}
	return t
}

// place gives where the search for word begins.
func (t *idTable) place(word uint64) int { return int(word * 0x9e3779b97f4a7c15 >> t.shift) }

// find gives the project whose identifier opens list and the length up to the next comma or the
// end; −1 when no project has it, noProject when nothing stands there.
func (t *idTable) find(list []byte) (project, length int) {
	word := binary.LittleEndian.Uint64(list[:slack:cap(list)])
	differing := word ^ 0x2c2c2c2c2c2c2c2c
	commas := (differing - 0x0101010101010101) &^ differing & 0x8080808080808080
	length = min(bits.TrailingZeros64(commas)/8, len(list))
	if length >= slack {
		return t.findLong(list)
	}
	word &= 1<<(8*length) - 1
	for at := t.place(word); t.words[at] != 0; at = (at + 1) & (len(t.words) - 1) {
		if t.words[at] == word {
			return int(t.index[at]), length
		}
	}
	return t.findLong(list)
}

// findLong is find by the bytes, blanks around the identifier left out.
func (t *idTable) findLong(list []byte) (project, length int) {
	length = bytes.IndexByte(list, ',')
	if length < 0 {
		length = len(list)
	}
	id := bytes.TrimSpace(list[:length])
	if len(id) == 0 {
		return noProject, length
	}
	if i, known := t.long[string(id)]; known {
		return int(i), length
	}
	return -1, length
}
