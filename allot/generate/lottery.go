// SPDX-License-Identifier: AGPL-3.0-or-later

package generate

import "math/bits"

// lottery draws items by weight in constant time (M. Vose, "A Linear Algorithm for Generating Random
// Numbers with a Given Distribution", IEEE Trans. Softw. Eng. 17(9), 1991): each slot is shared by
// its own item and one other.
type lottery struct {
	share []uint32 // own share of slot i, in 2⁻³²
	other []uint32
}

// newLottery prepares for weights above zero.
func newLottery(weights []uint64) *lottery {
	n := len(weights)
	l := &lottery{share: make([]uint32, n), other: make([]uint32, n)}
	total := uint64(0)
	for _, w := range weights {
		total += w
	}
	left := make([]uint64, n) // weight × n: a full slot is total
	var small, large []uint32
	for i, w := range weights {
		left[i] = w * uint64(n)
		l.other[i], l.share[i] = uint32(i), 1<<32-1
		if left[i] < total {
			small = append(small, uint32(i))
		} else {
			large = append(large, uint32(i))
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, b := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		share, _ := bits.Div64(left[s]>>32, left[s]<<32, total)
		l.share[s], l.other[s] = uint32(share), b
		left[b] -= total - left[s]
		if left[b] < total {
			large = large[:len(large)-1]
			small = append(small, b)
		}
	}
	return l
}

// draw gives an item for 64 random bits.
func (l *lottery) draw(random uint64) int {
	slot := below(random>>32, len(l.share))
	if uint32(random) < l.share[slot] {
		return slot
	}
	return int(l.other[slot])
}
