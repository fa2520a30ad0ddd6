// SPDX-License-Identifier: AGPL-3.0-or-later

// Package ledger keeps double entry: accounts, postings, balances and their floors.
//
// Accounts are two segments, "class:name". The classes are few and fixed:
//
//	asset:bank      money that the fund has in an account of its own; carried as a negative number
//	pot:lanterne    money held for a purpose; never below zero
//	owed:payable    money that the fund owes or cannot yet attribute; never below zero
//
// Amounts are credit-positive: what a purpose holds is positive, and the assets that back it are
// negative, so that every entry, and with it the whole book, sums to zero in every unit. A trial
// balance shows the two sides as debit and credit. Its one invariant is that sum.
package ledger

import (
	"fmt"
	"strings"

	"ecot/fault"
	"ecot/money"
)

// Account names an account, "class:name".
type Account string

// The classes of accounts.
const (
	Asset = "asset"
	Pot   = "pot"
	Owed  = "owed"
)

// NewAccount joins a class and a name.
func NewAccount(class, name string) Account { return Account(class + ":" + name) }

// Class gives the part before the colon.
func (a Account) Class() string {
	class, _, _ := strings.Cut(string(a), ":")
	return class
}

// Segment gives the part after the colon.
func (a Account) Segment() string {
	_, name, _ := strings.Cut(string(a), ":")
	return name
}

// Valid says whether a is of a known class and has one plain name of [a-z0-9-].
func (a Account) Valid() bool {
	return IsName(string(a.named()))
}

// IsName says whether the part after the colon may be name: one or more of [a-z0-9-].
func IsName(name string) bool {
	for i := range len(name) {
		if b := name[i]; (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '-' {
			return false
		}
	}
	return name != ""
}

// named gives the part after the class and the colon, empty when the class is not known.
func (a Account) named() Account {
	for _, class := range [...]Account{Asset + ":", Pot + ":", Owed + ":"} {
		if len(a) > len(class) && a[:len(class)] == class {
			return a[len(class):]
		}
	}
	return ""
}

// Floored says whether the account may never be below zero.
func (a Account) Floored() bool {
	return strings.HasPrefix(string(a), Pot+":") || strings.HasPrefix(string(a), Owed+":")
}

// Posting moves Amount minor units of Unit into Account, out of it when negative.
type Posting struct {
	Account Account
	Unit    money.Unit
	Amount  int64
}

// Place is one account in one unit, which is where a balance stands.
type Place struct {
	Account Account
	Unit    money.Unit
}

// Check says whether the postings can be one entry's: valid accounts, no zero amount, each within
// money.Max, and a sum of zero in every unit.
func Check(posts []Posting) error {
	for i, p := range posts {
		if !named(posts[:i], p.Account) && !p.Account.Valid() {
			return fmt.Errorf("posting %d: %q is no account", i+1, p.Account)
		}
		if p.Amount == 0 || p.Amount > money.Max || p.Amount < -money.Max {
			return fmt.Errorf("posting %d: amount %d", i+1, p.Amount)
		}
		if first(posts, p.Unit) == i {
			if sum := sumOf(posts[i:], p.Unit); sum != 0 {
				return fmt.Errorf("the postings in %s sum to %d, not to zero", p.Unit, sum)
			}
		}
	}
	return nil
}

// named says whether one of the postings names the account.
func named(posts []Posting, account Account) bool {
	for _, p := range posts {
		if p.Account == account {
			return true
		}
	}
	return false
}

// first gives the place of the first posting in the unit.
func first(posts []Posting, unit money.Unit) int {
	for i, p := range posts {
		if p.Unit == unit {
			return i
		}
	}
	return -1
}

// sumOf adds the postings in one unit; 64 amounts of at most 10^15 cannot overflow an int64.
func sumOf(posts []Posting, unit money.Unit) (sum int64) {
	for _, p := range posts {
		if p.Unit == unit {
			sum += p.Amount
		}
	}
	return sum
}

// Book holds balances. The zero Book is not usable; NewBook makes one. It is for one goroutine.
type Book struct {
	balances map[Place]*int64
	recent   [recentPlaces]recentPlace // some of balances, each where slot says
	touched  []*int64                  // the balances behind the postings at hand, kept for its room
}

// recentPlaces is how many balances are found without asking the map.
const recentPlaces = 64

type recentPlace struct {
	place   Place
	balance *int64 // nil for none
}

// slot gives where p stands among recent.
func (p Place) slot() int {
	if p.Account == "" {
		return 0
	}
	n := len(p.Account)
	return (n + int(p.Account[n-1])*5 + int(p.Account[n/2])*11) % recentPlaces
}

// NewBook gives a book in which every balance is zero.
func NewBook() *Book { return &Book{balances: map[Place]*int64{}} }

// Set puts a balance as it was stored.
func (b *Book) Set(p Place, balance int64) { *b.at(p) = balance }

// at gives where the balance of p stands, zero when the book did not know it.
func (b *Book) at(p Place) *int64 {
	recent := &b.recent[p.slot()]
	if recent.balance != nil && recent.place == p {
		return recent.balance
	}
	balance, known := b.balances[p]
	if !known {
		balance = new(int64)
		b.balances[p] = balance
	}
	*recent = recentPlace{p, balance}
	return balance
}

// Has says whether the book knows the balance of p.
func (b *Book) Has(p Place) bool { _, known := b.balances[p]; return known }

// Balance gives the balance of p, zero when nothing was ever posted there.
func (b *Book) Balance(p Place) int64 {
	if balance, known := b.balances[p]; known {
		return *balance
	}
	return 0
}

// Places gives the number of balances known.
func (b *Book) Places() int { return len(b.balances) }

// All calls fn for every balance, in no order.
func (b *Book) All(fn func(Place, int64)) {
	for place, balance := range b.balances {
		fn(place, *balance)
	}
}

// Forget drops every balance, for a book that is only a cache.
func (b *Book) Forget() {
	clear(b.balances)
	clear(b.recent[:])
}

// Post applies one entry's postings and appends to after the balance behind each. When an account
// would end below its floor or beyond money.Max, nothing is applied and the fault says which.
func (b *Book) Post(posts []Posting, after []int64) ([]int64, error) {
	b.touch(posts)
	for i, p := range posts {
		balance := *b.touched[i] + p.Amount
		*b.touched[i] = balance
		after = append(after, balance)
		if balance > money.Max || balance < -money.Max {
			b.undo(posts[:i+1])
			return nil, fault.New(fault.Invalid, "%s would hold more than 10^15 minor units of %s.", p.Account, p.Unit)
		}
	}
	for i, p := range posts {
		if balance := *b.touched[i]; balance < 0 && p.Account.Floored() {
			b.undo(posts)
			return nil, fault.New(fault.Conflict, "%s would be %s short.", p.Account,
				money.Amount{Minor: -balance, Unit: p.Unit})
		}
	}
	return after, nil
}

// touch finds the balances behind postings; those of one entry mostly share their accounts.
func (b *Book) touch(posts []Posting) {
	b.touched = b.touched[:0]
next:
	for i, p := range posts {
		for j, q := range posts[:i] {
			if p.Account == q.Account && p.Unit == q.Unit {
				b.touched = append(b.touched, b.touched[j])
				continue next
			}
		}
		b.touched = append(b.touched, b.at(Place{p.Account, p.Unit}))
	}
}

// Undo takes back postings that Post applied.
func (b *Book) Undo(posts []Posting) { b.undo(posts) }

func (b *Book) undo(posts []Posting) {
	for _, p := range posts {
		*b.at(Place{p.Account, p.Unit}) -= p.Amount
	}
}
