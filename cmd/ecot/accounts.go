// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"ecot/app"
	"ecot/money"
)

// accountsCommand prints the trial balance.
type accountsCommand struct {
	instance
	At   int64 `default:"-1" placeholder:"SIZE" help:"Behind the first SIZE entries; all when absent."`
	JSON bool  `name:"json" help:"Print JSON: minor units, credit positive."`
}

// accountJSON is one account as JSON: its balance in minor units, credit positive.
type accountJSON struct {
	Account string `json:"account"`
	Unit    string `json:"unit"`
	Balance int64  `json:"balance"`
}

// balancesJSON is the trial balance as JSON, with the base64 of the root that it belongs to.
type balancesJSON struct {
	Size     int64         `json:"size"`
	Root     string        `json:"root"`
	Accounts []accountJSON `json:"accounts"`
}

// Run prints every account with its balance.
func (c accountsCommand) Run(s streams) error {
	return c.with(s, func(a *app.App) error {
		balances, err := a.Accounts(s.ctx, c.At)
		if err != nil {
			return err
		}
		root := base64.StdEncoding.EncodeToString(balances.Root[:])
		if !c.JSON {
			return trialBalance(s.out, balances, root)
		}
		document := balancesJSON{Size: balances.Size, Root: root, Accounts: []accountJSON{}}
		for _, account := range balances.Accounts {
			document.Accounts = append(document.Accounts,
				accountJSON{string(account.Place.Account), string(account.Place.Unit), account.Balance})
		}
		return writeJSON(s.out, document)
	})
}

// writeJSON writes a value as one indented JSON document.
func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// plain writes an amount without its unit, for a column whose head or neighbour names it.
func plain(minor int64, unit money.Unit) string {
	return money.Amount{Minor: minor, Unit: unit}.String()
}

// trialBalance prints two columns: debit is what the fund has, credit what it holds for others.
func trialBalance(w io.Writer, b app.Balances, root string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "Account\tUnit\tDebit\tCredit\t\n")
	type sides struct{ debit, credit int64 }
	totals := map[money.Unit]sides{}
	for _, account := range b.Accounts {
		unit, sum := account.Place.Unit, totals[account.Place.Unit]
		debit, credit := "", plain(account.Balance, unit)
		if account.Balance < 0 {
			debit, credit = plain(-account.Balance, unit), ""
			sum.debit -= account.Balance
		} else {
			sum.credit += account.Balance
		}
		totals[unit] = sum
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t\n", account.Place.Account, unit, debit, credit)
	}
	for _, unit := range slices.Sorted(maps.Keys(totals)) {
		sum := totals[unit]
		fmt.Fprintf(table, "Total\t%s\t%s\t%s\t\n", unit, plain(sum.debit, unit),
			plain(sum.credit, unit))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nBehind %d entries, root %s\n", b.Size, root)
	return err
}
