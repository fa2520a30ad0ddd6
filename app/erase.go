// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"crypto/rand"
	"errors"
	"os"

	"ecot/app/archive"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/charter"
	"ecot/office"
)

// Erase destroys what the vault and the office hold of the person with this handle, lists the erasure, and
// enters in the journal that one person was erased. Root, totals and receipts stay valid. What the law has
// kept of them goes to the archive, sealed.
func (a *App) Erase(ctx context.Context, handle string) (Answer, error) {
	if !a.Founded() {
		return Answer{}, fault.New(fault.NotFound, "There is no journal here.")
	}
	party := a.partyID(handle)
	known, err := a.knows(ctx, handle, party)
	if err != nil {
		return Answer{}, err
	}
	if !known {
		return Answer{}, a.eraseUnknown(ctx, party)
	}
	kept, err := archive.Prepare(ctx, a.office, a.home, handle, journal.DayOf(a.clock().In(a.zone)))
	if err != nil {
		return Answer{}, err
	}
	if err := a.listErasure(party); err != nil {
		return Answer{}, err
	}
	if err := a.vault.Erase(ctx, party); err != nil {
		return Answer{}, err
	}
	err = a.office.Do(ctx, func(tx *office.Tx) error {
		if err := tx.Erase(ctx, handle, party); err != nil || kept == nil {
			return err
		}
		return tx.PutArchive(ctx, *kept)
	})
	if err != nil {
		return Answer{}, err
	}
	answer, err := a.Do(ctx, Request{Key: "erase/" + rand.Text(), forget: party,
		Command: &charter.Erase{Erased: charter.Erased{Count: 1}}})
	if err != nil {
		return answer, err
	}
	if err := a.scrub(ctx); err != nil {
		return answer, fault.Wrap(err, fault.Unavailable, "The person is erased, as entry %d says, but copies "+
			"may be left in the database's files: run the same command again.", answer.Index)
	}
	return answer, nil
}

// knows says whether the vault or the office holds anything of a person.
func (a *App) knows(ctx context.Context, handle, party string) (bool, error) {
	if known, err := a.vault.Knows(ctx, party); err != nil || known {
		return known, err
	}
	return a.office.Knows(ctx, handle, party)
}

// scrub clears the files of both databases that hold people of what was deleted in them.
func (a *App) scrub(ctx context.Context) error {
	if err := a.vault.Scrub(ctx); err != nil {
		return err
	}
	return a.office.Scrub(ctx)
}

// eraseUnknown answers for somebody whom nobody here knows. Somebody erased before may have left
// copies in the database's files, which go now.
func (a *App) eraseUnknown(ctx context.Context, party string) error {
	before, err := a.erased()
	if err != nil {
		return err
	}
	if !before[party] {
		return fault.New(fault.NotFound, "The fund knows nobody by that handle; nothing was erased.")
	}
	if err := a.scrub(ctx); err != nil {
		return err
	}
	return fault.New(fault.NotFound, "This person was erased before; the database's files were cleared again.")
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
