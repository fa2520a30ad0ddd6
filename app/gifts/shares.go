// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts

import (
	"strconv"
	"strings"

	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/money"
)

// Shares says how a gift is divided: pots and their weights, the first the one that the giver chose.
type Shares []Weight

// Weight is one pot's part of a gift.
type Weight struct {
	Pot    string
	Weight int64 // 1 to 1000
}

// maxShares bounds the pots of one gift.
const maxShares = mechanism.MaxNeeds - 2

// Whole gives all of a gift to one pot.
func Whole(pot string) Shares { return Shares{{pot, 1}} }

// ParseShares reads what String writes, such as "lanterne=1,fonds=1".
func ParseShares(text string) (Shares, error) {
	var s Shares
	for _, part := range strings.Split(text, ",") {
		pot, weight, found := strings.Cut(part, "=")
		n, err := strconv.ParseInt(weight, 10, 64)
		if !found || err != nil || n < 1 || n > 1000 || !journal.IsSlug(pot) || len(s) == maxShares {
			return nil, fault.New(fault.Invalid,
				"%q says no pots and their weights, such as lanterne=1,fonds=1.", text)
		}
		s = append(s, Weight{pot, n})
	}
	return s, nil
}

// String writes the shares.
func (s Shares) String() string {
	parts := make([]string, len(s))
	for i, w := range s {
		parts[i] = w.Pot + "=" + strconv.FormatInt(w.Weight, 10)
	}
	return strings.Join(parts, ",")
}

// Of divides an amount of minor units by the weights, by largest remainder; among equal remainders the
// pot named first, which the giver chose, gets the odd unit. Pots that get nothing are left out.
func (s Shares) Of(amount int64) ([]journal.Share, error) {
	weights := make([]int64, len(s))
	for i, w := range s {
		weights[i] = w.Weight
	}
	parts, err := money.Split(amount, weights)
	if err != nil {
		return nil, err
	}
	var shares []journal.Share
	for i, part := range parts {
		if part > 0 {
			shares = append(shares, journal.Share{Pot: s[i].Pot, Amount: part})
		}
	}
	return shares, nil
}
