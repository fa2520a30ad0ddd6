// SPDX-License-Identifier: AGPL-3.0-or-later

package journal

import (
	"ecot/ledger"
	"ecot/money"
)

// vocabulary keeps the tokens and units met before, so that each is checked and kept once, and
// gives room for lists, so that many leaves share an allocation.
type vocabulary struct {
	words  map[string]string
	units  map[string]money.Unit
	last   money.Unit // the unit read last, which is mostly the next one too
	posts  room[ledger.Posting]
	shares room[Share]
}

// room hands out short lists from one long one. A list that is kept keeps its neighbours, at most
// roomLength of them.
type room[T any] struct{ free []T }

const roomLength = 128

// take gives a list of n.
func (r *room[T]) take(n int) []T {
	if len(r.free) < n {
		r.free = make([]T, max(n, roomLength))
	}
	taken := r.free[:n:n]
	r.free = r.free[n:]
	return taken
}

func newVocabulary() *vocabulary {
	return &vocabulary{words: map[string]string{}, units: map[string]money.Unit{}}
}

// maxWords bounds the memory that a reader spends on words met before.
const maxWords = 10_000

// trim forgets everything once there is too much of it.
func (v *vocabulary) trim() {
	if len(v.words)+len(v.units) > maxWords {
		clear(v.words)
		clear(v.units)
	}
}
