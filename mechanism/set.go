// SPDX-License-Identifier: AGPL-3.0-or-later

package mechanism

import (
	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
)

// Set is several mechanisms behind one face: each fact goes to the mechanism that knows its kind.
type Set struct {
	byKind map[string]Mechanism
	kinds  journal.Kinds
	states []journal.StateKind
}

// NewSet gathers mechanisms; a kind known to two of them panics, for it is our own defect.
func NewSet(mechanisms ...Mechanism) *Set {
	s := &Set{byKind: map[string]Mechanism{}}
	lists := make([][]journal.Kind, 0, len(mechanisms))
	for _, m := range mechanisms {
		lists = append(lists, m.Kinds())
		for _, kind := range m.Kinds() {
			s.byKind[kind.Name] = m
		}
		s.states = append(s.states, m.States()...)
	}
	s.kinds = journal.NewKinds(lists...)
	return s
}

// Kinds gives all the kinds of facts; States all the kinds of states.
func (s *Set) Kinds() journal.Kinds { return s.kinds }

// States gives all the kinds of states.
func (s *Set) States() []journal.StateKind { return s.states }

// Fold folds e into the states and gives the postings that its fact leads to, which are checked to
// sum to zero, and to be booked in a month that is open. On an error the states may have changed: the
// caller takes back what was put.
func (s *Set) Fold(d Desk, e *journal.Entry) ([]ledger.Posting, error) {
	if err := s.Apply(d, e); err != nil {
		return nil, err
	}
	var sheet ledger.Sheet
	if err := s.Postings(d, e.Fact, &sheet); err != nil {
		return nil, err
	}
	posts := sheet.Posts()
	if err := checkOpen(d, e, posts); err != nil {
		return nil, err
	}
	return posts, ledger.Check(posts)
}

// Apply folds e into the states. On an error they may have changed: the caller takes back what was
// put, or stops folding.
func (s *Set) Apply(d Desk, e *journal.Entry) error {
	m, err := s.mechanism(e.Fact)
	if err != nil {
		return err
	}
	if err := checkFirst(e); err != nil {
		return err
	}
	return m.Apply(d, e)
}

// Postings derives the postings that a fact leads to, from it and the entries that it refers to. A
// reader of the journal compares them with those that the leaf carries.
func (s *Set) Postings(d Desk, f journal.Fact, to *ledger.Sheet) error {
	m, err := s.mechanism(f)
	if err != nil {
		return err
	}
	return m.Postings(d, f, to)
}

func (s *Set) mechanism(f journal.Fact) (Mechanism, error) {
	name := f.Name()
	m, known := s.byKind[name]
	if !known {
		return nil, &journal.UnknownKindError{Name: name}
	}
	return m, nil
}

// checkFirst wants entry 0, and no other, to be the genesis.
func checkFirst(e *journal.Entry) error {
	if genesis := e.Fact.Name() == "genesis/v1"; genesis != (e.Index == 0) {
		return fault.New(fault.Conflict, "Entry 0, and no other, founds the journal.")
	}
	return nil
}

// Figures gives what an entry adds to published figures. Those of closed months stay as they are: what
// would add to them adds to an open month.
func (s *Set) Figures(d Desk, e *journal.Entry) (Figures, error) {
	m, err := s.mechanism(e.Fact)
	if err != nil {
		return Figures{}, err
	}
	figures, err := m.Figures(d, e)
	if err == nil && len(figures.Tallies) > 0 {
		keepClosed(d, &figures)
	}
	return figures, err
}
