// SPDX-License-Identifier: AGPL-3.0-or-later

package giving_test

import (
	"testing"

	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism/giving"
)

// What an asset holds is carried as a negative number: money that comes in makes it more negative,
// whether it comes from a giver or from another asset.
func TestAMoveFillsTheAssetThatItGoesInto(t *testing.T) {
	held := map[ledger.Account]int64{}
	fold := func(f journal.Fact) {
		var sheet ledger.Sheet
		if err := (giving.Rules{}).Postings(nil, f, &sheet); err != nil {
			t.Fatal(err)
		}
		for _, p := range sheet.Posts() {
			held[p.Account] -= p.Amount
		}
	}
	fold(&giving.Arrived{Inflow: giving.Inflow{Unit: "EUR", Gross: 100, Into: "provider"}})
	fold(&giving.Moved{Unit: "EUR", Amount: 30, From: "provider", Into: "bank"})
	if held["asset:provider"] != 70 || held["asset:bank"] != 30 {
		t.Errorf("of 100 with the provider, 30 were moved to the bank: provider %d, bank %d",
			held["asset:provider"], held["asset:bank"])
	}
}
