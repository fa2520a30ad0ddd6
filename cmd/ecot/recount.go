// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"
	"os"
	"strings"

	"ecot/allot/explain"
	"ecot/allot/recount"
	"ecot/fault"
)

// recountCommand checks an explanation against the ballots.
type recountCommand struct {
	File        string `arg:"" help:"Election in the .pb format of Pabulib."`
	Explanation string `arg:"" help:"Explanation that count wrote as JSON."`
	Lang        string `env:"LC_ALL,LANG" help:"Language of what is printed: en or fr."`
}

// Run derives the explanation again and says that it holds, or where it does not.
func (c *recountCommand) Run(s streams) error {
	f, err := os.Open(c.Explanation)
	if err != nil {
		return fault.Wrap(err, fault.NotFound, "The explanation %s cannot be opened.", c.Explanation)
	}
	defer f.Close()
	document, err := explain.Read(f)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Explanation, err)
	}
	file, err := readElection(s, c.File)
	if err != nil {
		return err
	}
	if err := recount.Check(s.ctx, file.Election, document); err != nil {
		return fmt.Errorf("%s: %w", c.Explanation, err)
	}
	holds := "The explanation holds: %s, %d winners, spent %s of %s.\n"
	if isFrench(c.Lang) {
		holds = "L'explication est exacte : %s, %d projets retenus, dépense %s sur %s.\n"
	}
	_, err = fmt.Fprintf(s.out, holds, named(document), len(document.Winners), document.Spent, document.Budget)
	return err
}

// named gives the rule of a document with its choices, as the command line writes them.
func named(d *explain.Document) string {
	name := d.Rule + " --ties " + d.TieRule
	if d.Utility != "" {
		name += " --utility " + d.Utility + " --completion " + d.Completion
	}
	if d.NoSkip {
		name += " --no-skip"
	}
	if d.Threshold > 0 {
		name += fmt.Sprintf(" --threshold %d", d.Threshold)
	}
	for _, group := range d.Exclusive {
		name += " --exclusive " + strings.Join(group, ",")
	}
	return name
}
