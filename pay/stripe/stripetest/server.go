// SPDX-License-Identifier: AGPL-3.0-or-later

// Package stripetest is a small Stripe for tests, with a memory: what stripe-mock, which answers
// every request alike and sends nothing, cannot show.
//
// It is a translation, to HTTP and the shapes of Stripe's API (those of the fixtures of stripe-mock
// v0.203.0, cut down to the fields that pay/stripe reads), of what the stand-in provider does. It
// does not check parameters as Stripe does: stripe-mock is for that. Its one invariant: an
// idempotency key with the same parameters replays the same answer, with others it is an error.
package stripetest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"ecot/clock"
	"ecot/fault"
	"ecot/money"
	"ecot/pay"
	"ecot/pay/standin"
	"ecot/pay/stripe"
)

// The keys that the server takes and signs with.
const (
	Key     = "sk_test_stripetest"
	Webhook = "whsec_stripetest"
)

// Server is a Stripe with a memory. Play of its World pays, disputes and so on.
type Server struct {
	World   *standin.Provider
	Address string
	now     clock.Clock
	deliver func(context.Context, []byte, http.Header) error

	mu       sync.Mutex
	answered map[string]answer // by idempotency key
}

// answer is what a POST was answered with.
type answer struct {
	request string
	status  int
	body    any
}

// Start starts a server that ends with the test. Its events, signed, go to deliver, which may be nil.
func Start(tb testing.TB, now clock.Clock, c standin.Config,
	deliver func(context.Context, []byte, http.Header) error) *Server {
	tb.Helper()
	s := &Server{now: now, deliver: deliver, answered: map[string]answer{}}
	c.Now, c.Secret, c.Deliver = now, pay.NewSecret("internal"), nil
	if deliver != nil {
		c.Deliver = s.pass
	}
	world, err := standin.New(c)
	if err != nil {
		tb.Fatal(err)
	}
	s.World = world
	web := httptest.NewServer(http.HandlerFunc(s.serve))
	tb.Cleanup(web.Close)
	s.Address = web.URL
	return s
}

// Client makes a client of the server.
func (s *Server) Client(tb testing.TB) *stripe.Client {
	tb.Helper()
	c, err := stripe.New(stripe.Config{Key: pay.NewSecret(Key), Webhook: pay.NewSecret(Webhook),
		Base: s.Address, Now: s.now})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// serve answers a request.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	status, body := http.StatusBadRequest, failure("invalid_request_error", "parameter_invalid")
	switch {
	case r.Header.Get("Authorization") != "Bearer "+Key:
		status, body = http.StatusUnauthorized, failure("invalid_request_error", "")
	case r.Header.Get("Stripe-Version") != stripe.Version:
		body = failure("invalid_request_error", "version")
	case r.ParseForm() != nil:
	case r.Method == http.MethodPost && r.Header.Get("Idempotency-Key") == "":
		body = failure("invalid_request_error", "no_idempotency_key")
	case r.Method == http.MethodPost:
		status, body = s.replay(r)
	default:
		status, body = s.answer(r)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// A client that went away is its own business.
	_ = json.NewEncoder(w).Encode(body)
}

// replay answers a POST once for each idempotency key. Requests that come at once with one key are
// made one by the world, which knows the key as well.
func (s *Server) replay(r *http.Request) (int, any) {
	key, request := r.Header.Get("Idempotency-Key"), r.URL.Path+"?"+r.PostForm.Encode()
	s.mu.Lock()
	old, found := s.answered[key]
	s.mu.Unlock()
	switch {
	case found && old.request != request:
		return http.StatusBadRequest, failure("idempotency_error", "")
	case found:
		return old.status, old.body
	}
	status, body := s.answer(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answered[key] = answer{request, status, body}
	return status, body
}

// answer routes a request.
func (s *Server) answer(r *http.Request) (int, any) {
	var body any
	var err error
	id := r.URL.Path[len(parent(r.URL.Path)):]
	switch r.Method + " " + parent(r.URL.Path) {
	case "POST /v1/checkout/":
		body, err = s.start(r.Context(), r.PostForm, r.Header.Get("Idempotency-Key"))
	case "GET /v1/checkout/sessions/":
		body, err = s.session(r.Context(), id)
	case "GET /v1/payment_intents/":
		body, err = s.intent(r.Context(), id)
	case "GET /v1/invoices/":
		body, err = s.invoice(r.Context(), id)
	case "GET /v1/subscriptions/":
		body, err = read(s.World.Subscription, r.Context(), id, subscription)
	case "POST /v1/subscriptions/", "DELETE /v1/subscriptions/":
		body, err = s.revise(r, id)
	case "GET /v1/payouts/":
		body, err = read(s.World.Payout, r.Context(), id, payout)
	case "POST /v1/":
		body, err = s.refund(r.Context(), r.PostForm, r.Header.Get("Idempotency-Key"))
	case "GET /v1/":
		body, err = s.list(r.Context(), id, r.Form)
	default:
		err = fault.New(fault.NotFound, "There is no such address.")
	}
	switch {
	case err == nil:
		return http.StatusOK, body
	case fault.CodeOf(err) == fault.NotFound:
		return http.StatusNotFound, failure("invalid_request_error", "resource_missing")
	}
	return http.StatusBadRequest, failure("invalid_request_error", "")
}

// parent gives a path up to its last slash, that one included.
func parent(path string) string {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '/' {
			return path[:i+1]
		}
	}
	return "/"
}

// read asks the world for something and gives it in Stripe's shape.
func read[T any](ask func(context.Context, string) (T, error), ctx context.Context, id string,
	shape func(T) any) (any, error) {
	found, err := ask(ctx, id)
	if err != nil {
		return nil, err
	}
	return shape(found), nil
}

// start opens a session from the parameters of an order.
func (s *Server) start(ctx context.Context, form url.Values, key string) (any, error) {
	number, err := strconv.ParseInt(form.Get("line_items[0][price_data][unit_amount]"), 10, 64)
	if err != nil {
		return nil, err
	}
	o := pay.Order{
		Reference: form.Get("client_reference_id"), Every: pay.Once, Lang: form.Get("locale"), Key: key,
		Amount:  money.Amount{Minor: number, Unit: unit(form.Get("line_items[0][price_data][currency]"))},
		Purpose: form.Get("line_items[0][price_data][product_data][name]"),
		Return:  form.Get("success_url"), Cancel: form.Get("cancel_url"), Mail: form.Get("customer_email"),
	}
	switch form.Get("line_items[0][price_data][recurring][interval]") {
	case "month":
		o.Every = pay.Monthly
	case "year":
		o.Every = pay.Yearly
	}
	if expires := form.Get("expires_at"); expires != "" {
		seconds, err := strconv.ParseInt(expires, 10, 64)
		if err != nil {
			return nil, err
		}
		o.Expires = time.Unix(seconds, 0).UTC()
	}
	opened, err := s.World.Start(ctx, o)
	if err != nil {
		return nil, err
	}
	return s.session(ctx, opened.ID)
}

// refund makes a refund from its parameters.
func (s *Server) refund(ctx context.Context, form url.Values, key string) (any, error) {
	number, err := strconv.ParseInt(form.Get("amount"), 10, 64)
	if err != nil {
		return nil, err
	}
	paid, err := s.World.Payment(ctx, form.Get("payment_intent"))
	if err != nil {
		return nil, err
	}
	made, err := s.World.Refund(ctx, pay.RefundOrder{Payment: paid.ID, Key: key,
		Amount: money.Amount{Minor: number, Unit: paid.Amount.Unit}})
	if err != nil {
		return nil, err
	}
	return refund(made), nil
}

// revise changes a subscription from its parameters.
func (s *Server) revise(r *http.Request, id string) (any, error) {
	o := pay.Revision{Subscription: id, Act: pay.Resume, Key: r.Header.Get("Idempotency-Key")}
	switch number := r.PostForm.Get("items[0][price_data][unit_amount]"); {
	case r.Method == http.MethodDelete:
		o.Act, o.Key = pay.Stop, "delete"
	case r.PostForm.Get("pause_collection[behavior]") == "void":
		o.Act = pay.Pause
	case number != "":
		minor, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, err
		}
		o.Act = pay.Reprice
		o.Amount = money.Amount{Minor: minor, Unit: unit(r.PostForm.Get("items[0][price_data][currency]"))}
	case !r.PostForm.Has("pause_collection"):
		return nil, fault.New(fault.Invalid, "The revision asks for nothing.")
	}
	revised, err := s.World.Revise(r.Context(), o)
	if err != nil {
		return nil, err
	}
	return subscription(revised), nil
}
