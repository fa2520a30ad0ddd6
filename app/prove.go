// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"

	"ecot/fault"
	"ecot/proof"
)

// Origin gives the journal's name, empty when it is not founded.
func (a *App) Origin() string { return a.origin }

// VKey gives the verifier key of the journal's checkpoints.
func (a *App) VKey() string { return a.vkey }

// Receipt gives the proof that an entry is in the journal at its latest checkpoint; its extra line
// is the leaf itself.
func (a *App) Receipt(ctx context.Context, index int64) (proof.Receipt, error) {
	latest := a.latest.Load()
	if latest != nil && index >= latest.Size { // another process may have written it
		stored, err := a.store.Latest(ctx)
		if err != nil {
			return proof.Receipt{}, err
		}
		latest = &stored
	}
	if latest == nil || index < 0 || index >= latest.Size {
		return proof.Receipt{}, fault.New(fault.NotFound, "There is no entry %d.", index)
	}
	leaf, err := a.store.Leaf(ctx, index)
	if err != nil {
		return proof.Receipt{}, err
	}
	hashes, err := proof.Inclusion(ctx, index, latest.Size, a.store)
	if err != nil {
		return proof.Receipt{}, err
	}
	receipt := proof.Receipt{Extra: leaf, Index: index, Hashes: hashes, Checkpoint: latest.Note}
	if _, err := receipt.Verify(leaf, a.vkey); err != nil {
		return proof.Receipt{}, fault.Wrap(err, fault.Internal,
			"The stored tree does not prove entry %d; run ecot check.", index)
	}
	return receipt, nil
}

// Proof gives the receipt of an entry as a C2SP tlog-proof text.
func (a *App) Proof(ctx context.Context, index int64) ([]byte, error) {
	receipt, err := a.Receipt(ctx, index)
	if err != nil {
		return nil, err
	}
	return receipt.MarshalText()
}
