// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"ecot/clock"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/vault"
)

// together sends requests so that they wait for the writer at the same time: a bulk holds it until
// all of them do.
func together(t *testing.T, a *App, requests []Request) (answers []Answer, errs []error) {
	t.Helper()
	answers, errs = make([]Answer, len(requests)), make([]error, len(requests))
	holding, release := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		err := a.Bulk(t.Context(), func(context.Context, *Bulk) error {
			close(holding)
			<-release
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-holding
	for i, r := range requests {
		all.Go(func() { answers[i], errs[i] = a.Do(t.Context(), r) })
	}
	for len(a.requests) < len(requests) {
		time.Sleep(time.Millisecond)
	}
	close(release)
	all.Wait()
	return answers, errs
}

func prove(t *testing.T, a *App, answer Answer) {
	t.Helper()
	leaf, err := a.store.Leaf(t.Context(), answer.Index)
	must(t, err)
	receipt, err := answer.Prove(t.Context())
	must(t, err)
	if _, err := receipt.Verify(leaf, a.vkey); err != nil {
		t.Error(err)
	}
}

func TestOneKeyIsOneEntry(t *testing.T) {
	eachEngine(t, func(t *testing.T, at Place) {
		a := openAt(t, at)
		do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
		person := Person{Handle: "ada@example.org", Name: "Ada"}
		requests := make([]Request, 100)
		for i := range requests {
			requests[i] = Request{Key: "gift", Command: gift("lanterne", 100), Person: person}
		}
		answers, errs := together(t, a, requests)
		first := 0
		for i, answer := range answers {
			must(t, errs[i])
			if answer.Index != 2 || answer.Count != 1 {
				t.Fatalf("answer %d: %+v", i, answer)
			}
			if !answer.Replayed {
				first++
			}
			prove(t, a, answer)
		}
		again := do(t, a, requests[0]) // whose command was filled in meanwhile
		prove(t, a, again)
		if first != 1 || !again.Replayed || again.Index != 2 || a.latest.Load().Size != 3 {
			t.Errorf("%d new entries, again %+v", first, again)
		}
		for _, other := range []Request{
			{Key: "gift", Command: gift("lanterne", 101), Person: person},
			{Key: "gift", Command: gift("lanterne", 100)},
			{Key: "gift", Command: gift("lanterne", 100), Person: person, Private: []Private{{"memo", "x"}}},
		} {
			_, err := a.Do(t.Context(), other)
			refusedAs(t, err, fault.Conflict, "key")
		}
		wantClean(t, a)
	})
}

// breaking is a command that breaks the program.
type breaking struct{ giving.Charge }

func (*breaking) Decide(mechanism.Desk, mechanism.Moment) ([]journal.Fact, error) { panic("a defect") }

// failing is one that fails with an error that has no code.
type failing struct{ giving.Charge }

func (*failing) Decide(mechanism.Desk, mechanism.Moment) ([]journal.Fact, error) {
	return nil, errors.New("a defect")
}

// curious asks for what it has not named.
type curious struct{ giving.Charge }

func (*curious) Decide(d mechanism.Desk, _ mechanism.Moment) ([]journal.Fact, error) {
	d.State(mechanism.Key{Stream: "unnamed"})
	return nil, nil
}

func TestARefusedCommandHarmsNoNeighbour(t *testing.T) {
	eachEngine(t, func(t *testing.T, at Place) {
		a := openAt(t, at)
		do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
		spend := &giving.Spend{Spent: giving.Spent{Pot: "lanterne", Unit: "EUR", Amount: 1_000_000, Through: "bank",
			As: giving.Expense, Destination: giving.Mission, Payee: giving.Company, Evidence: giving.Declared}}
		bad := map[fault.Code][]Request{
			fault.Internal: {{Key: "b1", Command: &breaking{}}, {Key: "b2", Command: &curious{}}},
			fault.Conflict: {{Key: "b3", Command: spend}, {Key: "b4", Command: openPot("lanterne")}},
			fault.NotFound: {{Key: "b5", Command: gift("none", 5)}},
			fault.Invalid: {{Key: "b6", Command: gift("lanterne", -5)}, {Key: "b7", Command: &failing{}},
				{Key: "twice", Command: gift("lanterne", 5), Once: []Once{{"a", "b"}, {"a", "b"}}},
				{Key: "itself", Command: gift("lanterne", 5), Once: []Once{{"key", "itself"}}}},
		}
		var requests []Request
		var codes []fault.Code
		for code, list := range bad {
			for _, r := range list {
				good := Request{Key: "good " + r.Key, Command: gift("lanterne", 5), Person: Person{Handle: "x", Name: "X"}}
				requests, codes = append(requests, r, good), append(codes, code, "")
			}
		}
		answers, errs := together(t, a, requests)
		for i, err := range errs {
			if codes[i] != "" {
				refusedAs(t, err, codes[i])
				continue
			}
			must(t, err)
			prove(t, a, answers[i])
		}
		if size := a.latest.Load().Size; size != int64(2+len(requests)/2) {
			t.Errorf("%d entries", size)
		}
		wantClean(t, a)
	})
}

func TestTextThatADatabaseCannotHoldIsRefused(t *testing.T) {
	eachEngine(t, func(t *testing.T, at Place) {
		a := openAt(t, at)
		do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
		for _, text := range []string{"a\x00b", "a\xffb", "\xed\xa0\x80"} {
			for i, r := range []Request{
				{Key: text, Command: gift("lanterne", 5)},
				{Key: "1", Command: gift(text, 5)},
				{Key: "2", Command: gift("lanterne", 5), Person: Person{Handle: text}},
				{Key: "3", Command: gift("lanterne", 5), Person: Person{Handle: "x", Name: text}},
				{Key: "4", Command: gift("lanterne", 5), Private: []Private{{"memo", text}}},
				{Key: "5", Command: gift("lanterne", 5), Once: []Once{{"a", text}}},
			} {
				if _, err := a.Do(t.Context(), r); fault.CodeOf(err) != fault.Invalid {
					t.Errorf("%q in place %d: %v", text, i, err)
				}
			}
		}
		odd := Request{Key: "é\"\\<&>\u2028", Command: gift("lanterne", 5), Person: Person{Handle: "É", Name: "日本\n\x01"}}
		do(t, a, odd)
		if !do(t, a, odd).Replayed {
			t.Error("an odd key was taken twice")
		}
		wantClean(t, a)
	})
}

func TestClaimsInOneBatchAndFloors(t *testing.T) {
	eachEngine(t, func(t *testing.T, at Place) {
		a := openAt(t, at)
		do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
		do(t, a, Request{Key: "gift", Command: gift("lanterne", 1_000)})
		var requests []Request
		for i := range 40 {
			requests = append(requests,
				Request{Key: fmt.Sprint("row", i), Command: gift("lanterne", 1), Once: []Once{{"row", fmt.Sprint(i % 7)}}},
				Request{Key: fmt.Sprint("fee", i), Command: &giving.Charge{FeeCharged: giving.FeeCharged{Pot: "lanterne",
					Unit: "EUR", Amount: 100, Through: "bank", For: giving.BankFee, Evidence: giving.Proved}}})
		}
		_, errs := together(t, a, requests)
		taken := map[int]int{}
		for i, err := range errs {
			if err == nil {
				taken[i%2]++
			} else {
				refusedAs(t, err, fault.Conflict)
			}
		}
		if taken[0] != 7 || taken[1] != 10 {
			t.Errorf("%d of 7 rows, %d fees of 100 out of 1 007", taken[0], taken[1])
		}
		wantClean(t, a)
	})
}

// TestManyStoriesAtOnce lets many clients send random commands, most of which are refused.
func TestManyStoriesAtOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, at Place) {
		a := openAt(t, at)
		var clients sync.WaitGroup
		for c := range 8 {
			clients.Go(func() {
				s := newStory(uint64(10 + c))
				s.n = 1_000 * c
				s.play(t, a, 120)
			})
		}
		clients.Wait()
		wantClean(t, a)
		want := contents(t, a)
		must(t, a.Rebuild(t.Context(), nil))
		wantContents(t, "what was rebuilt", a, want)
	})
}

func TestCallersWhoGoAndWritersWhoEnd(t *testing.T) {
	a := openAt(t, Place{Dir: t.TempDir()})
	do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := a.Do(gone, Request{Key: "gone", Command: gift("lanterne", 1)}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	err := a.Bulk(gone, func(ctx context.Context, b *Bulk) error {
		_, err := b.Enter(ctx, &Request{Key: "x", Command: gift("lanterne", 1)})
		return err
	})
	if err == nil {
		t.Error("a bulk whose caller had gone was entered")
	}
	err = a.Bulk(t.Context(), func(context.Context, *Bulk) error { panic("a defect") })
	refusedAs(t, err, fault.Internal)
	do(t, a, Request{Key: "after", Command: gift("lanterne", 1)})
	wantClean(t, a)
	errs := make(chan error)
	for i := range 64 {
		go func() {
			for n := 0; ; n++ {
				if _, err := a.Do(context.Background(), Request{Key: fmt.Sprint(i, "/", n), Command: gift("lanterne", 1)}); err != nil {
					errs <- err
					return
				}
			}
		}()
	}
	time.Sleep(50 * time.Millisecond)
	end(t, a)
	for range 64 {
		select {
		case err := <-errs:
			refusedAs(t, err, fault.Unavailable)
		case <-time.After(10 * time.Second):
			t.Fatal("a caller waits for a writer that has ended")
		}
	}
}

func TestKeysExpireAndClocksGoBack(t *testing.T) {
	eachEngine(t, func(t *testing.T, at Place) {
		played := &clock.Played{}
		noon := time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)
		played.Set(noon)
		at.Clock = played.Now
		a := openAt(t, at)
		do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
		old := Request{Key: "old", Command: gift("lanterne", 5), Once: []Once{{"row", "1"}}}
		do(t, a, old)
		played.Set(noon.AddDate(0, 0, 29))
		if !do(t, a, Request{Key: "old", Command: gift("lanterne", 5), Once: old.Once}).Replayed {
			t.Error("a key went before its 30 days")
		}
		played.Set(noon.AddDate(0, 0, 31))
		_, err := a.Do(t.Context(), old)
		refusedAs(t, err, fault.Conflict, "before") // the key is gone, the row stays
		if do(t, a, Request{Key: "old", Command: gift("lanterne", 7)}).Replayed {
			t.Error("a key outlived its 30 days")
		}
		want := contents(t, a)
		played.Set(noon.AddDate(-1, 0, 0))
		_, err = a.Do(t.Context(), Request{Key: "back", Command: gift("lanterne", 5)})
		refusedAs(t, err, fault.Unavailable, "clock", "2024-03-01", "Nothing was changed")
		wantContents(t, "a clock that went back", a, want)
		end(t, a)
		a = openAt(t, at)
		_, err = a.Do(t.Context(), Request{Key: "back", Command: gift("lanterne", 5)})
		refusedAs(t, err, fault.Unavailable, "clock")
	})
}

func TestAnOldCopyIsNotSigned(t *testing.T) {
	at := Place{Dir: t.TempDir()}
	a := openAt(t, at)
	do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
	end(t, a)
	old, err := os.ReadFile(at.Dir + "/ecot.db")
	must(t, err)
	a = openAt(t, at)
	do(t, a, Request{Key: "gift", Command: gift("lanterne", 5)})
	end(t, a)
	newer, err := os.ReadFile(at.Dir + "/ecot.db")
	must(t, err)
	note, err := os.ReadFile(at.Dir + "/checkpoint")
	must(t, err)
	must(t, os.WriteFile(at.Dir+"/ecot.db", old, 0o600))
	a = openAt(t, at)
	_, err = a.Do(t.Context(), Request{Key: "fork", Command: gift("lanterne", 6)})
	refusedAs(t, err, fault.Forbidden, "2 entries", "3 was published")
	end(t, a)
	if standing, err := os.ReadFile(at.Dir + "/checkpoint"); err != nil || string(standing) != string(note) {
		t.Errorf("the published checkpoint went back: %s %v", standing, err)
	}
	must(t, os.WriteFile(at.Dir+"/ecot.db", newer, 0o600))
	a = openAt(t, at)
	do(t, a, Request{Key: "on", Command: gift("lanterne", 6)})
	wantClean(t, a)
	end(t, a)
	other := Place{Dir: t.TempDir()}
	end(t, openAt(t, other))
	key, err := os.ReadFile(other.Dir + "/keys/log.key")
	must(t, err)
	must(t, os.WriteFile(at.Dir+"/keys/log.key", key, 0o600))
	_, err = Open(t.Context(), at)
	refusedAs(t, err, fault.Forbidden, "founded")
}

// TestAStoreThatWasPutBackUnderARunningWriter empties a database behind the writer's back.
func TestAStoreThatWasPutBackUnderARunningWriter(t *testing.T) {
	at := Place{Dir: t.TempDir()}
	a := openAt(t, at)
	do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
	tx, err := a.store.Begin(t.Context())
	must(t, err)
	must(t, tx.PutHead(t.Context(), 1, tx.Head.Root, tx.Head.Clock))
	must(t, tx.Commit(t.Context()))
	_, err = a.Do(t.Context(), Request{Key: "fork", Command: gift("lanterne", 6)})
	if err == nil {
		t.Fatal("a store that had lost an entry was signed")
	}
}

func TestTwoProcessesFoundAtOnce(t *testing.T) {
	at := Place{Dir: t.TempDir()}
	var apps [2]*App
	for i := range apps {
		a, err := Open(t.Context(), at)
		must(t, err)
		apps[i] = a
	}
	var errs [2]error
	var both sync.WaitGroup
	for i, a := range apps {
		both.Go(func() { errs[i] = a.Found(context.Background(), Charter{}) })
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("two founded one journal: %v", errs)
	}
	refusedAs(t, errors.Join(errs[:]...), fault.Conflict, "founded")
	for _, a := range apps {
		end(t, a)
	}
	a := openAt(t, at) // whose key must be the one that was kept
	do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
	wantClean(t, a)
}

// TestRowsOfEntriesThatNeverCameAreSwept leaves in the vault what a crash between its commit and the
// journal's does.
func TestRowsOfEntriesThatNeverCameAreSwept(t *testing.T) {
	eachEngine(t, func(t *testing.T, at Place) {
		a := openAt(t, at)
		do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
		orphan := func() {
			tx, err := a.vault.Begin(t.Context(), a.latest.Load().Size)
			must(t, err)
			must(t, tx.Write(t.Context(), nil, []vault.Opening{{Index: a.latest.Load().Size, Field: "memo",
				Salt: make([]byte, 32), Value: "never", Party: "nobody"}}))
			must(t, tx.Commit(t.Context()))
		}
		orphan()
		if found, err := a.Check(t.Context(), nil); err != nil || found.Clean() {
			t.Fatalf("check does not see a row without an entry: %v", err)
		}
		end(t, a)
		a = openAt(t, at)
		wantClean(t, a)
		orphan()
		do(t, a, Request{Key: "next", Command: gift("lanterne", 5), Private: []Private{{"memo", "said"}}})
		wantClean(t, a)
	})
}
