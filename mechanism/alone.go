// SPDX-License-Identifier: AGPL-3.0-or-later

package mechanism

import (
	"errors"

	"ecot/journal"
	"ecot/ledger"
)

// Finding is what an entry alone says of its own postings.
type Finding struct {
	Err   error // what is wrong with them
	Asked bool  // whether only earlier entries can tell if they are those of the fact
}

// Reader judges entries one by one, without a journal around them, so that several can be at work
// at once. It is for one goroutine.
type Reader struct {
	set   *Set
	desk  bare
	sheet ledger.Sheet
}

// NewReader gives a reader of entries of the kinds of a set.
func NewReader(set *Set) *Reader { return &Reader{set: set} }

// Find judges the postings of an entry: whether they can be one entry's, and whether they are
// those that its fact leads to.
func (r *Reader) Find(e *journal.Entry) Finding {
	if err := ledger.Check(e.Posts); err != nil {
		return Finding{Err: err}
	}
	r.desk.asked = false
	err := r.set.derived(&r.desk, e, &r.sheet)
	if r.desk.asked {
		return Finding{Asked: true}
	}
	return Finding{Err: err}
}

var errDerived = errors.New("the postings are not those of the fact")

// derived wants the postings of an entry to be those that its fact leads to.
func (s *Set) derived(d Desk, e *journal.Entry, sheet *ledger.Sheet) error {
	sheet.Begin(e.Posts)
	if err := s.Postings(d, e.Fact, sheet); err != nil {
		return err
	}
	if !sheet.Agrees() {
		return errDerived
	}
	return nil
}

// bare is a desk with nothing on it, which remembers whether anything was asked for: what is
// decided without asking is the same at every desk.
type bare struct{ asked bool }

var errBare = errors.New("only the journal knows")

// State gives none, and notes the question.
func (d *bare) State(Key) journal.State { d.asked = true; return nil }

// Put notes that a state was to change.
func (d *bare) Put(Key, journal.State) { d.asked = true }

// Entry gives none, and notes the question.
func (d *bare) Entry(int64) (*journal.Entry, error) { d.asked = true; return nil, errBare }
