// SPDX-License-Identifier: AGPL-3.0-or-later

package giving

import (
	"strings"

	"ecot/journal"
	"ecot/mechanism"
	"ecot/money"
)

// PotFamily is a family of figures that are kept for each pot: its name, a slash, the pot's slug.
type PotFamily string

// The families of figures by pot, each by month and unit. What goes back, or is reversed, is taken
// away in the month in which that happens, so that a month that has passed stays as it was.
const (
	// FigureAppeal is what the public appeal brought to the pot, less what went back of it, and the
	// number of those gifts, less those that went back whole.
	FigureAppeal PotFamily = "appeal"
	// FigureAppealPeople counts those who gave to the appeal, in its Count alone: once a month each
	// giver who is known to the vault, and once a gift each whose giver is not (the operator's word). A
	// gift that is shared counts its giver for the first pot, as Counts does; one that went back whole
	// takes its giver away.
	FigureAppealPeople PotFamily = "appeal-people"
	// FigurePotGifts is the sum and number of all gifts to the pot, with those of no appeal.
	FigurePotGifts PotFamily = "pot-gifts"
	// FigurePotReturned is the sum and number of what went back out of the pot's gifts.
	FigurePotReturned PotFamily = "returned"
)

// Of gives the name of the family's figure of a pot, such as "appeal/lanterne".
func (f PotFamily) Of(slug string) string { return string(f) + "/" + slug }

// ParsePotFigure gives the family and the pot of a figure's name, and says whether it is one of these.
func ParsePotFigure(name string) (family PotFamily, slug string, ok bool) {
	word, slug, _ := strings.Cut(name, "/")
	switch family = PotFamily(word); family {
	case FigureAppeal, FigureAppealPeople, FigurePotGifts, FigurePotReturned:
		return family, slug, journal.IsSlug(slug)
	}
	return "", "", false
}

// byPot are figures of pots of one month and unit, a list that grows.
type byPot struct {
	tallies
	month int
	unit  money.Unit
}

func (t *byPot) add(family PotFamily, slug string, amount, count int64) {
	t.tallies = append(t.tallies, mechanism.Tally{Name: family.Of(slug), Month: t.month, Unit: t.unit,
		Amount: amount, Count: count})
}

// people gives how many people a gift adds to its first pot's appeal, 0 or 1.
func (f *Given) people() int64 {
	if f.Counts.FirstOfMonth || f.Counts == (Counts{}) {
		return 1
	}
	return 0
}

// giftByPot gives what a gift adds to the figures of its pots.
func giftByPot(f *Given) tallies {
	t := byPot{month: f.Inflow.Given.Month(), unit: f.Unit, tallies: make(tallies, 0, 2*len(f.To)+1)}
	for i, share := range f.To {
		t.add(FigurePotGifts, share.Pot, share.Amount, 1)
		if !f.Generosity {
			continue
		}
		t.add(FigureAppeal, share.Pot, share.Amount, 1)
		if i == 0 && f.people() > 0 {
			t.add(FigureAppealPeople, share.Pot, 0, 1)
		}
	}
	return t.tallies
}

// refundByPot gives what a refund of a gift adds to the figures of its pots. It goes by what has gone
// back of the gift with it: the desk's state behind the refund, or behind its reversal.
func refundByPot(d mechanism.Desk, f *Refunded, gift *Given, reversed bool) tallies {
	state, t := undone(d, f.Of), byPot{month: f.On.Month(), unit: f.Unit}
	for _, back := range f.Back {
		t.add(FigurePotReturned, back.Pot, back.Amount, 1)
		if !gift.Generosity {
			continue
		}
		gone := amountOf(state.Back, back.Pot)
		if reversed {
			gone += back.Amount
		}
		var whole int64
		if gone == amountOf(gift.To, back.Pot) {
			whole = 1
		}
		t.add(FigureAppeal, back.Pot, -back.Amount, -whole)
		if back.Pot == gift.To[0].Pot && whole*gift.people() > 0 {
			t.add(FigureAppealPeople, back.Pot, 0, -1)
		}
	}
	return t.tallies
}
