// SPDX-License-Identifier: AGPL-3.0-or-later

// Package desk is what a batch of the writer decides upon: what it has loaded, and what it changed.
//
// Its one invariant: after Rollback it is as Begin found it.
package desk

import (
	"fmt"

	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
)

// Desk holds what a batch has loaded and changed, and can undo what one command changed. A key
// that is present with a nil state is known to have none. It belongs to the writer.
type Desk struct {
	States  map[mechanism.Key]journal.State
	Changed map[mechanism.Key]int64 // index of the entry that changed it last, in this batch
	Entries map[int64]*journal.Entry
	Index   int64 // of the entry that is being folded

	undo []undoState
}

// undoState is what a key held before one command changed it.
type undoState struct {
	key     mechanism.Key
	state   journal.State
	last    int64
	changed bool
}

var _ mechanism.Desk = (*Desk)(nil)

// New gives an empty desk.
func New() *Desk {
	return &Desk{States: map[mechanism.Key]journal.State{}, Changed: map[mechanism.Key]int64{},
		Entries: map[int64]*journal.Entry{}}
}

// State gives a state that was loaded; asking for another is our own defect.
func (d *Desk) State(k mechanism.Key) journal.State {
	state, loaded := d.States[k]
	if !loaded {
		panic(fmt.Sprintf("app: state %s/%s was not named among the needs", k.Stream, k.Part))
	}
	return state
}

// Put sets a state.
func (d *Desk) Put(k mechanism.Key, s journal.State) {
	last, changed := d.Changed[k]
	d.undo = append(d.undo, undoState{key: k, state: d.States[k], last: last, changed: changed})
	d.States[k] = s
	d.Changed[k] = d.Index
}

// Entry gives an earlier entry that was loaded or that this batch wrote.
func (d *Desk) Entry(index int64) (*journal.Entry, error) {
	if e, loaded := d.Entries[index]; loaded {
		return e, nil
	}
	return nil, fault.New(fault.NotFound, "There is no entry %d.", index)
}

// Rollback takes back what was put since Begin.
func (d *Desk) Rollback() {
	for i := len(d.undo) - 1; i >= 0; i-- {
		u := d.undo[i]
		d.States[u.key] = u.state
		if u.changed {
			d.Changed[u.key] = u.last
		} else {
			delete(d.Changed, u.key)
		}
	}
	d.undo = d.undo[:0]
}

// Begin starts a command.
func (d *Desk) Begin() { d.undo = d.undo[:0] }
