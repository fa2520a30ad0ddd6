// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"ecot/exchange/camt"
	"ecot/exchange/statement"
	"ecot/fault"
)

// importStatement reads a bank's file.
type importStatement struct {
	instance
	File   string `arg:"" help:"The XML file (camt.053 or camt.054); - reads the standard input."`
	DryRun bool   `help:"Read, check and report, but change nothing; needed, for nothing is booked yet."`
	JSON   bool   `name:"json" help:"Print JSON: minor units, every line."`
}

// Run reads the file and prints what it holds.
func (c importStatement) Run(s streams) error {
	if !c.DryRun {
		return fault.New(fault.Invalid,
			"Statements can be read but not booked yet; --dry-run shows what the file holds.")
	}
	in, err := s.source(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	statements, err := camt.Read(in)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(s.out, printedOf(statements))
	}
	for _, one := range statements {
		if err := printStatement(s.out, one); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(s.out, "Dry run, nothing was changed: statements can be read but not booked yet.")
	return err
}

// printStatement prints one statement for a person: its balances, what leads from one to the other,
// and what looks odd.
func printStatement(w io.Writer, s statement.Statement) error {
	fmt.Fprintf(w, "Account %s, lines: %d\n", s.Account, len(s.Lines))
	sum, whole := s.Sum()
	cell := func(minor *int64) string {
		if minor == nil {
			return "-"
		}
		return plain(*minor, s.Currency)
	}
	var difference *int64
	if whole && s.Opening != nil && s.Closing != nil {
		apart := *s.Opening + sum - *s.Closing
		difference = &apart
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "Unit\tOpening\tLines\tClosing\tDifference\t\n%s\t%s\t%s\t%s\t%s\t\n", s.Currency,
		cell(s.Opening), cell(&sum), cell(s.Closing), cell(difference))
	if err := table.Flush(); err != nil {
		return err
	}
	return printWarnings(w, s)
}

// printWarnings prints what looks odd in a statement, and of its lines no more than a screen holds.
func printWarnings(w io.Writer, s statement.Statement) error {
	const most = 20
	warnings := s.Warnings
	for _, entry := range s.Lines {
		for _, warning := range entry.Warnings {
			if !slices.Contains(warnings[max(0, len(warnings)-1):], warning) {
				warnings = append(warnings, warning)
			}
		}
	}
	for _, warning := range warnings[:min(most, len(warnings))] {
		fmt.Fprintln(w, "  "+warning)
	}
	if more := len(warnings) - most; more > 0 {
		fmt.Fprintf(w, "  and %d more; --json gives them all\n", more)
	}
	_, err := fmt.Fprintln(w)
	return err
}
