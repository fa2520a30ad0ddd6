// SPDX-License-Identifier: AGPL-3.0-or-later

package donorcsv

import (
	"strings"

	"ecot/exchange/grid"
	"ecot/money"
)

// words gives the names that tools give to columns.
func words() grid.Vocabulary {
	return grid.Vocabulary{
		{Role: string(Ref), Names: []string{"reference commande", "numero de don",
			"numero de commande", "id du don",
			"donation id", "transaction id", "reference", "id", "numero"}},
		{Role: string(Day), Names: []string{"date du don", "date de don", "date du paiement", "date de paiement",
			"date de la commande", "donation date", "payment date", "created at", "date"}},
		{Role: string(Amount), Names: []string{"montant du don", "montant du tarif", "montant", "donation amount",
			"amount", "somme", "montant total", "total"}},
		{Role: string(Currency), Names: []string{"devise", "currency", "monnaie"}},
		{Role: string(Name), Names: []string{"prenom payeur", "nom payeur", "prenom donateur", "nom donateur",
			"prenom", "nom", "first name", "last name", "nom complet", "full name", "name", "donor name",
			"donateur", "donor", "nom du donateur"}, Many: true},
		{Role: string(Company), Names: []string{"raison sociale", "societe", "entreprise", "organisation",
			"company", "organization", "structure"}},
		{Role: string(Mail), Names: []string{"email payeur", "email donateur", "adresse e mail", "adresse mail",
			"adresse email", "email", "e mail", "mail", "courriel", "donor email", "email address"}},
		{Role: string(Address), Names: []string{"adresse", "adresse payeur", "address", "rue", "street",
			"code postal", "code postal payeur", "postal code", "zip", "ville", "ville payeur", "city"}, Many: true},
		{Role: string(Country), Names: []string{"pays", "pays payeur", "country"}},
		{Role: string(Purpose), Names: []string{"affectation", "campagne", "projet", "purpose", "project",
			"campaign", "fund", "fonds", "destination", "designation"}},
		{Role: string(Anonymous), Names: []string{"anonyme", "don anonyme", "anonymous", "is anonymous"}},
		{Role: string(Receipt), Names: []string{"recu fiscal", "recu", "tax receipt", "receipt"}},
		{Role: string(Regular), Names: []string{"recurrent", "don recurrent", "recurring", "frequence", "frequency",
			"periodicite", "type de don"}},
		{Role: string(Means), Names: []string{"moyen de paiement", "mode de paiement", "payment method",
			"methode"}},
		{Role: string(Text), Names: []string{"message", "commentaire", "comment", "note", "notes"}, Many: true},
	}
}

// Guess proposes a mapping for a file.
func Guess(file []byte) (Proposal, error) {
	shape, table, err := grid.Look(file, words().Knows)
	if err != nil {
		return Proposal{}, err
	}
	p := Proposal{Mapping: Mapping{Shape: shape, Roles: make([]Role, shape.Columns)}, Purposes: map[string]int{}}
	for i, role := range words().Assign(shape.Names) {
		if role != "" {
			p.propose(i, Role(role), true)
		}
	}
	p.byValues(table)
	m := &p.Mapping
	if at := m.at(Day); at >= 0 {
		m.Date = grid.LayoutOf(table.Column(at))
	}
	if !m.has(Currency) {
		m.Currency = currencyOf(table)
	}
	if at := m.at(Amount); at >= 0 {
		m.Decimal = grid.DecimalOf(table.Column(at), unit(*m, table))
	}
	p.Missing = m.Missing()
	if at := m.at(Purpose); at >= 0 {
		for _, row := range table.Rows {
			if _, met := p.Purposes[row.Cells[at]]; met || len(p.Purposes) < maxPurposes {
				p.Purposes[row.Cells[at]]++
			}
		}
	}
	for _, row := range table.Rows[:min(maxSample, len(table.Rows))] {
		p.Sample = append(p.Sample, row.Cells)
	}
	return p, nil
}

func (p *Proposal) propose(column int, role Role, byName bool) {
	p.Mapping.Roles[column] = role
	p.Reasons = append(p.Reasons, Reason{column, role, byName})
}

// byValues proposes what names did not tell: the first columns of mail addresses, of days and of
// amounts.
func (p *Proposal) byValues(t *grid.Table) {
	for i := range p.Mapping.Roles {
		values := t.Column(i)
		if p.Mapping.Roles[i] != Passed || strings.Join(values, "") == "" {
			continue
		}
		switch m := p.Mapping; {
		case !m.has(Mail) && allMails(values):
			p.propose(i, Mail, false)
		case grid.LayoutOf(values) != "":
			if !m.has(Day) {
				p.propose(i, Day, false)
			}
		case !m.has(Amount) && grid.DecimalOf(values, unit(m, t)) != "":
			p.propose(i, Amount, false)
		}
	}
}

// allMails says whether every value that is there is a mail address.
func allMails(values []string) bool {
	for _, value := range values {
		if value != "" && !isMail(value) {
			return false
		}
	}
	return true
}

// isMail says whether a text can be a mail address.
func isMail(text string) bool {
	before, behind, found := strings.Cut(text, "@")
	return found && before != "" && strings.Contains(strings.Trim(behind, "."), ".") &&
		!strings.ContainsAny(text, " <>,;\"") && !strings.Contains(behind, "@") && len(text) <= 254
}

// unit gives the currency to try amounts in.
func unit(m Mapping, t *grid.Table) money.Unit {
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

// currencyOf finds the currency in the names of columns or beside the amounts.
func currencyOf(t *grid.Table) money.Unit {
	texts := strings.Join(t.Names, " ")
	for _, row := range t.Rows[:min(maxSample, len(t.Rows))] {
		texts += " " + strings.Join(row.Cells, " ")
	}
	if strings.Contains(texts, "€") || strings.Contains(texts, "EUR") {
		return money.Euro
	}
	return ""
}
