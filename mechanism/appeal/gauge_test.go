// SPDX-License-Identifier: AGPL-3.0-or-later

package appeal_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ecot/journal"
	"ecot/mechanism/appeal"
	"ecot/mechanism/mechanismtest"
)

// lanterne gives the appeal of the demo's year: need 200.00 from February 2025 on, a surplus
// carries within the year, and in January 2026 the need is 900.00.
func lanterne(t testing.TB) appeal.Timeline {
	t.Helper()
	w := mechanismtest.NewWorld(t, rules())
	do(t, w, "2025-01-10", genesis())
	opened := appeal.Opened{Pot: "lanterne", From: 202502, By: "editor",
		Rule: appeal.Rule{Unit: "EUR", Carry: appeal.CarryYear}}
	do(t, w, "2025-01-10", &appeal.Open{Opened: opened})
	do(t, w, "2025-01-10", &appeal.List{Listed: appeal.Listed{Pot: "lanterne", From: 202502, By: "editor",
		For: []journal.Share{{Pot: "astreinte", Amount: 120_00}, {Pot: "relecture", Amount: 60_00},
			{Pot: "hebergement", Amount: 20_00}}}})
	do(t, w, "2025-12-19", &appeal.List{Listed: appeal.Listed{Pot: "lanterne", From: 202601, By: "editor",
		For: []journal.Share{{Pot: "journee", Amount: 900_00}}}})
	return timeline(w, "lanterne")
}

func timeline(w *mechanismtest.World, pot string) appeal.Timeline {
	if state, ok := w.State(appeal.Key(pot)).(*appeal.Appeal); ok {
		return state.Timeline
	}
	return nil
}

// crowd gives what Lanterne is given up to a day of a month of the demo's year, by the rules of the
// play: the crowd by number, Nour and Léon on their days, the stall in September.
func crowd(month, day int) (taken appeal.Taking) {
	give := func(on int, amount int64) {
		if on <= day {
			taken.Given += amount
			taken.People++
		}
	}
	amounts := []int64{5_00, 10_00, 10_00, 15_00, 20_00, 5_00, 12_00, 10_00, 30_00, 8_00}
	people := map[int]int{2: 18, 3: 22, 4: 25, 5: 31, 6: 28, 7: 12, 8: 9, 9: 34, 10: 46, 11: 71, 12: 1012}[month]
	for k := 1; k <= people; k++ {
		if "LLPLFTL"[(k-1)%7] == 'L' {
			give(2+k%26, amounts[(k-1)%10])
		}
	}
	if people > 0 && month != 9 && month != 10 {
		give(5, 20_00)
	}
	if month >= 4 && month <= 6 {
		give(8, 15_00)
	}
	if month == 9 {
		give(22, 64_50)
	}
	return taken
}

// takings are those of whole months of 2025, and of this one up to today.
func takings(today journal.Day) func(month int) appeal.Taking {
	return func(month int) appeal.Taking {
		switch {
		case month/100 != 2025:
			return appeal.Taking{}
		case month == today.Month():
			return crowd(month%100, today.Time().Day())
		}
		return crowd(month%100, 31)
	}
}

func day(t testing.TB, text string) journal.Day {
	t.Helper()
	d, ok := journal.ParseDay(text)
	if !ok {
		t.Fatalf("%s is no day", text)
	}
	return d
}

// The table of Lanterne's appeal comes out as it is written in the play.
func TestTheDemoTableComesOut(t *testing.T) {
	const want = `
202502   12    157.00      0.00    157.00  no
202503   14    172.00      0.00    172.00  no
202504   17    217.00      0.00    217.00  yes
202505   20    265.00     17.00    282.00  yes
202506   18    227.00     82.00    309.00  yes
202507    8    107.00    109.00    216.00  yes
202508    7    102.00     16.00    118.00  no
202509   20    304.50      0.00    304.50  yes
202510   27    347.00    104.50    451.50  yes
202511   42    525.00    251.50    776.50  yes
202512  580   7260.00    576.50   7836.50  yes
202601    0      0.00      0.00      0.00  no
`
	var b strings.Builder
	gauges := lanterne(t).Gauges(takings(day(t, "2026-01-02")), 202601)
	for _, g := range gauges {
		reached := map[bool]string{true: "yes", false: "no"}[g.Reached]
		fmt.Fprintf(&b, "%d %4d %9s %9s %9s  %s\n", g.Month, g.People, cents(g.Given), cents(g.Carried),
			cents(g.Level), reached)
	}
	if got := "\n" + b.String(); got != want {
		t.Errorf("the table is%swanted%s", got, want)
	}
	for _, g := range gauges[:len(gauges)-1] {
		if g.Need != 200_00 {
			t.Errorf("%d: the need is %d", g.Month, g.Need)
		}
	}
	if last := gauges[10]; last.Reserve != 7_636_50 || last.Onward != 0 {
		t.Errorf("on 31 December %d joins the reserve and %d carries", last.Reserve, last.Onward)
	}
	if january := gauges[11]; january.Need != 900_00 || january.Missing != 900_00 {
		t.Errorf("in January the need is %d and %d is missing", january.Need, january.Missing)
	}
}

func cents(n int64) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

// Day by day through the year of the demo, readers are told in February, March and August only.
func TestInTheDemoReadersAreToldThreeTimes(t *testing.T) {
	line := lanterne(t)
	var told []int
	for today := day(t, "2025-02-01"); today <= day(t, "2025-12-31"); today++ {
		gauges := line.Gauges(takings(today), today.Month())
		due := gauges[len(gauges)-1].NoteDue(today, appeal.NoteBefore)
		if due && !slices.Contains(told, today.Month()) {
			told = append(told, today.Month())
			if before := appeal.NoteDay(today.Month(), appeal.NoteBefore); today != before {
				t.Errorf("in %d readers are told on %s, not on %s", today.Month(), today, before)
			}
		}
	}
	if want := []int{202502, 202503, 202508}; !slices.Equal(told, want) {
		t.Errorf("readers are told in %v, not in %v", told, want)
	}
}

// A note is due near the end of its own month, and only while the level is below the need.
func TestANoteIsDueNearTheEndOfItsMonth(t *testing.T) {
	for _, c := range []struct {
		month, before int
		want          string
	}{
		{202502, 3, "2025-02-25"}, {202402, 3, "2024-02-26"}, {202504, 3, "2025-04-27"}, {202512, 5, "2025-12-26"},
		{202501, 0, "2025-01-31"}, {202501, -1, "2025-01-31"}, {202501, 40, "2025-01-01"},
	} {
		from := appeal.NoteDay(c.month, c.before)
		if from.String() != c.want {
			t.Errorf("%d, %d days before: %s, not %s", c.month, c.before, from, c.want)
		}
		short := appeal.Gauge{Month: c.month, Need: 100, Level: 99}
		full := appeal.Gauge{Month: c.month, Need: 100, Level: 100}
		if !short.NoteDue(from, c.before) || short.NoteDue(from-1, c.before) || full.NoteDue(from, c.before) {
			t.Errorf("%d: a note is due at %s or not as it should be", c.month, from)
		}
		if over := from + 45; short.NoteDue(over, c.before) {
			t.Errorf("%d: a note is due on %s", c.month, over)
		}
	}
}

// A surplus carries by the rule; a lack, and a month in which more went back than came, never does.
func TestWhatCarriesFollowsTheRule(t *testing.T) {
	given := []int64{500, -300, 250, 1000, 0, 0}
	for _, c := range []struct {
		rule    appeal.Rule
		carried []int64 // into each month
		reserve []int64
	}{
		{appeal.Rule{Unit: "EUR", Carry: appeal.CarryNone}, []int64{0, 0, 0, 0, 0, 0},
			[]int64{400, 0, 150, 900, 0, 0}},
		{appeal.Rule{Unit: "EUR", Carry: appeal.CarryYear}, []int64{0, 400, 0, 0, 900, 800},
			[]int64{0, 0, 150, 0, 0, 0}},
		{appeal.Rule{Unit: "EUR", Carry: appeal.CarryMonths, Months: 1}, []int64{0, 100, 0, 100, 100, 0},
			[]int64{300, 0, 50, 900, 0, 0}},
		{appeal.Rule{Unit: "EUR", Carry: appeal.CarryMonths, Months: 3}, []int64{0, 300, 0, 150, 300, 200},
			[]int64{100, 0, 0, 750, 0, 0}},
	} {
		line := appeal.Timeline{}.With(&appeal.Opened{Pot: "a", From: 202510, Rule: c.rule}).
			With(&appeal.Listed{Pot: "a", From: 202510, For: []journal.Share{{Pot: "n", Amount: 100}}})
		gauges := line.Gauges(func(m int) appeal.Taking {
			return appeal.Taking{Given: given[(m/100-2025)*12+m%100-10]}
		}, 202603)
		for i, g := range gauges {
			if g.Carried != c.carried[i] || g.Reserve != c.reserve[i] {
				t.Errorf("%s %d, %d: %d carries in, %d to the reserve, wanted %d and %d", c.rule.Carry, c.rule.Months,
					g.Month, g.Carried, g.Reserve, c.carried[i], c.reserve[i])
			}
		}
		if refunds := gauges[1]; refunds.Level != refunds.Carried-300 || refunds.Missing != 100-refunds.Level {
			t.Errorf("%s: in the month of refunds %+v", c.rule.Carry, refunds)
		}
	}
}

// Needs are met in their order.
func TestProgressFillsNeedsInTheirOrder(t *testing.T) {
	needs := []journal.Share{{Pot: "a", Amount: 120}, {Pot: "b", Amount: 60}, {Pot: "c", Amount: 20}}
	for level := int64(-50); level <= 250; level++ {
		var sum int64
		open := true
		for i, f := range appeal.Progress(needs, level) {
			if f.Need != needs[i].Pot || f.Amount != needs[i].Amount || f.Filled < 0 || f.Filled > f.Amount {
				t.Fatalf("level %d: %+v for %+v", level, f, needs[i])
			}
			if !open && f.Filled > 0 {
				t.Fatalf("level %d: %s gets %d before an earlier need is met", level, f.Need, f.Filled)
			}
			open = open && f.Filled == f.Amount
			sum += f.Filled
		}
		if want := min(max(level, 0), 200); sum != want {
			t.Fatalf("level %d fills %d, not %d", level, sum, want)
		}
	}
}
