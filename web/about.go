// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
	"strings"
)

// aboutProofPage explains how to check the books.
type aboutProofPage struct {
	frame
	Classes []classView
	Journal headView
	Host    string // where a verifier finds the log; empty when not known
}

// classView explains one evidence class.
type classView struct {
	Tag     tagView
	Meaning string
}

// aboutProof explains the evidence classes and how anybody verifies the journal.
func (s *site) aboutProof(r *http.Request) (reply, error) {
	fund, err := s.books.Fund(r.Context())
	if err != nil {
		return reply{}, err
	}
	p := s.pen(r)
	return s.render(r, p, "about-proof", aboutProofPage{
		frame:   s.frame(r, p, "proof", p.text("proof.title")),
		Classes: p.classes(), Journal: p.head(fund.Head), Host: s.options.BaseURL,
	})
}

// classes explains the evidence classes, the strongest first.
func (p *pen) classes() []classView {
	var views []classView
	for _, class := range []Class{Proved, Attested, Declared} {
		views = append(views, classView{p.tag(class), p.text("meaning." + string(class))})
	}
	return views
}

// accessibilityPage is the accessibility statement.
type accessibilityPage struct {
	frame
	Contact     string // an address to follow; empty when none is given
	ContactName string
}

// accessibility states what was checked about these pages, by what, and what nobody checked.
func (s *site) accessibility(r *http.Request) (reply, error) {
	p := s.pen(r)
	page := accessibilityPage{
		frame: s.frame(r, p, "", p.text("accessibility.title")), ContactName: s.options.Contact,
	}
	if s.options.Contact != "" {
		page.Contact = s.options.Contact
		if !strings.Contains(page.Contact, "://") {
			page.Contact = "mailto:" + page.Contact
		}
	}
	return s.render(r, p, "accessibility", page)
}
