// SPDX-License-Identifier: AGPL-3.0-or-later

package appeal_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/appeal"
	"ecot/mechanism/mechanismtest"
	"ecot/money"
)

func do(t testing.TB, w *mechanismtest.World, on string, cmd mechanism.Command) {
	t.Helper()
	if _, err := w.Do(cmd, noon(day(t, on))); err != nil {
		t.Fatalf("%s: %v", on, err)
	}
}

func noon(d journal.Day) mechanism.Moment {
	return mechanism.Moment{Seconds: d.Time().Unix() + 12*60*60, Today: d}
}

// history plays random facts of one appeal, most of them sensible.
type history struct {
	tb     testing.TB
	random *rand.Rand
	world  *mechanismtest.World
	day    journal.Day
	whole  appeal.Timeline // folded without a bound
	done   map[string]int
}

func newHistory(tb testing.TB, seed uint64) *history {
	h := &history{tb: tb, random: rand.New(rand.NewPCG(seed, 11)), day: 20_089, done: map[string]int{},
		world: mechanismtest.NewWorld(tb, rules())}
	if _, err := h.world.Do(genesis(), noon(h.day)); err != nil {
		tb.Fatal(err)
	}
	return h
}

// month gives one from two before this one to fourteen behind it.
func (h *history) month() int {
	month := h.day.Month() - 100
	for range 10 + h.random.IntN(17) {
		month = appeal.Next(month)
	}
	return month
}

func (h *history) command() mechanism.Command {
	switch h.random.IntN(8) {
	case 0, 1, 2:
		rules := []appeal.Rule{{Carry: appeal.CarryNone}, {Carry: appeal.CarryYear}, {},
			{Carry: appeal.CarryMonths, Months: h.random.Int64N(4)}}
		rule := rules[h.random.IntN(len(rules))]
		rule.Unit = []money.Unit{"EUR", "EUR", "USD"}[h.random.IntN(3)]
		return &appeal.Open{Opened: appeal.Opened{Pot: "a", From: h.month(), Rule: rule, By: "editor"}}
	case 3:
		return &appeal.End{Ended: appeal.Ended{Pot: "a", Last: h.month(), By: "editor"}}
	}
	needs := make([]journal.Share, 1+h.random.IntN(3))
	for i := range needs {
		needs[i] = journal.Share{Pot: string(rune('a' + i)), Amount: 1 + h.random.Int64N(200)}
	}
	return &appeal.List{Listed: appeal.Listed{Pot: "a", From: h.month(), For: needs, By: "editor"}}
}

// taken gives what came in a month, always the same for the same month.
func taken(month int) appeal.Taking {
	random := rand.New(rand.NewPCG(uint64(month), 3))
	return appeal.Taking{Given: random.Int64N(700) - 100, People: random.Int64N(20)}
}

// step plays one command. What the appeal said of months that are over it says still.
func (h *history) step() {
	h.tb.Helper()
	h.day += journal.Day(h.random.IntN(25))
	over := h.whole.Gauges(taken, h.day.Month())
	over = slices.DeleteFunc(over, func(g appeal.Gauge) bool { return g.Month >= h.day.Month() })
	steps, err := h.world.Do(h.command(), noon(h.day))
	if err != nil {
		if fault.CodeOf(err) == fault.Internal {
			h.tb.Fatal(err)
		}
		return
	}
	fact := steps[0].Entry.Fact
	h.done[fact.Name()]++
	h.whole = h.whole.With(fact)
	state := timeline(h.world, "a")
	if kept := h.whole[len(h.whole)-len(state):]; !reflect.DeepEqual(kept, state) || len(state) > 60 {
		h.tb.Fatalf("the state holds\n%+v\nand the facts\n%+v", state, h.whole)
	}
	now := h.whole.Gauges(taken, h.day.Month())
	if len(now) < len(over) || !reflect.DeepEqual(now[:len(over)], over) && len(over) > 0 {
		h.tb.Fatalf("months that are over were\n%+v\nand are\n%+v\nafter %+v", over, now, fact)
	}
	h.laws(now)
}

// laws sees what holds for the gauges of any appeal.
func (h *history) laws(gauges []appeal.Gauge) {
	h.tb.Helper()
	onward, last := int64(0), 0
	for _, g := range gauges {
		step, _ := h.whole.At(g.Month)
		carried := onward
		if last == 0 || appeal.Next(last) != g.Month {
			carried = 0
		}
		surplus := max(0, g.Level-g.Need)
		var most int64
		switch {
		case step.Carry == appeal.CarryMonths:
			most = step.Months * g.Need
		case step.Carry == appeal.CarryYear && g.Month%100 != 12:
			most = surplus
		}
		switch {
		case g.Carried != carried, g.Level != g.Given+g.Carried, g.Onward+g.Reserve != surplus, g.Onward < 0,
			g.Onward > most, g.Missing != max(0, g.Need-g.Level), g.Reached != (g.Need > 0 && g.Level >= g.Need),
			g.Unit != step.Unit, !step.Open:
			h.tb.Fatalf("a gauge breaks its law: %+v\n%+v", g, h.whole)
		}
		onward, last = g.Onward, g.Month
	}
}

func TestRandomAppealsKeepTheLaws(t *testing.T) {
	histories, done := 500, map[string]int{}
	if testing.Short() {
		histories = 300
	}
	for seed := range histories {
		h := newHistory(t, uint64(seed))
		for range 60 {
			h.step()
		}
		h.world.CheckAll()
		for kind, n := range h.done {
			done[kind] += n
		}
	}
	for _, kind := range []string{"appeal/v1", "needs/v1", "appeal-end/v1"} {
		if done[kind] < histories {
			t.Errorf("only %d of %s in %d histories", done[kind], kind, histories)
		}
	}
	t.Log(done)
}

// A state stays small however long an appeal runs.
func TestALongAppealKeepsASmallState(t *testing.T) {
	h := newHistory(t, 1)
	for range 1_000 {
		h.step()
	}
	h.world.CheckAll()
	if len(h.whole) <= 60 || len(timeline(h.world, "a")) < 50 {
		t.Errorf("%d steps, of which the state holds %d", len(h.whole), len(timeline(h.world, "a")))
	}
}
