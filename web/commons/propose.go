// SPDX-License-Identifier: AGPL-3.0-or-later

package commons

import (
	"errors"
	"io"
	"net/http"

	"ecot/app/projects"
	"ecot/fault"
	"ecot/web/page"
)

// The fields of a file that says what a project is.
const (
	fieldFile  = "file"
	fieldPaste = "paste"
)

type proposePage struct {
	page.Frame
	Problems []page.Problem
	Filled   string // what was taken from a file; empty when nothing was
	Fields   textFields
	Mail     page.Field
	File     page.Field
	Paste    page.Field
	Unit     string
}

// proposeForm shows the empty form.
func (d *Door) proposeForm(r *http.Request) (page.Reply, error) {
	p := d.pen(r)
	values := map[string][]string{fieldLang: {string(p.Lang)}, fieldWishes: {wishEarmarks}}
	return d.showProposal(r, p, page.NewForm(p.Pen, values), "")
}

func (d *Door) showProposal(r *http.Request, p *pen, f *page.Form, filled string) (page.Reply, error) {
	shown := proposePage{Frame: d.Frame(r, p.Pen, section, p.Words("commons.propose")),
		Problems: f.Problems(), Filled: filled, Fields: fieldsOf(f),
		Mail:  f.Field(fieldMail, "commons.f.mail", page.Needed, page.As("email", "email", "email")),
		File:  f.Field(fieldFile, "commons.f.file", page.As("file", "", "")),
		Paste: f.Field(fieldPaste, "commons.f.paste", page.Rows(4))}
	if f.Wrong() {
		shown.Title = p.Words("commons.problem") + " – " + shown.Title
	}
	made, err := d.Private(r, p.Pen, "commons-propose", shown)
	if f.Wrong() && err == nil {
		made.Status = http.StatusBadRequest
	}
	return made, err
}

// propose fills the form from a file, or takes what it says.
func (d *Door) propose(r *http.Request) (page.Reply, error) {
	p := d.pen(r)
	f, err := d.ReadForm(r, p.Pen)
	if err != nil {
		return page.Reply{}, err
	}
	if f.Value("step") == "fill" {
		return d.fill(r, p, f)
	}
	w := projects.Proposal{Texts: p.textsOf(f, d.projects.Unit()), Mail: f.Value(fieldMail)}
	if !f.Wrong() {
		for _, problem := range d.projects.CheckProposal(&w) {
			if err := f.RefuseFault(fieldOf(problem.Field), problem.Err); err != nil {
				return page.Reply{}, err
			}
		}
	}
	if f.Wrong() {
		return d.showProposal(r, p, f, "")
	}
	if _, err := d.projects.Propose(r.Context(), w, d.Client(r).String()); err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(r, "/propose/sent"), nil
}

// fill fills the form from the file that was sent with it, or from what was pasted.
func (d *Door) fill(r *http.Request, p *pen, f *page.Form) (page.Reply, error) {
	text, err := sentFile(r, f)
	if err != nil {
		return page.Reply{}, err
	}
	found, err := d.projects.Prefill(text)
	if err != nil {
		if err := f.RefuseFault(fieldFile, err); err != nil {
			return page.Reply{}, err
		}
		return d.showProposal(r, p, f, "")
	}
	first := found[0]
	if first.Lang = f.Value(fieldLang); first.Lang == "" {
		first.Lang = string(p.Lang)
	}
	first.Earmarks = true
	values := p.valuesOf(first.Texts, d.projects.Unit())
	if values[fieldMail] = []string{first.Mail}; first.Mail == "" {
		values[fieldMail] = []string{f.Value(fieldMail)}
	}
	filled := p.Words("commons.filled", "project", first.Title)
	if first.Title == "" {
		filled = p.Words("commons.filled-links")
	}
	return d.showProposal(r, p, page.NewForm(p.Pen, values), filled)
}

// sentFile gives the file that was sent, or what was pasted where none was.
func sentFile(r *http.Request, f *page.Form) ([]byte, error) {
	file, _, err := r.FormFile(fieldFile)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return []byte(f.Value(fieldPaste)), nil
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The file cannot be read.").In("form.broken")
	}
	text, err := io.ReadAll(io.LimitReader(file, projects.MaxFile+1))
	if err = errors.Join(err, file.Close()); err == nil && len(text) == 0 {
		return []byte(f.Value(fieldPaste)), nil
	}
	return text, err
}

type notePage struct {
	page.Frame
	Lead string
	Next page.Way
}

// proposed says that a proposal came, and what happens next.
func (d *Door) proposed(r *http.Request) (page.Reply, error) {
	p := d.pen(r)
	return d.Private(r, p.Pen, "commons-note", notePage{
		Frame: d.Frame(r, p.Pen, section, p.Words("commons.sent")), Lead: p.Words("commons.sent-lead"),
		Next: page.Way{Words: p.Words("commons.list"), Href: "/projects"}})
}
