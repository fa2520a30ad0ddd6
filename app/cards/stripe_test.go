// SPDX-License-Identifier: AGPL-3.0-or-later

package cards_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"ecot/app/cards"
	"ecot/office"
	"ecot/pay"
	"ecot/pay/paytest"
	"ecot/pay/standin"
	"ecot/pay/stripe"
	"ecot/pay/stripe/stripetest"
	"ecot/store/engine/enginetest"
)

// onStripe lets the fund of a world speak to a Stripe with a memory.
func (w *world) onStripe() {
	w.Helper()
	server := stripetest.Start(w, w.now.Now, standin.Config{Base: "https://checkout.stripe.example/pay",
		Tariff:     pay.Tariff{Since: "2025-01-01", Fixed: paytest.Euros(25), BasisPoints: 150},
		DisputeFee: paytest.Euros(2000)}, w.sent.Deliver)
	w.bank, w.till = server.World, server.Client(w)
	w.cards = w.open()
}

// told delivers each message of Stripe so far, signed again as of now, the last one first.
func (w *world) told() {
	w.Helper()
	all := w.sent.All()
	for i := range all {
		body := all[len(all)-1-i].Body
		header := http.Header{}
		header.Set("Stripe-Signature", pay.Sign(pay.NewSecret(stripetest.Webhook), body, w.now.Now()))
		must(w, w.cards.Notice(w.Context(), "stripe", body, header))
	}
}

// TestAJourneyOverStripe goes all the way, over HTTP and in the shapes of Stripe.
func TestAJourneyOverStripe(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		w := fund(t, address)
		w.onStripe()
		once := w.paid("lea", "lanterne=1", "once", 12_00)
		first := w.paid("nour", "lanterne=1,fonds=1", "month", 20_00)
		w.told()
		w.holds("paid", map[string]int64{"pot:lanterne": 11_57 + 10_00 - 55, "pot:fonds": 10_00})
		row, found, err := w.app.Office().CardPayment(t.Context(), "stripe", once)
		if err != nil || !found {
			t.Fatal(row, found, err)
		}
		half := cards.Refund{Key: "form-1", Index: row.Index, Amount: 6_00, Mandate: "treasurer"}
		must(t, w.cards.RefundGift(t.Context(), half))
		w.now.pass(time.Hour)
		subscription := w.subscription("nour")
		w.play(standin.Renew, subscription)
		w.play(standin.Miss, subscription)
		w.play(standin.Bounce, once)
		w.play(standin.Dispute, first)
		w.told()
		w.told()
		want := map[string]int64{"pot:lanterne": 11_57 + 2*(10_00-55) - 10_00 - 20_00, "pot:fonds": 10_00}
		if got := w.cases(); len(got) != 1 || got[0] != "refused "+first {
			t.Errorf("cases: %v", got) // Lanterne has not enough for the dispute and its fee
		}
		w.paid("zoe", "lanterne=1", "once", 100_00)
		w.play(standin.PayOut, "")
		w.told()
		w.now.pass(50 * time.Hour)
		must(t, w.cards.Tick(t.Context()))
		want["pot:lanterne"] += 100_00 - 1_75
		w.holds("in the end", want)
		if got := w.cases(); len(got) != 0 {
			t.Errorf("cases: %v", got)
		}
		expected, err := w.cards.Payouts(t.Context())
		if err != nil || len(expected) != 1 || expected[0].Amount != -w.balances()["asset:provider"] {
			t.Errorf("the bank expects %+v, %v; the provider holds %d", expected, err, -w.balances()["asset:provider"])
		}
		if w.status("lea") != office.Kept || w.status("nour") != office.Active {
			t.Errorf("lea is %s, nour %s", w.status("lea"), w.status("nour"))
		}
	})
}

// TestAgainstStripeMock opens a session at Stripe's own stripe-mock, and takes a signed message about a
// session of which stripe-mock knows only its sample, in dollars and of nobody: nothing is booked.
func TestAgainstStripeMock(t *testing.T) {
	w := fund(t, "")
	client, err := stripe.New(stripe.Config{Key: pay.NewSecret("sk_test_123"),
		Webhook: pay.NewSecret(stripetest.Webhook), Base: paytest.StripeMock(t), Now: w.now.Now})
	must(t, err)
	w.till = client
	w.cards = w.open()
	for _, every := range []string{"once", "month", "year"} {
		w.promise(every, "lanterne=1,fonds=1", every, 12_00)
		address, err := w.cards.Start(t.Context(), office.Promise{ID: every})
		if err != nil || !strings.HasPrefix(address, "https://") {
			t.Errorf("%s: %q, %v", every, address, err)
		}
		p, _, err := w.app.Office().Promise(t.Context(), every)
		if err != nil || p.Session == "" {
			t.Errorf("%s: the session is not kept, %v", every, err)
		}
	}
	body := []byte(`{"id":"evt_1","object":"event","type":"checkout.session.completed","created":1,` +
		`"data":{"object":{"id":"cs_test_1","object":"checkout.session"}}}`)
	header := http.Header{}
	header.Set("Stripe-Signature", pay.Sign(pay.NewSecret(stripetest.Webhook), body, w.now.Now()))
	must(t, w.cards.Notice(t.Context(), "stripe", body, header))
	w.holds("nothing booked", map[string]int64{"asset:provider": 0})
}
