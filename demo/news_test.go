// SPDX-License-Identifier: AGPL-3.0-or-later

package demo_test

import (
	"testing"

	"ecot/journal"
	"ecot/mechanism/giving"
)

// news is a row of the monthly news: people, gifts and their sum in cents.
type news struct {
	people, gifts int
	total         int64
}

// standing is a gift that still stands, with what went back of it.
type standing struct {
	*giving.Given
	back int64
}

// gifts gives the gifts that stand, in order. A gift that was reversed, or went back whole, is none;
// of one that went back in part, the rest counts.
func gifts(year played) []standing {
	back := map[int64]int64{}
	reversed := map[int64]bool{}
	for _, e := range year.entries {
		switch f := e.Fact.(type) {
		case *giving.Refunded:
			for _, share := range f.Back {
				back[f.Of] += share.Amount
			}
		case *giving.Reversed:
			reversed[f.Of] = true
		}
	}
	var list []standing
	for _, e := range year.entries {
		if f, ok := e.Fact.(*giving.Given); ok && !reversed[e.Index] && back[e.Index] < f.Gross {
			list = append(list, standing{f, back[e.Index]})
		}
	}
	return list
}

// apart says whether the news lists a gift apart: a company's, or one to the endowment.
func apart(g standing) bool { return g.Donor == giving.Company || g.To[0].Pot == "dotation" }

func checkNews(t *testing.T, year played) {
	got := map[int]news{}
	for _, g := range gifts(year) {
		if apart(g) {
			continue
		}
		n := got[g.Inflow.Given.Month()]
		n.gifts++
		n.total += g.Gross - g.back
		if g.Counts.FirstOfMonthFund {
			n.people++
		}
		got[g.Inflow.Given.Month()] = n
	}
	for month, want := range map[int]news{202506: {31, 31, 397_00}, 202510: {47, 47, 715_00},
		202511: {73, 73, 940_00}, 202512: {1_013, 1_038, 12_785_00}} {
		if got[month] != want {
			t.Errorf("%s: %+v, want %+v", journal.MonthName(month), got[month], want)
		}
	}
	for month, n := range got {
		if month != 202512 && (n.people >= got[202512].people || n.total >= got[202512].total) {
			t.Errorf("%s has %+v: December is no record", journal.MonthName(month), n)
		}
	}
}

// checkLanterne follows the months of Lanterne's appeal: people and what they gave, by the entries and
// by the published figures.
func checkLanterne(t *testing.T, year played) {
	want := []news{{people: 12, total: 157_00}, {people: 14, total: 172_00}, {people: 17, total: 217_00},
		{people: 20, total: 265_00}, {people: 18, total: 227_00}, {people: 8, total: 107_00},
		{people: 7, total: 102_00}, {people: 20, total: 304_50}, {people: 27, total: 347_00},
		{people: 42, total: 525_00}, {people: 580, total: 7_260_00}}
	got := make([]news, len(want))
	for _, g := range gifts(year) {
		if apart(g) || g.To[0].Pot != "lanterne" {
			continue
		}
		n := &got[g.Inflow.Given.Month()-202502]
		n.total += g.Gross
		if g.Counts.FirstOfMonth {
			n.people++
		}
	}
	published := make([]news, len(want))
	figures, err := year.store.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		switch f.Name {
		case giving.FigureAppeal.Of("lanterne"):
			published[f.Month-202502].total = f.Amount
		case giving.FigureAppealPeople.Of("lanterne"):
			published[f.Month-202502].people = int(f.Count)
		}
	}
	for i := range want {
		if got[i] != want[i] || published[i] != want[i] {
			t.Errorf("%s: %+v, published %+v, want %+v", journal.MonthName(202502+i), got[i], published[i], want[i])
		}
	}
}

func checkDecember(t *testing.T, year played) {
	pots, cards := map[string]int64{}, int64(0)
	for _, g := range gifts(year) {
		if g.Inflow.Given.Month() != 202512 {
			continue
		}
		pots[g.To[0].Pot] += g.Gross
		if g.Into == "provider" {
			cards += g.Gross
			if g.Credited != 0 {
				t.Errorf("a card gift of %s says that it was credited on %s", g.Inflow.Given, g.Credited)
			}
		}
	}
	if pots["lanterne"] != 7_260_00 || pots["passerelle"] != 1_800_00 || pots["tamis"] != 1_785_00 ||
		pots["fonds"] != 1_940_00 || cards != 7_802_00 {
		t.Errorf("December gave %v, of which %d by card", pots, cards)
	}
}

// checkCounts wants the gifts of 31 December, of persons 1 to 25 in order, to be counted as what
// follows the months in which each of them gave; the gift of the half-directed company to bear the
// odd cent on the donor's side; and the card fees as worked out by hand.
func checkCounts(t *testing.T, year played) {
	want := []int64{12, 12, 12, 12, 12, 12, 12, 12, 12, 11, 11, 11, 10, 10, 10, 10, 10, 10, 9, 9, 9, 9, 8, 8, 8}
	var got []int64
	var fees int64
	for _, g := range gifts(year) {
		fees += g.Fee
		if g.Inflow.Given.String() == "2025-12-31" {
			got = append(got, g.Counts.NthFund)
		}
		if g.Donor == giving.Company && (g.To[0] != journal.Share{Pot: "lanterne", Amount: 3_000_01} ||
			g.To[1] != journal.Share{Pot: "fonds", Amount: 3_000_00} || g.Generosity) {
			t.Errorf("the company gave %+v", g.Given)
		}
	}
	for i := range want {
		if len(got) != len(want) || got[i] != want[i] {
			t.Fatalf("the gifts of 31 December are their givers' gifts number\n%v, want\n%v", got, want)
		}
	}
	stranger := int64(1_45) // of the gift that was charged back
	if fees+stranger != 321_83 {
		t.Errorf("cards cost %d, want %d", fees+stranger, 321_83)
	}
}
