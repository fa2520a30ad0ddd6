// SPDX-License-Identifier: AGPL-3.0-or-later

package news

import (
	"bytes"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strconv"

	"ecot/app/wall"
	"ecot/fault"
	"ecot/journal"
	"ecot/locale"
	"ecot/money"
	"ecot/web/page"
)

// pageSize is how many gifts one page of the wall lists.
const pageSize = 200

// wallPage is the wall.
type wallPage struct {
	page.Frame
	Gifts   string
	Total   page.AmountView
	Entries []giverView
	Picture template.HTML
	Orders  []page.NavItem // the section says which is the current one
	Kinds   []page.NavItem
	Order   string
	Kind    string
	Older   string
	Newer   string
}

// giverView is a gift on the wall.
type giverView struct {
	Name   string
	Link   string
	Nth    string
	Words  string
	Given  locale.Moment
	Amount page.AmountView
	Tag    page.TagView
	Entry  string
	Follow string
}

// query reads what an address asks of the wall.
func query(r *http.Request) (q wall.Query, err error) {
	values := r.URL.Query()
	q = wall.Query{Order: wall.ByDate, Kind: wall.All, Limit: pageSize}
	switch order := wall.Order(values.Get("order")); order {
	case "", wall.ByDate:
	case wall.ByName, wall.ByClass:
		q.Order = order
	default:
		return q, fault.New(fault.Invalid, "The wall has no such order.").In("wall.no-order")
	}
	switch kind := wall.Kind(values.Get("kind")); kind {
	case "", wall.All:
	case wall.People, wall.Organisations:
		q.Kind = kind
	default:
		return q, fault.New(fault.Invalid, "The wall has no such list.").In("wall.no-kind")
	}
	if text := values.Get("skip"); text != "" {
		if q.Skip, err = strconv.Atoi(text); err != nil || q.Skip < 0 || q.Skip > 1_000_000 {
			return q, fault.New(fault.Invalid, "The wall has no such page.").In("wall.no-page")
		}
	}
	return q, nil
}

// address gives the address of a query.
func address(q wall.Query) string {
	values := url.Values{}
	if q.Order != wall.ByDate {
		values.Set("order", string(q.Order))
	}
	if q.Kind != wall.All {
		values.Set("kind", string(q.Kind))
	}
	if q.Skip > 0 {
		values.Set("skip", strconv.Itoa(q.Skip))
	}
	if len(values) == 0 {
		return "/wall"
	}
	return "/wall?" + values.Encode()
}

func (d *Door) wall(r *http.Request) (page.Reply, error) {
	q, err := query(r)
	if err != nil {
		return page.Reply{}, err
	}
	all, more, sums, err := d.rooms.Wall.List(r.Context(), q)
	if err != nil {
		return page.Reply{}, err
	}
	bricks, height, err := d.rooms.Wall.Bricks(r.Context(), d.today())
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	data := wallPage{Frame: d.Frame(r, p, "wall", p.Words("wall.title")), Gifts: p.Counted("wall.gifts",
		sums.Gifts),
		Total: p.Figure(sums.Total, sums.Unit, "/entries?flow=in"), Order: string(q.Order),
		Kind: string(q.Kind)}
	for _, e := range all {
		data.Entries = append(data.Entries, giver(p, e, sums.Unit))
	}
	if len(bricks) > 0 {
		data.Picture = template.HTML(draw(p, bricks, height, d.Manner(r))) // every text in it is escaped there
	}
	for _, order := range []wall.Order{wall.ByDate, wall.ByName, wall.ByClass} {
		data.Orders = append(data.Orders, page.NavItem{Section: string(order), Key: "wall.order." +
			string(order),
			Address: address(wall.Query{Order: order, Kind: q.Kind})})
	}
	for _, kind := range []wall.Kind{wall.All, wall.People, wall.Organisations} {
		data.Kinds = append(data.Kinds, page.NavItem{Section: string(kind), Key: "wall.kind." + string(kind),
			Address: address(wall.Query{Order: q.Order, Kind: kind})})
	}
	if more {
		data.Older = address(wall.Query{Order: q.Order, Kind: q.Kind, Skip: q.Skip + pageSize})
	}
	if q.Skip > 0 {
		data.Newer = address(wall.Query{Order: q.Order, Kind: q.Kind, Skip: max(q.Skip-pageSize, 0)})
	}
	return d.Render(r, p, "wall", data)
}

func giver(p *page.Pen, e wall.Entry, unit money.Unit) giverView {
	index := strconv.FormatInt(e.Index, 10)
	v := giverView{Name: e.Name, Words: e.Words, Given: p.When(e.Given.String()),
		Tag:   p.Tag(page.Class(e.Evidence)),
		Entry: p.Words("entry.number", "index", index), Follow: "/follow/" + index}
	if safeLink(e.Link) {
		v.Link = e.Link
	}
	if e.Nth > 1 {
		v.Nth = nth(p, e.Nth)
	}
	if e.Amount >= 0 {
		v.Amount = p.Figure(e.Amount, unit, v.Follow)
	}
	return v
}

// today gives the civil day in the fund's zone.
func (d *Door) today() journal.Day {
	day, _ := journal.ParseDay(d.Today()) // a day that the clock gave
	return day
}

// side is the side of the smallest brick in the drawing, and gap what is between two (Rue89's wall: 18
// pixels for 15 €).
const (
	side = 18
	gap  = 2
)

// draw draws the bricks as SVG. Each has its name as its title, and its giver's link.
func draw(p *page.Pen, bricks []wall.Brick, height int, m page.Manner) string {
	var out bytes.Buffer
	number := func(n int) string { return strconv.Itoa(n) }
	out.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" class="bricks" viewBox="0 0 ` +
		number(wall.Columns*side) + ` ` +
		number(height*side) + `" role="group" aria-label="` +
		template.HTMLEscapeString(p.Words("wall.bricks")) + `">`)
	for _, b := range bricks {
		link, rel := m.Href("/follow/"+strconv.FormatInt(b.Index, 10)), ""
		if safeLink(b.Link) {
			link, rel = b.Link, ` rel="sponsored nofollow noopener"`
		}
		size := b.Side*side - gap
		out.WriteString(`<a href="` + template.HTMLEscapeString(link) + `"` + rel + `><title>` +
			template.HTMLEscapeString(b.Name) + `</title><rect x="` + number(b.X*side) + `" y="` +
			number(b.Y*side) +
			`" width="` + number(size) + `" height="` + number(size) + `"/></a>`)
	}
	out.WriteString(`</svg>`)
	return out.String()
}

// wallSVG gives the bricks as a picture for other sites.
func (d *Door) wallSVG(r *http.Request) (page.Reply, error) {
	bricks, height, err := d.rooms.Wall.Bricks(r.Context(), d.today())
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	text := draw(p, bricks, max(height, 1), page.Manner{Lang: p.Lang})
	return page.Reply{Status: http.StatusOK, ContentType: "image/svg+xml", Cache: page.CacheChecked,
		Body:     []byte(text),
		Language: string(p.Lang), Shared: true, Framed: true}, p.Err()
}

// wireEntry is a gift of the wall as programs read it. Amounts are minor units.
type wireEntry struct {
	Entry        int64  `json:"entry"`
	Name         string `json:"name"`
	Organisation bool   `json:"organisation"`
	Nth          int64  `json:"nth"`
	Amount       *int64 `json:"amount,omitempty"`
	Words        string `json:"words,omitempty"`
	Link         string `json:"link,omitempty"`
	Given        string `json:"given"`
	Evidence     string `json:"evidence"`
}

// wallJSON gives a page of the wall for programs.
func (d *Door) wallJSON(r *http.Request) (page.Reply, error) {
	q, err := query(r)
	if err != nil {
		return page.Reply{}, err
	}
	all, more, sums, err := d.rooms.Wall.List(r.Context(), q)
	if err != nil {
		return page.Reply{}, err
	}
	answer := struct {
		Unit    string      `json:"unit"`
		Gifts   int64       `json:"gifts"`
		Total   int64       `json:"total"`
		Named   int64       `json:"named"`
		Entries []wireEntry `json:"entries"`
		Next    string      `json:"next,omitempty"`
	}{string(sums.Unit), sums.Gifts, sums.Total, sums.Named, []wireEntry{}, ""}
	for _, e := range all {
		w := wireEntry{Entry: e.Index, Name: e.Name, Organisation: e.Organisation, Nth: e.Nth, Words: e.Words,
			Link:  e.Link,
			Given: e.Given.String(), Evidence: string(e.Evidence)}
		if e.Amount >= 0 {
			w.Amount = &e.Amount
		}
		answer.Entries = append(answer.Entries, w)
	}
	if more {
		q.Skip += pageSize
		answer.Next = "/wall.json" + address(q)[len("/wall"):]
	}
	text, err := json.Marshal(answer)
	return page.Reply{Status: http.StatusOK, ContentType: "application/json", Cache: page.CacheChecked,
		Body:   text,
		Shared: true}, err
}

// plaquePage is a plaque.
type plaquePage struct {
	page.Frame
	Words  string
	By     string
	Target string
	SVG    string
	Follow string
	Since  locale.Moment
}

func (d *Door) plaque(r *http.Request) (page.Reply, error) {
	plaque, by, err := d.rooms.Wall.Plaque(r.Context(), r.PathValue("id"))
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	return d.Render(r, p, "plaque", plaquePage{Frame: d.Frame(r, p, "wall", p.Words("plaque.title")),
		Words: plaque.Words,
		By:    by, Target: plaque.Target, SVG: "/plaques/" + plaque.ID + "/plaque.svg",
		Follow: "/follow/" + strconv.FormatInt(plaque.Index, 10)})
}

// plaqueSVG gives a plaque as a picture that can stand on the page that it is for.
func (d *Door) plaqueSVG(r *http.Request) (page.Reply, error) {
	plaque, by, err := d.rooms.Wall.Plaque(r.Context(), r.PathValue("id"))
	if err != nil {
		return page.Reply{}, err
	}
	words, name := template.HTMLEscapeString(plaque.Words), template.HTMLEscapeString(by)
	width := strconv.Itoa(max(9*len([]rune(plaque.Words)), 8*len([]rune(by)), 80) + 32)
	text := `<svg xmlns="http://www.w3.org/2000/svg" width="` + width +
		`" height="64" role="img" aria-label="` + words + ` — ` +
		name + `"><rect width="100%" height="100%" rx="4" fill="#2b2b26"/>` +
		`<g fill="#f5f0e6" font-family="Georgia, serif" text-anchor="middle">` +
		`<text x="50%" y="28" font-size="17">` + words +
		`</text><text x="50%" y="50" font-size="13">` + name + `</text></g></svg>`
	return page.Reply{Status: http.StatusOK, ContentType: "image/svg+xml", Cache: page.CacheChecked,
		Body:   []byte(text),
		Shared: true, Framed: true}, nil
}
