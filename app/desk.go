// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"fmt"

	"ecot/journal"
	"ecot/mechanism"
)

// desk holds what a batch has loaded and changed, and can undo what one command changed. A key
// that is present with a nil state is known to have none. It belongs to the writer.
type desk struct {
	states  map[mechanism.Key]journal.State
	changed map[mechanism.Key]int64 // index of the entry that changed it last, in this batch
	entries map[int64]*journal.Entry
	undo    []undoState
	index   int64 // of the entry that is being folded
}

// undoState is what a key held before one command changed it.
type undoState struct {
	key     mechanism.Key
	state   journal.State
	last    int64
	changed bool
}

var _ mechanism.Desk = (*desk)(nil)

func newDesk() *desk {
	return &desk{states: map[mechanism.Key]journal.State{}, changed: map[mechanism.Key]int64{},
		entries: map[int64]*journal.Entry{}}
}

// State gives a state that was loaded; asking for another is our own defect.
func (d *desk) State(k mechanism.Key) journal.State {
	state, loaded := d.states[k]
	if !loaded {
		panic(fmt.Sprintf("app: state %s/%s was not named among the needs", k.Stream, k.Part))
	}
	return state
}

// Put sets a state.
func (d *desk) Put(k mechanism.Key, s journal.State) {
	last, changed := d.changed[k]
	d.undo = append(d.undo, undoState{key: k, state: d.states[k], last: last, changed: changed})
	d.states[k] = s
	d.changed[k] = d.index
}

// Entry gives an earlier entry that was loaded or that this batch wrote.
func (d *desk) Entry(index int64) (*journal.Entry, error) {
	if e, loaded := d.entries[index]; loaded {
		return e, nil
	}
	return nil, notFound(index)
}

// rollback takes back what was put since begin.
func (d *desk) rollback() {
	for i := len(d.undo) - 1; i >= 0; i-- {
		u := d.undo[i]
		d.states[u.key] = u.state
		if u.changed {
			d.changed[u.key] = u.last
		} else {
			delete(d.changed, u.key)
		}
	}
	d.undo = d.undo[:0]
}

// begin starts a command.
func (d *desk) begin() { d.undo = d.undo[:0] }
