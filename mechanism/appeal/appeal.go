// SPDX-License-Identifier: AGPL-3.0-or-later

// Package appeal says month by month what a pot needs, and how far what was given reaches.
//
// An appeal belongs to a pot and counts in one unit. It opens with a month and a rule for what is
// given beyond the need: none of it carries into the next month; or it carries within the civil
// year, and joins the pot's reserve on 31 December; or it carries up to so many months' need, the
// rest joining the reserve. A new appeal carries at most one month's need. Its needs are a list of
// at most eight names with amounts, in the order in which they are met. A rule, or a list of needs,
// holds from its month on, in place of those announced for later; an end names the last month. What
// holds for a month that is over never changes. The gauge of a month follows from the rule, the
// needs and what was given in it (see [Timeline.Gauge]): a surplus carries, a lack never does.
//
// Appeal facts move no money and have no accounts: gifts are those of the pot, the reserve is a part
// of its balance. That the pot exists is the business of who opens the appeal.
//
//	state            stream          holds
//	appeal-state/v1  appeal:<slug>   the last 60 changes, each a month with the rule and the needs
//
// Its one invariant: no fact changes what the appeal says of a month that was over when the fact
// was written.
package appeal

import (
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
)

// Rules are the rules of appeals; the zero value is ready.
type Rules struct{}

var _ mechanism.Mechanism = Rules{}

// Kinds gives the kinds of facts of appeals.
func (Rules) Kinds() []journal.Kind {
	return []journal.Kind{
		{Name: "appeal/v1", New: func() journal.Fact { return new(Opened) }},
		{Name: "needs/v1", New: func() journal.Fact { return new(Listed) }},
		{Name: "appeal-end/v1", New: func() journal.Fact { return new(Ended) }},
	}
}

// States gives the kinds of states that appeals keep.
func (Rules) States() []journal.StateKind {
	return []journal.StateKind{{Name: "appeal-state/v1", New: func() journal.State { return new(Appeal) }}}
}

// Postings gives none.
func (Rules) Postings(mechanism.Desk, journal.Fact, *ledger.Sheet) error { return nil }

// Appeal is the state of a pot's appeal; its stream is "appeal:<slug>".
type Appeal struct {
	Timeline Timeline // 1 to 60 steps
}

// Name gives the kind.
func (*Appeal) Name() string { return "appeal-state/v1" }

// Fields visits the fields in their order.
func (s *Appeal) Fields(c *journal.Codec) {
	count := int64(len(s.Timeline))
	c.Int("steps", &count, 1, maxSteps)
	if !c.Writing() {
		s.Timeline = make(Timeline, min(max(count, 0), maxSteps))
	}
	for i := range s.Timeline {
		s.Timeline[i].fields(c)
	}
}

// Key names the state of a pot's appeal.
func Key(pot string) mechanism.Key { return mechanism.Key{Stream: "appeal:" + pot} }
