// SPDX-License-Identifier: AGPL-3.0-or-later

package projects_test

import (
	"testing"

	"ecot/app"
	"ecot/app/people"
	"ecot/app/profile"
	"ecot/app/projects"
	"ecot/clock"
	"ecot/demo"
	"ecot/mechanism/appeal"
	"ecot/office"
)

// row is a month of the demo's table: people, given, carried in, level, and whether the need was reached.
type row struct {
	people                 int64
	given, carried, levels int64
	reached                bool
}

// table is Lanterne's appeal from February to December 2025, worked out by hand, and January 2026.
func table() []row {
	return []row{{12, 157_00, 0, 157_00, false}, {14, 172_00, 0, 172_00, false}, {17, 217_00, 0, 217_00, true},
		{20, 265_00, 17_00, 282_00, true}, {18, 227_00, 82_00, 309_00, true}, {8, 107_00, 109_00, 216_00, true},
		{7, 102_00, 16_00, 118_00, false}, {20, 304_50, 0, 304_50, true}, {27, 347_00, 104_50, 451_50, true},
		{42, 525_00, 251_50, 776_50, true}, {580, 7_260_00, 576_50, 7_836_50, true}, {0, 0, 0, 0, false}}
}

// The played year, in which the appeal is opened on the first day of February, shows the table.
func TestTheDemosAppeal(t *testing.T) {
	if testing.Short() {
		t.Skip("the demo's year is left out of short runs")
	}
	ctx := t.Context()
	played := new(clock.Played)
	a, err := app.Open(ctx, demo.Place(t.TempDir(), "", played.Now))
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	p := projects.New(a, nil)
	by := people.Actor{Member: "m", Mandate: "editor", Roles: []office.Role{{Name: people.Editor}}}
	texts := projects.Texts{Title: "Lanterne", Summary: "Un lecteur d’écran libre.", Body: "Il lit.", Lang: "fr"}
	_, err = demo.Play(ctx, a, played, func(day string, _, _ int) {
		switch {
		case day[:7] == "2025-02" && !opened(t, p):
			fund := profile.Profile{LegalName: demo.Name, Form: profile.FondsDeDotation, AppealNumber: "2025-1",
				AppealFrom: 20_103, AppealUntil: 20_467}
			must(t, fund.Save(ctx, a.Office(), "treasurer", 1))
			must(t, p.Add(ctx, by, "lanterne", texts))
			must(t, p.OpenAppeal(ctx, by, "lanterne", projects.Call{Carry: appeal.CarryYear, Needs: []projects.Ask{
				{Title: "Astreinte", Amount: 120_00}, {Title: "Relecture", Amount: 60_00},
				{Title: "Hébergement", Amount: 20_00}}}))
		case day == "2025-12-31":
			must(t, p.OpenAppeal(ctx, by, "lanterne", projects.Call{From: 202601, Carry: appeal.CarryYear,
				Needs: []projects.Ask{{Title: "Un jour par semaine", Amount: 900_00}}}))
		}
	})
	must(t, err)
	s, err := p.Standing(ctx, "lanterne")
	must(t, err)
	if len(s.Months) != len(table()) || s.Month != 202601 || !s.Open || s.Now.Need != 900_00 || s.Now.Level != 0 {
		t.Fatalf("the appeal stands at %d with %d months, %+v", s.Month, len(s.Months), s.Now)
	}
	for i, want := range table() {
		m := s.Months[i]
		if got := (row{m.People, m.Given, m.Carried, m.Level, m.Reached}); got != want {
			t.Errorf("%d: %+v, want %+v", m.Month, got, want)
		}
	}
	r, err := p.Record(ctx)
	must(t, err)
	if want := (projects.Record{Month: 202512, People: 1_013, Given: 12_785_00, Unit: "EUR", Gifts: 1_038,
		MostPeople: true, MostGiven: true}); r != want {
		t.Errorf("the record is %+v, want %+v", r, want)
	}
}

// opened says whether the appeal is open.
func opened(t *testing.T, p *projects.Projects) bool {
	s, err := p.Standing(t.Context(), "lanterne")
	must(t, err)
	return s.Open
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
