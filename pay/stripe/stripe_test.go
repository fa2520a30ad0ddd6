// SPDX-License-Identifier: AGPL-3.0-or-later

package stripe_test

import (
	"testing"
	"time"

	"ecot/clock"
	"ecot/pay"
	"ecot/pay/paytest"
	"ecot/pay/standin"
	"ecot/pay/stripe/stripetest"
)

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func world() standin.Config {
	return standin.Config{
		Base:       "https://checkout.stripe.example/pay",
		Tariff:     pay.Tariff{Since: "2026-01-01", Fixed: paytest.Euros(25), BasisPoints: 150},
		DisputeFee: paytest.Euros(2000),
	}
}

// TestConformance runs the suite of all providers against a Stripe with a memory.
func TestConformance(t *testing.T) {
	paytest.Run(t, func(t *testing.T) *paytest.Bench {
		sent, now, c := &paytest.Sent{}, clock.Fixed(noon()), world()
		server := stripetest.Start(t, now, c, sent.Deliver)
		return &paytest.Bench{Provider: server.Client(t), Now: now, Tariff: c.Tariff, Fee: c.DisputeFee,
			Play: server.World.Play, Sent: sent}
	})
}
