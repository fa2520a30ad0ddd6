// SPDX-License-Identifier: AGPL-3.0-or-later

// Package journal defines the one record of everything: facts, the entries that carry them, and
// the bytes of an entry, called its leaf.
//
// A leaf is text: the kind of its fact, the instant, the fact's fields in the fixed order of that
// kind, and the postings that follow from the fact. Its one invariant: a leaf has exactly one
// form. Parse refuses every text that Append would not write, so equal entries have equal hashes.
// The format is described in docs/formats/leaf.md, enough to write another reader from it.
package journal

import (
	"bytes"
	"fmt"

	"ecot/fault"
	"ecot/ledger"
)

// Limits of a leaf.
const (
	MaxLeaf  = 65_535 // bytes of a leaf, the most that a C2SP tlog entry bundle can carry
	MaxPosts = 64     // postings of a leaf
	MaxToken = 64     // bytes of a token
)

// Fact is one thing that became true. Its fields are visited in a fixed order, for writing and for
// reading alike, so that the two can never differ.
type Fact interface {
	// Name gives the kind and version, such as "gift/v1".
	Name() string
	// Fields visits every field in the order that the kind prescribes.
	Fields(c *Codec)
}

// Kind describes one kind of fact to a reader.
type Kind struct {
	Name    string      // kind and version, such as "gift/v1"
	DayOnly bool        // whether the leaf gives the day alone, as gifts and pledges do
	New     func() Fact // an empty fact to read into, a pointer
}

// Entry is one line of the journal: a fact, when it was written, and its postings.
type Entry struct {
	Index int64 // position in the journal, from 0; not part of the leaf
	At    At
	Fact  Fact
	Posts []ledger.Posting
}

// Kinds are the kinds that a reader knows, by name.
type Kinds map[string]Kind

// NewKinds gathers lists of kinds; two kinds of one name are our own defect and panic.
func NewKinds(lists ...[]Kind) Kinds {
	kinds := Kinds{}
	for _, list := range lists {
		for _, kind := range list {
			if _, twice := kinds[kind.Name]; twice {
				panic("journal: kind " + kind.Name + " is defined twice")
			}
			kinds[kind.Name] = kind
		}
	}
	return kinds
}

// Append writes the leaf of e behind dst. It fails with fault.Invalid when a field is out of its
// range or the leaf would be too long; dst is then given back unchanged.
func (k Kinds) Append(dst []byte, e *Entry) ([]byte, error) {
	kind, known := k[e.Fact.Name()]
	if !known {
		return dst, fmt.Errorf("leaf: unknown kind %q", e.Fact.Name())
	}
	c := Codec{out: append(append(dst, kind.Name...), '\n'), writing: true, line: 1, index: e.Index}
	c.at(&e.At, kind.DayOnly)
	e.Fact.Fields(&c)
	c.posts(&e.Posts)
	if c.err == nil && len(c.out)-len(dst) > MaxLeaf {
		c.err = fmt.Errorf("takes %d bytes, at most %d", len(c.out)-len(dst), MaxLeaf)
	}
	if c.err != nil {
		return dst, unwritable(kind.Name, c.err)
	}
	return c.out, nil
}

// Check says whether every field of a fact is within its range, with the fault that Append would
// give; only the bounds that depend on the entry's place and postings are left to Append.
func Check(f Fact) error {
	c := Codec{writing: true, line: 2, index: maxIndex}
	if f.Fields(&c); c.err != nil {
		return unwritable(f.Name(), c.err)
	}
	return nil
}

func unwritable(kind string, err error) error {
	return fault.New(fault.Invalid, "This cannot be written as %s: %v.", kind, err)
}

// Reader parses leaves one after the other; it is for one goroutine.
type Reader struct {
	kinds   Kinds
	shelves map[string]*shelf // of the kinds met
	again   bool              // whether facts are used again
	met     *vocabulary
	codec   Codec // kept here so that no leaf costs a new one
}

// NewReader gives a reader of the kinds given.
func NewReader(kinds Kinds) *Reader {
	return &Reader{kinds: kinds, shelves: map[string]*shelf{}, met: newVocabulary()}
}

// Forget says that no entry parsed so far is used any more: the next ones take their room. Who goes
// through a journal page by page calls it before each page, from the first on.
func (r *Reader) Forget() {
	r.again = true
	r.met.posts.forget()
	r.met.shares.forget()
	for _, s := range r.shelves {
		s.used = 0
	}
}

// shelf gives the shelf of a kind.
func (r *Reader) shelf(name []byte) (*shelf, error) {
	if s, met := r.shelves[string(name)]; met {
		return s, nil
	}
	kind, known := r.kinds[string(name)]
	if !known && !IsToken(string(name)) {
		return nil, fmt.Errorf("leaf: line 1 %q is no token", printable(name))
	}
	if !known {
		return nil, &UnknownKindError{Name: printable(name)}
	}
	s := &shelf{kind: kind}
	r.shelves[kind.Name] = s
	return s, nil
}

// Parse reads the leaf at the given index. The error names the line. The leaf is not kept;
// an entry that is kept may keep the lists of some neighbours.
func (r *Reader) Parse(leaf []byte, index int64) (Entry, error) {
	e := Entry{Index: index}
	if len(leaf) > MaxLeaf {
		return e, fmt.Errorf("leaf: %d bytes, at most %d", len(leaf), MaxLeaf)
	}
	name, rest, found := bytes.Cut(leaf, []byte{'\n'})
	if !found {
		return e, fmt.Errorf("leaf: line 1 has no end")
	}
	s, err := r.shelf(name)
	if err != nil {
		return e, err
	}
	r.met.trim()
	c := &r.codec
	*c = Codec{in: rest, line: 1, met: r.met, index: index}
	c.at(&e.At, s.kind.DayOnly)
	e.Fact = s.take(r.again)
	e.Fact.Fields(c)
	c.posts(&e.Posts)
	c.finish()
	if c.err != nil {
		return e, fmt.Errorf("leaf: %w", c.err)
	}
	return e, nil
}

// UnknownKindError says that a leaf is of a kind that the reader does not know.
type UnknownKindError struct{ Name string }

// Error names the kind.
func (e *UnknownKindError) Error() string { return fmt.Sprintf("leaf: unknown kind %q", e.Name) }

// printable shortens what is shown of foreign bytes.
func printable(b []byte) string {
	if len(b) > MaxToken {
		b = b[:MaxToken]
	}
	return string(bytes.ToValidUTF8(b, []byte("?")))
}
