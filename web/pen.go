// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"ecot/money"
	"ecot/web/page"
)

// pen writes the pages of the books: a page's pen that knows queries.
type pen struct{ *page.Pen }

// amount writes minor units of a unit with their sign, and links the entries that query picks.
func (p *pen) amount(minor int64, unit money.Unit, query Query) page.AmountView {
	return p.Figure(minor, unit, query.Address())
}

// bare is amount without the unit's sign, for columns.
func (p *pen) bare(minor int64, unit money.Unit, query Query) page.AmountView {
	return p.Bare(minor, unit, query.Address())
}

// tags tells which classes stand behind a figure that query picks: "● proved, except ○ €40.00 declared".
func (p *pen) tags(unit money.Unit, query Query, sum Figure) []page.TagView {
	var tags []page.TagView
	for _, part := range []struct {
		class Class
		minor int64
	}{{Proved, sum.Proved}, {Attested, sum.Attested}, {Declared, sum.Declared}, {page.Unsorted, sum.Unsorted}} {
		if part.minor == 0 {
			continue
		}
		tag := p.Tag(part.class)
		switch {
		case part.minor == sum.Total():
		case len(tags) == 0:
			tag.Words = p.Words("class.except", "class", tag.Words)
		default:
			if part.class != page.Unsorted {
				query.Class = part.class
			}
			amount := p.amount(part.minor, unit, query)
			tag.Amount = &amount
		}
		tags = append(tags, tag)
	}
	return tags
}
