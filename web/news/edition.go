// SPDX-License-Identifier: AGPL-3.0-or-later

package news

import (
	"cmp"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ecot/app/news"
	"ecot/app/wall"
	"ecot/fault"
	"ecot/journal"
	"ecot/locale"
	"ecot/money"
	"ecot/web/page"
)

// indexPage lists the months.
type indexPage struct {
	page.Frame
	Months []issueView
}

// issueView is a month in the list.
type issueView struct {
	Month  locale.Moment
	Href   string
	People string
	Gifts  string
	Total  page.AmountView
	Record bool
}

// latest gives the last version of each month, the latest month first.
func latest(issues []news.Issue) (last []news.Issue) {
	for _, issue := range issues { // the latest version of a month comes first
		if len(last) == 0 || last[len(last)-1].Month != issue.Month {
			last = append(last, issue)
		}
	}
	return last
}

func (d *Door) index(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	issues, err := d.rooms.News.Issues(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	data := indexPage{Frame: d.Frame(r, p, "news", p.Words("news.title"))}
	for _, issue := range latest(issues) {
		month := journal.MonthName(issue.Month)
		data.Months = append(data.Months, issueView{Month: p.MonthOf(month), Href: "/news/" + month,
			People: p.Counted("news.people", issue.Figures.People), Gifts: p.Counted("news.gifts",
				issue.Figures.Gifts),
			Total:  p.Figure(issue.Figures.Total, unitOf(issue.Unit), entries(month)),
			Record: issue.Figures.PeopleRecord.Best || issue.Figures.TotalRecord.Best})
	}
	return d.Render(r, p, "news-index", data)
}

func unitOf(code string) money.Unit { return money.Unit(code) }

// entries gives the address of the entries of a month that brought money in.
func entries(month string) string { return "/entries?flow=in&month=" + month }

// editionPage is a version of a month's news.
type editionPage struct {
	page.Frame
	Month      locale.Moment
	MonthName  string
	Version    int
	Versions   []versionView
	People     string
	Gifts      string
	Total      page.AmountView
	PeopleTag  page.TagView
	Records    []string
	Before     []string
	After      []string
	TextLang   string
	Apart      []apartView
	Tiers      []tierView
	Lines      template.HTML
	Difference []string
	Withdrawn  string
	Frozen     locale.Moment
	SHA256     string
	Size       string
	Checkpoint string
	Address    string // of the frozen bytes
	Draft      bool
}

type versionView struct {
	Number  string
	Href    string
	Current bool
}

type apartView struct {
	Label  string
	Gifts  string
	Amount page.AmountView
}

// tierView is organisations that gave about as much.
type tierView struct {
	Label string
	Names []string
}

// monthOf reads a month of an address.
func monthOf(r *http.Request) (int, error) {
	at, err := time.Parse("2006-01", r.PathValue("month"))
	if err != nil || at.Year() < 1 || at.Year() > 9999 {
		return 0, fault.New(fault.NotFound, "There are no news of such a month.")
	}
	return at.Year()*100 + int(at.Month()), nil
}

// asked gives the edition that an address names, and all versions of its month.
func (d *Door) asked(r *http.Request) (e news.Edition, versions []int, err error) {
	month, err := monthOf(r)
	if err != nil {
		return e, nil, err
	}
	version := 0
	if text := r.PathValue("version"); text != "" {
		if version, err = strconv.Atoi(text); err != nil || version < 1 {
			return e, nil, fault.New(fault.NotFound, "There are no such news.")
		}
	}
	if versions, err = d.rooms.News.Versions(r.Context(), month); err != nil {
		return e, nil, err
	}
	e, err = d.rooms.News.Edition(r.Context(), month, version)
	return e, versions, err
}

func (d *Door) edition(r *http.Request) (page.Reply, error) {
	e, versions, err := d.asked(r)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	data := d.editionPage(r, p, e)
	for _, n := range versions {
		number := strconv.Itoa(n)
		data.Versions = append(data.Versions, versionView{number, "/news/" + data.MonthName + "/v/" + number,
			n == e.Version})
	}
	if e.Version > 1 {
		was, err := d.rooms.News.Edition(r.Context(), e.Month, e.Version-1)
		if err != nil {
			return page.Reply{}, err
		}
		data.Difference = difference(p, news.Differ(was, e), unitOf(e.Unit))
	}
	return d.Render(r, p, "news-edition", data)
}

// editionPage fills the page of an edition.
func (d *Door) editionPage(r *http.Request, p *page.Pen, e news.Edition) editionPage {
	month := journal.MonthName(e.Month)
	unit := unitOf(e.Unit)
	text, other, lang := e.FR, e.EN, locale.French
	if p.Lang == locale.English {
		text, other, lang = e.EN, e.FR, locale.English
	}
	if text == (news.Text{}) && other != text { // better in the other language than not at all
		text = other
		lang = map[locale.Lang]locale.Lang{locale.French: locale.English, locale.English: locale.French}[lang]
	}
	data := editionPage{
		Month: p.MonthOf(month), MonthName: month, Version: e.Version, Draft: e.Version == 0,
		Frame:  d.Frame(r, p, "news", p.Words("news.of", "month", p.MonthOf(month).Words)),
		People: p.Counted("news.people", e.Figures.People), Gifts: p.Counted("news.gifts", e.Figures.Gifts),
		Total: p.Figure(e.Figures.Total, unit, entries(month)), PeopleTag: p.Tag(page.Declared),
		Records: records(p, e.Figures), Before: paragraphs(text.Before), After: paragraphs(text.After),
		TextLang: string(lang), Tiers: tiers(p, e.Lines, unit), Lines: lines(p, e.Lines, unit, d.Manner(r)),
		SHA256: e.SHA256, Size: strconv.FormatInt(e.Size, 10), Checkpoint: e.Checkpoint,
		Address: "/news/" + month + "/v/" + strconv.Itoa(e.Version) + "/frozen.json",
	}
	if e.Frozen > 0 {
		data.Frozen = p.When(time.Unix(e.Frozen, 0).UTC().Format(time.RFC3339))
	}
	if e.Withdrawn > 0 {
		data.Withdrawn = p.Counted("news.withdrawn", int64(e.Withdrawn))
	}
	for _, apart := range e.Figures.Apart {
		data.Apart = append(data.Apart, apartView{p.Words("news.part." + string(apart.Part)),
			p.Counted("news.gifts", apart.Gifts), p.Figure(apart.Total, unit, entries(month))})
	}
	return data
}

// records says how the month compares with those before.
func records(p *page.Pen, f news.Figures) (said []string) {
	if f.PeopleRecord.Best && f.TotalRecord.Best {
		return []string{p.Words("news.record.both")}
	}
	for key, record := range map[string]news.Record{"people": f.PeopleRecord, "total": f.TotalRecord} {
		switch {
		case record.Best:
			said = append(said, p.Words("news.record."+key))
		case record.Since > 0:
			said = append(said, p.Words("news.since."+key, "month",
				p.MonthOf(journal.MonthName(record.Since)).Words))
		}
	}
	slices.Sort(said)
	return said
}

// paragraphs parts a text at its empty lines.
func paragraphs(text string) (parts []string) {
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// tiers lists the organisations that let their amount be seen, by the class of it, and then the others.
func tiers(p *page.Pen, all []news.Line, unit money.Unit) (tiers []tierView) {
	byClass := map[wall.Class][]string{}
	for _, l := range all {
		if !l.Organisation || l.Shown == "" {
			continue
		}
		class := wall.Class(0)
		if l.Amount >= 0 {
			class = wall.ClassOf(l.Amount)
		}
		byClass[class] = append(byClass[class], l.Shown)
	}
	bounds := wall.Bounds()
	for class := wall.Class(len(bounds)); class >= 0; class-- {
		if len(byClass[class]) == 0 {
			continue
		}
		label := p.Words("news.tier.rest")
		if class > 1 {
			label = p.Words("news.tier", "amount", p.Amount(money.Amount{Minor: bounds[class-1], Unit: unit}))
		}
		tiers = append(tiers, tierView{label, byClass[class]})
	}
	return tiers
}

// lines writes the list of gifts. Each row is written here and not in a template: a month can have
// thousands of them.
func lines(p *page.Pen, all []news.Line, unit money.Unit, m page.Manner) template.HTML {
	anonymous, withdrawn := p.Words("news.anonymous"), p.Words("news.line-withdrawn")
	ordinals, amounts := map[int64]string{}, map[int64]string{}
	var row strings.Builder
	for _, l := range all {
		row.WriteString(`
<li>`)
		writeName(&row, l, anonymous, withdrawn)
		if l.Nth > 1 {
			if ordinals[l.Nth] == "" {
				ordinals[l.Nth] = " <span class=\"under\">" + template.HTMLEscapeString(nth(p, l.Nth)) + "</span>"
			}
			row.WriteString(ordinals[l.Nth])
		}
		row.WriteString(` <a class="n" href="` +
			template.HTMLEscapeString(m.Href("/follow/"+strconv.FormatInt(l.Index, 10))) + `">`)
		switch {
		case l.Amount < 0:
			row.WriteString(template.HTMLEscapeString(p.Words("entry.number", "index", strconv.FormatInt(l.Index,
				10))))
		case amounts[l.Amount] == "":
			amounts[l.Amount] = template.HTMLEscapeString(p.Amount(money.Amount{Minor: l.Amount, Unit: unit}))
			fallthrough
		default:
			row.WriteString(amounts[l.Amount])
		}
		row.WriteString(`</a>`)
		if l.Words != "" {
			row.WriteString(` <q>` + template.HTMLEscapeString(l.Words) + `</q>`)
		}
		row.WriteString(`</li>`)
	}
	return template.HTML(row.String()) // every text in it was escaped above
}

func writeName(row *strings.Builder, l news.Line, anonymous, withdrawn string) {
	switch {
	case l.Withdrawn:
		row.WriteString(`<em>` + template.HTMLEscapeString(withdrawn) + `</em>`)
	case l.Shown == "":
		row.WriteString(template.HTMLEscapeString(anonymous))
	case safeLink(l.Link):
		row.WriteString(`<a rel="sponsored nofollow noopener" href="` + template.HTMLEscapeString(l.Link) +
			`">` +
			template.HTMLEscapeString(l.Shown) + `</a>`)
	default:
		row.WriteString(template.HTMLEscapeString(l.Shown))
	}
}

// safeLink says whether a giver's link leads to a page of the web, and to nothing that runs.
func safeLink(link string) bool {
	return strings.HasPrefix(link, "https://") || strings.HasPrefix(link, "http://")
}

// nth writes that it is the giver's Nth gift.
func nth(p *page.Pen, n int64) string {
	number := strconv.FormatInt(n, 10)
	if p.Lang == locale.English {
		suffix := "th"
		if n%100 < 11 || n%100 > 13 {
			suffix = cmp.Or(map[int64]string{1: "st", 2: "nd", 3: "rd"}[n%10], "th")
		}
		return p.Words("news.nth", "n", number+suffix)
	}
	return p.Words("news.nth", "n", number+"e")
}

// difference says what a version says otherwise.
func difference(p *page.Pen, d news.Difference, unit money.Unit) (said []string) {
	if d.Was != d.Is {
		amount := func(minor int64) string { return p.Amount(money.Amount{Minor: minor, Unit: unit}) }
		said = append(said, p.Words("news.differ.sum", "people", strconv.FormatInt(d.Was.People, 10),
			"people2", strconv.FormatInt(d.Is.People, 10), "gifts", strconv.FormatInt(d.Was.Gifts, 10),
			"gifts2", strconv.FormatInt(d.Is.Gifts, 10), "total", amount(d.Was.Total), "total2",
			amount(d.Is.Total)))
	}
	for key, is := range map[string]bool{"apart": d.Apart, "records": d.Records, "texts": d.Texts} {
		if is {
			said = append(said, p.Words("news.differ."+key))
		}
	}
	slices.Sort(said)
	for _, list := range []struct {
		key     string
		entries []int64
	}{{"came", d.Came}, {"left", d.Left}, {"changed", d.Changed}, {"withdrawn", d.Withdrawn}} {
		if len(list.entries) > 0 {
			said = append(said, p.Words("news.differ."+list.key, "entries", join(list.entries)))
		}
	}
	return said
}

// join lists entries, the first dozen of many.
func join(entries []int64) string {
	const most = 12
	var parts []string
	for _, e := range entries[:min(len(entries), most)] {
		parts = append(parts, strconv.FormatInt(e, 10))
	}
	text := strings.Join(parts, ", ")
	if len(entries) > most {
		text += "… (" + strconv.Itoa(len(entries)) + ")"
	}
	return text
}

// frozen gives the bytes of a version.
func (d *Door) frozen(r *http.Request) (page.Reply, error) {
	e, _, err := d.asked(r)
	if err != nil {
		return page.Reply{}, err
	}
	text, err := e.Bytes()
	return page.Reply{Status: http.StatusOK, ContentType: "application/json", Cache: page.CacheChecked,
		Body:   text,
		Shared: true}, err
}
