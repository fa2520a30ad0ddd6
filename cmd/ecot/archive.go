// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"

	"ecot/app"
	"ecot/app/archive"
	"ecot/fault"
)

// archiveCommand shows what the law has kept of those who were erased.
type archiveCommand struct {
	List archiveListCommand `cmd:"" default:"withargs" help:"List what is kept, until when and why, without a name."`
	Open archiveOpenCommand `cmd:"" help:"Open one thing, for two mandates and a reason, which are noted."`
}

// archiveListCommand lists the archive.
type archiveListCommand struct{ instance }

// Run lists.
func (c *archiveListCommand) Run(s streams) error {
	return c.with(s, func(a *app.App) error {
		kept, err := a.Office().Archive(s.ctx)
		if err != nil {
			return err
		}
		opened, err := a.Office().Openings(s.ctx)
		if err != nil {
			return err
		}
		if len(kept) == 0 {
			_, err := fmt.Fprintln(s.out, "The archive is empty.")
			return err
		}
		table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ID\tErased\tKept until\tLaw\tLock")
		for _, one := range kept {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", one.ID, one.Made, one.Until, one.Law, one.Lock)
		}
		if err := table.Flush(); err != nil {
			return err
		}
		for _, o := range opened {
			fmt.Fprintf(s.out, "%s was opened on %s by %s: %s\n", o.ID, instant(o.At), o.Mandates, o.Reason)
		}
		return nil
	})
}

// archiveOpenCommand opens one thing in the archive.
type archiveOpenCommand struct {
	instance
	ID     string   `arg:"" help:"What to open, as the list says."`
	Key    string   `help:"File of the secret half of the key, keys/archive.key when it was made." required:"" placeholder:"FILE"`
	By     []string `help:"The two mandates that ask." required:"" placeholder:"MANDATE,MANDATE"`
	Reason string   `help:"Why, such as a control by the administration." required:"" placeholder:"TEXT"`
}

// maxKeyFile bounds the file of a key, in bytes.
const maxKeyFile = 4096

// Run opens, and prints what was kept as JSON.
func (c *archiveOpenCommand) Run(s streams) error {
	key, err := os.ReadFile(c.Key)
	if err != nil || len(key) > maxKeyFile {
		return fault.Wrap(err, fault.NotFound, "The key %s cannot be read.", c.Key)
	}
	return c.with(s, func(a *app.App) error {
		kept, err := archive.Open(s.ctx, a.Office(), archive.Opening{ID: c.ID, Key: key, Mandates: c.By,
			Reason: c.Reason, At: a.Now().Unix()})
		if err != nil {
			return err
		}
		encoder := json.NewEncoder(s.out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(kept)
	})
}
