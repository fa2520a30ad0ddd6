// SPDX-License-Identifier: AGPL-3.0-or-later

package stripe

import (
	"encoding/json"
	"net/http"
	"time"

	"ecot/fault"
	"ecot/pay"
)

// message is an event. Its object has the shape of the version that the endpoint was made with, so
// only what no version has changed is read: the id, the payment, the status.
type message struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Type    string `json:"type"`
	Created int64  `json:"created"`
	Data    struct {
		Object struct {
			ID            string               `json:"id"`
			Status        string               `json:"status"`
			PaymentIntent expandable[struct{}] `json:"payment_intent"`
		} `json:"object"`
	} `json:"data"`
}

// Event checks the Stripe-Signature header and says what an event is about. An event about a
// payment that has no PaymentIntent did not come from us: it is Other.
func (c *Client) Event(body []byte, header http.Header, now time.Time) (pay.Event, error) {
	if err := pay.CheckSignature(c.webhook, header.Get("Stripe-Signature"), body, now); err != nil {
		return pay.Event{}, err
	}
	return readEvent(body)
}

// readEvent reads the body of an event whose signature is good.
func readEvent(body []byte) (pay.Event, error) {
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		return pay.Event{}, fault.Wrap(err, fault.Invalid, "The message is not an event of Stripe.")
	}
	if m.Object != "event" || m.Type == "" || pay.CheckID(m.ID) != nil {
		return pay.Event{}, fault.New(fault.Invalid, "The message is not an event of Stripe.")
	}
	e := pay.Event{ID: m.ID, At: instant(m.Created)}
	object := m.Data.Object
	var ofPayment bool
	e.Kind, ofPayment = kindOf(m.Type, object.Status)
	switch {
	case e.Kind == pay.Other:
		return e, nil
	case ofPayment:
		e.Object = object.PaymentIntent.ID
	default:
		e.Object = object.ID
	}
	switch {
	case e.Object == "" && ofPayment:
		e.Kind = pay.Other
	case pay.CheckID(e.Object) != nil:
		return pay.Event{}, fault.New(fault.Invalid, "The event of Stripe does not say what it is about.")
	}
	return e, nil
}

// kindOf says what an event's type means, and whether it is about the payment of its object rather
// than the object. These are the types that the fund's webhook endpoint subscribes to.
func kindOf(eventType, status string) (kind pay.Kind, ofPayment bool) {
	switch eventType {
	case "checkout.session.completed", "checkout.session.async_payment_succeeded",
		"checkout.session.async_payment_failed":
		return pay.SessionDone, false
	case "checkout.session.expired":
		return pay.SessionGone, false
	case "invoice.paid":
		return pay.InstalmentTaken, false
	case "invoice.payment_failed":
		return pay.InstalmentRefused, false
	case "charge.refunded", "refund.created", "refund.updated", "refund.failed":
		return pay.Refunded, true
	case "charge.dispute.created":
		return pay.DisputeOpened, true
	case "charge.dispute.closed":
		if disputeStatus(status) == pay.DisputeLost {
			return pay.DisputeClosedLost, true
		}
		return pay.DisputeClosedWon, true
	case "charge.dispute.funds_withdrawn":
		return pay.FundsWithdrawn, true
	case "charge.dispute.funds_reinstated":
		return pay.FundsReinstated, true
	case "payout.paid":
		return pay.PayoutSent, false
	case "payout.failed", "payout.canceled":
		return pay.PayoutReturned, false
	case "customer.subscription.deleted":
		return pay.SubscriptionOver, false
	}
	return pay.Other, false
}
