// SPDX-License-Identifier: AGPL-3.0-or-later

package mechanism

import (
	"fmt"
	"slices"

	"ecot/journal"
	"ecot/ledger"
)

// Replay folds a whole journal again, entry by entry, from its leaves alone. It is the same for a
// stand-alone verifier, a check of stored views and a rebuild. It keeps every state in memory.
type Replay struct {
	Book   *ledger.Book
	States map[Key]journal.State
	Next   int64 // index of the entry that must come next
	Clock  int64 // seconds that the journal's clock stands at

	set    *Set
	lookup func(index int64) (*journal.Entry, error)
	after  []int64
}

var _ Desk = (*Replay)(nil)

// NewReplay begins a replay; lookup gives earlier entries again when a fact refers to them.
func NewReplay(set *Set, lookup func(index int64) (*journal.Entry, error)) *Replay {
	return &Replay{Book: ledger.NewBook(), States: map[Key]journal.State{}, set: set, lookup: lookup}
}

// State gives a state.
func (r *Replay) State(k Key) journal.State { return r.States[k] }

// Put sets a state, or drops it when nil.
func (r *Replay) Put(k Key, s journal.State) {
	if s == nil {
		delete(r.States, k)
		return
	}
	r.States[k] = s
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

// The laws of a journal.
const (
	LawOrder  Law = "order"  // indexes follow each other and time never goes back
	LawSums   Law = "sums"   // postings are those of the fact, sum to zero, and keep to the floors
	LawStates Law = "states" // the rules allow the fact
)

// Error names the entry and the law.
func (b *Breach) Error() string { return fmt.Sprintf("entry %d: %s: %v", b.Index, b.Law, b.Err) }

// Unwrap gives the cause.
func (b *Breach) Unwrap() error { return b.Err }

// Add folds the next entry, and gives the balance behind each of its postings. The balances are
// valid until the next call. An error is a *Breach, and the replay is then at its end.
func (r *Replay) Add(e *journal.Entry) (after []int64, err error) {
	breach := func(law Law, err error) ([]int64, error) {
		return nil, &Breach{Index: e.Index, Law: law, Err: err}
	}
	if e.Index != r.Next {
		return breach(LawOrder, fmt.Errorf("entry %d was to come", r.Next))
	}
	if !e.At.Follows(r.Clock) {
		return breach(LawOrder, fmt.Errorf("%s is before the entry in front of it", e.At))
	}
	if err := ledger.Check(e.Posts); err != nil {
		return breach(LawSums, err)
	}
	posts, err := r.set.Fold(r, e)
	if err != nil {
		return breach(LawStates, err)
	}
	if !slices.Equal(posts, e.Posts) {
		return breach(LawSums, fmt.Errorf("the postings are not those of the fact"))
	}
	if r.after, err = r.Book.Post(e.Posts, r.after[:0]); err != nil {
		return breach(LawSums, err)
	}
	r.Next++
	r.Clock = e.At.Advance(r.Clock)
	return r.after, nil
}
