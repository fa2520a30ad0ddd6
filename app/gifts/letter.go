// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts

import (
	"context"

	"ecot/office"
)

// The letters that gifts cause beside the thanks, which follow from the journal.
const (
	LetterInstructions = "transfer-instructions" // how to pay what was promised
	LetterLink         = "manage-link"           // was asked for
	LetterPaused       = "regular-paused"
	LetterStopped      = "regular-stopped"
)

// Letter is a letter to be written to a donor; who writes it looks the rest up.
type Letter struct {
	Kind    string
	Handle  string
	Promise string // that it is about, empty for none
}

// Letters takes letters, in the transaction of what causes them. A donor without a mail address gets
// none, which whoever writes them sees to.
type Letters interface {
	Write(ctx context.Context, tx *office.Tx, l Letter) error
}

// write hands a letter over, where letters are written at all.
func (g *Gifts) write(ctx context.Context, tx *office.Tx, l Letter) error {
	if g.letters == nil {
		return nil
	}
	return g.letters.Write(ctx, tx, l)
}
