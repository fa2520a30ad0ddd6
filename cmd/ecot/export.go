// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"

	"ecot/app"
)

// exportCommand writes the public bundle.
type exportCommand struct {
	instance
	Dir string `arg:"" help:"Folder to write, absent or empty."`
}

// Run exports.
func (c *exportCommand) Run(s streams) error {
	return c.with(s, func(a *app.App) error {
		if err := a.Export(s.ctx, c.Dir, s.progress("export")); err != nil {
			return err
		}
		s.done()
		_, err := fmt.Fprintf(s.out, "The public bundle is in %s. Anyone can check it: ecot verify %s --key '%s'\n",
			c.Dir, c.Dir, a.VKey())
		return err
	})
}
