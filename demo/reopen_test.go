// SPDX-License-Identifier: AGPL-3.0-or-later

package demo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/bank"
	"ecot/clock"
	"ecot/demo"
	"ecot/fault"
	"ecot/mechanism/giving"
)

// reopen opens the instance in dir once more, calls visit with it, and asks where it stands.
func reopen(t *testing.T, dir string, now clock.Clock, visit func(*app.App)) (
	demo.Summary, time.Time, error) {
	t.Helper()
	a, err := app.Open(t.Context(), demo.Place(dir, "", now))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	visit(a)
	return demo.Reopen(t.Context(), a)
}

func TestAFinishedDemoRunsOnFromItsLastVisitor(t *testing.T) {
	dir := t.TempDir()
	var now clock.Played
	stand, from, err := reopen(t, dir, now.Now, func(a *app.App) {
		if _, err := demo.Play(t.Context(), a, &now, nil); err != nil {
			t.Fatal(err)
		}
	})
	if err != nil || stand.Size != demo.Size || stand.Root.String() != demo.Root || !from.Equal(demo.Opens()) {
		t.Errorf("after the play it stands at %+v, %s, %v", stand, from, err)
	}
	_, _, _ = reopen(t, dir, now.Now, func(a *app.App) { checkOffice(t, a) })
	week := demo.Opens().AddDate(0, 0, 7)
	later, from, err := reopen(t, dir, clock.Fixed(week), func(a *app.App) {
		move := &giving.Move{Moved: giving.Moved{Unit: "EUR", Amount: 1, From: "provider", Into: "bank",
			Evidence: giving.Declared}}
		if _, err := a.Do(t.Context(), app.Request{Key: "visitor", Command: move}); err != nil {
			t.Fatal(err)
		}
	})
	if err != nil || later.Size != demo.Size+1 || later.Root == stand.Root || !from.Equal(week) {
		t.Errorf("after a visitor's act it stands at %+v, %s, %v", later, from, err)
	}
}

// checkOffice holds the papers beside the year: the bank agrees with the books to the cent, one arrival
// waits for its donor, the statement left for the visitor follows, and nobody erased is anywhere.
func checkOffice(t *testing.T, a *app.App) {
	ctx := t.Context()
	b := bank.New(a, bank.Options{})
	state, err := b.State(ctx, "")
	if err != nil || len(state.Accounts) != 1 {
		t.Fatalf("%+v, %v", state, err)
	}
	one := state.Accounts[0]
	if one.Difference() != 0 || one.AsOf != "2025-12-31" || one.Bank != 27_114_77 || one.Waiting.Lines != 0 ||
		len(one.Gaps) != 0 || state.Unattributed != 35_00 {
		t.Errorf("the bank says %d, the books %d at %s; waiting %+v, gaps %+v, unattributed %d", one.Bank, one.Books,
			one.AsOf, one.Waiting, one.Gaps, state.Unattributed)
	}
	if left, err := b.Unmatched(ctx, "bank"); err != nil || len(left) != 0 {
		t.Errorf("entries without a line: %v, %v", left, err)
	}
	text, err := demo.January(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	file, err := b.Read(ctx, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	report, err := b.Import(ctx, file, "treasurer", true)
	if err != nil || report.Fresh != 1 || len(report.Gaps) != 0 {
		t.Errorf("January's statement: %+v, %v", report, err)
	}
	donors, err := a.Office().Donors(ctx, "", 5_000)
	if err != nil || len(donors) < 1_000 {
		t.Errorf("%d donors, %v", len(donors), err)
	}
	for _, d := range donors {
		if d.Name == "Léon Gommé" {
			t.Error("Léon was erased and is still a donor")
		}
	}
}

func TestAPlayThatWasInterruptedIsNoDemo(t *testing.T) {
	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	var now clock.Played
	_, _, err := reopen(t, dir, now.Now, func(a *app.App) {
		_, err := demo.Play(ctx, a, &now, func(day string, _, _ int) {
			if day == "2025-02-03" {
				stop()
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a play that is stopped gives %v", err)
		}
	})
	if fault.CodeOf(err) != fault.Conflict {
		t.Errorf("it is taken up again with %v, want a conflict", err)
	}
}

func TestAnInstanceOfItsOwnIsNoDemo(t *testing.T) {
	open := func(visit func(*app.App)) {
		a, err := app.Open(t.Context(), app.Place{Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		visit(a)
		if _, _, err := demo.Reopen(t.Context(), a); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("it is taken up with %v, want a conflict", err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
	open(func(*app.App) {})
	open(func(a *app.App) {
		if err := a.Found(t.Context(), app.Charter{}); err != nil {
			t.Fatal(err)
		}
	})
}
