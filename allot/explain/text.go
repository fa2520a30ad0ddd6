// SPDX-License-Identifier: AGPL-3.0-or-later

package explain

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Language is a language in which a document can be told.
type Language string

// The languages.
const (
	English Language = "en"
	French  Language = "fr"
)

// Text tells the document in words, a paragraph a round. Names gives a project's name for its
// identifier; projects that it does not hold are called by their identifier alone.
func (d *Document) Text(w io.Writer, language Language, names map[string]string) error {
	t := &teller{Document: d, out: bufio.NewWriter(w), phrases: phrasesIn(language), names: names}
	t.head()
	for i := range d.Rounds {
		t.round(i+1, &d.Rounds[i])
	}
	if d.Beyond != nil {
		t.say("beyond", t.called(d.Beyond.Project), t.amount(d.Beyond.Cost))
	}
	if len(d.Choices) > 0 && len(d.Rounds) > 0 {
		t.say("fill")
	}
	for _, choice := range d.Choices {
		t.choice(choice)
	}
	t.steps()
	t.say("end", len(d.Winners), t.amount(d.Spent), t.amount(d.Budget), d.Ties)
	if d.Residue > 0 {
		t.say("residue", d.Residue)
	}
	return t.out.Flush()
}

// teller writes one document in one language.
type teller struct {
	*Document
	out     *bufio.Writer
	phrases map[string]string
	names   map[string]string
}

// say writes a line from a phrase; a failed write shows at the last flush.
func (t *teller) say(phrase string, args ...any) {
	fmt.Fprintf(t.out, t.phrases[phrase]+"\n", args...)
}

// called gives a project's identifier and name.
func (t *teller) called(id string) string {
	if name := t.names[id]; name != "" {
		return fmt.Sprintf(t.phrases["called"], id, name)
	}
	return id
}

// amount gives a decimal amount with the decimal sign of the language.
func (t *teller) amount(decimal string) string {
	return strings.Replace(decimal, ".", t.phrases["point"], 1)
}

// micro gives 10⁻⁶ units as an amount of the currency.
func (t *teller) micro(units uint64) string {
	places := 6 + t.Decimals
	text := fmt.Sprintf("%0*d", places+1, units)
	return text[:len(text)-places] + t.phrases["point"] + text[len(text)-places:]
}

// head says what was counted and how.
func (t *teller) head() {
	t.say("head", t.phrases["rule "+t.Rule], t.Voters, t.Projects, t.amount(t.Budget))
	if t.Endowment > 0 {
		t.say("utility "+t.Utility, t.micro(uint64(t.Endowment)))
	}
	if t.Raises > 0 {
		t.say("raised", t.Raises)
	}
	if t.Threshold > 0 {
		t.say("threshold", t.Threshold)
	}
	if t.NoSkip {
		t.say("no-skip")
	}
	for _, group := range t.Exclusive {
		t.say("exclusive", strings.Join(group, ", "))
	}
	t.say("ties " + t.TieRule)
}

// round tells one purchase.
func (t *teller) round(number int, r *Round) {
	if t.Rule == "phragmen" {
		t.say("phragmen", number, t.called(r.Project), t.amount(r.Cost), r.Supporters, t.micro(r.Price))
	} else {
		t.say("round", number, t.called(r.Project), t.amount(r.Cost), r.Supporters, r.Payers)
		t.say("price", r.Full, t.micro(r.Price), t.amount(r.Effective))
		if poor := r.Payers - r.Full; poor > 0 {
			t.say("poor", poor)
		}
	}
	if r.Tied != nil {
		t.say("tied", strings.Join(r.Tied, ", "))
	}
	if r.RunnerUp != nil {
		t.say("runner-up", t.called(r.RunnerUp.Project), t.amount(r.RunnerUp.Effective))
	}
}

// choice tells one choice by votes.
func (t *teller) choice(c Choice) {
	t.say(string(c.Verdict), t.called(c.Project), c.Votes, t.amount(c.Cost), t.amount(c.Left))
	if c.Tied != nil {
		t.say("tied", strings.Join(append([]string{c.Project}, c.Tied...), ", "))
	}
}

// steps tells how the outcome changed while the endowment was raised.
func (t *teller) steps() {
	if t.Stop != nil {
		t.say("stop", t.Stop.Raises, t.amount(t.Stop.Spent))
	}
	if len(t.Steps) > 1 {
		t.say("steps", len(t.Steps))
	}
}
