// SPDX-License-Identifier: AGPL-3.0-or-later

package bankcsv

import (
	"fmt"
	"slices"
	"strings"

	"ecot/exchange/grid"
	"ecot/exchange/statement"
	"ecot/fault"
	"ecot/money"
)

// Read reads a file by a mapping: one statement for each account and currency in it, in the order in
// which they are met, with its lines from the first day to the last.
func Read(file []byte, m Mapping) ([]statement.Statement, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	table, err := grid.Open(file, m.Shape)
	if err != nil {
		return nil, err
	}
	r := &reader{Mapping: m, table: table}
	for _, row := range table.Rows {
		if err := r.line(row); err != nil {
			return nil, err
		}
	}
	all := []statement.Statement{}
	for _, s := range r.statements {
		s.settle(r)
		all = append(all, s.Statement)
	}
	return all, nil
}

// check refuses a mapping that nothing can be read by.
func (m Mapping) check() error {
	if len(m.Roles) != m.Shape.Columns {
		return fault.New(fault.Invalid, "The mapping names %d columns, the table has %d.", len(m.Roles),
			m.Shape.Columns)
	}
	for i, role := range m.Roles {
		if !slices.Contains(Roles(), role) {
			return fault.New(fault.Invalid, "%q is not something that a column of a statement can mean.", string(role))
		}
		if role != Passed && role != Text && slices.Contains(m.Roles[:i], role) {
			return fault.New(fault.Invalid, "Two columns are said to be %q.", string(role))
		}
	}
	if missing := m.Missing(); len(missing) > 0 {
		return fault.New(fault.Invalid, "Nothing says what is to be read as %q.", string(missing[0]))
	}
	if m.has(Amount) && (m.has(Debit) || m.has(Credit)) {
		return fault.New(fault.Invalid, "The amount is either in one column with its sign, or in a debit and "+
			"a credit column.")
	}
	if !slices.Contains(grid.Layouts(), m.Date) || m.Decimal != "," && m.Decimal != "." {
		return fault.New(fault.Invalid, "A mapping says how days are written, and whether cents stand behind "+
			"a comma or a point.")
	}
	if m.Currency != "" && !m.Currency.IsCurrency() {
		return fault.New(fault.Invalid, "%q is not a currency of ISO 4217 in use.", string(m.Currency))
	}
	return nil
}

// reader reads one table. It is for one goroutine.
type reader struct {
	Mapping
	table      *grid.Table
	statements []*draft
}

// draft is a statement while it is read.
type draft struct {
	statement.Statement
	places   []int   // lines of the file
	balances []int64 // behind each line, where the file gives them
}

// line reads one record.
func (r *reader) line(row grid.Row) error {
	l := statement.Line{Counterparty: r.text(row, Counterparty), IBAN: compact(r.text(row, IBAN)),
		Reference: r.text(row, Reference), EndToEnd: r.text(row, EndToEnd),
		BankReference: r.text(row, BankReference), Text: r.words(row)}
	l.Code.Proprietary = r.text(row, Kind)
	s, err := r.statementOf(row)
	if err != nil {
		return err
	}
	l.Currency = s.Currency
	if l.Booked, err = r.day(row, Booked, true); err != nil {
		return err
	}
	if l.Value, err = r.day(row, Value, false); err != nil {
		return err
	}
	if l.Amount, err = r.amount(row, s.Currency); err != nil {
		return err
	}
	if l.Unbooked = r.pending(row); l.Unbooked {
		l.Warnings = append(l.Warnings, fmt.Sprintf("line %d: The bank has not booked this (status %s).", row.Line,
			r.text(row, Status)))
	}
	if at := r.at(Balance); at >= 0 {
		balance, err := r.money(row, at, s.Currency)
		if err != nil {
			return err
		}
		s.balances = append(s.balances, balance)
	}
	s.Lines = append(s.Lines, l)
	s.places = append(s.places, row.Line)
	return nil
}

// statementOf gives the statement to which a record belongs.
func (r *reader) statementOf(row grid.Row) (*draft, error) {
	account, unit := r.Account, r.Currency
	if at := r.at(Account); at >= 0 {
		if account = row.Cells[at]; account == "" {
			return nil, r.table.Refuse(row.Line, at, "It does not say of which account this is.")
		}
	}
	if at := r.at(Currency); at >= 0 {
		unit = money.Unit(strings.ToUpper(row.Cells[at]))
		if unit == "€" || unit == "EURO" || unit == "EUROS" {
			unit = money.Euro
		}
		if !unit.IsCurrency() {
			return nil, r.table.Refuse(row.Line, at, "%q is not a currency of ISO 4217 in use.", row.Cells[at])
		}
	}
	account = compact(account)
	for _, s := range r.statements {
		if s.Account == account && s.Currency == unit {
			return s, nil
		}
	}
	if len(r.statements) == maxStatements {
		return nil, fault.New(fault.Invalid, "line %d: The file speaks of more than %d accounts.", row.Line,
			maxStatements)
	}
	s := &draft{Statement: statement.Statement{Source: "csv", Account: account, Currency: unit}}
	r.statements = append(r.statements, s)
	return s, nil
}

// maxStatements bounds the accounts of one file.
const maxStatements = 50

// compact writes the number of an account without blanks.
func compact(number string) string { return strings.Join(strings.Fields(number), "") }

// text gives the value of a role, empty when no column has it.
func (r *reader) text(row grid.Row, role Role) string {
	if at := r.at(role); at >= 0 {
		return row.Cells[at]
	}
	return ""
}

// words joins what the columns of text say.
func (r *reader) words(row grid.Row) string {
	var said []string
	for i, role := range r.Roles {
		if role == Text && row.Cells[i] != "" && !slices.Contains(said, row.Cells[i]) {
			said = append(said, row.Cells[i])
		}
	}
	return strings.Join(said, " ")
}

// day reads a day, empty when there may be none.
func (r *reader) day(row grid.Row, role Role, needed bool) (string, error) {
	at := r.at(role)
	if at < 0 || row.Cells[at] == "" && !needed {
		return "", nil
	}
	day, err := grid.Day(row.Cells[at], r.Date)
	if err != nil {
		return "", r.table.Refuse(row.Line, at, "%s", fault.PublicOf(err))
	}
	return day, nil
}

// money reads an amount of a column.
func (r *reader) money(row grid.Row, at int, unit money.Unit) (int64, error) {
	minor, err := grid.Amount(row.Cells[at], r.Decimal, unit)
	if err != nil {
		return 0, r.table.Refuse(row.Line, at, "%s", fault.PublicOf(err))
	}
	return minor, nil
}

// amount reads what the account gained or lost.
func (r *reader) amount(row grid.Row, unit money.Unit) (int64, error) {
	if at := r.at(Amount); at >= 0 {
		return r.money(row, at, unit)
	}
	debit, credit := r.at(Debit), r.at(Credit)
	var out, in int64
	var err error
	if row.Cells[debit] != "" {
		if out, err = r.money(row, debit, unit); err != nil {
			return 0, err
		}
	}
	if row.Cells[credit] != "" {
		if in, err = r.money(row, credit, unit); err != nil {
			return 0, err
		}
	}
	switch {
	case row.Cells[debit] == "" && row.Cells[credit] == "":
		return 0, r.table.Refuse(row.Line, credit, "There is neither a debit nor a credit.")
	case out != 0 && in != 0:
		return 0, r.table.Refuse(row.Line, credit, "There is a debit and a credit at once.")
	case in < 0:
		return 0, r.table.Refuse(row.Line, credit, "A credit is not negative.")
	case out > 0:
		out = -out
	}
	return in + out, nil
}

// pending says whether a record is not booked: where a column has its status, any word that is not
// known to mean so.
func (r *reader) pending(row grid.Row) bool {
	at := r.at(Status)
	if at < 0 {
		return false
	}
	switch grid.Fold(row.Cells[at]) {
	case "", "regle", "reglee", "settled", "booked", "comptabilise", "comptabilisee", "execute", "executee",
		"completed", "termine", "terminee", "effectue", "effectuee", "passee", "passe", "valide", "validee":
		return false
	}
	return true
}
