// SPDX-License-Identifier: AGPL-3.0-or-later

package giving

import (
	"slices"

	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
)

// The commands of giving. Each holds the fact that it asks for; what the fact leaves open, such as
// a day, Decide fills in.
type (
	// OpenPot opens a pot.
	OpenPot struct{ PotOpened }
	// Give books a gift.
	Give struct{ Given }
	// Receive books money that nobody can place yet.
	Receive struct{ Arrived }
	// GiveBack sends back all or part of what an earlier entry moved.
	GiveBack struct{ Refunded }
	// Charge books a fee.
	Charge struct{ FeeCharged }
	// Move moves money between the fund's own assets.
	Move struct{ Moved }
	// Transfer moves money from one purpose to another.
	Transfer struct{ Transferred }
	// Spend books a payment whose approvals are not in this journal.
	Spend struct{ Spent }
	// Reverse undoes a wrong entry.
	Reverse struct {
		Reversed
		Origin int64 // the entry that the wrong one refers to, 0 for none
	}
	// Claim asks to be paid.
	Claim struct{ Claimed }
	// Approve signs an expense.
	Approve struct{ Approved }
	// Pay books that an approved expense left the account.
	Pay struct{ Paid }
	// TakeBack books that the bank returned a payment.
	TakeBack struct{ Returned }
	// Withdraw ends an expense that will not be paid.
	Withdraw struct{ Withdrawn }
)

// say gives the fact that a command comes to, once its fields are all within their ranges; the
// postings and the fold may rely on that.
func say(fact journal.Fact) ([]journal.Fact, error) {
	if err := journal.Check(fact); err != nil {
		return nil, err
	}
	return []journal.Fact{fact}, nil
}

// today puts today where the day is open.
func today(day *journal.Day, now mechanism.Moment) {
	if *day == 0 {
		*day = now.Today
	}
}

// Needs names the pot.
func (c *OpenPot) Needs() mechanism.Needs { return pots(c.Slug) }

// Decide opens the pot.
func (c *OpenPot) Decide(_ mechanism.Desk, _ mechanism.Moment) ([]journal.Fact, error) {
	fact := c.PotOpened
	return say(&fact)
}

func pots(slugs ...string) (n mechanism.Needs) {
	for _, slug := range slugs {
		n.Keys = append(n.Keys, potKey(slug))
	}
	return n
}

func shared(shares []journal.Share) (n mechanism.Needs) {
	for _, share := range shares {
		n.Keys = append(n.Keys, potKey(share.Pot))
	}
	return n
}

// entry adds an earlier entry, and what has been undone of it.
func entry(n mechanism.Needs, index int64) mechanism.Needs {
	n.Keys = append(n.Keys, entryKey(index))
	n.Entries = append(n.Entries, index)
	return n
}

// optEntry does so unless the index is 0, which stands for none.
func optEntry(n mechanism.Needs, index int64) mechanism.Needs {
	if index == 0 {
		return n
	}
	return entry(n, index)
}

// Needs names the pots, and the arrival when there is one.
func (c *Give) Needs() mechanism.Needs { return optEntry(shared(c.To), c.Arrival) }

// Decide books the gift, given today unless it says otherwise.
func (c *Give) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Given
	today(&fact.Inflow.Given, now)
	return say(&fact)
}

// Needs names nothing.
func (c *Receive) Needs() mechanism.Needs { return mechanism.Needs{} }

// Decide books the arrival.
func (c *Receive) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Arrived
	today(&fact.Given, now)
	return say(&fact)
}

// Needs names the entry.
func (c *GiveBack) Needs() mechanism.Needs { return entry(mechanism.Needs{}, c.Of) }

// Decide sends the money back.
func (c *GiveBack) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Refunded
	today(&fact.On, now)
	return say(&fact)
}

// Needs names the pot.
func (c *Charge) Needs() mechanism.Needs { return pots(c.Pot) }

// Decide books the fee.
func (c *Charge) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.FeeCharged
	today(&fact.On, now)
	return say(&fact)
}

// Needs names nothing.
func (c *Move) Needs() mechanism.Needs { return mechanism.Needs{} }

// Decide books the move.
func (c *Move) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Moved
	today(&fact.On, now)
	return say(&fact)
}

// Needs names both pots.
func (c *Transfer) Needs() mechanism.Needs { return pots(c.From, c.To) }

// Decide books the transfer.
func (c *Transfer) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Transferred
	today(&fact.On, now)
	if len(fact.By) != 2 {
		return nil, fault.New(fault.Forbidden, "A transfer between pots needs two signatures.")
	}
	return say(&fact)
}

// Needs names the pot.
func (c *Spend) Needs() mechanism.Needs { return pots(c.Pot) }

// Decide books the payment.
func (c *Spend) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Spent
	today(&fact.On, now)
	return say(&fact)
}

// Needs names the wrong entry and its origin.
func (c *Reverse) Needs() mechanism.Needs { return optEntry(entry(mechanism.Needs{}, c.Of), c.Origin) }

// Decide undoes the entry. The origin must be the true one, for what is undone of it changes too.
func (c *Reverse) Decide(d mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Reversed
	today(&fact.On, now)
	e, err := d.Entry(c.Of)
	if err != nil {
		return nil, err
	}
	if origin := Origin(e.Fact); origin != c.Origin {
		return nil, fault.New(fault.Invalid, "Entry %d refers to entry %d, not to %d.", c.Of, origin, c.Origin)
	}
	return say(&fact)
}

// Origin gives the earlier entry that one refers to and that its reversal touches, 0 for none.
func Origin(f journal.Fact) int64 {
	switch f := f.(type) {
	case *Given:
		return f.Arrival
	case *Refunded:
		return f.Of
	}
	return 0
}

// Needs names the pot.
func (c *Claim) Needs() mechanism.Needs { return pots(c.Pot) }

// Decide books the claim.
func (c *Claim) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Claimed
	today(&fact.On, now)
	return say(&fact)
}

func expense(index int64) mechanism.Needs {
	return mechanism.Needs{Keys: []mechanism.Key{expenseKey(index)}, Entries: []int64{index}}
}

// Needs names the expense.
func (c *Approve) Needs() mechanism.Needs { return expense(c.Of) }

// Decide signs; the second signature is the last.
func (c *Approve) Decide(d mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Approved
	today(&fact.On, now)
	state, err := open(d, c.Of, StatusClaimed)
	if err != nil {
		return nil, err
	}
	fact.Final = len(state.By) == 1 && !slices.Contains(state.By, c.By)
	return say(&fact)
}

// Needs names the expense.
func (c *Pay) Needs() mechanism.Needs { return expense(c.Of) }

// Decide books the payment.
func (c *Pay) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Paid
	today(&fact.On, now)
	return say(&fact)
}

// Needs names the expense.
func (c *TakeBack) Needs() mechanism.Needs { return expense(c.Of) }

// Decide books the return.
func (c *TakeBack) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Returned
	today(&fact.On, now)
	return say(&fact)
}

// Needs names the expense.
func (c *Withdraw) Needs() mechanism.Needs { return expense(c.Of) }

// Decide ends the expense.
func (c *Withdraw) Decide(d mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Withdrawn
	today(&fact.On, now)
	if state, ok := d.State(expenseKey(c.Of)).(*Open); ok {
		fact.Set = state.Status == StatusApproved
	}
	return say(&fact)
}

// Commit puts the commitment to the giver ("who") or to their words ("memo").
func (c *Give) Commit(field string, v journal.Digest) bool {
	return commit(v, field, map[string]*journal.Digest{"who": &c.Who, "memo": &c.Memo})
}

// Count places the gift among its giver's gifts.
func (c *Give) Count(n Counts) { c.Counts = n }

// Commit puts the commitment to the payee ("who") or to what was bought ("memo").
func (c *Spend) Commit(field string, v journal.Digest) bool {
	return commit(v, field, map[string]*journal.Digest{"who": &c.Who, "memo": &c.Memo})
}

// Commit puts the commitment to the payee ("who") or to the invoice ("document").
func (c *Claim) Commit(field string, v journal.Digest) bool {
	return commit(v, field, map[string]*journal.Digest{"who": &c.Who, "document": &c.Document})
}

// Commit puts the commitment to the pot's name ("title").
func (c *OpenPot) Commit(field string, v journal.Digest) bool {
	return commit(v, field, map[string]*journal.Digest{"title": &c.Title})
}

// Commit puts the commitment to the reason ("because").
func (c *Transfer) Commit(field string, v journal.Digest) bool {
	return commit(v, field, map[string]*journal.Digest{"because": &c.Because})
}

// Commit puts the commitment to the reason ("because").
func (c *Reverse) Commit(field string, v journal.Digest) bool {
	return commit(v, field, map[string]*journal.Digest{"because": &c.Because})
}

// Commit puts the commitment to the bank's line ("line").
func (c *Receive) Commit(field string, v journal.Digest) bool {
	return commit(v, field, map[string]*journal.Digest{"line": &c.Line})
}

func commit(v journal.Digest, field string, places map[string]*journal.Digest) bool {
	place, ok := places[field]
	if ok {
		*place = v
	}
	return ok
}
