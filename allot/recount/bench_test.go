// SPDX-License-Identifier: AGPL-3.0-or-later

package recount_test

import (
	"context"
	"testing"

	"ecot/allot/allottest"
	"ecot/allot/election"
	"ecot/allot/equalshares"
	"ecot/allot/generate"
	"ecot/allot/recount"
)

// BenchmarkCheck measures counting with an explanation and checking it, side by side: the second may
// take twice the first.
func BenchmarkCheck(b *testing.B) {
	size := generate.Options{Voters: 200_000, Projects: 2000, Marks: 10, Seed: 1}
	for _, c := range []struct {
		name       string
		election   *election.Election
		completion equalshares.Completion
	}{
		{"synthetic", allottest.Synthetic(b, size), equalshares.None},
		{"Swiecie", allottest.Real(b, "Poland_Swiecie_2023.pb"), equalshares.Add1},
		{"Lodz", allottest.Real(b, "Poland_Lodz_2022.pb"), equalshares.Add1},
	} {
		q := question{rule: equalshares.Rule, shares: equalshares.Options{Utility: equalshares.ByCost,
			Completion: c.completion, Ties: election.LowestCost, Explain: true}}
		b.Run(c.name+"/count", func(b *testing.B) {
			for b.Loop() {
				ask(b, c.election, q)
			}
		})
		b.Run(c.name+"/check", func(b *testing.B) {
			d := ask(b, c.election, q)
			for b.Loop() {
				if err := recount.Check(context.Background(), c.election, d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
