// SPDX-License-Identifier: AGPL-3.0-or-later

package appeal

import (
	"fmt"

	"ecot/journal"
	"ecot/mechanism"
)

// Figures adds nothing: what an appeal brought is in the figures of the gifts to its pot.
func (Rules) Figures(_ mechanism.Desk, e *journal.Entry) (mechanism.Figures, error) {
	switch f := e.Fact.(type) {
	case *Opened:
		return mechanism.Figures{Day: f.On}, nil
	case *Listed:
		return mechanism.Figures{Day: f.On}, nil
	case *Ended:
		return mechanism.Figures{Day: f.On}, nil
	}
	return mechanism.Figures{}, fmt.Errorf("appeal knows no fact %q", e.Fact.Name())
}
