// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"ecot/app"
)

// proveCommand prints the proof that one entry is in the journal.
type proveCommand struct {
	instance
	Index int64 `arg:"" help:"Index of the entry."`
}

// Run prints a C2SP tlog-proof whose extra line is the entry's leaf.
func (c *proveCommand) Run(s streams) error {
	return c.with(s, func(a *app.App) error {
		text, err := a.Proof(s.ctx, c.Index)
		if err != nil {
			return err
		}
		_, err = s.out.Write(text)
		return err
	})
}
