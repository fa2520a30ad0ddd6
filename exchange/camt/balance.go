// SPDX-License-Identifier: AGPL-3.0-or-later

package camt

import (
	"fmt"

	"ecot/exchange/statement"
	"ecot/money"
)

// draft is a statement while it is read.
type draft struct {
	statement.Statement
	opened, before, closed *money.Amount // OPBD, PRCD, CLBD
}

// account reads whose account it is.
func (s *draft) account(n *node) (err error) {
	if s.Account != "" {
		return refuse(n.line, n.name, "It stands twice.")
	}
	id, err := n.need("Id")
	if err != nil {
		return err
	}
	if s.Account = id.value("IBAN"); s.Account == "" {
		s.Account = id.value("Othr", "Id")
	}
	if s.Account == "" {
		return refuse(id.line, "Acct/Id", "It holds neither an IBAN nor another number.")
	}
	if ccy := n.at("Ccy"); ccy != nil {
		s.Currency, err = ccy.currency(ccy.text)
	}
	return err
}

// balance reads one balance. Those that lines do not lead to, such as what is available, are passed
// over. Where pages of one statement each bring theirs, the first opens and the last closes.
func (s *draft) balance(n *node) error {
	kind := n.value("Tp", "CdOrPrtry", "Cd")
	if kind != "OPBD" && kind != "PRCD" && kind != "CLBD" {
		return nil
	}
	amount, err := n.signed()
	if err != nil {
		return err
	}
	switch {
	case kind == "OPBD" && s.opened == nil:
		s.opened = &amount
	case kind == "PRCD" && s.before == nil:
		s.before = &amount
	case kind == "CLBD":
		s.closed = &amount
	}
	return nil
}

// settle names the statement's currency and checks that its lines lead from one balance to the other.
func (s *draft) settle() {
	if s.opened == nil {
		s.opened = s.before
	}
	switch {
	case s.Currency != "":
	case s.opened != nil:
		s.Currency = s.opened.Unit
	case s.closed != nil:
		s.Currency = s.closed.Unit
	case len(s.Lines) > 0:
		s.Currency = s.Lines[0].Currency
	}
	s.Opening = s.own("opening", s.opened)
	s.Closing = s.own("closing", s.closed)
	sum, whole := s.Sum()
	if !whole {
		s.warn("Some lines are not in %s, or sum to more than an amount can be: the balances are not checked.",
			s.Currency)
		return
	}
	if s.Opening == nil || s.Closing == nil {
		return
	}
	reached, err := money.Add(*s.Opening, sum)
	if err != nil || reached != *s.Closing {
		s.warn("The opening balance %s and the lines %s do not make the closing balance %s.",
			s.plain(*s.Opening), s.plain(sum), s.plain(*s.Closing))
	}
}

// own gives the balance when it is in the statement's currency.
func (s *draft) own(which string, balance *money.Amount) *int64 {
	if balance == nil {
		return nil
	}
	if balance.Unit != s.Currency {
		s.warn("The %s balance is in %s, not in %s: it is left out.", which, balance.Unit, s.Currency)
		return nil
	}
	return &balance.Minor
}

func (s *draft) plain(minor int64) string {
	return money.Amount{Minor: minor, Unit: s.Currency}.String()
}

func (s *draft) warn(format string, args ...any) {
	s.Warnings = append(s.Warnings, fmt.Sprintf(format, args...))
}
