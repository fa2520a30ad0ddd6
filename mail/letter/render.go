// SPDX-License-Identifier: AGPL-3.0-or-later

package letter

import (
	_ "embed"
	"html/template"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"ecot/fault"
	"ecot/locale"
	"ecot/mail"
)

// maxHTML bounds the HTML of a letter, in bytes: several mail readers cut what is much longer.
const maxHTML = 20 << 10

// Fund is who writes the letters.
type Fund struct {
	Name    string         // as a person knows it
	Base    string         // address of its pages, without a slash at the end: "https://fund.example.org"
	Legal   string         // one line: body, legal form, postal address
	From    mail.Mailbox   // the sender of all letters
	ReplyTo mail.Address   // where answers are read; may be empty
	Zone    *time.Location // in which days and hours are written
}

// Writer puts letters in words. It is immutable and safe for concurrent use.
type Writer struct {
	fund    Fund
	tongues map[locale.Lang]locale.Tongue
	frame   *template.Template
}

//go:embed fr.txt
var french string

//go:embed en.txt
var english string

//go:embed frame.html
var frame string

// NewWriter gives the writer of a fund's letters. A fund without name, legal line, zone or base address
// is fault.Invalid.
func NewWriter(fund Fund) (*Writer, error) {
	if err := fund.check(); err != nil {
		return nil, err
	}
	w := &Writer{fund: fund, tongues: make(map[locale.Lang]locale.Tongue)}
	for _, lang := range locale.Langs() {
		words := english
		if lang == locale.French {
			words = french
		}
		tongue, err := locale.Load(lang)
		if err != nil {
			return nil, err
		}
		if w.tongues[lang], err = tongue.With(words); err != nil {
			return nil, err
		}
	}
	var err error
	if w.frame, err = template.New("frame").Parse(frame); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "The frame of letters cannot be read.")
	}
	return w, nil
}

func (f Fund) check() error {
	u, err := url.Parse(f.Base)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil ||
		u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(f.Base, "/") || f.Base != u.String() {
		return fault.New(fault.Invalid, "The fund's address is written as https://fund.example.org.")
	}
	if strings.TrimSpace(f.Name) == "" || strings.TrimSpace(f.Legal) == "" || f.Zone == nil {
		return fault.New(fault.Invalid, "A fund that writes letters has a name, a legal line and a zone.")
	}
	return f.From.Address.Check()
}

// Render puts the letter in words, ready to be sent. It is fault.Invalid when something that it must say is
// missing, does not add up, or cannot be put in a letter.
func (w *Writer) Render(l Letter) (mail.Envelope, error) {
	tongue, ok := w.tongues[l.Lang]
	if !ok || l.Data == nil {
		return mail.Envelope{}, fault.New(fault.Invalid, "The letter %q has no language or no data.", l.ID)
	}
	d := &draft{fund: w.fund, tongue: tongue}
	l.Data.write(d)
	if (d.list != nil) != l.Kind().List() {
		d.refuse("letters of a list, and no others, have a way out of it")
	}
	page := d.page()
	plain := page.plain()
	var html strings.Builder
	d.note(w.frame.Execute(&html, page))
	if html.Len() > maxHTML {
		d.refuse("it is too long")
	}
	if d.err != nil {
		return mail.Envelope{}, d.err
	}
	e := mail.Envelope{
		ID: l.ID, Date: l.At.In(w.fund.Zone), From: w.fund.From, ReplyTo: w.fund.ReplyTo, To: l.To,
		Message: mail.Message{Lang: l.Lang, Subject: short(d.title), Text: plain, HTML: html.String(),
			Attachments: d.attachments, List: d.list},
	}
	return e, e.Check()
}

// maxSubject is how long a subject grows before it is cut, in runes; the letter itself has it whole.
const maxSubject = 120

// short cuts a subject that a long name has made too long to be read in a list of letters.
func short(subject string) string {
	runes := []rune(subject)
	if len(runes) <= maxSubject {
		return subject
	}
	return strings.TrimRight(string(runes[:maxSubject-1]), " ") + "…"
}

// page is a letter as its frame shows it.
type page struct {
	Lang     locale.Lang
	Title    string
	Sections []section
	Reason   string
	Fund     string
	Legal    string
	Leave    line // empty when the letter is of no list
}

// section is blocks of one form, one after the other.
type section struct {
	Form  string
	Lines []line
}

// line is a block as both texts show it.
type line struct {
	Label, Text, Target string
	Labelled            string // label and text on one line, as the language writes it
	Code                bool   // the text is typed somewhere else
}

// page puts neighbours of one form together: figures stand in one list.
func (d *draft) page() page {
	p := page{
		Lang: d.tongue.Lang, Title: d.title, Reason: d.reason,
		Fund: d.clean(d.fund.Name), Legal: d.clean(d.fund.Legal),
	}
	for _, b := range d.blocks {
		l := line{Label: b.label, Text: b.text, Target: b.target}
		if b.form == formCode {
			b.form, l.Code = formFact, true
		}
		if b.form == formFact {
			l.Labelled = d.text("text.labelled", "label", b.label, "value", b.text)
		}
		last := len(p.Sections) - 1
		if last < 0 || p.Sections[last].Form != string(b.form) {
			p.Sections = append(p.Sections, section{Form: string(b.form)})
			last++
		}
		p.Sections[last].Lines = append(p.Sections[last].Lines, l)
	}
	if d.list != nil {
		p.Leave = line{Label: d.text("list.leave"), Target: d.list.Unsubscribe}
	}
	return p
}

// width is how long a line of the plain text grows, in runes.
const width = 72

// plain writes the page without any mark.
func (p page) plain() string {
	parts := []string{fill(p.Title, "")}
	for _, s := range p.Sections {
		if s.Form == string(formFact) {
			var lines []string
			for _, l := range s.Lines {
				lines = append(lines, l.Labelled)
			}
			parts = append(parts, strings.Join(lines, "\n"))
			continue
		}
		for _, l := range s.Lines {
			parts = append(parts, l.plain(form(s.Form)))
		}
	}
	parts = append(parts, "-- \n"+fill(p.Reason, ""), fill(p.Fund+"\n"+p.Legal, ""))
	if p.Leave.Target != "" {
		parts = append(parts, p.Leave.plain(formLink))
	}
	return strings.Join(parts, "\n\n") + "\n"
}

func (l line) plain(f form) string {
	switch f {
	case formLink:
		return fill(l.Label, "") + "\n" + l.Target
	case formQuote:
		return fill(l.Text, "> ")
	case formVerbatim:
		return l.Text
	case formSignature:
		return l.Text + "\n" + l.Label
	}
	return fill(l.Text, "")
}

// fill breaks lines at blanks so that they keep to the width, and puts mark before each. Blanks that must
// not break stay; a word that is longer has a line of its own.
func fill(text, mark string) string {
	var out []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		current := ""
		for word := range strings.SplitSeq(paragraph, " ") {
			if current != "" && utf8.RuneCountInString(mark+current+" "+word) > width {
				out = append(out, mark+current)
				current = ""
			}
			if current != "" {
				current += " "
			}
			current += word
		}
		out = append(out, mark+current)
	}
	return strings.Join(out, "\n")
}
