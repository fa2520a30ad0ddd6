// SPDX-License-Identifier: AGPL-3.0-or-later

package matching

import (
	"slices"
	"strings"
	"time"

	"ecot/exchange/grid"
)

// What each reason is worth. Only the order that they make within a class matters.
const (
	worthID      = 1000
	worthAccount = 400
	worthAmount  = 300
	worthName    = 250
	worthDay     = 60
	worthPerDay  = 4
	alike        = 850 // a name that speaks for itself
	resembling   = 550 // a name that supports other reasons
	near2months  = 62  // days beyond which a day tells nothing
)

// finding is what a line and a candidate have in common.
type finding struct {
	kind      Kind
	c         candidate
	reasons   []Reason
	score     int64
	cited     bool // the candidate's reference, with right check digits
	id        bool // any identifier
	account   bool
	amount    bool
	alike     bool
	resembles bool
	near      bool
}

func (f *finding) add(code Code, value string, number, worth int64) {
	f.reasons = append(f.reasons, Reason{code, value, number})
	f.score += worth
}

// compare says what a line has in common with a candidate whose amount would be signed so. It is false
// when they cannot belong together: another currency, another direction.
func (s sight) compare(kind Kind, c candidate, amount int64) (*finding, bool) {
	if c.unit != s.line.Currency || s.line.Amount == 0 || amount != 0 && (amount > 0) != (s.line.Amount > 0) {
		return nil, false
	}
	f := &finding{kind: kind, c: c}
	s.compareIDs(f)
	if s.account != "" && slices.Contains(c.accounts, s.account) {
		f.account = true
		f.add(SameAccount, s.account, 0, worthAccount)
	}
	switch {
	case amount == 0:
		f.add(AnyAmount, "", 0, 0)
	case amount == s.line.Amount || amount == s.undone && s.undone != s.line.Amount:
		f.amount = true
		f.add(SameAmount, "", max(amount, -amount), worthAmount)
	default:
		f.add(OtherAmount, "", s.line.Amount-amount, 0)
	}
	s.compareNames(f)
	s.compareDays(f)
	return f, true
}

// compareIDs looks for the candidate's identifiers in the line.
func (s sight) compareIDs(f *finding) {
	c := f.c
	if c.reference != "" && slices.Contains(s.cites, c.reference) {
		f.cited, f.id = true, true
		f.add(SameReference, c.reference, 0, worthID)
	} else if c.cited != "" && c.cited == compact(s.line.Reference) {
		f.id = true
		f.add(SameReference, c.cited, 0, worthID/2)
	}
	if id := compact(c.endToEnd); id != "" && slices.Contains(s.ids, id) {
		f.id = true
		f.add(SameEndToEnd, c.endToEnd, 0, worthID)
	}
	together := f.kind == IsPayout || f.kind == IsPaymentBatch
	if mark := compact(c.mark); mark != "" && together && slices.Contains(s.ids, mark) {
		f.id = true
		code := SameBatch
		if f.kind == IsPayout {
			code = SameTrace
		}
		f.add(code, c.mark, 0, worthID)
	}
}

// compareNames takes the candidate's name that is most alike, in the line's own name or, where it
// has none, in its text.
func (s sight) compareNames(f *finding) {
	best, likest, code := int64(0), "", SimilarName
	take := func(with Code, n name, how int64) {
		if how > best || how == best && best > 0 && (with < code || with == code && n.text < likest) {
			best, likest, code = how, n.text, with
		}
	}
	for _, n := range f.c.names {
		if f.kind == IsPayout {
			take(NameInText, n, within(n.words, slices.Concat(s.words, s.text)))
			continue
		}
		take(SimilarName, n, likeness(n.words, s.words))
		if len(s.words) == 0 {
			take(NameInText, n, within(n.words, s.text))
		}
	}
	if best < resembling {
		return
	}
	f.resembles, f.alike = true, best >= alike
	f.add(code, likest, best, worthName*best/1000)
}

// compareDays takes the candidate's day that is nearest, the earlier of two.
func (s sight) compareDays(f *finding) {
	booked, err := time.Parse(time.DateOnly, s.line.Booked)
	best, met := int64(0), false
	for _, day := range f.c.days {
		due, wrong := time.Parse(time.DateOnly, day)
		if err != nil || wrong != nil {
			continue
		}
		apart := int64(booked.Sub(due).Hours()) / 24
		size, least := max(apart, -apart), max(best, -best)
		if !met || size < least || size == least && apart > best {
			best, met = apart, true
		}
	}
	size := max(best, -best)
	if !met || size > near2months {
		return
	}
	f.near = true
	f.add(DaysApart, "", best, max(0, worthDay-worthPerDay*size))
}

// before says whether the line was booked before the first day on which the candidate was there.
func (s sight) before(c candidate) bool {
	return s.line.Booked != "" && len(c.days) > 0 && s.line.Booked < slices.Min(c.days)
}

// fold writes a text as grid.Fold does, with a blank at either end, so that whole words can be found.
func fold(text string) string { return " " + grid.Fold(text) + " " }

// says gives the first of the words that the line's text has.
func (s sight) says(wanted []string) string {
	for _, word := range wanted {
		if strings.Contains(s.folded, " "+word+" ") {
			return word
		}
	}
	return ""
}
