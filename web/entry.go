// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"

	"ecot/locale"
)

// entryPage is one entry of the journal, whole.
type entryPage struct {
	frame
	Index      string
	On         locale.Moment
	At         *locale.Moment // when it was journaled, if that is not the same day
	Kind       string
	Tag        *tagView
	TagMeaning string
	Reversed   bool
	References []referenceView
	Postings   []moveView
	Leaf       string
	LeafHash   string
	Proof      []string
	ProofHref  string
	ProofFile  string // the name under which it is kept
	Journal    headView
	Note       string
	Previous   string // address; empty at the first entry
	Next       string // address; empty at the last published one
}

// referenceView links another entry.
type referenceView struct {
	Role  string
	Index string
	Href  string
}

// entry shows one entry: what it did, what it refers to, its exact text and its proof.
func (s *site) entry(r *http.Request) (reply, error) {
	index, err := parseIndex(r.PathValue("index"))
	if err != nil {
		return reply{}, err
	}
	entry, err := s.books.Entry(r.Context(), index)
	if err != nil {
		return reply{}, err
	}
	p := s.pen(r)
	line := p.lineRow(entry.Line)
	page := entryPage{
		frame: s.frame(r, p, "entries", p.text("entry.title", "index", line.Index, "kind", line.Kind)),
		Index: line.Index, On: line.On, Kind: line.Kind, Tag: line.Tag, Reversed: line.Reversed,
		References: p.references(entry.References), Postings: p.moves(entry.Postings),
		Leaf: entry.Leaf, LeafHash: entry.LeafHash, Proof: entry.Proof,
		ProofHref: entryAddress(index) + "/proof", ProofFile: proofName(index),
		Journal: p.head(entry.Head), Note: entry.Note,
	}
	if entry.Class != "" {
		page.TagMeaning = p.text("meaning." + string(entry.Class))
	}
	if entry.At != entry.On {
		at := p.moment(entry.At)
		page.At = &at
	}
	if index > 0 {
		page.Previous = entryAddress(index - 1)
	}
	if index+1 < entry.Head.Size {
		page.Next = entryAddress(index + 1)
	}
	return s.render(r, p, "entry", page)
}

func (p *pen) references(references []Reference) []referenceView {
	var views []referenceView
	for _, reference := range references {
		views = append(views, referenceView{
			Role: p.Label("role", reference.Role), Index: p.Number(reference.Index),
			Href: entryAddress(reference.Index),
		})
	}
	return views
}
