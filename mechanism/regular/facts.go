// SPDX-License-Identifier: AGPL-3.0-or-later

package regular

import (
	"ecot/journal"
	"ecot/money"
)

// Every says how often an instalment falls due.
type Every string

// The periods.
const (
	Monthly Every = "month"
	Yearly  Every = "year"
)

func every(c *journal.Codec, v *Every) { journal.Choice(c, "every", v, Monthly, Yearly) }

// Means says how instalments reach the fund.
type Means string

// The means.
const (
	Transfer Means = "transfer" // the giver's bank sends them
	Card     Means = "card"     // the provider charges a card
	Debit    Means = "debit"    // the fund's bank collects them
)

func means(c *journal.Codec, v *Means) { journal.Choice(c, "means", v, Transfer, Card, Debit) }

// Begun says that somebody intends to give regularly.
type Begun struct {
	ID     string // random, of this gift alone
	Unit   money.Unit
	Amount int64           // minor units of an instalment
	To     []journal.Share // sums to Amount
	Every  Every
	Means  Means
	From   journal.Day // the first instalment
	On     journal.Day
}

// Name gives the kind.
func (*Begun) Name() string { return "regular/v1" }

// Fields visits the fields in their order.
func (f *Begun) Fields(c *journal.Codec) {
	c.Token("id", &f.ID)
	c.Unit("unit", &f.Unit)
	c.Amount("amount", &f.Amount, 1)
	c.Shares("to", &f.To, 1)
	every(c, &f.Every)
	means(c, &f.Means)
	c.Day("from", &f.From)
	c.Day("on", &f.On)
}

// Change says what became of a regular gift.
type Change string

// The changes.
const (
	Paused  Change = "paused"  // of one that is paused: until another day
	Resumed Change = "resumed" // goes on, from this day
	Stopped Change = "stopped" // for good
	Amended Change = "amount"  // another amount, or other pots
	Kept    Change = "kept"    // the giver said "still yes"
)

// Why says who had a regular gift changed.
type Why string

// The reasons of a change.
const (
	ByDonor    Why = "donor"
	ByFund     Why = "fund"
	ByProvider Why = "provider"  // such as a card that expired
	NoAnswer   Why = "no-answer" // the yearly question was not answered; pauses or stops
)

// Changed says that a regular gift was changed, and what that changes in the published figure.
type Changed struct {
	ID      string
	Change  Change
	Why     Why
	Until   journal.Day // of a pause: the day on which it is to end, 0 when that is open
	Unit    money.Unit
	Amount  int64           // of another amount: minor units of an instalment; else 0
	To      []journal.Share // of another amount: sums to it; else none
	Active  int64           // gifts that go on: 1 more, 1 less or as many
	Monthly int64           // minor units a month that they promise, more or less
	On      journal.Day
}

// Name gives the kind.
func (*Changed) Name() string { return "regular-change/v1" }

// Fields visits the fields in their order.
func (f *Changed) Fields(c *journal.Codec) {
	c.Token("id", &f.ID)
	journal.Choice(c, "change", &f.Change, Paused, Resumed, Stopped, Amended, Kept)
	journal.Choice(c, "why", &f.Why, ByDonor, ByFund, ByProvider, NoAnswer)
	c.OptDay("until", &f.Until)
	c.Unit("unit", &f.Unit)
	c.Amount("amount", &f.Amount, 0)
	c.Shares("to", &f.To, 0)
	c.Int("active", &f.Active, -1, 1)
	c.Int("monthly", &f.Monthly, -money.Max, money.Max)
	c.Day("on", &f.On)
}

// Missed says that of an instalment nothing was seen.
type Missed struct {
	ID    string
	Month int // yyyymm in which it was due
	Why   WhyMissed
	On    journal.Day
}

// WhyMissed says what is known of an instalment that did not come.
type WhyMissed string

// The reasons of a missed instalment.
const (
	NoMoneySeen WhyMissed = "no-money-seen"
	Refused     WhyMissed = "refused" // by the bank or the provider
)

// Name gives the kind.
func (*Missed) Name() string { return "regular-missed/v1" }

// Fields visits the fields in their order.
func (f *Missed) Fields(c *journal.Codec) {
	c.Token("id", &f.ID)
	month := int64(f.Month)
	c.Int("month", &month, 1970_01, 9999_12)
	if of := month % 100; of < 1 || of > 12 {
		c.Refuse("%q is %d, which is no month", "month", month)
	}
	f.Month = int(month)
	journal.Choice(c, "why", &f.Why, NoMoneySeen, Refused)
	c.Day("on", &f.On)
}
