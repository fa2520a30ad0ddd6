// SPDX-License-Identifier: AGPL-3.0-or-later

package demo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"ecot/app"
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
