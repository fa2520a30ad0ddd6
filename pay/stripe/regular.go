// SPDX-License-Identifier: AGPL-3.0-or-later

package stripe

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ecot/fault"
	"ecot/money"
	"ecot/pay"
)

// Subscription reads a subscription again.
func (c *Client) Subscription(ctx context.Context, id string) (pay.Subscription, error) {
	answer, err := c.subscription(ctx, id)
	if err != nil {
		return pay.Subscription{}, err
	}
	return readSubscription(answer)
}

// subscription reads a subscription as Stripe tells it.
func (c *Client) subscription(ctx context.Context, id string) (subscription, error) {
	var answer subscription
	if err := pay.CheckID(id); err != nil {
		return answer, err
	}
	err := c.call(ctx, request{method: http.MethodGet, path: "/v1/subscriptions/" + id}, &answer)
	return answer, err
}

// readSubscription reads a subscription that an order of ours made: it has one item, of one month
// or one year.
func readSubscription(a subscription) (pay.Subscription, error) {
	s := pay.Subscription{ID: a.ID, Reference: a.Metadata.Reference, Created: instant(a.Created)}
	if s.Status = subscriptionStatus(a); s.Status == "" {
		return pay.Subscription{}, errAnswer(fmt.Errorf("subscription %s: status %q", a.ID, a.Status))
	}
	if len(a.Items.Data) != 1 {
		return pay.Subscription{}, errAnswer(fmt.Errorf("subscription %s: %d items", a.ID, len(a.Items.Data)))
	}
	item := a.Items.Data[0]
	switch rhythm := item.Price.Recurring; {
	case rhythm.Interval == "month" && rhythm.Count == 1:
		s.Every = pay.Monthly
	case rhythm.Interval == "year" && rhythm.Count == 1:
		s.Every = pay.Yearly
	default:
		return pay.Subscription{}, errAnswer(fmt.Errorf("subscription %s: every %d %q",
			a.ID, rhythm.Count, rhythm.Interval))
	}
	if item.Price.UnitAmount == nil || item.Quantity != 1 {
		return pay.Subscription{}, errAnswer(fmt.Errorf("subscription %s: no single amount", a.ID))
	}
	var err error
	if s.Amount, err = fromStripe(*item.Price.UnitAmount, item.Price.Currency); err != nil {
		return pay.Subscription{}, err
	}
	if s.Status == pay.SubscriptionEnded {
		s.Ended = instant(a.EndedAt)
	} else {
		s.Next = instant(item.CurrentPeriodEnd)
	}
	return s, nil
}

// subscriptionStatus reads Stripe's status of a subscription; one that we do not know is empty.
func subscriptionStatus(a subscription) pay.SubscriptionStatus {
	paused := len(a.PauseCollection) > 0 && string(a.PauseCollection) != "null"
	switch a.Status {
	case "canceled", "incomplete_expired":
		return pay.SubscriptionEnded
	case "incomplete":
		return pay.SubscriptionWaiting
	case "paused":
		return pay.SubscriptionPaused
	case "active", "trialing", "past_due", "unpaid":
		switch {
		case paused:
			return pay.SubscriptionPaused
		case a.Status == "past_due", a.Status == "unpaid":
			return pay.SubscriptionLate
		}
		return pay.SubscriptionActive
	}
	return ""
}

// Revise stops, pauses, resumes or changes the amount of a subscription. The invoices of a pause are
// voided: nothing is taken for it later. Another amount holds from the next invoice on.
func (c *Client) Revise(ctx context.Context, o pay.Revision) (pay.Subscription, error) {
	if err := o.Check(); err != nil {
		return pay.Subscription{}, err
	}
	answer, err := c.subscription(ctx, o.Subscription)
	if err != nil {
		return pay.Subscription{}, err
	}
	now, err := readSubscription(answer)
	if err != nil {
		return pay.Subscription{}, err
	}
	if settled, err := alreadySo(now, o); settled || err != nil {
		return now, err
	}
	r := request{http.MethodPost, "/v1/subscriptions/" + o.Subscription, nil, o.Key}
	switch o.Act {
	case pay.Stop:
		r.method, r.key = http.MethodDelete, "" // deleting is idempotent by itself
	case pay.Pause:
		r.form = url.Values{"pause_collection[behavior]": {"void"}}
	case pay.Resume:
		r.form = url.Values{"pause_collection": {""}}
	case pay.Reprice:
		if r.form, err = repriceForm(answer.Items.Data[0], o.Amount); err != nil {
			return pay.Subscription{}, err
		}
	}
	var changed subscription
	if err := c.call(ctx, r, &changed); err != nil {
		return pay.Subscription{}, err
	}
	return readSubscription(changed)
}

// alreadySo says whether the subscription is already what o asks for, or why it cannot become so.
func alreadySo(now pay.Subscription, o pay.Revision) (bool, error) {
	ended := now.Status == pay.SubscriptionEnded
	switch {
	case o.Act == pay.Stop:
		return ended, nil
	case ended:
		return false, fault.New(fault.Conflict, "This regular payment has ended; start a new one.")
	case o.Act == pay.Pause:
		return now.Status == pay.SubscriptionPaused, nil
	case o.Act == pay.Resume:
		return now.Status != pay.SubscriptionPaused, nil
	case o.Amount.Unit != now.Amount.Unit:
		return false, fault.New(fault.Invalid, "This regular payment is made in %s.", now.Amount.Unit)
	}
	return o.Amount == now.Amount, nil
}

// repriceForm asks for another amount of the one item of a subscription, without settling the
// current month or year again.
func repriceForm(item subscriptionItem, a money.Amount) (url.Values, error) {
	number, currency, err := toStripe(a)
	if err != nil {
		return nil, err
	}
	return url.Values{
		"proration_behavior":                        {"none"},
		"items[0][id]":                              {item.ID},
		"items[0][price_data][currency]":            {currency},
		"items[0][price_data][product]":             {item.Price.Product.ID},
		"items[0][price_data][unit_amount]":         {strconv.FormatInt(number, 10)},
		"items[0][price_data][recurring][interval]": {item.Price.Recurring.Interval},
	}, nil
}

// Instalment reads an invoice again.
func (c *Client) Instalment(ctx context.Context, id string) (pay.Instalment, error) {
	if err := pay.CheckID(id); err != nil {
		return pay.Instalment{}, err
	}
	var answer invoice
	r := request{method: http.MethodGet, path: "/v1/invoices/" + id, form: expand("payments")}
	if err := c.call(ctx, r, &answer); err != nil {
		return pay.Instalment{}, err
	}
	return readInstalment(answer)
}

// Instalments lists the invoices of a subscription.
func (c *Client) Instalments(ctx context.Context, subscription string, since time.Time) (
	[]pay.Instalment, error) {
	if err := pay.CheckID(subscription); err != nil {
		return nil, err
	}
	form := expand("data.payments")
	form.Set("subscription", subscription)
	if !since.IsZero() {
		form.Set("created[gte]", strconv.FormatInt(since.Unix(), 10))
	}
	name := func(i invoice) string { return i.ID }
	answer, err := list(ctx, c, request{path: "/v1/invoices", form: form}, name)
	if err != nil {
		return nil, err
	}
	var all []pay.Instalment
	for _, a := range answer {
		i, err := readInstalment(a)
		if err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	return all, nil
}

// readInstalment reads an invoice with its payments.
func readInstalment(a invoice) (pay.Instalment, error) {
	i := pay.Instalment{ID: a.ID, Payment: a.payment(), Created: instant(a.Created)}
	i.Subscription, i.Reference = a.subscription()
	switch {
	case a.Status == "paid":
		i.Status = pay.InstalmentPaid
	case a.Status == "void":
		i.Status = pay.InstalmentVoid
	case a.Status == "uncollectible", a.Status == "open" && a.AttemptCount > 0:
		i.Status = pay.InstalmentFailed
	case a.Status == "open", a.Status == "draft":
		i.Status = pay.InstalmentOpen
	default:
		return pay.Instalment{}, errAnswer(fmt.Errorf("invoice %s: status %q", a.ID, a.Status))
	}
	if i.Status == pay.InstalmentFailed || i.Status == pay.InstalmentOpen {
		i.NextTry = instant(a.NextPaymentAttempt)
	}
	var err error
	i.Amount, err = fromStripe(a.Total, a.Currency)
	return i, err
}

// subscription gives the subscription of an invoice and our reference; both are empty for an
// invoice of something else.
func (a *invoice) subscription() (id, reference string) {
	if a.Parent == nil || a.Parent.Type != "subscription_details" || a.Parent.SubscriptionDetails == nil {
		return "", ""
	}
	details := a.Parent.SubscriptionDetails
	return details.Subscription.ID, details.Metadata.Reference
}

// payment gives the PaymentIntent that paid the invoice, or else the one that would.
func (a *invoice) payment() string {
	found := ""
	for _, p := range a.Payments.Data {
		id := p.Payment.PaymentIntent.ID
		switch {
		case p.Status == "paid" && id != "":
			return id
		case p.Default || found == "":
			found = id
		}
	}
	return found
}
