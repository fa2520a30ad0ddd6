// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ecot/app"
	"ecot/clock"
	"ecot/demo"
	"ecot/fault"
	"ecot/money"
)

// demoCommand plays the demo and serves it. It reads no ECOT_DATA or ECOT_DATABASE, which name a
// real fund: where the demo goes is said in so many words or is a new place.
type demoCommand struct {
	Listen   string `help:"Address to serve at." default:"127.0.0.1:8080" placeholder:"ADDR"`
	NoServe  bool   `help:"Play the year, say where it is, and stop."`
	Data     string `help:"Folder, empty or with a finished demo; a fresh temporary one without it." placeholder:"DIR"`
	Database string `help:"PostgreSQL address; SQLite files in the folder when absent." placeholder:"URL"`
}

// Run plays the year into an empty place, or takes up one that was played before, and serves it.
func (c *demoCommand) Run(s streams) error {
	dir, err := c.folder()
	if err != nil {
		return err
	}
	now, from, err := c.play(s, dir)
	if err != nil {
		if c.Data == "" {
			err = errors.Join(err, os.RemoveAll(dir))
		}
		return err
	}
	at := demo.Place(dir, c.Database, clock.From(from, clock.System))
	if err := open(s, at, func(a *app.App) error { return c.introduce(s, a, dir, now) }); err != nil ||
		c.NoServe {
		return err
	}
	return open(s, at, func(a *app.App) error { return c.serve(s, a, dir) })
}

// folder gives the demo's folder. One that holds something must hold a journal: whose, the journal
// says.
func (c *demoCommand) folder() (string, error) {
	if c.Data == "" {
		dir, err := os.MkdirTemp("", "ecot-demo-")
		if err != nil {
			return "", fault.Wrap(err, fault.Unavailable, "A temporary folder cannot be made.")
		}
		return dir, nil
	}
	list, err := os.ReadDir(c.Data)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(list) == 0 {
		return c.Data, nil
	}
	if err == nil {
		_, err = os.Stat(filepath.Join(c.Data, "keys", "log.key"))
	}
	if err != nil {
		return "", fault.Wrap(err, fault.Conflict,
			"%s is neither empty nor a finished demo; name another folder, or none for a temporary one.", c.Data)
	}
	return c.Data, nil
}

// nextStatement is the bank's statement that is left for the visitor to drop in.
const nextStatement = "releve-2026-01.xml"

// play opens the instance, plays the year unless that was done before, and closes it.
func (c *demoCommand) play(s streams, dir string) (now demo.Summary, from time.Time, err error) {
	var played clock.Played
	err = open(s, demo.Place(dir, c.Database, played.Now), func(a *app.App) (err error) {
		if a.Founded() {
			now, from, err = demo.Reopen(s.ctx, a)
			return err
		}
		from = demo.Opens()
		progress := s.progress("demo")
		now, err = demo.Play(s.ctx, a, &played, func(_ string, done, total int) {
			if progress != nil {
				progress(int64(done), int64(total))
			}
		})
		s.done()
		if err != nil {
			return err
		}
		return leaveStatement(s.ctx, a, dir)
	})
	return now, from, err
}

// leaveStatement writes the bank's next statement beside the data.
func leaveStatement(ctx context.Context, a *app.App, dir string) error {
	statement, err := demo.January(ctx, a)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, nextStatement), statement, 0o600)
}

// base gives the address at which the demo is served.
func (c *demoCommand) base() string { return "http://" + c.Listen }

// introduce says what has been played, where it is, who may come in, and how to check it.
func (c *demoCommand) introduce(s streams, a *app.App, dir string, now demo.Summary) error {
	links, err := demo.Links(s.ctx, a, c.base())
	if err != nil {
		return err
	}
	who := ""
	for _, link := range links {
		who += fmt.Sprintf("  %-15s %-11s %s\n", link.Name, link.Role, link.URL)
	}
	flags, bundle := "--data "+dir, filepath.Join(dir, "bundle")
	if c.Database != "" {
		flags += " --database '" + c.Database + "'"
	}
	_, err = fmt.Fprintf(s.out, `%s
Démonstration : tout est inventé, aucun paiement réel.
Demonstration: everything is invented, no real payment.

adresse / address  %s/
dossier / folder   %s
racine / root      %s
écritures/entries  %s
relevé de janvier / January's statement: %s

liens, une fois chacun sauf la donatrice / links, once each but the donor's:
%s
vérifiez / verify:
  ecot export %s %s
  ecot verify %s --key %s
comptes / accounts:
  ecot accounts %s
`, demo.Name, c.base(), dir, now.Root, money.FormatCount(now.Size, "fr"),
		filepath.Join(dir, nextStatement), who, flags, bundle, bundle, demo.VKey, flags)
	return err
}
