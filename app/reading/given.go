// SPDX-License-Identifier: AGPL-3.0-or-later

package reading

import (
	"context"

	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/mechanism/regular"
)

// Regular gives a regular gift as it stands, nil when there is none of that id or it was stopped.
func (r *Reader) Regular(ctx context.Context, id string) (*regular.Gift, error) {
	stored, err := r.store.State(ctx, regular.Key(id))
	if err != nil || stored.Value == nil {
		return nil, err
	}
	state, err := journal.ParseState(stored.Value, r.rules.States())
	if err != nil {
		return nil, err
	}
	gift, ok := state.(*regular.Gift)
	if !ok {
		return nil, fault.New(fault.Internal, "The regular gift %q has a state of another kind.", id)
	}
	return gift, nil
}

// Gift is a gift as it stands.
type Gift struct {
	View
	*giving.Given
	Whole    bool  // reversed as a whole: it never was
	Returned int64 // minor units that went back to the giver
}

// Gift gives the gift at an index; another entry is fault.NotFound.
func (r *Reader) Gift(ctx context.Context, index int64) (Gift, error) {
	view, err := r.View(ctx, index)
	if err != nil {
		return Gift{}, err
	}
	given, ok := view.Fact.(*giving.Given)
	if !ok {
		return Gift{}, fault.New(fault.NotFound, "Entry %d is no gift.", index)
	}
	gift := Gift{View: view, Given: given}
	stored, err := r.store.State(ctx, undoneKey(index))
	if err != nil || stored.Value == nil {
		return gift, err
	}
	state, err := journal.ParseState(stored.Value, r.rules.States())
	if err != nil {
		return gift, err
	}
	if undone, ok := state.(*giving.Undone); ok {
		gift.Whole = undone.Whole
		for _, share := range undone.Back {
			gift.Returned += share.Amount
		}
	}
	return gift, nil
}
