// SPDX-License-Identifier: AGPL-3.0-or-later

package till

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/people"
	"ecot/app/queue"
	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism/giving"
	"ecot/office"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// odile is a treasurer.
func odile() people.Actor {
	return people.Actor{Member: "m", Mandate: "treasurer", Roles: []office.Role{{Name: people.Treasurer}}}
}

const png = "\x89PNG\r\n\x1a\n"

// open opens a fund with the pot lanterne.
func open(t *testing.T) (*app.App, *Till) {
	t.Helper()
	a, err := app.Open(t.Context(), app.Place{Dir: t.TempDir(),
		Clock: func() time.Time { return time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC) }})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	must(t, a.Found(t.Context(), app.Charter{Origin: "fund.example.org/journal"}))
	_, err = a.Do(t.Context(), app.Request{Key: "pot",
		Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: "lanterne", Purpose: giving.Spendable}}})
	must(t, err)
	return a, New(a, gifts.New(a))
}

func balance(t *testing.T, a *app.App, account string) int64 {
	t.Helper()
	size, err := a.Size(t.Context())
	must(t, err)
	all, err := a.Accounts(t.Context(), size)
	must(t, err)
	for _, one := range all.Accounts {
		if one.Place.Account == ledger.Account(account) {
			return one.Balance
		}
	}
	return 0
}

// What is taken in lies in an asset of its own, declared, once however often the form is sent, and the
// journal commits to the digest of its paper; nobody's name is in the leaf.
func TestTakenInOnce(t *testing.T) {
	a, till := open(t)
	for i, how := range Hows() {
		g := Gift{Form: string(how) + "-form", How: how, Amount: 25_00 + int64(i), Day: till.Today(), Pot: "lanterne",
			Name: "Nour Modèle", Kind: "person", Cheque: "0001", Bank: "Banque", Place: "Marché", Paper: []byte(png)}
		first, err := till.Enter(t.Context(), odile(), g)
		must(t, err)
		again, err := till.Enter(t.Context(), odile(), g)
		must(t, err)
		if again != first {
			t.Errorf("%s is entered as %d and as %d", how, first, again)
		}
		view, err := a.Reading().View(t.Context(), first)
		must(t, err)
		given, ok := view.Fact.(*giving.Given)
		if !ok || given.Evidence != giving.Declared || given.Source != "hand:"+string(how) || given.Memo == (journal.Digest{}) {
			t.Errorf("%s: %+v", how, view.Fact)
		}
		if strings.Contains(string(view.Leaf), "Nour") || (given.Who == journal.Digest{}) != (how == Collection) {
			t.Errorf("%s: whose it is: %s", how, view.Leaf)
		}
		h, found, err := till.office.OneByHand(t.Context(), first)
		must(t, err)
		if p, err := till.Paper(t.Context(), h.Paper); !found || err != nil || string(p.Data) != png || p.Kind != "image/png" {
			t.Errorf("%s: its paper: %v, %v", how, p, err)
		}
	}
	for account, want := range map[string]int64{"asset:cash": -(25_00 + 25_02), "asset:cheques": -25_01,
		"asset:elsewhere": -25_03, "pot:lanterne": 100_06} {
		if got := balance(t, a, account); got != want {
			t.Errorf("%s holds %d, want %d", account, got, want)
		}
	}
}

// What is wrong is refused by field, and nobody but who may book enters anything.
func TestTillRefuses(t *testing.T) {
	_, till := open(t)
	whole := Gift{Form: "f", How: Cheque, Amount: 1, Day: till.Today(), Pot: "lanterne", Cheque: "1", Bank: "B"}
	if wrong := till.Check(whole); len(wrong) != 0 {
		t.Fatalf("nothing is wrong, but %v", wrong)
	}
	for field, change := range map[string]func(*Gift){
		"how": func(g *Gift) { g.How = "gold" }, "amount": func(g *Gift) { g.Amount = 0 },
		"day": func(g *Gift) { g.Day++ }, "pot": func(g *Gift) { g.Pot = "" }, "cheque": func(g *Gift) { g.Bank = "" },
		"place": func(g *Gift) { g.How = Collection }, "paper": func(g *Gift) { g.Paper = []byte("<script>") },
	} {
		g := whole
		change(&g)
		wrong := till.Check(g)
		if len(wrong) != 1 || wrong[field] == nil {
			t.Errorf("%s: %v", field, wrong)
		}
		if _, err := till.Enter(t.Context(), odile(), g); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s was entered: %v", field, err)
		}
	}
	huge := whole
	huge.Paper = append([]byte(png), make([]byte, MaxPaper)...)
	if till.Check(huge)["paper"] == nil {
		t.Error("a paper of more than 10 MB is taken")
	}
	auditor := people.Actor{Member: "x", Roles: []office.Role{{Name: people.Auditor}}}
	if _, err := till.Enter(t.Context(), auditor, whole); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("an auditor entered a gift: %v", err)
	}
	if err := till.Deposit(t.Context(), auditor, "1", []int64{1}); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("an auditor made a slip: %v", err)
	}
}

// A slip holds what waits, of one asset; it is proved by a move to the bank of its total, and by no other.
func TestSlips(t *testing.T) {
	a, till := open(t)
	enter := func(form string, how How, amount int64) int64 {
		index, err := till.Enter(t.Context(), odile(), Gift{Form: form, How: how, Amount: amount, Day: till.Today(),
			Pot: "lanterne", Cheque: "1", Bank: "B", Place: "P"})
		must(t, err)
		return index
	}
	one, two, coins := enter("a", Cheque, 20_00), enter("b", Cheque, 30_00), enter("c", Cash, 5_00)
	if err := till.Deposit(t.Context(), odile(), "R1", []int64{one, coins}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("cash and cheques on one slip: %v", err)
	}
	must(t, till.Deposit(t.Context(), odile(), "R1", []int64{one, two}))
	for number, indexes := range map[string][]int64{"R1": {coins}, "R2": {one}, "": {coins}, "R3": nil} {
		if err := till.Deposit(t.Context(), odile(), number, indexes); err == nil {
			t.Errorf("the slip %q of %v is taken", number, indexes)
		}
	}
	if items, err := queue.Gather(t.Context(), till); err != nil || len(items) != 2 {
		t.Errorf("%v wait, %v", items, err)
	}
	for _, step := range []struct {
		amount int64
		from   string
		proved bool
	}{{49_99, "cheques", false}, {1, "cheques", false}, {5_00, "cash", false}} {
		move(t, a, step.from, step.amount)
		if got := proved(t, till); got != step.proved {
			t.Errorf("behind a deposit of %d: proved %v", step.amount, got)
		}
	}
	three := enter("d", Cheque, 50_00)
	move(t, a, "cheques", 50_00)
	if !proved(t, till) {
		t.Error("the deposit is on the statement, and the slip is not proved")
	}
	must(t, till.Deposit(t.Context(), odile(), "R4", []int64{three}))
	_, slips, err := till.List(t.Context())
	must(t, err)
	if len(slips) != 2 || slips[0].Number != "R4" || slips[0].Proved || !slips[1].Proved {
		t.Errorf("one deposit proves two slips: %+v", slips)
	}
}

// move books what the bank shows of a deposit.
func move(t *testing.T, a *app.App, from string, amount int64) {
	t.Helper()
	_, err := a.Do(t.Context(), app.Request{Key: fmt.Sprint("move/", from, amount), Command: &giving.Move{
		Moved: giving.Moved{Unit: a.Unit(), Amount: amount, From: from, Into: "bank",
			On: journal.DayOf(a.Now()), Evidence: giving.Proved}}})
	must(t, err)
}

// proved says whether the first slip is.
func proved(t *testing.T, till *Till) bool {
	t.Helper()
	_, slips, err := till.List(t.Context())
	must(t, err)
	return slips[len(slips)-1].Proved
}
