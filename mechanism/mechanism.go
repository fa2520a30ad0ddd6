// SPDX-License-Identifier: AGPL-3.0-or-later

// Package mechanism is the contract between a way of funding and everything around it.
//
// A mechanism turns commands into facts and folds facts into small states; the writer, the
// verifier and the rebuild all go through it. Its one invariant: what a mechanism says depends on
// its arguments alone, so that anybody who reads the journal comes to the same states.
//
// A month of the books can be closed, for good. From then on no entry moves money that is booked in
// that month or before, and the published figures of those months stay as they are. Money is booked
// on the day that its fact says (Dated): when it was credited, where that is known, else when it was
// given or happened. So a card gift of December that reaches the fund in January, entered behind the
// closing of December, says both days and is booked in January. History that is imported behind a
// closing must lie in months that are still open.
package mechanism

import (
	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/money"
)

// MaxNeeds bounds what one command may name, and with it the work of one command.
const MaxNeeds = 8

// Key names a state: a stream (one running instance), or a part (one participant's share in it).
type Key struct {
	Stream string // such as "pot:lanterne"
	Part   string // empty for the stream itself
}

// Needs are the states and the earlier entries that must be at hand, each at most MaxNeeds.
type Needs struct {
	Keys    []Key
	Entries []int64
}

// Check refuses needs beyond the limit, before anything is loaded for them.
func (n Needs) Check() error {
	if len(n.Keys) > MaxNeeds || len(n.Entries) > MaxNeeds {
		return fault.New(fault.Invalid, "This names too many things at once, at most %d.", MaxNeeds)
	}
	return nil
}

// Desk holds what a command or fact needs, and the state at BooksKey. A state that it gives is never
// changed in place: Put puts a new one, so that a refused command can be undone.
type Desk interface {
	// State gives the state at k, nil when there is none.
	State(k Key) journal.State
	// Put sets the state at k; nil closes it for good.
	Put(k Key, s journal.State)
	// Entry gives an earlier entry.
	Entry(index int64) (*journal.Entry, error)
}

// Moment is when a command is decided: the instant, and the civil day in the fund's own zone.
type Moment struct {
	Seconds int64
	Today   journal.Day
}

// Command asks for something to become true.
type Command interface {
	// Needs names what Decide, and the Apply of what it decides, will look at.
	Needs() Needs
	// Decide gives the facts that follow, or a fault that says why not.
	Decide(d Desk, now Moment) ([]journal.Fact, error)
}

// Tally adds Amount and Count to a published figure of a month.
type Tally struct {
	Name   string // such as "in/proved"
	Month  int    // yyyymm
	Unit   money.Unit
	Amount int64
	Count  int64
}

// Figures are what one entry adds to published figures.
type Figures struct {
	Day     journal.Day // that its money is booked on: as Booked says
	Class   string      // the evidence of its money, empty where none is stated
	Tallies []Tally
}

// Mechanism is one way of funding. All its methods are pure.
type Mechanism interface {
	// Kinds are the facts that it knows, States the states that it keeps.
	Kinds() []journal.Kind
	States() []journal.StateKind
	// Postings derives from a fact, and the entries that it refers to, the money that it moves. It
	// asks the desk for nothing but entries, and for these only where the fact alone does not tell.
	Postings(d Desk, f journal.Fact, to *ledger.Sheet) error
	// Apply folds an entry into the states, and refuses one that its rules do not allow.
	Apply(d Desk, e *journal.Entry) error
	// Figures gives what an entry adds to published figures.
	Figures(d Desk, e *journal.Entry) (Figures, error)
}
