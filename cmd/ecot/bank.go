// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"ecot/app"
	"ecot/app/bank"
	"ecot/fault"
	"ecot/money"
	"ecot/office"
)

// bankCommand prints how the books stand against the bank.
type bankCommand struct {
	instance
	Month string `arg:"" optional:"" help:"Month whose days are printed, such as 2025-12; the newest when absent."`
	JSON  bool   `name:"json" help:"Print JSON: minor units."`
	Add   string `help:"Make a further account of the fund's known, by its IBAN." placeholder:"IBAN"`
	As    string `help:"What the journal calls the account that is added, such as savings." placeholder:"NAME"`
}

// Run prints, or adds an account first.
func (c bankCommand) Run(s streams) error {
	return c.with(s, func(a *app.App) error {
		b := bank.New(a, bank.Options{})
		if c.Add != "" {
			if err := b.AddAccount(s.ctx, office.BankAccount{IBAN: c.Add, Asset: c.As}); err != nil {
				return err
			}
		}
		state, err := b.State(s.ctx, c.Month)
		if err != nil {
			return err
		}
		if c.JSON {
			return writeJSON(s.out, bankJSONOf(state))
		}
		return printBank(s.out, state)
	})
}

// bankJSON is how the books stand, as JSON: minor units.
type bankJSON struct {
	Unit         money.Unit        `json:"unit"`
	Unattributed int64             `json:"unattributed"`
	Closed       string            `json:"closed,omitempty"`
	Accounts     []bankAccountJSON `json:"accounts"`
}

type bankAccountJSON struct {
	Account    string       `json:"account"`
	AsOf       string       `json:"as_of,omitempty"`
	Bank       *int64       `json:"bank,omitempty"` // absent while no statement says a balance
	Books      int64        `json:"books"`
	Difference *int64       `json:"difference,omitempty"`
	Waiting    bankSumJSON  `json:"waiting"`
	Ignored    bankSumJSON  `json:"ignored"`
	Gaps       []bank.Gap   `json:"gaps,omitempty"`
	Months     []periodJSON `json:"months"`
	Periods    []periodJSON `json:"periods"`
}

type bankSumJSON struct {
	Lines int64 `json:"lines"`
	In    int64 `json:"in"`
	Out   int64 `json:"out"`
}

type periodJSON struct {
	From       string           `json:"from"`
	To         string           `json:"to"`
	Bank       bankSumJSON      `json:"bank"`
	In         map[string]int64 `json:"in"`  // by evidence
	Out        map[string]int64 `json:"out"` // by evidence
	Difference int64            `json:"difference"`
}

func bankJSONOf(s bank.State) bankJSON {
	document := bankJSON{Unit: s.Unit, Unattributed: s.Unattributed, Closed: s.Closed,
		Accounts: []bankAccountJSON{}}
	sum := func(of bank.Sum) bankSumJSON { return bankSumJSON(of) }
	periods := func(all []bank.Period) []periodJSON {
		list := []periodJSON{}
		for _, p := range all {
			list = append(list, periodJSON{p.From, p.To, sum(p.Bank), p.In, p.Out, p.Difference()})
		}
		return list
	}
	for _, a := range s.Accounts {
		one := bankAccountJSON{Account: "asset:" + a.Asset, AsOf: a.AsOf, Books: a.Books, Waiting: sum(a.Waiting),
			Ignored: sum(a.Ignored), Gaps: a.Gaps, Months: periods(a.Months), Periods: periods(a.Periods)}
		if a.Known {
			difference := a.Difference()
			one.Bank, one.Difference = &a.Bank, &difference
		}
		document.Accounts = append(document.Accounts, one)
	}
	return document
}

// printBank prints the same for a person.
func printBank(w io.Writer, s bank.State) error {
	if len(s.Accounts) == 0 {
		return fault.New(fault.NotFound, "The fund has not named its bank account yet.")
	}
	for _, a := range s.Accounts {
		fmt.Fprintf(w, "asset:%s\n", a.Asset)
		if a.Known {
			fmt.Fprintf(w, "Bank %s, books %s: difference %s as of %s. Not booked yet: %d lines, %s.\n", plain(a.Bank,
				s.Unit),
				plain(a.Books, s.Unit), plain(a.Difference(), s.Unit), a.AsOf, a.Waiting.Lines, plain(a.Waiting.Net(),
					s.Unit))
		} else {
			fmt.Fprintln(w, "No statement with a balance has come in yet.")
		}
		for _, gap := range a.Gaps {
			fmt.Fprintf(w, "A statement is missing between %s and %s.\n", gap.After, gap.Until)
		}
		if err := printPeriods(w, a, s.Unit); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w,
		"Unattributed %s. A file that the operator supplied proves consistency, not the bank.\n",
		plain(s.Unattributed, s.Unit))
	return err
}

func printPeriods(w io.Writer, a bank.AccountState, unit money.Unit) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "From\tTo\tLines\tBank in\tBank out\tDifference\t")
	for _, p := range append(a.Periods, a.Months...) {
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\t\n", p.From, p.To, p.Bank.Lines, plain(p.Bank.In, unit),
			plain(p.Bank.Out, unit), plain(p.Difference(), unit))
	}
	return table.Flush()
}
