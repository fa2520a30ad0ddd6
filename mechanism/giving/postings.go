// SPDX-License-Identifier: AGPL-3.0-or-later

package giving

import (
	"fmt"

	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/money"
)

// Postings derives the postings of a fact of giving, in the order in which the leaf carries them.
func (Rules) Postings(d mechanism.Desk, fact journal.Fact) ([]ledger.Posting, error) {
	switch f := fact.(type) {
	case *PotOpened, *Claimed:
		return nil, nil
	case *Given:
		return giftPostings(f), nil
	case *Arrived:
		return flow(assetAccount(f.Into), Unattributed, f.Unit, f.Gross), nil
	case *FeeCharged:
		return flow(potAccount(f.Pot), assetAccount(f.Through), f.Unit, f.Amount), nil
	case *Moved:
		return flow(assetAccount(f.Into), assetAccount(f.From), f.Unit, f.Amount), nil
	case *Transferred:
		return flow(potAccount(f.From), potAccount(f.To), f.Unit, f.Amount), nil
	case *Spent:
		return flow(potAccount(f.Pot), assetAccount(f.Through), f.Unit, f.Amount, f.Fee), nil
	case *Refunded:
		return refundPostings(d, f)
	case *Reversed:
		return opposite(d, f.Of)
	}
	return expensePostings(d, fact)
}

// flow gives the two postings of each amount above zero that goes from one account to another.
func flow(from, to ledger.Account, unit money.Unit, amounts ...int64) []ledger.Posting {
	posts := make([]ledger.Posting, 0, 2*len(amounts))
	for _, amount := range amounts {
		if amount > 0 {
			posts = append(posts, ledger.Posting{Account: from, Unit: unit, Amount: -amount},
				ledger.Posting{Account: to, Unit: unit, Amount: amount})
		}
	}
	return posts
}

func giftPostings(f *Given) []ledger.Posting {
	from := assetAccount(f.Into)
	if f.Arrival != 0 {
		from = Unattributed
	}
	posts := make([]ledger.Posting, 0, len(f.To)+3)
	posts = append(posts, ledger.Posting{Account: from, Unit: f.Unit, Amount: -f.Gross})
	for _, share := range f.To {
		posts = append(posts, ledger.Posting{Account: potAccount(share.Pot), Unit: f.Unit, Amount: share.Amount})
	}
	if f.Fee > 0 {
		posts = append(posts,
			ledger.Posting{Account: posts[1].Account, Unit: f.Unit, Amount: -f.Fee},
			ledger.Posting{Account: from, Unit: f.Unit, Amount: f.Fee})
	}
	return posts
}

// refundPostings sends money of a gift from the pots to the asset, and money of a fee or spending
// from the asset to the pots; a fee that came back always goes to the first pot.
func refundPostings(d mechanism.Desk, f *Refunded) ([]ledger.Posting, error) {
	target, err := d.Entry(f.Of)
	if err != nil {
		return nil, err
	}
	sign := int64(1)
	if _, gift := target.Fact.(*Given); gift {
		sign = -1
	}
	asset := assetAccount(f.Through)
	var posts []ledger.Posting
	for _, share := range f.Back {
		posts = append(posts,
			ledger.Posting{Account: potAccount(share.Pot), Unit: f.Unit, Amount: sign * share.Amount},
			ledger.Posting{Account: asset, Unit: f.Unit, Amount: -sign * share.Amount})
	}
	return append(posts, flow(asset, potAccount(f.Back[0].Pot), f.Unit, f.Fee)...), nil
}

func opposite(d mechanism.Desk, index int64) ([]ledger.Posting, error) {
	target, err := d.Entry(index)
	if err != nil {
		return nil, err
	}
	posts := make([]ledger.Posting, len(target.Posts))
	for i, p := range target.Posts {
		posts[i] = ledger.Posting{Account: p.Account, Unit: p.Unit, Amount: -p.Amount}
	}
	return posts, nil
}

func expensePostings(d mechanism.Desk, fact journal.Fact) ([]ledger.Posting, error) {
	switch f := fact.(type) {
	case *Approved:
		claim, err := claimAt(d, f.Of)
		if err != nil || !f.Final {
			return nil, err
		}
		return flow(potAccount(claim.Pot), Payable, claim.Unit, claim.Amount), nil
	case *Paid:
		claim, err := claimAt(d, f.Of)
		if err != nil {
			return nil, err
		}
		return flow(Payable, assetAccount(f.Through), claim.Unit, claim.Amount), nil
	case *Returned:
		claim, err := claimAt(d, f.Of)
		if err != nil {
			return nil, err
		}
		return flow(assetAccount(f.Through), Payable, claim.Unit, claim.Amount), nil
	case *Withdrawn:
		claim, err := claimAt(d, f.Of)
		if err != nil || !f.Set {
			return nil, err
		}
		return flow(Payable, potAccount(claim.Pot), claim.Unit, claim.Amount), nil
	}
	return nil, fmt.Errorf("giving knows no fact %q", fact.Name())
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
