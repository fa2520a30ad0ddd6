// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ecot/clock"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/appeal"
	"ecot/mechanism/giving"
	"ecot/mechanism/regular"
	"ecot/office"
	"ecot/proof"
	"ecot/store"
	"ecot/store/engine/enginetest"
)

// openAt opens an instance and founds it when it is not.
func openAt(t *testing.T, at Place) *App {
	t.Helper()
	a, err := Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !a.ended() {
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	if !a.Founded() {
		if err := a.Found(t.Context(), Charter{Origin: "test.example.org/journal"}); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// ended says whether the instance was closed.
func (a *App) ended() bool {
	select {
	case <-a.finished:
		return true
	default:
		return false
	}
}

func end(t *testing.T, a *App) {
	t.Helper()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

func openPot(slug string) *giving.OpenPot {
	return &giving.OpenPot{PotOpened: giving.PotOpened{Slug: slug, Purpose: giving.Spendable}}
}

// eachEngine runs fn on both engines with a place of its own.
func eachEngine(t *testing.T, fn func(t *testing.T, at Place)) {
	enginetest.Each(t, func(t *testing.T, address string) { fn(t, Place{Dir: t.TempDir(), Database: address}) })
}

func refusedAs(t *testing.T, err error, code fault.Code, words ...string) {
	t.Helper()
	if err == nil || fault.CodeOf(err) != code {
		t.Errorf("got %v, want a fault %s", err, code)
		return
	}
	for _, word := range words {
		if !strings.Contains(fault.PublicOf(err), word) {
			t.Errorf("%q does not say %q", fault.PublicOf(err), word)
		}
	}
}

// story sends random commands, many of which are refused.
type story struct {
	random *rand.Rand
	n      int
	taken  int
	denied int
}

func newStory(seed uint64) *story { return &story{random: rand.New(rand.NewPCG(seed, 1))} }

func (s *story) pot() string { return []string{"lanterne", "tamis", "fonds", "none"}[s.random.IntN(4)] }

func (s *story) entry(size int64) int64 { return max(0, size-s.random.Int64N(12)) }

// next gives the next request of the story, when the journal has about size entries.
func (s *story) next(size int64) Request {
	s.n++
	r := Request{Key: fmt.Sprintf("story/%d", s.n-s.random.IntN(15)/14), Command: s.command(size)}
	if give, ok := r.Command.(*giving.Give); ok && s.random.IntN(3) > 0 {
		give.To[0].Amount = give.Gross - int64(s.random.IntN(8)/7)
		who := s.random.IntN(6)
		r.Person = Person{Handle: fmt.Sprintf("p%d@example.org", who), Name: fmt.Sprintf("Personne %d", who)}
		r.Private = []Private{{Field: "memo", Value: fmt.Sprintf("merci %d", s.n)}}
	}
	if s.random.IntN(10) == 0 {
		r.Once = []Once{{"row", fmt.Sprint(s.random.IntN(40))}}
	}
	return r
}

func (s *story) command(size int64) mechanism.Command {
	amount := 1 + s.random.Int64N(3_000)
	switch s.random.IntN(16) {
	case 0:
		return openPot(s.pot())
	case 1:
		return &giving.Charge{FeeCharged: giving.FeeCharged{Pot: s.pot(), Unit: "EUR", Amount: amount, Through: "bank",
			For: giving.BankFee, Evidence: giving.Proved}}
	case 2, 3:
		return &giving.Spend{Spent: giving.Spent{Pot: s.pot(), Unit: "EUR", Amount: amount, Through: "bank",
			As: giving.Expense, Destination: giving.Mission, Payee: giving.Company, Evidence: giving.Declared}}
	case 4:
		return &giving.GiveBack{Refunded: giving.Refunded{Of: s.entry(size), Unit: "EUR", Through: "bank",
			Back: []journal.Share{{Pot: s.pot(), Amount: amount}}, Reason: giving.GivenBack, Evidence: giving.Declared}}
	case 5:
		return &giving.Reverse{Reversed: giving.Reversed{Of: s.entry(size), By: "treasurer"}}
	case 6:
		return &giving.Claim{Claimed: giving.Claimed{Pot: s.pot(), Unit: "EUR", Amount: amount,
			Destination: giving.Running, Payee: giving.Person}}
	case 7:
		return &giving.Approve{Approved: giving.Approved{Of: s.entry(size), By: []string{"a", "b"}[s.random.IntN(2)]}}
	case 8:
		return &giving.Transfer{Transferred: giving.Transferred{Unit: "EUR", Amount: amount, From: s.pot(), To: s.pot(),
			By: []string{"a", "b"}}}
	case 9, 10, 11:
		return s.promise(amount)
	}
	return gift(s.pot(), amount)
}

// promise gives a command about an appeal or a regular gift.
func (s *story) promise(amount int64) mechanism.Command {
	id := fmt.Sprintf("r%d", s.random.IntN(6))
	shares := []journal.Share{{Pot: "lanterne", Amount: amount}}
	switch s.random.IntN(6) {
	case 0:
		return &appeal.Open{Opened: appeal.Opened{Pot: s.pot(), Rule: appeal.Rule{Unit: "EUR"}, By: "a"}}
	case 1:
		return &appeal.List{Listed: appeal.Listed{Pot: s.pot(), For: shares, By: "a"}}
	case 2:
		return &appeal.End{Ended: appeal.Ended{Pot: s.pot(), By: "a"}}
	case 3:
		return &regular.Begin{Begun: regular.Begun{ID: id, Unit: "EUR", Amount: amount, To: shares,
			Every: regular.Yearly, Means: regular.Card}}
	case 4:
		return &regular.Miss{Missed: regular.Missed{ID: id, Month: 202504, Why: regular.Refused}}
	}
	changes := []regular.Change{regular.Paused, regular.Resumed, regular.Stopped}
	return &regular.Alter{Changed: regular.Changed{ID: id, Change: changes[s.random.IntN(3)], Why: regular.ByDonor}}
}

// play sends n requests one after the other.
func (s *story) play(t *testing.T, a *App, n int) {
	t.Helper()
	for range n {
		_, err := a.Do(t.Context(), s.next(a.latest.Load().Size))
		if err == nil {
			s.taken++
			continue
		}
		s.denied++
		if code := fault.CodeOf(err); code == fault.Internal || code == fault.Unavailable {
			t.Fatal(err)
		}
	}
}

// contents gives everything that a store holds, without what only its own clock or chance made.
func contents(t *testing.T, a *App) (lines []string) {
	t.Helper()
	add := func(of ...any) error { lines = append(lines, fmt.Sprintf("%q", fmt.Sprint(of...))); return nil }
	ctx := t.Context()
	head, err := a.store.Head(ctx)
	must(t, err)
	add("head ", head.Size, head.Root, head.Clock)
	must(t, a.store.Leaves(ctx, 0, head.Size, func(_ int64, leaf []byte) error { return add(string(leaf)) }))
	places := map[int64]string{}
	accounts, err := a.store.Accounts(ctx, -1)
	must(t, err)
	for _, account := range accounts {
		places[account.ID] = fmt.Sprint(account.Place)
		add("account ", account)
	}
	must(t, a.store.AllPostings(ctx, func(id int64, p store.Posting) error { return add(places[id], p) }))
	must(t, a.store.AllMonths(ctx, func(id int64, m store.Month) error { return add(places[id], m) }))
	figures, err := a.store.Figures(ctx)
	must(t, err)
	for _, f := range figures {
		add("figure ", f)
	}
	states, err := a.store.States(ctx, "")
	must(t, err)
	for _, s := range states {
		add("state ", s.Key, string(s.Value), s.Last)
	}
	must(t, a.store.AllTiles(ctx, func(tile proof.Tile) error { return add("tile ", tile) }))
	return lines
}

// papers gives everything that a backup carries of the office.
func papers(t *testing.T, a *App) (lines []string) {
	t.Helper()
	must(t, a.office.Dump(t.Context(), func(row office.Row) error {
		text, err := json.Marshal(row)
		lines = append(lines, string(text))
		return err
	}))
	return lines
}

// enrol makes somebody a member.
func enrol(t *testing.T, a *App, m office.Member) {
	t.Helper()
	m.Roles = append(m.Roles, office.Role{Name: "treasurer"})
	must(t, a.office.Do(t.Context(), func(tx *office.Tx) error { return tx.PutMember(t.Context(), m) }))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantContents(t *testing.T, what string, a *App, want []string) {
	t.Helper()
	wantClean(t, a)
	if diff := cmp.Diff(want, contents(t, a)); diff != "" {
		t.Errorf("%s (-want +got):\n%.4000s", what, diff)
	}
}

// TestOneHistoryIsTheSameOnBothEngines plays one random history on both, rebuilds both, and moves
// it from one to the other and back.
func TestOneHistoryIsTheSameOnBothEngines(t *testing.T) {
	noon := time.Date(2025, 3, 31, 12, 0, 0, 0, time.UTC)
	var want []string
	eachEngine(t, func(t *testing.T, at Place) {
		played := &clock.Played{}
		played.Set(noon)
		at.Clock, at.Seed = played.Now, []byte("a seed for tests")
		a := openAt(t, at)
		s := newStory(1)
		for range 20 {
			s.play(t, a, 25)
			played.Set(played.Now().Add(17 * time.Hour))
		}
		t.Logf("%d commands taken, %d refused", s.taken, s.denied)
		if s.taken < 100 || s.denied < 100 {
			t.Error("the story is not worth telling")
		}
		if want == nil {
			want = contents(t, a)
		}
		wantContents(t, "the history", a, want)
		must(t, a.Rebuild(t.Context(), nil))
		wantContents(t, "the history rebuilt", a, want)
		s.play(t, a, 5) // which the writer must survive
		wantClean(t, a)
	})
}

func TestBackupMovesBetweenEngines(t *testing.T) {
	address := enginetest.Postgres(t)
	a := openAt(t, Place{Dir: t.TempDir(), Database: ""})
	newStory(2).play(t, a, 400)
	enrol(t, a, office.Member{ID: "n", Name: "Nour", Mail: "nour@example.org", Mandate: "treasurer"})
	want, wantPapers := contents(t, a), papers(t, a)
	for i, database := range []string{address, ""} {
		path := fmt.Sprintf("%s/backup-%d", t.TempDir(), i)
		must(t, a.Backup(t.Context(), path, nil))
		end(t, a)
		at := Place{Dir: t.TempDir(), Database: database}
		must(t, Restore(t.Context(), at, path, nil))
		a = openAt(t, at)
		wantContents(t, "a restored backup", a, want)
		if diff := cmp.Diff(wantPapers, papers(t, a)); diff != "" || len(wantPapers) == 0 {
			t.Errorf("the office of a restored backup (-want +got):\n%s", diff)
		}
	}
	do(t, a, Request{Key: "after", Command: gift("lanterne", 5)})
	wantClean(t, a)
	if err := Restore(context.Background(), Place{Dir: t.TempDir()}, "/nowhere", nil); fault.CodeOf(err) != fault.NotFound {
		t.Error(err)
	}
}
