// SPDX-License-Identifier: AGPL-3.0-or-later

package split

import (
	"fmt"
	"strings"
)

// Text tells who is given what at each level, in French for "fr" and in English for any other
// language. Amounts are in minor units.
func (f Fall) Text(lang string) string {
	level, part, rest := "Level %d.\n", "%s: %d.\n", "No level takes %d.\n"
	if lang == "fr" {
		level, part, rest = "Palier %d.\n", "%s : %d.\n", "Aucun palier ne prend %d.\n"
	}
	var b strings.Builder
	for i, parts := range f.Levels {
		fmt.Fprintf(&b, level, i+1)
		for _, p := range parts {
			fmt.Fprintf(&b, part, p.ID, p.Amount)
		}
	}
	fmt.Fprintf(&b, rest, f.Rest)
	return b.String()
}

// Text tells who is paid, deferred or not claimed, in French for "fr" and in English for any other
// language. Amounts are in minor units.
func (f Flow) Text(lang string) string {
	head := "%d came in; rings of projects taken as one: %d.\n"
	paid, deferred, unclaimed := "%s is paid %d.\n", "%s is owed %d, below the least payout.\n",
		"%d are kept for %s, whom nobody has claimed.\n"
	if lang == "fr" {
		head = "Entrés : %d ; cycles de projets comptés comme un seul : %d.\n"
		paid, deferred = "%s reçoit %d.\n", "%s : %d reportés, sous le versement minimal.\n"
		unclaimed = "%d sont gardés pour %s, que personne n'a réclamé.\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, head, f.Entered, f.Rings)
	for _, p := range f.Paid {
		fmt.Fprintf(&b, paid, p.ID, p.Amount)
	}
	for _, p := range f.Deferred {
		fmt.Fprintf(&b, deferred, p.ID, p.Amount)
	}
	for _, p := range f.Unclaimed {
		fmt.Fprintf(&b, unclaimed, p.Amount, p.ID)
	}
	return b.String()
}
