// SPDX-License-Identifier: AGPL-3.0-or-later

package match

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"

	"ecot/fault"
)

// root is the integer square root of n·4^b: √n in 2^-b, rounded down.
func root(n *big.Int, b uint) *big.Int {
	scaled := new(big.Int).Lsh(n, 2*b)
	return scaled.Sqrt(scaled)
}

// plainBits chooses b for the plain rule. With n donors and T = Σ√c, n roots that are each too low
// by less than 2^-b make the square too low by less than n·(2T + 1)·2^-b; that
// must be half a step of the grid of weights at most.
func (b *book) plainBits() int {
	worst := new(big.Int)
	for _, list := range b.gifts {
		sum := big.NewInt(1)
		for _, g := range list {
			r := root(big.NewInt(g.amount), 0)
			sum.Add(sum, r.Add(r, big.NewInt(1)).Lsh(r, 1))
		}
		if sum.Mul(sum, big.NewInt(int64(len(list)))); sum.Cmp(worst) > 0 {
			worst = sum
		}
	}
	return worst.BitLen() + b.gridBits() + 1
}

// gridBits is g: weights are rounded to the nearest multiple of 2^-g. A match depends on all weights,
// so a step is 2^-errorBits divided by the number of projects and one, or less.
func (b *book) gridBits() int { return errorBits + bits.Len(uint(b.projects.Len()+1)) }

// nearest rounds x, in 2^-from, to the grid; halves go up.
func (b *book) nearest(x *big.Int, from uint) *big.Int {
	drop := from - uint(b.gridBits())
	half := new(big.Int).Lsh(big.NewInt(1), drop-1)
	return half.Add(half, x).Rsh(half, drop)
}

// plain gives each project's (Σ√c)² − Σc on the grid.
func (b *book) plain(shift uint) []*big.Int {
	weights := make([]*big.Int, len(b.gifts))
	for p, list := range b.gifts {
		sum := new(big.Int)
		for _, g := range list {
			sum.Add(sum, root(big.NewInt(g.amount), shift))
		}
		direct := new(big.Int).Lsh(big.NewInt(b.received[p]), 2*shift)
		weights[p] = b.nearest(sum.Mul(sum, sum).Sub(sum, direct), 2*shift)
	}
	return weights
}

// pairs counts pairs of donors, once for each project in common, and refuses too many.
func (b *book) pairs() (int64, error) {
	var pairs int64
	for _, list := range b.gifts {
		n := int64(len(list))
		if pairs += n * (n - 1) / 2; pairs > MaxPairs {
			return 0, fault.New(fault.Invalid,
				"More than %d pairs of donors meet; the pairwise rule cannot count so many.", MaxPairs)
		}
	}
	return pairs, nil
}

// pairBits chooses b for the pairwise rule. A pair's term changes by at most 2 with its own root and
// with each root of the sum, and is itself rounded down, so it is off by less than 2k + 3 in 2^-b
// when the pair has k projects in common.
func (b *book) pairBits(pairs int64) int {
	worst := new(big.Int).Mul(big.NewInt(pairs), big.NewInt(int64(2*b.projects.Len()+3)))
	return worst.BitLen() + b.gridBits() + 1
}

// meeting is a project that two donors have in common, and the root of their gifts' product.
type meeting struct {
	with, project int
	root          *big.Int
}

// pairwise gives each project's weight on the grid. It takes one donor after the other, with all
// those whose number is smaller, so that only one donor's meetings are in memory.
func (b *book) pairwise(shift uint, bound int64) []*big.Int {
	weights := make([]*big.Int, len(b.gifts))
	for p := range weights {
		weights[p] = new(big.Int)
	}
	scaled := new(big.Int).Lsh(big.NewInt(bound), shift)
	for _, places := range b.byDonor() {
		met := b.meet(places, shift)
		for len(met) > 0 {
			n := 1
			for n < len(met) && met[n].with == met[0].with {
				n++
			}
			count(weights, met[:n], scaled)
			met = met[n:]
		}
	}
	for p, w := range weights {
		weights[p] = b.nearest(w, shift)
	}
	return weights
}

// count adds one pair's terms to the weights of the projects they have in common.
func count(weights []*big.Int, pair []meeting, bound *big.Int) {
	sum := new(big.Int).Set(bound)
	for _, m := range pair {
		sum.Add(sum, m.root)
	}
	for _, m := range pair {
		term := new(big.Int).Mul(m.root, bound)
		term.Lsh(term, 1).Quo(term, sum)
		weights[m.project].Add(weights[m.project], term)
	}
}

// place is where a gift stands in the book.
type place struct{ project, at int }

// byDonor gives each donor's gifts, in order of projects.
func (b *book) byDonor() [][]place {
	places := make([][]place, b.donors)
	for p, list := range b.gifts {
		for at, g := range list {
			places[g.donor] = append(places[g.donor], place{p, at})
		}
	}
	return places
}

// meet lists the meetings of a donor with those of smaller numbers, in order of these.
func (b *book) meet(places []place, shift uint) []meeting {
	var met []meeting
	for _, here := range places {
		list := b.gifts[here.project]
		own := big.NewInt(list[here.at].amount)
		for _, other := range list[:here.at] {
			product := new(big.Int).Mul(own, big.NewInt(other.amount))
			met = append(met, meeting{other.donor, here.project, root(product, shift)})
		}
	}
	slices.SortStableFunc(met, func(x, y meeting) int { return cmp.Compare(x.with, y.with) })
	return met
}
