// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"

	"ecot/locale"
	"ecot/web/page"
)

// entryPage is one entry of the journal, whole.
type entryPage struct {
	page.Frame
	Index      string
	On         locale.Moment
	At         *locale.Moment // when it was journaled, if that is not the same day
	Kind       string
	Tag        *page.TagView
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
func (s *site) entry(r *http.Request) (page.Reply, error) {
	index, err := ParseIndex(r.PathValue("index"))
	if err != nil {
		return page.Reply{}, err
	}
	entry, err := s.books.Entry(r.Context(), index)
	if err != nil {
		return page.Reply{}, err
	}
	p := s.pen(r)
	line := p.lineRow(entry.Line)
	shown := entryPage{
		Frame: s.Frame(r, p.Pen, "entries", p.Words("entry.title", "index", line.Index, "kind", line.Kind)),
		Index: line.Index, On: line.On, Kind: line.Kind, Tag: line.Tag, Reversed: line.Reversed,
		References: p.references(entry.References), Postings: p.moves(entry.Postings),
		Leaf: entry.Leaf, LeafHash: entry.LeafHash, Proof: entry.Proof,
		ProofHref: entryAddress(index) + "/proof", ProofFile: proofName(index),
		Journal: p.head(entry.Head), Note: entry.Note,
	}
	if entry.Class != "" {
		shown.TagMeaning = p.Words("meaning." + string(entry.Class))
	}
	if entry.At != entry.On {
		at := p.When(entry.At)
		shown.At = &at
	}
	if index > 0 {
		shown.Previous = entryAddress(index - 1)
	}
	if index+1 < entry.Head.Size {
		shown.Next = entryAddress(index + 1)
	}
	return s.Render(r, p.Pen, "entry", shown)
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
