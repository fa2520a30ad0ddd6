// SPDX-License-Identifier: AGPL-3.0-or-later

package letter

import (
	"net/url"
	"strings"
	"time"
	"unicode"

	"ecot/fault"
	"ecot/locale"
	"ecot/mail"
	"ecot/money"
)

// The limits of what a letter is told to say, in bytes.
const (
	maxValue = 400
	maxFree  = 4000
	maxPath  = 400
)

// form is the form of a block.
type form string

// The forms of blocks.
const (
	formParagraph form = "paragraph"
	formFact      form = "fact" // a label and a value
	formCode      form = "code" // the same, with a value that is typed somewhere else
	formLink      form = "link" // what it does, and the address
	formQuote     form = "quote"
	formVerbatim  form = "verbatim" // kept to the byte
	formSignature form = "signature"
)

// block is one thing that a letter says.
type block struct {
	form   form
	label  string // of a fact, a code, a link; the role of a signature
	text   string
	target string // of a link, absolute
}

// draft is a letter being written. It keeps the first thing that went wrong, so that the letters read
// straight on; a draft that failed is never sent.
type draft struct {
	fund        Fund
	tongue      locale.Tongue
	title       string
	blocks      []block
	reason      string // why the reader gets this letter
	attachments []mail.Attachment
	list        *mail.List
	err         error
}

func (d *draft) note(err error) {
	if d.err == nil {
		d.err = err
	}
}

func (d *draft) refuse(why string) {
	d.note(fault.New(fault.Invalid, "This letter cannot be written: %s.", why))
}

// text gives a message with its values. A value that is empty would leave a hole, and is refused.
func (d *draft) text(key string, pairs ...string) string {
	for i := 1; i < len(pairs); i += 2 {
		if pairs[i] == "" {
			d.refuse("{" + pairs[i-1] + "} of " + key + " is missing")
		}
	}
	text, err := d.tongue.Text(key, pairs...)
	d.note(err)
	return text
}

// clean gives what somebody typed as one line that a subject and a paragraph can hold: blanks are single,
// and what is unseen or turns the direction of writing is gone.
func (d *draft) clean(s string) string {
	return strings.Join(strings.Fields(d.visible(s, maxValue)), " ")
}

// visible drops what cannot be seen from s, and refuses what is too long or not UTF-8.
func (d *draft) visible(s string, limit int) string {
	if len(s) > limit {
		d.refuse("a text that it quotes is too long")
		return ""
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// present gives s, and refuses to go on without it.
func (d *draft) present(s string) string {
	if s == "" {
		d.refuse("a part of what it must say is missing")
	}
	return s
}

func (d *draft) amount(a money.Amount) string {
	if !a.Unit.Valid() || a.Minor < 0 {
		d.refuse("an amount is negative or has no unit")
	}
	return d.tongue.Amount(a)
}

func (d *draft) number(n int64) string {
	if n < 0 {
		d.refuse("a count is negative")
	}
	return d.tongue.Number(n)
}

func (d *draft) count(key string, n int64) string {
	if n < 0 {
		d.refuse("a count is negative")
	}
	text, err := d.tongue.Count(key, n)
	d.note(err)
	return text
}

// day puts a civil day in words.
func (d *draft) day(civil string) string {
	day, err := time.Parse(time.DateOnly, civil)
	if err != nil {
		d.refuse("a day is not written as 2026-01-02")
		return ""
	}
	words, err := d.tongue.Day(day)
	d.note(err)
	return words
}

func (d *draft) month(yearMonth string) string {
	month, err := d.tongue.Month(yearMonth)
	if err != nil {
		d.refuse("a month is not written as 2026-01")
	}
	return month.Words
}

// moment puts an instant in words, in the fund's zone and in UTC.
func (d *draft) moment(at time.Time) string {
	if at.IsZero() {
		d.refuse("an hour is missing")
	}
	moment, err := d.tongue.Moment(at.UTC().Format("2006-01-02T15:04:05Z"), d.fund.Zone)
	d.note(err)
	if moment.UTC == "" {
		return moment.Words
	}
	return moment.Words + " (" + moment.UTC + ")"
}

func (d *draft) add(b block) { d.blocks = append(d.blocks, b) }

func (d *draft) subject(key string, pairs ...string) { d.title = d.text(key, pairs...) }

func (d *draft) hello(name string) {
	if name = d.clean(name); name == "" {
		d.paragraph("hello.nobody")
		return
	}
	d.paragraph("hello.person", "name", name)
}

func (d *draft) paragraph(key string, pairs ...string) {
	d.add(block{form: formParagraph, text: d.text(key, pairs...)})
}

// free is a paragraph in somebody's own words.
func (d *draft) free(text string) {
	if text = strings.Join(strings.Fields(d.visible(text, maxFree)), " "); text != "" {
		d.add(block{form: formParagraph, text: text})
	}
}

func (d *draft) quote(text string) {
	if text = strings.Join(strings.Fields(d.visible(text, maxFree)), " "); text != "" {
		d.add(block{form: formQuote, text: text})
	}
}

func (d *draft) fact(key, value string, pairs ...string) {
	d.labelled(formFact, d.text(key, pairs...), value)
}

func (d *draft) code(key, value string) { d.labelled(formCode, d.text(key), d.clean(value)) }

func (d *draft) labelled(f form, label, value string) {
	if value == "" {
		d.refuse("there is nothing behind " + label)
	}
	d.add(block{form: f, label: label, text: value})
}

// link puts a link on its own, so that a plain text reads as well as the other.
func (d *draft) link(key, path string) {
	d.add(block{form: formLink, label: d.text(key), target: d.target(path)})
}

// target gives the absolute address of one of our own pages.
func (d *draft) target(path string) string {
	u, err := url.Parse(path)
	odd := strings.ContainsFunc(path, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`<>"'\^{}|`+"`", r)
	})
	if err != nil || odd || len(path) > maxPath || !strings.HasPrefix(path, "/") || u.Host != "" ||
		strings.HasPrefix(path, "//") || strings.Contains(u.Path, "/..") {
		d.refuse("a link is not the path of one of our pages")
		return ""
	}
	return d.fund.Base + path
}

// verbatim keeps text that is to be copied as it is, line by line.
func (d *draft) verbatim(text string) {
	text = strings.TrimRight(text, "\n")
	if text == "" || strings.ReplaceAll(text, "\n", " ") != d.visible(text, maxFree) {
		d.refuse("what is to be copied is missing, or holds what cannot be seen")
	}
	d.add(block{form: formVerbatim, text: text})
}

func (d *draft) sign(p Person) {
	b := block{form: formSignature, text: d.clean(p.Name), label: d.clean(p.Role)}
	if b.text == "" || b.label == "" {
		d.refuse("nobody signs it")
	}
	d.add(b)
}

func (d *draft) attach(a mail.Attachment) {
	if len(a.Content) == 0 {
		d.refuse("the attachment " + a.Name + " is empty")
	}
	d.attachments = append(d.attachments, a)
}

// leave makes the letter one of a list, with the way out of it.
func (d *draft) leave(name, path string) {
	d.list = &mail.List{ID: name + "." + d.fund.From.Address.Domain(), Unsubscribe: d.target(path)}
}

// because says at the end why the reader gets this letter.
func (d *draft) because(key string) { d.reason = d.text(key, "fund", d.clean(d.fund.Name)) }
