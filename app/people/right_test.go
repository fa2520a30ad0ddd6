// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ecot/fault"
	"ecot/office"
)

// matrix is the table of roles and rights as the documentation prints it.
const matrix = `
               treasurer approver editor auditor maintainer admin
read-desk              x        x      x       x          -     x
read-private           x        x      -       x          -     -
reconcile              x        -      -       -          -     -
book                   x        -      -       -          -     -
sign                   x        x      -       -          -     -
close                  x        -      -       -          -     -
refund                 x        -      -       -          -     -
manage-payees          x        x      -       -          -     -
edit-projects          -        -      x       -          x     -
moderate               -        -      x       -          -     -
edit-news              -        -      x       -          -     -
manage-members         -        -      -       -          -     x
settings               x        -      -       -          -     x
`

func TestTableOfRoles(t *testing.T) {
	if diff := cmp.Diff(strings.TrimPrefix(matrix, "\n"), Matrix()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryCellOfTheTable(t *testing.T) {
	cells := 0
	for _, grant := range Grants() {
		for _, right := range Rights() {
			cells++
			actor := Actor{Member: "m", Mandate: "x", Roles: []office.Role{{Name: grant.Role}}}
			want := slices.Contains(grant.Rights, right)
			if actor.May(right) != want {
				t.Errorf("%s may %s: %v", grant.Role, right, !want)
			}
			actor.Roles[0].Project = "tamis"
			if actor.May(right) || (AllowedIn(actor, right, "tamis") == nil) != want ||
				AllowedIn(actor, right, "lanterne") == nil {
				t.Errorf("%s of a project, and %s: the project is not kept to", grant.Role, right)
			}
			actor = Actor{Member: "m", Roles: []office.Role{{Name: grant.Role}}}
			if actor.May(right) != (want && !NeedsMandate(right)) {
				t.Errorf("%s may %s without a mandate", grant.Role, right)
			}
			actor = Actor{Mandate: "x", Roles: []office.Role{{Name: grant.Role}}}
			if err := Allowed(actor, right); fault.CodeOf(err) != fault.Forbidden {
				t.Errorf("somebody who is not signed in may %s", right)
			}
		}
		for _, right := range grant.Rights {
			if !slices.Contains(Rights(), right) {
				t.Errorf("%s has %s, which is no right", grant.Role, right)
			}
		}
	}
	if cells != 6*13 || len(RightsOf("king")) != 0 {
		t.Errorf("%d cells", cells)
	}
}
