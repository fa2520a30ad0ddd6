// SPDX-License-Identifier: AGPL-3.0-or-later

package mechanism_test

import (
	"testing"

	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/mechanism/giving"
)

// A reader judges what an entry tells by itself, and says what only the journal can tell.
func TestAReaderJudgesEntriesAlone(t *testing.T) {
	reader := mechanism.NewReader(set())
	for _, e := range newFund() {
		if f := reader.Find(e); f.Asked || f.Err != nil {
			t.Errorf("entry %d: %+v", e.Index, f)
		}
		if len(e.Posts) == 0 {
			continue
		}
		amounts(e, e.Posts[1].Amount+1)
		if f := reader.Find(e); f.Asked || f.Err == nil {
			t.Errorf("entry %d with another amount: %+v", e.Index, f)
		}
		e.Posts[0].Amount--
		if f := reader.Find(e); f.Asked || f.Err == nil {
			t.Errorf("entry %d that does not sum to zero: %+v", e.Index, f)
		}
	}
	back := &giving.Reversed{Of: 2}
	for posts, asked := range map[int64]bool{1200: true, 0: false} {
		e := &journal.Entry{Index: 4, Fact: back, Posts: []ledger.Posting{
			{Account: "asset:bank", Unit: "EUR", Amount: posts}, {Account: "pot:fonds", Unit: "EUR", Amount: -posts}}}
		if f := reader.Find(e); f.Asked != asked || (f.Err != nil) == asked {
			t.Errorf("a reversal of %d: %+v", posts, f)
		}
	}
	if f := reader.Find(&journal.Entry{Fact: strange{}}); f.Err == nil {
		t.Error("a strange fact was judged good")
	}
}
