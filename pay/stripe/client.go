// SPDX-License-Identifier: AGPL-3.0-or-later

// Package stripe takes cards for the fund through Stripe Checkout.
//
// It is a thin client over net/http: form-encoded requests, JSON answers of which only the fields
// that we need are read, the API's version pinned (Version), an idempotency key on every POST. A
// payment is a PaymentIntent (pi_…), an instalment an invoice (in_…). Nothing is retried here:
// pay.RetryAfter tells the caller when to ask again, with the same key.
//
// The fund needs an account at Stripe with automatic payouts (the lines of a manual payout are not
// known), a secret or restricted key, and a webhook endpoint for the events that kindOf names.
//
// Its one invariant: an answer that does not say what we need, in a currency that we know, is an
// error and never a zero.
package stripe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ecot/clock"
	"ecot/fault"
	"ecot/pay"
)

// Version is the version of Stripe's API that the requests and answers of this package follow, as
// of 26 August 2026. Source: info.version of Stripe's OpenAPI description, as stripe-mock v0.203.0
// carries it. The versions are listed on docs.stripe.com/api/versioning; a newer one is a new
// stripe-mock in .ci/install, this constant, and the tests.
const Version = "2026-08-26.dahlia"

const (
	live        = "https://api.stripe.com"
	timeout     = 30 * time.Second // of one request, connecting and reading included
	maxAnswer   = 8 << 20          // bytes of one answer
	pageSize    = 100              // objects of one page of a list: the most that Stripe gives
	maxObjects  = 200_000          // objects of one whole list
	defaultWait = 2 * time.Second  // before asking again, when Stripe does not say
	maxWait     = time.Hour
)

// Config is what a client needs.
type Config struct {
	Key     pay.Secret  // sk_live_…, sk_test_…, or a restricted key rk_…
	Webhook pay.Secret  // whsec_…, of the endpoint that receives the events
	Base    string      // address of the API; empty for Stripe's own, else https or this machine
	Now     clock.Clock // to check orders with
}

// Client speaks to Stripe. It is safe for concurrent use.
type Client struct {
	key, webhook pay.Secret
	base         string
	live         bool
	now          clock.Clock
	http         *http.Client
}

// Client is a provider.
var _ pay.Provider = (*Client)(nil)

// New makes a client. A key or address of another form is fault.Invalid.
func New(c Config) (*Client, error) {
	key := c.Key.Reveal()
	secret := strings.HasPrefix(key, "sk_") || strings.HasPrefix(key, "rk_")
	switch {
	case !secret || !plain(key):
		return nil, fault.New(fault.Invalid,
			"The key file for Stripe does not hold a secret key, which begins with sk_ or rk_.")
	case !strings.HasPrefix(c.Webhook.Reveal(), "whsec_") || !plain(c.Webhook.Reveal()):
		return nil, fault.New(fault.Invalid,
			"The webhook key file for Stripe does not hold a signing secret, which begins with whsec_.")
	case c.Now == nil:
		return nil, fault.New(fault.Internal, "A client of Stripe needs a clock.")
	}
	base := live
	if c.Base != "" {
		u, err := url.Parse(c.Base)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Hostname() != "127.0.0.1" {
			return nil, fault.New(fault.Invalid, "The address of Stripe's API must begin with https://.")
		}
		base = strings.TrimSuffix(c.Base, "/")
	}
	return &Client{
		key: c.Key, webhook: c.Webhook, base: base, now: c.Now,
		live: strings.HasPrefix(key[2:], "_live_"),
		http: &http.Client{
			Timeout: timeout,
			// A redirect would carry the key elsewhere.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// Open makes a client of Stripe's own API with the keys in two files that their owner alone can
// read; see pay.ReadSecret.
func Open(keyFile, webhookFile string, now clock.Clock) (*Client, error) {
	key, err := pay.ReadSecret(keyFile)
	if err != nil {
		return nil, err
	}
	webhook, err := pay.ReadSecret(webhookFile)
	if err != nil {
		return nil, err
	}
	return New(Config{Key: key, Webhook: webhook, Now: now})
}

// About says that this is Stripe, and whether the key moves real money.
func (c *Client) About() pay.About { return pay.About{Name: "stripe", Live: c.live} }

// plain says whether s is letters, digits and underscores: it goes into a header.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '_'
	})
}

// request is one call of the API.
type request struct {
	method string
	path   string     // below the base, with the ids checked
	form   url.Values // query of a GET, body of the others
	key    string     // idempotency key of a POST
}

// call sends r and reads the answer into the value that into points to.
func (c *Client) call(ctx context.Context, r request, into any) error {
	req, err := c.build(ctx, r)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "A request to Stripe could not be made.")
	}
	answer, err := c.http.Do(req)
	if err != nil {
		return unreachable(ctx, err)
	}
	// The body is read to its end or given up: closing it tells nothing new.
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch {
	case err != nil:
		return unreachable(ctx, err)
	case len(body) > maxAnswer:
		return errAnswer(fmt.Errorf("%s has more than %d bytes", r.path, maxAnswer))
	case answer.StatusCode != http.StatusOK:
		return refused(answer, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return errAnswer(fmt.Errorf("%s: %w", r.path, err))
	}
	return nil
}

// build makes the HTTP request of r.
func (c *Client) build(ctx context.Context, r request) (*http.Request, error) {
	address, body := c.base+r.path, ""
	if r.method == http.MethodGet {
		address += "?" + r.form.Encode()
	} else {
		body = r.form.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, address, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.key.Reveal())
	req.Header.Set("Stripe-Version", Version)
	req.Header.Set("User-Agent", "ecot")
	if r.method != http.MethodGet {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if r.key != "" {
		req.Header.Set("Idempotency-Key", r.key)
	}
	return req, nil
}

// unreachable says that Stripe did not answer, or that the caller gave up.
func unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fault.Wrap(ctx.Err(), fault.Unavailable, "The request to the card payment service was given up.")
	}
	return pay.Down(defaultWait, err)
}

// errAnswer says that an answer of Stripe does not hold what it must.
func errAnswer(cause error) error {
	return fault.Wrap(cause, fault.Internal, "The answer of the card payment service could not be read.")
}

// refusal is Stripe's answer to a request that it refuses. Its message is left aside: it may name
// a person or a part of a key.
type refusal struct {
	Status  int    `json:"-"`
	Request string `json:"-"` // Stripe's name for the request, for its support
	Type    string `json:"type"`
	Code    string `json:"code"`
	Param   string `json:"param"`
}

// Error gives the codes of the refusal.
func (r *refusal) Error() string {
	return fmt.Sprintf("stripe: status %d type %q code %q param %q request %q",
		r.Status, r.Type, r.Code, r.Param, r.Request)
}

// refused turns an answer other than 200 into a fault.
func refused(answer *http.Response, body []byte) error {
	var envelope struct {
		Error refusal `json:"error"`
	}
	// A body that is not JSON, as of a proxy between us, leaves the codes empty.
	_ = json.Unmarshal(body, &envelope)
	r := &envelope.Error
	r.Status, r.Request = answer.StatusCode, answer.Header.Get("Request-Id")
	switch {
	case r.Status == http.StatusTooManyRequests, r.Status == http.StatusConflict, r.Status >= 500:
		if answer.Header.Get("Stripe-Should-Retry") == "false" {
			return fault.Wrap(r, fault.Unavailable, "The card payment service fails; nothing was changed here.")
		}
		return pay.Down(wait(answer.Header.Get("Retry-After")), r)
	case r.Type == "idempotency_error":
		return fault.Wrap(r, fault.Conflict, "This was already asked for, with other details.")
	case r.Status == http.StatusUnauthorized, r.Status == http.StatusForbidden:
		return fault.Wrap(r, fault.Unavailable,
			"The card payment service refuses the fund's key: the treasurer must check it.")
	case r.Status == http.StatusNotFound, r.Code == "resource_missing":
		return fault.Wrap(r, fault.NotFound, "The card payment service knows nothing of that name.")
	case r.Code == "amount_too_small":
		return fault.Wrap(r, fault.Invalid, "The amount is less than a card can pay.")
	case r.Code == "amount_too_large":
		return fault.Wrap(r, fault.Invalid, "The amount is more than a card can pay.")
	case r.Status == http.StatusPaymentRequired:
		return fault.Wrap(r, fault.Conflict, "The card was refused.")
	case r.Status >= 400:
		return fault.Wrap(r, fault.Invalid, "The card payment service refuses this request.")
	}
	return errAnswer(r)
}

// wait reads a Retry-After header in seconds.
func wait(header string) time.Duration {
	seconds, err := strconv.Atoi(header)
	if err != nil || seconds < 1 {
		return defaultWait
	}
	return min(time.Duration(seconds)*time.Second, maxWait)
}

// page is one page of a list.
type page[T any] struct {
	Data []T  `json:"data"`
	More bool `json:"has_more"`
}

// list reads all pages of a list, in Stripe's order: newest first. name gives the id of an object.
func list[T any](ctx context.Context, c *Client, r request, name func(T) string) ([]T, error) {
	r.method = http.MethodGet
	r.form.Set("limit", strconv.Itoa(pageSize))
	var all []T
	for {
		var p page[T]
		if err := c.call(ctx, r, &p); err != nil {
			return nil, err
		}
		all = append(all, p.Data...)
		switch {
		case !p.More:
			return all, nil
		case len(p.Data) == 0 || len(all) > maxObjects:
			return nil, errAnswer(errors.New(r.path + ": the list does not end"))
		}
		r.form.Set("starting_after", name(p.Data[len(p.Data)-1]))
	}
}
