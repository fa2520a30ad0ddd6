// SPDX-License-Identifier: AGPL-3.0-or-later

package split

import (
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ecot/fault"
)

func (f Flow) sum() int64 { return total(f.Paid) + total(f.Deferred) + total(f.Unclaimed) }

// randomGraph has rings now and then.
func randomGraph(rng *rand.Rand, n int, forward bool) []Node {
	nodes := make([]Node, n)
	for i := range nodes {
		nodes[i] = Node{ID: "n" + strconv.Itoa(i), Keep: rng.Int64N(4), Claimed: rng.IntN(4) > 0}
		for to := range n {
			if (!forward || to > i) && rng.IntN(n) < 2 {
				nodes[i].Needs = append(nodes[i].Needs, Weight{"n" + strconv.Itoa(to), 1 + rng.Int64N(9)})
			}
		}
	}
	return nodes
}

func TestAlongLaws(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 1))
	rings := 0
	for range 2000 {
		nodes := randomGraph(rng, 1+rng.IntN(12), false)
		entries := map[string]int64{}
		for range rng.IntN(4) {
			entries[nodes[rng.IntN(len(nodes))].ID] += rng.Int64N(100_000)
		}
		minimum := rng.Int64N(500)
		flow, err := Along(nodes, entries, minimum)
		if err != nil {
			t.Fatal(err)
		}
		rings += flow.Rings
		var entered int64
		for _, e := range entries {
			entered += e
		}
		if flow.Entered != entered || flow.sum() != entered {
			t.Fatalf("%d entered, %d are out: %+v of %+v", entered, flow.sum(), flow, nodes)
		}
		for _, p := range flow.Paid {
			at := slices.IndexFunc(nodes, func(n Node) bool { return n.ID == p.ID })
			if p.Amount < minimum || !nodes[at].Claimed {
				t.Fatalf("%v is paid, minimum %d, %+v", p, minimum, nodes[at])
			}
		}
		for _, p := range flow.Deferred {
			if p.Amount >= minimum || p.Amount <= 0 {
				t.Fatalf("%v is deferred, minimum %d", p, minimum)
			}
		}
		other := shuffle(rng, nodes)
		for i := range other {
			other[i].Needs = shuffle(rng, other[i].Needs)
		}
		again, err := Along(other, entries, minimum)
		if err != nil || !reflect.DeepEqual(again, flow) {
			t.Fatalf("another order gives %+v, %v, not %+v", again, err, flow)
		}
	}
	if rings < 1000 {
		t.Errorf("only %d rings", rings)
	}
}

// Without rings every node is given what plain division by weights gives, to within one unit.
func TestAlongIsPlainDivisionWithoutRings(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 2))
	for range 1000 {
		nodes := randomGraph(rng, 1+rng.IntN(8), true)
		amount := rng.Int64N(1_000_000)
		flow, err := Along(nodes, map[string]int64{"n0": amount}, 0)
		if err != nil || flow.Rings != 0 {
			t.Fatalf("%+v, %v", flow, err)
		}
		come := make([]*big.Rat, len(nodes))
		for i := range come {
			come[i] = new(big.Rat)
		}
		come[0].SetInt64(amount)
		given := map[string]int64{}
		for _, p := range append(slices.Clone(flow.Paid), flow.Unclaimed...) {
			given[p.ID] = p.Amount
		}
		for i, n := range nodes {
			sum := n.Keep
			for _, need := range n.Needs {
				sum += need.Weight
			}
			kept := come[i]
			if sum > 0 {
				kept = new(big.Rat).Mul(come[i], big.NewRat(n.Keep, sum))
				for _, need := range n.Needs {
					to := slices.IndexFunc(nodes, func(o Node) bool { return o.ID == need.ID })
					come[to].Add(come[to], new(big.Rat).Mul(come[i], big.NewRat(need.Weight, sum)))
				}
			}
			away := new(big.Rat).Sub(kept, new(big.Rat).SetInt64(given[n.ID]))
			if away.Abs(away).Cmp(big.NewRat(1001, 1000)) > 0 {
				t.Fatalf("%s has %d, exactly %v: %+v", n.ID, given[n.ID], kept.FloatString(3), nodes)
			}
		}
	}
}

// Money that enters a ring is divided alike wherever it enters.
func TestRingForgetsItsEntrance(t *testing.T) {
	nodes := []Node{
		{ID: "a", Keep: 1, Needs: []Weight{{"b", 3}}, Claimed: true},
		{ID: "b", Keep: 2, Needs: []Weight{{"a", 1}, {"c", 1}}, Claimed: true},
		{ID: "c", Keep: 1, Claimed: true},
	}
	// a: 1/4 kept; b: 2/4 kept, 1/4 to c: so 1, 2, 1 quarters of the ring's money.
	for _, entrance := range []string{"a", "b"} {
		flow, err := Along(nodes, map[string]int64{entrance: 1000}, 0)
		want := []Part{{"a", 250, false}, {"b", 500, false}, {"c", 250, false}}
		if err != nil || flow.Rings != 1 || !slices.Equal(flow.Paid, want) {
			t.Errorf("from %s: %+v, %v", entrance, flow, err)
		}
	}
}

func TestRingThatHoldsEverything(t *testing.T) {
	nodes := []Node{
		{ID: "x", Needs: []Weight{{"y", 1}}, Claimed: true}, {ID: "y", Needs: []Weight{{"x", 5}}},
		{ID: "self", Needs: []Weight{{"self", 7}}},
	}
	flow, err := Along(nodes, map[string]int64{"y": 10, "self": 3}, 20)
	if err != nil || !slices.Equal(flow.Deferred, []Part{{"x", 10, false}}) ||
		!slices.Equal(flow.Unclaimed, []Part{{"self", 3, false}}) {
		t.Errorf("%+v, %v", flow, err)
	}
}

func TestLongChainAndWideRing(t *testing.T) {
	const n = 50_000
	chain := make([]Node, n)
	for i := range chain {
		chain[i] = Node{ID: strconv.Itoa(i), Claimed: true}
		if i+1 < n {
			chain[i].Needs = []Weight{{strconv.Itoa(i + 1), 1}}
		}
	}
	flow, err := Along(chain, map[string]int64{"0": 12345}, 1)
	if err != nil || !slices.Equal(flow.Paid, []Part{{strconv.Itoa(n - 1), 12345, false}}) {
		t.Errorf("a chain of %d: %v, %v", n, flow.Paid, err)
	}
	ring := chain[:MaxCycle+1]
	ring[MaxCycle].Needs = []Weight{{"0", 1}}
	_, err = Along(ring, nil, 0)
	if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "257 projects depend") {
		t.Errorf("a ring of %d: %v", len(ring), err)
	}
}
