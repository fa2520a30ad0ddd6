// SPDX-License-Identifier: AGPL-3.0-or-later

package mechanism

import (
	"errors"
	"fmt"

	"ecot/journal"
	"ecot/ledger"
	"ecot/money"
)

// Replay folds a whole journal again, entry by entry, from its leaves alone. It is the same for a
// stand-alone verifier, a check of stored views and a rebuild. It keeps every state in memory.
type Replay struct {
	Book   *ledger.Book
	States map[Key]journal.State
	Last   map[Key]int64 // index of the entry that changed a state last; kept by who makes the map
	Next   int64         // index of the entry that must come next
	Clock  int64         // seconds that the journal's clock stands at

	// Broken holds the first breach of each law. A law once broken is not checked any more; the
	// others still are, so that a reader who goes on learns what else holds.
	Broken map[Law]*Breach

	set    *Set
	lookup func(index int64) (*journal.Entry, error)
	reader *Reader
	sheet  ledger.Sheet
	after  []int64
	bank   bankMonths
}

var _ Desk = (*Replay)(nil)

// NewReplay begins a replay; lookup gives earlier entries again when a fact refers to them.
func NewReplay(set *Set, lookup func(index int64) (*journal.Entry, error)) *Replay {
	return &Replay{Book: ledger.NewBook(), States: map[Key]journal.State{}, Broken: map[Law]*Breach{},
		set: set, lookup: lookup, reader: NewReader(set),
		bank: bankMonths{sums: map[bankMonth]*int64{}}}
}

// State gives a state.
func (r *Replay) State(k Key) journal.State { return r.States[k] }

// Put sets a state, or drops it when nil.
func (r *Replay) Put(k Key, s journal.State) {
	if s == nil {
		delete(r.States, k)
		delete(r.Last, k)
		return
	}
	r.States[k] = s
	if r.Last != nil {
		r.Last[k] = r.Next
	}
}

// Entry gives an earlier entry.
func (r *Replay) Entry(index int64) (*journal.Entry, error) {
	if index < 0 || index >= r.Next {
		return nil, fmt.Errorf("there is no entry %d before entry %d", index, r.Next)
	}
	return r.lookup(index)
}

// A Breach says which law an entry breaks.
type Breach struct {
	Index int64
	Law   Law
	Err   error
}

// Law names what a replay checks.
type Law string

// The laws of a journal, none of which needs another to hold.
const (
	LawOrder  Law = "order"  // entry 0 and no other is the genesis, and time never goes back
	LawSums   Law = "sums"   // postings are those of the fact, sum to zero, and keep to the floors; closings too
	LawStates Law = "states" // the rules allow the fact, and its month is open
)

// Error names the entry and the law.
func (b *Breach) Error() string { return fmt.Sprintf("entry %d: %s: %v", b.Index, b.Law, b.Err) }

// Unwrap gives the cause.
func (b *Breach) Unwrap() error { return b.Err }

// Add folds the next entry, and gives the balance behind each of its postings, which is valid until
// the next call. An error is a *Breach, or several of them joined, one a law.
func (r *Replay) Add(e *journal.Entry) (after []int64, err error) {
	return r.AddFound(e, r.reader.Find(e))
}

// AddFound folds the next entry as Add does, when a Reader of the same set has judged it already.
func (r *Replay) AddFound(e *journal.Entry, f Finding) (after []int64, err error) {
	sums := func(e *journal.Entry) error { return r.sums(e, f) }
	err = errors.Join(r.check(LawOrder, e, r.order), r.check(LawStates, e, r.states),
		r.check(LawSums, e, sums))
	r.Next = e.Index + 1
	r.Clock = e.At.Advance(r.Clock)
	if err != nil {
		return nil, err
	}
	return r.after, nil
}

// check holds an entry against a law that has not been broken yet.
func (r *Replay) check(law Law, e *journal.Entry, holds func(*journal.Entry) error) error {
	if r.Broken[law] != nil {
		return nil
	}
	err := holds(e)
	if err == nil {
		return nil
	}
	r.Broken[law] = &Breach{Index: e.Index, Law: law, Err: err}
	return r.Broken[law]
}

func (r *Replay) order(e *journal.Entry) error {
	if e.Index != r.Next {
		return fmt.Errorf("entry %d was to come", r.Next)
	}
	if err := checkFirst(e); err != nil {
		return err
	}
	if !e.At.Follows(r.Clock) {
		return fmt.Errorf("%s is before the entry in front of it", e.At)
	}
	return nil
}

func (r *Replay) states(e *journal.Entry) error {
	if err := r.set.Apply(r, e); err != nil {
		return err
	}
	return checkOpen(r, e, e.Posts)
}

func (r *Replay) sums(e *journal.Entry, f Finding) (err error) {
	if f.Asked {
		f.Err = r.set.derived(r, e, &r.sheet)
	}
	if f.Err != nil {
		return f.Err
	}
	if r.after, err = r.Book.Post(e.Posts, r.after[:0]); err != nil {
		return err
	}
	r.bank.add(e)
	return r.Closes(e.Fact)
}

// Held gives what Bank holds by all that is booked until a month's end.
func (r *Replay) Held(month int, unit money.Unit) int64 { return r.bank.until(month, unit) }

// Closes holds a closing against what is booked until its month's end; any other fact is let pass.
func (r *Replay) Closes(f journal.Fact) error {
	closing, ok := f.(Closing)
	if !ok {
		return nil
	}
	said := closing.Closes()
	return said.Check(r.Held(said.Month, said.Unit))
}
