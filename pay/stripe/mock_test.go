// SPDX-License-Identifier: AGPL-3.0-or-later

package stripe_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strconv"
	"testing"
	"time"

	"ecot/clock"
	"ecot/fault"
	"ecot/money"
	"ecot/pay"
	"ecot/pay/paytest"
	"ecot/pay/stripe"
)

// TestAgainstStripeMock sends every request of the client to Stripe's own stripe-mock, which checks
// each parameter against Stripe's description of the API in the pinned version, and reads its
// answers. stripe-mock answers with fixed samples: what they say is not compared with what was
// asked, and a sample that no fund of ours would meet (an open charge, an invoice of something
// else) shows that it is read as such.
func TestAgainstStripeMock(t *testing.T) {
	address := paytest.StripeMock(t)
	t.Run("payments", func(t *testing.T) { mockPayments(t, client(t, address, "sk_test_123")) })
	t.Run("instalments", func(t *testing.T) { mockInstalments(t, client(t, address, "sk_test_123")) })
	t.Run("payouts", func(t *testing.T) { mockPayouts(t, client(t, address, "sk_test_123")) })
	t.Run("revisions", func(t *testing.T) { mockRevisions(t, client(t, address, "sk_test_123")) })
	t.Run("other samples", func(t *testing.T) {
		mockOthers(t, client(t, otherSamples(t, address), "sk_test_123"))
	})
	t.Run("refusals", func(t *testing.T) { mockRefusals(t, client(t, address, "rk_live_123")) })
}

func mockPayments(t *testing.T, c *stripe.Client) {
	ctx := t.Context()
	for _, every := range []pay.Period{pay.Once, pay.Monthly, pay.Yearly} {
		o := paytest.Order("k/"+string(every), 1200, every)
		o.Mail, o.Expires = "lea@exemple.org", noon().Add(time.Hour)
		s, err := c.Start(ctx, o)
		if err != nil || s.ID == "" || s.URL == "" || s.Status != pay.SessionOpen || s.Reference != o.Reference {
			t.Errorf("%s: %+v, %v", every, s, err)
		}
	}
	if s, err := c.Session(ctx, "cs_test_1"); err != nil || s.ID != "cs_test_1" || s.Expires.IsZero() {
		t.Errorf("session: %+v, %v", s, err)
	}
	dollars := money.Amount{Minor: 1099, Unit: "USD"}
	p, err := c.Payment(ctx, "pi_1")
	if err != nil || p.ID != "pi_1" || p.Amount != dollars || p.Instalment == "" ||
		p.Status != pay.PaymentFailed || len(p.Refunds) != 1 {
		t.Errorf("payment: %+v, %v", p, err)
	}
	r := pay.RefundOrder{Payment: "pi_1", Amount: money.Amount{Minor: 100, Unit: "USD"}, Key: "r"}
	if made, err := c.Refund(ctx, r); err != nil || made.Status != pay.RefundDone || made.Amount != r.Amount {
		t.Errorf("refund: %+v, %v", made, err)
	}
	i, err := c.Instalment(ctx, "in_1")
	if err != nil || i.Status != pay.InstalmentOpen || i.Subscription != "" || i.Amount.Minor != 1000 {
		t.Errorf("instalment: %+v, %v", i, err)
	}
}

// mockInstalments lists the sample's invoices: one, of no subscription.
func mockInstalments(t *testing.T, c *stripe.Client) {
	list, err := c.Instalments(t.Context(), "sub_1", noon())
	if err != nil || len(list) != 1 || list[0].Subscription != "" || list[0].Amount.Minor != 1000 {
		t.Errorf("instalments: %+v, %v", list, err)
	}
}

func mockPayouts(t *testing.T, c *stripe.Client) {
	ctx := t.Context()
	list, err := c.Payouts(ctx, noon())
	if err != nil || len(list) != 1 || list[0].Amount.Minor != 1100 || list[0].Status != pay.PayoutPending {
		t.Errorf("payouts: %+v, %v", list, err)
	}
	out, err := c.Payout(ctx, "po_1")
	if err != nil || !out.Complete || len(out.Lines) != 1 || out.Lines[0].Booked.Net.Minor != 100 {
		t.Errorf("payout: %+v, %v", out, err)
	}
}

// mockRevisions asks stripe-mock for each change to a subscription. Its sample is a
// paused subscription of 20.00 USD a month, and stays so; pausing is for other samples.
func mockRevisions(t *testing.T, c *stripe.Client) {
	s, err := c.Subscription(t.Context(), "sub_1")
	twenty := money.Amount{Minor: 2000, Unit: "USD"}
	if err != nil || s.Amount != twenty || s.Every != pay.Monthly || s.Next.IsZero() {
		t.Fatalf("subscription: %+v, %v", s, err)
	}
	for _, r := range []pay.Revision{
		{Act: pay.Stop}, {Act: pay.Resume},
		{Act: pay.Reprice, Amount: money.Amount{Minor: 3000, Unit: "USD"}},
	} {
		r.Subscription, r.Key = "sub_1", "k/"+string(r.Act)
		if _, err := c.Revise(t.Context(), r); err != nil {
			t.Errorf("%s: %v", r.Act, err)
		}
	}
}

// otherSamples changes two samples of stripe-mock on their way, so that the client asks for what it
// would not ask for otherwise: a subscription that is not paused, and a disputed charge.
func otherSamples(t *testing.T, address string) string {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	paused := regexp.MustCompile(`"pause_collection":\s*\{[^}]*\}`)
	undisputed := regexp.MustCompile(`"disputed":\s*false`)
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Header.Del("Accept-Encoding")
		},
		ModifyResponse: func(r *http.Response) error {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			if r.Request.Method == http.MethodGet {
				body = paused.ReplaceAll(body, []byte(`"pause_collection": null`))
				body = undisputed.ReplaceAll(body, []byte(`"disputed": true`))
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			r.ContentLength = int64(len(body))
			r.Header.Set("Content-Length", strconv.Itoa(len(body)))
			return nil
		},
	}
	web := httptest.NewServer(proxy)
	t.Cleanup(web.Close)
	return web.URL
}

func mockOthers(t *testing.T, c *stripe.Client) {
	if s, err := c.Subscription(t.Context(), "sub_1"); err != nil || s.Status != pay.SubscriptionActive {
		t.Fatalf("subscription: %+v, %v, want it active", s, err)
	}
	r := pay.Revision{Subscription: "sub_1", Act: pay.Pause, Key: "k"}
	if s, err := c.Revise(t.Context(), r); err != nil || s.Status != pay.SubscriptionPaused {
		t.Errorf("paused: %+v, %v", s, err)
	}
	p, err := c.Payment(t.Context(), "pi_1")
	if err != nil || len(p.Disputes) != 1 || p.Disputes[0].Status != pay.DisputeInquiry {
		t.Errorf("payment: %+v, %v, want one dispute", p, err)
	}
}

// mockRefusals uses a live key, which stripe-mock refuses.
func mockRefusals(t *testing.T, c *stripe.Client) {
	_, err := c.Payouts(t.Context(), noon())
	if fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("a live key: %v, want a refusal of the key", err)
	}
	if _, again := pay.RetryAfter(err); again {
		t.Error("a refused key is said to be worth trying again")
	}
	if !c.About().Live {
		t.Error("a live key is not told as live")
	}
}

func client(t *testing.T, address, key string) *stripe.Client {
	t.Helper()
	c, err := newClient(address, key)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newClient(address, key string) (*stripe.Client, error) {
	return stripe.New(stripe.Config{Key: pay.NewSecret(key), Webhook: pay.NewSecret("whsec_test"),
		Base: address, Now: clock.Fixed(noon())})
}
