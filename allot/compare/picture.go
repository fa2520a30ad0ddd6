// SPDX-License-Identifier: AGPL-3.0-or-later

package compare

import (
	"bufio"
	"cmp"
	"fmt"
	"html"
	"io"
	"slices"

	"ecot/allot/election"
)

// Measures of the picture, in its own units.
const (
	labelWidth  = 250
	columnWidth = 120
	headHeight  = 110
	rowHeight   = 18
	barWidth    = 100
	mostRows    = 200 // projects drawn: those that most rules choose come first
)

// Words are the texts of the picture in one language.
type Words struct {
	Title   string // of the whole
	Reached string // heads the bars
	Won     string // says that a project won
	Hidden  string // says with %d how many projects are not drawn
}

// Picture draws the rows as an SVG: for each rule the share of voters reached, and which projects it
// chose. Colour carries nothing that form does not: a choice is a filled square with a title.
func Picture(w io.Writer, e *election.Election, rows []Row, words Words) error {
	d := drawing{Writer: bufio.NewWriter(w), election: e, rows: rows, words: words}
	order, chosen := d.projects()
	shown := min(len(order), mostRows)
	width, height := labelWidth+columnWidth*len(rows), headHeight+rowHeight*(shown+2)
	d.printf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" `+
		`font-family="sans-serif" font-size="12">`,
		width, height)
	d.printf(`<title>%s</title><rect width="%d" height="%d" fill="#fff"/>`, html.EscapeString(words.Title),
		width, height)
	d.printf(`<text x="8" y="%d">%s</text>`, headHeight-30, html.EscapeString(words.Reached))
	for column, row := range rows {
		d.head(labelWidth+columnWidth*column, row)
	}
	for i, p := range order[:shown] {
		d.project(headHeight+rowHeight*i, p, chosen)
	}
	if hidden := len(order) - shown; hidden > 0 {
		d.printf(`<text x="8" y="%d">%s</text>`, height-10, html.EscapeString(fmt.Sprintf(words.Hidden, hidden)))
	}
	d.printf("</svg>\n")
	return d.Flush()
}

// drawing is one picture being written; a failed write shows at the flush.
type drawing struct {
	*bufio.Writer
	election *election.Election
	rows     []Row
	words    Words
}

// printf writes to the picture.
func (d *drawing) printf(format string, args ...any) { fmt.Fprintf(d, format, args...) }

// projects gives those that some rule chose, those of most rules first, and by rule who was chosen.
func (d *drawing) projects() (order []int, chosen []map[int]bool) {
	times := make(map[int]int)
	for _, row := range d.rows {
		set := make(map[int]bool, len(row.Winners))
		for _, p := range row.Winners {
			if times[p] == 0 {
				order = append(order, p)
			}
			times[p]++
			set[p] = true
		}
		chosen = append(chosen, set)
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(times[b], times[a]), cmp.Compare(d.election.Votes(b), d.election.Votes(a)),
			cmp.Compare(d.election.Projects[a].ID, d.election.Projects[b].ID))
	})
	return order, chosen
}

// head draws the name of a rule and its bar of voters reached.
func (d *drawing) head(x int, row Row) {
	share := PerTenThousand(int64(row.Reached), int64(d.election.Voters))
	d.printf(`<text transform="translate(%d %d) rotate(-20)" font-size="10">%s</text>`, x, headHeight-50,
		html.EscapeString(row.Rule))
	d.printf(`<rect x="%d" y="%d" width="%d" height="12" fill="none" stroke="#333"/>`, x, headHeight-40,
		barWidth)
	d.printf(`<rect x="%d" y="%d" width="%d" height="12" fill="#1f5f8b"/>`, x, headHeight-40,
		share*barWidth/10_000)
	d.printf(`<text x="%d" y="%d">%d.%02d %%</text>`, x, headHeight-14, share/100, share%100)
}

// project draws one project and who chose it.
func (d *drawing) project(y, p int, chosen []map[int]bool) {
	project := d.election.Projects[p]
	label := []rune(project.ID + " " + project.Name)
	if len(label) > 36 {
		label = append(label[:35], '…')
	}
	d.printf(`<text x="8" y="%d">%s</text>`, y+13, html.EscapeString(string(label)))
	for column, row := range d.rows {
		x := labelWidth + columnWidth*column
		if chosen[column][p] {
			d.printf(`<rect x="%d" y="%d" width="14" height="14" fill="#1f5f8b"><title>%s, %s: %s</title></rect>`,
				x, y+2, html.EscapeString(project.ID), html.EscapeString(row.Rule), html.EscapeString(d.words.Won))
		} else {
			d.printf(`<rect x="%d" y="%d" width="14" height="14" fill="none" stroke="#ccc"/>`, x, y+2)
		}
	}
}
