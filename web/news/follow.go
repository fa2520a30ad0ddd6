// SPDX-License-Identifier: AGPL-3.0-or-later

package news

import (
	"net/http"
	"strconv"

	"ecot/app/trail"
	"ecot/fault"
	"ecot/locale"
	"ecot/money"
	"ecot/web/page"
)

// followPage is where the money of one gift, or of all gifts of one giver, is.
type followPage struct {
	page.Frame
	Summary string
	Gifts   []giftView
	Pots    []flowRow
	Uses    []flowRow
	Flow    *flowView
	Mine    bool
}

// giftView is a gift with what became of it.
type giftView struct {
	Entry    string
	Href     string
	On       locale.Moment
	Gross    page.AmountView
	Tag      page.TagView
	Reversed bool
}

// flowRow is a line of the table beside the drawing: what, where, how much.
type flowRow struct {
	Label  string
	Detail string
	Href   string
	Amount page.AmountView
	minor  int64
}

// flowView is the drawing: the gifts, the pots, what the money is for.
type flowView struct {
	Height int
	Desc   string
	Left   flowBox
	Middle []flowBox
	Right  []flowBox
}

// flowBox is a part of a column.
type flowBox struct {
	Y, Height, Text int
	Label           string
	Class           string
}

// account is the money of some gifts.
type account struct {
	given, fee, returned, unspent int64
	paths                         []trail.Path
	pots                          []trail.Held
}

func (d *Door) follow(r *http.Request) (page.Reply, error) {
	index, err := strconv.ParseInt(r.PathValue("index"), 10, 64)
	if err != nil || index < 0 {
		return page.Reply{}, fault.New(fault.NotFound, "There is no such gift.")
	}
	var path trail.Path
	err = d.rooms.Trail.Read(r.Context(), func(b *trail.Book) (err error) {
		path, err = b.Path(index)
		return err
	})
	if err != nil {
		return page.Reply{}, err
	}
	a := account{given: path.Fact.Gross, fee: path.Fee, returned: path.Returned, unspent: path.Unspent,
		paths: []trail.Path{path}, pots: path.First()}
	p := d.Pen(r)
	data := d.followPage(p, a)
	data.Frame = d.Frame(r, p, "news", p.Words("follow.gift", "index", strconv.FormatInt(index, 10)))
	return d.Render(r, p, "follow", data)
}

// mine follows all gifts of the giver whose link it is.
func (d *Door) mine(r *http.Request) (page.Reply, error) {
	handle, err := d.rooms.Tokens.Handle(r.Context(), r.PathValue("token"))
	if err != nil {
		return page.Reply{}, err
	}
	donor, err := d.rooms.Trail.Of(r.Context(), handle)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	data := d.followPage(p, account{donor.Given, donor.Fee, donor.Returned, donor.Unspent, donor.Paths,
		donor.Pots})
	data.Mine = true
	data.Frame = d.Frame(r, p, "news", p.Words("follow.mine"))
	return d.Private(r, p, "follow", data)
}

func (d *Door) followPage(p *page.Pen, a account) followPage {
	var data followPage
	if len(a.paths) == 0 {
		return data
	}
	unit := a.paths[0].Fact.Unit
	write := func(minor int64) string {
		return money.Amount{Minor: minor,
			Unit: unit}.FormatBare(string(p.Lang))
	}
	data.Summary = p.Words("follow.sum", "gifts", p.Counted("follow.gifts", int64(len(a.paths))), "given",
		write(a.given),
		"fee", write(a.fee+a.returned), "rest", p.Amount(money.Amount{Minor: a.given - a.fee - a.returned,
			Unit: unit}))
	for _, path := range a.paths {
		index := strconv.FormatInt(path.Index, 10)
		data.Gifts = append(data.Gifts, giftView{Entry: p.Words("entry.number", "index", index),
			Href: "/entries/" + index,
			On:   p.When(path.Fact.Inflow.Given.String()), Gross: p.Figure(path.Fact.Gross, unit,
				"/entries/"+index),
			Tag: p.Tag(page.Class(path.Fact.Evidence)), Reversed: path.Reversed})
	}
	for _, h := range a.pots {
		data.Pots = append(data.Pots, flowRow{Label: h.Pot, Href: "/pots/" + h.Pot, minor: h.Amount,
			Amount: p.Figure(h.Amount, unit, "/pots/"+h.Pot+"/entries")})
	}
	data.Uses = uses(p, a, unit)
	data.Flow = flow(p, a, data)
	return data
}

// uses lists what the money is for now: each entry once, then what is not spent.
func uses(p *page.Pen, a account, unit money.Unit) (rows []flowRow) {
	at := map[int64]int{}
	holds := map[string]int{}
	add := func(row flowRow) {
		if row.minor > 0 {
			row.Amount = p.Figure(row.minor, unit, row.Href)
			rows = append(rows, row)
		}
	}
	add(flowRow{Label: p.Words("follow.fee"), Href: ownEntry(a), minor: a.fee})
	add(flowRow{Label: p.Words("follow.returned"), Href: ownEntry(a), minor: a.returned})
	for _, path := range a.paths {
		for _, use := range path.Uses {
			if i, listed := at[use.Entry]; listed {
				rows[i].minor += use.Amount
				rows[i].Amount = p.Figure(rows[i].minor, unit, rows[i].Href)
				continue
			}
			at[use.Entry] = len(rows)
			key := "follow.use." + string(use.Kind)
			if use.Kind == trail.ForExpense && use.Paid == 0 {
				key += ".unpaid"
			}
			add(flowRow{Label: p.Words(key), minor: use.Amount, Href: "/entries/" + strconv.FormatInt(use.Entry,
				10),
				Detail: p.Words("follow.of", "amount", p.Amount(money.Amount{Minor: use.Whole, Unit: unit}), "pot",
					use.Pot,
					"day", p.When(use.On.String()).Words)})
		}
	}
	for _, path := range a.paths {
		for _, h := range path.Holds {
			if i, listed := holds[h.Pot]; listed {
				rows[i].minor += h.Amount
				rows[i].Amount = p.Figure(rows[i].minor, unit, rows[i].Href)
				continue
			}
			holds[h.Pot] = len(rows)
			add(flowRow{Label: p.Words("follow.unspent", "pot", h.Pot), Href: "/pots/" + h.Pot, minor: h.Amount})
		}
	}
	return rows
}

// ownEntry gives the address of the only gift, or of nothing when there are several.
func ownEntry(a account) string {
	if len(a.paths) == 1 {
		return "/entries/" + strconv.FormatInt(a.paths[0].Index, 10)
	}
	return ""
}

// Sizes of the drawing.
const (
	flowHeight = 240
	flowLeast  = 18 // the lowest box, so that its label can be read
	flowMost   = 12 // boxes of a column; the table lists all
)

// flow draws three columns whose heights are as the amounts are.
func flow(p *page.Pen, a account, data followPage) *flowView {
	if a.given == 0 {
		return nil
	}
	v := &flowView{Desc: data.Summary}
	var pots int
	v.Middle, pots = column(p, data.Pots, a.given, "pot")
	var ends int
	v.Right, ends = column(p, data.Uses, a.given, "use")
	v.Height = max(flowHeight, pots, ends)
	v.Left = flowBox{Height: v.Height, Text: v.Height / 2, Class: "gift",
		Label: p.Counted("follow.gifts", int64(len(a.paths)))}
	return v
}

// column stacks boxes, and gives their height together.
func column(p *page.Pen, rows []flowRow, whole int64, class string) (boxes []flowBox, y int) {
	for _, row := range rows[:min(len(rows), flowMost)] {
		height, err := money.MulDivHalfUp(row.minor, flowHeight, whole)
		p.Note(err)
		tall := max(int(height), flowLeast)
		boxes = append(boxes, flowBox{Y: y, Height: tall, Text: y + tall/2 + 4, Label: row.Label, Class: class})
		y += tall + 4
	}
	return boxes, y
}
