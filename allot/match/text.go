// SPDX-License-Identifier: AGPL-3.0-or-later

package match

import (
	"fmt"
	"strings"
)

// Text tells the result in sentences, in French for "fr" and in English for any other language.
// Amounts are in minor units.
func (r Result) Text(lang string) string {
	head, bound, limit := "Quadratic matching of a pool of %d minor units; %d donors, %d projects.\n",
		"Pairs of donors are bounded by %d.\n", "No match exceeds %d.\n"
	line, capped, tail := "%s: %d donors gave %d; match %d", ", held by the cap",
		"Matched: %d; left in the pool: %d.\n"
	if lang == "fr" {
		head = "Abondement quadratique d'une réserve de %d unités mineures ; donateurs : %d ; projets : %d.\n"
		bound, limit = "Les paires de donateurs sont bornées à %d.\n", "Aucun abondement ne dépasse %d.\n"
		line, capped = "%s : %d donateurs ont donné %d ; abondement %d", ", retenu par le plafond"
		tail = "Abondé : %d ; reste dans la réserve : %d.\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, head, r.Pool, r.Donors, len(r.Lines))
	if r.Bound > 0 {
		fmt.Fprintf(&b, bound, r.Bound)
	}
	if r.Cap > 0 {
		fmt.Fprintf(&b, limit, r.Cap)
	}
	for _, l := range r.Lines {
		fmt.Fprintf(&b, line, l.Project, l.Donors, l.Received, l.Match)
		if l.Capped {
			b.WriteString(capped)
		}
		b.WriteString(".\n")
	}
	fmt.Fprintf(&b, tail, r.Matched, r.Left)
	return b.String()
}
