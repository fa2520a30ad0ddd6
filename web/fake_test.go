// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"ecot/fault"
	"ecot/money"
)

// fakeBooks is a fund in memory, every figure of which is summed from its entries: what the pages
// claim can be followed and added up again.
type fakeBooks struct {
	pots    []PotLine
	entries []Entry
	failing atomic.Pointer[fault.Error] // what every call answers when set
	panics  atomic.Bool
}

// newFakeBooks plays a year of gifts, expenses and corrections, the same each time.
func newFakeBooks() *fakeBooks {
	f := &fakeBooks{pots: []PotLine{
		{Slug: "dotation", Name: "Dotation"}, {Slug: "fonds", Name: "Fonds"}, {Slug: "lanterne", Name: "Lanterne"},
		{Slug: "passerelle", Name: "Passerelle"}, {Slug: "tamis", Name: "Tamis"},
	}}
	r := rand.New(rand.NewSource(7))
	f.book("genesis", "2025-01-02T08:00:00Z", "")
	for range 3 {
		f.book("gift", "2025-01-02", Proved, f.posting("pot:dotation", 500000))
	}
	crowd := []int{3, 18, 22, 25, 31, 28, 12, 9, 34, 46, 71, 212}
	for month, people := range crowd {
		for person := range people {
			day := time.Date(2025, time.Month(month+1), 2+person%26, 0, 0, 0, 0, time.UTC)
			f.gift(r, day.Format(time.DateOnly))
		}
		spent := time.Date(2025, time.Month(month+1), 28, 9, 30, 0, 0, time.UTC).Format(time.RFC3339)
		f.book("fee", spent, Proved, f.posting("pot:fonds", -490))
		if month%3 == 2 {
			f.book("payment", spent, Attested, f.posting("pot:lanterne", -int64(4000+month*1000)))
		}
	}
	f.book("transfer", "2025-12-29T10:00:00Z", Declared,
		f.posting("pot:fonds", -150000), f.posting("pot:tamis", 150000))
	f.book("arrival", "2025-12-30", Proved, f.posting("owed:unattributed", 3500))
	f.book("gift", "2025-12-30", Declared, f.posting("pot:passerelle", 240))
	last := len(f.entries) - 1
	f.entries[last].Reversed = true
	f.entries[last].References = []Reference{{Role: "reversed-by", Index: int64(last + 1)}}
	f.book("reversal", "2025-12-31", Declared, f.posting("pot:passerelle", -240))
	f.entries[last+1].References = []Reference{{Role: "of", Index: int64(last)}}
	return f
}

func (f *fakeBooks) gift(r *rand.Rand, at string) {
	classes := []Class{Proved, Proved, Proved, Proved, Proved, Declared}
	pot := f.pots[[]int{2, 2, 3, 2, 1, 4, 2}[r.Intn(7)]]
	amount := []int64{500, 1000, 1000, 1500, 2000, 500, 1200, 1000, 3000, 800, 123456}[r.Intn(11)]
	f.book("gift", at, classes[r.Intn(len(classes))], f.posting("pot:"+pot.Slug, amount))
}

// posting makes a posting in euros; book gives it its balance and its other side.
func (f *fakeBooks) posting(account string, minor int64) Move {
	posting := Move{Account: account, Amount: money.Amount{Minor: minor, Unit: money.Euro}}
	if slug, found := strings.CutPrefix(account, "pot:"); found {
		posting.Pot = slug
		for _, pot := range f.pots {
			if pot.Slug == slug {
				posting.Name = pot.Name
			}
		}
	}
	return posting
}

// book appends an entry and balances it with the bank.
func (f *fakeBooks) book(kind, at string, class Class, postings ...Move) {
	entry := Entry{Line: Line{Index: int64(len(f.entries)), At: at, On: at[:10], Kind: kind, Class: class}}
	var total int64
	for _, posting := range postings {
		posting.After = f.balanceOf(posting.Account) + posting.Amount.Minor
		entry.Postings = append(entry.Postings, posting)
		total += posting.Amount.Minor
	}
	if total != 0 {
		bank := f.posting("asset:bank", -total)
		bank.After = f.balanceOf(bank.Account) - total
		entry.Postings = append(entry.Postings, bank)
	}
	entry.Leaf = fmt.Sprintf("%s/v1\nat %s\n", kind, at)
	for _, posting := range entry.Postings {
		entry.Leaf += fmt.Sprintf("post %s %s %d\n", posting.Account, posting.Amount.Unit, posting.Amount.Minor)
	}
	entry.LeafHash = digest(entry.Leaf)
	f.entries = append(f.entries, entry)
}

func (f *fakeBooks) balanceOf(account string) int64 {
	for _, entry := range slices.Backward(f.entries) {
		for _, posting := range entry.Postings {
			if posting.Account == account {
				return posting.After
			}
		}
	}
	return 0
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// picks tells whether a posting of an entry is among what a query sums. The assets answer for the
// rest and are listed only when asked for; a transfer between pots moves nothing of the fund's.
func (q Query) picks(entry Entry, posting Move) bool {
	minor := q.sign() * posting.Amount.Minor
	whole := q.Pot == "" && q.Account == ""
	outside := posting.Account == "asset:bank" && q.Account != "asset:bank"
	internal := whole && entry.Kind == "transfer" && (q.Flow != "" || q.Class != "")
	return !outside && !internal &&
		(q.Pot == "" || posting.Pot == q.Pot) && (q.Account == "" || posting.Account == q.Account) &&
		(q.Month == "" || entry.On[:7] == q.Month) && (q.Until == "" || entry.On[:7] <= q.Until) &&
		(q.Class == "" || entry.Class == q.Class) && (q.Unit == "" || posting.Amount.Unit == q.Unit) &&
		(q.Flow != In || minor > 0) && (q.Flow != Out || minor < 0)
}

// sign turns the assets, negative in the leaf, into what a reader expects.
func (q Query) sign() int64 {
	if strings.HasPrefix(q.Account, "asset:") {
		return -1
	}
	return 1
}

// balance sums what a query picks.
func (f *fakeBooks) balance(query Query) Balance {
	balance := Balance{Unit: money.Euro}
	for _, entry := range f.entries {
		counted := false
		for _, posting := range entry.Postings {
			until := query
			until.Month = ""
			if until.picks(entry, posting) && (query.Month == "" || entry.At[:7] <= query.Month) {
				balance.Holds += query.sign() * posting.Amount.Minor
			}
			whole := query.Pot == "" && query.Account == "" && entry.Kind == "transfer"
			if !query.picks(entry, posting) || whole {
				continue
			}
			counted = true
			side, minor := &balance.In, query.sign()*posting.Amount.Minor
			if minor < 0 {
				side, minor = &balance.Out, -minor
			}
			switch entry.Class {
			case Proved:
				side.Proved += minor
			case Attested:
				side.Attested += minor
			case Declared:
				side.Declared += minor
			}
		}
		if counted {
			balance.Entries++
		}
	}
	return balance
}

func (f *fakeBooks) months(query Query, people int64) []Month {
	var months []Month
	for m := range 12 {
		if len(f.entries) < 2 {
			break
		}
		query.Month = fmt.Sprintf("2025-%02d", m+1)
		months = append(months, Month{Month: query.Month, People: people * int64(m+1), Balance: f.balance(query)})
	}
	return months
}

// fail answers what a test asked every call to answer.
func (f *fakeBooks) fail() error {
	if f.panics.Load() {
		panic("a defect")
	}
	if set := f.failing.Load(); set != nil {
		return set
	}
	return nil
}

func (f *fakeBooks) head() Head {
	return Head{Size: int64(len(f.entries)), Root: digest(fmt.Sprint(len(f.entries)))}
}

func (f *fakeBooks) holding(account string) Holding {
	return Holding{Account: account, Balances: []Balance{f.balance(Query{Account: account})}}
}

func (f *fakeBooks) Fund(context.Context) (Fund, error) {
	if err := f.fail(); err != nil {
		return Fund{}, err
	}
	fund := Fund{Head: f.head()}
	if len(f.entries) < 2 {
		return fund, nil
	}
	fund.Since, fund.Gifts = "2025-01-02", 511
	fund.Balances = []Balance{f.balance(Query{})}
	for _, pot := range f.pots {
		pot.Balances = []Balance{f.balance(Query{Pot: pot.Slug})}
		fund.Pots = append(fund.Pots, pot)
	}
	fund.Assets = []Holding{f.holding("asset:bank")}
	fund.Owed = []Holding{f.holding("owed:unattributed")}
	fund.Months = f.months(Query{}, 17)
	return fund, nil
}

func (f *fakeBooks) Pot(_ context.Context, slug string) (Pot, error) {
	if err := f.fail(); err != nil {
		return Pot{}, err
	}
	for _, pot := range f.pots {
		if pot.Slug != slug {
			continue
		}
		pot.Balances = []Balance{f.balance(Query{Pot: slug})}
		months := f.months(Query{Pot: slug}, 0)
		slices.Reverse(months)
		return Pot{PotLine: pot, Purpose: "Un lecteur d’écran libre, pour lire sans voir.", Months: months}, nil
	}
	return Pot{}, fault.New(fault.NotFound, "There is no pot of this name.")
}

func (f *fakeBooks) Entries(_ context.Context, query Query) (Page, error) {
	if err := f.fail(); err != nil {
		return Page{}, err
	}
	var page Page
	sum := Sum{Unit: money.Euro}
	for _, entry := range slices.Backward(f.entries) {
		line := entry.Line
		for _, posting := range entry.Postings {
			if !query.picks(entry, posting) {
				continue
			}
			posting.Amount.Minor *= query.sign()
			posting.After *= query.sign()
			line.Moves = append(line.Moves, posting)
			if minor := posting.Amount.Minor; minor > 0 {
				sum.In += minor
			} else {
				sum.Out -= minor
			}
		}
		if len(line.Moves) == 0 && (query.Pot != "" || query.Account != "" || query.Month+query.Until+string(query.Flow+Flow(query.Class)) != "") {
			continue
		}
		page.Count++
		switch {
		case query.Before > 0 && entry.Index >= query.Before:
		case len(page.Lines) < query.Limit:
			page.Lines = append(page.Lines, line)
		default:
			page.Older = true
		}
	}
	page.Sums = []Sum{sum}
	return page, nil
}

func (f *fakeBooks) Entry(_ context.Context, index int64) (Entry, error) {
	if err := f.fail(); err != nil {
		return Entry{}, err
	}
	if index >= int64(len(f.entries)) {
		return Entry{}, fault.New(fault.NotFound, "There is no entry of this number.")
	}
	entry := f.entries[index]
	entry.Head = f.head()
	for _, posting := range entry.Postings {
		if posting.Pot != "" {
			entry.Moves = append(entry.Moves, posting)
		}
	}
	for level := range 9 {
		entry.Proof = append(entry.Proof, digest(fmt.Sprint(index, level)))
	}
	entry.Note = fmt.Sprintf("ecot.local/journal\n%d\n%s\n\n— ecot.local/journal %s\n",
		entry.Head.Size, entry.Head.Root, digest("signature"))
	return entry, nil
}

func (f *fakeBooks) Ready(context.Context) error { return f.fail() }

func (f *fakeBooks) Size(context.Context) (int64, error) { return f.head().Size, f.fail() }

func (f *fakeBooks) Checkpoint(context.Context) ([]byte, error) {
	return []byte("ecot.local/journal\n1\n" + digest("") + "\n"), f.fail()
}

func (f *fakeBooks) Tile(_ context.Context, path string) ([]byte, error) {
	if path != "tile/0/000" && path != "tile/entries/000" {
		return nil, fault.New(fault.NotFound, "There is no such tile.")
	}
	return []byte(path), f.fail()
}

func (f *fakeBooks) Proof(_ context.Context, index int64) ([]byte, error) {
	if index >= int64(len(f.entries)) {
		return nil, fault.New(fault.NotFound, "There is no entry of this number.")
	}
	return fmt.Appendf(nil, "c2sp.org/tlog-proof@v1\nindex %d\n", index), f.fail()
}
