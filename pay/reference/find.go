// SPDX-License-Identifier: AGPL-3.0-or-later

package reference

import (
	"slices"
	"unicode"
)

// maxFound bounds what one search gives back.
const maxFound = 32

// Find looks for references in the free text of a bank's line, the likeliest first and each once, at
// most 32. Banks cut lines, insert blanks, hyphens and points, drop the blank before or after, and
// change case; all of that is read through. What it gives passes its check digits, as one stray run
// in 97 does too: look each up among the references that were issued, in order, and take the first
// that is known.
func Find(text string) []Reference {
	run := read(text)
	var found []candidate
	for start := 0; start+5 <= len(run); start++ {
		if run[start].c == 'R' && run[start+1].c == 'F' && isDigit(run[start+2].c) && isDigit(run[start+3].c) {
			found = append(found, candidates(run, start)...)
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		if a.doubt != b.doubt {
			return a.doubt - b.doubt
		}
		return len(b.reference) - len(a.reference)
	})
	var references []Reference
	for _, f := range found {
		if len(references) < maxFound && !slices.Contains(references, f.reference) {
			references = append(references, f.reference)
		}
	}
	return references
}

// gap says what stood between a character and the one before it.
type gap int

const (
	joined gap = iota // nothing
	loose             // blanks, hyphens, points: what banks and people put in
	broken            // anything else: no reference goes on across it
)

// sign is one letter or digit of a text, in capitals, with the gap before it.
type sign struct {
	c      byte
	before gap
}

// read gives the letters and digits of a text. A letter beyond ASCII ends what stands before it.
func read(text string) []sign {
	var run []sign
	before := broken
	for _, r := range text {
		switch upper := unicode.ToUpper(r); {
		case upper < unicode.MaxASCII && (isDigit(byte(upper)) || isLetter(byte(upper))):
			run = append(run, sign{byte(upper), before})
			before = joined
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), r == '-', r == '.', r == '_', r == '\u2011':
			before = max(before, loose)
		default:
			before = broken
		}
	}
	return run
}

// candidate is a reference that a text may hold, with how doubtful the reading is.
type candidate struct {
	reference Reference
	doubt     int
}

// candidates gives every valid reference that begins at start, where "RF" and two digits stand.
func candidates(run []sign, start int) []candidate {
	var found []candidate
	var letters [4 + maxBody]byte
	doubt := 0
	if run[start].before == joined {
		doubt++ // the word before was glued on
	}
	odd, last := 0, 0 // gaps inside that are not between groups of four; where the last stands
	for n := 0; n < len(letters) && start+n < len(run); n++ {
		at := run[start+n]
		if n > 0 && at.before == broken {
			break
		}
		if n > 0 && at.before == loose && n%4 != 0 {
			odd, last = odd+1, n
		}
		letters[n] = at.c
		if n < 4 {
			continue
		}
		r := Reference(letters[:n+1])
		if seal(r.Body()) != r {
			continue
		}
		found = append(found, candidate{r, doubt + oddity(odd, last, n) + unfinished(run, start+n+1)})
	}
	return found
}

// oddity weighs gaps in odd places: one cut by a line's end is likely, one just before the last
// character is not.
func oddity(odd, last, n int) int {
	if odd > 0 && last == n {
		odd++
	}
	return 2 * odd
}

// unfinished weighs that letters or digits go on right behind the reference.
func unfinished(run []sign, next int) int {
	if next < len(run) && run[next].before == joined {
		return 8
	}
	return 0
}
