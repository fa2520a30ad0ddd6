// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"

	"ecot/fault"
	"ecot/money"
	"ecot/proof/verify"
)

// verifyCommand checks a public bundle, or a receipt, by itself.
type verifyCommand struct {
	Dir     string `arg:"" optional:"" help:"Folder of the bundle."`
	Key     string `help:"Verifier key that must have signed; without it the bundle's own, and the origin is only declared." placeholder:"VKEY"`
	Since   string `help:"File of an older checkpoint that you kept: it must be a prefix." placeholder:"FILE"`
	Receipt string `help:"File of a receipt (tlog-proof) to check." placeholder:"FILE"`
	JSON    bool   `help:"Print the report as JSON."`
}

// Run verifies, prints the report and ends with its status.
func (c *verifyCommand) Run(s streams) error {
	options := verify.Options{Key: c.Key, Workers: runtime.NumCPU()}
	if progress := s.progress("verify"); progress != nil {
		options.Progress = progress
	}
	var err error
	if options.Since, err = readSmall(c.Since); err != nil {
		return err
	}
	if options.Receipt, err = readSmall(c.Receipt); err != nil {
		return err
	}
	if c.Dir == "" {
		return c.receiptAlone(s, options.Receipt)
	}
	report := verify.Bundle(s.ctx, c.Dir, options)
	s.done()
	if c.JSON {
		err = json.NewEncoder(s.out).Encode(report)
	} else {
		_, err = fmt.Fprint(s.out, reportText(report))
	}
	if status := report.Exit(); err == nil && status != 0 {
		return exitStatus(status)
	}
	return err
}

// maxSmall bounds a checkpoint or receipt file.
const maxSmall = 1 << 20

// readSmall reads a small file; no path is no file.
func readSmall(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxSmall {
		return nil, fault.New(fault.Invalid, "%s is too large to be a checkpoint or receipt.", path)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "%s cannot be read.", path)
	}
	return os.ReadFile(path)
}

// receiptAlone checks a receipt without a bundle; the key must then be given.
func (c *verifyCommand) receiptAlone(s streams, text []byte) error {
	if text == nil || c.Key == "" {
		return fault.New(fault.Invalid, "Give the folder of a bundle, or a receipt with --receipt and --key.")
	}
	receipt, point, err := verify.Receipt(text, c.Key)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "FAIL: this receipt proves nothing.")
	}
	_, err = fmt.Fprintf(s.out, "PROVED    entry %d is in the journal %s of size %d:\n\n%s", receipt.Index,
		point.Origin, point.Size, receipt.Extra)
	return err
}

func reportText(r *verify.Report) string {
	var b strings.Builder
	for _, pass := range r.Passes {
		fmt.Fprintf(&b, "%-9s %-10s %s\n", pass.Verdict, pass.Name, pass.Detail)
	}
	if len(r.Accounts) > 0 && r.Exit() == 0 {
		fmt.Fprintf(&b, "\nBalances at size %d (credit positive):\n", r.Size)
		for _, account := range r.Accounts {
			amount := money.Amount{Minor: account.Balance, Unit: account.Unit}
			fmt.Fprintf(&b, "  %-32s %20s %s\n", account.Account, amount, account.Unit)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", r.CannotKnow)
	return b.String()
}
