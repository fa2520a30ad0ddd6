// SPDX-License-Identifier: AGPL-3.0-or-later

package money

import (
	"math"
	"math/big"
	"math/rand"
	"slices"
	"testing"

	"ecot/fault"
)

// drawSplit draws a total and weights over all sizes, often with zeros and equals.
func drawSplit(r *rand.Rand) (int64, []int64) {
	weights := make([]int64, 1+r.Intn(12))
	span := int64(1) << (1 + r.Intn(58))
	for i := range weights {
		weights[i] = r.Int63n(span)
		if i > 0 && r.Intn(4) == 0 {
			weights[i] = weights[i-1]
		}
	}
	weights[r.Intn(len(weights))]++
	total := r.Int63n(int64(1)<<(1+r.Intn(49)) + 1)
	return total, weights
}

func TestSplitLaws(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 20_000 {
		total, weights := drawSplit(r)
		parts, err := Split(total, weights)
		if err != nil {
			t.Fatal(err)
		}
		checkParts(t, total, weights, parts)
		opposite, err := Split(-total, weights)
		if err != nil {
			t.Fatal(err)
		}
		for i := range parts {
			if opposite[i] != -parts[i] {
				t.Fatalf("Split(%d, %v) is not the opposite of its positive", -total, weights)
			}
		}
	}
}

// checkParts holds parts against the exact rational shares.
func checkParts(t *testing.T, total int64, weights, parts []int64) {
	t.Helper()
	var sum int64
	sumOfWeights := new(big.Int)
	for i := range weights {
		sum += parts[i]
		sumOfWeights.Add(sumOfWeights, big.NewInt(weights[i]))
	}
	if sum != total {
		t.Fatalf("Split(%d, %v) sums to %d", total, weights, sum)
	}
	for i := range weights {
		product := new(big.Int).Mul(big.NewInt(total), big.NewInt(weights[i]))
		floor := new(big.Int).Div(product, sumOfWeights).Int64()
		exact := new(big.Int).Mod(product, sumOfWeights).Sign() == 0
		if parts[i] != floor && (exact || parts[i] != floor+1) {
			t.Fatalf("Split(%d, %v)[%d] = %d, floor of the share %d", total, weights, i, parts[i], floor)
		}
	}
}

// Permuting the weights permutes the parts, but for which of several equal remainders is served.
func TestSplitIsOrderFreeUpToTies(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	for range 20_000 {
		total, weights := drawSplit(r)
		order := r.Perm(len(weights))
		permuted := make([]int64, len(weights))
		for i, from := range order {
			permuted[i] = weights[from]
		}
		parts, _ := Split(total, weights)
		moved, _ := Split(total, permuted)
		back := make([]int64, len(weights))
		for i, from := range order {
			back[from] = moved[i]
		}
		sortedParts, sortedMoved := slices.Sorted(slices.Values(parts)), slices.Sorted(slices.Values(moved))
		if !tied(total, weights) && !slices.Equal(parts, back) ||
			allDifferentRemaindersOrEqualWeights(total, weights) && !slices.Equal(sortedParts, sortedMoved) {
			t.Fatalf("Split(%d, %v) depends on the order: %v, permuted %v", total, weights, parts, back)
		}
	}
}

// remaindersOf gives total × weight mod sum for each weight.
func remaindersOf(total int64, weights []int64) []string {
	sum := new(big.Int)
	for _, weight := range weights {
		sum.Add(sum, big.NewInt(weight))
	}
	remainders := make([]string, len(weights))
	for i, weight := range weights {
		product := new(big.Int).Mul(big.NewInt(total), big.NewInt(weight))
		remainders[i] = product.Mod(product, sum).String()
	}
	return remainders
}

func tied(total int64, weights []int64) bool {
	seen := map[string]bool{}
	for _, remainder := range remaindersOf(total, weights) {
		if remainder != "0" && seen[remainder] {
			return true
		}
		seen[remainder] = true
	}
	return false
}

func allDifferentRemaindersOrEqualWeights(total int64, weights []int64) bool {
	holder := map[string]int64{}
	for i, remainder := range remaindersOf(total, weights) {
		if weight, seen := holder[remainder]; seen && weight != weights[i] {
			return false
		}
		holder[remainder] = weights[i]
	}
	return true
}

func TestSplitCases(t *testing.T) {
	for _, c := range []struct {
		total   int64
		weights []int64
		want    []int64
	}{
		{100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{-100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{2, []int64{1, 1, 1}, []int64{1, 1, 0}},
		{0, []int64{5, 3}, []int64{0, 0}},
		{10, []int64{0, 7, 0}, []int64{0, 10, 0}},
		{Max, []int64{math.MaxInt64}, []int64{Max}},
		{Max, []int64{math.MaxInt64 - 1, 1}, []int64{Max, 0}},
		{7, []int64{40, 35, 25}, []int64{3, 2, 2}}, // shares 2.80, 2.45, 1.75
	} {
		got, err := Split(c.total, c.weights)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("Split(%d, %v) = %v, %v; want %v", c.total, c.weights, got, err, c.want)
		}
	}
}

func TestSplitRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		total   int64
		weights []int64
	}{
		"no weight":      {1, nil},
		"negative":       {1, []int64{2, -1}},
		"all zero":       {1, []int64{0, 0}},
		"sum overflows":  {1, []int64{math.MaxInt64, 1}},
		"wraps to small": {1, []int64{math.MaxInt64, math.MaxInt64, 3}},
		"total too big":  {Max + 1, []int64{1}},
		"smallest int64": {math.MinInt64, []int64{1}},
	} {
		if got, err := Split(c.total, c.weights); err == nil || fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(int64(100), int64(1), int64(1), int64(1))
	f.Fuzz(func(t *testing.T, total, a, b, c int64) {
		weights := []int64{a, b, c}
		if parts, err := Split(total, weights); err == nil && total >= 0 {
			checkParts(t, total, weights, parts)
		}
	})
}
