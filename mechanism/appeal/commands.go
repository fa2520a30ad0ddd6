// SPDX-License-Identifier: AGPL-3.0-or-later

package appeal

import (
	"ecot/journal"
	"ecot/mechanism"
)

// The commands of appeals. Each holds the fact that it asks for; what the fact leaves open Decide
// fills in: the day is today, the month the current one.
type (
	// Open opens an appeal, or gives it another rule. Without a rule a surplus of at most one
	// month's need carries.
	Open struct{ Opened }
	// List says what the money is for.
	List struct{ Listed }
	// End ends an appeal with a month.
	End struct{ Ended }
)

// Needs names the appeal.
func (c *Open) Needs() mechanism.Needs { return needs(c.Pot) }

// Decide opens.
func (c *Open) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Opened
	today(&fact.On, &fact.From, now)
	if fact.Carry == "" {
		fact.Carry, fact.Months = CarryMonths, 1
	}
	return say(&fact)
}

// Needs names the appeal.
func (c *List) Needs() mechanism.Needs { return needs(c.Pot) }

// Decide lists.
func (c *List) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Listed
	today(&fact.On, &fact.From, now)
	return say(&fact)
}

// Needs names the appeal.
func (c *End) Needs() mechanism.Needs { return needs(c.Pot) }

// Decide ends.
func (c *End) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Ended
	today(&fact.On, &fact.Last, now)
	return say(&fact)
}

func needs(pot string) mechanism.Needs { return mechanism.Needs{Keys: []mechanism.Key{Key(pot)}} }

// today puts today, and its month, where these are open.
func today(day *journal.Day, month *int, now mechanism.Moment) {
	if *day == 0 {
		*day = now.Today
	}
	if *month == 0 {
		*month = day.Month()
	}
}

// say gives the fact that a command comes to, once its fields are all within their ranges.
func say(fact journal.Fact) ([]journal.Fact, error) {
	if err := journal.Check(fact); err != nil {
		return nil, err
	}
	return []journal.Fact{fact}, nil
}

// Commit puts the commitment to the words of the appeal ("text").
func (c *Open) Commit(field string, v journal.Digest) bool { return commit(&c.Text, field, v) }

// Commit puts the commitment to the words that explain the needs ("text").
func (c *List) Commit(field string, v journal.Digest) bool { return commit(&c.Text, field, v) }

func commit(text *journal.Digest, field string, v journal.Digest) bool {
	if field == "text" {
		*text = v
	}
	return field == "text"
}
