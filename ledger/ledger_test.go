// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger_test

import (
	"maps"
	"math/rand/v2"
	"strings"
	"testing"

	"ecot/fault"
	"ecot/ledger"
	"ecot/money"
)

func balances(b *ledger.Book) map[ledger.Place]int64 {
	all := map[ledger.Place]int64{}
	b.All(func(p ledger.Place, balance int64) {
		if balance != 0 {
			all[p] = balance
		}
	})
	return all
}

// randomPosts gives the postings of one entry that sums to zero in two units.
func randomPosts(random *rand.Rand) (posts []ledger.Posting) {
	accounts := []ledger.Account{"asset:bank", "asset:provider", "pot:a", "pot:b", "owed:payable"}
	for range 1 + random.IntN(4) {
		unit := []money.Unit{"EUR", "USD"}[random.IntN(2)]
		amount := 1 + random.Int64N(1_000)
		if random.IntN(20) == 0 {
			amount = money.Max - random.Int64N(3)
		}
		posts = append(posts, ledger.Posting{Account: accounts[random.IntN(5)], Unit: unit, Amount: -amount},
			ledger.Posting{Account: accounts[random.IntN(5)], Unit: unit, Amount: amount})
	}
	return posts
}

// Whatever is posted: the book sums to zero, no floor is crossed, the balances behind the postings
// are those of adding one by one, and a refused entry changes nothing.
func TestTheBookKeepsItsLaws(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	refused, posted := map[fault.Code]int{}, 0
	for range 200 {
		book := ledger.NewBook()
		for range 100 {
			posts, before := randomPosts(random), balances(book)
			if err := ledger.Check(posts); err != nil {
				t.Fatal(err)
			}
			after, err := book.Post(posts, nil)
			now := balances(book)
			if err != nil {
				refused[fault.CodeOf(err)]++
				if !maps.Equal(now, before) || after != nil {
					t.Fatalf("a refused entry changed %v into %v", before, now)
				}
				continue
			}
			posted++
			sums := map[money.Unit]int64{}
			for place, balance := range now {
				sums[place.Unit] += balance
				if balance < 0 && place.Account.Floored() || balance > money.Max || balance < -money.Max {
					t.Fatalf("%v holds %d", place, balance)
				}
			}
			if sums["EUR"] != 0 || sums["USD"] != 0 {
				t.Fatalf("the book sums to %v", sums)
			}
			for i, p := range posts {
				place := ledger.Place{Account: p.Account, Unit: p.Unit}
				if before[place] += p.Amount; before[place] != after[i] {
					t.Fatalf("behind posting %d of %v stands %d, not %d", i, posts, after[i], before[place])
				}
			}
		}
	}
	if posted < 1_000 || refused[fault.Conflict] < 100 || refused[fault.Invalid] < 100 {
		t.Errorf("%d posted, refused %v: the test did not see enough of each", posted, refused)
	}
}

func TestUndoTakesBackWhatWasPosted(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	book := ledger.NewBook()
	for range 1_000 {
		posts, before := randomPosts(random), balances(book)
		if _, err := book.Post(posts, nil); err != nil {
			continue
		}
		if random.IntN(2) == 0 {
			book.Undo(posts)
			if now := balances(book); !maps.Equal(now, before) {
				t.Fatalf("undone, %v is %v", before, now)
			}
		}
	}
}

// A floor holds behind the entry, not between its postings: a fee may leave a pot before the gift
// that bears it has come.
func TestAFloorHoldsBehindTheEntry(t *testing.T) {
	book := ledger.NewBook()
	entry := func(first, second int64) []ledger.Posting {
		return []ledger.Posting{{Account: "pot:a", Unit: "EUR", Amount: first},
			{Account: "asset:bank", Unit: "EUR", Amount: -first - second},
			{Account: "pot:a", Unit: "EUR", Amount: second}}
	}
	after, err := book.Post(entry(-5, 5), nil)
	if err == nil && after[0] != -5 {
		t.Errorf("behind the first posting stands %d", after[0])
	}
	if err != nil {
		t.Error(err)
	}
	_, err = book.Post(entry(-6, 5), nil)
	if fault.PublicOf(err) != "pot:a would be 0.01 short." || fault.CodeOf(err) != fault.Conflict {
		t.Errorf("one cent below the floor: %v", err)
	}
}

func TestCheckRefusesWhatNoEntryCanPost(t *testing.T) {
	post := func(account ledger.Account, unit money.Unit, amount int64) ledger.Posting {
		return ledger.Posting{Account: account, Unit: unit, Amount: amount}
	}
	eur := post("pot:b", "EUR", -1)
	for want, posts := range map[string][]ledger.Posting{
		"sum to 1":                    {post("pot:a", "EUR", 1)},
		"USD sum to -1":               {post("pot:a", "EUR", 1), eur, post("pot:a", "USD", -1)},
		"in EUR sum to 5":             {post("pot:a", "EUR", 5), post("pot:a", "USD", -5)},
		"amount 0":                    {post("pot:a", "EUR", 0)},
		"amount 1000000000000001":     {post("pot:a", "EUR", money.Max+1), post("pot:b", "EUR", -money.Max-1)},
		`"pot" is no account`:         {post("pot", "EUR", 1)},
		`"pot:" is no account`:        {post("pot:", "EUR", 1)},
		`"pot:a:b" is no account`:     {post("pot:a:b", "EUR", 1)},
		`"pot:A" is no account`:       {post("pot:A", "EUR", 1)},
		`"income:gifts" is no acco`:   {post("income:gifts", "EUR", 1)},
		`posting 2: "x:a" is no acco`: {post("pot:a", "EUR", 1), post("x:a", "EUR", -1)},
	} {
		if err := ledger.Check(posts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, wanted %q", posts, err, want)
		}
	}
	if err := ledger.Check(nil); err != nil {
		t.Errorf("an entry without postings: %v", err)
	}
}

func TestAnAccountHasAClassAndAName(t *testing.T) {
	a := ledger.NewAccount(ledger.Pot, "lanterne")
	if a != "pot:lanterne" || a.Class() != "pot" || a.Segment() != "lanterne" || !a.Valid() {
		t.Errorf("%q: %q and %q", a, a.Class(), a.Segment())
	}
	floors := map[ledger.Account]bool{"pot:a": true, "owed:a": true, "asset:a": false, "potato:a": false}
	for account, floored := range floors {
		if account.Floored() != floored {
			t.Errorf("%s: floored is %v", account, !floored)
		}
	}
}

func TestABookRemembersAndForgets(t *testing.T) {
	book, place := ledger.NewBook(), ledger.Place{Account: "pot:a", Unit: "EUR"}
	if book.Has(place) || book.Balance(place) != 0 {
		t.Error("an empty book knows a balance")
	}
	book.Set(place, 7)
	if !book.Has(place) || book.Balance(place) != 7 || book.Places() != 1 {
		t.Error("a balance that was set is not there")
	}
	if book.Forget(); book.Has(place) || book.Places() != 0 {
		t.Error("a balance was not forgotten")
	}
}

func BenchmarkPost(b *testing.B) {
	book := ledger.NewBook()
	posts := []ledger.Posting{{Account: "asset:bank", Unit: "EUR", Amount: -1},
		{Account: "pot:a", Unit: "EUR", Amount: 1}}
	after := make([]int64, 0, 2)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := book.Post(posts, after[:0]); err != nil {
			b.Fatal(err)
		}
	}
}
