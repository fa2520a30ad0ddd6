// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"context"
	"strings"

	"ecot/app"
	"ecot/app/bank"
	"ecot/app/people"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/pay/matching"
)

// Payouts are what the bank's lines are held against.
var _ bank.Outgoing = (*Payouts)(nil)

// memory is for how long an order may still be brought back, or be shown after it was dropped, in seconds.
const memory = 400 * 86_400

// Expected gives the orders that a line of the bank may show, or bring back.
func (p *Payouts) Expected(ctx context.Context) (expected []matching.Payment, err error) {
	for _, status := range []office.SentStatus{office.Ordered, office.Seeing, office.Seen, office.Returning,
		office.Dropped} {
		since := p.now() - memory
		if status == office.Ordered || status == office.Seeing {
			since = 0
		}
		orders, err := p.office.SentAs(ctx, status, since)
		if err != nil {
			return nil, err
		}
		for _, s := range orders {
			expected = append(expected, matching.Payment{ID: s.ID, EndToEnd: s.ID, Batch: s.File + "-1",
				Amount: s.Amount, Unit: p.app.Unit(), Name: s.Name, IBAN: s.IBAN, Sent: p.dayOf(s.Made)})
		}
	}
	return expected, nil
}

// order gives an order by its end-to-end identifier.
func (p *Payouts) order(ctx context.Context, id string) (office.Sent, error) {
	s, found, err := p.office.Sent(ctx, id)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "The fund sent no order %q.", id)
	}
	return s, err
}

// onceOf gives what the booking of a line takes: what the line says, and that the order is booked once.
func onceOf(l bank.Seen, scope string) []app.Once {
	all := []app.Once{{Scope: scope, Key: l.ID}}
	if l.Once != (app.Once{}) {
		all = append(all, l.Once)
	}
	return all
}

// Seen books that a line of the bank showed an order, and gives the entry. The same line may be told again;
// another line for the same order is refused.
func (p *Payouts) Seen(ctx context.Context, l bank.Seen) (int64, error) {
	s, err := p.order(ctx, l.ID)
	if err != nil || s.Line != "" && s.Line == l.Key {
		return s.Entry, err
	}
	command, err := p.payment(ctx, s, l)
	if err == nil {
		err = p.beginSeeing(ctx, s)
	}
	if err == nil {
		err = p.crash("seeing")
	}
	if err != nil {
		return 0, err
	}
	answer, err := p.app.Do(ctx, app.Request{Key: l.Key, Once: onceOf(l, "order-seen"), Command: command})
	if err == nil {
		err = p.crash("seen")
	}
	if err != nil {
		if refused(err) {
			err = firstError(p.endSeeing(ctx, s), err)
		}
		return 0, err
	}
	return answer.Index, p.office.Do(ctx, func(tx *office.Tx) error {
		s.SeenOn, s.Entry, s.Line = l.On.String(), answer.Index, l.Key
		return tx.NoteSeen(ctx, s)
	})
}

// firstError gives the first error that is one.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// payment gives the command that books an order as paid.
func (p *Payouts) payment(ctx context.Context, s office.Sent, l bank.Seen) (mechanism.Command, error) {
	if id, ok := strings.CutPrefix(s.What, "refund/"); ok {
		r, _, err := p.office.Refund(ctx, id)
		if err != nil {
			return nil, err
		}
		shares, err := readShares(r.Shares)
		return &giving.GiveBack{Refunded: giving.Refunded{Of: r.Gift, Unit: p.app.Unit(), Back: shares,
			Through: l.Asset, Reason: giving.GivenBack, On: l.On, Evidence: giving.Proved}}, err
	}
	e, _, err := p.office.Expense(ctx, strings.TrimPrefix(s.What, "expense/"))
	return &giving.Pay{Paid: giving.Paid{Of: e.Index, Through: l.Asset, On: l.On, Evidence: giving.Proved}}, err
}

// beginSeeing notes that the journal is about to be told. An order that was dropped lives again, unless
// another one took its place.
func (p *Payouts) beginSeeing(ctx context.Context, s office.Sent) error {
	return p.office.Do(ctx, func(tx *office.Tx) error {
		if s.Status == office.Dropped {
			taken, err := tx.TakeLive(ctx, s.What, s.ID, -1)
			if err != nil {
				return err
			}
			if !taken {
				return fault.New(fault.Conflict, "The order %s was dropped, and another one took its place: the bank "+
					"carried both out. Ask the payee for the money back.", s.ID).In("payouts.dropped-and-seen", "order",
					s.ID)
			}
		}
		_, err := tx.TurnSent(ctx, s.ID, s.Status, seeing(s.Status))
		return err
	})
}

// seeing gives the status of an order while the journal is told that it left: of one that was told before,
// the one that it has.
func seeing(from office.SentStatus) office.SentStatus {
	if from == office.Ordered || from == office.Dropped {
		return office.Seeing
	}
	return from
}

// endSeeing takes back what beginSeeing noted, when the journal refused.
func (p *Payouts) endSeeing(ctx context.Context, s office.Sent) error {
	if s.Status != office.Ordered && s.Status != office.Dropped {
		return nil
	}
	return p.office.Do(ctx, func(tx *office.Tx) error {
		_, err := tx.TurnSent(ctx, s.ID, office.Seeing, s.Status)
		if err == nil && s.Status == office.Dropped {
			err = tx.FreeLive(ctx, s.What, s.ID)
		}
		return err
	})
}

// Returned books that a line of the bank brought an order back, and gives the entry. What it paid is owed
// again, and its account is not paid to until another one is confirmed.
func (p *Payouts) Returned(ctx context.Context, l bank.Seen) (int64, error) {
	s, err := p.order(ctx, l.ID)
	if err != nil || s.BackLine != "" && s.BackLine == l.Key {
		return s.Back, err
	}
	if s.Status != office.Seen && s.Status != office.Returning && s.Status != office.SentBack {
		return 0, fault.New(fault.Conflict,
			"The order %s was not seen leaving the account yet; match that line first.",
			s.ID).In("payouts.not-seen", "order", s.ID)
	}
	if err := p.turn(ctx, s.ID, office.Seen, office.Returning); err != nil {
		return 0, err
	}
	if err := p.crash("returning"); err != nil {
		return 0, err
	}
	if l.Code = strings.ToLower(l.Code); !journal.IsToken(l.Code) {
		l.Code = "not-said"
	}
	answer, err := p.takeBack(ctx, s, l)
	if err == nil {
		err = p.crash("returned")
	}
	if err != nil {
		if refused(err) && s.Status == office.Seen {
			err = firstError(p.turn(ctx, s.ID, office.Returning, office.Seen), err)
		}
		return 0, err
	}
	return answer.Index, p.settleReturn(ctx, s, l, answer.Index)
}

// turn takes an order from one status to another; one that stands elsewhere stays there.
func (p *Payouts) turn(ctx context.Context, id string, from, to office.SentStatus) error {
	return p.office.Do(ctx, func(tx *office.Tx) error {
		_, err := tx.TurnSent(ctx, id, from, to)
		return err
	})
}

// takeBack tells the journal of a return: an expense is owed again, a refund is reversed.
func (p *Payouts) takeBack(ctx context.Context, s office.Sent, l bank.Seen) (app.Answer, error) {
	request := app.Request{Key: l.Key, Once: onceOf(l, "order-returned")}
	if id, ok := strings.CutPrefix(s.What, "refund/"); ok {
		r, _, err := p.office.Refund(ctx, id)
		if err != nil {
			return app.Answer{}, err
		}
		by := l.By
		if !journal.IsToken(by) {
			by = "bank"
		}
		request.Command = &giving.Reverse{Reversed: giving.Reversed{Of: s.Entry, By: by, On: l.On}, Origin: r.Gift}
		return p.app.Do(ctx, request)
	}
	e, _, err := p.office.Expense(ctx, strings.TrimPrefix(s.What, "expense/"))
	if err != nil {
		return app.Answer{}, err
	}
	request.Command = &giving.TakeBack{Returned: giving.Returned{Of: e.Index, Through: l.Asset, Code: l.Code,
		On:       l.On,
		Evidence: giving.Proved}}
	return p.app.Do(ctx, request)
}

// settleReturn brings the office up to a return that is in the journal.
func (p *Payouts) settleReturn(ctx context.Context, s office.Sent, l bank.Seen, index int64) error {
	if s.Status == office.SentBack {
		return nil
	}
	payee, _, err := p.office.Payee(ctx, s.Payee)
	if err != nil {
		return err
	}
	s.BackOn, s.Back, s.BackLine, s.Code = l.On.String(), index, l.Key, l.Code
	return p.office.Do(ctx, func(tx *office.Tx) error {
		if err := tx.NoteReturned(ctx, s); err != nil {
			return err
		}
		if err := tx.FreeLive(ctx, s.What, s.ID); err != nil {
			return err
		}
		if id, ok := strings.CutPrefix(s.What, "refund/"); ok {
			_, err := tx.StopRefund(ctx, office.Refund{ID: id, Stopped: p.now(), Reason: l.Code})
			return err
		}
		if err := tx.EndPayeeAccount(ctx, s.Payee, s.Account, p.now(), l.Code); err != nil {
			return err
		}
		return p.notify(ctx, tx, Notice{ID: "payment-returned/" + s.ID, Kind: "payment-returned",
			Handle: payee.Handle,
			Mail:   payee.Mail, Lang: payee.Lang, Data: map[string]string{"code": strings.ToUpper(l.Code),
				"iban": Hide(s.IBAN), "amount": p.amount(s.Amount)}})
	})
}

// Drop gives one of the two signatures under saying that the bank never carried an order out, so that what
// it pays may be sent again; done says whether it was the second.
func (p *Payouts) Drop(ctx context.Context, actor people.Actor, id string) (done bool, err error) {
	if err := people.Allowed(actor, people.Sign); err != nil {
		return false, err
	}
	s, err := p.order(ctx, id)
	if err != nil {
		return false, err
	}
	what := "order/" + id
	err = p.office.Do(ctx, func(tx *office.Tx) error {
		if still, err := tx.TurnSent(ctx, id, office.Ordered, office.Ordered); err != nil || !still {
			return firstError(err, fault.New(fault.Conflict,
				"The bank has shown this order, or it was dropped before.").
				In("payouts.not-waiting"))
		}
		have, err := p.office.Signatures(ctx, what)
		if err != nil {
			return err
		}
		for _, other := range have {
			if other.Member == actor.Member || other.Mandate == actor.Mandate {
				return errSigned()
			}
		}
		if err := tx.PutSignature(ctx, office.Signature{What: what, Mandate: actor.Mandate, Member: actor.Member,
			At: p.now()}); err != nil || len(have) == 0 {
			return err
		}
		done = true
		if _, err := tx.TurnSent(ctx, id, office.Ordered, office.Dropped); err != nil {
			return err
		}
		return tx.FreeLive(ctx, s.What, id)
	})
	return done, err
}
