// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"

	"ecot/app"
	"ecot/app/bank"
	"ecot/app/payouts"
	"ecot/exchange/statement"
	"ecot/fault"
)

// importStatement brings in what a bank says of the fund's account.
type importStatement struct {
	instance
	File   string `arg:"" help:"The file: camt.053 or camt.054 in XML, or CSV; - reads the standard input."`
	DryRun bool   `help:"Read, check and report, but change nothing; needs neither instance nor account."`
	JSON   bool   `name:"json" help:"Print JSON: minor units, every line."`
}

// operator is the mandate of whoever works at the terminal.
const operator = "operator"

// maxStatement bounds a bank's file, in bytes.
const maxStatement = 256 << 20

// Run reads the file, brings it in, and prints what it came to.
func (c importStatement) Run(s streams) error {
	in, err := s.source(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, maxStatement+1))
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "The file cannot be read.")
	}
	if len(data) > maxStatement {
		return fault.New(fault.Invalid, "The file is larger than %d bytes.", maxStatement)
	}
	if _, missing := os.Stat(c.Data); c.DryRun && missing != nil {
		return c.look(s, data)
	}
	return c.bring(s, data)
}

// look prints what a file holds, without an instance to hold it against.
func (c importStatement) look(s streams, data []byte) error {
	file, err := bank.Look(data)
	if err != nil {
		return err
	}
	return c.print(s, file.Statements, bank.Report{DryRun: true})
}

// bring brings a file into the instance, or says what that would come to.
func (c importStatement) bring(s streams, data []byte) error {
	if c.DryRun {
		return open(s, c.place(), func(a *app.App) error { return c.foresee(s, a, data) })
	}
	return c.with(s, func(a *app.App) error {
		b := bank.New(a, bank.Options{Outgoing: payouts.New(a, nil)})
		file, err := b.Read(s.ctx, data, nil)
		if err != nil {
			return err
		}
		report, err := b.Import(s.ctx, file, operator, false)
		if err != nil {
			return err
		}
		return c.print(s, file.Statements, report)
	})
}

// foresee says what a file would come to. What the fund would refuse is said, and the file still shown.
func (c importStatement) foresee(s streams, a *app.App, data []byte) error {
	b := bank.New(a, bank.Options{Outgoing: payouts.New(a, nil)})
	file, err := b.Read(s.ctx, data, nil)
	if err == nil {
		err = file.NeedsMapping()
	}
	if err != nil {
		return err
	}
	report := bank.Report{DryRun: true}
	if a.Founded() {
		found, refused := b.Import(s.ctx, file, operator, true)
		if report = found; refused != nil {
			report = bank.Report{DryRun: true, Warnings: []string{fault.PublicOf(refused)}}
		}
	}
	return c.print(s, file.Statements, report)
}

// print prints the statements of a file, and what came of them.
func (c importStatement) print(s streams, statements []statement.Statement, r bank.Report) error {
	if c.JSON {
		document := printedOf(statements)
		if !r.DryRun {
			document.Report = &r
		}
		return writeJSON(s.out, document)
	}
	for _, one := range statements {
		if err := printStatement(s.out, one); err != nil {
			return err
		}
	}
	return printReport(s.out, r, statements)
}

// printReport prints what an import came to.
func printReport(w io.Writer, r bank.Report, statements []statement.Statement) error {
	for _, gap := range r.Gaps {
		fmt.Fprintf(w, "A statement is missing between %s and %s", gap.After, gap.Until)
		if gap.Missing != 0 && len(statements) > 0 {
			fmt.Fprintf(w, ", over %s", plain(gap.Missing, statements[0].Currency))
		}
		fmt.Fprintln(w, ".")
	}
	if r.DryRun {
		for _, warning := range r.Warnings {
			fmt.Fprintln(w, "  "+warning)
		}
		fmt.Fprint(w, "Dry run, nothing was changed: ")
		if r.Lines == 0 {
			_, err := fmt.Fprintln(w, "that is what the file holds.")
			return err
		}
		_, err := fmt.Fprintf(w, "%d new lines, of which %d would be booked by themselves, %d would arrive "+
			"unattributed and %d wait for a person.\n", r.Fresh, r.Booked, r.Arrived, r.Waiting)
		return err
	}
	for _, warning := range r.Warnings {
		fmt.Fprintln(w, "  "+warning)
	}
	_, err := fmt.Fprintf(w,
		"%d of %d lines are new. Booked: %d. Arrived unattributed: %d. Waiting for a person: %d.\n",
		r.Fresh, r.Lines, r.Booked, r.Arrived, r.Waiting)
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
