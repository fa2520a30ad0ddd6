// SPDX-License-Identifier: AGPL-3.0-or-later

package journal

import (
	"reflect"

	"ecot/ledger"
	"ecot/money"
)

// vocabulary keeps the tokens and units met before, so that each is checked and kept once, and
// gives room for lists, so that many leaves share an allocation.
type vocabulary struct {
	words   map[string]string
	recent  [recentWords]string // some of words, each where slot says
	units   map[string]money.Unit
	last    money.Unit // the unit read last, which is mostly the next one too
	day     Day        // the day read last, 0 for none, and its text
	dayText [dayLength]byte
	posts   room[ledger.Posting]
	shares  room[Share]
}

// recentWords is how many words are found without asking a map, a power of two.
const recentWords = 256

// slot gives the place among recent of a word, which is not empty.
func slot[T string | []byte](word T) int {
	n := len(word)
	return (n + int(word[0])*3 + int(word[n/2])*7 + int(word[n-1])*31) % recentWords
}

// note keeps a token among recent.
func (v *vocabulary) note(word string) { v.recent[slot(word)] = word }

// recently gives the token of length bytes that rest begins with when it is among recent, "" when it is
// not or the length is not one of a token.
func (v *vocabulary) recently(rest []byte, length int) string {
	if length <= 0 || length > MaxToken {
		return ""
	}
	if word := v.recent[slot(rest[:length])]; word == string(rest[:length]) {
		return word
	}
	return ""
}

// room hands out short lists from one long one. A list that is kept keeps its neighbours, at most
// roomLength of them where forget is never called.
type room[T any] struct {
	all   []T
	used  int // of all
	total int // handed out since forget was called
}

const roomLength = 4 * MaxPosts

// open gives an empty list to which at most most may be appended, before the next is opened.
func (r *room[T]) open(most int) []T {
	if len(r.all)-r.used < most {
		r.all, r.used = make([]T, roomLength), 0
	}
	return r.all[r.used : r.used : r.used+most]
}

// close keeps the list opened last, which nothing is appended to any more; nil when it is empty.
func (r *room[T]) close(list []T) []T {
	if len(list) == 0 {
		return nil
	}
	r.used += len(list)
	r.total += len(list)
	return list[:len(list):len(list)]
}

// forget takes all lists back; there is room for as many from now on.
func (r *room[T]) forget() {
	if r.total > len(r.all) {
		r.all = make([]T, r.total+roomLength)
	}
	r.used, r.total = 0, 0
}

// shelf holds the facts of one kind that may be used again.
type shelf struct {
	kind  Kind
	facts []Fact
	used  int
}

// take gives an empty fact, which is used again after forget when keep says so.
func (s *shelf) take(keep bool) Fact {
	if s.used < len(s.facts) {
		fact := s.facts[s.used]
		s.used++
		reflect.ValueOf(fact).Elem().SetZero()
		return fact
	}
	fact := s.kind.New()
	if keep {
		s.facts = append(s.facts, fact)
		s.used++
	}
	return fact
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
