// SPDX-License-Identifier: AGPL-3.0-or-later

package camt

import (
	"fmt"
	"slices"
	"strconv"

	"ecot/exchange/statement"
	"ecot/fault"
	"ecot/money"
)

// entry is a line of account while it is read.
type entry struct{ statement.Line }

// readEntry reads one Ntry: a line of account, or the transactions of a batch.
func readEntry(n *node) ([]statement.Line, error) {
	whole, err := readLine(n)
	if err != nil {
		return nil, err
	}
	var details []*node
	for _, group := range n.all("NtryDtls") {
		within := group.all("TxDtls")
		details = append(details, within...)
		told, err := strconv.ParseInt(group.value("Btch", "NbOfTxs"), 10, 32)
		if err == nil && told > max(1, int64(len(within))) {
			whole.warn(group, "The bank counts %d transactions here and describes %d.", told, len(within))
		}
		whole.Transactions += max(told, int64(len(within)))
		whole.Batch = first(whole.Batch, group.value("Btch", "PmtInfId"))
	}
	shares, why, err := divide(whole, details)
	if err != nil {
		return nil, err
	}
	if why != "" {
		whole.warn(n, "%s", why)
	}
	if len(shares) == 0 {
		err := whole.describeAll(n, details)
		return []statement.Line{whole.Line}, err
	}
	parts := make([]statement.Line, len(shares))
	for i, share := range shares {
		part := whole
		part.Amount, part.Part = share, len(shares) > 1
		part.Warnings = slices.Clone(whole.Warnings)
		if err := part.describe(n, details[i]); err != nil {
			return nil, err
		}
		parts[i] = part.Line
	}
	return parts, nil
}

// readLine reads what stands in an Ntry itself.
func readLine(n *node) (e entry, err error) {
	amount, err := n.signed()
	if err != nil {
		return e, err
	}
	e.Amount, e.Total, e.Currency = amount.Minor, amount.Minor, amount.Unit
	if e.Booked, err = n.at("BookgDt").day(); err != nil {
		return e, err
	}
	if e.Value, err = n.at("ValDt").day(); err != nil {
		return e, err
	}
	if e.Reversal, err = n.yes("RvslInd"); err != nil {
		return e, err
	}
	e.Place, e.EntryReference = n.value("NtryRef"), n.value("AcctSvcrRef")
	status := first(n.value("Sts", "Cd"), n.value("Sts"))
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
func divide(whole entry, details []*node) (shares []int64, why string, err error) {
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
func shareOf(whole entry, d *node) (share *int64, told bool, err error) {
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

// warn warns of what stands at n.
func (e *entry) warn(n *node, format string, args ...any) {
	e.Warnings = append(e.Warnings, fmt.Sprintf("line %d: ", n.line)+fmt.Sprintf(format, args...))
}
