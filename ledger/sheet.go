// SPDX-License-Identifier: AGPL-3.0-or-later

package ledger

import (
	"slices"

	"ecot/money"
)

// Sheet is where the postings of one entry are drawn up, in the order in which the leaf carries
// them. The zero Sheet is ready. It is for one goroutine.
type Sheet struct {
	posts   []Posting
	carried []Posting // what a leaf says that the postings are, nil when none was written yet
}

// Begin empties the sheet, whose room is used again. carried is what a leaf says that the postings
// are: an account that it names already is not spelt anew. It decides nothing else.
func (s *Sheet) Begin(carried []Posting) { s.posts, s.carried = s.posts[:0], carried }

// Account gives the account "class:name".
func (s *Sheet) Account(class, name string) Account {
	for _, p := range s.carried {
		if p.Account.Is(class, name) {
			return p.Account
		}
	}
	return NewAccount(class, name)
}

// Is says whether a is class and name joined.
func (a Account) Is(class, name string) bool {
	return len(a) == len(class)+1+len(name) && a[len(class)] == ':' &&
		string(a[len(class)+1:]) == name && string(a[:len(class)]) == class
}

// Post adds one posting.
func (s *Sheet) Post(account Account, unit money.Unit, amount int64) {
	s.posts = append(s.posts, Posting{Account: account, Unit: unit, Amount: amount})
}

// Move adds the two postings of each amount above zero that goes from one account to another.
func (s *Sheet) Move(from, to Account, unit money.Unit, amounts ...int64) {
	for _, amount := range amounts {
		if amount > 0 {
			s.Post(from, unit, -amount)
			s.Post(to, unit, amount)
		}
	}
}

// Posts gives a copy of the postings, nil when there are none.
func (s *Sheet) Posts() []Posting {
	if len(s.posts) == 0 {
		return nil
	}
	return slices.Clone(s.posts)
}

// Agrees says whether the postings are exactly those carried.
func (s *Sheet) Agrees() bool { return slices.Equal(s.posts, s.carried) }
