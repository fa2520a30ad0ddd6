// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"crypto/rand"
	"errors"
	"os"

	"ecot/fault"
	"ecot/mechanism/charter"
)

// Erase destroys what the vault holds of the person with this handle, lists the erasure, and
// enters in the journal that one person was erased. Root, totals and receipts stay valid.
func (a *App) Erase(ctx context.Context, handle string) (Answer, error) {
	if !a.Founded() {
		return Answer{}, fault.New(fault.NotFound, "There is no journal here.")
	}
	party := a.partyID(handle)
	known, err := a.vault.Knows(ctx, party)
	if err != nil {
		return Answer{}, err
	}
	if !known {
		return Answer{}, fault.New(fault.NotFound, "The vault knows nobody by that handle; nothing was erased.")
	}
	if err := a.listErasure(party); err != nil {
		return Answer{}, err
	}
	if err := a.vault.Erase(ctx, party); err != nil {
		return Answer{}, err
	}
	return a.Do(ctx, Request{Key: "erase/" + rand.Text(), forget: party,
		Command: &charter.Erase{Erased: charter.Erased{Count: 1}}})
}

// listErasure notes an erasure before it happens: an interrupted one is done again by a restore.
func (a *App) listErasure(party string) error {
	file, err := os.OpenFile(a.home.Path(erasedFile), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err == nil {
		_, err = file.WriteString(party + "\n")
		err = errors.Join(err, file.Sync(), file.Close())
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The erasure cannot be noted; nothing was erased.")
	}
	return nil
}
