// SPDX-License-Identifier: AGPL-3.0-or-later

package bankcsv

import (
	"regexp"
	"slices"
	"strings"

	"ecot/exchange/grid"
	"ecot/money"
)

// words gives the names that banks give to columns.
func words() grid.Vocabulary {
	return grid.Vocabulary{
		{Role: string(Booked), Names: []string{"date de comptabilisation", "date comptable",
			"date d operation", "date operation", "date de l operation locale", "date de l operation utc",
			"booking date", "settlement date utc", "date de l operation", "operation date",
			"transaction date", "date", "buchungstag"}},
		{Role: string(Value), Names: []string{"date de valeur", "date valeur", "date de la valeur utc",
			"date de la valeur", "value date"}},
		{Role: string(Amount), Names: []string{"montant", "montant euros", "montant eur",
			"montant total ttc", "montant de l operation", "amount", "montant en eur",
			"total amount incl vat"}},
		{Role: string(Debit), Names: []string{"debit", "debit euros", "debit eur", "montant debit",
			"paid out", "sortie"}},
		{Role: string(Credit), Names: []string{"credit", "credit euros", "credit eur", "montant credit",
			"paid in", "entree"}},
		{Role: string(Balance), Names: []string{"solde", "solde eur", "solde euros", "balance",
			"solde apres operation"}},
		{Role: string(Currency), Names: []string{"devise", "currency", "devise du compte", "monnaie"}},
		{Role: string(Account), Names: []string{"compte", "numero de compte", "iban du compte",
			"account", "account number", "numero compte"}},
		{Role: string(Counterparty), Names: []string{"nom de la contrepartie", "contrepartie",
			"nom du tiers", "tiers", "counterparty name", "counterparty", "beneficiaire", "donneur d ordre",
			"emetteur"}},
		{Role: string(IBAN), Names: []string{"iban de la contrepartie", "counterparty iban",
			"iban contrepartie", "iban"}},
		{Role: string(Reference), Names: []string{"reference structuree", "structured reference",
			"reference du creancier", "creditor reference"}},
		{Role: string(EndToEnd), Names: []string{"reference de bout en bout", "end to end",
			"end to end id", "identifiant de bout en bout"}},
		{Role: string(BankReference), Names: []string{"identifiant de transaction", "transaction id",
			"reference operation", "numero d operation", "reference de l operation", "id de transaction"}},
		{Role: string(Kind), Names: []string{"type operation", "type d operation", "type",
			"methode de paiement", "categorie"}},
		{Role: string(Status), Names: []string{"statut", "status", "etat"}},
		{Role: string(Text), Names: []string{"libelle", "libelle operation", "libelle simplifie",
			"libelle de l operation", "description", "informations complementaires", "communication",
			"motif", "details", "note", "reference", "label", "objet", "message"}, Many: true},
	}
}

// Guess proposes a mapping for a file.
func Guess(file []byte) (Proposal, error) {
	shape, table, err := grid.Look(file, words().Knows)
	if err != nil {
		return Proposal{}, err
	}
	p := Proposal{Mapping: Mapping{Shape: shape, Roles: make([]Role, shape.Columns)}}
	p.byName(shape.Names)
	p.byValues(table)
	m := &p.Mapping
	if at := m.at(Booked); at >= 0 {
		m.Date = grid.LayoutOf(table.Column(at))
	}
	if !m.has(Currency) {
		m.Currency = currencyOf(table)
	}
	if !m.has(Account) {
		m.Account = accountOf(table.Above)
	}
	m.Decimal = grid.DecimalOf(amounts(table, *m), m.unit(table))
	p.Missing = m.Missing()
	for _, row := range table.Rows[:min(maxSample, len(table.Rows))] {
		p.Sample = append(p.Sample, row.Cells)
	}
	return p, nil
}

// byName gives columns the roles that their names tell.
func (p *Proposal) byName(names []string) {
	for i, role := range words().Assign(names) {
		if role != "" {
			p.propose(i, Role(role), ByName)
		}
	}
	if m := &p.Mapping; m.has(Amount) && (m.has(Debit) || m.has(Credit)) {
		p.withdraw(Debit, Credit)
	}
	if m := &p.Mapping; m.has(Debit) != m.has(Credit) {
		p.withdraw(Debit, Credit)
	}
}

func (p *Proposal) propose(column int, role Role, why Why) {
	p.Mapping.Roles[column] = role
	p.Reasons = append(p.Reasons, Reason{column, role, why})
}

// withdraw takes roles back.
func (p *Proposal) withdraw(roles ...Role) {
	for i, role := range p.Mapping.Roles {
		if slices.Contains(roles, role) {
			p.Mapping.Roles[i] = Passed
		}
	}
	p.Reasons = slices.DeleteFunc(p.Reasons, func(r Reason) bool { return slices.Contains(roles, r.Role) })
}

// byValues proposes what names did not tell: the first column of days, the first of amounts, and the
// one with the longest words.
func (p *Proposal) byValues(t *grid.Table) {
	unit := p.Mapping.unit(t)
	for i := range p.Mapping.Roles {
		values := t.Column(i)
		switch m := p.Mapping; {
		case m.Roles[i] != Passed || strings.Join(values, "") == "":
		case grid.LayoutOf(values) != "":
			if !m.has(Booked) {
				p.propose(i, Booked, ByValues)
			}
		case !m.has(Amount) && !m.has(Debit) && full(values) && grid.DecimalOf(values, unit) != "":
			p.propose(i, Amount, ByValues)
		}
	}
	if p.Mapping.has(Text) {
		return
	}
	best, most := -1, 0
	for i, role := range p.Mapping.Roles {
		values := t.Column(i)
		length := len(strings.Join(values, ""))
		if role == Passed && length > most && grid.DecimalOf(values, unit) == "" && grid.LayoutOf(values) == "" {
			best, most = i, length
		}
	}
	if best >= 0 {
		p.propose(best, Text, ByValues)
	}
}

// full says whether no value is empty.
func full(values []string) bool { return !slices.Contains(values, "") }

// amounts gives all values that are to be amounts.
func amounts(t *grid.Table, m Mapping) []string {
	var values []string
	for i, role := range m.Roles {
		if role == Amount || role == Debit || role == Credit || role == Balance {
			values = append(values, t.Column(i)...)
		}
	}
	return values
}

// unit gives the currency to try amounts in: that of the account, else of the first record, else one
// with two decimals as most have.
func (m Mapping) unit(t *grid.Table) money.Unit {
	if at := m.at(Currency); at >= 0 && len(t.Rows) > 0 {
		if unit := money.Unit(strings.ToUpper(t.Rows[0].Cells[at])); unit.IsCurrency() {
			return unit
		}
	}
	if m.Currency != "" {
		return m.Currency
	}
	return money.Euro
}

// currencyOf finds the currency in the names of columns and above them, where it stands as a word.
func currencyOf(t *grid.Table) money.Unit {
	texts := slices.Clone(t.Names)
	for _, row := range t.Above {
		texts = append(texts, row.Cells...)
	}
	for _, text := range texts {
		if strings.Contains(text, "€") {
			return money.Euro
		}
		for _, word := range strings.Fields(grid.Fold(text)) {
			switch word {
			case "euro", "euros", "eur":
				return money.Euro
			case "chf", "usd", "gbp", "cad":
				return money.Unit(strings.ToUpper(word))
			}
		}
	}
	return ""
}

// accountNumber is an IBAN, or what else looks like the number of an account.
var accountNumber = regexp.MustCompile(
	`\b([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?|\d[A-Z0-9]{7,22})\b`)

// accountOf finds the number of the account above the header, where the row speaks of an account.
func accountOf(above []grid.Row) string {
	for _, row := range above {
		text := strings.Join(row.Cells, " ")
		folded := grid.Fold(text)
		if !strings.Contains(folded, "compte") && !strings.Contains(folded, "account") &&
			!strings.Contains(folded, "iban") {
			continue
		}
		if number := accountNumber.FindString(strings.ToUpper(text)); number != "" {
			return strings.ReplaceAll(number, " ", "")
		}
	}
	return ""
}
