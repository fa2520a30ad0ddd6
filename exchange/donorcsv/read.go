// SPDX-License-Identifier: AGPL-3.0-or-later

package donorcsv

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"ecot/exchange/grid"
	"ecot/fault"
	"ecot/money"
)

// Read reads the gifts of a file by a mapping, in its order.
func Read(file []byte, m Mapping) ([]Gift, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	table, err := grid.Open(file, m.Shape)
	if err != nil {
		return nil, err
	}
	r := reader{m, table, map[string]int{}, map[string]int{}}
	gifts := make([]Gift, 0, len(table.Rows))
	for _, row := range table.Rows {
		gift, err := r.gift(row)
		if err != nil {
			return nil, err
		}
		gifts = append(gifts, gift)
	}
	return gifts, nil
}

// check refuses a mapping that nothing can be read by.
func (m Mapping) check() error {
	if len(m.Roles) != m.Shape.Columns {
		return fault.New(fault.Invalid, "The mapping names %d columns, the table has %d.", len(m.Roles),
			m.Shape.Columns)
	}
	for i, role := range m.Roles {
		if !slices.Contains(Roles(), role) {
			return fault.New(fault.Invalid, "%q is not something that a column of gifts can mean.", string(role))
		}
		if !role.several() && slices.Contains(m.Roles[:i], role) {
			return fault.New(fault.Invalid, "Two columns are said to be %q.", string(role))
		}
	}
	if missing := m.Missing(); len(missing) > 0 {
		return fault.New(fault.Invalid, "Nothing says what is to be read as %q.", string(missing[0]))
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
	table *grid.Table
	refs  map[string]int // the line of each reference that was met
	same  map[string]int // how often the same gift was met
}

// gift reads one record.
func (r reader) gift(row grid.Row) (g Gift, err error) {
	g = Gift{Line: row.Line, Ref: r.text(row, Ref), Name: r.text(row, Name), Company: r.text(row, Company),
		Mail: strings.ToLower(r.text(row, Mail)), Address: r.text(row, Address), Country: r.text(row, Country),
		Purpose: r.text(row, Purpose), Means: r.text(row, Means), Text: r.text(row, Text), Unit: r.Currency,
		Anonymous: true}
	if g.Mail != "" && !isMail(g.Mail) {
		return g, r.refuse(row, Mail, "%q is not a mail address.", g.Mail)
	}
	if r.has(Currency) {
		if g.Unit = money.Unit(strings.ToUpper(r.text(row, Currency))); g.Unit == "€" {
			g.Unit = money.Euro
		}
		if !g.Unit.IsCurrency() {
			return g, r.refuse(row, Currency, "%q is not a currency of ISO 4217 in use.", string(g.Unit))
		}
	}
	if g.Day, err = grid.Day(r.text(row, Day), r.Date); err != nil {
		return g, r.refuse(row, Day, "%s", fault.PublicOf(err))
	}
	if g.Amount, err = grid.Amount(r.text(row, Amount), r.Decimal, g.Unit); err != nil {
		return g, r.refuse(row, Amount, "%s", fault.PublicOf(err))
	}
	if g.Amount <= 0 {
		return g, r.refuse(row, Amount, "A gift is more than nothing; refunds are not gifts.")
	}
	if err := r.answers(row, &g); err != nil {
		return g, err
	}
	return g, r.name(row, &g)
}

// answers reads what is yes or no.
func (r reader) answers(row grid.Row, g *Gift) (err error) {
	for _, answer := range []struct {
		role Role
		into *bool
	}{{Anonymous, &g.Anonymous}, {Receipt, &g.Receipt}, {Regular, &g.Regular}} {
		if !r.has(answer.role) {
			continue
		}
		text := r.text(row, answer.role)
		switch grid.Fold(text) {
		case "oui", "yes", "true", "vrai", "1", "x", "anonyme", "anonymous", "mensuel", "monthly", "annuel",
			"yearly", "recurrent", "recurring", "regulier":
			*answer.into = true
		case "", "non", "no", "false", "faux", "0", "public", "ponctuel", "once", "one time", "unique":
			*answer.into = false
		default:
			return r.refuse(row, answer.role, "%q is neither yes nor no.", text)
		}
	}
	return nil
}

// name gives the gift its key: by the tool's own reference, else by all that it says and its place
// among gifts that say the same.
func (r reader) name(row grid.Row, g *Gift) error {
	if g.Ref != "" {
		if line, met := r.refs[g.Ref]; met {
			return r.refuse(row, Ref, "The gift in line %d has the same.", line)
		}
		r.refs[g.Ref] = row.Line
		g.Key = digest("ref", g.Ref)
		return nil
	}
	said := digest("said", g.Day, fmt.Sprint(g.Amount), string(g.Unit), g.Name, g.Company, g.Mail, g.Purpose,
		g.Means, g.Text)
	r.same[said]++
	g.Key = digest(said, fmt.Sprint(r.same[said]))
	return nil
}

// digest joins texts so that none can pass for two, and digests them.
func digest(texts ...string) string {
	hash := sha256.New()
	for _, text := range texts {
		fmt.Fprintf(hash, "%d:%s\n", len(text), text)
	}
	return base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:18])
}

// text joins what the columns of a role say.
func (r reader) text(row grid.Row, role Role) string {
	var said []string
	for i, means := range r.Roles {
		if means == role && row.Cells[i] != "" {
			said = append(said, row.Cells[i])
		}
	}
	return strings.Join(said, " ")
}

func (r reader) refuse(row grid.Row, role Role, format string, args ...any) error {
	return r.table.Refuse(row.Line, r.at(role), format, args...)
}
