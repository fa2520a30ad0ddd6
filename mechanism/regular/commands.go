// SPDX-License-Identifier: AGPL-3.0-or-later

package regular

import (
	"ecot/journal"
	"ecot/mechanism"
)

// The commands of regular gifts. Each holds the fact that it asks for; what the fact leaves open
// Decide fills in.
type (
	// Begin enters a regular gift. Its first instalment falls due today unless it says otherwise.
	Begin struct{ Begun }
	// Alter pauses, resumes, stops or amends one, or keeps it for another year. Unit, Active and
	// Monthly are filled in.
	Alter struct{ Changed }
	// Miss notes an instalment of which nothing was seen.
	Miss struct{ Missed }
)

// Needs names the gift.
func (c *Begin) Needs() mechanism.Needs { return gift(c.ID) }

// Decide enters it.
func (c *Begin) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Begun
	today(&fact.On, now)
	if fact.From == 0 {
		fact.From = fact.On
	}
	return say(&fact)
}

// Needs names the gift.
func (c *Alter) Needs() mechanism.Needs { return gift(c.ID) }

// Decide changes it.
func (c *Alter) Decide(d mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Changed
	today(&fact.On, now)
	before, err := open(d, fact.ID)
	if err != nil {
		return nil, err
	}
	fact.Unit = before.Unit
	fact.Active, fact.Monthly = difference(before, before.with(&fact))
	return say(&fact)
}

// Needs names the gift.
func (c *Miss) Needs() mechanism.Needs { return gift(c.ID) }

// Decide notes it.
func (c *Miss) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := c.Missed
	today(&fact.On, now)
	return say(&fact)
}

func gift(id string) mechanism.Needs { return mechanism.Needs{Keys: []mechanism.Key{Key(id)}} }

// today puts today where the day is open.
func today(day *journal.Day, now mechanism.Moment) {
	if *day == 0 {
		*day = now.Today
	}
}

// say gives the fact that a command comes to, once its fields are all within their ranges.
func say(fact journal.Fact) ([]journal.Fact, error) {
	if err := journal.Check(fact); err != nil {
		return nil, err
	}
	return []journal.Fact{fact}, nil
}
