// SPDX-License-Identifier: AGPL-3.0-or-later

package trail

import (
	"slices"
	"strings"

	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism/giving"
	"ecot/money"
)

type unit = money.Unit

// lot is money of one gift in one pot; of no gift, when gift is nil.
type lot struct {
	gift *Gift
	pot  string
	left int64
	at   int // its place among the pot's lots
}

// piece is a part of a lot that left it.
type piece struct {
	from   *lot
	amount int64
}

// pot is the lots of a pot, the oldest first; all before head are empty.
type pot struct {
	lots []*lot
	head int
}

// act is something that money left a pot for.
type act struct {
	fact   journal.Fact
	kind   Kind
	on     journal.Day
	paid   int64
	pieces []piece
	moved  []moved // of a transfer
}

// moved is a part of a lot that became a lot of another pot.
type moved struct {
	from, to *lot
	amount   int64
}

func newBook() Book {
	return Book{byIndex: map[int64]*Gift{}, pots: map[string]*pot{}, acts: map[int64]*act{}}
}

func (b *Book) pot(slug string) *pot {
	p := b.pots[slug]
	if p == nil {
		p = &pot{}
		b.pots[slug] = p
	}
	return p
}

// put makes a lot.
func (b *Book) put(g *Gift, slug string, amount int64) *lot {
	p := b.pot(slug)
	l := &lot{gift: g, pot: slug, left: amount, at: len(p.lots)}
	p.lots = append(p.lots, l)
	if g != nil {
		g.lots = append(g.lots, l)
	}
	return l
}

// restore gives money back to the lot that it came from.
func (b *Book) restore(l *lot, amount int64) {
	l.left += amount
	p := b.pot(l.pot)
	p.head = min(p.head, l.at)
}

// take takes the oldest money of a pot.
func (b *Book) take(slug string, amount int64) (pieces []piece) {
	p := b.pot(slug)
	for amount > 0 && p.head < len(p.lots) {
		l := p.lots[p.head]
		if part := min(amount, l.left); part > 0 {
			l.left -= part
			amount -= part
			pieces = append(pieces, piece{l, part})
		}
		if l.left == 0 {
			p.head++
		}
	}
	return pieces
}

// spend takes the oldest money of a pot for an act.
func (b *Book) spend(index int64, kind Kind, on journal.Day, slug string, amount int64) {
	a := b.act(index)
	a.kind, a.on = kind, on
	b.charge(index, a, b.take(slug, amount))
}

func (b *Book) act(index int64) *act {
	a := b.acts[index]
	if a == nil {
		a = &act{}
		b.acts[index] = a
	}
	return a
}

// charge says whose money an act took.
func (b *Book) charge(index int64, a *act, pieces []piece) {
	a.pieces = append(a.pieces, pieces...)
	for _, p := range pieces {
		if g := p.from.gift; g != nil && !slices.Contains(g.uses, index) {
			g.uses = append(g.uses, index)
		}
	}
}

// undo gives money of an act back to those whose it was, the last taken first; what is more is nobody's.
func (b *Book) undo(index int64, slug string, amount int64) {
	a := b.act(index)
	for i := len(a.pieces) - 1; i >= 0 && amount > 0; i-- {
		p := &a.pieces[i]
		if p.from.pot != slug {
			continue
		}
		part := min(amount, p.amount)
		p.amount -= part
		amount -= part
		b.restore(p.from, part)
	}
	if amount > 0 {
		b.put(nil, slug, amount)
	}
}

// add follows one entry. Entries that do not move money of pots in the fund's unit change nothing.
func (b *Book) add(e *journal.Entry) error {
	b.Size = e.Index + 1
	if e.Fact != nil && b.ours(e.Posts) {
		b.act(e.Index).fact = e.Fact
	}
	switch f := e.Fact.(type) {
	case *giving.Given:
		b.given(e.Index, f)
	case *giving.Claimed:
		b.act(e.Index).fact = f
	case *giving.Approved:
		if claim, ok := b.act(f.Of).fact.(*giving.Claimed); ok && f.Final && claim.Unit == b.unit {
			b.spend(f.Of, ForExpense, f.On, claim.Pot, claim.Amount)
		}
	case *giving.Paid:
		b.act(f.Of).paid = e.Index
		b.act(e.Index).fact = f
	case *giving.Returned:
		b.act(f.Of).paid = 0
		b.act(e.Index).fact = f
	case *giving.Withdrawn:
		if claim, ok := b.act(f.Of).fact.(*giving.Claimed); ok && f.Set && claim.Unit == b.unit {
			b.undo(f.Of, claim.Pot, claim.Amount)
		}
	default:
		if b.ours(e.Posts) {
			b.moves(e)
		}
	}
	return nil
}

// ours says whether postings move money of a pot in the fund's unit.
func (b *Book) ours(posts []ledger.Posting) bool {
	return slices.ContainsFunc(posts, func(p ledger.Posting) bool {
		_, pot := strings.CutPrefix(string(p.Account), ledger.Pot+":")
		return pot && p.Unit == b.unit
	})
}

// moves follows an entry that moves pots' money and is no gift or expense.
func (b *Book) moves(e *journal.Entry) {
	switch f := e.Fact.(type) {
	case *giving.FeeCharged:
		b.spend(e.Index, ForFee, f.On, f.Pot, f.Amount)
	case *giving.Spent:
		b.spend(e.Index, ForPayment, f.On, f.Pot, f.Amount+f.Fee)
	case *giving.Transferred:
		b.transfer(e.Index, f.From, f.To, f.Amount)
	case *giving.Refunded:
		b.refund(e.Index, f)
	case *giving.Reversed:
		b.reverse(e, f)
	default:
		b.plain(e)
	}
}

// plain follows postings whose meaning is not known here.
func (b *Book) plain(e *journal.Entry) {
	for _, p := range e.Posts {
		slug, pot := strings.CutPrefix(string(p.Account), ledger.Pot+":")
		switch {
		case !pot || p.Unit != b.unit:
		case p.Amount < 0:
			b.spend(e.Index, ForOther, e.At.Day(), slug, -p.Amount)
		default:
			b.put(nil, slug, p.Amount)
		}
	}
}

func (b *Book) given(index int64, f *giving.Given) {
	if f.Unit != b.unit {
		return
	}
	g := &Gift{Index: index, Fact: f}
	b.Gifts = append(b.Gifts, g)
	b.byIndex[index] = g
	for _, share := range f.To {
		b.put(g, share.Pot, share.Amount)
	}
	g.Fee = b.takeOwn(g, f.To[0].Pot, f.Fee)
	if rest := f.Fee - g.Fee; rest > 0 {
		b.spend(index, ForFee, f.Inflow.Given, f.To[0].Pot, rest)
	}
}

// takeOwn takes what is left of a gift in a pot, at most amount, and gives how much that was.
func (b *Book) takeOwn(g *Gift, slug string, amount int64) (taken int64) {
	for _, l := range g.lots {
		if l.pot != slug {
			continue
		}
		part := min(amount-taken, l.left)
		l.left -= part
		taken += part
	}
	return taken
}

func (b *Book) transfer(index int64, from, to string, amount int64) {
	a := b.act(index)
	for _, p := range b.take(from, amount) {
		a.moved = append(a.moved, moved{p.from, b.put(p.from.gift, to, p.amount), p.amount})
	}
}

func (b *Book) refund(index int64, f *giving.Refunded) {
	first := f.Back[0].Pot
	g := b.byIndex[f.Of]
	if g == nil {
		b.undo(f.Of, first, f.Fee)
		for _, share := range f.Back {
			b.undo(f.Of, share.Pot, share.Amount)
		}
		return
	}
	b.feeBack(g, first, f.Fee)
	var sum int64
	for _, share := range f.Back {
		b.giveBack(g, share.Pot, share.Amount)
		sum += share.Amount
	}
	g.Returned += sum
	g.Undone = append(g.Undone, Undone{By: index, Amount: sum})
}

// feeBack gives a gift some of its fee back.
func (b *Book) feeBack(g *Gift, slug string, amount int64) {
	own := min(amount, g.Fee)
	g.Fee -= own
	if own > 0 {
		b.put(g, slug, own)
	}
	if rest := amount - own; rest > 0 {
		b.undo(g.Index, slug, rest)
	}
}

// giveBack takes money of a gift out of a pot. Where what is left of the gift there does not do, the
// oldest money of the pot takes the gift's place wherever it went, its fee included.
func (b *Book) giveBack(g *Gift, slug string, amount int64) {
	amount -= b.takeOwn(g, slug, amount)
	for _, index := range slices.Backward(g.uses) {
		amount -= b.replaceIn(g, index, slug, amount)
	}
	for _, l := range slices.Clone(g.lots) {
		part := min(amount, l.left)
		if part == 0 || l.pot == slug {
			continue
		}
		l.left -= part
		amount -= part
		for _, p := range b.take(slug, part) {
			b.put(p.from.gift, l.pot, p.amount)
		}
	}
	if own := min(amount, g.Fee); own > 0 { // a fee that was kept although the gift went back
		g.Fee -= own
		b.spend(g.Index, ForFee, g.Fact.Inflow.Given, slug, own)
	}
}

// replaceIn replaces a gift's money in an act by the oldest of a pot, at most amount of it.
func (b *Book) replaceIn(g *Gift, index int64, slug string, amount int64) (replaced int64) {
	a := b.act(index)
	for i := range a.pieces {
		if a.pieces[i].from.gift != g {
			continue
		}
		part := min(amount-replaced, a.pieces[i].amount)
		if part == 0 {
			continue
		}
		where := a.pieces[i].from.pot
		a.pieces[i].amount -= part
		replaced += part
		for _, p := range b.take(slug, part) {
			if where != slug { // as if that money had been moved there before it was spent
				p.from = b.put(p.from.gift, where, 0)
			}
			b.charge(index, a, []piece{p})
		}
	}
	return replaced
}
