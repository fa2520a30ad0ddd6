// SPDX-License-Identifier: AGPL-3.0-or-later

package split

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

// A bill of materials of 20 000 packages with five dependencies each, all forward.
func BenchmarkAlong(b *testing.B) {
	rng := rand.New(rand.NewPCG(6, 3))
	const n = 20_000
	nodes := make([]Node, n)
	for i := range nodes {
		nodes[i] = Node{ID: strconv.Itoa(i), Keep: 5, Claimed: i%3 > 0}
		seen := map[int]bool{}
		for range min(5, n-1-i) {
			to := i + 1 + rng.IntN(min(n-1-i, 500))
			if !seen[to] {
				nodes[i].Needs = append(nodes[i].Needs, Weight{strconv.Itoa(to), 1 + rng.Int64N(9)})
			}
			seen[to] = true
		}
	}
	for b.Loop() {
		if _, err := Along(nodes, map[string]int64{"0": 100_000_000}, 100); err != nil {
			b.Fatal(err)
		}
	}
}
