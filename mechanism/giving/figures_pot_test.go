// SPDX-License-Identifier: AGPL-3.0-or-later

package giving_test

import (
	"maps"
	"testing"

	"ecot/mechanism/giving"
	"ecot/mechanism/mechanismtest"
	"ecot/money"
)

// potKey names a figure of a pot over all months.
type potKey struct {
	name string
	unit money.Unit
}

// standing gives what the figures of pots must come to, reckoned anew from the entries alone: every
// gift that was not reversed, less what went back of it by refunds that were not reversed.
func standing(w *mechanismtest.World) map[potKey]mechanismtest.Total {
	sums := map[potKey]mechanismtest.Total{}
	add := func(f giving.PotFamily, pot string, unit money.Unit, amount, count int64) {
		key := potKey{f.Of(pot), unit}
		sums[key] = mechanismtest.Total{Amount: sums[key].Amount + amount, Count: sums[key].Count + count}
	}
	reversed, back := map[int64]bool{}, map[int64]map[string]int64{}
	for i := range w.Size() {
		if f, ok := w.Entry(i).Fact.(*giving.Reversed); ok {
			reversed[f.Of] = true
		}
	}
	for i := range w.Size() {
		f, ok := w.Entry(i).Fact.(*giving.Refunded)
		if !ok || reversed[i] {
			continue
		}
		for _, share := range f.Back {
			if back[f.Of] == nil {
				back[f.Of] = map[string]int64{}
			}
			back[f.Of][share.Pot] += share.Amount
			if _, gift := w.Entry(f.Of).Fact.(*giving.Given); gift {
				add(giving.FigurePotReturned, share.Pot, f.Unit, share.Amount, 1)
			}
		}
	}
	for i := range w.Size() {
		f, ok := w.Entry(i).Fact.(*giving.Given)
		if !ok || reversed[i] {
			continue
		}
		for n, share := range f.To {
			add(giving.FigurePotGifts, share.Pot, f.Unit, share.Amount, 1)
			left := share.Amount - back[i][share.Pot]
			if !f.Generosity || left == 0 {
				continue
			}
			add(giving.FigureAppeal, share.Pot, f.Unit, left, 1)
			if n == 0 && (f.Counts == (giving.Counts{}) || f.Counts.FirstOfMonth) {
				add(giving.FigureAppealPeople, share.Pot, f.Unit, 0, 1)
			}
		}
	}
	return sums
}

// byPot sees that the figures of pots, over all months, are those of the gifts that stand.
func (h *history) byPot() {
	h.tb.Helper()
	got := map[potKey]mechanismtest.Total{}
	for figure, total := range ofAllMonths(h.world.Figures()) {
		if _, _, ok := giving.ParsePotFigure(figure.Name); ok && total != (mechanismtest.Total{}) {
			got[potKey{figure.Name, figure.Unit}] = total
		}
	}
	if want := standing(h.world); !maps.Equal(got, want) {
		h.tb.Fatalf("the figures of pots are\n%v, the gifts that stand come to\n%v", got, want)
	}
}

func TestPotFiguresAreNamed(t *testing.T) {
	for _, family := range []giving.PotFamily{giving.FigureAppeal, giving.FigureAppealPeople,
		giving.FigurePotGifts, giving.FigurePotReturned} {
		if again, slug, ok := giving.ParsePotFigure(family.Of("ma-lanterne")); again != family ||
			slug != "ma-lanterne" || !ok {
			t.Errorf("%s is read as %q of %q, %v", family.Of("ma-lanterne"), again, slug, ok)
		}
	}
	for _, name := range []string{"", "appeal", "appeal/", "appeal/A", "returned", "in/proved", "gifts",
		"source/appeal/fonds", "appeal/a/b"} {
		if family, slug, ok := giving.ParsePotFigure(name); ok {
			t.Errorf("%q is read as %q of %q", name, family, slug)
		}
	}
}
