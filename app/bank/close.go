// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ecot/app"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/charter"
	"ecot/money"
	"ecot/office"
	"ecot/proof"
)

// Closing is what closing a month would say, and what stands against it.
type Closing struct {
	Month     string // 2025-12
	Closed    bool   // it is closed already
	Next      string // the month to close next, when another one is
	Known     bool   // a statement states the balance at the month's end
	Bank      int64  // what the bank account held then, by the statement; minor units
	Books     int64  // by the journal
	Waiting   Sum    // lines of the month and before that are not booked yet
	Gaps      []Gap
	Obstacles []*fault.Error // why it cannot be closed, but for a difference that can be explained
	Entry     int64          // of a closed month, the entry that closed it
	Hash      string         // of that entry's leaf, base64
}

// Difference gives what the bank says beyond the books.
func (c Closing) Difference() int64 { return c.Bank - c.Books }

// firstOpen gives the first day on which something may be booked, empty while no month is closed.
func (b *Bank) firstOpen(ctx context.Context) (string, error) {
	closed, err := b.read.ClosedThrough(ctx)
	if err != nil || closed == 0 {
		return "", err
	}
	return journal.MonthName(mechanism.NextMonth(closed)) + "-01", nil
}

// Closing says what closing a month (2025-12) would say. An empty month is the next to close.
func (b *Bank) Closing(ctx context.Context, month string) (Closing, error) {
	through, err := b.read.ClosedThrough(ctx)
	if err != nil {
		return Closing{}, err
	}
	chain, moves, err := b.mainAccount(ctx)
	if err != nil {
		return Closing{}, err
	}
	next := nextToClose(through, chain, moves)
	if month == "" {
		month = next
	}
	if month == "" {
		return Closing{}, fault.New(fault.Conflict, "Nothing has happened yet that could be closed.").
			In("bank.close.nothing")
	}
	last := monthEnd(month)
	if last == "" {
		return Closing{}, fault.New(fault.Invalid, "%q is no month; it looks like 2025-12.", month).
			In("bank.no-month", "month", month)
	}
	c := Closing{Month: month, Next: next, Closed: through != 0 && monthNumber(month) <= through}
	day, _ := journal.ParseDay(last)
	c.Books = held(moves, day)
	c.Bank, c.Known = chain.at(last)
	for _, d := range chain.Days {
		if d.Day <= last && (d.Status == office.LineWaiting || d.Status == office.LineBooking) {
			c.Waiting.add(d)
		}
	}
	for _, gap := range chain.Gaps {
		if gap.After < last {
			c.Gaps = append(c.Gaps, gap)
		}
	}
	if !c.Closed {
		c.Obstacles = b.obstacles(c, last)
		return c, nil
	}
	return c, b.readClosing(ctx, &c)
}

// mainAccount gives the statements and moves of the account that closings are about.
func (b *Bank) mainAccount(ctx context.Context) (chain, []Move, error) {
	accounts, err := b.Accounts(ctx)
	if err != nil {
		return chain{}, nil, err
	}
	number := ""
	if len(accounts) > 0 && accounts[0].Asset == mainAsset {
		number = accounts[0].IBAN
	}
	c, err := b.chain(ctx, number)
	if err != nil {
		return chain{}, nil, err
	}
	moves, err := b.moves(ctx, mainAsset)
	return c, moves, err
}

// nextToClose gives the month behind the last one closed, else the first in which anything happened.
func nextToClose(through int, c chain, moves []Move) string {
	if through != 0 {
		return journal.MonthName(mechanism.NextMonth(through))
	}
	first := c.From
	for _, m := range moves {
		if day := m.Day.String(); first == "" || day < first {
			first = day
		}
	}
	if first == "" {
		return ""
	}
	return first[:len("2006-01")]
}

// monthEnd gives the last day of a month (2025-12), empty for what is none.
func monthEnd(month string) string {
	begin, err := time.Parse("2006-01", month)
	if err != nil {
		return ""
	}
	return begin.AddDate(0, 1, -1).Format(time.DateOnly)
}

func monthNumber(month string) (n int) {
	fmt.Sscanf(strings.Replace(month, "-", "", 1), "%d", &n)
	return n
}

// at gives what the bank says that the account held at a day's end: stated for that day, or for an earlier
// one when no statement that goes on tells of a line in between.
func (c chain) at(day string) (int64, bool) {
	if closing, stated := c.closings[day]; stated {
		return closing, true
	}
	if c.To == "" || day < c.From || day > c.To {
		return 0, false
	}
	return c.reckoned(day) + c.offAt(day), true
}

// offAt gives by how much the lines fail to lead to the first balance stated behind a day.
func (c chain) offAt(day string) int64 {
	next := ""
	for stated := range c.closings {
		if stated > day && (next == "" || stated < next) {
			next = stated
		}
	}
	return c.closings[next] - c.reckoned(next)
}

// obstacles lists what stands against closing a month.
func (b *Bank) obstacles(c Closing, last string) (all []*fault.Error) {
	refuse := func(key, text string, pairs ...string) {
		all = append(all, fault.New(fault.Conflict, "%s", text).In(key, pairs...))
	}
	switch {
	case c.Next == "":
		refuse("bank.close.nothing", "Nothing has happened yet that could be closed.")
		return all
	case c.Month != c.Next:
		refuse("bank.close.order", "Months are closed in their order: the next is "+c.Next+".", "month", c.Next)
	case last >= b.today().String():
		refuse("bank.close.not-over", "The month "+c.Month+" is not over yet.", "month", c.Month)
	}
	if !c.Known {
		refuse("bank.close.no-statement", "No statement says what the bank account held at the end of "+c.Month+".",
			"month", c.Month)
	}
	if c.Waiting.Lines > 0 {
		refuse("bank.close.waiting", fmt.Sprintf("%d lines of the bank are not booked yet.", c.Waiting.Lines),
			"lines",
			fmt.Sprint(c.Waiting.Lines))
	}
	for _, gap := range c.Gaps {
		if gap.Note == "" {
			refuse("bank.close.gap", "A statement is missing between "+gap.After+" and "+gap.Until+".", "after",
				gap.After,
				"until", gap.Until)
		}
	}
	return all
}

// Close closes a month, by a mandate: nothing can be booked in it any more. It is refused while something
// stands against it, and with a difference that is not explained.
func (b *Bank) Close(ctx context.Context, month, because, by string) (app.Answer, error) {
	c, err := b.Closing(ctx, month)
	if err != nil {
		return app.Answer{}, err
	}
	if c.Closed {
		return app.Answer{}, fault.New(fault.Conflict, "The month %s is closed already.", month).
			In("bank.close.closed", "month", month)
	}
	if len(c.Obstacles) > 0 {
		return app.Answer{}, c.Obstacles[0]
	}
	because = strings.TrimSpace(because)
	switch {
	case c.Difference() == 0:
		because = ""
	case because == "":
		unit := b.app.Unit()
		off := plain(c.Difference(), unit)
		return app.Answer{}, fault.New(fault.Conflict,
			"The bank says %s %s more than the books: find it, or explain it.",
			off, unit).In("bank.close.difference", "amount", off)
	}
	request := app.Request{Key: "close/" + month, Command: &charter.Close{Closed: charter.Closed{
		Month: monthNumber(month), Unit: b.app.Unit(), Ledger: c.Books, Statement: c.Bank, By: by}}}
	if because != "" {
		request.Private = []app.Private{{Field: "because", Value: because}}
	}
	return b.app.Do(ctx, request)
}

// readClosing fills in the entry that closed a month, and what it says. A month before the first one that
// was closed was closed with that.
func (b *Bank) readClosing(ctx context.Context, c *Closing) error {
	b.book.mu.Lock()
	defer b.book.mu.Unlock()
	fresh, size, err := b.read.Closings(ctx, b.book.read)
	if err != nil {
		return err
	}
	b.book.closings, b.book.read = append(b.book.closings, fresh...), size
	month := monthNumber(c.Month)
	for _, closing := range b.book.closings {
		if closing.Fact.Month < month {
			continue
		}
		c.Entry, c.Hash = closing.Index, proof.LeafHash(closing.Leaf).String()
		if closing.Fact.Month == month {
			c.Bank, c.Books, c.Known = closing.Fact.Statement, closing.Fact.Ledger, true
		}
		break
	}
	return nil
}

// plain writes an amount without its unit.
func plain(minor int64, unit money.Unit) string {
	return money.Amount{Minor: minor, Unit: unit}.String()
}
