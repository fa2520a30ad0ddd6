// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"context"
	"slices"
	"strings"

	"ecot/app"
	"ecot/app/people"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/office"
)

// MaxReason bounds the reason of a refusal or a transfer, in bytes.
const MaxReason = 500

// claimant stands for a proposer without a mandate who takes an expense back.
const claimant = "claimant"

// Approve gives one of the two signatures under an expense, and gives its entry. Neither the proposer nor
// the payee may sign, nobody twice, and no role above its limit.
func (p *Payouts) Approve(ctx context.Context, actor people.Actor, index int64) (int64, error) {
	e, payee, open, err := p.expense(ctx, index)
	if err != nil {
		return 0, err
	}
	if err := p.maySign(ctx, actor, e.Member, payee.Handle, e.Amount); err != nil {
		return 0, err
	}
	if e.Stopped != 0 || open.Status != giving.StatusClaimed {
		return 0, fault.New(fault.Conflict, "This expense does not wait for a signature any more.").
			In("payouts.not-waiting")
	}
	return p.sign(ctx, actor, "expense/"+e.ID, open.By, func() (app.Answer, error) {
		return p.app.Do(ctx, app.Request{Key: "approve/" + e.ID + "/" + actor.Mandate,
			Command: &giving.Approve{Approved: giving.Approved{Of: e.Index, By: actor.Mandate}}})
	})
}

// expense gives an expense, its payee, and where it stands; fault.NotFound when it is none of the fund's.
func (p *Payouts) expense(ctx context.Context, index int64) (office.Expense, office.Payee, giving.Open,
	error) {
	e, found, err := p.office.ExpenseAt(ctx, index)
	if err == nil && !found {
		err = errNoExpense(index)
	}
	if err != nil {
		return e, office.Payee{}, giving.Open{}, err
	}
	payee, _, err := p.office.Payee(ctx, e.Payee)
	if err != nil {
		return e, payee, giving.Open{}, err
	}
	states, err := p.read.Expenses(ctx, index)
	return e, payee, states[index], err
}

// maySign refuses a signature under money that the actor proposed, that goes to the actor, or that is more
// than the actor's roles may sign.
func (p *Payouts) maySign(ctx context.Context, actor people.Actor, proposer, payee string,
	amount int64) error {
	if err := people.Allowed(actor, people.Sign); err != nil {
		return err
	}
	if actor.Member == proposer {
		return fault.New(fault.Forbidden, "Whoever proposes an expense does not sign it; two others do.").
			In("payouts.own-proposal")
	}
	own, err := p.isMember(ctx, actor, payee)
	if err != nil {
		return err
	}
	if own {
		return fault.New(fault.Forbidden, "Nobody signs a payment to themselves; two others do.").
			In("payouts.own-payment")
	}
	return p.withinLimit(ctx, actor, amount)
}

// sign notes who signs, lets do tell the journal, and notes the entry. signed are the mandates that the
// journal knows already: a signature that was noted and never came to be is dropped.
func (p *Payouts) sign(ctx context.Context, actor people.Actor, what string, signed []string,
	do func() (app.Answer, error)) (int64, error) {
	mine := office.Signature{What: what, Mandate: actor.Mandate, Member: actor.Member, At: p.now()}
	err := p.office.Do(ctx, func(tx *office.Tx) error {
		return p.noteSignature(ctx, tx, mine, signed)
	})
	if err == nil {
		err = p.crash("sign")
	}
	if err != nil {
		return 0, err
	}
	answer, err := do()
	if err == nil {
		err = p.crash("signed")
	}
	if err != nil {
		if !refused(err) {
			return 0, err
		}
		drop := func(tx *office.Tx) error { return tx.DropSignature(ctx, what, mine.Mandate) }
		if dropErr := p.office.Do(ctx, drop); dropErr != nil {
			return 0, dropErr
		}
		return 0, err
	}
	mine.Index = answer.Index
	return answer.Index, p.office.Do(ctx, func(tx *office.Tx) error { return tx.SettleSignature(ctx, mine) })
}

// noteSignature keeps a signature before the journal is told of it.
func (p *Payouts) noteSignature(ctx context.Context, tx *office.Tx, mine office.Signature,
	signed []string) error {
	have, err := p.office.Signatures(ctx, mine.What)
	if err != nil {
		return err
	}
	for _, s := range have {
		came := s.Index != 0 || slices.Contains(signed, s.Mandate)
		switch {
		case s.Member != mine.Member && s.Mandate != mine.Mandate:
		case !came:
			if err := tx.DropSignature(ctx, s.What, s.Mandate); err != nil {
				return err
			}
		default:
			return errSigned()
		}
	}
	return tx.PutSignature(ctx, mine)
}

func errSigned() error {
	return fault.New(fault.Forbidden, "You have signed this already; the other signature is another member's, "+
		"under another mandate.").In("payouts.signed-already")
}

// Refuse ends an expense that will not be paid, for a reason that its proposer and its payee read, and gives
// the entry. Whoever may sign may refuse, and the proposer may take back what nobody signed.
func (p *Payouts) Refuse(ctx context.Context, actor people.Actor, index int64, reason string) (int64, error) {
	e, payee, open, err := p.expense(ctx, index)
	if err != nil {
		return 0, err
	}
	own := e.Member == actor.Member && actor.Member != "" && len(open.By) == 0
	if err := people.Allowed(actor, people.Sign); err != nil && !own {
		return 0, err
	}
	reason, ok := line(reason, MaxReason)
	if !ok {
		return 0, errReason()
	}
	if e.Stopped == 0 {
		e.Stopped, e.StoppedBy, e.Reason = p.now(), actor.Mandate, reason
		if !journal.IsToken(e.StoppedBy) {
			e.StoppedBy = claimant
		}
		err := p.office.Do(ctx, func(tx *office.Tx) error {
			done, err := tx.StopExpense(ctx, e)
			if err == nil && !done {
				err = errOnItsWay()
			}
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	return p.withdraw(ctx, e, payee)
}

func errReason() error {
	return fault.New(fault.Invalid, "Say why, in at most %d bytes: those concerned read it.", MaxReason).
		In("payouts.bad-reason")
}

func errOnItsWay() error {
	return fault.New(fault.Conflict, "An order for it went to the bank, or it was refused before.").
		In("payouts.on-its-way")
}

// withdraw tells the journal of an expense that was stopped, and its payee.
func (p *Payouts) withdraw(ctx context.Context, e office.Expense, payee office.Payee) (int64, error) {
	if err := p.crash("stop"); err != nil {
		return 0, err
	}
	answer, err := p.app.Do(ctx, app.Request{Key: "withdraw/" + e.ID,
		Command: &giving.Withdraw{Withdrawn: giving.Withdrawn{Of: e.Index, By: e.StoppedBy}}})
	if err != nil {
		if refused(err) {
			undo := func(tx *office.Tx) error { return tx.UnstopExpense(ctx, e.ID) }
			if undoErr := p.office.Do(ctx, undo); undoErr != nil {
				return 0, undoErr
			}
		}
		return 0, err
	}
	return answer.Index, p.office.Do(ctx, func(tx *office.Tx) error {
		return p.notify(ctx, tx, Notice{ID: "expense-refused/" + e.ID, Kind: "expense-refused",
			Handle: payee.Handle,
			Mail:   payee.Mail, Lang: payee.Lang, Data: map[string]string{"title": e.Title, "reason": e.Reason,
				"amount": p.amount(e.Amount)}})
	})
}

// mandatesOf gives the mandates of signatures, in their order, by a blank.
func mandatesOf(signatures []office.Signature) string {
	words := make([]string, len(signatures))
	for i, s := range signatures {
		words[i] = s.Mandate
	}
	return strings.Join(words, " ")
}
