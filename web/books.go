// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"

	"ecot/money"
	"ecot/web/page"
)

// Books is all that the pages ask of the use-cases.
type Books interface {
	Accounts
	Log
}

// Accounts answers what the fund holds and why. Errors carry a fault code; fault.NotFound is for a
// pot or an entry that does not exist.
type Accounts interface {
	// Fund gives the totals of the whole fund, its pots, and its last twelve months.
	Fund(ctx context.Context) (Fund, error)
	// Pot gives one pot's totals and all its months.
	Pot(ctx context.Context, slug string) (Pot, error)
	// Entries gives journal entries that a query picks, newest first.
	Entries(ctx context.Context, query Query) (Page, error)
	// Entry gives one entry whole, with its proof.
	Entry(ctx context.Context, index int64) (Entry, error)
	// Ready tells whether requests can be answered now.
	Ready(ctx context.Context) error
}

// Log gives what a verifier downloads. A path or index that is not in the log is fault.NotFound.
type Log interface {
	// Checkpoint gives the last published checkpoint, a signed note.
	Checkpoint(ctx context.Context) ([]byte, error)
	// Size gives the number of entries in the journal now: what pages show stands as long as it does.
	Size(ctx context.Context) (int64, error)
	// Tile gives a tile by its well-formed path in C2SP tlog-tiles, such as "tile/0/x001/234.p/5"
	// or "tile/entries/000".
	Tile(ctx context.Context, path string) ([]byte, error)
	// Proof gives the tlog-proof text of one entry against the last published checkpoint.
	Proof(ctx context.Context, index int64) ([]byte, error)
}

// Class says what stands behind an amount.
type Class = page.Class

// The evidence classes, the strongest first.
const (
	Proved   = page.Proved
	Attested = page.Attested
	Declared = page.Declared
)

// Flow says which way money went, seen from the pot or the fund.
type Flow string

// The ways; the empty Flow is both.
const (
	In  Flow = "in"
	Out Flow = "out"
)

// Figure is a sum in minor units, none negative, by what stands behind its parts. Unsorted is what
// Books did not sort by evidence; the page then sends the reader to the entries.
type Figure struct{ Proved, Attested, Declared, Unsorted int64 }

// Total sums the parts.
func (f Figure) Total() int64 { return f.Proved + f.Attested + f.Declared + f.Unsorted }

// Balance is what a pot or the fund holds in one unit, and the sums that make it.
type Balance struct {
	Unit    money.Unit
	Holds   int64  // minor units; of a month, at its end; of the fund, its assets; of an asset, positive
	In      Figure // came in: since the first entry, or in the month
	Out     Figure // went out, as a positive sum: likewise
	Entries int64  // how many entries In and Out sum
}

// Month is one month of a pot or of the fund in one unit.
type Month struct {
	Month  string // 2026-01
	People int64  // who gave that month, as far as the operator counts them (declared); 0 hides it
	Balance
}

// PotLine is one pot in a list.
type PotLine struct {
	Slug     string // as in the journal's accounts
	Name     string // as its people call it
	Balances []Balance
}

// Holding is an account of the fund that is no pot: an asset (where money is), or something owed
// (money not attributed yet, what is approved and not yet paid).
type Holding struct {
	Account  string // as in the leaf; the catalogue names the usual ones
	Name     string // its own name; may be empty
	Balances []Balance
}

// Head is the journal as it was last published.
type Head struct {
	Size int64
	Root string // base64
}

// Fund is the whole fund.
type Fund struct {
	Balances []Balance // of all assets, one a unit, the main unit first
	Assets   []Holding // where the money is: together they hold what Balances hold
	Pots     []PotLine // what it is for, in the order in which to show them
	Owed     []Holding // and what is owed: with the pots, as much again as Balances hold
	Months   []Month   // the last twelve, oldest first; of several units, one after the other
	Gifts    int64     // how many gifts came in since the first entry
	Since    string    // day of the first entry that moved money; empty when none did
	Head     Head
}

// Pot is one pot's public accounts.
type Pot struct {
	PotLine
	Purpose string  // a sentence, in the fund's language; may be empty
	Months  []Month // all, newest first; of several units, one after the other
}

// Query picks entries. Empty fields pick all; they are joined by "and".
type Query struct {
	Pot     string     // slug; empty is the whole fund
	Account string     // as in the leaf, for what is no pot; never set together with Pot
	Month   string     // 2026-01, by the effective date that the months of Fund and Pot count by
	Until   string     // 2026-01, likewise: this month and all before it; never set together with Month
	Flow    Flow       // entries that brought in, or took out
	Class   Class      // by evidence
	Unit    money.Unit //
	Appeal  bool       // what counts for the public appeal; Month is then that of the appeal
	Before  int64      // only indexes below; 0 is from the newest
	Limit   int        // at most so many lines; never 0
}

// Page is a page of entries.
type Page struct {
	Lines []Line
	Older bool  // whether older ones remain
	Count int64 // how many entries the query picks on all pages; 0 when not counted
	Sums  []Sum // what they sum to on all pages, one a unit; empty when not summed
}

// Sum is what came in and went out in one unit, in minor units, both positive.
type Sum struct {
	Unit    money.Unit
	In, Out int64
}

// Line is one entry in a list.
type Line struct {
	Index    int64
	At       string // as in the leaf: 2026-01-02 or 2026-01-02T09:00:00Z
	On       string // the civil day that it counts for, 2026-01-02: history may be journaled later
	Kind     string // the leaf's kind without its version, such as "gift"
	Class    Class  // empty for an entry that moves no money; one that says none is Declared
	Moves    []Move // what it did to the accounts that the query picks; of the whole fund, no assets
	Reversed bool   // whether a later entry reverses it
}

// Move is what one entry did to one account. In a list it is positive when money comes in, of assets
// too; in Entry.Postings it has the leaf's own sign, by which assets are negative.
type Move struct {
	Account string // as in the leaf
	Pot     string // slug, when the account is a pot's
	Name    string // the pot's name, or the account's own when it has one
	Amount  money.Amount
	After   int64 // its balance after it
}

// Entry is one entry, whole.
type Entry struct {
	Line
	Leaf       string // the exact bytes
	Postings   []Move // every line of the double entry, the outer accounts too
	References []Reference
	LeafHash   string   // base64
	Proof      []string // hashes of the inclusion proof, leaf to root, base64
	Head       Head     // the checkpoint that the proof leads to
	Note       string   // that checkpoint, a signed note; empty when none is published yet
}

// Reference is a link from an entry to another.
type Reference struct {
	Role  string // the leaf's key, such as "of" or "arrival"; or "reversed-by", "refunded-by"…
	Index int64
}
