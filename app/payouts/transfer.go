// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"context"

	"ecot/app"
	"ecot/app/people"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
)

// Transfer is money that is to be held for another purpose, as it is asked for.
type Transfer struct {
	ID      string // of NewID
	From    string
	To      string
	Amount  int64
	Because string // published
}

// AskTransfer asks that money goes from one pot to another, and is the first of the two signatures.
func (p *Payouts) AskTransfer(ctx context.Context, actor people.Actor, t Transfer) error {
	if err := people.Allowed(actor, people.Sign); err != nil {
		return err
	}
	if err := p.withinLimit(ctx, actor, t.Amount); err != nil {
		return err
	}
	because, ok := line(t.Because, MaxReason)
	if !ok {
		return errReason()
	}
	switch {
	case !journal.IsToken(t.ID) || len(t.ID) > 64:
		return fault.New(fault.Invalid, "The form is damaged; begin again.").In("payouts.bad-form")
	case t.Amount < 1 || t.Amount > money.Max:
		return fault.New(fault.Invalid, "A transfer has an amount above zero.").In("payouts.bad-amount")
	case t.From == t.To:
		return fault.New(fault.Invalid, "A transfer needs two pots.").In("payouts.same-pot")
	}
	if err := p.checkPots(ctx, t.From, t.To); err != nil {
		return err
	}
	return p.office.Do(ctx, func(tx *office.Tx) error {
		if _, known, err := p.office.PotTransfer(ctx, t.ID); err != nil || known {
			return err
		}
		if err := tx.PutPotTransfer(ctx, office.PotTransfer{ID: t.ID, From: t.From, To: t.To, Amount: t.Amount,
			Because: because, Member: actor.Member, Mandate: actor.Mandate, Since: p.now()}); err != nil {
			return err
		}
		return tx.PutSignature(ctx, office.Signature{What: "transfer/" + t.ID, Mandate: actor.Mandate,
			Member: actor.Member, At: p.now()})
	})
}

// checkPots refuses pots that there are not, and to take out of one whose money is kept as capital.
func (p *Payouts) checkPots(ctx context.Context, from, to string) error {
	pots, err := p.read.Pots(ctx)
	if err != nil {
		return err
	}
	found := 0
	for _, pot := range pots {
		if pot.Slug == from && pot.Purpose == giving.Spendable || pot.Slug == to {
			found++
		}
	}
	if found != 2 {
		return fault.New(fault.NotFound, "There is no pot of this name that could pay.").In("payouts.no-pot")
	}
	return nil
}

// SignTransfer is the second signature, by another member: the money moves. It gives the entry.
func (p *Payouts) SignTransfer(ctx context.Context, actor people.Actor, id string) (int64, error) {
	t, err := p.transfer(ctx, id)
	if err != nil {
		return 0, err
	}
	if err := p.maySign(ctx, actor, t.Member, "", t.Amount); err != nil {
		return 0, err
	}
	what := "transfer/" + id
	have, err := p.office.Signatures(ctx, what)
	if err != nil {
		return 0, err
	}
	if t.Stopped != 0 || t.Index != 0 || len(have) == 0 {
		return 0, fault.New(fault.Conflict,
			"This transfer does not wait for a signature any more.").In("payouts.not-waiting")
	}
	if have[0].Mandate == actor.Mandate {
		return 0, errSigned()
	}
	second := office.Signature{What: what, Mandate: actor.Mandate, Member: actor.Member, At: p.now()}
	if len(have) == 2 { // somebody signed, and the journal may have been told
		second = have[1]
	} else if err := p.office.Do(ctx, func(tx *office.Tx) error {
		return tx.PutSignature(ctx,
			second)
	}); err != nil {
		return 0, err
	}
	if err := p.crash("transfer"); err != nil {
		return 0, err
	}
	return p.moveBetween(ctx, t, second)
}

// moveBetween tells the journal of a transfer that two have signed.
func (p *Payouts) moveBetween(ctx context.Context, t office.PotTransfer, second office.Signature) (int64,
	error) {
	answer, err := p.app.Do(ctx, app.Request{Key: "transfer/" + t.ID,
		Command: &giving.Transfer{Transferred: giving.Transferred{Unit: p.app.Unit(), Amount: t.Amount,
			From: t.From,
			To:   t.To, By: []string{t.Mandate, second.Mandate}}},
		Private: []app.Private{{Field: "because", Value: t.Because}}})
	if err == nil {
		err = p.crash("transferred")
	}
	if err != nil {
		if refused(err) {
			drop := func(tx *office.Tx) error { return tx.DropSignature(ctx, second.What, second.Mandate) }
			err = firstError(p.office.Do(ctx, drop), err)
		}
		return 0, err
	}
	second.Index = answer.Index
	return answer.Index, p.office.Do(ctx, func(tx *office.Tx) error {
		if err := tx.SettleSignature(ctx, second); err != nil {
			return err
		}
		return tx.SettlePotTransfer(ctx, t.ID, answer.Index)
	})
}

func (p *Payouts) transfer(ctx context.Context, id string) (office.PotTransfer, error) {
	t, found, err := p.office.PotTransfer(ctx, id)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "There is no such transfer.")
	}
	return t, err
}

// RefuseTransfer ends a transfer that the second signature has not made yet.
func (p *Payouts) RefuseTransfer(ctx context.Context, actor people.Actor, id, reason string) error {
	if err := people.Allowed(actor, people.Sign); err != nil {
		return err
	}
	reason, ok := line(reason, MaxReason)
	if !ok {
		return errReason()
	}
	if _, err := p.transfer(ctx, id); err != nil {
		return err
	}
	return p.office.Do(ctx, func(tx *office.Tx) error {
		have, err := p.office.Signatures(ctx, "transfer/"+id)
		if err != nil {
			return err
		}
		done, err := tx.StopPotTransfer(ctx, office.PotTransfer{ID: id, Stopped: p.now(), Reason: reason})
		if err == nil && (!done || len(have) > 1) {
			err = fault.New(fault.Conflict,
				"This transfer does not wait for a signature any more.").In("payouts.not-waiting")
		}
		return err
	})
}

// Transfers gives every transfer that was asked for, the oldest first.
func (p *Payouts) Transfers(ctx context.Context) ([]office.PotTransfer, error) {
	return p.office.PotTransfers(ctx)
}

// Transfer gives a transfer by its id.
func (p *Payouts) Transfer(ctx context.Context, id string) (office.PotTransfer, error) {
	return p.transfer(ctx, id)
}
