// SPDX-License-Identifier: AGPL-3.0-or-later

package split

import (
	"cmp"
	"math/big"
	"slices"

	"ecot/allot/roster"
	"ecot/fault"
)

// Claim is one id's place in a level of a waterfall.
type Claim struct {
	ID      string
	Weight  int64 // 1 to MaxWeight
	Ceiling int64 // minor units, 0 to MaxAmount; negative means none
}

// Unlimited is a Ceiling that is never reached.
const Unlimited int64 = -1

// Fall is a divided waterfall.
type Fall struct {
	Levels [][]Part `json:"levels"` // as given; parts in string order of ids
	Rest   int64    `json:"rest"`   // what no level takes
}

// Waterfall serves the levels in order; an id may stand in several. Errors are fault.Invalid.
func Waterfall(amount int64, levels [][]Claim) (Fall, error) {
	if err := checkAmount(amount); err != nil {
		return Fall{}, err
	}
	fall := Fall{Levels: [][]Part{}, Rest: amount}
	for number, level := range levels {
		sorted, err := checkLevel(number+1, level)
		if err != nil {
			return Fall{}, err
		}
		parts := serve(fall.Rest, sorted)
		for _, p := range parts {
			fall.Rest -= p.Amount
		}
		fall.Levels = append(fall.Levels, parts)
	}
	return fall, nil
}

func checkLevel(number int, level []Claim) ([]Claim, error) {
	ids := make([]string, len(level))
	for i, c := range level {
		ids[i] = c.ID
		if c.Weight < 1 || c.Weight > MaxWeight || c.Ceiling > MaxAmount {
			return nil, fault.New(fault.Invalid, "Level %d, claim %d, of %q, has weight %d and ceiling %d.",
				number, i+1, c.ID, c.Weight, c.Ceiling)
		}
	}
	if _, err := roster.New("claim", ids, MaxParts); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "Level %d cannot be served: %s", number, fault.PublicOf(err))
	}
	sorted := slices.Clone(level)
	slices.SortFunc(sorted, func(a, b Claim) int { return cmp.Compare(a.ID, b.ID) })
	return sorted, nil
}

// serve divides amount within one level.
func serve(amount int64, level []Claim) []Part {
	weights, ceilings := make([]*big.Rat, len(level)), make([]*big.Rat, len(level))
	for i, c := range level {
		weights[i] = new(big.Rat).SetInt64(c.Weight)
		if c.Ceiling >= 0 {
			ceilings[i] = new(big.Rat).SetInt64(c.Ceiling)
		}
	}
	quotas := Fill(new(big.Rat).SetInt64(amount), weights, ceilings)
	parts := make([]Part, len(level))
	for i, n := range Whole(quotas) {
		parts[i] = Part{level[i].ID, n, odd(n, quotas[i])}
	}
	return parts
}
