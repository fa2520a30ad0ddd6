// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"text/tabwriter"

	"ecot/app"
	"ecot/app/books"
	"ecot/fault"
)

// importCommand brings books in from elsewhere.
type importCommand struct {
	OpenCollective importOpenCollective `cmd:"" name:"opencollective" help:"The transactions of one account, as Open Collective exports them in CSV."`
	Statement      importStatement      `cmd:"" help:"What a bank says of an account, in XML (camt.053, camt.054) or CSV."`
}

// source opens the file that a command line names; - is the standard input.
func (s streams) source(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(s.in), nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "The file %s cannot be opened.", path)
	}
	return file, nil
}

// importOpenCollective imports a file of transactions.
type importOpenCollective struct {
	instance
	File   string `arg:"" help:"The CSV file; - reads the standard input."`
	Pot    string `placeholder:"SLUG" help:"Pot to book to, opened when it is not there; the account's own when absent."`
	DryRun bool   `help:"Read, check and report, but change nothing."`
	JSON   bool   `name:"json" help:"Print JSON: minor units."`
}

// Run imports the file and prints what it came to.
func (c importOpenCollective) Run(s streams) (err error) {
	in, err := s.source(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	report, err := c.into(s, in)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(s.out, report)
	}
	return printImport(s.out, report)
}

// into imports into the instance; a dry run without one uses another that is then thrown away.
func (c importOpenCollective) into(s streams, in io.Reader) (report books.Report, err error) {
	place := c.place()
	if _, missing := os.Stat(place.Dir); c.DryRun && errors.Is(missing, fs.ErrNotExist) {
		place = app.Place{}
		if place.Dir, err = os.MkdirTemp("", "ecot-dry-run-"); err != nil {
			return report, err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(place.Dir)) }()
	}
	err = open(s, place, func(a *app.App) (err error) {
		report, err = books.ImportOpenCollective(s.ctx, a, in, books.Options{Pot: c.Pot, DryRun: c.DryRun,
			Progress: s.progress("rows")})
		return err
	})
	s.done()
	return report, err
}

// printImport prints the report for a person.
func printImport(w io.Writer, r books.Report) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "Kind\tRows\tNet %s\tFees within\t\n", r.Unit)
	for _, name := range slices.Sorted(maps.Keys(r.Kinds)) {
		kind := r.Kinds[name]
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t\n", name, kind.Rows, plain(kind.Net, r.Unit), plain(kind.Fees, r.Unit))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	did := "Imported"
	if r.DryRun {
		did = "Dry run, nothing was changed: would import"
	}
	_, err := fmt.Fprintf(w, "\n%s %d of %d rows (%d had been imported before) from %s to %s: %d entries.\n"+
		"Pot %s holds %s %s.\n", did, r.Rows-r.Skipped, r.Rows, r.Skipped, r.First, r.Last, r.Entries,
		r.Pot, plain(r.Balance, r.Unit), r.Unit)
	return err
}
