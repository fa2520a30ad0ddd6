// SPDX-License-Identifier: AGPL-3.0-or-later

package camt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ecot/fault"
	"ecot/money"
)

// readEntry reads one Ntry: a line of account, or the transactions of a batch.
func readEntry(n *node) ([]Entry, error) {
	whole, err := readLine(n)
	if err != nil {
		return nil, err
	}
	var details []*node
	for _, group := range n.all("NtryDtls") {
		within := group.all("TxDtls")
		details = append(details, within...)
		told, err := strconv.Atoi(group.value("Btch", "NbOfTxs"))
		if err == nil && told > max(1, len(within)) {
			whole.warn(group, "The bank counts %d transactions here and describes %d.", told, len(within))
		}
	}
	shares, why, err := divide(whole, details)
	if err != nil {
		return nil, err
	}
	if why != "" {
		whole.warn(n, "%s", why)
	}
	if len(shares) == 0 {
		whole.describeAll(n, details)
		return []Entry{whole}, nil
	}
	parts := make([]Entry, len(shares))
	for i, share := range shares {
		parts[i] = whole
		parts[i].Amount, parts[i].Warnings = share, slices.Clone(whole.Warnings)
		parts[i].describe(n, details[i])
	}
	return parts, nil
}

// readLine reads what stands in an Ntry itself.
func readLine(n *node) (e Entry, err error) {
	amount, err := n.signed()
	if err != nil {
		return e, err
	}
	e.Amount, e.Currency = amount.Minor, amount.Unit
	if e.Booked, err = n.at("BookgDt").day(); err != nil {
		return e, err
	}
	switch reversal := n.value("RvslInd"); reversal {
	case "true", "1":
		e.Reversal = true
	case "false", "0", "":
	default:
		return e, refuse(n.at("RvslInd").line, "Ntry/RvslInd", "%q is neither true nor false.", shorten(reversal))
	}
	status := n.value("Sts", "Cd")
	if status == "" {
		status = n.value("Sts")
	}
	switch {
	case status == "":
		e.warn(n, "The bank does not say whether it has booked this; it is taken as booked.")
	case status != "BOOK":
		e.Unbooked = true
		e.warn(n, "The bank has not booked this (status %s).", shorten(status))
	}
	if e.Booked == "" && !e.Unbooked {
		e.warn(n, "The bank does not say on which day it booked this.")
	}
	return e, nil
}

// divide gives the signed amount of each transaction of a batch. When the line may not be split it
// gives none, and why; a single transaction without an amount is the line itself.
func divide(whole Entry, details []*node) (shares []int64, why string, err error) {
	var sum int64
	for _, d := range details {
		share, told, err := shareOf(whole, d)
		switch {
		case err != nil:
			return nil, "", err
		case !told && len(details) == 1:
			return nil, "", nil
		case share == nil:
			return nil, fmt.Sprintf("Not each of its transactions (%d) has an amount in %s: the line stays whole.",
				len(details), whole.Currency), nil
		}
		shares = append(shares, *share)
		if sum, err = money.Add(sum, *share); err != nil {
			return nil, "", refuse(d.line, d.name, "%s", fault.PublicOf(err))
		}
	}
	if len(details) > 0 && sum != whole.Amount {
		within := money.Amount{Minor: sum, Unit: whole.Currency}
		line := money.Amount{Minor: whole.Amount, Unit: whole.Currency}
		return nil, fmt.Sprintf("Its transactions sum to %s, not to %s: the line stays whole.", within, line), nil
	}
	return shares, "", nil
}

// shareOf gives the signed amount of a transaction in its line's currency, nil when it has none
// there, and whether it has any amount at all. Its indicator is the line's own where it has none.
func shareOf(whole Entry, d *node) (share *int64, told bool, err error) {
	for _, path := range [][]string{{"Amt"}, {"AmtDtls", "TxAmt", "Amt"}, {"AmtDtls", "InstdAmt", "Amt"}} {
		amt := d.at(path...)
		if amt == nil {
			continue
		}
		told = true
		if amt.unit != string(whole.Currency) {
			continue
		}
		amount, err := amt.amount()
		if err != nil {
			return nil, told, err
		}
		credit := whole.Amount > 0
		if d.at("CdtDbtInd") != nil {
			if credit, err = d.credit(); err != nil {
				return nil, told, err
			}
		}
		if !credit {
			amount.Minor = -amount.Minor
		}
		return &amount.Minor, told, nil
	}
	return nil, told, nil
}

// describeAll says of a whole line what its transactions have in common.
func (e *Entry) describeAll(n *node, details []*node) {
	if len(details) == 0 {
		e.describe(n, nil)
		return
	}
	e.describe(n, details[0])
	for _, d := range details[1:] {
		other := Entry{Amount: e.Amount, Reversal: e.Reversal}
		other.describe(n, d)
		e.Reference = common(e.Reference, other.Reference)
		e.EndToEnd = common(e.EndToEnd, other.EndToEnd)
		e.Counterparty = common(e.Counterparty, other.Counterparty)
		e.Text = common(e.Text, other.Text)
		e.ReturnReason = common(e.ReturnReason, other.ReturnReason)
	}
	if e.Text == "" {
		e.Text = n.value("AddtlNtryInf")
	}
}

// common gives a when b says the same, and nothing else.
func common(a, b string) string {
	if a != b {
		return ""
	}
	return a
}

// describe fills the texts of one transaction, d, which may be nil, of the Ntry n.
func (e *Entry) describe(n, d *node) {
	e.EndToEnd = d.value("Refs", "EndToEndId")
	if e.EndToEnd == notProvided {
		e.EndToEnd = ""
	}
	e.ReturnReason = first(d.value("RtrInf", "Rsn", "Cd"), d.value("RtrInf", "Rsn", "Prtry"))
	e.Counterparty = e.otherSide(n, d)
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
	e.Reference = e.EndToEnd
	if len(references) > 0 {
		e.Reference = references[0]
	}
	if len(references) > 1 {
		e.warn(d, "It gives %d references; this is the first.", len(references))
	}
	e.Text = first(strings.Join(free, " "), d.value("AddtlTxInf"), strings.Join(remarks, " "),
		n.value("AddtlNtryInf"))
}

// notProvided is what a payer's bank must write where the payer gave no identifier of his own.
const notProvided = "NOTPROVIDED"

// otherSide names who paid or was paid: the debtor of what comes in, the creditor of what goes out.
// What undoes a payment keeps the roles of the payment (ISO 20022, "related parties"), though not
// with every bank.
func (e *Entry) otherSide(n, d *node) string {
	credit := e.Amount > 0 || e.Amount == 0 && n.value("CdtDbtInd") == "CRDT"
	parties := d.at("RltdPties")
	debtor := first(nameOf(parties.at("Dbtr")), nameOf(parties.at("UltmtDbtr")))
	creditor := first(nameOf(parties.at("Cdtr")), nameOf(parties.at("UltmtCdtr")))
	undone := e.Reversal || d.at("RtrInf") != nil
	switch {
	case undone && credit:
		return first(creditor, debtor)
	case undone:
		return first(debtor, creditor)
	case credit:
		return debtor
	}
	return creditor
}

// nameOf gives the name of a party: its own, or from version 001.08 on within what it is.
func nameOf(party *node) string {
	return first(party.value("Nm"), party.value("Pty", "Nm"), party.value("Agt", "FinInstnId", "Nm"))
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

// warn warns of what stands at n.
func (e *Entry) warn(n *node, format string, args ...any) {
	e.Warnings = append(e.Warnings, fmt.Sprintf("line %d: ", n.line)+fmt.Sprintf(format, args...))
}
