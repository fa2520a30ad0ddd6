// SPDX-License-Identifier: AGPL-3.0-or-later

package commons

import (
	"fmt"

	"ecot/app/projects"
	"ecot/journal"
	"ecot/locale"
	"ecot/mechanism/appeal"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
	"ecot/web"
	"ecot/web/page"
)

// pen writes the pages of projects.
type pen struct{ *page.Pen }

func (p *pen) plain(minor int64, unit money.Unit) string {
	return p.Amount(money.Amount{Minor: minor, Unit: unit})
}

// gaveIn says how many people gave in a month, without its year.
func (p *pen) gaveIn(people int64, month int) string {
	return p.Words("commons.gave-in", "gave", p.Counted("commons.gave", people),
		"month", p.Words(fmt.Sprintf("month.%d", month%100)))
}

// gaugeView is how far a month's appeal reaches.
type gaugeView struct {
	ID       string // unique on the page
	Month    locale.Moment
	People   string // a sentence: people before euros
	Sentence string // and then euros
	Need     string
	Given    page.AmountView
	Tag      page.TagView
	Carried  string // empty when nothing is
	Level    string
	Bar      *barView
	Fills    []fillView
	Reached  bool
}

// fillView is how far one need is met.
type fillView struct {
	Title  string
	Detail string
	Amount string
	Filled string
}

// barView is the drawing of a gauge, in units of 720: what was carried, what was given, and the need.
type barView struct {
	Title, Desc         string
	Carried, Given, End int64 // widths of both, and where they end
	Need                int64 // where its line stands
}

// barWidth is the width of the drawing of a gauge.
const barWidth = 720

// gauge shows this month's appeal; nil when there is none.
func (p *pen) gauge(id, pot string, s projects.Standing, words []office.Need) *gaugeView {
	if !s.Open {
		return nil
	}
	g := s.Now
	view := &gaugeView{ID: id, Month: p.MonthOf(journal.MonthName(g.Month)), Reached: g.Reached,
		People: p.gaveIn(g.People, g.Month), Need: p.plain(g.Need, g.Unit), Level: p.plain(g.Level, g.Unit),
		Given: p.Figure(g.Given, g.Unit, givenAddress(pot, g)), Tag: p.classOf(s.Months[len(s.Months)-1])}
	key := "commons.missing"
	if g.Reached {
		key = "commons.reached"
	} else if g.Need == 0 {
		key = "commons.no-need"
	}
	if g.Carried > 0 {
		view.Carried = p.plain(g.Carried, g.Unit)
	}
	view.Sentence = p.sentence(key, g)
	view.Bar = p.bar(view, g)
	for _, fill := range s.Fills {
		title, detail := wordsOf(words, fill.Need)
		view.Fills = append(view.Fills, fillView{Title: title, Detail: detail,
			Amount: p.plain(fill.Amount, g.Unit), Filled: p.plain(fill.Filled, g.Unit)})
	}
	return view
}

// sentence says in euros how far a month's appeal reaches.
func (p *pen) sentence(key string, g appeal.Gauge) string {
	switch key {
	case "commons.missing":
		return p.Words(key, "need", p.plain(g.Need, g.Unit), "level", p.plain(g.Level, g.Unit),
			"missing", p.plain(g.Missing, g.Unit))
	case "commons.reached":
		return p.Words(key, "need", p.plain(g.Need, g.Unit), "level", p.plain(g.Level, g.Unit))
	}
	return p.Words(key, "level", p.plain(g.Level, g.Unit))
}

// wordsOf gives the words of a need, its token where it has none.
func wordsOf(words []office.Need, token string) (title, detail string) {
	for _, need := range words {
		if need.Need == token {
			return need.Title, need.Detail
		}
	}
	return token, ""
}

// givenAddress gives the list of the entries that a gauge sums.
func givenAddress(pot string, g appeal.Gauge) string {
	return web.Query{Pot: pot, Month: journal.MonthName(g.Month), Unit: g.Unit, Appeal: true}.Address()
}

// classOf says what stands behind what was given in a month.
func (p *pen) classOf(m projects.MonthOf) page.TagView {
	switch m.Evidence {
	case giving.Proved:
		return p.Tag(page.Proved)
	case giving.Attested:
		return p.Tag(page.Attested)
	case giving.Declared:
		return p.Tag(page.Declared)
	}
	return p.Tag(page.Unsorted)
}

// bar draws a gauge.
func (p *pen) bar(view *gaugeView, g appeal.Gauge) *barView {
	most := max(g.Need, g.Level)
	if most <= 0 {
		return nil
	}
	part := func(minor int64) int64 {
		width, err := money.MulDivHalfUp(max(0, minor), barWidth, most)
		p.Note(err)
		return width
	}
	bar := &barView{Title: p.Words("commons.bar", "month", view.Month.Words),
		Desc: view.People + " " + view.Sentence}
	bar.End, bar.Need = part(g.Level), part(g.Need)
	bar.Carried = min(part(g.Carried), bar.End)
	bar.Given = bar.End - bar.Carried
	return bar
}

// monthsView is the last months of an appeal, as columns and as a table.
type monthsView struct {
	ID          string
	Title, Desc string
	Columns     []columnView
	Rows        []monthView // the newest first
}

// columnView is one month of the drawing: what was there, and where the need stood.
type columnView struct {
	Initial         string
	X, Y            int64
	Height, Need    int64
	Middle, NeedEnd int64
}

// monthView is one month of an appeal.
type monthView struct {
	Month   locale.Moment
	People  string
	Need    string
	Given   page.AmountView
	Tag     page.TagView
	Carried string
	Level   string
	Reached string
}

// Sizes of the columns, in units of the drawing.
const (
	columnStep  = 60
	columnWide  = 36
	columnsBase = 150
	columnsHigh = 130
)

// months shows the months of an appeal; nil when there are none.
func (p *pen) months(pot string, s projects.Standing) *monthsView {
	if len(s.Months) == 0 {
		return nil
	}
	first, last := s.Months[0], s.Months[len(s.Months)-1]
	view := &monthsView{ID: "appeal-months", Title: p.Words("commons.columns",
		"first", p.MonthOf(journal.MonthName(first.Month)).Words, "last",
		p.MonthOf(journal.MonthName(last.Month)).Words)}
	reached, most := int64(0), int64(0)
	for _, m := range s.Months {
		most = max(most, m.Level, m.Need)
		if m.Reached {
			reached++
		}
	}
	view.Desc = p.Words("commons.columns-desc", "reached", p.Counted("commons.months", reached),
		"all", p.Counted("commons.months", int64(len(s.Months))), "most", p.plain(most, last.Unit))
	for i, m := range s.Months {
		view.Columns = append(view.Columns, p.column(i, m, most))
		view.Rows = append([]monthView{p.month(pot, m)}, view.Rows...)
	}
	return view
}

func (p *pen) column(i int, m projects.MonthOf, most int64) columnView {
	initial, err := p.MonthInitial(journal.MonthName(m.Month))
	p.Note(err)
	height := func(minor int64) int64 {
		part, err := money.MulDivHalfUp(max(0, minor), columnsHigh, max(1, most))
		p.Note(err)
		return part
	}
	c := columnView{Initial: initial, X: int64(i*columnStep + (columnStep-columnWide)/2),
		Height: height(m.Level)}
	c.Y, c.Need = columnsBase-c.Height, columnsBase-height(m.Need)
	c.Middle, c.NeedEnd = c.X+columnWide/2, c.X+columnWide
	return c
}

func (p *pen) month(pot string, m projects.MonthOf) monthView {
	short, err := p.ShortMonth(journal.MonthName(m.Month))
	p.Note(err)
	row := monthView{Month: short, People: p.Counted("count.people", m.People), Need: p.plain(m.Need, m.Unit),
		Given: p.Figure(m.Given, m.Unit, givenAddress(pot, m.Gauge)), Tag: p.classOf(m),
		Carried: p.plain(m.Carried, m.Unit), Level: p.plain(m.Level, m.Unit)}
	key := "commons.month-not-reached"
	if m.Reached {
		key = "commons.month-reached"
	}
	row.Reached = p.Words(key)
	return row
}
