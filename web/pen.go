// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"time"

	"ecot/locale"
	"ecot/money"
)

// pen writes one page's words, dates and figures. It keeps the first thing that went wrong, so that
// what builds a page reads straight on; render refuses a page whose pen failed.
type pen struct {
	locale.Tongue
	zone *time.Location
	err  error
}

func (p *pen) note(err error) {
	if p.err == nil {
		p.err = err
	}
}

func (p *pen) text(key string, pairs ...string) string {
	text, err := p.Text(key, pairs...)
	p.note(err)
	return text
}

func (p *pen) count(key string, n int64) string {
	text, err := p.Count(key, n)
	p.note(err)
	return text
}

func (p *pen) moment(at string) locale.Moment {
	moment, err := p.Moment(at, p.zone)
	p.note(err)
	return moment
}

func (p *pen) month(month string) locale.Moment {
	moment, err := p.Month(month)
	p.note(err)
	return moment
}

// amountView is a figure on a page: its text, and the entries that it sums.
type amountView struct {
	Text     string
	Href     string // empty when it sums nothing that can be listed
	Negative bool
}

// amount writes minor units of a unit with their sign.
func (p *pen) amount(minor int64, unit money.Unit, query Query) amountView {
	return amountView{
		Text: p.Amount(money.Amount{Minor: minor, Unit: unit}), Href: query.address(), Negative: minor < 0,
	}
}

// bare is amount without the unit's sign, for columns.
func (p *pen) bare(minor int64, unit money.Unit, query Query) amountView {
	view := p.amount(minor, unit, query)
	view.Text = money.Amount{Minor: minor, Unit: unit}.FormatBare(string(p.Lang))
	return view
}

// tagView says what stands behind a figure, in a shape and in words.
type tagView struct {
	Class  Class
	Shape  string
	Words  string
	Amount *amountView // the part of the figure that is of this class; nil when that is the most of it
}

// unsorted stands for what Books did not sort by evidence.
const unsorted Class = "unsorted"

// shape gives the sign of an evidence class: the fuller, the stronger.
func (c Class) shape() string {
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

// tag names one class.
func (p *pen) tag(class Class) tagView {
	return tagView{Class: class, Shape: class.shape(), Words: p.text("class." + string(class))}
}

// tags tells which classes stand behind a figure that query picks: "● proved, except ○ €40.00 declared".
func (p *pen) tags(unit money.Unit, query Query, sum Figure) []tagView {
	var tags []tagView
	for _, part := range []struct {
		class Class
		minor int64
	}{{Proved, sum.Proved}, {Attested, sum.Attested}, {Declared, sum.Declared}, {unsorted, sum.Unsorted}} {
		if part.minor == 0 {
			continue
		}
		tag := p.tag(part.class)
		switch {
		case part.minor == sum.Total():
		case len(tags) == 0:
			tag.Words = p.text("class.except", "class", tag.Words)
		default:
			if part.class != unsorted {
				query.Class = part.class
			}
			amount := p.amount(part.minor, unit, query)
			tag.Amount = &amount
		}
		tags = append(tags, tag)
	}
	return tags
}
