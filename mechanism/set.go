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
// sum to zero. A reader of the journal compares them with those that the leaf carries. On an error
// the states may have changed: the caller takes back what was put, or stops reading.
func (s *Set) Fold(d Desk, e *journal.Entry) ([]ledger.Posting, error) {
	m, known := s.byKind[e.Fact.Name()]
	if !known {
		return nil, &journal.UnknownKindError{Name: e.Fact.Name()}
	}
	if first := e.Fact.Name() == "genesis/v1"; first != (e.Index == 0) {
		return nil, fault.New(fault.Conflict, "Entry 0, and no other, founds the journal.")
	}
	if err := m.Apply(d, e); err != nil {
		return nil, err
	}
	posts, err := m.Postings(d, e.Fact)
	if err != nil {
		return nil, err
	}
	return posts, ledger.Check(posts)
}

// Figures gives what an entry adds to published figures.
func (s *Set) Figures(d Desk, e *journal.Entry) (Figures, error) {
	m, known := s.byKind[e.Fact.Name()]
	if !known {
		return Figures{}, &journal.UnknownKindError{Name: e.Fact.Name()}
	}
	return m.Figures(d, e)
}
