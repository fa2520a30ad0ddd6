// SPDX-License-Identifier: AGPL-3.0-or-later

// Package match divides a matching pool by quadratic funding: many small gifts draw more than
// one large gift of the same sum.
//
// Its one invariant: the matches sum to the pool at most, and a result depends only on what each
// donor gave to each project in all, never on the order of gifts or on how a donor cut them up.
//
// # Rules
//
// Let c(i,p) be the sum of donor i's gifts to project p, in minor units. The weight of p is
//
//	plain (Buterin, Hitzig, Weyl 2019, §4):
//	                            w(p) = (Σ_i √c(i,p))² − Σ_i c(i,p)
//	pairwise-bounded, bound M:  w(p) = Σ_{i<j} 2·√(c(i,p)·c(j,p)) · M / (M + Σ_q √(c(i,q)·c(j,q)))
//
// in minor units. The second (after Buterin's "Pairwise coordination subsidies", 2019) counts a
// pair of donors less the more they give to the same projects; no pair draws more than 2·M in all,
// and with growing M it becomes the first. Gitcoin's clr.py has (M+1) ÷ Σ_q in place of M ÷ (M + Σ_q)
// and every pair once: another rule.
//
// The match of p is min(cap, λ·w(p)), with the largest λ ≤ 1 for which the matches fit into the
// pool. So no project draws more than its weight; a pool too small is shared in proportion; and what
// exceeds the cap goes to the others in proportion, again and again until none exceeds it. A
// project with one donor draws nothing. What is not drawn is left in the pool.
//
// # Exactness
//
// Roots are integer square roots of amounts scaled by 4^b, so each is below its true value by
// less than 2^-b; b is chosen from the input (Result.RootBits) so that a weight is off by less than
// half a step of 2^-g, and weights are then rounded to the nearest multiple of 2^-g
// (Result.WeightBits): a weight that is a whole number of minor units is found exactly. With
// N projects g is 20 and the length of N+1 in bits, so every weight and every match is within 2^-20
// of a minor unit before rounding. Rounding is by largest remainder, of equal remainders the first
// project in string order, and moves a match by less than one minor unit.
//
// Cost: plain O(gifts · log gifts); pairwise O(pairs of donors with a project in common).
package match

import (
	"math/big"

	"ecot/allot/split"
	"ecot/money"
)

// Limits on input; more is refused.
const (
	MaxProjects = 100_000
	MaxGifts    = 5_000_000
	MaxPairs    = 2_000_000 // of the pairwise rule: pairs of donors, once for each project in common
)

// The names of the rules and of the rounding's tie rule.
const (
	Plain    = "quadratic"
	Pairwise = "quadratic-pairwise-bounded"
	TieRule  = "project-id-string-order"
)

// errorBits is the promise before rounding: within 2^-errorBits of a minor unit.
const errorBits = 20

// Gift is one gift in minor units.
type Gift struct {
	Donor, Project string
	Amount         int64 // at least 1
}

// Round is a matching round. All amounts are in minor units.
type Round struct {
	Projects []string
	Gifts    []Gift
	Pool     int64
	Cap      int64 // of one project's match; 0 means none
	Bound    int64 // M of the pairwise rule; 0 means the plain rule
}

// Result is a divided pool and everything needed to check it. It holds integers only.
type Result struct {
	Rule       string `json:"rule"`
	TieRule    string `json:"tie_rule"`
	Pool       int64  `json:"pool"`
	Cap        int64  `json:"cap"`
	Bound      int64  `json:"bound"`
	Donors     int    `json:"donors"`
	RootBits   int    `json:"root_bits"`   // b: roots are multiples of 2^-b
	WeightBits int    `json:"weight_bits"` // weights are multiples of 2^-WeightBits minor units
	Lines      []Line `json:"lines"`       // in string order of projects
	Matched    int64  `json:"matched"`
	Left       int64  `json:"left"`
}

// Line is one project's part. Weight is an integer in decimals, in 2^-WeightBits minor units.
type Line struct {
	Project  string `json:"project"`
	Donors   int    `json:"donors"`
	Received int64  `json:"received"`
	Weight   string `json:"weight"`
	Match    int64  `json:"match"`
	Capped   bool   `json:"capped"` // the cap, and not the pool or the weight, holds it down
	Odd      bool   `json:"odd"`    // one unit more than its exact match rounded down
}

// Divide counts a round. Errors are fault.Invalid.
func Divide(r Round) (Result, error) {
	b, err := newBook(r)
	if err != nil {
		return Result{}, err
	}
	result := Result{
		Rule: Plain, TieRule: TieRule, Pool: r.Pool, Cap: r.Cap, Bound: r.Bound, Donors: b.donors,
		WeightBits: b.gridBits(), Lines: []Line{},
	}
	var weights []*big.Int
	if r.Bound == 0 {
		result.RootBits = b.plainBits()
		weights = b.plain(uint(result.RootBits))
	} else {
		pairs, err := b.pairs()
		if err != nil {
			return Result{}, err
		}
		result.Rule = Pairwise
		result.RootBits = b.pairBits(pairs)
		weights = b.pairwise(uint(result.RootBits), r.Bound)
	}
	result.fill(b, weights)
	return result, nil
}

// fill turns weights into matches.
func (r *Result) fill(b *book, weights []*big.Int) {
	unit := new(big.Int).Lsh(big.NewInt(1), uint(r.WeightBits))
	top := new(big.Rat).SetInt64(r.Cap)
	exact, ceilings := make([]*big.Rat, len(weights)), make([]*big.Rat, len(weights))
	for i, w := range weights {
		exact[i] = new(big.Rat).SetFrac(w, unit)
		ceilings[i] = exact[i]
		if r.Cap > 0 && top.Cmp(exact[i]) < 0 {
			ceilings[i] = top
		}
	}
	quotas := split.Fill(new(big.Rat).SetInt64(r.Pool), exact, ceilings)
	r.Left = r.Pool
	for i, match := range split.Whole(quotas) {
		r.Matched += match
		r.Left -= match
		r.Lines = append(r.Lines, Line{
			Project: b.projects.ID(i), Donors: len(b.gifts[i]), Received: b.received[i],
			Weight: weights[i].String(), Match: match,
			Capped: r.Cap > 0 && quotas[i].Cmp(top) == 0 && exact[i].Cmp(top) > 0,
			Odd:    new(big.Rat).SetInt64(match).Cmp(quotas[i]) > 0,
		})
	}
}

// MaxAmount is the largest pool, cap and bound, and the largest sum of all gifts, in minor units.
const MaxAmount = money.Max
