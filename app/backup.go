// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"errors"
	"os"

	"ecot/app/audit"
	"ecot/app/backup"
	"ecot/fault"
	"ecot/office"
	"ecot/store"
	"ecot/vault"
)

// keyFiles are the secrets that a backup carries.
const (
	logKeyFile = "log.key"
	secretFile = "secret"
)

// Backup writes everything to a file that must not be there yet, readable by its owner alone. It
// may run while the instance is used; what is entered meanwhile is not in it.
func (a *App) Backup(ctx context.Context, path string, progress Progress) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The backup %s cannot be made: it must not be there yet.", path)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close(), os.Remove(path))
		}
	}()
	w := backup.NewWriter(file)
	head, err := a.store.Head(ctx)
	if err != nil {
		return err
	}
	first := backup.Head{Version: backup.Version, Size: head.Size, Root: head.Root[:], Clock: head.Clock}
	if err := w.Line(backup.Line{Backup: &first}); err != nil {
		return err
	}
	if err := a.backupAll(ctx, w, head, progress); err != nil {
		return err
	}
	if err := errors.Join(w.Close(), file.Sync()); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The backup %s cannot be written: is the disk full?", path)
	}
	return file.Close()
}

// backupAll writes everything between the first line and the last.
func (a *App) backupAll(ctx context.Context, w *backup.Writer, head store.Head, progress Progress) error {
	if err := a.backupKeys(w); err != nil {
		return err
	}
	if err := a.backupJournal(ctx, w, head, progress); err != nil {
		return err
	}
	if err := a.backupVault(ctx, w, head); err != nil {
		return err
	}
	return a.office.Dump(ctx, func(row office.Row) error { return w.Line(backup.Line{Paper: &row}) })
}

func (a *App) backupKeys(w *backup.Writer) error {
	for _, name := range []string{logKeyFile, secretFile} {
		text, err := os.ReadFile(a.home.Path("keys", name))
		if err != nil {
			return fault.Wrap(err, fault.Unavailable, "The key %s cannot be read; the backup would be useless.", name)
		}
		if err := w.Line(backup.Line{Key: &backup.Key{Name: name, Text: string(text)}}); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) backupJournal(ctx context.Context, w *backup.Writer, head store.Head, progress Progress) error {
	settings, err := a.store.Settings(ctx)
	if err != nil {
		return err
	}
	for key, value := range settings {
		if err := w.Line(backup.Line{Setting: &[2]string{key, value}}); err != nil {
			return err
		}
	}
	err = a.store.Leaves(ctx, 0, head.Size, func(index int64, leaf []byte) error {
		if progress != nil && index%audit.Every == 0 {
			progress(index, head.Size)
		}
		return w.Line(backup.Line{Entry: leaf})
	})
	if err != nil {
		return err
	}
	err = a.store.Claims(ctx, func(c store.Claim) error {
		if c.Index >= head.Size {
			return nil
		}
		return w.Line(backup.Line{Claim: &c})
	})
	if err != nil {
		return err
	}
	kept, err := a.store.Checkpoints(ctx)
	for _, c := range kept {
		if err == nil && c.Slot != "latest" && c.Size <= head.Size {
			err = w.Line(backup.Line{Checkpoint: &c})
		}
	}
	return err
}

func (a *App) backupVault(ctx context.Context, w *backup.Writer, head store.Head) error {
	err := a.vault.Parties(ctx, func(p vault.Party) error { return w.Line(backup.Line{Party: &p}) })
	if err != nil {
		return err
	}
	return a.vault.Openings(ctx, -1, "", func(o vault.Opening) error {
		if o.Index >= head.Size {
			return nil
		}
		return w.Line(backup.Line{Opening: &o})
	})
}
