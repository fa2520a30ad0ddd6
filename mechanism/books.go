// SPDX-License-Identifier: AGPL-3.0-or-later

package mechanism

import (
	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/money"
)

// Dated is a fact that says on which day its money is booked. The money of any other fact is booked
// on the day of its entry.
type Dated interface{ Booked() journal.Day }

// Closing is a fact that closes a month of the books, and says what the bank account held at its end
// by all that is booked until then.
type Closing interface{ Closes() Held }

// Held is what Bank holds by all that is booked until the end of a month.
type Held struct {
	Month  int // yyyymm
	Unit   money.Unit
	Amount int64 // minor units, as ledgers count: negative for money that the fund has
}

// Bank is the account that closings are about.
const Bank ledger.Account = "asset:bank"

// Shut is the state of the books: the months up to one are closed for good, 0 for none.
type Shut interface{ ClosedThrough() int }

// BooksKey names the state of the books, which is a Shut or none. It is on every desk, whether or not
// a command named it.
func BooksKey() Key { return Key{Stream: "books"} }

// Booked gives the day on which the money of an entry is booked.
func Booked(e *journal.Entry) journal.Day {
	if f, dated := e.Fact.(Dated); dated {
		return f.Booked()
	}
	return e.At.Day()
}

// closedThrough gives the last month that is closed, 0 for none.
func closedThrough(d Desk) int {
	if books, ok := d.State(BooksKey()).(Shut); ok {
		return books.ClosedThrough()
	}
	return 0
}

// checkOpen refuses an entry that moves money in a month that is closed, or before it.
func checkOpen(d Desk, e *journal.Entry, posts []ledger.Posting) error {
	if len(posts) == 0 {
		return nil
	}
	closed := closedThrough(d)
	if closed == 0 {
		return nil
	}
	if day := Booked(e); day.Month() <= closed {
		return fault.New(fault.Conflict,
			"The books are closed up to the end of %s: nothing can be booked on %s any more.",
			journal.MonthName(closed), day)
	}
	return nil
}

// keepClosed moves what an entry adds to figures of closed months to the month in which it is booked,
// or to the first that is open.
func keepClosed(d Desk, figures *Figures) {
	closed := closedThrough(d)
	if closed == 0 {
		return
	}
	open := max(figures.Day.Month(), NextMonth(closed))
	for i := range figures.Tallies {
		if t := &figures.Tallies[i]; t.Month <= closed {
			t.Month = open
		}
	}
}

// NextMonth gives the month behind one, both yyyymm.
func NextMonth(month int) int {
	if month%100 == 12 {
		return month + 89
	}
	return month + 1
}

// Check refuses a closing that says something else than what the account held.
func (h Held) Check(amount int64) error {
	if h.Amount == amount {
		return nil
	}
	return fault.New(fault.Conflict, "At the end of %s the bank account held %s %s by this journal, not %s.",
		journal.MonthName(h.Month), money.Amount{Minor: -amount, Unit: h.Unit}, h.Unit,
		money.Amount{Minor: -h.Amount, Unit: h.Unit})
}

// bankMonths sums what was booked in Bank, by month and unit.
type bankMonths struct {
	sums map[bankMonth]*int64
	last struct { // which the next posting mostly is of, too
		day  journal.Day
		unit money.Unit
		sum  *int64
	}
}

type bankMonth struct {
	month int
	unit  money.Unit
}

// add adds the postings of an entry.
func (b *bankMonths) add(e *journal.Entry) {
	for _, p := range e.Posts {
		if p.Account != Bank {
			continue
		}
		if day := Booked(e); b.last.sum == nil || day != b.last.day || p.Unit != b.last.unit {
			key := bankMonth{day.Month(), p.Unit}
			if b.sums[key] == nil {
				b.sums[key] = new(int64)
			}
			b.last.day, b.last.unit, b.last.sum = day, p.Unit, b.sums[key]
		}
		*b.last.sum += p.Amount
	}
}

// until gives what was booked until a month's end.
func (b *bankMonths) until(month int, unit money.Unit) (held int64) {
	for key, sum := range b.sums {
		if key.unit == unit && key.month <= month {
			held += *sum
		}
	}
	return held
}
