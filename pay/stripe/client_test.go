// SPDX-License-Identifier: AGPL-3.0-or-later

package stripe_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ecot/clock"
	"ecot/fault"
	"ecot/money"
	"ecot/pay"
	"ecot/pay/paytest"
	"ecot/pay/stripe"
	"ecot/pay/stripe/stripetest"
)

// answering gives a client of a server that always answers the same.
func answering(t *testing.T, status int, header http.Header, body string) *stripe.Client {
	t.Helper()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(web.Close)
	return client(t, web.URL, "sk_test_123")
}

func TestFailures(t *testing.T) {
	failure := func(kind, code string) string {
		return fmt.Sprintf(`{"error":{"type":%q,"code":%q,"message":"Léa Martin, sk_test_123"}}`, kind, code)
	}
	for _, c := range []struct {
		name   string
		status int
		header http.Header
		body   string
		want   fault.Code
		after  time.Duration // 0 when trying again does not help
	}{
		{"broken", 500, nil, "", fault.Unavailable, 2 * time.Second},
		{"a proxy's page", 502, nil, "<html>", fault.Unavailable, 2 * time.Second},
		{"resting", 503, http.Header{"Retry-After": {"30"}}, "", fault.Unavailable, 30 * time.Second},
		{"resting for ever", 503, http.Header{"Retry-After": {"99999999"}}, "", fault.Unavailable, time.Hour},
		{"too many", 429, nil, failure("rate_limit_error", ""), fault.Unavailable, 2 * time.Second},
		{"the same key at once", 409, nil, failure("idempotency_error", "idempotency_key_in_use"), fault.Unavailable, 2 * time.Second},
		{"broken for good", 500, http.Header{"Stripe-Should-Retry": {"false"}}, "", fault.Unavailable, 0},
		{"a bad key", 401, nil, failure("invalid_request_error", ""), fault.Unavailable, 0},
		{"a key of few rights", 403, nil, failure("invalid_request_error", ""), fault.Unavailable, 0},
		{"another request", 400, nil, failure("idempotency_error", ""), fault.Conflict, 0},
		{"too small", 400, nil, failure("invalid_request_error", "amount_too_small"), fault.Invalid, 0},
		{"too large", 400, nil, failure("invalid_request_error", "amount_too_large"), fault.Invalid, 0},
		{"wrong", 400, nil, failure("invalid_request_error", "parameter_unknown"), fault.Invalid, 0},
		{"unknown", 404, nil, failure("invalid_request_error", "resource_missing"), fault.NotFound, 0},
		{"elsewhere", 302, http.Header{"Location": {"https://elsewhere.example/"}}, "", fault.Internal, 0},
		{"no JSON", 200, nil, "hello", fault.Internal, 0},
		{"another shape", 200, nil, `{"id":"cs_1","status":"melted"}`, fault.Internal, 0},
		{"endless", 200, nil, strings.Repeat(" ", 9<<20), fault.Internal, 0},
	} {
		_, err := answering(t, c.status, c.header, c.body).Start(t.Context(), paytest.Order("k", 1200, pay.Once))
		after, _ := pay.RetryAfter(err)
		if err == nil || fault.CodeOf(err) != c.want || after != c.after {
			t.Errorf("%s: %v (%s, again after %v), want %s, %v", c.name, err, fault.CodeOf(err), after, c.want, c.after)
			continue
		}
		if text := err.Error() + fault.PublicOf(err); strings.Contains(text, "Léa") || strings.Contains(text, "sk_test") {
			t.Errorf("%s: the error tells %s", c.name, text)
		}
	}
}

// TestAway shows what a machine that is not there gives, and that a caller can give up.
func TestAway(t *testing.T) {
	web := httptest.NewServer(http.NotFoundHandler())
	web.Close()
	_, err := client(t, web.URL, "sk_test_123").Session(t.Context(), "cs_1")
	if _, again := pay.RetryAfter(err); !again || fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("away: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client(t, web.URL, "sk_test_123").Session(gone, "cs_1")
	if _, again := pay.RetryAfter(err); again || fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("given up: %v", err)
	}
}

// TestRedirectKeepsTheKey shows that the key follows no redirect.
func TestRedirectKeepsTheKey(t *testing.T) {
	var visits atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	defer elsewhere.Close()
	header := http.Header{"Location": {elsewhere.URL}}
	if _, err := answering(t, 307, header, "").Session(t.Context(), "cs_1"); err == nil {
		t.Error("a redirect is taken for an answer")
	}
	if visits.Load() != 0 {
		t.Error("the client followed the redirect")
	}
}

// TestRequests looks at what every request carries.
func TestRequests(t *testing.T) {
	var seen *http.Request
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		seen = r
		_, _ = io.WriteString(w, `{"id":"cs_1","status":"open","payment_status":"unpaid"}`)
	}))
	defer web.Close()
	o := paytest.Order("the-key", 1200, pay.Yearly)
	if _, err := client(t, web.URL, "sk_test_123").Start(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"Authorization": "Bearer sk_test_123", "Stripe-Version": stripe.Version,
		"Idempotency-Key": "the-key", "Content-Type": "application/x-www-form-urlencoded"} {
		if got := seen.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{
		"mode": "subscription", "locale": "fr", "client_reference_id": "gift/the-key",
		"adaptive_pricing[enabled]": "false", "line_items[0][price_data][currency]": "eur",
		"line_items[0][price_data][unit_amount]":         "1200",
		"line_items[0][price_data][recurring][interval]": "year",
		"line_items[0][price_data][product_data][name]":  "Don à Lanterne",
		"subscription_data[metadata][reference]":         "gift/the-key",
	} {
		if got := seen.PostForm.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestCurrencies asks in currencies that Stripe writes in its own way, and reads the answer back.
func TestCurrencies(t *testing.T) {
	for _, c := range []struct {
		amount money.Amount
		want   string // Stripe's number; empty when it cannot be asked
	}{
		{money.Amount{Minor: 1200, Unit: "EUR"}, "1200"},
		{money.Amount{Minor: 500, Unit: "JPY"}, "500"},
		{money.Amount{Minor: 500, Unit: "XOF"}, "500"},
		{money.Amount{Minor: 5, Unit: "ISK"}, "500"},
		{money.Amount{Minor: 50_000, Unit: "MGA"}, "500"},
		{money.Amount{Minor: 50_001, Unit: "MGA"}, ""},
		{money.Amount{Minor: 5_120, Unit: "KWD"}, "5120"},
		{money.Amount{Minor: 5_124, Unit: "KWD"}, ""},
		{money.Amount{Minor: 1234, Unit: "HUF"}, "1234"},
		{money.Amount{Minor: 500, Unit: "UGX"}, ""},
		{money.Amount{Minor: 500, Unit: "UYW"}, ""},
		{money.Amount{Minor: 90, Unit: money.Hours}, ""},
		{money.Amount{Minor: 1200, Unit: "eur"}, ""},
		{money.Amount{Minor: money.Max, Unit: "ISK"}, "100000000000000000"},
	} {
		asked := ""
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked = r.PostFormValue("line_items[0][price_data][unit_amount]")
			_, _ = fmt.Fprintf(w, `{"id":"cs_1","status":"open","amount_total":%s,"currency":%q}`, asked,
				r.PostFormValue("line_items[0][price_data][currency]"))
		}))
		o := paytest.Order("k", 0, pay.Once)
		o.Amount = c.amount
		s, err := client(t, web.URL, "sk_test_123").Start(t.Context(), o)
		web.Close()
		if c.want == "" {
			if fault.CodeOf(err) != fault.Invalid || err == nil || asked != "" {
				t.Errorf("%v %s: %v, asked %q, want it refused", c.amount, c.amount.Unit, err, asked)
			}
			continue
		}
		if c.amount.Minor == money.Max { // beyond what can be read back
			if asked != c.want {
				t.Errorf("asked %q, want %q", asked, c.want)
			}
			continue
		}
		if err != nil || asked != c.want || s.Amount != c.amount {
			t.Errorf("%v %s: asked %q, read %v, %v, want %q", c.amount, c.amount.Unit, asked, s.Amount, err, c.want)
		}
	}
}

// TestUnreadableAmounts answers with amounts that cannot be: they are errors, never zeros.
func TestUnreadableAmounts(t *testing.T) {
	for _, answer := range []string{
		`{"id":"cs_1","status":"complete","payment_status":"paid"}`,
		`{"id":"cs_1","status":"complete","payment_status":"paid","amount_total":1200,"currency":"zzz"}`,
		`{"id":"cs_1","status":"complete","payment_status":"paid","amount_total":1200,"currency":""}`,
		`{"id":"cs_1","status":"complete","payment_status":"paid","amount_total":1250,"currency":"isk"}`,
		`{"id":"cs_1","status":"complete","payment_status":"paid","amount_total":12.5,"currency":"eur"}`,
		`{"id":"cs_1","status":"complete","payment_status":"paid","amount_total":99999999999999999,"currency":"eur"}`,
		`{"id":"cs_1","status":"complete","payment_status":"later","amount_total":1200,"currency":"eur"}`,
	} {
		s, err := answering(t, 200, nil, answer).Session(t.Context(), "cs_1")
		if err == nil || fault.CodeOf(err) != fault.Internal {
			t.Errorf("%s: %+v, %v, want an error", answer, s, err)
		}
	}
}

// TestPending reads a bank debit that is under way, and one that did not come.
func TestPending(t *testing.T) {
	for status, want := range map[string]pay.SessionStatus{
		"processing": pay.SessionPending, "requires_payment_method": pay.SessionFailed, "canceled": pay.SessionFailed,
	} {
		answer := fmt.Sprintf(`{"id":"cs_1","status":"complete","payment_status":"unpaid","amount_total":1200,`+
			`"currency":"eur","payment_intent":{"id":"pi_1","status":%q,"latest_charge":null}}`, status)
		s, err := answering(t, 200, nil, answer).Session(t.Context(), "cs_1")
		if err != nil || s.Status != want || s.Payment != "pi_1" || s.Booked.Known() {
			t.Errorf("%s: %+v, %v, want %s", status, s, err, want)
		}
	}
}

// TestLongPayout reads a payout of more lines than one page of Stripe's has.
func TestLongPayout(t *testing.T) {
	server := stripetest.Start(t, clock.Fixed(noon()), world(), nil)
	for i := range 250 {
		s, err := server.World.Start(t.Context(), paytest.Order(fmt.Sprintf("k%d", i), int64(1000+i), pay.Once))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := server.World.Play(t.Context(), "pay", s.ID); err != nil {
			t.Fatal(err)
		}
	}
	id, err := server.World.Play(t.Context(), "pay-out", "")
	if err != nil {
		t.Fatal(err)
	}
	out, err := server.Client(t).Payout(t.Context(), id)
	if err != nil || len(out.Lines) != 250 || out.Lines[0].Booked.Gross != paytest.Euros(1000) {
		t.Fatalf("%d lines, %v, want 250, oldest first", len(out.Lines), err)
	}
	if rest, err := out.Rest(); err != nil || rest.Minor != 0 {
		t.Errorf("unexplained: %v, %v", rest, err)
	}
}

// TestEndlessList answers every page with the promise of another one that is empty.
func TestEndlessList(t *testing.T) {
	if _, err := answering(t, 200, nil, `{"data":[],"has_more":true}`).Payouts(t.Context(), noon()); err == nil {
		t.Error("a list that does not end is read")
	}
}

func TestNewRefuses(t *testing.T) {
	good := stripe.Config{Key: pay.NewSecret("sk_test_1"), Webhook: pay.NewSecret("whsec_1"), Now: clock.System}
	for name, spoil := range map[string]func(*stripe.Config){
		"a publishable key":        func(c *stripe.Config) { c.Key = pay.NewSecret("pk_test_1") },
		"a key with a line end":    func(c *stripe.Config) { c.Key = pay.NewSecret("sk_test_1\nX: y") },
		"no key":                   func(c *stripe.Config) { c.Key = pay.Secret{} },
		"the key as the webhook's": func(c *stripe.Config) { c.Webhook = c.Key },
		"an address in clear":      func(c *stripe.Config) { c.Base = "http://stripe.example" },
		"no address":               func(c *stripe.Config) { c.Base = "stripe.example" },
	} {
		c := good
		spoil(&c)
		if _, err := stripe.New(c); err == nil || fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
	if c, err := stripe.New(good); err != nil || c.About() != (pay.About{Name: "stripe"}) {
		t.Errorf("a good one: %v", err)
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	key, webhook := filepath.Join(dir, "key"), filepath.Join(dir, "webhook")
	for path, text := range map[string]string{key: "rk_live_1\n", webhook: "whsec_1\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := stripe.Open(key, webhook, clock.System)
	if err != nil || !c.About().Live {
		t.Errorf("opened: %v", err)
	}
	if text := fmt.Sprintf("%+v %#v", c, c); strings.Contains(text, "rk_live") || strings.Contains(text, "whsec_1") {
		t.Errorf("a client shows its keys: %s", text)
	}
	if err := os.Chmod(webhook, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := stripe.Open(key, webhook, clock.System); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("a key that everybody reads: %v", err)
	}
}
