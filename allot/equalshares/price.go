// SPDX-License-Identifier: AGPL-3.0-or-later

package equalshares

import "math/bits"

// price is what a project asks of a supporter who can pay in full, rest ÷ full in 10⁻⁶ units, and the
// weight that a payment is divided by when prices are compared: the cost, or 1.
type price struct {
	rest   uint64
	full   uint64
	weight uint64
}

// each gives what one full payer pays: the price rounded up.
func (p price) each() uint64 { return (p.rest + p.full - 1) / p.full }

// compare orders by price ÷ weight: negative when p is the better one.
func (p price) compare(q price) int {
	a2, a1, a0 := product(p.rest, q.full, q.weight)
	b2, b1, b0 := product(q.rest, p.full, p.weight)
	switch {
	case a2 != b2:
		return sign(a2 > b2)
	case a1 != b1:
		return sign(a1 > b1)
	case a0 != b0:
		return sign(a0 > b0)
	}
	return 0
}

// sign gives 1 when above, else −1.
func sign(above bool) int {
	if above {
		return 1
	}
	return -1
}

// product gives a × b × c in 192 bits, the highest word first.
func product(a, b, c uint64) (w2, w1, w0 uint64) {
	high, low := bits.Mul64(a, b)
	carry, w0 := bits.Mul64(low, c)
	w2, w1 = bits.Mul64(high, c)
	w1, over := bits.Add64(w1, carry, 0)
	return w2 + over, w1, w0
}
