// SPDX-License-Identifier: AGPL-3.0-or-later

package mechanismtest

import (
	"bytes"
	"fmt"
	"slices"

	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
)

// Desk is a mechanism.Desk over maps. It remembers what a command changes so that it can be taken
// back, and every breach of the contract of a desk: a look at what the command did not name, a
// state changed in place, a state that does not read back as it was written.
type Desk struct {
	kinds   []journal.StateKind
	states  map[mechanism.Key]held
	entries []*journal.Entry

	needs  *mechanism.Needs // what may be looked at; nil lets everything be looked at
	undo   []change         // what Put replaced since begin, oldest first
	breach error            // the first breach of the contract
}

// held is a state with the bytes that it had when it was put.
type held struct {
	state journal.State
	bytes []byte
}

// change is a state as it was before a Put; its state is nil when there was none.
type change struct {
	key    mechanism.Key
	before held
}

func newDesk(kinds []journal.StateKind) *Desk {
	return &Desk{kinds: kinds, states: map[mechanism.Key]held{}}
}

// State gives the state at k, nil when there is none.
func (d *Desk) State(k mechanism.Key) journal.State {
	named := k == mechanism.BooksKey() || d.needs == nil || slices.Contains(d.needs.Keys, k)
	if !named && !slices.Contains(d.changed(), k) {
		d.breaks("looks at the state %v, which the command does not need", k)
	}
	return d.states[k].state
}

// Put sets the state at k; nil closes it.
func (d *Desk) Put(k mechanism.Key, s journal.State) {
	before := d.states[k]
	d.unchanged(k, before)
	d.undo = append(d.undo, change{k, before})
	if s == nil {
		delete(d.states, k)
		return
	}
	written := d.encode(s)
	again, err := journal.ParseState(written, d.kinds)
	if err != nil || !bytes.Equal(d.encode(again), written) {
		d.breaks("the state %v does not read back as it was written: %v\n%s", k, err, written)
	}
	d.states[k] = held{s, written}
}

// Entry gives an earlier entry.
func (d *Desk) Entry(index int64) (*journal.Entry, error) {
	if d.needs != nil && !slices.Contains(d.needs.Entries, index) {
		d.breaks("looks at entry %d, which the command does not need", index)
	}
	if index < 0 || index >= int64(len(d.entries)) {
		return nil, fault.New(fault.NotFound, "There is no entry %d.", index)
	}
	return d.entries[index], nil
}

// begin lets a command look at what it needs, and at nothing else, until end.
func (d *Desk) begin(needs *mechanism.Needs) { d.needs, d.undo = needs, nil }

// end keeps what was put since begin, or takes it back.
func (d *Desk) end(keep bool) {
	d.needs = nil
	if keep {
		return
	}
	for _, c := range slices.Backward(d.undo) {
		d.unchanged(c.key, c.before)
		if c.before.state == nil {
			delete(d.states, c.key)
		} else {
			d.states[c.key] = c.before
		}
	}
}

// changed gives the keys put since begin, each once, in the order of the first put.
func (d *Desk) changed() (keys []mechanism.Key) {
	for _, c := range d.undo {
		if !slices.Contains(keys, c.key) {
			keys = append(keys, c.key)
		}
	}
	return keys
}

// unchanged sees whether a state still has the bytes that it was put with.
func (d *Desk) unchanged(k mechanism.Key, h held) {
	if h.state != nil && !bytes.Equal(d.encode(h.state), h.bytes) {
		d.breaks("the state %v was changed in place, from\n%s", k, h.bytes)
	}
}

// allUnchanged sees the same of every state.
func (d *Desk) allUnchanged() {
	for k, h := range d.states {
		d.unchanged(k, h)
	}
}

func (d *Desk) encode(s journal.State) []byte {
	b, err := journal.AppendState(nil, s)
	if err != nil {
		d.breaks("a state cannot be written: %w", err)
	}
	return b
}

func (d *Desk) breaks(format string, args ...any) {
	if d.breach == nil {
		d.breach = fmt.Errorf(format, args...)
	}
}
