// SPDX-License-Identifier: AGPL-3.0-or-later

package matching

import (
	"slices"
	"strings"
	"unicode/utf8"

	"ecot/exchange/grid"
)

// The words that are looked at, of a name and of a line's text.
const (
	maxWords     = 12
	maxTextWords = 80
)

// Likeness measures how alike two names are, from 0 to 1000: twice the letters that their words share,
// in thousandths of all their letters. The order of words, accents, capitals and titles do not matter;
// a word that differs by one letter counts for three quarters, an initial for half. It is 0 when a
// name has no letter.
func Likeness(a, b string) int64 {
	return likeness(words(a, maxWords), words(b, maxWords))
}

// words gives the first folded words of a text, without titles, sorted.
func words(text string, most int) []string {
	var kept []string
	for _, word := range strings.Fields(grid.Fold(text)) {
		if len(kept) < most && !isTitle(word) {
			kept = append(kept, word)
		}
	}
	slices.Sort(kept)
	return kept
}

func isTitle(word string) bool {
	switch word {
	case "m", "mr", "mrs", "ms", "mme", "mlle", "mm", "monsieur", "madame", "ou", "et", "and", "or", "the",
		"dr", "de", "du", "des", "la", "le", "les", "l", "d":
		return true
	}
	return false
}

func likeness(a, b []string) int64 {
	total := letters(a) + letters(b)
	if len(a) == 0 || len(b) == 0 || total == 0 {
		return 0
	}
	return 1000 * shared(a, b) / (4 * total)
}

func letters(words []string) (n int64) {
	for _, word := range words {
		n += int64(utf8.RuneCountInString(word))
	}
	return n
}

// shared gives four times the letters that words have in common, on both sides together. Each word
// is paired once, the best pairs first. The sides change places so that the result does not depend on
// which is which.
func shared(a, b []string) (sum int64) {
	if slices.Compare(a, b) > 0 {
		a, b = b, a
	}
	usedA, usedB := make([]bool, len(a)), make([]bool, len(b))
	for range min(len(a), len(b)) {
		best, bestA, bestB := int64(0), -1, -1
		for i, x := range a {
			for j, y := range b {
				if usedA[i] || usedB[j] {
					continue
				}
				if common := pair(x, y); common > best {
					best, bestA, bestB = common, i, j
				}
			}
		}
		if best == 0 {
			break
		}
		usedA[bestA], usedB[bestB] = true, true
		sum += best
	}
	return sum
}

// pair gives four times the letters that two words have in common, on both sides together.
func pair(x, y string) int64 {
	both := int64(utf8.RuneCountInString(x) + utf8.RuneCountInString(y))
	switch short, long := min(len(x), len(y)), max(len(x), len(y)); {
	case x == y:
		return 4 * both
	case short >= 5 && near([]rune(x), []rune(y)):
		return 3 * both
	case short == 1 && long > 1 && x[0] == y[0]:
		return 2 * both
	}
	return 0
}

// near says whether one letter changed, added, left out or swapped with its neighbour makes x into y.
func near(x, y []rune) bool {
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) < len(y) {
		return slices.Equal(x[i:], y[i+1:])
	}
	if i == len(x) || slices.Equal(x[i+1:], y[i+1:]) {
		return true
	}
	return i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && slices.Equal(x[i+2:], y[i+2:])
}

// within measures how much of a name stands in the words of a text, from 0 to 1000.
func within(name, text []string) int64 {
	total := letters(name)
	if total == 0 {
		return 0
	}
	var met int64
	for _, word := range name {
		best := int64(0)
		for _, other := range text {
			switch {
			case word == other:
				best = 4
			case best < 3 && len(word) >= 5 && len(other) >= 5 && near([]rune(word), []rune(other)):
				best = 3
			}
		}
		met += best * int64(utf8.RuneCountInString(word))
	}
	return 1000 * met / (4 * total)
}
