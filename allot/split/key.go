// SPDX-License-Identifier: AGPL-3.0-or-later

package split

import (
	"slices"

	"ecot/allot/roster"
	"ecot/fault"
	"ecot/money"
)

// The envelopes of the keys below.
const (
	Directed  = "directed"  // goes where the giver says
	Common    = "common"    // goes where the committee says
	Operation = "operation" // pays for running the fund
)

// Key divides one semi-directed gift among envelopes.
//
// Quotas are gift · share ÷ sum of shares, rounded by largest remainder; of envelopes with equal
// remainders the one that comes first in Odd takes the odd cent. Under HalfHalf, Odd is common,
// directed: the directed half is the gift's half rounded down and the odd cent is common. Under
// TenForOperation (45/45/10) Odd is common, directed, operation: with 1 cent the common envelope
// has it, with 2 the directed one has one too, and only a larger remainder brings operation one.
//
// Common money is to be divided by axes once for a whole period (ByWeight on the sum), not gift
// by gift: on gifts of a few cents largest remainder would always favour the same axis.
type Key struct {
	Name   string
	Shares []Weight // envelopes in the order in which they are shown
	Odd    []string // every envelope once
}

// HalfHalf is the key 50/50.
func HalfHalf() Key {
	return Key{"50/50", []Weight{{Directed, 50}, {Common, 50}}, []string{Common, Directed}}
}

// TenForOperation is the key 45/45/10.
func TenForOperation() Key {
	return Key{
		"45/45/10", []Weight{{Directed, 45}, {Common, 45}, {Operation, 10}},
		[]string{Common, Directed, Operation},
	}
}

// Divide gives each envelope its part of a gift, in the order of Shares. When the giver directs
// nothing, directed is false and the directed part is added to the common one. Errors are
// fault.Invalid.
func (k Key) Divide(gift int64, directed bool) ([]Part, error) {
	if err := checkAmount(gift); err != nil {
		return nil, err
	}
	order, sum, err := k.check()
	if err != nil {
		return nil, err
	}
	weights := make([]int64, len(order))
	for i, at := range order {
		weights[i] = k.Shares[at].Weight
	}
	amounts, err := money.Split(gift, weights)
	if err != nil {
		return nil, err
	}
	parts := make([]Part, len(order))
	for i, n := range amounts {
		parts[order[i]] = Part{k.Shares[order[i]].ID, n, odd(n, quota(gift, weights[i], sum))}
	}
	if !directed {
		return undirected(parts)
	}
	return parts, nil
}

// check gives the places in Shares in Odd order, and the sum of shares.
func (k Key) check() ([]int, int64, error) {
	_, sum, err := checkWeights(k.Shares)
	if err != nil {
		return nil, 0, err
	}
	if sum == 0 {
		return nil, 0, fault.New(fault.Invalid, "The key %q has no shares.", k.Name)
	}
	if _, err := roster.New("odd envelope", k.Odd, MaxParts); err != nil {
		return nil, 0, err
	}
	var order []int
	for _, id := range k.Odd {
		at := slices.IndexFunc(k.Shares, func(w Weight) bool { return w.ID == id })
		if at < 0 {
			return nil, 0, fault.New(fault.Invalid,
				"The odd order of key %q names the unknown envelope %q.", k.Name, id)
		}
		order = append(order, at)
	}
	if len(order) != len(k.Shares) {
		return nil, 0, fault.New(fault.Invalid, "The odd order of key %q names %d of %d envelopes.",
			k.Name, len(order), len(k.Shares))
	}
	return order, sum, nil
}

// undirected moves the directed part to the common one.
func undirected(parts []Part) ([]Part, error) {
	from := slices.IndexFunc(parts, func(p Part) bool { return p.ID == Directed })
	to := slices.IndexFunc(parts, func(p Part) bool { return p.ID == Common })
	if from < 0 {
		return parts, nil
	}
	if to < 0 {
		return nil, fault.New(fault.Invalid, "The key has no common envelope for an undirected gift.")
	}
	parts[to].Amount += parts[from].Amount
	parts[from] = Part{ID: Directed}
	return parts, nil
}
