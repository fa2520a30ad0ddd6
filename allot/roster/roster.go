// SPDX-License-Identifier: AGPL-3.0-or-later

// Package roster holds the names that a count is about: candidates, options, projects, members.
//
// Counting rules work on small indexes; people write ids. A Roster is the one bridge between
// the two. Its invariant: ids are distinct, well formed and in string order, so that the order
// in which a caller lists them can change no result.
package roster

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ecot/fault"
)

// MaxIDBytes is the longest id that a Roster takes.
const MaxIDBytes = 128

// Roster is a list of distinct ids in string order. The zero value is empty.
type Roster struct {
	noun string
	ids  []string
}

// New makes a Roster of at most limit ids. The noun ("candidate", "project") names an id in
// errors, which also give the place in the caller's list, counted from 1.
func New(noun string, ids []string, limit int) (Roster, error) {
	if len(ids) > limit {
		return Roster{}, fault.New(fault.Invalid, "There are %d %ss; the limit is %d.", len(ids), noun, limit)
	}
	first := make(map[string]int, len(ids))
	for i, id := range ids {
		if flaw := Flaw(id); flaw != "" {
			return Roster{}, fault.New(fault.Invalid, "The id of %s %d %s.", noun, i+1, flaw)
		}
		if j, twice := first[id]; twice {
			return Roster{}, fault.New(fault.Invalid,
				"The %ss numbered %d and %d have the same id %q.", noun, j+1, i+1, id)
		}
		first[id] = i
	}
	sorted := slices.Clone(ids)
	slices.Sort(sorted)
	return Roster{noun: noun, ids: sorted}, nil
}

// Flaw says what is wrong with an id, in words that follow "the id", and nothing when it is well
// formed.
func Flaw(id string) string {
	switch {
	case id == "":
		return "is empty"
	case len(id) > MaxIDBytes:
		return "is longer than 128 bytes"
	case !utf8.ValidString(id):
		return "is not valid UTF-8"
	case strings.ContainsFunc(id, unicode.IsControl):
		return "contains a control character"
	}
	return ""
}

// Len is the number of ids.
func (r Roster) Len() int { return len(r.ids) }

// ID is the i-th id in string order.
func (r Roster) ID(i int) string { return r.ids[i] }

// IDs is a copy of all ids in string order.
func (r Roster) IDs() []string { return slices.Clone(r.ids) }

// Find gives the index of id, and an error that names the place where it was met when the
// roster does not have it. The place is words such as "ballot 3".
func (r Roster) Find(id, place string) (int, error) {
	i, ok := slices.BinarySearch(r.ids, id)
	if !ok {
		return 0, fault.New(fault.Invalid, "%s names the unknown %s %q.", place, r.noun, id)
	}
	return i, nil
}
