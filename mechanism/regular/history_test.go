// SPDX-License-Identifier: AGPL-3.0-or-later

package regular_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/mechanismtest"
	"ecot/mechanism/regular"
	"ecot/money"
)

// forged is a command that decides a fact as it stands.
type forged struct{ fact *regular.Changed }

func (f forged) Needs() mechanism.Needs {
	return mechanism.Needs{Keys: []mechanism.Key{regular.Key(f.fact.ID)}}
}

func (f forged) Decide(_ mechanism.Desk, now mechanism.Moment) ([]journal.Fact, error) {
	fact := *f.fact
	if fact.On == 0 {
		fact.On = now.Today
	}
	return []journal.Fact{&fact}, journal.Check(&fact)
}

// history plays random regular gifts; each id is used by one gift alone.
type history struct {
	tb      testing.TB
	random  *rand.Rand
	world   *mechanismtest.World
	day     journal.Day
	ids     []string
	stopped map[string]bool
	missed  map[string]bool // by id and month
	done    map[string]int
}

func newHistory(tb testing.TB, seed uint64) *history {
	h := &history{tb: tb, random: rand.New(rand.NewPCG(seed, 13)), day: 20_089, stopped: map[string]bool{},
		missed: map[string]bool{}, done: map[string]int{}, world: mechanismtest.NewWorld(tb, rules())}
	if !h.do(genesis()) {
		tb.Fatal("no world")
	}
	return h
}

func (h *history) do(cmd mechanism.Command) bool {
	h.tb.Helper()
	now := mechanism.Moment{Seconds: h.day.Time().Unix() + h.random.Int64N(86_400), Today: h.day}
	steps, err := h.world.Do(cmd, now)
	if fault.CodeOf(err) == fault.Internal && err != nil {
		h.tb.Fatalf("%+v: %v", cmd, err)
	}
	for _, step := range steps {
		h.follow(step.Entry.Fact)
	}
	return err == nil
}

// follow sees that a fact came to no stopped gift, and that nothing is missed twice or in a pause.
func (h *history) follow(fact journal.Fact) {
	h.tb.Helper()
	h.done[fact.Name()]++
	var id string
	switch f := fact.(type) {
	case *regular.Begun:
		id = f.ID
		h.ids = append(h.ids, id)
	case *regular.Changed:
		id = f.ID
		h.done[string(f.Change)]++
	case *regular.Missed:
		id = f.ID
		once := fmt.Sprint(f.ID, f.Month)
		if h.missed[once] || h.gift(id).Paused {
			h.tb.Fatalf("%s was missed twice, or in a pause: %+v", once, h.gift(id))
		}
		h.missed[once] = true
	default:
		return
	}
	if h.stopped[id] {
		h.tb.Fatalf("%s was stopped, and then %+v", id, fact)
	}
	if f, ok := fact.(*regular.Changed); ok && f.Change == regular.Stopped {
		h.stopped[id] = true
	}
}

func (h *history) gift(id string) *regular.Gift {
	gift, _ := h.world.State(regular.Key(id)).(*regular.Gift)
	return gift
}

func pick[T any](h *history, of ...T) T { return of[h.random.IntN(len(of))] }

func (h *history) id() string {
	if len(h.ids) == 0 || h.random.IntN(20) == 0 {
		return "none"
	}
	return pick(h, h.ids...)
}

func (h *history) amount() (int64, []journal.Share) {
	a, b := 1+h.random.Int64N(5_000), h.random.Int64N(3)*h.random.Int64N(100)
	to := []journal.Share{{Pot: "lanterne", Amount: a}}
	if b > 0 {
		to = append(to, journal.Share{Pot: "fonds", Amount: b})
	}
	if h.random.IntN(30) == 0 {
		a++
	}
	return a + b, to
}

func (h *history) step() {
	h.tb.Helper()
	h.day += journal.Day(h.random.IntN(20))
	on := pick(h, 0, 0, 0, h.day-journal.Day(h.random.IntN(3)), h.day+2)
	switch h.random.IntN(8) {
	case 0, 1:
		amount, to := h.amount()
		id := "r" + strconv.Itoa(len(h.ids))
		if live := h.id(); h.random.IntN(10) == 0 && h.gift(live) != nil {
			id = live
		}
		h.do(&regular.Begin{Begun: regular.Begun{ID: id, Amount: amount, To: to, On: on,
			Unit: pick[money.Unit](h, "EUR", "EUR", "USD"), Every: pick(h, regular.Monthly, regular.Yearly),
			Means: pick(h, regular.Transfer, regular.Card, regular.Debit),
			From:  pick(h, 0, h.day+journal.Day(h.random.IntN(60)-20))}})
	case 2, 3:
		h.miss(on)
	case 4:
		h.do(forged{&regular.Changed{ID: h.id(), Change: regular.Stopped, Why: regular.ByDonor, Unit: "EUR",
			Active: h.random.Int64N(3) - 1, Monthly: -h.random.Int64N(20)}})
	default:
		h.alter(on)
	}
}

func (h *history) alter(on journal.Day) {
	change := regular.Changed{ID: h.id(), On: on, Why: pick(h, regular.ByDonor, regular.ByDonor, regular.ByFund,
		regular.ByProvider, regular.NoAnswer), Change: pick(h, regular.Paused, regular.Resumed, regular.Resumed,
		regular.Amended, regular.Kept, regular.Stopped)}
	if change.Change == regular.Amended || h.random.IntN(20) == 0 {
		change.Amount, change.To = h.amount()
	}
	if change.Change == regular.Paused && h.random.IntN(2) == 0 || h.random.IntN(20) == 0 {
		change.Until = h.day + journal.Day(h.random.IntN(60))
	}
	h.do(&regular.Alter{Changed: change})
}

// miss notes an instalment, mostly one that is due.
func (h *history) miss(on journal.Day) {
	id := h.id()
	month := h.day.Month()
	if gift := h.gift(id); gift != nil && h.random.IntN(4) > 0 {
		due := gift.Due(h.day)
		if len(due) == 0 {
			return
		}
		month, on = pick(h, due...).Month, 0
		if !h.do(&regular.Miss{Missed: regular.Missed{ID: id, Month: month, Why: regular.NoMoneySeen}}) {
			h.tb.Fatalf("%d was due and could not be noted as missed: %+v", month, gift)
		}
		return
	}
	h.do(&regular.Miss{Missed: regular.Missed{ID: id, Month: month, Why: regular.Refused, On: on}})
}

// figures sees that what is published is the sum of the gifts that go on.
func (h *history) figures() {
	h.tb.Helper()
	sums := map[money.Unit]mechanismtest.Total{}
	for figure, total := range h.world.Figures() {
		sum := sums[figure.Unit]
		sums[figure.Unit] = mechanismtest.Total{Amount: sum.Amount + total.Amount, Count: sum.Count + total.Count}
	}
	for _, id := range h.ids {
		if gift := h.gift(id); gift != nil && !gift.Paused {
			sum := sums[gift.Unit]
			sums[gift.Unit] = mechanismtest.Total{Amount: sum.Amount - gift.Monthly(), Count: sum.Count - 1}
		}
	}
	for unit, off := range sums {
		if off != (mechanismtest.Total{}) {
			h.tb.Fatalf("what is published in %s is off by %+v\n%s", unit, off, h.world.FigureList())
		}
	}
}

// laws sees what holds of every gift on every day.
func (h *history) laws() {
	h.tb.Helper()
	for _, id := range h.ids {
		gift := h.gift(id)
		if (gift == nil) != h.stopped[id] {
			h.tb.Fatalf("%s: stopped %v, and the state is %+v", id, h.stopped[id], gift)
		}
		if gift == nil {
			continue
		}
		due := gift.Due(h.day)
		if gift.Paused && (len(due) > 0 || gift.Question() != 0 || gift.Monthly() != 0) {
			h.tb.Fatalf("%s is paused, and due are %v", id, due)
		}
		last := gift.Missed
		for _, instalment := range due {
			if instalment.Month <= last || instalment.Day < max(gift.From, gift.Since) || instalment.Day > h.day ||
				instalment.Day.Month() != instalment.Month || gift.Every == regular.Yearly &&
				instalment.Month%100 != gift.From.Month()%100 {
				h.tb.Fatalf("%s: %+v is due of %+v", id, instalment, gift)
			}
			last = instalment.Month
		}
		if earlier := gift.Due(h.day - 17); len(earlier) > len(due) || !slices.Equal(earlier, due[:len(earlier)]) {
			h.tb.Fatalf("%s: due are %v, and 17 days before %v", id, due, earlier)
		}
	}
}

func TestRandomRegularGiftsKeepTheLaws(t *testing.T) {
	histories, done := 800, map[string]int{}
	if testing.Short() {
		histories = 200
	}
	for seed := range histories {
		h := newHistory(t, uint64(seed))
		for range 60 {
			h.step()
			h.figures()
			h.laws()
		}
		h.world.CheckAll()
		for kind, n := range h.done {
			done[kind] += n
		}
	}
	for _, kind := range []string{"regular/v1", "regular-missed/v1", "paused", "resumed", "stopped", "amount", "kept"} {
		if done[kind] < histories/4 {
			t.Errorf("only %d of %s in %d histories", done[kind], kind, histories)
		}
	}
	t.Log(done)
}
