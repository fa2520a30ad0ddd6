// SPDX-License-Identifier: AGPL-3.0-or-later

package pabulib

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strconv"
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
		if r.source.quotes && bytes.IndexByte(line, '"') >= 0 {
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
	if r.ids.dense != nil {
		return r.denseVote(line, list)
	}
	ballot, slots, shift := r.ballot[:0], r.ids.slots, r.ids.shift
	for len(list) > 0 {
		word := binary.LittleEndian.Uint64(list[:slack:cap(list)])
		length := min(firstComma(word), len(list))
		word &= 1<<(8*length) - 1 // all of it when length is slack
		slot := slots[word*multiplier>>shift]
		if slot.word == word && length < slack {
			ballot = append(ballot, slot.project)
			list = list[min(length+1, len(list)):]
			continue
		}
		rest, project := r.ids.find(list)
		if project < 0 {
			return r.unknown(line, list)
		}
		if project != noProject {
			ballot = append(ballot, uint32(project))
		}
		list = rest
	}
	return r.take(line, ballot)
}

// denseVote is vote where every identifier is a number and the numbers are nearly all taken.
func (r *reader) denseVote(line int, list []byte) error {
	ballot, dense := r.ballot[:0], r.ids.dense
	padded := list[: len(list)+slack : cap(list)]
	for at := 0; at < len(list); {
		word := binary.LittleEndian.Uint64(padded[at:])
		if number := fourDigits(word); number < uint64(len(dense)) && dense[number] != 0 && at+4 < len(list) {
			ballot = append(ballot, dense[number]-1)
			at += 5
			continue
		}
		length := min(firstComma(word), len(list)-at)
		number := uint64(0)
		if word&0xff != '0' {
			number = decimal(word, length)
		}
		if number < uint64(len(dense)) && dense[number] != 0 {
			ballot = append(ballot, dense[number]-1)
			at += length + 1
			continue
		}
		rest, project := r.ids.find(list[at:])
		if project < 0 {
			return r.unknown(line, list[at:])
		}
		if project != noProject {
			ballot = append(ballot, uint32(project))
		}
		at = len(list) - len(rest)
	}
	return r.take(line, ballot)
}

// take hands a ballot on.
func (r *reader) take(line int, ballot []uint32) error {
	r.ballot = ballot
	if err := r.builder.Add(ballot); err != nil {
		return refuse(line, "the ballot cannot be taken. %s", err)
	}
	return nil
}

// unknown refuses the identifier that opens list, no project's.
func (r *reader) unknown(line int, list []byte) error {
	id, _, _ := bytes.Cut(list, []byte{','})
	return refuse(line, "the ballot names project %.60q, which is not in PROJECTS.", bytes.TrimSpace(id))
}

// noProject is the answer for an empty place in a list, as after a trailing comma.
const noProject = 1<<31 - 1

// multiplier spreads identifiers over the table: 2⁶⁴ divided by the golden ratio.
const multiplier = 0x9e3779b97f4a7c15

// firstComma gives the place of the first comma among eight bytes, 8 when there is none.
func firstComma(word uint64) int {
	differing := word ^ 0x2c2c2c2c2c2c2c2c
	return bits.TrailingZeros64((differing-0x0101010101010101)&^differing&0x8080808080808080) / 8
}

// idTable finds projects by identifier. Those of up to 7 bytes, all but a few in practice, are words
// in slots where one step finds them; the few whose slot is taken, and the longer ones, are in long.
type idTable struct {
	slots []idSlot
	shift int
	dense []uint32         // 1 + the project by its identifier as a number; nil when they are not all numbers
	long  map[string]int32 // every project by its whole identifier
}

// idSlot is a project by its identifier as a word; no identifier is the word 0.
type idSlot struct {
	word    uint64
	project uint32
}

// newIDTable takes the projects of one file.
func newIDTable(projects []election.Project) *idTable {
	size := bits.Len(uint(4*len(projects) + 3))
	t := &idTable{slots: make([]idSlot, 1<<size), shift: 64 - size, dense: denseTable(projects),
		long: make(map[string]int32, len(projects))}
	for i, p := range projects {
		t.long[p.ID] = int32(i)
		if len(p.ID) >= slack || strings.IndexByte(p.ID, 0) >= 0 {
			continue
		}
		padded := make([]byte, slack)
		copy(padded, p.ID)
		word := binary.LittleEndian.Uint64(padded)
		if slot := &t.slots[word*multiplier>>t.shift]; slot.word == 0 {
			*slot = idSlot{word, uint32(i)}
		}
	}
	return t
}

// decimal reads length bytes of word, the first lowest, as a decimal number; what is none, or has more
// than 7 digits, gives a number above all of those, and nothing gives 0.
func decimal(word uint64, length int) uint64 {
	digits := (word ^ 0x3030303030303030) << (64 - 8*length) // zeros move in front
	wrong := (digits + 0x7676767676767676 | digits) & 0x8080808080808080
	pairs := digits*10 + digits>>8
	high := pairs & 0x000000ff000000ff * 0x000f424000000064
	low := pairs >> 16 & 0x000000ff000000ff * 0x0000271000000001
	return (high+low)>>32 | wrong | uint64(length>>3)<<32
}

// fourDigits reads "1234," at the beginning of word, the usual identifier where there are thousands of
// projects, in fewer steps than decimal; anything else, and a number that begins with a nought, gives 0.
func fourDigits(word uint64) uint64 {
	digits := word ^ 0x30303030
	if digits>>32&0xff != ',' || (digits+0x76767676|digits)&0x80808080 != 0 || digits&0xff == 0 {
		return 0
	}
	pairs := digits*10 + digits>>8
	return pairs&0xff*100 + pairs>>16&0xff
}

// denseTable gives 1 + the project by its identifier as a number, nil unless all identifiers are numbers
// and a quarter of the places at least are taken.
func denseTable(projects []election.Project) []uint32 {
	dense := make([]uint32, 4*len(projects)+slack)
	for i, p := range projects {
		n, err := strconv.ParseUint(p.ID, 10, 24)
		if err != nil || n == 0 || n >= uint64(len(dense)) || strconv.FormatUint(n, 10) != p.ID {
			return nil
		}
		dense[n] = uint32(i) + 1
	}
	return dense
}

// find gives the project whose identifier opens list, blanks around it left out, and what follows the
// next comma; −1 when no project has it, noProject when nothing stands there.
func (t *idTable) find(list []byte) (rest []byte, project int) {
	id := list
	if i := bytes.IndexByte(list, ','); i >= 0 {
		id, rest = list[:i], list[i+1:]
	}
	id = bytes.TrimSpace(id)
	if len(id) == 0 {
		return rest, noProject
	}
	if i, known := t.long[string(id)]; known {
		return rest, int(i)
	}
	return rest, -1
}
