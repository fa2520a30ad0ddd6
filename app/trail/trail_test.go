// SPDX-License-Identifier: AGPL-3.0-or-later

package trail_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"ecot/app"
	"ecot/app/trail"
	"ecot/clock"
	"ecot/demo"
	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/mechanism/giving"
)

// open founds an instance with three pots.
func open(t testing.TB) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Place{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := a.Found(t.Context(), app.Charter{Origin: "fund.example.org/journal"}); err != nil {
		t.Fatal(err)
	}
	for _, slug := range slugs() {
		do(t, a, "pot/"+slug, &giving.OpenPot{PotOpened: giving.PotOpened{Slug: slug,
			Purpose: giving.Spendable}})
	}
	return a
}

func slugs() []string { return []string{"fonds", "lanterne", "tamis"} }

func do(t testing.TB, a *app.App, key string, command mechanism.Command) int64 {
	t.Helper()
	answer, err := a.Do(t.Context(), app.Request{Key: key, Command: command})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Index
}

// chance makes commands of a history by chance. Those that the rules refuse change nothing.
type chance struct {
	*rand.Rand
	size   int64
	claims []int64
}

func (c *chance) pot() string   { return slugs()[c.IntN(3)] }
func (c *chance) entry() int64  { return 1 + c.Int64N(max(c.size-1, 1)) }
func (c *chance) amount() int64 { return 1 + c.Int64N(9) }

func (c *chance) command() mechanism.Command {
	day, _ := journal.ParseDay("2026-01-02")
	switch c.IntN(18) {
	case 0, 1, 2, 3:
		gross := 2 + c.Int64N(20)
		half := gross / 2
		return &giving.Give{Given: giving.Given{Inflow: giving.Inflow{Unit: "EUR", Gross: gross,
			Fee:  c.Int64N(half + 1),
			Into: "bank", Nature: giving.Gift, Donor: giving.Person, Given: day, Evidence: giving.Proved},
			To: []journal.Share{{Pot: "fonds", Amount: gross - half}, {Pot: "tamis", Amount: half}}}}
	case 4:
		return &giving.Charge{FeeCharged: giving.FeeCharged{Pot: c.pot(), Unit: "EUR", Amount: c.amount(),
			Through: "bank", For: giving.BankFee, On: day, Evidence: giving.Proved}}
	case 5:
		return &giving.Spend{Spent: giving.Spent{Pot: c.pot(), Unit: "EUR", Amount: c.amount(),
			Fee:     c.Int64N(3),
			Through: "bank", As: giving.Expense, Destination: giving.Mission, Payee: giving.Person, On: day,
			Evidence: giving.Proved}}
	case 6, 7:
		return &giving.Transfer{Transferred: giving.Transferred{Unit: "EUR", Amount: c.amount(), From: c.pot(),
			To: c.pot(), By: []string{"president", "treasurer"}, On: day}}
	case 8, 9:
		return &giving.GiveBack{Refunded: giving.Refunded{Of: c.entry(), Unit: "EUR", Through: "bank",
			Back: []journal.Share{{Pot: c.pot(), Amount: c.amount()}}, Fee: c.Int64N(3), Reason: giving.GivenBack,
			On: day, Evidence: giving.Proved}}
	case 10:
		return &giving.Reverse{Reversed: giving.Reversed{Of: c.entry(), By: "treasurer", On: day}}
	case 11:
		return &giving.Claim{Claimed: giving.Claimed{Pot: c.pot(), Unit: "EUR", Amount: c.amount(),
			Destination: giving.Mission, Payee: giving.Person, On: day}}
	}
	return c.expense(day)
}

func (c *chance) expense(day journal.Day) mechanism.Command {
	of := c.entry()
	if len(c.claims) > 0 {
		of = c.claims[c.IntN(len(c.claims))]
	}
	switch c.IntN(9) {
	case 0:
		return &giving.Withdraw{Withdrawn: giving.Withdrawn{Of: of, By: "treasurer", On: day}}
	case 1, 2:
		return &giving.Pay{Paid: giving.Paid{Of: of, Through: "bank", On: day, Evidence: giving.Proved}}
	case 3:
		return &giving.TakeBack{Returned: giving.Returned{Of: of, Through: "bank", Code: "ac04", On: day,
			Evidence: giving.Proved}}
	}
	return &giving.Approve{Approved: giving.Approved{Of: of, By: []string{"president",
		"treasurer"}[c.IntN(2)], On: day}}
}

// In every history, each gift's money is all accounted for, each pot's unspent money is its balance, and
// a trail that was read step by step is the one that is read at once.
func TestEveryCentIsFollowed(t *testing.T) {
	histories, acts := 6, 150
	if testing.Short() {
		histories = 2
	}
	kinds := map[string]int{}
	for seed := range histories {
		a := open(t)
		steps := trail.New(a)
		c := &chance{Rand: rand.New(rand.NewPCG(uint64(seed), 1)), size: 4}
		for i := range acts {
			command := c.command()
			answer, err := a.Do(t.Context(), app.Request{Key: fmt.Sprint("act/", i), Command: command})
			if err != nil {
				if code := fault.CodeOf(err); code == fault.Internal || code == fault.Unavailable {
					t.Fatal(err)
				}
				continue
			}
			kinds[fmt.Sprintf("%T", command)]++
			c.size = answer.Index + 1
			if _, claim := command.(*giving.Claim); claim {
				c.claims = append(c.claims, answer.Index)
			}
			checkBook(t, a, steps)
		}
		checkBook(t, a, trail.New(a))
	}
	for _, kind := range []string{"Give", "Charge", "Spend", "Transfer", "GiveBack", "Reverse", "Approve",
		"Pay"} {
		if kinds["*giving."+kind] == 0 {
			t.Errorf("no history has a %s: %v", kind, kinds)
		}
	}
}

// checkBook wants the trail's law of a book.
func checkBook(t *testing.T, a *app.App, tr *trail.Trail) {
	t.Helper()
	balances := balances(t, a)
	err := tr.Read(t.Context(), func(b *trail.Book) error {
		for slug, want := range balances {
			if got := b.Unspent(slug); got != want {
				t.Fatalf("at %d, %s holds %d, and by the trail %d", b.Size, slug, want, got)
			}
		}
		for _, g := range b.Gifts {
			p, err := b.Path(g.Index)
			if err != nil {
				return err
			}
			want := g.Fact.Gross - g.Returned
			if g.Reversed {
				want = 0
			}
			if got := g.Fee + p.Spent + p.Unspent; got != want || g.At(b.Size) != want || g.Stands() != want {
				t.Fatalf("at %d, gift %d has fee %d, spent %d, unspent %d of %d, and stands at %d", b.Size,
					g.Index, g.Fee,
					p.Spent, p.Unspent, want, g.At(b.Size))
			}
			var held int64
			for _, h := range p.Holds {
				held += h.Amount
			}
			if held != p.Unspent {
				t.Fatalf("gift %d has %d unspent, %d by pots", g.Index, p.Unspent, held)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func balances(t *testing.T, a *app.App) map[string]int64 {
	t.Helper()
	accounts, err := a.Reading().Ledger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]int64{}
	for _, slug := range append(slugs(), "passerelle", "dotation") {
		sums[slug] = 0
		for _, account := range accounts {
			if account.Place.Account == ledger.NewAccount(ledger.Pot, slug) {
				sums[slug] = account.Balance
			}
		}
	}
	return sums
}

// played is an instance that the demo's year was played into.
func played(t testing.TB) *app.App {
	t.Helper()
	var now clock.Played
	a, err := app.Open(t.Context(), demo.Place(t.TempDir(), "", now.Now))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := demo.Play(context.Background(), a, &now, nil); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestTheDemoIsFollowed(t *testing.T) {
	a := played(t)
	tr := trail.New(a)
	checkBook(t, a, tr)
	var given, fees int64
	n := 0
	err := tr.Read(t.Context(), func(b *trail.Book) error {
		for _, g := range b.Gifts {
			// Nour's: 20,00 by card to Lanterne on the 5th; in December the crowd has one such gift too, its
			// giver's tenth or so
			if g.Fact.Gross == 20_00 && g.Fact.Inflow.Given.Time().Day() == 5 && g.Fact.To[0].Pot == "lanterne" &&
				g.Fact.Counts.Nth == int64(n+1) {
				n++
				given += g.Fact.Gross
				fees += g.Fee
			}
		}
		if n != 9 || given != 180_00 || fees != 4_95 {
			t.Errorf("Nour gave %d times %d, less %d", n, given, fees)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
