// SPDX-License-Identifier: AGPL-3.0-or-later

// Package mechanismtest plays commands against mechanisms in memory, and reads scenario files.
//
// A World does what the writer does without a database: it decides, folds and posts, and takes all
// of it back when a command is refused. Beside it a mechanism.Replay reads the leaves alone, as a
// verifier would. Its one invariant: after every command the two have the same states and balances,
// and every law of the contract held; a World whose law is broken fails its test at once.
package mechanismtest

import (
	"bytes"
	"slices"
	"testing"

	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/money"
)

// World is a journal in memory and all that follows from it.
type World struct {
	tb      testing.TB
	set     *mechanism.Set
	desk    *Desk
	book    *ledger.Book
	leaves  [][]byte
	figures map[Figure]Total
	last    int64 // what the journal's clock stands at

	reader *journal.Reader
	read   []*journal.Entry
	replay *mechanism.Replay // comes to the same from the leaves alone
}

// Figure names a published figure of a month.
type Figure struct {
	Name  string
	Month int
	Unit  money.Unit
}

// Total is what a figure has come to.
type Total struct{ Amount, Count int64 }

// Step is one entry that a command brought, with what followed from it.
type Step struct {
	Entry   *journal.Entry
	Leaf    []byte
	After   []int64         // the balance behind each posting
	Changed []mechanism.Key // the states that were put
}

// NewWorld gives an empty world of the mechanisms in the set. A broken law fails tb.
func NewWorld(tb testing.TB, set *mechanism.Set) *World {
	w := &World{tb: tb, set: set, figures: map[Figure]Total{}, reader: journal.NewReader(set.Kinds()),
		desk: newDesk(set.States()), book: ledger.NewBook()}
	w.replay = mechanism.NewReplay(set, func(index int64) (*journal.Entry, error) { return w.read[index], nil })
	return w
}

// Size gives the number of entries.
func (w *World) Size() int64 { return int64(len(w.leaves)) }

// Entry gives an entry, nil when there is none of that index.
func (w *World) Entry(index int64) *journal.Entry {
	if index < 0 || index >= w.Size() {
		return nil
	}
	return w.desk.entries[index]
}

// Leaf gives the bytes of an entry that is there.
func (w *World) Leaf(index int64) []byte { return w.leaves[index] }

// State gives the state at k, nil when there is none.
func (w *World) State(k mechanism.Key) journal.State { return w.desk.State(k) }

// Held gives what the bank account holds by all that is booked until a month's end, as ledgers count.
func (w *World) Held(month int, unit money.Unit) int64 { return w.replay.Held(month, unit) }

// Book gives the balances; they are to be read only.
func (w *World) Book() *ledger.Book { return w.book }

// Figures gives what every figure has come to; they are to be read only.
func (w *World) Figures() map[Figure]Total { return w.figures }

// Do decides, folds, posts and writes a command, or gives the fault that refuses it, and then
// nothing has changed.
func (w *World) Do(cmd mechanism.Command, now mechanism.Moment) ([]Step, error) {
	w.tb.Helper()
	needs := cmd.Needs()
	if err := needs.Check(); err != nil {
		return nil, err
	}
	size, last := len(w.leaves), w.last
	w.desk.begin(&needs)
	steps, err := w.try(cmd, now)
	if err == nil {
		err = w.count(steps)
	}
	w.desk.end(err == nil)
	if err != nil {
		for _, step := range slices.Backward(steps) {
			w.book.Undo(step.Entry.Posts)
		}
		w.desk.entries, w.leaves, w.last = w.desk.entries[:size], w.leaves[:size], last
		steps = nil
	}
	w.check("%T", cmd)
	for i := range steps {
		w.follow(&steps[i])
	}
	return steps, err
}

// try appends what the command decides; on an error it gives the steps that are to be taken back.
func (w *World) try(cmd mechanism.Command, now mechanism.Moment) (steps []Step, err error) {
	facts, err := cmd.Decide(w.desk, now)
	if err != nil {
		return nil, err
	}
	for _, fact := range facts {
		step, err := w.append(fact, now)
		if step.After != nil {
			steps = append(steps, step)
		}
		if err != nil {
			return steps, err
		}
	}
	return steps, nil
}

// append makes the next entry. A step whose After is not nil has been posted, even when it fails.
func (w *World) append(fact journal.Fact, now mechanism.Moment) (step Step, err error) {
	kinds, before := w.set.Kinds(), len(w.desk.undo)
	e := &journal.Entry{Index: w.Size(), Fact: fact, At: moment(kinds[fact.Name()], max(now.Seconds, w.last))}
	if e.Posts, err = w.set.Fold(w.desk, e); err != nil {
		return Step{}, err
	}
	if err := w.replay.Closes(fact); err != nil {
		return Step{}, err
	}
	step = Step{Entry: e}
	if step.After, err = w.book.Post(e.Posts, []int64{}); err != nil {
		return step, err
	}
	if step.Leaf, err = kinds.Append(nil, e); err != nil {
		return step, err
	}
	for _, c := range w.desk.undo[before:] {
		step.Changed = append(step.Changed, c.key)
	}
	w.last = e.At.Advance(w.last)
	w.desk.entries, w.leaves = append(w.desk.entries, e), append(w.leaves, step.Leaf)
	return step, nil
}

// moment gives the instant as a kind of fact says it.
func moment(kind journal.Kind, seconds int64) journal.At {
	if kind.DayOnly {
		day := journal.At{Seconds: seconds}.Day()
		return journal.At{Seconds: day.Time().Unix(), DayOnly: true}
	}
	return journal.At{Seconds: seconds}
}

// count adds the figures of the steps, all or none.
func (w *World) count(steps []Step) error {
	var all []mechanism.Tally
	for _, step := range steps {
		figures, err := w.set.Figures(w.desk, step.Entry)
		if err != nil {
			return err
		}
		if day := mechanism.Booked(step.Entry); len(step.Entry.Posts) > 0 && figures.Day != day {
			w.tb.Fatalf("law: entry %d is booked on %s, its figures say %s", step.Entry.Index, day, figures.Day)
		}
		all = append(all, figures.Tallies...)
	}
	for _, t := range all {
		name := Figure{t.Name, t.Month, t.Unit}
		total := w.figures[name]
		w.figures[name] = Total{total.Amount + t.Amount, total.Count + t.Count}
	}
	return nil
}

// follow reads the leaf of a step, as a verifier would, and compares what follows from it.
func (w *World) follow(step *Step) {
	w.tb.Helper()
	index := step.Entry.Index
	read, err := w.reader.Parse(step.Leaf, index)
	if err != nil {
		w.tb.Fatalf("law: leaf %d does not parse: %v\n%s", index, err, step.Leaf)
	}
	again, err := w.set.Kinds().Append(nil, &read)
	if err != nil || !bytes.Equal(again, step.Leaf) {
		w.tb.Fatalf("law: leaf %d reads back as %v\n%s", index, err, again)
	}
	if off := sum(read.Posts); off != nil {
		w.tb.Fatalf("law: the postings of leaf %d do not sum to zero in %v\n%s", index, off, step.Leaf)
	}
	after, err := w.replay.Add(&read)
	if err != nil || !slices.Equal(after, step.After) {
		w.tb.Fatalf("law: a reader of leaf %d has balances %v, not %v: %v", index, after, step.After, err)
	}
	w.read = append(w.read, &read)
	for _, key := range step.Changed {
		w.same(key)
	}
}

// same compares a state with that of the replay.
func (w *World) same(key mechanism.Key) {
	w.tb.Helper()
	var read []byte
	if state := w.replay.State(key); state != nil {
		var err error
		if read, err = journal.AppendState(nil, state); err != nil {
			w.tb.Fatalf("law: a reader cannot write the state %v: %v", key, err)
		}
	}
	if want := w.desk.states[key].bytes; !bytes.Equal(read, want) {
		w.tb.Fatalf("law: a reader has the state %v as\n%snot\n%s", key, read, want)
	}
}

// sum gives the units in which the postings do not sum to zero.
func sum(posts []ledger.Posting) (off []money.Unit) {
	sums := map[money.Unit]int64{}
	for _, p := range posts {
		sums[p.Unit] += p.Amount
	}
	for unit, n := range sums {
		if n != 0 {
			off = append(off, unit)
		}
	}
	return off
}

// check fails the test when the desk saw its contract broken.
func (w *World) check(during string, args ...any) {
	w.tb.Helper()
	if w.desk.breach != nil {
		w.tb.Fatalf("law: during "+during+": %v", append(args, w.desk.breach)...)
	}
}

// CheckAll compares the whole world with its replay: every state, balance and leaf, the floors,
// and the sum of the book. Scenarios and histories end with it.
func (w *World) CheckAll() {
	w.tb.Helper()
	w.desk.allUnchanged()
	w.check("the whole history")
	if len(w.desk.states) != len(w.replay.States) {
		w.tb.Fatalf("law: a reader has %d states, not %d", len(w.replay.States), len(w.desk.states))
	}
	for key := range w.desk.states {
		w.same(key)
	}
	w.checkBook()
	for i, leaf := range w.leaves {
		again, err := w.set.Kinds().Append(nil, w.desk.entries[i])
		if err != nil || !bytes.Equal(again, leaf) {
			w.tb.Fatalf("law: entry %d was changed behind the journal: %v\n%s", i, err, leaf)
		}
	}
}

// checkBook compares the balances with those of the replay, in both directions.
func (w *World) checkBook() {
	w.tb.Helper()
	sums := map[money.Unit]int64{}
	w.book.All(func(p ledger.Place, balance int64) {
		sums[p.Unit] += balance
		if balance != w.replay.Book.Balance(p) || balance < 0 && p.Account.Floored() {
			w.tb.Fatalf("law: %v holds %d, for a reader %d", p, balance, w.replay.Book.Balance(p))
		}
	})
	w.replay.Book.All(func(p ledger.Place, balance int64) {
		if balance != w.book.Balance(p) {
			w.tb.Fatalf("law: for a reader %v holds %d, not %d", p, balance, w.book.Balance(p))
		}
	})
	for unit, n := range sums {
		if n != 0 {
			w.tb.Fatalf("law: the book sums to %d in %s", n, unit)
		}
	}
}
