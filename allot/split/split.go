// SPDX-License-Identifier: AGPL-3.0-or-later

// Package split divides an amount of minor units among those who have a claim on it: by
// weights, by levels with ceilings, by the key of a semi-directed gift, along dependencies.
//
// Its one invariant is conservation: the parts and the rest sum to the amount, exactly, and no part
// is negative. The order in which claims are listed changes no part (except where the order is
// the rule: levels of a waterfall, envelopes of a key).
//
// # Rounding
//
// Every division is by largest remainder (Hamilton; Balinski and Young, "Fair Representation",
// 1982, ch. 3): each exact quota is rounded down and the minor units that are missing go, one
// each, to the largest fractions. Equal fractions: the first id in string order, or the first
// envelope in a key's Odd order. A part therefore differs from its quota by less than one unit.
//
// # By weights
//
// ByWeight gives quota = amount · weight ÷ sum of weights. Cost O(n log n).
//
// # Waterfall
//
// Levels are served in order. A level takes what the ones before left; within it the quotas are
// min(ceiling, λ·weight) with the largest λ that the money allows, which is where repeated
// proportional redistribution of what exceeds a ceiling ends. What no level takes is the rest.
// Cost O(n log n).
//
// The types Key and Flow say how a semi-directed gift and a flow along dependencies are divided.
package split

import (
	"cmp"
	"math/big"
	"slices"

	"ecot/allot/roster"
	"ecot/fault"
	"ecot/money"
)

// Limits on input; more is refused.
const (
	MaxAmount = money.Max // minor units
	MaxWeight = 1_000_000_000
	MaxParts  = 200_000
)

// Weight is one claim on an amount, by id.
type Weight struct {
	ID     string
	Weight int64 // 0 to MaxWeight
}

// Part is what an id is given, in minor units. Odd says that it holds one unit more than its
// quota rounded down.
type Part struct {
	ID     string `json:"id"`
	Amount int64  `json:"amount"`
	Odd    bool   `json:"odd"`
}

// ByWeight divides amount in proportion to weights. Parts are in string order of ids; a weight of
// 0 is given 0. Errors are fault.Invalid.
func ByWeight(amount int64, claims []Weight) ([]Part, error) {
	if err := checkAmount(amount); err != nil {
		return nil, err
	}
	sorted, sum, err := checkWeights(claims)
	if err != nil {
		return nil, err
	}
	if sum == 0 {
		return nil, fault.New(fault.Invalid, "No claim has a weight, so nothing can be divided by weights.")
	}
	weights := make([]int64, len(sorted))
	for i, c := range sorted {
		weights[i] = c.Weight
	}
	amounts, err := money.Split(amount, weights)
	if err != nil {
		return nil, err
	}
	parts := make([]Part, len(sorted))
	for i, n := range amounts {
		parts[i] = Part{sorted[i].ID, n, odd(n, quota(amount, weights[i], sum))}
	}
	return parts, nil
}

func quota(amount, weight, sum int64) *big.Rat {
	n := new(big.Int).Mul(big.NewInt(amount), big.NewInt(weight))
	return new(big.Rat).SetFrac(n, big.NewInt(sum))
}

// odd says whether n is more than q rounded down.
func odd(n int64, q *big.Rat) bool { return new(big.Rat).SetInt64(n).Cmp(q) > 0 }

func checkAmount(amount int64) error {
	if amount < 0 || amount > MaxAmount {
		return fault.New(fault.Invalid, "An amount of %d minor units cannot be divided; 0 to %d can.",
			amount, int64(MaxAmount))
	}
	return nil
}

// checkWeights gives the claims in string order of ids, and the sum of their weights.
func checkWeights(claims []Weight) ([]Weight, int64, error) {
	ids := make([]string, len(claims))
	var sum int64
	for i, c := range claims {
		if c.Weight < 0 || c.Weight > MaxWeight {
			return nil, 0, fault.New(fault.Invalid, "Claim %d, of %q, has the weight %d; 0 to %d is allowed.",
				i+1, c.ID, c.Weight, MaxWeight)
		}
		ids[i] = c.ID
		sum += c.Weight
	}
	if _, err := roster.New("claim", ids, MaxParts); err != nil {
		return nil, 0, err
	}
	sorted := slices.Clone(claims)
	slices.SortFunc(sorted, func(a, b Weight) int { return cmp.Compare(a.ID, b.ID) })
	return sorted, sum, nil
}

// Whole rounds quotas, none negative, to integers whose sum is the sum of the quotas rounded
// down, by largest remainder; of equal remainders the first in the list. Quotas must fit int64.
func Whole(quotas []*big.Rat) []int64 {
	den := big.NewInt(1)
	for _, q := range quotas {
		if shared := new(big.Int).GCD(nil, nil, den, q.Denom()); shared.Cmp(q.Denom()) != 0 {
			den.Mul(den, new(big.Int).Quo(q.Denom(), shared))
		}
	}
	nums := make([]*big.Int, len(quotas))
	for i, q := range quotas {
		scale := new(big.Int).Quo(den, q.Denom())
		nums[i] = scale.Mul(scale, q.Num())
	}
	return whole(nums, den)
}

// whole rounds the quotas nums ÷ den likewise.
func whole(nums []*big.Int, den *big.Int) []int64 {
	floor, rest := make([]int64, len(nums)), make([]*big.Int, len(nums))
	order := make([]int, len(nums))
	missing := new(big.Int)
	for i, n := range nums {
		var q *big.Int
		q, rest[i] = new(big.Int).QuoRem(n, den, new(big.Int))
		floor[i], order[i] = q.Int64(), i
		missing.Add(missing, rest[i])
	}
	slices.SortStableFunc(order, func(a, b int) int { return rest[b].Cmp(rest[a]) })
	for _, i := range order[:missing.Quo(missing, den).Int64()] {
		floor[i]++
	}
	return floor
}

// Fill gives each claim min(ceiling, λ·weight) with the largest λ for which these sum to total at
// most. A nil ceiling is none; a weight of 0 gets 0. The values given are new.
func Fill(total *big.Rat, weights, ceilings []*big.Rat) []*big.Rat {
	given := make([]*big.Rat, len(weights))
	level := make([]*big.Rat, len(weights)) // the λ at which the ceiling is reached
	var order []int
	sum := new(big.Rat)
	for i, w := range weights {
		given[i] = new(big.Rat)
		if w.Sign() == 0 {
			continue
		}
		order = append(order, i)
		sum.Add(sum, w)
		if ceilings[i] != nil {
			level[i] = new(big.Rat).Quo(ceilings[i], w)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return lower(level[a], level[b]) })
	left := new(big.Rat).Set(total)
	for at, i := range order {
		lambda := new(big.Rat).Quo(left, sum)
		if level[i] == nil || level[i].Cmp(lambda) > 0 {
			for _, j := range order[at:] {
				given[j].Mul(lambda, weights[j])
			}
			break
		}
		given[i].Set(ceilings[i])
		left.Sub(left, ceilings[i])
		sum.Sub(sum, weights[i])
	}
	return given
}

// lower orders levels, nil as infinite.
func lower(a, b *big.Rat) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return a.Cmp(b)
}
