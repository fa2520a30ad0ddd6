// SPDX-License-Identifier: AGPL-3.0-or-later

// Package pabulib reads and writes elections in the .pb format of Pabulib.
//
// A file has three sections, META, PROJECTS and VOTES, each a line with its name, a header line and
// rows of fields parted by semicolons; a field may stand in double quotes, doubled inside, and then
// span lines (S. Szufa and others, "Participatory Budgeting: data, tools and analysis",
// arXiv 2012.06539, and the format page of pabulib.org). Needed are the key budget, the columns
// project_id and cost, and the column vote; all else is optional. Every vote type is read as
// approval: a ballot approves each project that it names.
//
// Amounts may have decimals, after a point or a comma; the finest of the file become the unit of the
// whole election. Reading is streamed: time is linear in the file, memory is that of
// [election.Builder] plus one line. Limits: a line or quoted record of [MaxRecord] bytes, 6 decimals,
// and the limits of package election.
//
// Invariant: what cannot be read exactly is refused with its line; nothing is guessed or skipped.
package pabulib

import (
	"fmt"
	"io"

	"ecot/allot/election"
	"ecot/fault"
)

// MaxRecord is the longest line, or record in quotes over several lines, that is read, in bytes.
const MaxRecord = 16 << 20

// VoteType says how the ballots of a file were marked.
type VoteType string

// The vote types of the format.
const (
	Approval   VoteType = "approval"
	ChooseOne  VoteType = "choose-1"
	Ordinal    VoteType = "ordinal"
	Cumulative VoteType = "cumulative"
	Scoring    VoteType = "scoring"
)

// File is what a .pb file says.
type File struct {
	Meta     []Entry // in the order of the file
	VoteType VoteType
	Budget   string // as written, with a point before the decimals
	Election *election.Election
	Notes    []Note // what is odd but does not hinder counting
}

// Entry is a key of META and its value.
type Entry struct {
	Key, Value string
	Line       int
}

// Note is a remark on a line of the file.
type Note struct {
	Line int
	Text string
}

// String gives the note after its line.
func (n Note) String() string { return fmt.Sprintf("line %d: %s", n.Line, n.Text) }

// Value gives the value of a key of META, empty when it is missing.
func (f *File) Value(key string) string {
	for _, entry := range f.Meta {
		if entry.Key == key {
			return entry.Value
		}
	}
	return ""
}

// Read reads a whole file from r. Every refusal is a fault that names the line.
func Read(r io.Reader) (*File, error) {
	reader := &reader{source: newSource(r)}
	if err := reader.sections(); err != nil {
		return nil, err
	}
	return reader.finish()
}

// refuse makes the error for a line.
func refuse(line int, format string, args ...any) error {
	return fault.New(fault.Invalid, "Line %d: %s", line, fmt.Sprintf(format, args...))
}
