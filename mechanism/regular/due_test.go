// SPDX-License-Identifier: AGPL-3.0-or-later

package regular_test

import (
	"strings"
	"testing"

	"ecot/journal"
	"ecot/mechanism/regular"
)

func day(t testing.TB, text string) journal.Day {
	t.Helper()
	d, ok := journal.ParseDay(text)
	if !ok {
		t.Fatalf("%s is no day", text)
	}
	return d
}

func gift(t testing.TB, every regular.Every, from string) *regular.Gift {
	first := day(t, from)
	return &regular.Gift{Unit: "EUR", Amount: 2000, To: []journal.Share{{Pot: "lanterne", Amount: 2000}}, Every: every,
		Means: regular.Card, From: first, Since: first, Answered: first}
}

func dueDays(g *regular.Gift, until journal.Day) string {
	var days []string
	for _, instalment := range g.Due(until) {
		days = append(days, instalment.Day.String())
	}
	return strings.Join(days, " ")
}

// Instalments fall on the day of the first, or on the last day of a month that is shorter.
func TestInstalmentsFallOnTheirDay(t *testing.T) {
	for _, c := range []struct {
		every             regular.Every
		from, until, want string
	}{
		{regular.Monthly, "2025-02-05", "2025-02-04", ""},
		{regular.Monthly, "2025-02-05", "2025-02-05", "2025-02-05"},
		{regular.Monthly, "2025-02-05", "2025-04-04", "2025-02-05 2025-03-05"},
		{regular.Monthly, "2025-01-31", "2025-05-30", "2025-01-31 2025-02-28 2025-03-31 2025-04-30"},
		{regular.Monthly, "2023-12-31", "2024-02-29", "2023-12-31 2024-01-31 2024-02-29"},
		{regular.Yearly, "2024-02-29", "2028-02-29", "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29"},
		{regular.Yearly, "2025-07-01", "2026-06-30", "2025-07-01"},
	} {
		if got := dueDays(gift(t, c.every, c.from), day(t, c.until)); got != c.want {
			t.Errorf("every %s from %s, up to %s: %q, not %q", c.every, c.from, c.until, got, c.want)
		}
	}
}

// Neither a pause nor what is settled is due, and a pause asks nothing of anybody.
func TestWhatIsPausedOrSettledIsNotDue(t *testing.T) {
	g := gift(t, regular.Monthly, "2025-02-05")
	g.Missed = 202503
	if got := dueDays(g, day(t, "2025-05-20")); got != "2025-04-05 2025-05-05" {
		t.Errorf("behind a missed one are due %s", got)
	}
	g.Since = day(t, "2025-04-06")
	if got := dueDays(g, day(t, "2025-05-20")); got != "2025-05-05" {
		t.Errorf("since it was resumed are due %s", got)
	}
	if q := g.Question().String(); q != "2026-02-05" {
		t.Errorf("the question is to be asked on %s", q)
	}
	g.Paused, g.Until = true, day(t, "2025-06-01")
	if got := dueDays(g, day(t, "2025-12-31")); got != "" || g.Question() != 0 || g.Monthly() != 0 {
		t.Errorf("in a pause are due %s, the question on %s, %d a month", got, g.Question(), g.Monthly())
	}
	if g.Wakes(day(t, "2025-05-31")) || !g.Wakes(day(t, "2025-06-01")) {
		t.Error("the pause does not end on its day")
	}
	g.Until = 0
	if g.Wakes(day(t, "2099-01-01")) {
		t.Error("a pause without end ends")
	}
	leap := gift(t, regular.Yearly, "2024-02-29")
	if q := leap.Question().String(); q != "2025-02-28" || leap.Monthly() != 166 {
		t.Errorf("the question is to be asked on %s; %d a month", q, leap.Monthly())
	}
}
