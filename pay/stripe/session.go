// SPDX-License-Identifier: AGPL-3.0-or-later

package stripe

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"ecot/money"
	"ecot/pay"
)

// Start opens a Checkout session.
func (c *Client) Start(ctx context.Context, o pay.Order) (pay.Session, error) {
	if err := o.Check(c.now()); err != nil {
		return pay.Session{}, err
	}
	form, err := orderForm(o)
	if err != nil {
		return pay.Session{}, err
	}
	var s checkoutSession
	r := request{http.MethodPost, "/v1/checkout/sessions", form, o.Key}
	if err := c.call(ctx, r, &s); err != nil {
		return pay.Session{}, err
	}
	return readSession(s)
}

// orderForm writes an order in the parameters of a Checkout session. Adaptive pricing is off: the
// payer pays the currency and the amount that the fund books.
func orderForm(o pay.Order) (url.Values, error) {
	number, currency, err := toStripe(o.Amount)
	if err != nil {
		return nil, err
	}
	form := url.Values{
		"client_reference_id":                           {o.Reference},
		"metadata[reference]":                           {o.Reference},
		"success_url":                                   {o.Return},
		"cancel_url":                                    {o.Cancel},
		"locale":                                        {o.Lang},
		"adaptive_pricing[enabled]":                     {"false"},
		"line_items[0][quantity]":                       {"1"},
		"line_items[0][price_data][currency]":           {currency},
		"line_items[0][price_data][unit_amount]":        {strconv.FormatInt(number, 10)},
		"line_items[0][price_data][product_data][name]": {o.Purpose},
	}
	if o.Mail != "" {
		form.Set("customer_email", o.Mail)
	}
	if !o.Expires.IsZero() {
		form.Set("expires_at", strconv.FormatInt(o.Expires.Unix(), 10))
	}
	if o.Every == pay.Once {
		form.Set("mode", "payment")
		form.Set("submit_type", "donate")
		form.Set("payment_intent_data[metadata][reference]", o.Reference)
		return form, nil
	}
	form.Set("mode", "subscription")
	form.Set("subscription_data[metadata][reference]", o.Reference)
	form.Set("line_items[0][price_data][recurring][interval]", interval(o.Every))
	return form, nil
}

// Session reads a Checkout session again, with what was booked.
func (c *Client) Session(ctx context.Context, id string) (pay.Session, error) {
	if err := pay.CheckID(id); err != nil {
		return pay.Session{}, err
	}
	var answer checkoutSession
	r := request{method: http.MethodGet, path: "/v1/checkout/sessions/" + id,
		form: expand("payment_intent.latest_charge.balance_transaction")}
	if err := c.call(ctx, r, &answer); err != nil {
		return pay.Session{}, err
	}
	s, err := readSession(answer)
	if err != nil || s.Instalment == "" {
		return s, err
	}
	first, err := c.Instalment(ctx, s.Instalment)
	if err != nil || first.Payment == "" {
		return s, err
	}
	intent, err := c.intent(ctx, first.Payment)
	if err != nil {
		return pay.Session{}, err
	}
	s.Payment = first.Payment
	s.Booked, err = booked(intent)
	return s, err
}

// readSession reads what a Checkout session itself tells.
func readSession(a checkoutSession) (pay.Session, error) {
	s := pay.Session{
		ID: a.ID, URL: a.URL, Reference: a.Reference,
		Subscription: a.Subscription.ID, Instalment: a.Invoice.ID,
		Created: instant(a.Created), Expires: instant(a.ExpiresAt),
	}
	var err error
	if s.Status, err = sessionStatus(a); err != nil {
		return pay.Session{}, err
	}
	if s.Status != pay.SessionOpen {
		s.URL = ""
	}
	if s.Amount, err = sessionAmount(a, s.Status); err != nil {
		return pay.Session{}, err
	}
	if s.Status != pay.SessionOpen && s.Status != pay.SessionExpired {
		s.Payment = a.PaymentIntent.ID
		s.Booked, err = booked(a.PaymentIntent.Object)
	}
	return s, err
}

// sessionStatus reads the status of a session and of its payment. The payment of a complete session
// that is neither paid nor under way did not come.
func sessionStatus(a checkoutSession) (pay.SessionStatus, error) {
	switch {
	case a.Status == "open":
		return pay.SessionOpen, nil
	case a.Status == "expired":
		return pay.SessionExpired, nil
	case a.Status == "complete" && a.PaymentStatus == "paid":
		return pay.SessionPaid, nil
	case a.Status == "complete" && a.PaymentStatus == "unpaid":
		intent := a.PaymentIntent.Object
		if intent != nil && (intent.Status == "canceled" || intent.Status == "requires_payment_method") {
			return pay.SessionFailed, nil
		}
		return pay.SessionPending, nil
	}
	return "", errAnswer(fmt.Errorf("session %s: status %q, payment %q", a.ID, a.Status, a.PaymentStatus))
}

// sessionAmount reads the amount of a session. One that is open or expired may not tell it, and
// nothing hangs on it.
func sessionAmount(a checkoutSession, status pay.SessionStatus) (money.Amount, error) {
	if a.Amount != nil {
		return fromStripe(*a.Amount, a.Currency)
	}
	if status != pay.SessionOpen && status != pay.SessionExpired {
		return money.Amount{}, errAnswer(fmt.Errorf("session %s: no amount", a.ID))
	}
	return money.Amount{}, nil
}

// interval is Stripe's word for a period.
func interval(p pay.Period) string {
	if p == pay.Yearly {
		return "year"
	}
	return "month"
}

// expand asks for whole objects in place of their ids.
func expand(paths ...string) url.Values { return url.Values{"expand[]": paths} }
