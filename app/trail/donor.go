// SPDX-License-Identifier: AGPL-3.0-or-later

package trail

import (
	"context"
)

// Donor is all gifts of one giver and where their money is. Amounts are minor units.
type Donor struct {
	Paths    []Path // in the order of their entries, those that were reversed left out
	Given    int64
	Fee      int64
	Returned int64
	Spent    int64
	Unspent  int64
	Pots     []Held // what reached each pot first, less the gifts' own fees and what went back
}

// Of follows all gifts of the giver with a handle.
func (t *Trail) Of(ctx context.Context, handle string) (d Donor, err error) {
	all, err := t.app.Office().GivenBy(ctx, handle)
	if err != nil {
		return d, err
	}
	err = t.Read(ctx, func(b *Book) error {
		for _, g := range all {
			p, err := b.Path(g.Index)
			if err != nil {
				return err
			}
			if !p.Reversed {
				d.add(p)
			}
		}
		return nil
	})
	return d, err
}

func (d *Donor) add(p Path) {
	d.Paths = append(d.Paths, p)
	d.Given += p.Fact.Gross
	d.Fee += p.Fee
	d.Returned += p.Returned
	d.Spent += p.Spent
	d.Unspent += p.Unspent
	for _, h := range p.First() {
		d.Pots = addHeld(d.Pots, h)
	}
}

// First gives what of the gift reached each pot first, less its own fee and what went back, which are taken
// off the first shares.
func (p Path) First() (pots []Held) {
	left := p.Fee + p.Returned
	for _, share := range p.Fact.To {
		off := min(left, share.Amount)
		left -= off
		pots = addHeld(pots, Held{share.Pot, share.Amount - off})
	}
	return pots
}
