// SPDX-License-Identifier: AGPL-3.0-or-later

package giving

import (
	"fmt"

	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
)

// Postings derives the postings of a fact of giving, in the order in which the leaf carries them.
func (Rules) Postings(d mechanism.Desk, fact journal.Fact, to *ledger.Sheet) error {
	switch f := fact.(type) {
	case *PotOpened, *Claimed:
	case *Given:
		postGift(f, to)
	case *Arrived:
		to.Move(asset(to, f.Into), Unattributed, f.Unit, f.Gross)
	case *FeeCharged:
		to.Move(purpose(to, f.Pot), asset(to, f.Through), f.Unit, f.Amount)
	case *Moved:
		to.Move(asset(to, f.Into), asset(to, f.From), f.Unit, f.Amount)
	case *Transferred:
		to.Move(purpose(to, f.From), purpose(to, f.To), f.Unit, f.Amount)
	case *Spent:
		to.Move(purpose(to, f.Pot), asset(to, f.Through), f.Unit, f.Amount, f.Fee)
	case *Refunded:
		return postRefund(d, f, to)
	case *Reversed:
		return postOpposite(d, f.Of, to)
	default:
		return postExpense(d, fact, to)
	}
	return nil
}

func asset(to *ledger.Sheet, name string) ledger.Account   { return to.Account(ledger.Asset, name) }
func purpose(to *ledger.Sheet, slug string) ledger.Account { return to.Account(ledger.Pot, slug) }

func postGift(f *Given, to *ledger.Sheet) {
	from := Unattributed
	if f.Arrival == 0 {
		from = asset(to, f.Into)
	}
	to.Post(from, f.Unit, -f.Gross)
	for _, share := range f.To {
		to.Post(purpose(to, share.Pot), f.Unit, share.Amount)
	}
	if f.Fee > 0 {
		to.Move(purpose(to, f.To[0].Pot), from, f.Unit, f.Fee)
	}
}

// postRefund sends money of a gift from the pots to the asset, and money of a fee or spending
// from the asset to the pots; a fee that came back always goes to the first pot.
func postRefund(d mechanism.Desk, f *Refunded, to *ledger.Sheet) error {
	target, err := d.Entry(f.Of)
	if err != nil {
		return err
	}
	sign := int64(1)
	if _, gift := target.Fact.(*Given); gift {
		sign = -1
	}
	through := asset(to, f.Through)
	for _, share := range f.Back {
		to.Post(purpose(to, share.Pot), f.Unit, sign*share.Amount)
		to.Post(through, f.Unit, -sign*share.Amount)
	}
	to.Move(through, purpose(to, f.Back[0].Pot), f.Unit, f.Fee)
	return nil
}

func postOpposite(d mechanism.Desk, index int64, to *ledger.Sheet) error {
	target, err := d.Entry(index)
	if err != nil {
		return err
	}
	for _, p := range target.Posts {
		to.Post(p.Account, p.Unit, -p.Amount)
	}
	return nil
}

func postExpense(d mechanism.Desk, fact journal.Fact, to *ledger.Sheet) error {
	switch f := fact.(type) {
	case *Approved:
		claim, err := claimAt(d, f.Of)
		if err != nil || !f.Final {
			return err
		}
		to.Move(purpose(to, claim.Pot), Payable, claim.Unit, claim.Amount)
	case *Paid:
		claim, err := claimAt(d, f.Of)
		if err != nil {
			return err
		}
		to.Move(Payable, asset(to, f.Through), claim.Unit, claim.Amount)
	case *Returned:
		claim, err := claimAt(d, f.Of)
		if err != nil {
			return err
		}
		to.Move(asset(to, f.Through), Payable, claim.Unit, claim.Amount)
	case *Withdrawn:
		claim, err := claimAt(d, f.Of)
		if err != nil || !f.Set {
			return err
		}
		to.Move(Payable, purpose(to, claim.Pot), claim.Unit, claim.Amount)
	default:
		return fmt.Errorf("giving knows no fact %q", fact.Name())
	}
	return nil
}

func claimAt(d mechanism.Desk, index int64) (*Claimed, error) {
	e, err := d.Entry(index)
	if err != nil {
		return nil, err
	}
	claim, ok := e.Fact.(*Claimed)
	if !ok {
		return nil, fault.New(fault.Invalid, "Entry %d is no expense.", index)
	}
	return claim, nil
}
