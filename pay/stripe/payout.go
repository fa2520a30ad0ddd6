// SPDX-License-Identifier: AGPL-3.0-or-later

package stripe

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"ecot/pay"
)

// Payouts lists the payouts made since an instant, newest first.
func (c *Client) Payouts(ctx context.Context, since time.Time) ([]pay.Payout, error) {
	form := url.Values{}
	if !since.IsZero() {
		form.Set("created[gte]", strconv.FormatInt(since.Unix(), 10))
	}
	name := func(p payout) string { return p.ID }
	answer, err := list(ctx, c, request{path: "/v1/payouts", form: form}, name)
	if err != nil {
		return nil, err
	}
	var all []pay.Payout
	for _, a := range answer {
		p, err := readPayout(a)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// Payout reads a payout with its lines. Stripe knows the lines of automatic payouts alone; the
// others are never Complete.
func (c *Client) Payout(ctx context.Context, id string) (pay.Payout, error) {
	if err := pay.CheckID(id); err != nil {
		return pay.Payout{}, err
	}
	var answer payout
	if err := c.call(ctx, request{method: http.MethodGet, path: "/v1/payouts/" + id}, &answer); err != nil {
		return pay.Payout{}, err
	}
	p, err := readPayout(answer)
	if err != nil {
		return pay.Payout{}, err
	}
	p.Complete = answer.Reconciliation == "completed"
	form := expand("data.source")
	form.Set("payout", id)
	name := func(t balanceTransaction) string { return t.ID }
	moves, err := list(ctx, c, request{path: "/v1/balance_transactions", form: form}, name)
	if err != nil {
		return pay.Payout{}, err
	}
	slices.Reverse(moves)
	for _, move := range moves {
		if move.Type == "payout" && move.Source.ID == id {
			continue // the payout itself, leaving the balance
		}
		line, err := readLine(move)
		if err != nil {
			return pay.Payout{}, err
		}
		p.Lines = append(p.Lines, line)
	}
	return p, nil
}

// readPayout reads a payout without its lines.
func readPayout(a payout) (pay.Payout, error) {
	p := pay.Payout{ID: a.ID, Created: instant(a.Created), Arrives: instant(a.Arrival)}
	switch a.Status {
	case "paid":
		p.Status = pay.PayoutPaid
	case "pending", "in_transit":
		p.Status = pay.PayoutPending
	case "failed", "canceled":
		p.Status = pay.PayoutFailed
	default:
		return pay.Payout{}, errAnswer(fmt.Errorf("payout %s: status %q", a.ID, a.Status))
	}
	if a.Trace != nil {
		p.Trace = a.Trace.Value
	}
	var err error
	p.Amount, err = fromStripe(a.Amount, a.Currency)
	return p, err
}

// readLine reads a balance transaction of a payout.
func readLine(t balanceTransaction) (pay.Line, error) {
	b, err := booking(&t)
	if err != nil {
		return pay.Line{}, err
	}
	line := pay.Line{ID: t.ID, Booked: b, Object: t.Source.ID, Text: t.Type}
	from := ""
	if t.Source.Object != nil {
		from = t.Source.Object.Object
		line.Payment = t.Source.Object.PaymentIntent.ID
	}
	line.Kind = lineKind(t.Type, from)
	return line, nil
}

// lineKind says what a balance transaction of a type is about, from being the kind of object that
// it came from. A dispute is an adjustment.
func lineKind(transaction, from string) pay.LineKind {
	switch transaction {
	case "charge", "payment":
		return pay.LinePayment
	case "refund", "payment_refund", "refund_failure":
		return pay.LineRefund
	case "stripe_fee", "stripe_fx_fee", "tax_fee":
		return pay.LineFee
	case "adjustment":
		if from == "dispute" {
			return pay.LineDispute
		}
	}
	return pay.LineOther
}
