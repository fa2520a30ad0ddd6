// SPDX-License-Identifier: AGPL-3.0-or-later

package charter

import (
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/money"
)

// Closed says that the books of a month are closed, and with them all months before it.
type Closed struct {
	Month     int            // yyyymm
	Unit      money.Unit     // of the journal
	Ledger    int64          // minor units that the bank account held at the month's end by this journal
	Statement int64          // minor units that it held then by the bank's statement
	By        string         // the mandate that closed
	Because   journal.Digest // salted digest of what explains a difference; none when there is no difference
	Document  journal.Digest // salted digest of the statement, may be none
}

var _ mechanism.Closing = (*Closed)(nil)

// Name gives the kind.
func (*Closed) Name() string { return "closing/v1" }

// Fields visits the fields in their order.
func (f *Closed) Fields(c *journal.Codec) {
	c.Month("month", &f.Month)
	c.Unit("unit", &f.Unit)
	c.Int("ledger", &f.Ledger, -money.Max, money.Max)
	c.Int("statement", &f.Statement, -money.Max, money.Max)
	c.Token("by", &f.By)
	c.OptDigest("because", &f.Because)
	c.OptDigest("document", &f.Document)
}

// Closes says what the closing states of the bank account; ledgers carry what it holds as negative.
func (f *Closed) Closes() mechanism.Held {
	return mechanism.Held{Month: f.Month, Unit: f.Unit, Amount: -f.Ledger}
}

// Difference is what the bank says beyond what the journal says, in minor units.
func (f *Closed) Difference() int64 { return f.Statement - f.Ledger }

// Close is the command that closes a month. It is a command of its own: nothing else is entered by it.
type Close struct{ Closed }

// Needs names the charter and the books.
func (c *Close) Needs() mechanism.Needs {
	return mechanism.Needs{Keys: []mechanism.Key{key(), mechanism.BooksKey()}}
}

// Decide closes, once the month is over in the fund's zone.
func (c *Close) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Closed
	if err := journal.Check(&fact); err != nil {
		return nil, err
	}
	if fact.Month >= now.Today.Month() {
		return nil, notOver(fact.Month)
	}
	return []journal.Fact{&fact}, nil
}

// Commit puts the commitment to the explanation ("because") or to the statement ("document").
func (c *Close) Commit(field string, v journal.Digest) bool {
	switch field {
	case "because":
		c.Because = v
	case "document":
		c.Document = v
	default:
		return false
	}
	return true
}

// Books is the state of the books once a month was closed; its key is mechanism.BooksKey.
type Books struct{ Through int } // the last month closed, yyyymm

var _ mechanism.Shut = (*Books)(nil)

// Name gives the kind.
func (*Books) Name() string { return "books-state/v1" }

// Fields visits the fields in their order.
func (s *Books) Fields(c *journal.Codec) { c.Month("through", &s.Through) }

// ClosedThrough gives the last month closed.
func (s *Books) ClosedThrough() int { return s.Through }

func notOver(month int) error {
	return fault.New(fault.Conflict, "%s is not over yet: it can be closed from the next month on.",
		journal.MonthName(month))
}

// applyClosing closes a month. That what it says of the bank account is so, is seen to by who sums.
func applyClosing(d mechanism.Desk, at journal.At, f *Closed) error {
	founded, ok := d.State(key()).(*Founded)
	if !ok || founded.Unit != f.Unit {
		return fault.New(fault.Invalid, "The books are closed in the unit of the journal, not in %s.", f.Unit)
	}
	if (at.Day() + 1).Month() <= f.Month { // somewhere on earth it is tomorrow already
		return notOver(f.Month)
	}
	if books, closed := d.State(mechanism.BooksKey()).(*Books); closed {
		if next := mechanism.NextMonth(books.Through); f.Month != next {
			return fault.New(fault.Conflict,
				"The books are closed up to the end of %s; the next month to close is %s.",
				journal.MonthName(books.Through), journal.MonthName(next))
		}
	}
	if f.Difference() != 0 && f.Because == (journal.Digest{}) {
		return fault.New(fault.Conflict,
			"The bank's statement differs from the books by %s %s: find it, or explain it, before %s is closed.",
			money.Amount{Minor: f.Difference(), Unit: f.Unit}, f.Unit, journal.MonthName(f.Month))
	}
	if f.Difference() == 0 && f.Because != (journal.Digest{}) {
		return fault.New(fault.Invalid, "There is no difference in %s to explain.", journal.MonthName(f.Month))
	}
	d.Put(mechanism.BooksKey(), &Books{Through: f.Month})
	return nil
}
