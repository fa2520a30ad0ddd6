// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"cmp"
	"context"
	"slices"

	"ecot/office"
)

// Gap is a stretch of an account for which a statement is missing.
type Gap struct {
	Account string `json:"account"`
	After   string `json:"after"`             // last day of the statement before
	Until   string `json:"until"`             // first day of the one that does not follow
	Missing int64  `json:"missing,omitempty"` // minor units that no line explains; may be 0
	Numbers int64  `json:"numbers,omitempty"` // statements missing by their numbers
	Note    string `json:"note,omitempty"`    // what a person said of it
	Closing string `json:"closing"`           // last day of the statement that does not follow; notes go by it
}

// chain is an account's statements put together. They may overlap: what counts is each balance that the
// bank stated, and the lines from the first to each.
type chain struct {
	From    string // first day of the first statement that says a balance; empty when none does
	Opening int64  // what the account held before it
	To      string // last day whose closing balance is known
	Closing int64  // what it held at its end, by the bank
	Lines   int64  // that the bank told up to then
	Gaps    []Gap
	Days    []office.BankDay // all days, by day and status

	closings map[string]int64 // by last day
}

func (b *Bank) chain(ctx context.Context, account string) (chain, error) {
	statements, err := b.office.BankStatements(ctx, account)
	if err != nil {
		return chain{}, err
	}
	c := chain{closings: map[string]int64{}}
	if c.Days, err = b.office.BankDays(ctx, account); err != nil {
		return chain{}, err
	}
	notes, err := b.office.BankGaps(ctx, account)
	if err != nil {
		return chain{}, err
	}
	balanced := slices.DeleteFunc(statements, func(s office.BankStatement) bool {
		return s.Notice || s.Opening == nil || s.Closing == nil || s.To == ""
	})
	c.follow(account, balanced)
	for i := range c.Gaps {
		for _, note := range notes {
			if note.Until == c.Gaps[i].Closing {
				c.Gaps[i].Note = note.Note
			}
		}
	}
	return c, nil
}

// follow goes from one balance to the next. At each the lines since the first must lead to it; where
// they are off by more than before, something between is missing.
func (c *chain) follow(account string, statements []office.BankStatement) {
	if len(statements) == 0 {
		return
	}
	first := slices.MinFunc(statements, func(s, t office.BankStatement) int {
		return cmp.Or(cmp.Compare(s.From, t.From), cmp.Compare(s.To, t.To), cmp.Compare(s.Number, t.Number),
			cmp.Compare(s.Sent, t.Sent), cmp.Compare(s.Page, t.Page))
	})
	c.From, c.Opening = first.From, *first.Opening
	off := int64(0)
	for i, s := range statements {
		last := i+1 == len(statements) || statements[i+1].To != s.To
		if i > 0 {
			c.numbers(account, statements[i-1], s)
		}
		if !last {
			continue
		}
		now := *s.Closing - c.reckoned(s.To)
		if missing := now - off; missing != 0 {
			c.gap(Gap{Account: account, After: c.To, Until: s.From, Missing: missing, Closing: s.To})
		}
		off, c.To, c.Closing = now, s.To, *s.Closing
		c.closings[s.To] = *s.Closing
	}
	for _, d := range c.Days {
		if d.Day <= c.To {
			c.Lines += d.Lines
		}
	}
}

// gap adds a gap, or completes the one at the same place.
func (c *chain) gap(g Gap) {
	for i := range c.Gaps {
		if c.Gaps[i].Closing == g.Closing {
			c.Gaps[i].Missing += g.Missing
			c.Gaps[i].Numbers += g.Numbers
			return
		}
	}
	c.Gaps = append(c.Gaps, g)
}

// numbers looks for statements that are missing by their numbers, between two that do not overlap.
func (c *chain) numbers(account string, before, s office.BankStatement) {
	if s.From < before.To {
		return
	}
	missing := int64(0)
	for _, pair := range [][2]int64{{before.Number, s.Number}, {before.Sent, s.Sent}} {
		if pair[0] > 0 && pair[1] > pair[0]+1 {
			missing = max(missing, pair[1]-pair[0]-1)
		}
	}
	if missing > 0 {
		c.gap(Gap{Account: account, After: before.To, Until: s.From, Numbers: missing, Closing: s.To})
	}
}

// reckoned gives what the account holds at the end of a day by its lines.
func (c *chain) reckoned(day string) int64 {
	sum := c.Opening
	for _, d := range c.Days {
		if d.Day >= c.From && d.Day <= day {
			sum += d.In + d.Out
		}
	}
	return sum
}

// NoteGap keeps what a person says of a gap, by a mandate.
func (b *Bank) NoteGap(ctx context.Context, account, until, note, by string) error {
	return b.office.Do(ctx, func(tx *office.Tx) error {
		return tx.PutBankGap(ctx, office.BankGap{Account: compact(account), Until: until, Note: note,
			At: b.app.Now().Unix(), Mandate: by})
	})
}
