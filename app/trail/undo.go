// SPDX-License-Identifier: AGPL-3.0-or-later

package trail

import (
	"slices"

	"ecot/journal"
	"ecot/mechanism/giving"
)

// reverse undoes what an earlier entry did.
func (b *Book) reverse(e *journal.Entry, f *giving.Reversed) {
	switch target := b.act(f.Of).fact.(type) {
	case *giving.Given:
		b.reverseGift(e.Index, b.byIndex[f.Of])
	case *giving.FeeCharged:
		b.undo(f.Of, target.Pot, target.Amount)
	case *giving.Spent:
		b.undo(f.Of, target.Pot, target.Amount+target.Fee)
	case *giving.Transferred:
		b.moveBack(e.Index, f.Of, target)
	case *giving.Refunded:
		b.reverseRefund(e.Index, target)
	default:
		b.plain(e)
	}
}

func (b *Book) reverseGift(index int64, g *Gift) {
	b.feeBack(g, g.Fact.To[0].Pot, g.Fact.Fee)
	for _, share := range g.Fact.To {
		b.giveBack(g, share.Pot, share.Amount)
	}
	g.Reversed = true
	g.Undone = append(g.Undone, Undone{By: index, Whole: true})
}

// moveBack brings a transfer's money back: what is left of the same first, then the oldest.
func (b *Book) moveBack(index, of int64, f *giving.Transferred) {
	amount, a, back := f.Amount, b.act(of), b.act(index)
	for _, m := range a.moved {
		part := min(amount, m.to.left, m.amount)
		m.to.left -= part
		amount -= part
		b.restore(m.from, part)
		back.moved = append(back.moved, moved{m.to, m.from, part})
	}
	for _, p := range b.take(f.To, amount) {
		back.moved = append(back.moved, moved{p.from, b.put(p.from.gift, f.From, p.amount), p.amount})
	}
}

// reverseRefund undoes a refund: the gift stands again, or the fee and the payment were made again.
func (b *Book) reverseRefund(index int64, f *giving.Refunded) {
	g := b.byIndex[f.Of]
	if g == nil {
		a := b.act(f.Of)
		b.charge(f.Of, a, b.take(f.Back[0].Pot, f.Fee))
		for _, share := range f.Back {
			b.charge(f.Of, a, b.take(share.Pot, share.Amount))
		}
		return
	}
	var sum int64
	for _, share := range f.Back {
		b.put(g, share.Pot, share.Amount)
		sum += share.Amount
	}
	g.Fee += b.takeOwn(g, f.Back[0].Pot, f.Fee)
	g.Returned -= sum
	g.Undone = append(g.Undone, Undone{By: index, Amount: -sum})
}

// usesOf gives what a gift was used for, in the order of the entries.
func (b *Book) usesOf(g *Gift) (uses []Use) {
	for _, index := range slices.Sorted(slices.Values(g.uses)) {
		a := b.acts[index]
		use := Use{Entry: index, Paid: a.paid, Kind: a.kind, On: a.on}
		for _, p := range a.pieces {
			use.Whole += p.amount
			if p.from.gift == g {
				use.Amount += p.amount
				use.Pot = p.from.pot
			}
		}
		if use.Amount > 0 {
			uses = append(uses, use)
		}
	}
	return uses
}
