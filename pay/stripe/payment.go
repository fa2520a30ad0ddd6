// SPDX-License-Identifier: AGPL-3.0-or-later

package stripe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"ecot/fault"
	"ecot/money"
	"ecot/pay"
)

// Payment reads a payment again: its PaymentIntent, its refunds, its disputes when there are any,
// and for a payment of a subscription, whose invoice does not bear our reference, that invoice.
func (c *Client) Payment(ctx context.Context, id string) (pay.Payment, error) {
	if err := pay.CheckID(id); err != nil {
		return pay.Payment{}, err
	}
	intent, err := c.intent(ctx, id)
	if err != nil {
		return pay.Payment{}, err
	}
	p, err := readPayment(intent)
	if err != nil {
		return pay.Payment{}, err
	}
	if p.Reference == "" {
		if err := c.findInstalment(ctx, &p); err != nil {
			return pay.Payment{}, err
		}
	}
	paid := intent.LatestCharge.Object
	if paid == nil {
		return p, nil
	}
	if p.Refunds, err = c.refunds(ctx, id); err != nil {
		return pay.Payment{}, err
	}
	if paid.Disputed {
		p.Disputes, err = c.disputes(ctx, id)
	}
	return p, err
}

// intent reads a PaymentIntent with its latest charge and what was booked.
func (c *Client) intent(ctx context.Context, id string) (*paymentIntent, error) {
	var intent paymentIntent
	r := request{method: http.MethodGet, path: "/v1/payment_intents/" + id,
		form: expand("latest_charge.balance_transaction")}
	if err := c.call(ctx, r, &intent); err != nil {
		return nil, err
	}
	return &intent, nil
}

// booked reads what was booked for a payment: nothing while it is not paid.
func booked(intent *paymentIntent) (pay.Booking, error) {
	if intent == nil || intent.LatestCharge.Object == nil {
		return pay.Booking{}, nil
	}
	return booking(intent.LatestCharge.Object.BalanceTransaction.Object)
}

// readPayment reads what a PaymentIntent itself tells.
func readPayment(intent *paymentIntent) (pay.Payment, error) {
	p := pay.Payment{ID: intent.ID, Reference: intent.Metadata.Reference, Created: instant(intent.Created)}
	refused := intent.LastPaymentError
	switch {
	case intent.Status == "succeeded":
		p.Status = pay.PaymentPaid
	case intent.Status == "canceled", intent.Status == "requires_payment_method" && refused != nil:
		p.Status = pay.PaymentFailed
	default:
		p.Status = pay.PaymentPending
	}
	if refused != nil && p.Status != pay.PaymentPaid {
		p.Refusal = refused.DeclineCode
		if p.Refusal == "" {
			p.Refusal = refused.Code
		}
	}
	var err error
	if p.Amount, err = fromStripe(intent.Amount, intent.Currency); err != nil {
		return pay.Payment{}, err
	}
	p.Refunded = money.Amount{Unit: p.Amount.Unit}
	if paid := intent.LatestCharge.Object; paid != nil && p.Status == pay.PaymentPaid {
		p.Created = instant(paid.Created)
		if p.Refunded, err = fromStripe(paid.AmountRefunded, intent.Currency); err != nil {
			return pay.Payment{}, err
		}
	}
	p.Booked, err = booked(intent)
	return p, err
}

// findInstalment looks for the invoice that a payment paid, and takes our reference from it. A
// payment without one did not come from an order of ours, and keeps no reference.
func (c *Client) findInstalment(ctx context.Context, p *pay.Payment) error {
	form := expand("data.invoice")
	form.Set("payment[type]", "payment_intent")
	form.Set("payment[payment_intent]", p.ID)
	name := func(i invoicePayment) string { return i.ID }
	found, err := list(ctx, c, request{path: "/v1/invoice_payments", form: form}, name)
	if err != nil {
		return err
	}
	for _, i := range found {
		if i.Invoice.Object == nil {
			continue
		}
		p.Instalment = i.Invoice.ID
		p.Subscription, p.Reference = i.Invoice.Object.subscription()
		return nil
	}
	return nil
}

// refunds reads the refunds of a payment, oldest first.
func (c *Client) refunds(ctx context.Context, payment string) ([]pay.Refund, error) {
	form := expand("data.balance_transaction", "data.failure_balance_transaction")
	form.Set("payment_intent", payment)
	name := func(r refund) string { return r.ID }
	answer, err := list(ctx, c, request{path: "/v1/refunds", form: form}, name)
	if err != nil {
		return nil, err
	}
	slices.Reverse(answer)
	var all []pay.Refund
	for _, a := range answer {
		r, err := readRefund(a, payment)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// readRefund reads a refund of a payment.
func readRefund(a refund, payment string) (pay.Refund, error) {
	r := pay.Refund{ID: a.ID, Payment: payment, Created: instant(a.Created)}
	switch a.Status {
	case "succeeded":
		r.Status = pay.RefundDone
	case "failed", "canceled":
		r.Status = pay.RefundFailed
	case "pending", "requires_action":
		r.Status = pay.RefundPending
	default:
		return pay.Refund{}, errAnswer(fmt.Errorf("refund %s: status %q", a.ID, a.Status))
	}
	var err error
	if r.Amount, err = fromStripe(a.Amount, a.Currency); err != nil {
		return pay.Refund{}, err
	}
	if r.Booked, err = booking(a.BalanceTransaction.Object); err != nil {
		return pay.Refund{}, err
	}
	r.Returned, err = booking(a.FailureTransaction.Object)
	return r, err
}

// Refund gives back some or all of a payment.
func (c *Client) Refund(ctx context.Context, o pay.RefundOrder) (pay.Refund, error) {
	if err := o.Check(); err != nil {
		return pay.Refund{}, err
	}
	intent, err := c.intent(ctx, o.Payment)
	if err != nil {
		return pay.Refund{}, err
	}
	number, currency, err := toStripe(o.Amount)
	if err != nil {
		return pay.Refund{}, err
	}
	if currency != intent.Currency {
		return pay.Refund{}, fault.New(fault.Invalid, "The payment was not made in %s.", o.Amount.Unit)
	}
	form := url.Values{
		"payment_intent": {o.Payment},
		"amount":         {strconv.FormatInt(number, 10)},
		"reason":         {"requested_by_customer"},
		"expand[]":       {"balance_transaction"},
	}
	var answer refund
	err = c.call(ctx, request{http.MethodPost, "/v1/refunds", form, o.Key}, &answer)
	if r := (*refusal)(nil); errors.As(err, &r) && fault.CodeOf(err) == fault.Invalid {
		return pay.Refund{}, fault.Wrap(err, fault.Conflict,
			"This payment cannot be refunded by that much: not enough of it is left, or it is disputed.")
	}
	if err != nil {
		return pay.Refund{}, err
	}
	return readRefund(answer, o.Payment)
}

// disputes reads the disputes of a payment, oldest first.
func (c *Client) disputes(ctx context.Context, payment string) ([]pay.Dispute, error) {
	name := func(d dispute) string { return d.ID }
	r := request{path: "/v1/disputes", form: url.Values{"payment_intent": {payment}}}
	answer, err := list(ctx, c, r, name)
	if err != nil {
		return nil, err
	}
	slices.Reverse(answer)
	var all []pay.Dispute
	for _, a := range answer {
		d, err := readDispute(a)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// readDispute reads a dispute with what it moved.
func readDispute(a dispute) (pay.Dispute, error) {
	d := pay.Dispute{ID: a.ID, Status: disputeStatus(a.Status), Reason: a.Reason,
		Due: instant(a.EvidenceDetails.DueBy), Created: instant(a.Created)}
	if d.Status == "" {
		return pay.Dispute{}, errAnswer(fmt.Errorf("dispute %s: status %q", a.ID, a.Status))
	}
	var err error
	if d.Amount, err = fromStripe(a.Amount, a.Currency); err != nil {
		return pay.Dispute{}, err
	}
	for i := range a.BalanceTransactions {
		move, err := booking(&a.BalanceTransactions[i])
		if err != nil {
			return pay.Dispute{}, err
		}
		d.Moves = append(d.Moves, move)
	}
	slices.SortStableFunc(d.Moves, func(a, b pay.Booking) int { return a.At.Compare(b.At) })
	return d, nil
}

// disputeStatus reads Stripe's status of a dispute; one that we do not know is empty.
func disputeStatus(s string) pay.DisputeStatus {
	switch s {
	case "warning_needs_response", "warning_under_review":
		return pay.DisputeInquiry
	case "needs_response", "under_review":
		return pay.DisputeOpen
	case "won", "warning_closed", "prevented":
		return pay.DisputeWon
	case "lost":
		return pay.DisputeLost
	}
	return ""
}
