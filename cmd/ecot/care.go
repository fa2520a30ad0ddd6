// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"

	"ecot/app"
	"ecot/app/doctor"
)

// checkCommand compares everything stored with a replay of the journal.
type checkCommand struct{ instance }

// Run checks; findings end with status 1.
func (c *checkCommand) Run(s streams) error {
	return c.with(s, func(a *app.App) error {
		found, err := a.Check(s.ctx, s.progress("check"))
		s.done()
		if err != nil {
			return err
		}
		for _, wrong := range found.Wrong {
			fmt.Fprintln(s.out, wrong)
		}
		if found.More > 0 {
			fmt.Fprintf(s.out, "and %d findings more\n", found.More)
		}
		if !found.Clean() {
			return exitStatus(1)
		}
		_, err = fmt.Fprintf(s.out, "clean: %d entries, root %s\n", found.Size, found.Root)
		return err
	})
}

// rebuildCommand writes every view again from the journal.
type rebuildCommand struct{ instance }

// Run rebuilds; nothing else may run on the data folder meanwhile.
func (c *rebuildCommand) Run(s streams) error {
	at := c.place()
	at.Alone = true
	return open(s, at, func(a *app.App) error {
		if err := a.Rebuild(s.ctx, s.progress("rebuild")); err != nil {
			return err
		}
		s.done()
		_, err := fmt.Fprintln(s.out, "Every view was written again from the journal.")
		return err
	})
}

// backupCommand writes everything into one private file.
type backupCommand struct {
	instance
	File string `arg:"" help:"File to write; it must not be there yet."`
}

// Run backs up.
func (c *backupCommand) Run(s streams) error {
	return c.with(s, func(a *app.App) error {
		if err := a.Backup(s.ctx, c.File, s.progress("backup")); err != nil {
			return err
		}
		s.done()
		if err := doctor.BackedUp(s.ctx, a); err != nil {
			return err
		}
		_, err := fmt.Fprintf(s.out,
			"Everything is in %s, keys and people included: keep it where only you can read it.\n",
			c.File)
		return err
	})
}

// restoreCommand fills an empty instance from a backup.
type restoreCommand struct {
	instance
	File string `arg:"" help:"Backup to read."`
}

// Run restores.
func (c *restoreCommand) Run(s streams) error {
	if err := app.Restore(s.ctx, c.place(), c.File, s.progress("restore")); err != nil {
		return err
	}
	s.done()
	return c.with(s, func(a *app.App) error {
		_, err := fmt.Fprintf(s.out, "The journal %s is restored.\n", a.Origin())
		return err
	})
}

// eraseCommand destroys what is known of a person.
type eraseCommand struct {
	instance
	Handle string `arg:"" help:"What the person is known by: a mail address, or a handle of an import."`
}

// Run erases.
func (c *eraseCommand) Run(s streams) error {
	return c.with(s, func(a *app.App) error {
		answer, err := a.Erase(s.ctx, c.Handle)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.out, "Erased. The journal says so in entry %d, without a name; older backups still "+
			"hold the person until they are deleted.\n", answer.Index)
		if err != nil {
			return err
		}
		kept, err := a.Office().Archive(s.ctx)
		if err == nil && len(kept) > 0 {
			_, err = fmt.Fprintln(s.out, "What the law has kept of those who wanted tax receipts: ecot archive.")
		}
		return err
	})
}
