// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"fmt"
	"math/rand"
	"testing"
	"time"

	"ecot/locale"
	"ecot/money"
	"ecot/web/page"
)

func penForTest(t *testing.T, lang locale.Lang) *pen {
	t.Helper()
	tongue, err := locale.Load(lang)
	if err != nil {
		t.Fatal(err)
	}
	return &pen{&page.Pen{Tongue: tongue, Zone: time.UTC}}
}

// Columns stand in the drawing, grow with their amounts, and show whatever is not nothing.
func TestColumns(t *testing.T) {
	p, r := penForTest(t, locale.French), rand.New(rand.NewSource(8))
	for range 500 {
		var months []Month
		for m := range 1 + r.Intn(12) {
			months = append(months, Month{Month: fmt.Sprintf("2025-%02d", m+1), Balance: Balance{
				Unit: money.Euro,
				In:   Figure{Proved: r.Int63n(1 << (1 + r.Intn(49))), Declared: r.Int63n(3)},
				Out:  Figure{Attested: r.Int63n(1 << (1 + r.Intn(49)))},
			}})
		}
		months[0].In.Proved++
		view := p.chart("c", months)
		if p.Err() != nil || len(view.Columns) != len(months) {
			t.Fatalf("%d months are drawn in %d columns, %v", len(months), len(view.Columns), p.Err())
		}
		for i, column := range view.Columns {
			checkBar(t, column.In, months[i].In.Total())
			checkBar(t, column.Out, months[i].Out.Total())
			if months[i].In.Total() > months[i].Out.Total() && column.In.Height < column.Out.Height {
				t.Fatalf("%+v is drawn %+v", months[i], column)
			}
		}
	}
}

func checkBar(t *testing.T, b bar, minor int64) {
	t.Helper()
	if b.Y < chartTop || b.Y+b.Height != chartBase || b.X < 0 || b.X+b.Width > chartWidth ||
		(minor > 0) != (b.Height > 0) {
		t.Fatalf("%d is drawn %+v", minor, b)
	}
}

func TestNothingIsNotDrawn(t *testing.T) {
	p := penForTest(t, locale.English)
	if view := p.chart("c", []Month{{Month: "2025-01", Balance: Balance{Unit: money.Euro}}}); view != nil {
		t.Errorf("nothing is drawn %+v", view)
	}
}

func TestMonthsOfSeveralUnitsAreApart(t *testing.T) {
	p := penForTest(t, locale.English)
	views := p.months([]Month{
		{Month: "2025-01", Balance: Balance{Unit: money.Euro, Holds: 1}},
		{Month: "2025-02", Balance: Balance{Unit: money.Euro, Holds: 2}},
		{Month: "2025-01", Balance: Balance{Unit: money.Hours, Holds: 90}},
	}, "")
	if p.Err() != nil || len(views) != 2 || len(views[0].Rows) != 2 || len(views[1].Rows) != 1 {
		t.Fatalf("%d tables, %v", len(views), p.Err())
	}
	if views[0].ID == views[1].ID || views[0].Rows[0].Month.Datetime != "2025-02" ||
		views[1].Rows[0].Hold.Text != "1h\u00a030m" {
		t.Errorf("tables are %+v", views)
	}
}

func TestTagsSayWhatIsNotProved(t *testing.T) {
	p := penForTest(t, locale.English)
	for _, c := range []struct {
		figure Figure
		want   []string
	}{
		{Figure{}, nil},
		{Figure{Proved: 5}, []string{"● proved"}},
		{Figure{Declared: 5}, []string{"○ declared"}},
		{Figure{Proved: 500, Declared: 12}, []string{"● proved, except", "○ €0.12 declared"}},
		{Figure{Attested: 500, Declared: 12}, []string{"◐ attested, except", "○ €0.12 declared"}},
		{Figure{Unsorted: 5}, []string{"◌ see the entries"}},
	} {
		var got []string
		for _, tag := range p.tags(money.Euro, Query{}, c.figure) {
			text := tag.Shape + " "
			if tag.Amount != nil {
				text += tag.Amount.Text + " "
			}
			got = append(got, text+tag.Words)
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) || p.Err() != nil {
			t.Errorf("%+v is %q, want %q", c.figure, got, c.want)
		}
	}
}
