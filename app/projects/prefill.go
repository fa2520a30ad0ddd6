// SPDX-License-Identifier: AGPL-3.0-or-later

package projects

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"ecot/exchange/funding"
	"ecot/fault"
	"ecot/money"
)

// MaxFile is how long a file that prefills a proposal may be, in bytes.
const MaxFile = funding.MaxBytes

// Prefill reads a project's own funding.json or FUNDING.yml into a proposal, which a person then changes
// and sends: the projects that the file tells of, the first of which fills the form. Of its needs those
// that come every month in the fund's unit keep their amount. Nothing is fetched from anywhere.
func (p *Projects) Prefill(file []byte) ([]Proposal, error) {
	if trimmed := bytes.TrimSpace(file); len(trimmed) == 0 {
		return nil, fault.New(fault.Invalid, "The file is empty.").In("projects.file-empty")
	} else if trimmed[0] != '{' {
		return p.prefillYAML(file)
	}
	manifest, err := funding.Read(file)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "This is no funding.json: %s", fault.PublicOf(err)).
			In("projects.file-wrong", "why", fault.PublicOf(err))
	}
	var all []Proposal
	for _, one := range manifest.Proposals() {
		all = append(all, p.proposalOf(one))
	}
	return all, nil
}

func (p *Projects) proposalOf(one funding.Proposal) Proposal {
	summary, _, _ := strings.Cut(strings.TrimSpace(one.Description), "\n")
	w := Proposal{Mail: one.Contact, Texts: Texts{Title: cut(one.Name, maxTitle), Summary: cut(summary,
		maxSummary), Body: cut(one.Description, maxBody), Site: one.Web, Thanks: cut(one.Entity, maxName)}}
	if w.Site == "" {
		w.Site = one.Repository
	}
	for _, need := range one.Needs {
		if len(w.Needs) == maxNeeds {
			break
		}
		ask := Ask{Title: cut(need.Name, maxTitle), Detail: cut(need.Description, maxDetail)}
		if need.Every == "monthly" && need.Amount.Unit == p.unit() {
			ask.Amount = need.Amount.Minor
		}
		w.Needs = append(w.Needs, ask)
	}
	return w
}

func (p *Projects) unit() money.Unit { return p.app.Unit() }

// prefillYAML reads a FUNDING.yml, which holds nothing but links: the first is the project's site.
func (p *Projects) prefillYAML(file []byte) ([]Proposal, error) {
	links, _, err := funding.ReadYAML(file)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "This is no FUNDING.yml: %s", fault.PublicOf(err)).
			In("projects.file-wrong", "why", fault.PublicOf(err))
	}
	if len(links) == 0 {
		return nil, fault.New(fault.Invalid,
			"This file names nothing that can be funded.").In("projects.file-empty")
	}
	var lines []string
	for _, link := range links {
		lines = append(lines, link.URL)
	}
	return []Proposal{{Texts: Texts{Site: links[0].URL, Body: cut(strings.Join(lines, "\n"), maxBody)}}}, nil
}

// cut gives at most so many characters of a text.
func cut(text string, most int) string {
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:most]))
}
