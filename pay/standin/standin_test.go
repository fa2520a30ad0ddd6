// SPDX-License-Identifier: AGPL-3.0-or-later

package standin_test

import (
	"testing"
	"time"

	"ecot/clock"
	"ecot/pay"
	"ecot/pay/paytest"
	"ecot/pay/standin"
)

func config(sent *paytest.Sent) standin.Config {
	return standin.Config{
		Base:       "https://fonds.example/demo/card",
		Tariff:     pay.Tariff{Since: "2026-01-01", Fixed: paytest.Euros(25), BasisPoints: 150},
		DisputeFee: paytest.Euros(2000), Secret: pay.NewSecret("demo"),
		Now: clock.Fixed(time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)), Deliver: sent.Deliver,
	}
}

func TestStandin(t *testing.T) {
	paytest.Run(t, func(t *testing.T) *paytest.Bench {
		sent := &paytest.Sent{}
		c := config(sent)
		p, err := standin.New(c)
		if err != nil {
			t.Fatal(err)
		}
		return &paytest.Bench{Provider: p, Now: c.Now, Tariff: c.Tariff, Fee: c.DisputeFee, Play: p.Play, Sent: sent}
	})
}
