// SPDX-License-Identifier: AGPL-3.0-or-later

package appeal

import (
	"ecot/journal"
	"ecot/money"
)

// Carry says what becomes of a surplus.
type Carry string

// The rules of a surplus.
const (
	CarryNone   Carry = "none"   // all of it joins the reserve
	CarryYear   Carry = "year"   // it carries into the next month, except into January
	CarryMonths Carry = "months" // it carries up to a number of months' need
)

// Bounds of an appeal.
const (
	maxMonths = 60 // months' need that a surplus may come to
	maxAhead  = 12 // months between a fact and the month that it speaks of
)

// Rule says what an appeal counts in and what becomes of its surplus.
type Rule struct {
	Unit   money.Unit
	Carry  Carry
	Months int64 // for CarryMonths 1 to 60, else 0
}

// Opened says that a pot's appeal is open from a month on, and under which rule; of an appeal that
// is open already, that the rule is another one.
type Opened struct {
	Pot  string
	From int // yyyymm, the first month that the rule holds for
	Rule
	By   string         // the mandate that said so
	Text journal.Digest // salted digest of the appeal's words, may be none
	On   journal.Day
}

// Name gives the kind.
func (*Opened) Name() string { return "appeal/v1" }

// Fields visits the fields in their order.
func (f *Opened) Fields(c *journal.Codec) {
	c.Token("pot", &f.Pot)
	month(c, "from", &f.From)
	f.Rule.fields(c)
	c.Token("by", &f.By)
	c.OptDigest("text", &f.Text)
	c.Day("on", &f.On)
}

func (r *Rule) fields(c *journal.Codec) {
	c.Unit("unit", &r.Unit)
	journal.Choice(c, "carry", &r.Carry, CarryNone, CarryYear, CarryMonths)
	c.Int("months", &r.Months, 0, maxMonths)
}

// Listed says what an appeal's money is for, from a month on.
type Listed struct {
	Pot  string
	From int             // yyyymm
	For  []journal.Share // needs by name, in the order in which they are met; minor units a month
	By   string
	Text journal.Digest // salted digest of the words that explain the needs, may be none
	On   journal.Day
}

// Name gives the kind.
func (*Listed) Name() string { return "needs/v1" }

// Fields visits the fields in their order.
func (f *Listed) Fields(c *journal.Codec) {
	c.Token("pot", &f.Pot)
	month(c, "from", &f.From)
	c.Shares("need", &f.For, 1)
	c.Token("by", &f.By)
	c.OptDigest("text", &f.Text)
	c.Day("on", &f.On)
}

// Ended says which month is the last of an appeal.
type Ended struct {
	Pot  string
	Last int // yyyymm
	By   string
	On   journal.Day
}

// Name gives the kind.
func (*Ended) Name() string { return "appeal-end/v1" }

// Fields visits the fields in their order.
func (f *Ended) Fields(c *journal.Codec) {
	c.Token("pot", &f.Pot)
	month(c, "month", &f.Last)
	c.Token("by", &f.By)
	c.Day("on", &f.On)
}

// month visits a month, written as the number yyyymm.
func month(c *journal.Codec, key string, v *int) {
	n := int64(*v)
	c.Int(key, &n, 1970_01, 9999_12)
	if of := n % 100; of < 1 || of > 12 {
		c.Refuse("%q is %d, which is no month", key, n)
	}
	*v = int(n)
}
