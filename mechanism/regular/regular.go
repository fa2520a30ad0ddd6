// SPDX-License-Identifier: AGPL-3.0-or-later

// Package regular keeps what somebody intends to give again and again, until they stop.
//
// A regular gift has a random id of its own, which no other has had; who stands behind it only the
// vault knows. It says how much goes to which pots, each month or each year, by which means, and the
// day of the first instalment; the others fall on the same day of the month, or on its last day
// where the month is shorter. It may be paused, resumed, changed in its amount, and stopped, which
// is for good. Once a year the giver is asked "still yes?"; each answer, and each change that the
// giver makes, moves the question by a year. An instalment of which nothing is seen is noted once.
//
// Regular facts move no money and have no accounts: an instalment that comes is a gift of its own,
// which names the id. They say themselves what they change in the published figure of what is
// promised, a yearly gift counting for a twelfth a month, rounded down.
//
//	state             stream   part   holds
//	regular-state/v1  regular  <id>   the gift as it stands; closed once it is stopped
//
// Its one invariant: what is published as promised is the sum of the gifts that are neither paused
// nor stopped.
package regular

import (
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/money"
)

// Rules are the rules of regular gifts; the zero value is ready.
type Rules struct{}

var _ mechanism.Mechanism = Rules{}

// Kinds gives the kinds of facts of regular gifts. All say the day alone.
func (Rules) Kinds() []journal.Kind {
	return []journal.Kind{
		{Name: "regular/v1", DayOnly: true, New: func() journal.Fact { return new(Begun) }},
		{Name: "regular-change/v1", DayOnly: true, New: func() journal.Fact { return new(Changed) }},
		{Name: "regular-missed/v1", DayOnly: true, New: func() journal.Fact { return new(Missed) }},
	}
}

// States gives the kinds of states that regular gifts keep.
func (Rules) States() []journal.StateKind {
	return []journal.StateKind{{Name: "regular-state/v1", New: func() journal.State { return new(Gift) }}}
}

// Postings gives none.
func (Rules) Postings(mechanism.Desk, journal.Fact, *ledger.Sheet) error { return nil }

// Gift is the state of a regular gift that is not stopped; its stream is "regular", its part the id.
type Gift struct {
	Unit     money.Unit
	Amount   int64 // minor units of an instalment
	To       []journal.Share
	Every    Every
	Means    Means
	From     journal.Day // the first instalment; later ones fall on its day of the month
	Since    journal.Day // no instalment before it is due: entered, or last resumed, on this day
	Answered journal.Day // when the giver last said yes
	Paused   bool
	Until    journal.Day // when a pause is to end, 0 when that is open
	Missed   int         // the last month (yyyymm) noted as missed, 0 for none
}

// Name gives the kind.
func (*Gift) Name() string { return "regular-state/v1" }

// Fields visits the fields in their order.
func (s *Gift) Fields(c *journal.Codec) {
	c.Unit("unit", &s.Unit)
	c.Amount("amount", &s.Amount, 1)
	c.Shares("to", &s.To, 1)
	every(c, &s.Every)
	means(c, &s.Means)
	c.Day("from", &s.From)
	c.Day("since", &s.Since)
	c.Day("answered", &s.Answered)
	c.Flag("paused", &s.Paused)
	c.OptDay("until", &s.Until)
	missed := int64(s.Missed)
	c.Int("missed", &missed, 0, 9999_12)
	s.Missed = int(missed)
}

// Key names the state of a regular gift.
func Key(id string) mechanism.Key { return mechanism.Key{Stream: "regular", Part: id} }
