// SPDX-License-Identifier: AGPL-3.0-or-later

package cards

import (
	"context"
	"slices"

	"ecot/fault"
	"ecot/ledger"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
	"ecot/pay"
)

// Refund asks that money of a gift by card goes back to its giver.
type Refund struct {
	Key     string // of who asks, 1 to 100 bytes: asking again with it is asking once
	Index   int64  // of the gift
	Amount  int64  // minor units of the fund's unit
	Mandate string // by whom
}

// maxRefundKey bounds Refund.Key.
const maxRefundKey = 100

// RefundGift gives money of a gift by card back through the provider, and books it. The pots must hold what
// is to leave them. Once the wish is kept, a provider that does not answer is no error: Tick asks it again,
// under the same key.
func (c *Cards) RefundGift(ctx context.Context, r Refund) error {
	if r.Mandate == "" || r.Key == "" || len(r.Key) > maxRefundKey {
		return fault.New(fault.Invalid, "A refund is asked for by a mandate, under a key of 1 to %d bytes.",
			maxRefundKey)
	}
	if err := pay.CheckKey(r.Key); err != nil {
		return err
	}
	asked, found, err := c.office.CardRefund(ctx, r.Key)
	if err != nil {
		return err
	}
	if !found {
		if asked, err = c.prepareRefund(ctx, r); err != nil {
			return err
		}
		if err := c.office.Do(ctx, func(tx *office.Tx) error { return tx.AddCardRefund(ctx, asked) }); err != nil {
			return err
		}
	}
	payment, _, err := c.office.CardPaymentOf(ctx, r.Index)
	if err != nil {
		return err
	}
	if asked.Payment != payment.ID || asked.Provider != payment.Provider || asked.Amount != r.Amount {
		return fault.New(fault.Conflict, "This key was used for another refund; use a new one.")
	}
	if err := c.askRefund(ctx, asked); settledByPerson(err) {
		return err
	}
	return nil
}

// Refundable is what of a gift by card can still be given back.
type Refundable struct {
	Paid  money.Amount
	Left  money.Amount
	Asked []office.CardRefund // by the fund, the oldest first
}

// Refundable says what of a gift can still be given back, as the provider tells it now.
func (c *Cards) Refundable(ctx context.Context, index int64) (r Refundable, err error) {
	payment, found, err := c.office.CardPaymentOf(ctx, index)
	if err != nil {
		return r, err
	}
	if !found {
		return r, errNoGift(index)
	}
	till, err := c.provider(payment.Provider)
	if err != nil {
		return r, err
	}
	p, err := till.Payment(ctx, payment.ID)
	if err != nil {
		return r, err
	}
	r.Paid = p.Amount
	if r.Left, err = p.Amount.Sub(p.Refunded); err != nil {
		return r, err
	}
	r.Asked, err = c.office.CardRefunds(ctx, payment.Provider, payment.ID)
	return r, err
}

func errNoGift(index int64) error {
	return fault.New(fault.NotFound, "Entry %d is no gift by card.", index).In("cards.no-gift")
}

// prepareRefund checks a refund that is new against what the provider and the pots hold.
func (c *Cards) prepareRefund(ctx context.Context, r Refund) (office.CardRefund, error) {
	payment, found, err := c.office.CardPaymentOf(ctx, r.Index)
	if err != nil {
		return office.CardRefund{}, err
	}
	if !found {
		return office.CardRefund{}, errNoGift(r.Index)
	}
	till, err := c.provider(payment.Provider)
	if err != nil {
		return office.CardRefund{}, err
	}
	if err := pay.CheckAmount(c.amount(r.Amount)); err != nil {
		return office.CardRefund{}, err
	}
	p, err := till.Payment(ctx, payment.ID)
	if err != nil {
		return office.CardRefund{}, err
	}
	left, err := p.Amount.Sub(p.Refunded)
	if err != nil {
		return office.CardRefund{}, err
	}
	if left.Unit != c.app.Unit() || r.Amount > left.Minor {
		return office.CardRefund{}, fault.New(fault.Conflict, "Of this payment only %s is left to give back.",
			left).In("cards.too-much")
	}
	if err := c.checkPots(ctx, p, r); err != nil {
		return office.CardRefund{}, err
	}
	return office.CardRefund{ID: r.Key, Provider: payment.Provider, Payment: payment.ID, Amount: r.Amount,
		Mandate: r.Mandate, Since: c.now()}, nil
}

// checkPots refuses a refund that a pot cannot bear: the money would be gone, and the books could not say so.
func (c *Cards) checkPots(ctx context.Context, p pay.Payment, r Refund) error {
	view, err := c.app.Reading().View(ctx, r.Index)
	if err != nil {
		return err
	}
	gift, ok := view.Fact.(*giving.Given)
	if !ok {
		return errNoGift(r.Index)
	}
	next := p
	more := pay.Refund{ID: "next", Status: pay.RefundDone, Booked: pay.Booking{At: c.app.Now(),
		Gross: c.amount(-r.Amount), Fee: c.amount(0), Net: c.amount(-r.Amount)}}
	next.Refunds = append(slices.Clone(p.Refunds), more)
	steps, err := planOf(next, gift)
	if err != nil {
		return err
	}
	balances, err := c.app.Accounts(ctx, -1)
	if err != nil {
		return err
	}
	for _, share := range steps[len(steps)-1].back {
		place := ledger.Place{Account: ledger.Account("pot:" + share.Pot), Unit: c.app.Unit()}
		for _, account := range balances.Accounts {
			if account.Place == place && account.Balance < share.Amount {
				return fault.New(fault.Conflict, "The pot %s holds %s, less than would go back.", share.Pot,
					c.amount(account.Balance)).In("cards.pot-empty", "pot", share.Pot)
			}
		}
	}
	return nil
}

// askRefund asks the provider for a refund that is kept, and books what follows.
func (c *Cards) askRefund(ctx context.Context, asked office.CardRefund) error {
	till, err := c.provider(asked.Provider)
	if err != nil {
		return err
	}
	if asked.Refused != "" {
		return fault.New(fault.Conflict, "%s", asked.Refused)
	}
	if asked.Refund == "" {
		made, err := till.Refund(ctx, pay.RefundOrder{Payment: asked.Payment, Amount: c.amount(asked.Amount),
			Key: "refund/" + asked.ID})
		refused := ""
		if err != nil {
			if !settledByPerson(err) {
				return err
			}
			refused = fault.PublicOf(err)
		}
		kept := c.office.Do(ctx, func(tx *office.Tx) error {
			return tx.EndCardRefund(ctx, asked.ID, made.ID, refused)
		})
		if kept != nil || err != nil {
			return firstOf(kept, err)
		}
	}
	return c.lookPayment(ctx, till, asked.Payment)
}

// firstOf gives the first error that is one.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
