// SPDX-License-Identifier: AGPL-3.0-or-later

package stripetest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ecot/fault"
	"ecot/money"
	"ecot/pay"
)

// shape is an object as Stripe writes it.
type shape map[string]any

func failure(kind, code string) any {
	return shape{"error": shape{"type": kind, "code": code, "message": "A message that names nobody."}}
}

func currency(u money.Unit) string { return strings.ToLower(string(u)) }

func unit(currency string) money.Unit { return money.Unit(strings.ToUpper(currency)) }

func seconds(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// session gives a Checkout session with its payment expanded.
func (s *Server) session(ctx context.Context, id string) (any, error) {
	read, err := s.World.Session(ctx, id)
	if err != nil {
		return nil, err
	}
	status, paid := "open", "unpaid"
	switch read.Status {
	case pay.SessionPaid:
		status, paid = "complete", "paid"
	case pay.SessionExpired:
		status = "expired"
	}
	made := shape{"id": id, "object": "checkout.session", "status": status, "payment_status": paid,
		"client_reference_id": read.Reference, "url": text(read.URL), "payment_intent": nil,
		"amount_total": read.Amount.Minor, "currency": currency(read.Amount.Unit),
		"subscription": text(read.Subscription), "invoice": text(read.Instalment),
		"created": seconds(read.Created), "expires_at": seconds(read.Expires)}
	if read.Payment != "" && read.Subscription == "" {
		made["payment_intent"], err = s.intent(ctx, read.Payment)
	}
	return made, err
}

// intent gives a PaymentIntent with its charge and booking expanded. That of a subscription does not
// bear our reference: only its invoice does.
func (s *Server) intent(ctx context.Context, id string) (any, error) {
	read, err := s.World.Payment(ctx, id)
	if err != nil {
		return nil, err
	}
	made := shape{"id": id, "object": "payment_intent", "amount": read.Amount.Minor,
		"currency": currency(read.Amount.Unit), "created": seconds(read.Created), "metadata": shape{}}
	if read.Subscription == "" {
		made["metadata"] = shape{"reference": read.Reference}
	}
	if read.Status == pay.PaymentFailed {
		made["status"], made["latest_charge"] = "requires_payment_method", nil
		made["last_payment_error"] = shape{"type": "card_error", "code": read.Refusal}
		return made, nil
	}
	made["status"] = "succeeded"
	made["latest_charge"] = shape{"id": "ch_" + id, "object": "charge", "status": "succeeded",
		"amount_refunded": read.Refunded.Minor, "disputed": len(read.Disputes) > 0,
		"payment_intent": id, "created": seconds(read.Created),
		"balance_transaction": transaction("charge", read.Booked, "ch_"+id)}
	return made, nil
}

// transaction gives a balance transaction, null for what is not booked.
func transaction(kind string, b pay.Booking, source any) any {
	if !b.Known() {
		return nil
	}
	return shape{"id": b.ID, "object": "balance_transaction", "type": kind, "amount": b.Gross.Minor,
		"fee": b.Fee.Minor, "net": b.Net.Minor, "currency": currency(b.Gross.Unit), "source": source,
		"created": seconds(b.At), "available_on": seconds(b.Available)}
}

func refund(r pay.Refund) any {
	status := "succeeded"
	if r.Status == pay.RefundFailed {
		status = "failed"
	}
	return shape{"id": r.ID, "object": "refund", "status": status, "amount": r.Amount.Minor,
		"currency": currency(r.Amount.Unit), "payment_intent": r.Payment, "created": seconds(r.Created),
		"balance_transaction":         transaction("refund", r.Booked, r.ID),
		"failure_balance_transaction": transaction("refund_failure", r.Returned, r.ID)}
}

func dispute(d pay.Dispute, payment string) any {
	status := map[pay.DisputeStatus]string{pay.DisputeOpen: "needs_response", pay.DisputeWon: "won",
		pay.DisputeLost: "lost"}[d.Status]
	moves := []any{}
	for _, move := range d.Moves {
		moves = append(moves, transaction("adjustment", move, d.ID))
	}
	return shape{"id": d.ID, "object": "dispute", "status": status, "amount": d.Amount.Minor,
		"currency": currency(d.Amount.Unit), "reason": d.Reason, "payment_intent": payment,
		"evidence_details": shape{"due_by": seconds(d.Due)}, "balance_transactions": moves,
		"created": seconds(d.Created)}
}

func subscription(s pay.Subscription) any {
	status, interval := "active", "month"
	var pause any
	switch s.Status {
	case pay.SubscriptionPaused:
		pause = shape{"behavior": "void", "resumes_at": nil}
	case pay.SubscriptionLate:
		status = "past_due"
	case pay.SubscriptionEnded:
		status = "canceled"
	}
	if s.Every == pay.Yearly {
		interval = "year"
	}
	return shape{"id": s.ID, "object": "subscription", "status": status, "pause_collection": pause,
		"metadata": shape{"reference": s.Reference}, "created": seconds(s.Created),
		"ended_at": seconds(s.Ended), "items": page(shape{
			"id": "si_" + s.ID, "quantity": 1, "current_period_end": seconds(s.Next),
			"price": shape{"product": "prod_" + s.ID, "unit_amount": s.Amount.Minor,
				"currency":  currency(s.Amount.Unit),
				"recurring": shape{"interval": interval, "interval_count": 1}}})}
}

// invoice gives the invoice of an instalment with its payments expanded.
func (s *Server) invoice(ctx context.Context, id string) (any, error) {
	read, err := s.World.Instalment(ctx, id)
	if err != nil {
		return nil, err
	}
	status, attempts, tried := "paid", 1, "paid"
	switch read.Status {
	case pay.InstalmentFailed:
		status, tried = "open", "open"
	case pay.InstalmentVoid:
		status, attempts = "void", 0
	}
	payments := page()
	if read.Payment != "" {
		payments = page(shape{"id": "inpay_" + id, "object": "invoice_payment", "status": tried,
			"is_default": true, "payment": shape{"type": "payment_intent", "payment_intent": read.Payment}})
	}
	return shape{"id": id, "object": "invoice", "status": status, "total": read.Amount.Minor,
		"currency": currency(read.Amount.Unit), "attempt_count": attempts,
		"next_payment_attempt": seconds(read.NextTry), "created": seconds(read.Created),
		"payments": payments, "parent": shape{"type": "subscription_details", "subscription_details": shape{
			"subscription": read.Subscription, "metadata": shape{"reference": read.Reference}}}}, nil
}

func payout(p pay.Payout) any {
	return shape{"id": p.ID, "object": "payout", "status": string(p.Status), "amount": p.Amount.Minor,
		"currency": currency(p.Amount.Unit), "reconciliation_status": "completed",
		"trace_id": shape{"status": "supported", "value": p.Trace}, "created": seconds(p.Created),
		"arrival_date": seconds(p.Arrives)}
}

func page(data ...any) shape {
	return shape{"object": "list", "data": append([]any{}, data...), "has_more": false}
}

// list gives a list by its name, newest first, in pages that begin behind starting_after.
func (s *Server) list(ctx context.Context, name string, form url.Values) (any, error) {
	all, err := s.listed(ctx, name, form)
	if err != nil {
		return nil, err
	}
	if after := form.Get("starting_after"); after != "" {
		i := slices.IndexFunc(all, func(o any) bool { return o.(shape)["id"] == after })
		if i < 0 {
			return nil, fault.New(fault.NotFound, "The list has no such object.")
		}
		all = all[i+1:]
	}
	limit, err := strconv.Atoi(form.Get("limit"))
	if err != nil {
		return nil, err
	}
	short := page(all[:min(limit, len(all))]...)
	short["has_more"] = len(all) > limit
	return short, nil
}

// listed gives a whole list by its name, newest first.
func (s *Server) listed(ctx context.Context, name string, form url.Values) ([]any, error) {
	var all []any
	switch name {
	case "payouts":
		var since time.Time
		if from, err := strconv.ParseInt(form.Get("created[gte]"), 10, 64); err == nil {
			since = time.Unix(from, 0)
		}
		made, err := s.World.Payouts(ctx, since)
		for _, p := range made {
			all = append(all, payout(p))
		}
		return all, err
	case "invoices":
		return s.invoices(ctx, form)
	case "balance_transactions":
		return s.lines(ctx, form.Get("payout"))
	}
	payment := form.Get("payment_intent")
	if name == "invoice_payments" {
		payment = form.Get("payment[payment_intent]")
	}
	paid, err := s.World.Payment(ctx, payment)
	if err != nil {
		return nil, err
	}
	switch name {
	case "refunds":
		for _, r := range paid.Refunds {
			all = append(all, refund(r))
		}
	case "disputes":
		for _, d := range paid.Disputes {
			all = append(all, dispute(d, payment))
		}
	case "invoice_payments":
		if paid.Instalment != "" {
			made, err := s.invoice(ctx, paid.Instalment)
			return []any{shape{"id": "inpay_" + paid.Instalment, "invoice": made}}, err
		}
	default:
		return nil, fault.New(fault.NotFound, "There is no such list.")
	}
	slices.Reverse(all)
	return all, nil
}

// invoices gives the invoices of a subscription, newest first.
func (s *Server) invoices(ctx context.Context, form url.Values) (all []any, err error) {
	var since time.Time
	if from, err := strconv.ParseInt(form.Get("created[gte]"), 10, 64); err == nil {
		since = time.Unix(from, 0)
	}
	made, err := s.World.Instalments(ctx, form.Get("subscription"), since)
	if err != nil {
		return nil, err
	}
	for _, i := range made {
		one, err := s.invoice(ctx, i.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// lines gives the balance transactions of a payout, newest first: its own, then what it carries.
func (s *Server) lines(ctx context.Context, id string) ([]any, error) {
	read, err := s.World.Payout(ctx, id)
	if err != nil {
		return nil, err
	}
	out := pay.Booking{ID: "txn_" + id, At: read.Created, Available: read.Created}
	out.Gross.Minor, out.Gross.Unit = -read.Amount.Minor, read.Amount.Unit
	out.Net = out.Gross
	all := []any{transaction("payout", out, shape{"id": id, "object": "payout"})}
	for _, line := range slices.Backward(read.Lines) {
		kind, object := "charge", "charge"
		switch line.Kind {
		case pay.LineRefund:
			kind, object = "refund", "refund"
		case pay.LineDispute:
			kind, object = "adjustment", "dispute"
		}
		source := shape{"id": line.Object, "object": object, "payment_intent": line.Payment}
		all = append(all, transaction(kind, line.Booked, source))
	}
	return all, nil
}

// pass turns a message of the world into an event of Stripe, signs it and delivers it.
func (s *Server) pass(ctx context.Context, body []byte, header http.Header) error {
	told, err := s.World.Event(body, header, s.now())
	if err != nil {
		return err
	}
	kind, status := "", ""
	object := shape{"id": told.Object}
	switch told.Kind {
	case pay.SessionDone:
		kind = "checkout.session.completed"
	case pay.SessionGone:
		kind = "checkout.session.expired"
	case pay.InstalmentTaken:
		kind = "invoice.paid"
	case pay.InstalmentRefused:
		kind = "invoice.payment_failed"
	case pay.PayoutSent:
		kind = "payout.paid"
	case pay.SubscriptionOver:
		kind = "customer.subscription.deleted"
	case pay.Refunded:
		kind = "charge.refunded"
	case pay.DisputeOpened:
		kind, status = "charge.dispute.created", "needs_response"
	case pay.DisputeClosedWon:
		kind, status = "charge.dispute.closed", "won"
	case pay.DisputeClosedLost:
		kind, status = "charge.dispute.closed", "lost"
	case pay.FundsWithdrawn:
		kind, status = "charge.dispute.funds_withdrawn", "needs_response"
	case pay.FundsReinstated:
		kind, status = "charge.dispute.funds_reinstated", "won"
	}
	if strings.HasPrefix(kind, "charge.") {
		object = shape{"id": "ch_" + told.Object, "payment_intent": told.Object, "status": status}
	}
	event, err := json.Marshal(shape{"id": "evt_" + told.ID, "object": "event", "type": kind,
		"created": told.At.Unix(), "livemode": false, "data": shape{"object": object}})
	if err != nil {
		return err
	}
	signed := http.Header{}
	signed.Set("Stripe-Signature", pay.Sign(pay.NewSecret(Webhook), event, s.now()))
	return s.deliver(ctx, event, signed)
}
