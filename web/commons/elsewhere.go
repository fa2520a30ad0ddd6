// SPDX-License-Identifier: AGPL-3.0-or-later

package commons

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"ecot/app/projects"
	"ecot/fault"
	"ecot/journal"
	"ecot/web/page"
)

// message says in a few words how far a project's appeal reaches.
func (p *pen) message(s projects.Standing) string {
	if !s.Open {
		return p.Words("commons.badge-none")
	}
	return p.Words("commons.badge", "people", p.Counted("count.people", s.Now.People),
		"level", p.plain(s.Now.Level, s.Now.Unit), "need", p.plain(s.Now.Need, s.Now.Unit))
}

// Widths of the badge's letters, in pixels: wide enough for any common font.
const (
	letterWidth = 7
	badgeEdge   = 8
	maxLabel    = 40
)

// badge is an image of at most 1 kB that any page can show.
func (d *Door) badge(r *http.Request) (page.Reply, error) {
	one, standing, err := d.read(r)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.pen(r)
	label, message := shorten(one.Title), p.message(standing)
	left := 2*badgeEdge + letterWidth*utf8.RuneCountInString(label)
	right := 2*badgeEdge + letterWidth*utf8.RuneCountInString(message)
	var text strings.Builder
	for _, part := range []string{label, message} {
		if err := xml.EscapeText(&text, []byte(part)); err != nil {
			return page.Reply{}, err
		}
		text.WriteString("\x00")
	}
	words := strings.Split(text.String(), "\x00")
	body := fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="24" role="img" `+
		`aria-label="%s: %s"><path fill="#1f2421" d="M0 0h%dv24H0z"/><path fill="#1d5c4a" d="M%d 0h%dv24H%dz"/>`+
		`<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"><text x="%d" y="16">%s</text>`+
		`<text x="%d" y="16">%s</text></g></svg>`, left+right, words[0], words[1], left, left, right, left,
		badgeEdge, words[0], left+badgeEdge, words[1])
	return page.Reply{Status: http.StatusOK, ContentType: "image/svg+xml", Cache: page.CacheChecked,
		Body: body, Shared: true, Language: string(p.Lang)}, p.Err()
}

func shorten(title string) string {
	if runes := []rune(title); len(runes) > maxLabel {
		return string(runes[:maxLabel-1]) + "…"
	}
	return title
}

// shield is a badge in the form of shields.io's endpoint, schema version 1.
func (d *Door) shield(r *http.Request) (page.Reply, error) {
	one, standing, err := d.read(r)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.pen(r)
	body, err := json.Marshal(map[string]any{"schemaVersion": 1, "label": shorten(one.Title),
		"message": p.message(standing), "color": "1d5c4a"})
	if err != nil {
		return page.Reply{}, err
	}
	return page.Reply{Status: http.StatusOK, ContentType: "application/json", Cache: page.CacheChecked,
		Body: body, Shared: true, Language: string(p.Lang)}, p.Err()
}

type boxPage struct {
	page.Frame
	Lang  string // of the title
	Title string
	Gauge *gaugeView
	Give  string
	Full  string
}

// box is a small page that stands in a frame of any other.
func (d *Door) box(r *http.Request) (page.Reply, error) {
	one, standing, err := d.read(r)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.pen(r)
	shown := boxPage{Frame: d.Frame(r, p.Pen, section, p.Words("commons.box", "project", one.Title)),
		Lang:  one.Lang,
		Title: one.Title, Gauge: p.gauge("gauge", one.Slug, standing, nil), Full: address(one.Slug)}
	if d.projects.Collects(r.Context(), one.Project) == nil {
		shown.Give = "/give/" + url.PathEscape(one.Slug)
	}
	made, err := d.Render(r, p.Pen, "commons-box", shown)
	made.Framed = true
	return made, err
}

// The parts of an Atom feed (RFC 4287).
type (
	atomFeed struct {
		XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Lang    string      `xml:"xml:lang,attr"`
		Title   string      `xml:"title"`
		ID      string      `xml:"id"`
		Updated string      `xml:"updated"`
		Links   []atomLink  `xml:"link"`
		Author  atomAuthor  `xml:"author"`
		Entries []atomEntry `xml:"entry"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	}
	atomAuthor struct {
		Name string `xml:"name"`
	}
	atomEntry struct {
		Title   string   `xml:"title"`
		ID      string   `xml:"id"`
		Updated string   `xml:"updated"`
		Link    atomLink `xml:"link"`
		Content atomText `xml:"content"`
	}
	atomText struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	}
)

// feed gives the updates of a project as an Atom feed.
func (d *Door) feed(r *http.Request) (page.Reply, error) {
	one, err := d.projects.Page(r.Context(), r.PathValue("slug"))
	if err != nil {
		return page.Reply{}, err
	}
	base := d.base(r)
	instant := func(at int64) string { return time.Unix(at, 0).UTC().Format(time.RFC3339) }
	feed := atomFeed{Lang: one.Lang, Title: one.Title, ID: base + address(one.Slug),
		Updated: instant(one.Changed),
		Author:  atomAuthor{d.Options.Name}, Links: []atomLink{{"self", base + address(one.Slug,
			"updates.atom")}, {"alternate", base + address(one.Slug)}}}
	for _, update := range one.Updates {
		at := fmt.Sprintf("%s%s#update-%d", base, address(one.Slug), update.At)
		feed.Entries = append(feed.Entries, atomEntry{Title: update.Title, ID: at,
			Updated: instant(update.At),
			Link:    atomLink{"alternate", at}, Content: atomText{"text", update.Body}})
	}
	body, err := xml.MarshalIndent(feed, "", " ")
	if err != nil {
		return page.Reply{}, err
	}
	return page.Reply{Status: http.StatusOK, ContentType: "application/atom+xml; charset=utf-8",
		Cache: page.CacheChecked, Body: append([]byte(xml.Header), body...), Shared: true,
		Language: one.Lang}, nil
}

// base gives the address that the public reaches the fund under; on one machine, that of the request.
func (d *Door) base(r *http.Request) string {
	if d.Options.BaseURL != "" {
		return d.Options.BaseURL
	}
	return "http://" + r.Host
}

// calendar gives the last day of this month's appeal as a calendar of one day (RFC 5545).
func (d *Door) calendar(r *http.Request) (page.Reply, error) {
	one, standing, err := d.read(r)
	if err != nil {
		return page.Reply{}, err
	}
	if !standing.Open {
		return page.Reply{}, fault.New(fault.NotFound, "This project has no appeal this month.")
	}
	p := d.pen(r)
	last := journal.DayOf(time.Date(standing.Month/100, time.Month(standing.Month%100+1), 0, 0, 0, 0, 0,
		time.UTC))
	summary := p.Words("commons.calendar", "project", one.Title, "need", p.plain(standing.Now.Need,
		standing.Now.Unit))
	compact := func(day journal.Day) string { return strings.ReplaceAll(day.String(), "-", "") }
	lines := []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Ecot//appeal//EN", "BEGIN:VEVENT",
		fmt.Sprintf("UID:appeal-%s-%d@%s", one.Slug, standing.Month, hostOf(d.base(r))),
		"DTSTAMP:" + d.Options.Clock().UTC().Format("20060102T150405Z"),
		"DTSTART;VALUE=DATE:" + compact(last), "DTEND;VALUE=DATE:" + compact(last+1),
		fold("SUMMARY:" + escapeText(summary)), fold("URL:" + d.base(r) + address(one.Slug)), "END:VEVENT",
		"END:VCALENDAR", ""}
	return page.Reply{Status: http.StatusOK, ContentType: "text/calendar; charset=utf-8",
			Cache: page.CacheChecked,
			Body:  []byte(strings.Join(lines, "\r\n")), Language: string(p.Lang), Filename: one.Slug + ".ics"},
		p.Err()
}

func hostOf(base string) string {
	parsed, err := url.Parse(base)
	if err != nil {
		return "localhost"
	}
	return parsed.Hostname()
}

// escapeText writes a text of a calendar (RFC 5545, 3.3.11).
func escapeText(text string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(text)
}

// fold breaks a line of a calendar into lines of at most 75 bytes, between letters (RFC 5545, 3.1).
func fold(line string) string {
	const most = 75
	var folded strings.Builder
	width := 0
	for _, letter := range line {
		if n := utf8.RuneLen(letter); width+n > most {
			folded.WriteString("\r\n ")
			width = 1 + n
		} else {
			width += n
		}
		folded.WriteRune(letter)
	}
	return folded.String()
}
