// SPDX-License-Identifier: AGPL-3.0-or-later

// Package opening reads the balances with which a fund begins its journal: what the year before left in
// each pot, what it owed, and where the money is. docs/formats/opening.md describes the file.
//
// The package reads and checks; booking is for others. Its one invariant: in each currency of a file
// that is accepted, pots and what is owed sum to exactly what the accounts hold.
package opening

import (
	"slices"
	"strings"

	"ecot/exchange/grid"
	"ecot/fault"
	"ecot/ledger"
	"ecot/money"
)

// MaxLines bounds the accounts of a file.
const MaxLines = 2000

// Line is the balance of one account.
type Line struct {
	Line    int    // of the file
	Kind    string // a class of the ledger: asset, pot or owed
	Name    string
	Balance money.Amount // as people read it: what an account holds is positive
}

// Account gives the account of the ledger.
func (l Line) Account() ledger.Account { return ledger.NewAccount(l.Kind, l.Name) }

// columns gives the names that the header may have, in both languages, in the order in which the fields
// of a line are read.
func columns() grid.Vocabulary {
	return grid.Vocabulary{
		{Role: "kind", Names: []string{"kind", "genre"}},
		{Role: "name", Names: []string{"name", "nom"}},
		{Role: "amount", Names: []string{"amount", "montant"}},
		{Role: "unit", Names: []string{"unit", "unite"}},
	}
}

// Read reads a file.
func Read(file []byte) ([]Line, error) {
	shape, table, err := grid.Look(file, columns().Knows)
	if err != nil {
		return nil, err
	}
	roles := columns().Assign(shape.Names)
	at := map[string]int{}
	for _, c := range columns() {
		at[c.Role] = slices.Index(roles, c.Role)
		if at[c.Role] < 0 {
			return nil, fault.New(fault.Invalid, "No column of the header is named “%s” or “%s”.", c.Names[0],
				c.Names[1])
		}
	}
	if len(roles) != len(at) {
		return nil, fault.New(fault.Invalid, "The header names other columns than kind, name, amount and unit.")
	}
	r := reader{table, at, map[string]int{}}
	var lines []Line
	for _, row := range table.Rows {
		line, err := r.line(row)
		if err != nil {
			return nil, err
		}
		if len(lines) == MaxLines {
			return nil, fault.New(fault.Invalid, "line %d: A file has at most %d accounts.", row.Line, MaxLines)
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return nil, fault.New(fault.Invalid, "There is no account below the header.")
	}
	if err := agree(lines); err != nil {
		return nil, err
	}
	return lines, nil
}

// reader reads one table.
type reader struct {
	table *grid.Table
	at    map[string]int
	met   map[string]int // the line of each account and unit
}

// line reads one record.
func (r reader) line(row grid.Row) (l Line, err error) {
	value := func(role string) string { return row.Cells[r.at[role]] }
	refuse := func(role, format string, args ...any) error {
		return r.table.Refuse(row.Line, r.at[role], format, args...)
	}
	l = Line{Line: row.Line, Name: value("name")}
	switch grid.Fold(value("kind")) {
	case "asset", "avoir":
		l.Kind = ledger.Asset
	case "pot":
		l.Kind = ledger.Pot
	case "owed", "du":
		l.Kind = ledger.Owed
	default:
		return l, refuse("kind", "%q is none of asset, pot and owed.", value("kind"))
	}
	if !l.Account().Valid() {
		return l, refuse("name", "%q cannot name an account: small letters, digits and hyphens can.", l.Name)
	}
	if l.Kind == ledger.Owed && l.Name != "unattributed" && l.Name != "payable" {
		return l, refuse("name", "What is owed is unattributed or payable, not %q.", l.Name)
	}
	unit := money.Unit(value("unit"))
	if !unit.IsCurrency() {
		return l, refuse("unit", "%q is not a currency of ISO 4217 in use.", value("unit"))
	}
	key := string(l.Account()) + " " + string(unit)
	if line, met := r.met[key]; met {
		return l, refuse("name", "The account stands in line %d already.", line)
	}
	r.met[key] = row.Line
	if l.Balance, err = amount(value("amount"), unit); err != nil {
		return l, refuse("amount", "%s", fault.PublicOf(err))
	}
	if l.Kind != ledger.Asset && l.Balance.Minor < 0 {
		return l, refuse("amount", "Nothing is held or owed below zero.")
	}
	return l, nil
}

// amount reads an amount that cannot be mistaken: behind a comma or a point stand exactly the decimals
// of the unit, and blanks alone set thousands apart.
func amount(text string, unit money.Unit) (money.Amount, error) {
	plain := strings.ReplaceAll(strings.ReplaceAll(text, " ", ""), ",", ".")
	_, fraction, pointed := strings.Cut(plain, ".")
	if decimals, _ := unit.Decimals(); pointed && len(fraction) != decimals {
		return money.Amount{}, fault.New(fault.Invalid, "%q is not clear: write an amount in %s with %d digits "+
			"behind its comma or point, or none of both, and thousands with blanks or nothing.", text, unit, decimals)
	}
	return money.Parse(plain, unit)
}

// agree refuses lines whose pots and debts are not what their accounts hold, in any unit.
func agree(lines []Line) error {
	held, backed := map[money.Unit]int64{}, map[money.Unit]int64{}
	var units []money.Unit
	for _, l := range lines {
		side := held
		if l.Kind == ledger.Asset {
			side = backed
		}
		if !slices.Contains(units, l.Balance.Unit) {
			units = append(units, l.Balance.Unit)
		}
		sum, err := money.Add(side[l.Balance.Unit], l.Balance.Minor)
		if err != nil {
			return err
		}
		side[l.Balance.Unit] = sum
	}
	for _, unit := range units {
		if held[unit] != backed[unit] {
			return fault.New(fault.Invalid, "Pots and what is owed sum to %s %s, the accounts hold %s %s: "+
				"they must be the same.", money.Amount{Minor: held[unit], Unit: unit}, unit,
				money.Amount{Minor: backed[unit], Unit: unit}, unit)
		}
	}
	return nil
}
