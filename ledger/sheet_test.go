// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"ecot/ledger"
)

// What a leaf carries saves spelling accounts; it never changes what is drawn up.
func TestWhatIsCarriedDoesNotChangeASheet(t *testing.T) {
	names := []string{"", "a", "b", "a:b", "bank", "lanterne"}
	classes := []string{ledger.Asset, ledger.Pot, ledger.Owed, ""}
	random := rand.New(rand.NewPCG(1, 2))
	account := func() ledger.Account {
		return ledger.NewAccount(classes[random.IntN(len(classes))], names[random.IntN(len(names))])
	}
	var used ledger.Sheet
	agreed := 0
	for range 20_000 {
		carried := make([]ledger.Posting, random.IntN(3))
		for i := range carried {
			carried[i] = ledger.Posting{Account: account(), Unit: "EUR", Amount: 1}
		}
		used.Begin(carried)
		var drawn []ledger.Posting
		for range random.IntN(3) {
			class, name := classes[random.IntN(len(classes))], names[random.IntN(len(names))]
			used.Post(used.Account(class, name), "EUR", 1)
			drawn = append(drawn, ledger.Posting{Account: ledger.Account(class + ":" + name), Unit: "EUR", Amount: 1})
		}
		if !slices.Equal(used.Posts(), drawn) {
			t.Fatalf("drew up %v of %v beside %v", used.Posts(), drawn, carried)
		}
		if used.Agrees() != slices.Equal(drawn, carried) {
			t.Fatalf("%v agrees with %v: %v", drawn, carried, used.Agrees())
		}
		if used.Agrees() {
			agreed++
		}
	}
	if agreed == 0 {
		t.Error("no sheet agreed with what was carried")
	}
}

// A sheet that draws up what is carried allocates nothing.
func TestASheetIsUsedAgain(t *testing.T) {
	carried := []ledger.Posting{{Account: "pot:lanterne", Unit: "EUR", Amount: -3},
		{Account: "asset:bank", Unit: "EUR", Amount: 3}}
	var sheet ledger.Sheet
	draw := func() {
		sheet.Begin(carried)
		sheet.Move(sheet.Account(ledger.Pot, "lanterne"), sheet.Account(ledger.Asset, "bank"), "EUR", 3, 0)
		if !sheet.Agrees() {
			t.Errorf("drew up %v", sheet.Posts())
		}
	}
	if allocations := testing.AllocsPerRun(100, draw); allocations != 0 {
		t.Errorf("%v allocations", allocations)
	}
}
