// SPDX-License-Identifier: AGPL-3.0-or-later

package proof

import (
	"cmp"
	"slices"

	"ecot/fault"
)

// Replay grows a tree leaf by leaf and holds it against the checkpoints that speak of it: each must
// give the root that the tree has at its size. So a checkpoint that somebody kept is shown to be
// the beginning of what is read today. A Replay is for one goroutine at a time.
type Replay struct {
	edge *Edge
	due  []Checkpoint // those ahead, nearest first
}

// NewReplay gives the empty tree with the checkpoints, in any order, that it will have to pass.
func NewReplay(checkpoints ...Checkpoint) *Replay {
	due := slices.Clone(checkpoints)
	slices.SortStableFunc(due, func(a, b Checkpoint) int { return cmp.Compare(a.Size, b.Size) })
	return &Replay{edge: NewEdge(), due: due}
}

// Append adds a leaf's hash. A checkpoint passed on the way that states another root is an invalid
// fault.
func (r *Replay) Append(leaf Hash) error {
	if err := r.pass(); err != nil {
		return err
	}
	r.edge.Append(leaf)
	return nil
}

// pass checks the checkpoints of the present size.
func (r *Replay) pass() error {
	for len(r.due) > 0 && r.due[0].Size == r.edge.Size() {
		if r.edge.Root() != r.due[0].Root {
			return fault.New(fault.Invalid,
				"The first %d leaves do not have the root of their checkpoint.", r.due[0].Size)
		}
		r.due = r.due[1:]
	}
	return nil
}

// Close says that no leaf follows. A checkpoint that states another root, or speaks of more leaves,
// is an invalid fault.
func (r *Replay) Close() error {
	if err := r.pass(); err != nil {
		return err
	}
	if len(r.due) > 0 {
		return fault.New(fault.Invalid, "A checkpoint speaks of %d leaves, but there are %d.",
			r.due[0].Size, r.edge.Size())
	}
	return nil
}

// Edge gives the edge of the tree as it stands.
func (r *Replay) Edge() *Edge { return r.edge }
