// SPDX-License-Identifier: AGPL-3.0-or-later

// Package explain holds the explanation of an outcome: a document that says round by round why each
// project won, in numbers that anybody can check against the ballots, and in words.
//
// The counters write it, package recount checks it; both know this package and not each other.
// Money is in two measures: costs and totals are decimal strings of the currency, as the election
// writes them; purses, prices and residues are whole numbers of 10⁻⁶ of the election's unit, the unit
// being 10^−decimals of the currency. A price that is not whole is the fraction rest ÷ full.
//
// Reading is strict. A document has one spelling, the one [Document.Write] gives; anything else, be it an
// unknown key, a key twice or a space, is refused. Cost: linear in the document. Limit: [MaxBytes].
//
// Invariant: Read(Write(d)) equals d, and Write(Read(b)) equals b for every b that Read accepts.
package explain

import (
	"bytes"
	"encoding/json"
	"io"

	"ecot/fault"
)

// Format names the first format of a document.
const Format = "ecot-explanation/1"

// MaxBytes is the longest document that is read.
const MaxBytes = 256 << 20

// Document is the explanation of one outcome.
type Document struct {
	Format     string `json:"format"`
	Rule       string `json:"rule"`                 // equal-shares, greedy or phragmen
	Utility    string `json:"utility,omitempty"`    // Equal Shares: cost or cardinality
	Completion string `json:"completion,omitempty"` // Equal Shares: none, util, add1, …
	TieRule    string `json:"tie_rule"`             // lowest-cost or string

	NoSkip    bool       `json:"no_skip,omitempty"`   // greedy: stop at the first that does not fit
	Threshold int        `json:"threshold,omitempty"` // greedy: votes that a project needs
	Exclusive [][]string `json:"exclusive,omitempty"` // greedy: groups of which one may win

	Voters   int    `json:"voters"`
	Projects int    `json:"projects"`
	Decimals int    `json:"decimals"`
	Budget   string `json:"budget"`

	Endowment int64  `json:"endowment,omitempty"` // Equal Shares: what every voter began with
	Raises    int    `json:"raises,omitempty"`    // Equal Shares: steps of add1 in the run that stands
	Steps     []Step `json:"steps,omitempty"`     // Equal Shares with add1: outcomes on the way
	Stop      *Step  `json:"stop,omitempty"`      // Equal Shares with add1: the first outcome above the pool

	Rounds  []Round  `json:"rounds,omitempty"`  // Equal Shares and Phragmén: one purchase each
	Choices []Choice `json:"choices,omitempty"` // greedy, and util: projects in the order considered
	Beyond  *Round   `json:"beyond,omitempty"`  // Phragmén: the purchase that would exceed the pool

	Winners []string `json:"winners"`
	Spent   string   `json:"spent"`
	Ties    int      `json:"ties"`
	Residue int64    `json:"residue"`
}

// Step is the outcome after some raises of the endowment; it stands until the next step listed.
type Step struct {
	Raises  int      `json:"raises"`
	Winners []string `json:"winners"`
	Spent   string   `json:"spent"`
}

// Round is one purchase.
//
// With Equal Shares the price is Rest ÷ Full: Full supporters pay it, rounded up to Price, and the
// others of the Payers give what they have. With Phragmén it is the load, common to all supporters
// after the purchase.
type Round struct {
	Project    string    `json:"project"`
	Cost       string    `json:"cost"`
	Supporters int       `json:"supporters"`
	Payers     int       `json:"payers"`
	Full       int       `json:"full"`
	Rest       uint64    `json:"rest"`
	Price      uint64    `json:"price"`
	Effective  string    `json:"effective_votes,omitempty"` // Equal Shares: cost ÷ price, floored
	Residue    int64     `json:"residue"`
	Tied       []string  `json:"tied,omitempty"` // all that were exactly equal, in tie order
	RunnerUp   *RunnerUp `json:"runner_up,omitempty"`
}

// RunnerUp is the best of the projects that were not bought in a round, with its exact price then.
type RunnerUp struct {
	Project   string `json:"project"`
	Full      int    `json:"full"`
	Rest      uint64 `json:"rest"`
	Effective string `json:"effective_votes"`
}

// Choice is one project considered by votes.
type Choice struct {
	Project string   `json:"project"`
	Votes   int      `json:"votes"`
	Cost    string   `json:"cost"`
	Left    string   `json:"left"` // money before the choice
	Verdict Verdict  `json:"verdict"`
	Tied    []string `json:"tied,omitempty"` // the other projects of as many votes that would fit too
}

// Verdict is what became of a project considered by votes.
type Verdict string

// The verdicts.
const (
	Bought    Verdict = "bought"
	TooCostly Verdict = "too-costly" // dearer than what is left
	TooFew    Verdict = "too-few"    // fewer votes than the threshold
	Excluded  Verdict = "excluded"   // another of its group has won
)

// Write writes the document in its one spelling.
func (d *Document) Write(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	return encoder.Encode(d)
}

// Read reads a document and refuses any other spelling than that of [Document.Write].
func Read(r io.Reader) (*Document, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The explanation could not be read.")
	}
	if len(text) > MaxBytes {
		return nil, fault.New(fault.Invalid, "The explanation is longer than %d bytes.", MaxBytes)
	}
	d := new(Document)
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(d); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The explanation is not a document of the format %s.", Format)
	}
	if d.Format != Format {
		return nil, fault.New(fault.Invalid, "The explanation is in format %.40q; %s is known.", d.Format, Format)
	}
	var again bytes.Buffer
	if err := d.Write(&again); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The explanation cannot be written again.")
	}
	if at := firstDifference(text, again.Bytes()); at >= 0 {
		return nil, fault.New(fault.Invalid, "The explanation is not spelled as it was written: see line %d.",
			1+bytes.Count(text[:at], []byte{'\n'}))
	}
	return d, nil
}

// firstDifference gives the first place where a and b differ, −1 when they are equal.
func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	if len(a) != len(b) {
		return min(len(a), len(b))
	}
	return -1
}
