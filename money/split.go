// SPDX-License-Identifier: AGPL-3.0-or-later

package money

import (
	"math"
	"math/bits"
	"sort"

	"ecot/fault"
)

// Split shares total out in proportion to weights by the method of the largest remainder (Hamilton):
// each part first gets the whole units of its exact share, then the units left over go one by one to
// the largest remainders. Of equal remainders the earlier index is served first. The parts sum to
// total exactly, each is within one unit of its exact share, and a zero weight gets nothing. A
// negative total is split as its opposite, each part negated.
//
// A total beyond ±Max, no weights, a negative weight, weights that are all zero, or whose sum
// overflows an int64, are fault.Invalid.
func Split(total int64, weights []int64) ([]int64, error) {
	if !inRange(total) {
		return nil, outOfRange()
	}
	sum, err := sumWeights(weights)
	if err != nil {
		return nil, err
	}
	parts := make([]int64, len(weights))
	remainders := make([]uint64, len(weights))
	left := magnitude(total)
	for i, weight := range weights {
		hi, lo := bits.Mul64(magnitude(total), uint64(weight))
		quotient, remainder := bits.Div64(hi, lo, sum) // hi < sum, since weight ≤ sum and total < 2⁶⁴
		parts[i], remainders[i] = int64(quotient), remainder
		left -= quotient
	}
	for _, i := range largestFirst(remainders)[:left] {
		parts[i]++
	}
	if total < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts, nil
}

func sumWeights(weights []int64) (uint64, error) {
	var sum uint64
	for _, weight := range weights {
		if weight < 0 {
			return 0, fault.New(fault.Invalid, "A weight of a split cannot be negative: %d.", weight)
		}
		sum += uint64(weight)
		if sum > math.MaxInt64 {
			return 0, fault.New(fault.Invalid, "The weights of a split are too large together.")
		}
	}
	if sum == 0 {
		return 0, fault.New(fault.Invalid, "A split needs at least one weight above zero.")
	}
	return sum, nil
}

// largestFirst gives the indices of remainders, the largest first, equals by index.
func largestFirst(remainders []uint64) []int {
	order := make([]int, len(remainders))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return remainders[order[i]] > remainders[order[j]] })
	return order
}
