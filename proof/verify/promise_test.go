// SPDX-License-Identifier: AGPL-3.0-or-later

package verify_test

import (
	"ecot/journal"
	"ecot/mechanism/appeal"
	"ecot/mechanism/regular"
)

// playPromises enters an appeal and two regular gifts, one of which is stopped: eight entries.
func (f *fund) playPromises() {
	f.t.Helper()
	f.do("appeal", &appeal.Open{Opened: appeal.Opened{Pot: "lanterne", From: 202506, By: "editor",
		Rule: appeal.Rule{Unit: "EUR", Carry: appeal.CarryYear}, Text: journal.Digest{1}}})
	f.do("needs", &appeal.List{Listed: appeal.Listed{Pot: "lanterne", From: 202506, By: "editor",
		For: []journal.Share{{Pot: "astreinte", Amount: 12_000}, {Pot: "hebergement", Amount: 2_000}}}})
	f.do("end", &appeal.End{Ended: appeal.Ended{Pot: "lanterne", Last: 202512, By: "editor"}})
	to := []journal.Share{{Pot: "lanterne", Amount: 2_000}}
	f.do("kept", &regular.Begin{Begun: regular.Begun{ID: "r1", Unit: "EUR", Amount: 2_000, To: to,
		Every: regular.Monthly, Means: regular.Card}})
	f.do("regular", &regular.Begin{Begun: regular.Begun{ID: "r2", Unit: "EUR", Amount: 2_000, To: to,
		Every: regular.Yearly, Means: regular.Transfer}})
	f.do("missed", &regular.Miss{Missed: regular.Missed{ID: "r2", Month: 202506, Why: regular.NoMoneySeen}})
	f.do("paused", &regular.Alter{Changed: regular.Changed{ID: "r2", Change: regular.Paused, Why: regular.ByDonor,
		Until: summer + 30}})
	f.do("stopped", &regular.Alter{Changed: regular.Changed{ID: "r2", Change: regular.Stopped, Why: regular.ByFund}})
}

// promises are appeals and regular gifts against the rules.
func promises() []mutant {
	return []mutant{
		{"an appeal for a month that is over", "V6", edits("appeal", "from 202506", "from 202505")},
		{"an appeal as of an earlier day", "V6", edits("appeal", "on 2025-06-30", "on 2025-05-31",
			"from 202506", "from 202505")},
		{"an appeal far ahead", "V6", edits("appeal", "from 202506", "from 202607")},
		{"months of a surplus that carries by year", "V6", edits("appeal", "months 0", "months 1")},
		{"a month that is none", "V4", edits("appeal", "from 202506", "from 202513")},
		{"more months than may carry", "V4", edits("appeal", "months 0", "months 61")},
		{"an appeal in another unit", "V6", adds("appeal/v1", "at 2025-06-30T13:00:00Z", "pot lanterne", "from 202507",
			"unit USD", "carry none", "months 0", "by editor", "on 2025-06-30")},
		{"needs of a pot without an appeal", "V6", edits("needs", "pot lanterne", "pot fonds")},
		{"needs behind the end", "V6", adds("needs/v1", "at 2025-06-30T13:00:00Z", "pot lanterne", "from 202601",
			"need astreinte 1", "by editor", "on 2025-06-30")},
		{"an end of what has ended", "V6", adds("appeal-end/v1", "at 2025-06-30T13:00:00Z", "pot lanterne",
			"month 202512", "by editor", "on 2025-06-30")},
		{"a regular gift that is not its shares", "V6", edits("regular", "amount 2000", "amount 2001")},
		{"a regular gift with the id of another", "V6", edits("regular", "id r2", "id r1")},
		{"a regular gift of tomorrow's tomorrow", "V6", edits("kept", "on 2025-06-30", "on 2025-07-02")},
		{"a pause that says more", "V6", edits("paused", "monthly -166", "monthly -2000")},
		{"a pause that says nothing", "V6", edits("paused", "active -1", "active 0")},
		{"a pause that ends before it begins", "V6", edits("paused", "until 2025-07-30", "until 2025-06-30")},
		{"two more gifts at once", "V4", edits("paused", "active -1", "active 2")},
		{"a change of what was stopped", "V6", adds("regular-change/v1", "at 2025-06-30", "id r2", "change resumed",
			"why donor", "unit EUR", "amount 0", "active 1", "monthly 166", "on 2025-06-30")},
		{"a kept gift that the fund keeps", "V6", adds("regular-change/v1", "at 2025-06-30", "id r1", "change kept",
			"why fund", "unit EUR", "amount 0", "active 0", "monthly 0", "on 2025-06-30")},
		{"a missed instalment that was not due", "V6", edits("missed", "month 202506", "month 202507")},
		{"an instalment missed twice", "V6", edits("paused", "regular-change/v1", "regular-missed/v1",
			"change paused\nwhy donor\nuntil 2025-07-30\nunit EUR\namount 0\nactive -1\nmonthly -166\n",
			"month 202506\nwhy refused\n")},
		{"an instalment missed in a pause", "V6", edits("stopped", "regular-change/v1", "regular-missed/v1",
			"change stopped\nwhy fund\nunit EUR\namount 0\nactive 0\nmonthly 0\n", "month 202606\nwhy refused\n")},
	}
}
