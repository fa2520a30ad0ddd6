// SPDX-License-Identifier: AGPL-3.0-or-later

// Package giving receives money for pots and pays it out.
//
// A pot holds money for one purpose. Gifts go to one pot or are shared among several; the first
// bears the processor's fee. A gift to one pot may be tied to a need of its appeal, and may be an
// instalment of a regular gift, which has a random id of its own. Money without a sign of its purpose
// arrives unattributed and is placed later. What came in may go back, in part or whole, never more than
// came. An expense is claimed, approved by two different roles, which sets the money apart, and paid;
// when the bank returns the payment it is owed again. Nothing is ever edited: a wrong entry is reversed
// and posted right.
//
//	asset:<into>          -> pot:<slug>, fee back to asset:<into>      gift
//	asset:<into>          -> owed:unattributed                         arrival
//	owed:unattributed     -> pot:<slug>                                gift from an arrival
//	pot:<slug>            -> asset:<through>                           refund of a gift, fee, spending
//	asset:<through>       -> pot:<slug>                                refund of a fee or spending
//	asset:<into>          -> asset:<from>                              move, since assets are carried negative
//	pot:<from>            -> pot:<to>                                  transfer, two signatures
//	pot:<slug>            -> owed:payable                              second approval of an expense
//	owed:payable          -> asset:<through>                           payment, and back on its return
//	owed:payable          -> pot:<slug>                                withdrawal of an approved expense
//
// Its one invariant: a pot and what is owed never fall below zero, and no entry is undone twice.
package giving

import (
	"strconv"

	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
)

// Rules are the rules of giving; the zero value is ready.
type Rules struct{}

var _ mechanism.Mechanism = Rules{}

// Kinds gives the kinds of facts of giving. Gifts and arrivals say the day alone.
func (Rules) Kinds() []journal.Kind {
	return []journal.Kind{
		{Name: "pot/v1", New: func() journal.Fact { return new(PotOpened) }},
		{Name: "gift/v1", DayOnly: true, New: func() journal.Fact { return new(Given) }},
		{Name: "arrival/v1", DayOnly: true, New: func() journal.Fact { return new(Arrived) }},
		{Name: "refund/v1", DayOnly: true, New: func() journal.Fact { return new(Refunded) }},
		{Name: "fee/v1", DayOnly: true, New: func() journal.Fact { return new(FeeCharged) }},
		{Name: "move/v1", New: func() journal.Fact { return new(Moved) }},
		{Name: "transfer/v1", New: func() journal.Fact { return new(Transferred) }},
		{Name: "spending/v1", DayOnly: true, New: func() journal.Fact { return new(Spent) }},
		{Name: "reversal/v1", New: func() journal.Fact { return new(Reversed) }},
		{Name: "expense/v1", New: func() journal.Fact { return new(Claimed) }},
		{Name: "approval/v1", New: func() journal.Fact { return new(Approved) }},
		{Name: "payment/v1", New: func() journal.Fact { return new(Paid) }},
		{Name: "payment-return/v1", New: func() journal.Fact { return new(Returned) }},
		{Name: "withdrawal/v1", New: func() journal.Fact { return new(Withdrawn) }},
	}
}

// States gives the kinds of states that giving keeps.
func (Rules) States() []journal.StateKind {
	return []journal.StateKind{
		{Name: "pot-state/v1", New: func() journal.State { return new(Pot) }},
		{Name: "undone-state/v1", New: func() journal.State { return new(Undone) }},
		{Name: "expense-state/v1", New: func() journal.State { return new(Open) }},
	}
}

// Pot is the state of a pot; its stream is "pot:<slug>".
type Pot struct{ Purpose Purpose }

// Name gives the kind.
func (*Pot) Name() string { return "pot-state/v1" }

// Fields visits the fields in their order.
func (s *Pot) Fields(c *journal.Codec) {
	journal.Choice(c, "purpose", &s.Purpose, Spendable, Endowment)
}

// Undone is what has been undone of an entry, or placed of an arrival; it exists from the first
// time that something is. Its stream is "entry", its part the index.
type Undone struct {
	Back   []journal.Share // gone back already, by pot
	Fee    int64           // of the fee
	Placed int64           // of an arrival, now in pots
	Whole  bool            // reversed as a whole
}

// Name gives the kind.
func (*Undone) Name() string { return "undone-state/v1" }

// Fields visits the fields in their order.
func (s *Undone) Fields(c *journal.Codec) {
	c.Shares("back", &s.Back, 0)
	c.Amount("fee", &s.Fee, 0)
	c.Amount("placed", &s.Placed, 0)
	c.Flag("whole", &s.Whole)
}

// none says whether nothing is undone.
func (s *Undone) none() bool { return len(s.Back) == 0 && s.Fee == 0 && s.Placed == 0 && !s.Whole }

// Status is where an expense stands.
type Status string

// The states of an expense.
const (
	StatusClaimed  Status = "claimed"
	StatusApproved Status = "approved"
	StatusPaid     Status = "paid"
)

// Open is the state of an expense that is not withdrawn; its stream is "expense", its part the
// index at which it was claimed.
type Open struct {
	Status Status
	By     []string // roles that approved
}

// Name gives the kind.
func (*Open) Name() string { return "expense-state/v1" }

// Fields visits the fields in their order.
func (s *Open) Fields(c *journal.Codec) {
	journal.Choice(c, "status", &s.Status, StatusClaimed, StatusApproved, StatusPaid)
	c.Tokens("by", &s.By, 0, 2)
}

// The accounts that belong to no pot.
const (
	Unattributed ledger.Account = "owed:unattributed"
	Payable      ledger.Account = "owed:payable"
)

func potKey(slug string) mechanism.Key { return mechanism.Key{Stream: "pot:" + slug} }

// potKeyIn gives the key of a pot. A posting that goes to the pot spells it already, so that no new
// word is made for most gifts that are read.
func potKeyIn(posts []ledger.Posting, slug string) mechanism.Key {
	for _, p := range posts {
		if p.Account.Is(ledger.Pot, slug) {
			return mechanism.Key{Stream: string(p.Account)}
		}
	}
	return potKey(slug)
}

func entryKey(index int64) mechanism.Key {
	return mechanism.Key{Stream: "entry", Part: strconv.FormatInt(index, 10)}
}

func expenseKey(index int64) mechanism.Key {
	return mechanism.Key{Stream: "expense", Part: strconv.FormatInt(index, 10)}
}
