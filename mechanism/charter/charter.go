// SPDX-License-Identifier: AGPL-3.0-or-later

// Package charter founds a journal and records what concerns all of it.
//
// Entry 0 states the origin (the journal's name, for life), the key that signs its checkpoints, the
// fund's unit and zone, and when months close. The journal also says how many people were erased,
// never whom. Charter facts move no money.
//
// A closing ends a month of the books: it says what the bank account held by this journal, and what the
// bank's statement says. The two must be the same to the cent, or the difference explained. Months close
// in their order, without a gap from the first one closed; what is booked before that one is closed with
// it. Behind a closing nothing is booked in that month or before, as mechanism.Dated says what is booked
// when. Books once closed stay closed: there is no reopening, and what was wrong is reversed and posted
// right in a month that is open.
//
// Its one invariant: entry 0 is the genesis, and no other is.
package charter

import (
	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/money"
)

// Closing says when a month's books close.
type Closing string

// ByHand closes a month when the treasurer says so, never by the calendar alone.
const ByHand Closing = "by-hand"

// Genesis founds a journal.
type Genesis struct {
	Origin  string     // such as "fonds.example.org/journal"
	Key     string     // verifier key of the checkpoints, as golang.org/x/mod/sumdb/note writes it
	Unit    money.Unit // the unit that the fund counts in by default
	Zone    string     // IANA time zone in which its days are
	Closing Closing
}

// Name gives the kind.
func (*Genesis) Name() string { return "genesis/v1" }

// Fields visits the fields in their order.
func (f *Genesis) Fields(c *journal.Codec) {
	c.Token("origin", &f.Origin)
	c.Text("key", &f.Key)
	c.Unit("unit", &f.Unit)
	c.Text("zone", &f.Zone)
	journal.Choice(c, "closing", &f.Closing, ByHand)
}

// Erased says that a number of people were erased since the last such entry.
type Erased struct{ Count int64 }

// Name gives the kind.
func (*Erased) Name() string { return "erase/v1" }

// Fields visits the fields in their order.
func (f *Erased) Fields(c *journal.Codec) { c.Amount("count", &f.Count, 1) }

// Found is the command that writes entry 0.
type Found struct{ Genesis }

// Needs names the charter itself.
func (c *Found) Needs() mechanism.Needs { return mechanism.Needs{Keys: []mechanism.Key{key()}} }

// Decide founds.
func (c *Found) Decide(_ mechanism.Desk, _ mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Genesis
	return []journal.Fact{&fact}, journal.Check(&fact)
}

// Erase is the command that says how many people were erased.
type Erase struct{ Erased }

// Needs names nothing.
func (c *Erase) Needs() mechanism.Needs { return mechanism.Needs{} }

// Decide says it.
func (c *Erase) Decide(_ mechanism.Desk, _ mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Erased
	return []journal.Fact{&fact}, journal.Check(&fact)
}

// Founded is the state of a journal that has its genesis; its stream is "charter".
type Founded struct {
	Origin string
	Unit   money.Unit
}

// Name gives the kind.
func (*Founded) Name() string { return "charter-state/v1" }

// Fields visits the fields in their order.
func (s *Founded) Fields(c *journal.Codec) {
	c.Token("origin", &s.Origin)
	c.Unit("unit", &s.Unit)
}

func key() mechanism.Key { return mechanism.Key{Stream: "charter"} }

// Rules are the rules of the charter; the zero value is ready.
type Rules struct{}

var _ mechanism.Mechanism = Rules{}

// Kinds gives the kinds of facts.
func (Rules) Kinds() []journal.Kind {
	return []journal.Kind{
		{Name: "genesis/v1", New: func() journal.Fact { return new(Genesis) }},
		{Name: "erase/v1", New: func() journal.Fact { return new(Erased) }},
		{Name: "closing/v1", New: func() journal.Fact { return new(Closed) }},
	}
}

// States gives the kinds of states.
func (Rules) States() []journal.StateKind {
	return []journal.StateKind{
		{Name: "charter-state/v1", New: func() journal.State { return new(Founded) }},
		{Name: "books-state/v1", New: func() journal.State { return new(Books) }},
	}
}

// Postings gives none.
func (Rules) Postings(mechanism.Desk, journal.Fact, *ledger.Sheet) error { return nil }

// Apply refuses a second genesis and one that is not entry 0, and a closing out of order.
func (Rules) Apply(d mechanism.Desk, e *journal.Entry) error {
	switch f := e.Fact.(type) {
	case *Genesis:
		return applyGenesis(d, e.Index, f)
	case *Closed:
		return applyClosing(d, e.At, f)
	}
	return nil
}

func applyGenesis(d mechanism.Desk, index int64, f *Genesis) error {
	if index != 0 || d.State(key()) != nil {
		return fault.New(fault.Conflict, "The journal is founded already; entry %d cannot be its genesis.", index)
	}
	d.Put(key(), &Founded{Origin: f.Origin, Unit: f.Unit})
	return nil
}

// Figures adds nothing.
func (Rules) Figures(_ mechanism.Desk, e *journal.Entry) (mechanism.Figures, error) {
	return mechanism.Figures{Day: e.At.Day()}, nil
}
