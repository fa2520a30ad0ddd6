// SPDX-License-Identifier: AGPL-3.0-or-later

package bankcsv

import (
	"fmt"
	"slices"
	"strings"

	"ecot/exchange/grid"
	"ecot/money"
)

// settle puts the lines into the order of time, checks the balances that stand beside them, and gives
// each line its key.
func (s *draft) settle(r *reader) {
	if s.newestFirst() {
		slices.Reverse(s.Lines)
		slices.Reverse(s.places)
		slices.Reverse(s.balances)
	}
	for _, l := range s.Lines {
		if s.From == "" || l.Booked < s.From {
			s.From = l.Booked
		}
		s.To = max(s.To, l.Booked)
	}
	switch {
	case len(s.balances) > 0:
		s.lead()
	case len(r.statements) == 1:
		s.Closing = closing(r.table.Above, r.Decimal, s.Currency)
	}
	s.Seal()
}

// newestFirst says whether the file begins with the last line. Where all lines are of one day, the
// balances tell it if they do so in one direction only.
func (s *draft) newestFirst() bool {
	if len(s.Lines) < 2 {
		return false
	}
	if first, last := s.Lines[0].Booked, s.Lines[len(s.Lines)-1].Booked; first != last {
		return first > last
	}
	return len(s.balances) > 0 && s.breaks(false) > s.breaks(true)
}

// breaks counts the balances that the line behind them, in one direction, does not lead to.
func (s *draft) breaks(backwards bool) (broken int) {
	for i := 1; i < len(s.Lines); i++ {
		from, to := i-1, i
		if backwards {
			from, to = i, i-1
		}
		if !s.leads(from, to) {
			broken++
		}
	}
	return broken
}

// leads says whether the balance of one line and the amount of another make the other's balance.
func (s *draft) leads(from, to int) bool {
	amount := s.Lines[to].Amount
	if s.Lines[to].Unbooked {
		amount = 0
	}
	reached, err := money.Add(s.balances[from], amount)
	return err == nil && reached == s.balances[to]
}

// lead takes the opening and the closing balance from the first and the last line, and warns of the
// first place where a balance does not follow from the one before: a line is missing there.
func (s *draft) lead() {
	first := s.Lines[0].Amount
	if s.Lines[0].Unbooked {
		first = 0
	}
	last := s.balances[len(s.balances)-1]
	s.Closing = &last
	if opening, err := money.Sub(s.balances[0], first); err == nil {
		s.Opening = &opening
	}
	for i := 1; i < len(s.Lines); i++ {
		if !s.leads(i-1, i) {
			s.Warnings = append(s.Warnings, fmt.Sprintf("line %d: The balance %s does not follow from the balance %s "+
				"before this line of %s: a line is missing or out of order.", s.places[i], s.plain(s.balances[i]),
				s.plain(s.balances[i-1]), s.plain(s.Lines[i].Amount)))
			return
		}
	}
}

func (s *draft) plain(minor int64) string {
	return money.Amount{Minor: minor, Unit: s.Currency}.String()
}

// closing finds the balance that stands above the header, in a row that begins with the word for it.
func closing(above []grid.Row, decimal string, unit money.Unit) *int64 {
	for _, row := range above {
		name := grid.Fold(row.Cells[0])
		if !strings.HasPrefix(name, "solde") && !strings.HasPrefix(name, "balance") ||
			strings.Contains(name, "francs") {
			continue
		}
		for i := len(row.Cells) - 1; i >= 0; i-- {
			if minor, err := grid.Amount(lastAmount(row.Cells[i]), decimal, unit); err == nil {
				return &minor
			}
		}
	}
	return nil
}

// lastAmount gives the amount in which a text ends: "Solde au 31/01/2026 1 234,56 €" has words and a
// day before it.
func lastAmount(text string) string {
	fields := strings.Fields(text)
	begin := len(fields)
	for begin > 0 && strings.Trim(fields[begin-1], "0123456789.,'-+€") == "" {
		begin--
	}
	return strings.Join(fields[begin:], " ")
}
