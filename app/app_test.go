// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"ecot/journal"
	"ecot/mechanism/giving"
)

func open(t *testing.T) *App {
	t.Helper()
	a, err := Open(t.Context(), Place{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := a.Found(t.Context(), Charter{}); err != nil {
		t.Fatal(err)
	}
	return a
}

func do(t *testing.T, a *App, r Request) Answer {
	t.Helper()
	answer, err := a.Do(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func gift(pot string, amount int64) *giving.Give {
	return &giving.Give{Given: giving.Given{Inflow: giving.Inflow{Unit: "EUR", Gross: amount, Into: "bank",
		Nature: giving.Gift, Donor: giving.Person, Evidence: giving.Declared},
		To: []journal.Share{{Pot: pot, Amount: amount}}}}
}

func TestGiftsFromManyClientsAreAllThere(t *testing.T) {
	a := open(t)
	do(t, a, Request{Key: "pot", Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: "lanterne", Purpose: giving.Spendable}}})
	var clients sync.WaitGroup
	for c := range 16 {
		clients.Go(func() {
			for i := range 50 {
				r := Request{Key: fmt.Sprintf("%d/%d", c, i), Command: gift("lanterne", 100),
					Person: Person{Handle: fmt.Sprintf("p%d@example.org", c), Name: "P"}}
				answer, err := a.Do(context.Background(), r)
				if err != nil {
					t.Error(err)
					return
				}
				leaf, err := a.store.Leaf(context.Background(), answer.Index)
				if err != nil {
					t.Error(err)
					return
				}
				receipt, err := answer.Prove(context.Background())
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := receipt.Verify(leaf, a.vkey); err != nil {
					t.Error(err)
				}
			}
		})
	}
	clients.Wait()
	wantClean(t, a)
	if err := a.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	wantClean(t, a)
	copied := t.TempDir() + "/backup"
	if err := a.Backup(t.Context(), copied, nil); err != nil {
		t.Fatal(err)
	}
	other := Place{Dir: t.TempDir()}
	if err := Restore(t.Context(), other, copied, nil); err != nil {
		t.Fatal(err)
	}
	b, err := Open(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	wantClean(t, b)
	if err := b.Export(t.Context(), t.TempDir()+"/bundle", nil); err != nil {
		t.Fatal(err)
	}
}

func wantClean(t *testing.T, a *App) {
	t.Helper()
	found, err := a.Check(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !found.Clean() {
		t.Fatal(found.Wrong)
	}
}

// A gift that was entered wrongly is reversed and entered right: its giver is counted once.
func TestAReversedGiftCountsNoMore(t *testing.T) {
	a := open(t)
	do(t, a, Request{Key: "pot", Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: "lanterne",
		Purpose: giving.Spendable}}})
	nour := Person{Handle: "nour@example.org", Name: "Nour"}
	wrong := do(t, a, Request{Key: "1", Command: gift("lanterne", 100), Person: nour})
	do(t, a, Request{Key: "2", Command: &giving.Reverse{Reversed: giving.Reversed{Of: wrong.Index, By: "role:treasurer"}}})
	right := do(t, a, Request{Key: "3", Command: gift("lanterne", 1000), Person: nour})
	view, err := a.Reading().View(t.Context(), right.Index)
	if err != nil {
		t.Fatal(err)
	}
	want := giving.Counts{Nth: 1, FirstOfMonth: true, NthFund: 1, FirstOfMonthFund: true}
	if got := view.Fact.(*giving.Given).Counts; got != want {
		t.Errorf("the gift that is right counts as %+v, not %+v", got, want)
	}
	wantClean(t, a)
}
