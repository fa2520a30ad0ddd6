// SPDX-License-Identifier: AGPL-3.0-or-later

// Package trail follows each gift through the pots: what of it went to fees, to payees, back to the
// giver, and what is not spent yet.
//
// Money in a pot has no name on it, so a rule must say whose was spent, and it is this. What came into
// a pot first leaves it first. A transfer between pots takes the oldest money along, and it stays the
// same givers' money. A gift's own fee is its own. A gift that goes back is taken from what is left of
// itself; where that was spent meanwhile, the oldest money of the pot takes its place in the spending,
// so that nobody's gift is said to be both spent and given back. What comes back of a payment or a fee
// returns to those whose money it was.
//
// Its one invariant: of every gift, fee, returned, spent and unspent sum to what was given; and in every
// pot, what is unspent sums to its balance.
package trail

import (
	"context"
	"slices"
	"sync"

	"ecot/app"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
)

// Trail follows the gifts of one instance. It is safe for many goroutines, and reads only what is new.
type Trail struct {
	app  *app.App
	mu   sync.RWMutex
	book Book
}

// New gives the trail of an instance. Nothing is read yet.
func New(a *app.App) *Trail { return &Trail{app: a, book: newBook()} }

// Read calls fn with the book as the journal stands now. What fn is given is not to be kept or changed.
func (t *Trail) Read(ctx context.Context, fn func(*Book) error) error {
	size, err := t.app.Size(ctx)
	if err != nil {
		return err
	}
	if err := t.advance(ctx, size); err != nil {
		return err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return fn(&t.book)
}

// advance brings the book up to a size of the journal.
func (t *Trail) advance(ctx context.Context, size int64) error {
	t.mu.RLock()
	behind := t.book.Size < size
	t.mu.RUnlock()
	if !behind {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.book.Size >= size {
		return nil
	}
	t.book.unit = t.app.Unit()
	return t.app.Reading().Each(ctx, t.book.Size, size, t.book.add)
}

// Gift is a gift and what became of it. Amounts are minor units of the fund's unit.
type Gift struct {
	Index    int64
	Fact     *giving.Given
	Fee      int64 // that it bore; less than the fact's when some came back
	Returned int64
	Reversed bool // the entry was wrong: it is no gift
	Undone   []Undone
	lots     []*lot
	uses     []int64 // entries or expenses that some of it went into, perhaps no more
}

// Undone is what an entry took back of a gift.
type Undone struct {
	By     int64 // the entry
	Amount int64 // minor units
	Whole  bool  // the gift was reversed
}

// At gives what of a gift stood when the journal had a size: its amount less what had gone back, 0 for a
// gift that was reversed or not there yet.
func (g *Gift) At(size int64) int64 {
	if g.Index >= size {
		return 0
	}
	rest := g.Fact.Gross
	for _, u := range g.Undone {
		switch {
		case u.By >= size:
		case u.Whole:
			return 0
		default:
			rest -= u.Amount
		}
	}
	return rest
}

// Stands gives what of a gift stands now.
func (g *Gift) Stands() int64 {
	if g.Reversed {
		return 0
	}
	return g.Fact.Gross - g.Returned
}

// Month gives the month, yyyymm, in which it was given.
func (g *Gift) Month() int { return g.Fact.Inflow.Given.Month() }

// Book is the gifts as they stand at a size of the journal.
type Book struct {
	Size  int64
	Gifts []*Gift // in the order of their entries

	unit    unit
	byIndex map[int64]*Gift
	pots    map[string]*pot
	acts    map[int64]*act // what moved pots' money, by its entry; an expense by the entry that claimed it
}

// Gift gives the gift at an index; an entry that is none is fault.NotFound.
func (b *Book) Gift(index int64) (*Gift, error) {
	if g := b.byIndex[index]; g != nil {
		return g, nil
	}
	return nil, fault.New(fault.NotFound, "Entry %d is no gift.", index)
}

// Held is money of a gift that is in a pot.
type Held struct {
	Pot    string
	Amount int64 // minor units
}

// Kind says what money of a gift was used for.
type Kind string

// The kinds of uses.
const (
	ForFee     Kind = "fee"     // of a bank or provider, other than the gift's own
	ForExpense Kind = "expense" // approved by two
	ForPayment Kind = "payment" // paid without approvals in this journal
	ForOther   Kind = "unsorted"
)

// Use is money of a gift that left a pot.
type Use struct {
	Entry  int64 // the expense, fee or payment
	Paid   int64 // the entry that paid an expense, 0 while it is not paid
	Kind   Kind
	Pot    string
	Amount int64 // minor units of this gift
	Whole  int64 // minor units of all gifts together
	On     journal.Day
}

// Path is where the money of one gift is. It may be kept.
type Path struct {
	*Gift
	Spent, Unspent int64
	Uses           []Use  // in the order of their entries
	Holds          []Held // what is not spent, by pot
}

// Path follows one gift; an entry that is none is fault.NotFound.
func (b *Book) Path(index int64) (Path, error) {
	g, err := b.Gift(index)
	if err != nil {
		return Path{}, err
	}
	kept := *g
	kept.Undone = slices.Clone(g.Undone)
	p := Path{Gift: &kept, Uses: b.usesOf(g)}
	for _, u := range p.Uses {
		p.Spent += u.Amount
	}
	for _, l := range g.lots {
		if l.left == 0 {
			continue
		}
		p.Unspent += l.left
		p.Holds = addHeld(p.Holds, Held{l.pot, l.left})
	}
	return p, nil
}

func addHeld(all []Held, h Held) []Held {
	for i := range all {
		if all[i].Pot == h.Pot {
			all[i].Amount += h.Amount
			return all
		}
	}
	return append(all, h)
}

// Unspent gives what is unspent in a pot by the gifts' trails, whoever gave it, in minor units.
func (b *Book) Unspent(slug string) (sum int64) {
	if p := b.pots[slug]; p != nil {
		for _, l := range p.lots {
			sum += l.left
		}
	}
	return sum
}
