// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"ecot/money"
)

// Sizes of the month columns, in units of the drawing.
const (
	chartWidth  = 720
	chartHeight = 230
	chartBase   = 196 // where the columns stand
	chartTop    = 26  // where the highest ends
	columnWidth = 20
)

// chartView is the drawing of month columns: what came in, filled, and what went out, hollow.
type chartView struct {
	ID          string // unique on the page
	Title, Desc string
	Most        string // the amount at the top line
	Columns     []columnView
}

// columnView is one month of the drawing.
type columnView struct {
	Initial string
	Middle  int // where its letter stands
	In, Out bar
}

// bar is a rectangle.
type bar struct{ X, Y, Width, Height int64 }

// chart draws months of one unit, oldest first; at most twelve.
func (p *pen) chart(id string, months []Month) *chartView {
	var most int64
	for _, month := range months {
		most = max(most, month.In.Total(), month.Out.Total())
	}
	if most == 0 {
		return nil
	}
	unit := months[0].Unit
	step := chartWidth / max(len(months), 12)
	first, last := p.MonthOf(months[0].Month).Words, p.MonthOf(months[len(months)-1].Month).Words
	view := &chartView{
		ID:    id,
		Title: p.Words("chart.title", "first", first, "last", last),
		Most:  p.Amount(money.Amount{Minor: most, Unit: unit}),
	}
	view.Desc = p.Words("chart.desc", "most", view.Most, "month", p.MonthOf(busiest(months, most)).Words)
	for i, month := range months {
		initial, err := p.MonthInitial(month.Month)
		p.Note(err)
		middle := i*step + step/2
		view.Columns = append(view.Columns, columnView{
			Initial: initial, Middle: middle,
			In:  p.bar(int64(middle-columnWidth-1), month.In.Total(), most),
			Out: p.bar(int64(middle+1), month.Out.Total(), most),
		})
	}
	return view
}

// bar gives a column as high as minor is to most; what is not nothing shows.
func (p *pen) bar(x, minor, most int64) bar {
	height, err := money.MulDivHalfUp(minor, chartBase-chartTop, most)
	p.Note(err)
	if minor > 0 && height < 2 {
		height = 2
	}
	return bar{X: x, Y: chartBase - height, Width: columnWidth, Height: height}
}

// busiest gives the month in which most came in or went out.
func busiest(months []Month, most int64) string {
	for _, month := range months {
		if month.In.Total() == most || month.Out.Total() == most {
			return month.Month
		}
	}
	return months[0].Month
}
