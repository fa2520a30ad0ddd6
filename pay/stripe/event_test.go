// SPDX-License-Identifier: AGPL-3.0-or-later

package stripe_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"ecot/fault"
	"ecot/pay"
)

// signed gives the header of a body signed with the test client's secret.
func signed(body string) http.Header {
	h := http.Header{}
	h.Set("Stripe-Signature", pay.Sign(pay.NewSecret("whsec_test"), []byte(body), noon()))
	return h
}

func event(kind, object string) string {
	return fmt.Sprintf(`{"id":"evt_1","object":"event","api_version":"2026-08-26.dahlia","created":1795348800,`+
		`"livemode":false,"type":%q,"data":{"object":%s}}`, kind, object)
}

func TestEventKinds(t *testing.T) {
	c := client(t, "", "sk_test_123")
	charge := `{"id":"ch_1","object":"charge","payment_intent":"pi_1"}`
	for _, e := range []struct {
		kind, object string
		want         pay.Kind
		about        string
	}{
		{"checkout.session.completed", `{"id":"cs_1"}`, pay.SessionDone, "cs_1"},
		{"checkout.session.async_payment_succeeded", `{"id":"cs_1"}`, pay.SessionDone, "cs_1"},
		{"checkout.session.async_payment_failed", `{"id":"cs_1"}`, pay.SessionDone, "cs_1"},
		{"checkout.session.expired", `{"id":"cs_1"}`, pay.SessionGone, "cs_1"},
		{"invoice.paid", `{"id":"in_1"}`, pay.InstalmentTaken, "in_1"},
		{"invoice.payment_failed", `{"id":"in_1"}`, pay.InstalmentRefused, "in_1"},
		{"charge.refunded", charge, pay.Refunded, "pi_1"},
		{"refund.updated", `{"id":"re_1","payment_intent":{"id":"pi_1"}}`, pay.Refunded, "pi_1"},
		{"refund.failed", `{"id":"re_1","payment_intent":"pi_1"}`, pay.Refunded, "pi_1"},
		{"charge.dispute.created", `{"id":"dp_1","payment_intent":"pi_1","status":"needs_response"}`, pay.DisputeOpened, "pi_1"},
		{"charge.dispute.closed", `{"id":"dp_1","payment_intent":"pi_1","status":"won"}`, pay.DisputeClosedWon, "pi_1"},
		{"charge.dispute.closed", `{"id":"dp_1","payment_intent":"pi_1","status":"lost"}`, pay.DisputeClosedLost, "pi_1"},
		{"charge.dispute.closed", `{"id":"dp_1","payment_intent":"pi_1","status":"warning_closed"}`, pay.DisputeClosedWon, "pi_1"},
		{"charge.dispute.funds_withdrawn", `{"id":"dp_1","payment_intent":"pi_1"}`, pay.FundsWithdrawn, "pi_1"},
		{"charge.dispute.funds_reinstated", `{"id":"dp_1","payment_intent":"pi_1"}`, pay.FundsReinstated, "pi_1"},
		{"payout.paid", `{"id":"po_1"}`, pay.PayoutSent, "po_1"},
		{"payout.failed", `{"id":"po_1"}`, pay.PayoutReturned, "po_1"},
		{"customer.subscription.deleted", `{"id":"sub_1"}`, pay.SubscriptionOver, "sub_1"},
		{"customer.created", `{"id":"cus_1"}`, pay.Other, ""},
		{"v2.something.new", `{}`, pay.Other, ""},
		{"charge.refunded", `{"id":"ch_1","payment_intent":null}`, pay.Other, ""},
	} {
		body := event(e.kind, e.object)
		got, err := c.Event([]byte(body), signed(body), noon())
		if err != nil || got.Kind != e.want || got.Object != e.about || got.ID != "evt_1" || !got.At.Equal(noon()) {
			t.Errorf("%s: %+v, %v, want %s of %q", e.kind, got, err, e.want, e.about)
		}
	}
}

// TestEventKeysInAnyOrder gives the same event with its keys the other way round.
func TestEventKeysInAnyOrder(t *testing.T) {
	c := client(t, "", "sk_test_123")
	body := `{"data":{"object":{"status":"complete","id":"cs_1"}},"type":"checkout.session.completed",` +
		`"created":1795348800,"object":"event","id":"evt_1"}`
	got, err := c.Event([]byte(body), signed(body), noon())
	want := pay.Event{ID: "evt_1", Kind: pay.SessionDone, Object: "cs_1", At: noon()}
	if err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

// TestEventRefuses signs what is no event: a good signature alone makes nothing of it.
func TestEventRefuses(t *testing.T) {
	c := client(t, "", "sk_test_123")
	for _, body := range []string{
		"", "{}", "null", "[]", "hello", `{"id":"evt_1","object":"event"}`,
		event("payout.paid", `{"id":"po_1"}`) + "{}",
		event("payout.paid", `{"id":"../po_1"}`), event("payout.paid", `{}`), event("payout.paid", `[]`),
		event("charge.refunded", `{"id":"ch_1","payment_intent":"a/b"}`),
		strings.Replace(event("payout.paid", `{"id":"po_1"}`), `"event"`, `"charge"`, 1),
		strings.Replace(event("payout.paid", `{"id":"po_1"}`), "evt_1", "", 1),
		strings.Repeat(`{"a":`, 20_000),
	} {
		if e, err := c.Event([]byte(body), signed(body), noon()); err == nil || fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%.60q: %+v, %v, want it refused", body, e, err)
		}
	}
}

// FuzzEvent wants any signed body either refused as invalid or read into an event whose ids can go
// into an address.
func FuzzEvent(f *testing.F) {
	f.Add([]byte(event("payout.paid", `{"id":"po_1"}`)))
	f.Add([]byte(event("charge.refunded", `{"id":"ch_1","payment_intent":{"id":"pi_1"}}`)))
	f.Add([]byte(`{"id":"evt_1","object":"event","type":"x","data":null}`))
	f.Add([]byte("{"))
	c, err := newClient("", "sk_test_123")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := c.Event(body, signed(string(body)), noon())
		switch {
		case err != nil && fault.CodeOf(err) != fault.Invalid:
			t.Errorf("%v", err)
		case err != nil:
		case pay.CheckID(e.ID) != nil, e.Kind == "", (e.Kind == pay.Other) != (e.Object == ""),
			e.Object != "" && pay.CheckID(e.Object) != nil:
			t.Errorf("read %+v", e)
		}
	})
}
