// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import "net/http"

// Opening is what a door says at the top of the first page. What is empty is left out.
type Opening struct {
	Doors []Way // what a visitor may have come for
	Lead  string
	Lines []OpeningLine
	Ways  []Way // where more of it is
}

// OpeningLine is a sentence with the figure that it is about.
type OpeningLine struct {
	Words  string
	Figure *AmountView // nil where the words say it all
	Tag    *TagView
	Href   string // where the words lead; empty for nowhere
}

// Way is a link with what it is for.
type Way struct {
	Words string
	Note  string
	Href  string
}

// Opener is a door that has something to say at the top of the first page.
type Opener interface {
	// Opening says it, in the pen's language.
	Opening(r *http.Request, p *Pen) (Opening, error)
	// Stand names the state of all that the opening is made from.
	Stand(r *http.Request) (string, error)
}
