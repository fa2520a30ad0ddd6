// SPDX-License-Identifier: AGPL-3.0-or-later

package news

import (
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ecot/journal"
	"ecot/web/page"
)

// atomFeed is a feed (RFC 4287).
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string     `xml:"id"`
	Title   string     `xml:"title"`
	Updated string     `xml:"updated"`
	Links   []atomLink `xml:"link"`
	Summary string     `xml:"summary"`
	Content string     `xml:"content"` // the checkpoint: whoever keeps the feed is a witness of the journal
}

// feed gives the frozen news. It names nobody: consents can be withdrawn, and what readers fetched cannot.
func (d *Door) feed(r *http.Request) (page.Reply, error) {
	issues, err := d.rooms.News.Issues(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	base := d.Options.BaseURL
	feed := atomFeed{Lang: string(p.Lang), ID: base + "/news", Title: p.Words("news.title") + " – " +
		d.Options.Name,
		Author: atomAuthor{d.Options.Name}, Updated: instant(0),
		Links: []atomLink{{"self", base + "/news.xml"}, {"alternate", base + "/news"}}}
	for i, issue := range issues[:min(len(issues), 60)] {
		month := journal.MonthName(issue.Month)
		address := base + "/news/" + month + "/v/" + strconv.Itoa(issue.Version)
		title := p.Words("news.of", "month", p.MonthOf(month).Words)
		if issue.Version > 1 {
			title += " (" + p.Words("news.version", "version", strconv.Itoa(issue.Version)) + ")"
		}
		if i == 0 {
			feed.Updated = instant(issue.Frozen)
		}
		feed.Entries = append(feed.Entries, atomEntry{ID: address, Title: title, Updated: instant(issue.Frozen),
			Links: []atomLink{{"alternate", address}}, Content: issue.Checkpoint,
			Summary: strings.Join([]string{p.Counted("news.people", issue.Figures.People),
				p.Counted("news.gifts", issue.Figures.Gifts),
				p.Figure(issue.Figures.Total, unitOf(issue.Unit), "").Text, "sha256:" + issue.SHA256}, " · ")})
	}
	text, err := xml.MarshalIndent(feed, "", " ")
	p.Note(err)
	return page.Reply{Status: http.StatusOK, ContentType: "application/atom+xml", Cache: page.CacheChecked,
		Body: append([]byte(xml.Header), text...), Language: string(p.Lang), Shared: true}, p.Err()
}

func instant(seconds int64) string { return time.Unix(seconds, 0).UTC().Format(time.RFC3339) }

// manifest gives the fund's funding.json.
func (d *Door) manifest(r *http.Request) (page.Reply, error) {
	text, err := d.rooms.Fund.Manifest(r.Context())
	return page.Reply{Status: http.StatusOK, ContentType: "application/json", Cache: page.CacheChecked,
		Body:   text,
		Shared: true}, err
}

// dates gives the fund's dates as a calendar (RFC 5545), lines ended by CR LF and none longer than 75
// bytes.
func (d *Door) dates(r *http.Request) (page.Reply, error) {
	all, err := d.rooms.Fund.Dates(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	lines := []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Ecot//dates//FR", "X-WR-CALNAME:" +
		escapeICS(d.Options.Name)}
	host := strings.TrimPrefix(strings.TrimPrefix(d.Options.BaseURL, "https://"), "http://")
	for _, date := range all {
		day := strings.ReplaceAll(date.Day.String(), "-", "")
		next := strings.ReplaceAll((date.Day + 1).String(), "-", "")
		lines = append(lines, "BEGIN:VEVENT", "UID:"+date.Key+"-"+day+"@"+host,
			"DTSTAMP:"+d.Options.Clock().UTC().Format("20060102T000000Z"), "DTSTART;VALUE=DATE:"+day,
			"DTEND;VALUE=DATE:"+next, "SUMMARY:"+escapeICS(p.Words("news.date."+date.Key)), "END:VEVENT")
	}
	var out strings.Builder
	for _, line := range append(lines, "END:VCALENDAR") {
		out.WriteString(foldICS(line))
	}
	return page.Reply{Status: http.StatusOK, ContentType: "text/calendar; charset=utf-8",
		Cache: page.CacheChecked,
		Body:  []byte(out.String()), Language: string(p.Lang), Filename: "dates.ics"}, p.Err()
}

func escapeICS(text string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(text)
}

// foldICS breaks a line after at most 75 bytes, between characters (RFC 5545 §3.1).
func foldICS(line string) string {
	var out strings.Builder
	width := 0
	for _, char := range line {
		if size := len(string(char)); width+size > 75 {
			out.WriteString("\r\n ")
			width = 1
		}
		out.WriteRune(char)
		width += len(string(char))
	}
	return out.String() + "\r\n"
}
