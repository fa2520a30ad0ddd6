// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"cmp"
	"ecot/web/page"
	"net/http"
	"strings"
)

// aboutProofPage explains how to check the books.
type aboutProofPage struct {
	page.Frame
	Classes []classView
	Journal headView
	Host    string // where a verifier finds the log; empty when not known
}

// classView explains one evidence class.
type classView struct {
	Tag     page.TagView
	Meaning string
}

// aboutProof explains the evidence classes and how anybody verifies the journal.
func (s *site) aboutProof(r *http.Request) (page.Reply, error) {
	fund, err := s.books.Fund(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	p := s.pen(r)
	return s.Render(r, p.Pen, "about-proof", aboutProofPage{
		Frame:   s.Frame(r, p.Pen, "proof", p.Words("proof.title")),
		Classes: p.classes(), Journal: p.head(fund.Head), Host: s.Options.BaseURL,
	})
}

// classes explains the evidence classes, the strongest first.
func (p *pen) classes() []classView {
	var views []classView
	for _, class := range []Class{Proved, Attested, Declared} {
		views = append(views, classView{p.Tag(class), p.Words("meaning." + string(class))})
	}
	return views
}

// accessibilityPage is the accessibility statement.
type accessibilityPage struct {
	page.Frame
	Contact     string // an address to follow; empty when none is given
	ContactName string
}

// accessibility states what was checked about these pages, by what, and what nobody checked.
func (s *site) accessibility(r *http.Request) (page.Reply, error) {
	p := s.pen(r)
	contact := s.Options.Contact
	if s.Options.Reach != nil {
		now, err := s.Options.Reach(r.Context())
		if err != nil {
			return page.Reply{}, err
		}
		contact = cmp.Or(now, contact)
	}
	shown := accessibilityPage{
		Frame:   s.Frame(r, p.Pen, "", p.Words("accessibility.title")),
		Contact: contact, ContactName: contact,
	}
	if contact != "" && !strings.Contains(contact, "://") {
		shown.Contact = "mailto:" + contact
	}
	return s.Render(r, p.Pen, "accessibility", shown)
}
