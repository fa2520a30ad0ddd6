// SPDX-License-Identifier: AGPL-3.0-or-later

package camt

import (
	"slices"
	"strings"

	"ecot/exchange/statement"
)

// describeAll says of a whole line what its transactions have in common.
func (e *entry) describeAll(n *node, details []*node) error {
	if len(details) == 0 {
		return e.describe(n, nil)
	}
	if err := e.describe(n, details[0]); err != nil || len(details) == 1 {
		return err
	}
	e.Charges = nil
	for _, d := range details[1:] {
		other := entry{statement.Line{Amount: e.Amount, Currency: e.Currency, Reversal: e.Reversal}}
		if err := other.describe(n, d); err != nil {
			return err
		}
		if e.Code != other.Code {
			e.Code = codeOf(n, nil)
		}
		theirs := other.texts()
		for i, text := range e.texts() {
			if *text != *theirs[i] {
				*text = ""
			}
		}
	}
	if e.Text == "" {
		e.Text = n.value("AddtlNtryInf")
	}
	return nil
}

// texts gives what transactions of one line may or may not have in common.
func (e *entry) texts() []*string {
	return []*string{&e.Reference, &e.EndToEnd, &e.Instruction, &e.Transaction, &e.Mandate, &e.BankReference,
		&e.Batch, &e.Counterparty, &e.IBAN, &e.Text, &e.ReturnReason, &e.ReturnText, &e.Returns}
}

// describe fills the texts of one transaction, d, which may be nil, of the Ntry n.
func (e *entry) describe(n, d *node) error {
	refs := d.at("Refs")
	e.EndToEnd = provided(refs.value("EndToEndId"))
	e.Instruction, e.Transaction = provided(refs.value("InstrId")), provided(refs.value("TxId"))
	e.Mandate, e.BankReference = provided(refs.value("MndtId")), refs.value("AcctSvcrRef")
	e.Batch = first(refs.value("PmtInfId"), e.Batch)
	e.Code = codeOf(n, d)
	e.ReturnReason = first(d.value("RtrInf", "Rsn", "Cd"), d.value("RtrInf", "Rsn", "Prtry"))
	if e.Undoes() {
		e.Returns = e.EndToEnd
	}
	var more []string
	for _, info := range d.at("RtrInf").all("AddtlInf") {
		more = append(more, info.text)
	}
	e.ReturnText = strings.Join(more, " ")
	other := e.otherSide(n, d)
	e.Counterparty, e.IBAN = other.name, other.iban
	e.remittance(n, d)
	return e.charges(n, d)
}

// remittance reads what the payment is for: structured references apart from free text.
func (e *entry) remittance(n, d *node) {
	remittance := d.at("RmtInf")
	var references, free, remarks []string
	for _, u := range remittance.all("Ustrd") {
		free = append(free, u.text)
	}
	for _, s := range remittance.all("Strd") {
		if reference := s.value("CdtrRefInf", "Ref"); reference != "" && !slices.Contains(references, reference) {
			references = append(references, reference)
		}
		for _, remark := range s.all("AddtlRmtInf") {
			remarks = append(remarks, remark.text)
		}
	}
	if len(references) > 0 {
		e.Reference = references[0]
	}
	if len(references) > 1 {
		e.warn(d, "It gives %d references; this is the first.", len(references))
	}
	e.Text = first(strings.Join(free, " "), d.value("AddtlTxInf"), strings.Join(remarks, " "),
		n.value("AddtlNtryInf"))
}

// provided gives an identifier, empty where the payer gave none: his bank then writes so.
func provided(id string) string {
	if id == "NOTPROVIDED" {
		return ""
	}
	return id
}

// side is one side of a payment: a name and an account, each of which may be empty.
type side struct{ name, iban string }

// otherSide names who paid or was paid, and the account: the debtor of what comes in, the creditor
// of what goes out. What undoes a payment keeps the roles of the payment (ISO 20022, "related
// parties"), though not with every bank.
func (e *entry) otherSide(n, d *node) side {
	credit := e.Amount > 0 || e.Amount == 0 && n.value("CdtDbtInd") == "CRDT"
	undone := e.Reversal || d.at("RtrInf") != nil
	parties := d.at("RltdPties")
	theirs, ours := parties.side("Cdtr"), parties.side("Dbtr")
	if credit != undone {
		theirs, ours = ours, theirs
	}
	if undone && theirs == (side{}) {
		return ours
	}
	return theirs
}

// side reads the side of a payment in which somebody has a role, Dbtr or Cdtr.
func (n *node) side(role string) side {
	return side{first(nameOf(n.at(role)), nameOf(n.at("Ultmt"+role))), n.value(role+"Acct", "Id", "IBAN")}
}

// nameOf gives the name of a party: its own, or from version 001.08 on within what it is.
func nameOf(party *node) string {
	return first(party.value("Nm"), party.value("Pty", "Nm"), party.value("Agt", "FinInstnId", "Nm"))
}

// codeOf says what kind of transaction d of n is: by its own code, else by that of the line.
func codeOf(n, d *node) statement.Code {
	code := d.at("BkTxCd")
	if code == nil {
		code = n.at("BkTxCd")
	}
	return statement.Code{
		Domain:      code.value("Domn", "Cd"),
		Family:      code.value("Domn", "Fmly", "Cd"),
		SubFamily:   code.value("Domn", "Fmly", "SubFmlyCd"),
		Proprietary: code.value("Prtry", "Cd"),
		Issuer:      code.value("Prtry", "Issr"),
	}
}

// charges reads what the bank takes for transaction d of n: what d says, else what n does. Where n
// has several transactions, nobody says whose its charges are.
func (e *entry) charges(n, d *node) error {
	groups := d.all("Chrgs")
	if len(groups) == 0 {
		groups = n.all("Chrgs")
		if len(groups) > 0 && e.Part {
			e.warn(groups[0], "The bank names charges of the whole batch; no line of it carries them.")
			return nil
		}
	}
	e.Charges = nil
	for _, group := range groups {
		records := group.all("Rcrd")
		if group.at("Amt") != nil {
			records = append(records, group)
		}
		for _, record := range records {
			if err := e.charge(record, "Amt"); err != nil {
				return err
			}
		}
		if total := group.at("TtlChrgsAndTaxAmt"); total != nil && len(records) == 0 {
			if err := e.charge(group, "TtlChrgsAndTaxAmt"); err != nil {
				return err
			}
		}
	}
	return nil
}

// charge reads one charge, whose amount is in the element called so. One of zero is none.
func (e *entry) charge(n *node, called string) error {
	told, err := n.need(called)
	if err != nil {
		return err
	}
	amount, err := told.amount()
	if err != nil || amount.Minor == 0 {
		return err
	}
	credit := false
	if n.at("CdtDbtInd") != nil {
		if credit, err = n.credit(); err != nil {
			return err
		}
	}
	if !credit {
		amount.Minor = -amount.Minor
	}
	included, err := n.yes("ChrgInclInd")
	e.Charges = append(e.Charges, statement.Charge{
		Amount: amount.Minor, Currency: amount.Unit, Included: included,
		Kind: first(n.value("Tp", "Cd"), n.value("Tp", "Prtry", "Id"), n.value("Tp", "Prtry"))})
	return err
}

// first gives the first text that is not empty.
func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
