// SPDX-License-Identifier: AGPL-3.0-or-later

// Package storetest says what every store does, whichever engine it runs on.
//
// Run plays the same batches against a fresh store and compares what comes out with what must. Its
// one invariant: an answer that differs between two engines fails on one of them.
package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ecot/ledger"
	"ecot/mechanism"
	"ecot/proof"
	"ecot/store"
)

// Run runs the whole suite. open gives a fresh, empty store each time, which Run closes.
func Run(t *testing.T, open func(t *testing.T) *store.Store) {
	for _, part := range []struct {
		name string
		test func(*testing.T, *store.Store)
	}{
		{"head", testHead}, {"rollback", testRollback}, {"queue", testQueue},
		{"accounts", testAccounts}, {"months", testMonths}, {"figures", testFigures},
		{"states", testStates}, {"claims", testClaims}, {"claimed twice", testClaimedTwice},
		{"leaves", testLeaves}, {"checkpoints", testCheckpoints}, {"settings", testSettings},
		{"tiles", testTiles}, {"clear views", testClearViews},
	} {
		t.Run(part.name, func(t *testing.T) {
			s := open(t)
			defer func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}()
			part.test(t, s)
		})
	}
}

// same fails the test when two values differ; nothing is as good as an empty list.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// batch runs fn as one batch and commits it.
func batch(t *testing.T, s *store.Store, fn func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	tx, err := s.Begin(t.Context())
	ok(t, err)
	defer tx.Rollback()
	ok(t, fn(t.Context(), tx))
	ok(t, tx.Commit(t.Context()))
}

// write commits one change.
func write(t *testing.T, s *store.Store, fill func(*store.Change)) {
	t.Helper()
	batch(t, s, func(ctx context.Context, tx *store.Tx) error {
		var c store.Change
		fill(&c)
		return tx.Write(ctx, &c)
	})
}

func testHead(t *testing.T, s *store.Store) {
	head, err := s.Head(t.Context())
	ok(t, err)
	same(t, "the head of an empty store", head, store.Head{Root: proof.EmptyRoot()})
	root := proof.LeafHash([]byte("x"))
	for epoch := range int64(3) {
		batch(t, s, func(ctx context.Context, tx *store.Tx) error {
			if tx.Head.Epoch != epoch+1 {
				t.Errorf("batch %d has epoch %d", epoch, tx.Head.Epoch)
			}
			return tx.PutHead(ctx, epoch+1, root, 1_700_000_000+epoch)
		})
		head, err = s.Head(t.Context())
		ok(t, err)
		want := store.Head{Size: epoch + 1, Root: root, Epoch: epoch + 1, Clock: 1_700_000_000 + epoch}
		same(t, "the head", head, want)
	}
}

func testRollback(t *testing.T, s *store.Store) {
	tx, err := s.Begin(t.Context())
	ok(t, err)
	var c store.Change
	c.Entry(0, []byte("never"))
	c.Claim(store.Claim{Scope: "a", Key: "b", Hash: []byte{}})
	ok(t, tx.Write(t.Context(), &c))
	ok(t, tx.Flush(t.Context()))
	ok(t, tx.PutHead(t.Context(), 1, proof.LeafHash(nil), 1))
	tx.Rollback()
	tx.Rollback() // nothing happens
	head, err := s.Head(t.Context())
	ok(t, err)
	same(t, "the head", head, store.Head{Root: proof.EmptyRoot()})
	if _, err := s.Leaf(t.Context(), 0); err == nil {
		t.Error("an entry outlived its batch")
	}
	batch(t, s, func(_ context.Context, tx *store.Tx) error {
		same(t, "the epoch behind a batch that never was", tx.Head.Epoch, int64(1))
		return nil
	})
}

// testQueue lets many callers begin at once: each gets the head that the one before left.
func testQueue(t *testing.T, s *store.Store) {
	const callers = 20
	errs := make(chan error, callers)
	for range callers {
		go func() {
			errs <- func() error {
				tx, err := s.Begin(t.Context())
				if err != nil {
					return err
				}
				defer tx.Rollback()
				var c store.Change
				c.Entry(tx.Head.Size, fmt.Appendf(nil, "epoch %d", tx.Head.Epoch))
				if err := tx.Write(t.Context(), &c); err != nil {
					return err
				}
				if err := tx.PutHead(t.Context(), tx.Head.Size+1, tx.Head.Root, 1); err != nil {
					return err
				}
				return tx.Commit(t.Context())
			}()
		}()
	}
	for range callers {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	var leaves []string
	ok(t, s.Leaves(t.Context(), 0, callers, func(_ int64, leaf []byte) error {
		leaves = append(leaves, string(leaf))
		return nil
	}))
	for i, leaf := range leaves {
		same(t, "an entry", leaf, fmt.Sprintf("epoch %d", i+1))
	}
}

func testAccounts(t *testing.T, s *store.Store) {
	bank := ledger.Place{Account: "asset:bank", Unit: "EUR"}
	dollars := ledger.Place{Account: "asset:bank", Unit: "USD"}
	pot := ledger.Place{Account: "pot:a-b", Unit: "EUR"}
	next := ledger.Place{Account: "pot:ab", Unit: "EUR"}
	list := []store.Account{{ID: 1, Place: pot, Balance: 5}, {ID: 2, Place: bank, Balance: -5},
		{ID: 3, Place: dollars, Balance: 0}, {ID: 4, Place: next, Balance: 1e15}}
	batch(t, s, func(ctx context.Context, tx *store.Tx) error {
		id, err := tx.NextAccount(ctx)
		same(t, "the first account's id", id, int64(1))
		return err
	})
	write(t, s, func(c *store.Change) {
		for _, a := range list {
			c.Account(a)
		}
		c.Posting(1, store.Posting{Index: 3, Seq: 1, Amount: 2, Balance: 2})
		c.Posting(1, store.Posting{Index: 9, Seq: 0, Amount: 3, Balance: 5})
		c.Posting(2, store.Posting{Index: 9, Seq: 1, Amount: -3, Balance: -5})
	})
	write(t, s, func(c *store.Change) { c.Account(store.Account{ID: 1, Place: pot, Balance: 7}) })
	all, err := s.Accounts(t.Context(), -1)
	ok(t, err)
	list[0].Balance = 7
	same(t, "accounts in the order of their bytes", all, []store.Account{list[1], list[2], list[0], list[3]})
	early, err := s.Accounts(t.Context(), 9)
	ok(t, err)
	same(t, "balances behind 9 entries", []int64{early[0].Balance, early[2].Balance}, []int64{0, 2})
	batch(t, s, func(ctx context.Context, tx *store.Tx) error {
		found, err := tx.Accounts(ctx, []ledger.Place{pot, {Account: "pot:none", Unit: "EUR"}})
		same(t, "accounts found", found, []store.Account{list[0]})
		none, noneErr := tx.Accounts(ctx, nil)
		same(t, "no account asked for", len(none), 0)
		id, idErr := tx.NextAccount(ctx)
		same(t, "the next account's id", id, int64(5))
		return firstOf(err, noneErr, idErr)
	})
	testPostings(t, s)
}

func testPostings(t *testing.T, s *store.Store) {
	newest, err := s.Postings(t.Context(), 1, 10, 1)
	ok(t, err)
	same(t, "the newest posting", newest, []store.Posting{{Index: 9, Seq: 0, Amount: 3, Balance: 5}})
	older, err := s.Postings(t.Context(), 1, 9, 10)
	ok(t, err)
	same(t, "older postings", older, []store.Posting{{Index: 3, Seq: 1, Amount: 2, Balance: 2}})
	var touches []store.Touch
	for _, account := range []ledger.Account{"asset:bank", "pot:a-b", "pot:none"} {
		for _, index := range []int64{3, 4, 9} {
			touches = append(touches, store.Touch{Index: index, Place: ledger.Place{Account: account, Unit: "EUR"}})
		}
	}
	behind, err := s.BalancesBehind(t.Context(), touches)
	ok(t, err)
	same(t, "balances behind entries", behind, map[int64][]int64{3: {2}, 9: {5, -5}})
}

func testMonths(t *testing.T, s *store.Store) {
	add := func(m store.Month) { write(t, s, func(c *store.Change) { c.Month(1, m) }) }
	add(store.Month{Month: 202502, Class: "proved", Incoming: 5, Outgoing: -1, Count: 2, First: 4, Last: 6})
	add(store.Month{Month: 202501, Incoming: 1, Count: 1, First: 1, Last: 1})
	add(store.Month{Month: 202502, Class: "proved", Incoming: 2, Outgoing: -2, Count: 1, First: 3, Last: 3})
	add(store.Month{Month: 202502, Class: "declared", Incoming: 9, Count: 1, First: 7, Last: 7})
	months, err := s.Months(t.Context(), 1)
	ok(t, err)
	same(t, "months", months, []store.Month{
		{Month: 202501, Incoming: 1, Count: 1, First: 1, Last: 1},
		{Month: 202502, Class: "declared", Incoming: 9, Count: 1, First: 7, Last: 7},
		{Month: 202502, Class: "proved", Incoming: 7, Outgoing: -3, Count: 3, First: 3, Last: 6}})
}

func testFigures(t *testing.T, s *store.Store) {
	add := func(f mechanism.Tally) { write(t, s, func(c *store.Change) { c.Figure(f) }) }
	add(mechanism.Tally{Name: "in/proved", Month: 202501, Unit: "EUR", Amount: 5, Count: 1})
	add(mechanism.Tally{Name: "in-b", Month: 202501, Unit: "EUR", Amount: 1, Count: 1})
	add(mechanism.Tally{Name: "in/proved", Month: 202501, Unit: "EUR", Amount: -7, Count: -1})
	figures, err := s.Figures(t.Context())
	ok(t, err)
	same(t, "figures in the order of their bytes", figures, []mechanism.Tally{
		{Name: "in-b", Month: 202501, Unit: "EUR", Amount: 1, Count: 1},
		{Name: "in/proved", Month: 202501, Unit: "EUR", Amount: -2, Count: 0}})
}

func testStates(t *testing.T, s *store.Store) {
	key := func(stream, part string) mechanism.Key { return mechanism.Key{Stream: stream, Part: part} }
	list := []store.State{{Key: key("a", ""), Value: []byte("1"), Last: 1},
		{Key: key("pot:", ""), Value: []byte("0"), Last: 2},
		{Key: key("pot:a", ""), Value: []byte{0, 255, 7}, Last: 3},
		{Key: key("pot:a", "1"), Value: []byte("x"), Last: 3},
		{Key: key("pot:a-z", ""), Value: []byte("y"), Last: 4},
		{Key: key("pot:b", ""), Value: []byte("z"), Last: 5},
		{Key: key("pots", ""), Value: []byte("no"), Last: 6}}
	write(t, s, func(c *store.Change) {
		for i := range list {
			c.State(list[len(list)-1-i])
		}
	})
	write(t, s, func(c *store.Change) {
		c.State(store.State{Key: key("pot:b", ""), Value: []byte("zz"), Last: 8})
		c.State(store.State{Key: key("a", ""), Last: 9}) // closed
	})
	list[5].Value, list[5].Last = []byte("zz"), 8
	pots, err := s.States(t.Context(), "pot:")
	ok(t, err)
	same(t, "states by prefix", pots, list[1:6])
	for range 20 { // more often than there are connections
		all, err := s.States(t.Context(), "")
		ok(t, err)
		same(t, "all states", all, list[1:])
	}
	batch(t, s, func(ctx context.Context, tx *store.Tx) error {
		found, err := tx.States(ctx, []mechanism.Key{key("pot:a", "1"), key("a", ""), key(`"\<`, "")})
		if len(found) == 1 {
			found[0].Last = 3 // which a batch does not load
		}
		same(t, "states found", found, list[3:4])
		return err
	})
}

func testClaims(t *testing.T, s *store.Store) {
	odd := store.Claim{Scope: "key",
		Key: "é\"'\\<&>\u2028\x01\t 日本", Hash: []byte{1, 2}, Index: 7, Count: 2, Made: 100}
	list := []store.Claim{{Scope: "import", Key: "row 1", Hash: []byte{}, Index: 5, Count: 1, Made: 100},
		{Scope: "key", Key: "a", Hash: []byte{9}, Index: 6, Count: 1, Made: 99}, odd}
	write(t, s, func(c *store.Change) {
		for _, claim := range list {
			c.Claim(claim)
		}
	})
	var all []store.Claim
	each := func(c store.Claim) error { all = append(all, c); return nil }
	ok(t, s.Claims(t.Context(), each))
	same(t, "claims", all, list)
	batch(t, s, func(ctx context.Context, tx *store.Tx) error {
		found, err := tx.Claims(ctx, []string{"key", "key", "import"}, []string{odd.Key, "b", "a"})
		if len(found) == 1 {
			found[0].Made = odd.Made // which a batch does not load
		}
		same(t, "claims found", found, []store.Claim{odd})
		return firstOf(err, tx.ExpireClaims(ctx, 100))
	})
	all = nil
	ok(t, s.Claims(t.Context(), each))
	same(t, "claims that are left", all, []store.Claim{list[0], odd})
}

// testClaimedTwice makes sure that the database itself refuses a second claim, whatever is above.
func testClaimedTwice(t *testing.T, s *store.Store) {
	claim := store.Claim{Scope: "ballot", Key: "1", Hash: []byte{}}
	write(t, s, func(c *store.Change) { c.Claim(claim) })
	tx, err := s.Begin(t.Context())
	ok(t, err)
	defer tx.Rollback()
	var c store.Change
	c.Entry(0, []byte("never"))
	c.Claim(claim)
	err = tx.Write(t.Context(), &c)
	if again := tx.Commit(t.Context()); again == nil {
		t.Fatalf("a claim was taken twice: a batch committed behind %v", err)
	}
	tx.Rollback()
	if _, err := s.Leaf(t.Context(), 0); err == nil {
		t.Error("what came with a second claim stayed")
	}
}

// firstOf gives the first error that is one.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
