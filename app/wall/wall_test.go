// SPDX-License-Identifier: AGPL-3.0-or-later

package wall

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"ecot/app"
	"ecot/app/trail"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/office"
)

// However many gifts there are, bricks lie within the wall, none on another, the same way whatever the
// order
// in which the gifts are met, and only in their year.
func TestBricksDoNotOverlap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var all []Entry
		for i := range r.IntN(150) {
			all = append(all, Entry{Index: int64(i + 1), Class: Class(r.IntN(8)), Given: journal.Day(20_000 +
				r.IntN(500))})
		}
		const on = journal.Day(20_400)
		bricks, height := Lay(all, on)
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		again, _ := Lay(all, on)
		if !slices.Equal(bricks, again) {
			t.Fatal("the wall depends on the order of the gifts")
		}
		taken, want := map[[2]int]bool{}, 0
		for _, e := range all {
			if e.Given <= on && on < e.Given+brickDays {
				want++
			}
		}
		for _, b := range bricks {
			if b.X < 0 || b.Y < 0 || b.X+b.Side > Columns || b.Y+b.Side > height || on >= b.Until {
				t.Fatalf("%+v is not on the wall", b)
			}
			for x := b.X; x < b.X+b.Side; x++ {
				for y := b.Y; y < b.Y+b.Side; y++ {
					if taken[[2]int{x, y}] {
						t.Fatalf("%+v lies on another", b)
					}
					taken[[2]int{x, y}] = true
				}
			}
		}
		if len(bricks) != want || height*Columns > 2*len(taken)+12*Columns {
			t.Fatalf("%d bricks of %d, %d high for %d places", len(bricks), want, height, len(taken))
		}
	}
}

func TestClasses(t *testing.T) {
	for minor, want := range map[int64]Class{0: 1, 14_99: 1, 15_00: 2, 348_99: 6, 349_00: 7,
		1_000_000_00: 7} {
		if got := ClassOf(minor); got != want {
			t.Errorf("%d is of class %d, want %d", minor, got, want)
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fund opens a fund with gifts of 10,00, 200,00 and 40,00; the second is an association's.
func fund(t *testing.T) (*app.App, *Wall) {
	t.Helper()
	a, err := app.Open(t.Context(), app.Place{Dir: t.TempDir()})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	must(t, a.Found(t.Context(), app.Charter{Origin: "fund.example.org/journal"}))
	_, err = a.Do(t.Context(), app.Request{Key: "pot",
		Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: "fonds", Purpose: giving.Spendable}}})
	must(t, err)
	day, _ := journal.ParseDay("2026-01-02")
	for i, amount := range []int64{10_00, 200_00, 40_00} {
		kind := giving.Person
		if i == 1 {
			kind = giving.Association
		}
		answer, err := a.Do(t.Context(), app.Request{Key: fmt.Sprint(i),
			Command: &giving.Give{Given: giving.Given{
				Inflow: giving.Inflow{Unit: "EUR", Gross: amount, Into: "bank", Nature: giving.Gift, Donor: kind,
					Given:    day,
					Evidence: giving.Proved}, To: []journal.Share{{Pot: "fonds", Amount: amount}}}}})
		must(t, err)
		must(t, a.Office().Do(t.Context(), func(tx *office.Tx) error {
			return tx.PutGiven(t.Context(), office.Given{Index: answer.Index,
				Handle: fmt.Sprintf("p%d@example.org", i),
				Shown:  []string{"Zoé", "Amicale", "nour"}[i], AmountShown: i < 2, Words: "Merci",
				Link: "https://example.org/"})
		}))
	}
	return a, New(a, trail.New(a))
}

func names(t *testing.T, w *Wall, q Query) (list []string) {
	t.Helper()
	q.Limit = 10
	all, more, sums, err := w.List(t.Context(), q)
	must(t, err)
	if more || sums.Gifts != 3 || sums.Total != 250_00 {
		t.Errorf("more %v, %+v", more, sums)
	}
	for _, e := range all {
		list = append(list, e.Name)
	}
	return list
}

func TestListsAreSortedAsAsked(t *testing.T) {
	_, w := fund(t)
	for q, want := range map[Query][]string{
		{}: {"nour", "Amicale", "Zoé"}, {Order: ByDate}: {"nour", "Amicale", "Zoé"},
		{Order: ByName}: {"Amicale", "nour", "Zoé"}, {Order: ByClass}: {"Amicale", "Zoé", "nour"},
		{Kind: People}: {"nour", "Zoé"}, {Kind: Organisations}: {"Amicale"}, {Skip: 2}: {"Zoé"}, {Skip: 9}: nil,
	} {
		if got := names(t, w, q); !slices.Equal(got, want) {
			t.Errorf("%+v: %q, want %q", q, got, want)
		}
	}
}

// A consent that is withdrawn, and a name that the fund hides, leave lists, bricks and plaques at once.
func TestWithdrawnIsGone(t *testing.T) {
	a, w := fund(t)
	all, _, _, err := w.List(t.Context(), Query{Limit: 9})
	must(t, err)
	nour, amicale := all[0].Index, all[1].Index
	must(t, a.Office().Do(t.Context(), func(tx *office.Tx) error {
		return tx.PutProject(t.Context(), office.Project{Slug: "tamis", Site: "https://tamis.example/src",
			Status: office.Running})
	}))
	p, err := w.Ask(t.Context(), "p2@example.org", Plaque{Index: nour,
		Target: "https://tamis.example/src/v2", Words: "Merci"})
	must(t, err)
	if _, _, err := w.Plaque(t.Context(), p.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a plaque that nobody read is shown: %v", err)
	}
	must(t, w.Decide(t.Context(), p.ID, true, "", "editor"))
	if shown, by, err := w.Plaque(t.Context(), p.ID); err != nil || by != "nour" || shown.Words != "Merci" {
		t.Errorf("%+v by %s, %v", shown, by, err)
	}
	if err := w.Withdraw(t.Context(), "p0@example.org", nour); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a stranger withdrew: %v", err)
	}
	must(t, w.Withdraw(t.Context(), "p2@example.org", nour))
	must(t, w.Hide(t.Context(), amicale, true))
	if got := names(t, w, Query{}); !slices.Equal(got, []string{"Zoé"}) {
		t.Errorf("the list shows %q", got)
	}
	day, _ := journal.ParseDay("2026-01-03")
	bricks, _, err := w.Bricks(t.Context(), day)
	if err != nil || len(bricks) != 1 || bricks[0].Name != "Zoé" {
		t.Errorf("%+v, %v", bricks, err)
	}
	if _, _, err := w.Plaque(t.Context(), p.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the plaque still hangs: %v", err)
	}
	must(t, w.Hide(t.Context(), amicale, false))
	if got := names(t, w, Query{}); !slices.Equal(got, []string{"Amicale", "Zoé"}) {
		t.Errorf("the list shows %q", got)
	}
}

// A plaque has one line, hangs at an address of the fund, and is the giver's own.
func TestPlaquesRefused(t *testing.T) {
	a, w := fund(t)
	must(t, a.Office().Do(t.Context(), func(tx *office.Tx) error {
		return tx.PutProject(t.Context(), office.Project{Slug: "tamis", Site: "https://tamis.example/src/",
			Status: office.Running})
	}))
	all, _, _, err := w.List(t.Context(), Query{Limit: 1})
	must(t, err)
	index := all[0].Index
	for name, p := range map[string]Plaque{
		"no words": {Index: index, Target: "/"}, "two lines": {Index: index, Target: "/", Words: "a\nb"},
		"elsewhere":     {Index: index, Target: "https://evil.example/", Words: "a"},
		"lookalike":     {Index: index, Target: "https://tamis.example/srcs", Words: "a"},
		"climbing":      {Index: index, Target: "https://tamis.example/src/../x", Words: "a"},
		"a script":      {Index: index, Target: "javascript:alert(1)", Words: "a"},
		"other host":    {Index: index, Target: "//evil.example/", Words: "a"},
		"somebody else": {Index: index - 1, Target: "/", Words: "a"},
	} {
		if _, err := w.Ask(t.Context(), "p2@example.org", p); err == nil ||
			fault.CodeOf(err) == fault.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
	p, err := w.Ask(t.Context(), "p2@example.org", Plaque{Index: index, Target: "/pots/fonds", Words: "a"})
	must(t, err)
	if err := w.Decide(t.Context(), p.ID, false, " ", "editor"); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("refused without a reason: %v", err)
	}
	must(t, w.Decide(t.Context(), p.ID, false, "Publicité", "editor"))
	if _, _, err := w.Plaque(t.Context(), p.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a refused plaque is shown: %v", err)
	}
}
