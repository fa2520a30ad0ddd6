// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/store/engine/enginetest"
)

// replicas opens two instances with the same keys on one PostgreSQL database.
func replicas(t *testing.T) (both [2]*App) {
	t.Helper()
	address := enginetest.Postgres(t)
	first := Place{Dir: t.TempDir(), Database: address}
	both[0] = openAt(t, first)
	second := Place{Dir: t.TempDir(), Database: address}
	must(t, os.CopyFS(filepath.Join(second.Dir, "keys"), os.DirFS(filepath.Join(first.Dir, "keys"))))
	must(t, os.Chmod(filepath.Join(second.Dir, "keys"), 0o700))
	both[1] = openAt(t, second)
	return both
}

// TestTwoReplicasAreOneJournal loads two processes' worth of writers from 16 clients each. Each must
// commit at least a fifth of the gifts: the row that orders them is a queue, so that two writers who
// always have work take turns, and either's share is far from that bound unless it starves.
func TestTwoReplicasAreOneJournal(t *testing.T) {
	both := replicas(t)
	do(t, both[0], Request{Key: "pot", Command: openPot("lanterne")})
	c := newCrowd(both[0].vkey)
	deadline := time.Now().Add(3 * time.Second)
	var clients sync.WaitGroup
	var taken [2]int
	for i := range 32 {
		clients.Go(func() {
			for n := 0; time.Now().Before(deadline); n++ {
				key := fmt.Sprintf("%d/%d", i, n)
				// Each person gives through both.
				r := Request{Key: key, Command: gift("lanterne", 100), Person: Person{Handle: fmt.Sprint("p", i/2%8), Name: "P"}}
				answer, err := both[i%2].Do(context.Background(), r)
				if err != nil {
					t.Error(err)
					return
				}
				receipt, err := answer.Prove(context.Background())
				if err != nil {
					t.Error(err)
					return
				}
				c.mu.Lock()
				c.acked[key] = answer.Index
				c.see(receipt.Checkpoint)
				taken[i%2]++
				c.mu.Unlock()
			}
		})
	}
	clients.Wait()
	c.audit(t, both[1], 2)
	all := len(c.acked)
	t.Logf("%d and %d gifts of %d, %d sizes signed", taken[0], taken[1], all, len(c.roots))
	if min(taken[0], taken[1])*5 < all {
		t.Error("a replica starves")
	}
	wantCounted(t, both[0], 8, all)
	sums := map[string]int64{}
	accounts, err := both[0].store.Accounts(t.Context(), -1)
	must(t, err)
	for _, account := range accounts {
		sums[string(account.Place.Unit)] += account.Balance
	}
	for unit, sum := range sums {
		if sum != 0 {
			t.Errorf("the books of %s sum to %d", unit, sum)
		}
	}
	for i, a := range both { // each proves what the other wrote, the last entry too
		if _, err := a.Receipt(t.Context(), int64(all)+1); err != nil {
			t.Errorf("replica %d: %v", i, err)
		}
	}
}

// wantCounted wants the gifts of a number of people to be counted 1, 2, 3 …, each in the order of
// the journal: the vault alone knows whose a gift is.
func wantCounted(t *testing.T, a *App, people, gifts int) {
	t.Helper()
	nth, seen := map[string]int64{}, 0
	owners := owners(t, a)
	reader := journal.NewReader(a.rules.Kinds())
	head, err := a.store.Head(t.Context())
	must(t, err)
	must(t, a.store.Leaves(t.Context(), 0, head.Size, func(index int64, leaf []byte) error {
		e, err := reader.Parse(leaf, index)
		if err != nil {
			return err
		}
		given, ok := e.Fact.(*giving.Given)
		if !ok {
			return nil
		}
		who := owners[index]
		nth[who]++
		seen++
		if given.Counts.Nth != nth[who] || given.Counts.NthFund != nth[who] || given.Counts.FirstOfMonth != (nth[who] == 1) {
			t.Errorf("entry %d is gift %d of its giver: %+v", index, nth[who], given.Counts)
		}
		return nil
	}))
	if len(nth) != people || seen != gifts {
		t.Errorf("%d people, %d gifts", len(nth), seen)
	}
}
