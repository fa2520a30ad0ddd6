// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ecot/app/people"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
)

// Refund is a gift to be given back by transfer, as it is asked for.
type Refund struct {
	ID      string // of NewID
	Gift    int64  // the entry
	Amount  int64  // minor units; 0 for all that is left
	IBAN    string // one that the giver's money came from
	Because string
}

// Accounts gives the accounts that the giver of a gift paid from, the latest first: the gift can go back to
// one of these and to no other.
func (p *Payouts) Accounts(ctx context.Context, gift int64) ([]office.Payer, error) {
	given, found, err := p.office.Given(ctx, gift)
	if err != nil || !found || given.Handle == "" {
		return nil, err
	}
	return p.office.PayersOf(ctx, given.Handle)
}

// AskRefund asks that a gift that came by transfer goes back to the account that it came from, and is the
// first of the two signatures.
func (p *Payouts) AskRefund(ctx context.Context, actor people.Actor, r Refund) error {
	if err := people.Allowed(actor, people.Refund); err != nil {
		return err
	}
	because, ok := line(r.Because, MaxReason)
	if !ok {
		return errReason()
	}
	if !journal.IsToken(r.ID) || len(r.ID) < 12 || len(r.ID) > 64 {
		return fault.New(fault.Invalid, "The form is damaged; begin again.").In("payouts.bad-form")
	}
	left, err := p.left(ctx, r.Gift)
	if err != nil {
		return err
	}
	shares, amount, err := takeOut(left, r.Amount)
	if err != nil {
		return err
	}
	if err := p.withinLimit(ctx, actor, amount); err != nil {
		return err
	}
	accounts, err := p.Accounts(ctx, r.Gift)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(accounts, func(a office.Payer) bool { return a.IBAN == r.IBAN })
	if at < 0 {
		return fault.New(fault.Forbidden,
			"A gift goes back to an account that its giver paid from, and to no other.").
			In("payouts.not-their-account")
	}
	kept := office.Refund{ID: r.ID, Gift: r.Gift, Handle: accounts[at].Handle, Name: accounts[at].Name,
		IBAN:   r.IBAN,
		Amount: amount, Shares: shares, Because: because, Member: actor.Member, Mandate: actor.Mandate,
		Since: p.now()}
	return p.office.Do(ctx, func(tx *office.Tx) error { return p.putRefund(ctx, tx, kept) })
}

// putRefund keeps a refund with its first signature; a gift has one at a time.
func (p *Payouts) putRefund(ctx context.Context, tx *office.Tx, r office.Refund) error {
	others, err := p.office.RefundsOf(ctx, r.Gift)
	if err != nil {
		return err
	}
	for _, other := range others {
		if other.ID == r.ID {
			return nil
		}
		paid, err := p.isPaid(ctx, other.Live)
		if err != nil {
			return err
		}
		if other.Stopped == 0 && !paid {
			return fault.New(fault.Conflict, "This gift is being given back already.").In("payouts.refund-under-way")
		}
	}
	if err := tx.PutRefund(ctx, r); err != nil {
		return err
	}
	return tx.PutSignature(ctx, office.Signature{What: "refund/" + r.ID, Mandate: r.Mandate, Member: r.Member,
		At: p.now()})
}

// isPaid says whether an order was seen leaving.
func (p *Payouts) isPaid(ctx context.Context, order string) (bool, error) {
	if order == "" {
		return false, nil
	}
	s, _, err := p.office.Sent(ctx, order)
	return s.Status == office.Seen, err
}

// left gives what is left of a gift that came by transfer, by pot.
func (p *Payouts) left(ctx context.Context, index int64) ([]journal.Share, error) {
	view, err := p.read.View(ctx, index)
	if err != nil {
		return nil, err
	}
	gift, ok := view.Fact.(*giving.Given)
	if !ok || gift.Into != "bank" || gift.Unit != p.app.Unit() {
		return nil, fault.New(fault.Invalid, "Entry %d is no gift that came to the fund's bank account.", index).
			In("payouts.no-gift")
	}
	undone, err := p.read.WentBack(ctx, index)
	if err != nil {
		return nil, err
	}
	var left []journal.Share
	for _, share := range gift.To {
		for _, back := range undone.Back {
			if back.Pot == share.Pot {
				share.Amount -= back.Amount
			}
		}
		if share.Amount > 0 {
			left = append(left, share)
		}
	}
	if undone.Whole || len(left) == 0 {
		return nil, fault.New(fault.Conflict,
			"Nothing is left of this gift that could go back.").In("payouts.nothing-left")
	}
	return left, nil
}

// takeOut takes an amount out of shares pro rata, by largest remainder, and writes what each pot gives; an
// amount of 0 is all of them.
func takeOut(left []journal.Share, amount int64) (text string, sum int64, err error) {
	var whole int64
	weights := make([]int64, len(left))
	for i, share := range left {
		weights[i] = share.Amount
		whole += share.Amount
	}
	if amount == 0 {
		amount = whole
	}
	if amount < 0 || amount > whole {
		return "", 0, fault.New(fault.Invalid, "Of this gift there is less left than that.").In("payouts.too-much")
	}
	parts, err := money.Split(amount, weights)
	if err != nil {
		return "", 0, err
	}
	var words []string
	for i, share := range left {
		if parts[i] > 0 {
			words = append(words, fmt.Sprintf("%s=%d", share.Pot, parts[i]))
		}
	}
	return strings.Join(words, ","), amount, nil
}

// readShares reads what takeOut wrote.
func readShares(text string) (shares []journal.Share, err error) {
	for word := range strings.SplitSeq(text, ",") {
		pot, amount, _ := strings.Cut(word, "=")
		minor, wrong := strconv.ParseInt(amount, 10, 64)
		if wrong != nil {
			return nil, fault.Wrap(wrong, fault.Internal, "The shares %q of a refund cannot be read.", text)
		}
		shares = append(shares, journal.Share{Pot: pot, Amount: minor})
	}
	return shares, nil
}

// SignRefund is the second signature: the refund is sent with the next file.
func (p *Payouts) SignRefund(ctx context.Context, actor people.Actor, id string) error {
	r, err := p.refund(ctx, id)
	if err != nil {
		return err
	}
	if err := p.maySign(ctx, actor, r.Member, r.Handle, r.Amount); err != nil {
		return err
	}
	return p.office.Do(ctx, func(tx *office.Tx) error {
		have, err := p.office.Signatures(ctx, "refund/"+id)
		if err != nil {
			return err
		}
		if len(have) != 1 || r.Stopped != 0 {
			return fault.New(fault.Conflict,
				"This refund does not wait for a signature any more.").In("payouts.not-waiting")
		}
		if have[0].Mandate == actor.Mandate {
			return errSigned()
		}
		return tx.PutSignature(ctx, office.Signature{What: "refund/" + id, Mandate: actor.Mandate,
			Member: actor.Member, At: p.now()})
	})
}

func (p *Payouts) refund(ctx context.Context, id string) (office.Refund, error) {
	r, found, err := p.office.Refund(ctx, id)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "There is no such refund.")
	}
	return r, err
}

// RefuseRefund ends a refund that was not sent.
func (p *Payouts) RefuseRefund(ctx context.Context, actor people.Actor, id, reason string) error {
	if err := people.Allowed(actor, people.Sign); err != nil {
		return err
	}
	reason, ok := line(reason, MaxReason)
	if !ok {
		return errReason()
	}
	if _, err := p.refund(ctx, id); err != nil {
		return err
	}
	return p.office.Do(ctx, func(tx *office.Tx) error {
		done, err := tx.StopRefund(ctx, office.Refund{ID: id, Stopped: p.now(), Reason: reason})
		if err == nil && !done {
			err = errOnItsWay()
		}
		return err
	})
}

// Refunds gives every refund, the oldest first, with who signed it.
func (p *Payouts) Refunds(ctx context.Context) ([]office.Refund, error) {
	return p.office.RefundsOf(ctx, 0)
}

// Signatures gives who signed something, such as refund/<id>, the first first.
func (p *Payouts) Signatures(ctx context.Context, what string) ([]office.Signature, error) {
	return p.office.Signatures(ctx, what)
}

// Refund gives a refund by its id.
func (p *Payouts) Refund(ctx context.Context, id string) (office.Refund, error) {
	return p.refund(ctx, id)
}

// OrdersFor gives the orders to the bank for something, such as refund/<id>, the oldest first.
func (p *Payouts) OrdersFor(ctx context.Context, what string) ([]office.Sent, error) {
	return p.office.SentFor(ctx, what)
}
