// SPDX-License-Identifier: AGPL-3.0-or-later

package demo

import (
	"time"

	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/appeal"
	"ecot/mechanism/charter"
	"ecot/mechanism/regular"
)

// The needs of Lanterne's appeal, and the one of the next year.
const (
	onCall        = "astreinte"
	accessibility = "relecture-accessibilite"
	hosting       = "hebergement"
	dayAWeek      = "un-jour-par-semaine"
)

// appeals opens Lanterne's monthly appeal once the fund may appeal to the public, and lists in December
// what January will need.
func (s *script) appeals() {
	s.add(moment{"01-15", "10:00"}, "appeal", act{command: func(int64) mechanism.Command {
		return &appeal.Open{Opened: appeal.Opened{Pot: lanterne, From: 202502, By: treasurer,
			Rule: appeal.Rule{Unit: euro, Carry: appeal.CarryYear}}}
	}})
	s.need(moment{"01-15", "10:10"}, 202502, []journal.Share{{Pot: onCall, Amount: 120_00},
		{Pot: accessibility, Amount: 60_00}, {Pot: hosting, Amount: 20_00}})
	s.need(moment{"12-20", "10:10"}, 202601, []journal.Share{{Pot: dayAWeek, Amount: 900_00}})
}

// need lists what Lanterne needs from a month on.
func (s *script) need(when moment, from int, list []journal.Share) {
	s.add(when, "needs", act{command: func(int64) mechanism.Command {
		return &appeal.List{Listed: appeal.Listed{Pot: lanterne, From: from, For: list, By: treasurer}}
	}})
}

// nourID is the id of Nour's regular gift, drawn once.
const nourID = "q7kx2m4hvd3ntw5cz6ry"

// regularGift is Nour's: 20,00 a month by card, paused in September and October.
func (s *script) regularGift() {
	s.add(moment{"02-05", "10:55"}, "nour-begins", act{command: func(int64) mechanism.Command {
		return &regular.Begin{Begun: regular.Begun{ID: nourID, Unit: euro, Amount: 20_00,
			To: whole(lanterne, 20_00), Every: regular.Monthly, Means: regular.Card, From: s.day("02-05")}}
	}})
	s.alter(moment{"08-28", "19:00"}, "nour-pauses",
		regular.Changed{ID: nourID, Change: regular.Paused, Why: regular.ByDonor, Until: s.day("11-01")})
	s.alter(moment{"11-01", "08:00"}, "nour-resumes",
		regular.Changed{ID: nourID, Change: regular.Resumed, Why: regular.ByDonor})
}

func (s *script) alter(when moment, name string, f regular.Changed) {
	s.add(when, name, act{command: func(int64) mechanism.Command { return &regular.Alter{Changed: f} }})
}

// bankAtMonthEnds is what the bank's statements say at the end of January to November, in cents.
func bankAtMonthEnds() []int64 {
	return []int64{15_095_10, 15_178_20, 21_418_64, 21_723_04, 21_597_09, 21_991_08, 22_282_10, 22_415_91,
		21_918_55, 22_523_69, 23_205_42}
}

// erasure forgets Léon Gommé, who asked for it.
func (s *script) erasure() {
	s.add(moment{"09-30", "15:00"}, "leon-erased", act{erase: "leon.gomme@brindeval.example"})
}

// closings lock each month on the 10th of the next; December is left for the visitor.
func (s *script) closings() {
	for i, held := range bankAtMonthEnds() {
		month := time.January + time.Month(i)
		on := time.Date(2025, month+1, 10, 0, 0, 0, 0, time.UTC)
		s.add(moment{on.Format("01-02"), "17:30"}, "closing", act{command: func(int64) mechanism.Command {
			return &charter.Close{Closed: charter.Closed{Month: 202500 + int(month), Unit: euro, Ledger: held,
				Statement: held, By: treasurer}}
		}})
	}
}
