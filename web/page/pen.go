// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"errors"
	"time"

	"ecot/fault"
	"ecot/locale"
	"ecot/money"
)

// Pen writes one page's words, dates and figures. It keeps the first thing that went wrong, so that
// what builds a page reads straight on; Render refuses a page whose pen failed.
type Pen struct {
	locale.Tongue
	Zone *time.Location
	err  error
}

// Note keeps an error, unless there is one already.
func (p *Pen) Note(err error) {
	if p.err == nil {
		p.err = err
	}
}

// Err gives the error that Note kept, nil while nothing went wrong.
func (p *Pen) Err() error { return p.err }

// Words gives a message with its values, as name, value pairs.
func (p *Pen) Words(key string, pairs ...string) string {
	text, err := p.Text(key, pairs...)
	p.Note(err)
	return text
}

// Counted gives the form of a message that n asks for.
func (p *Pen) Counted(key string, n int64) string {
	text, err := p.Count(key, n)
	p.Note(err)
	return text
}

// When writes a day 2026-01-02 or an instant 2026-01-02T09:00:00Z.
func (p *Pen) When(at string) locale.Moment {
	moment, err := p.Moment(at, p.Zone)
	p.Note(err)
	return moment
}

// MonthOf writes a month 2026-01.
func (p *Pen) MonthOf(month string) locale.Moment {
	moment, err := p.Month(month)
	p.Note(err)
	return moment
}

// Fault writes what went wrong in the reader's language, where the fault names a message, and in
// English where it does not.
func (p *Pen) Fault(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Key != "" {
		return p.Words(f.Key, f.Pairs...)
	}
	return fault.PublicOf(err)
}

// AmountView is a figure on a page: its text, and the entries that it sums.
type AmountView struct {
	Text     string
	Href     string // empty when it sums nothing that can be listed
	Negative bool
}

// Figure writes minor units of a unit with their sign, and links what they sum.
func (p *Pen) Figure(minor int64, unit money.Unit, href string) AmountView {
	return AmountView{
		Text: p.Amount(money.Amount{Minor: minor, Unit: unit}), Href: href, Negative: minor < 0,
	}
}

// Bare is Figure without the unit's sign, for columns.
func (p *Pen) Bare(minor int64, unit money.Unit, href string) AmountView {
	view := p.Figure(minor, unit, href)
	view.Text = money.Amount{Minor: minor, Unit: unit}.FormatBare(string(p.Lang))
	return view
}

// Class says what stands behind an amount.
type Class string

// The evidence classes, the strongest first. Unsorted stands for what was not sorted by evidence.
const (
	Proved   Class = "proved"   // a bank or provider line matches it
	Attested Class = "attested" // a named third party signed it
	Declared Class = "declared" // the operator's word only
	Unsorted Class = "unsorted"
)

// TagView says what stands behind a figure, in a shape and in words.
type TagView struct {
	Class  Class
	Shape  string
	Words  string
	Amount *AmountView // the part of the figure that is of this class; nil when that is the most of it
}

// Shape gives the sign of an evidence class: the fuller, the stronger.
func (c Class) Shape() string {
	switch c {
	case Proved:
		return "●"
	case Attested:
		return "◐"
	case Declared:
		return "○"
	}
	return "◌"
}

// Tag names one class.
func (p *Pen) Tag(class Class) TagView {
	return TagView{Class: class, Shape: class.Shape(), Words: p.Words("class." + string(class))}
}
