// SPDX-License-Identifier: AGPL-3.0-or-later

package regular_test

import (
	"testing"

	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/regular"
)

// A reader that goes on takes the room of the facts behind it: a state holds nothing of theirs.
func TestAStateKeepsNothingOfItsFact(t *testing.T) {
	r := mechanism.NewReplay(mechanism.NewSet(regular.Rules{}), nil)
	to := []journal.Share{{Pot: "lanterne", Amount: 2000}}
	at := journal.At{Seconds: 20_124 * 86_400, DayOnly: true}
	apply := func(f journal.Fact) *regular.Gift {
		t.Helper()
		if err := (regular.Rules{}).Apply(r, &journal.Entry{Index: 1, At: at, Fact: f}); err != nil {
			t.Fatal(err)
		}
		to[0] = journal.Share{Pot: "fonds", Amount: 1}
		return r.State(regular.Key("r1")).(*regular.Gift)
	}
	begun := &regular.Begun{ID: "r1", Unit: "EUR", Amount: 2000, To: to, Every: regular.Monthly, Means: regular.Card,
		From: 20_124, On: 20_124}
	if gift := apply(begun); gift.To[0] != (journal.Share{Pot: "lanterne", Amount: 2000}) {
		t.Errorf("begun, and then for %v", gift.To)
	}
	to[0] = journal.Share{Pot: "tamis", Amount: 2500}
	amended := &regular.Changed{ID: "r1", Change: regular.Amended, Why: regular.ByDonor, Unit: "EUR", Amount: 2500,
		To: to, Monthly: 500, On: 20_124}
	if gift := apply(amended); gift.To[0] != (journal.Share{Pot: "tamis", Amount: 2500}) {
		t.Errorf("amended, and then for %v", gift.To)
	}
}
