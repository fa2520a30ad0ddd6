// SPDX-License-Identifier: AGPL-3.0-or-later

package letter

import (
	"regexp"

	"ecot/mail"
	"ecot/money"
)

// NotReached tells those who asked for it, near the end of a month, that a need is not met yet.
type NotReached struct {
	Name        string // may be empty
	Project     string
	Month       string // "2026-01"
	People      int64  // who gave this month
	Reached     money.Amount
	Needed      money.Amount
	Page        string // path of the appeal
	Unsubscribe string // signed path
}

// Kind is KindNotReached.
func (NotReached) Kind() Kind { return KindNotReached }

func (n NotReached) write(d *draft) {
	month, missing, err := d.month(n.Month), money.Amount{}, error(nil)
	if missing, err = n.Needed.Sub(n.Reached); err == nil && missing.Minor <= 0 {
		d.refuse("the need is met")
	}
	d.note(err)
	d.subject("not-reached.subject", "project", d.clean(n.Project), "month", month)
	d.hello(n.Name)
	d.paragraph("not-reached.intro", "project", d.clean(n.Project), "month", month,
		"people", d.count("count.people", n.People))
	d.fact("not-reached.needed", d.amount(n.Needed))
	d.fact("not-reached.reached", d.amount(n.Reached))
	d.fact("not-reached.missing", d.amount(missing))
	d.paragraph("not-reached.else")
	d.link("not-reached.page", n.Page)
	d.leave("appeal", n.Unsubscribe)
	d.because("because.not-reached")
}

// News is the news of a month, from its frozen page.
type News struct {
	Month       string   // "2026-01"
	Intro       []string // paragraphs by the editor
	People      int64    // who gave in the month
	Gifts       int64
	Total       money.Amount
	Page        string // path of the frozen page
	Hash        string // SHA-256 of the frozen page, in hexadecimal
	Checkpoint  string // signed checkpoint of the journal, word for word
	Editor      Person
	Unsubscribe string // signed path
}

// Kind is KindNews.
func (News) Kind() Kind { return KindNews }

const checkpointName = "checkpoint.txt"

// pageHash is a SHA-256 in hexadecimal.
var pageHash = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (n News) write(d *draft) {
	month := d.month(n.Month)
	d.subject("news-letter.subject", "fund", d.clean(d.fund.Name), "month", month)
	d.hello("")
	for _, p := range n.Intro {
		d.free(p)
	}
	d.fact("news-letter.people", d.count("count.people", n.People))
	d.fact("news-letter.gifts", d.count("count.gifts", n.Gifts))
	d.fact("news-letter.total", d.amount(n.Total))
	d.link("news-letter.page", n.Page)
	d.sign(n.Editor)
	if !pageHash.MatchString(n.Hash) {
		d.refuse("the hash of the page is not one")
	}
	d.paragraph("news-letter.hash")
	d.verbatim(n.Hash)
	d.paragraph("news-letter.checkpoint", "file", checkpointName)
	d.verbatim(n.Checkpoint)
	d.attach(mail.Attachment{Name: checkpointName, Type: "text/plain; charset=utf-8",
		Content: []byte(n.Checkpoint)})
	d.leave("news", n.Unsubscribe)
	d.because("because.news")
}
