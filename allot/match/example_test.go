// SPDX-License-Identifier: AGPL-3.0-or-later

package match_test

import (
	"fmt"

	"ecot/allot/match"
)

// Four neighbours give 4 each to the garden, one gives 16 to the mural: the pool goes to the many.
func ExampleDivide() {
	result, err := match.Divide(match.Round{
		Projects: []string{"garden", "mural"},
		Pool:     40,
		Gifts: []match.Gift{
			{Donor: "ada", Project: "garden", Amount: 4}, {Donor: "bea", Project: "garden", Amount: 4},
			{Donor: "cyr", Project: "garden", Amount: 4}, {Donor: "dan", Project: "garden", Amount: 4},
			{Donor: "eve", Project: "mural", Amount: 16},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(result.Text("fr"))
	// Output:
	// Abondement quadratique d'une réserve de 40 unités mineures ; donateurs : 5 ; projets : 2.
	// garden : 4 donateurs ont donné 16 ; abondement 40.
	// mural : 1 donateurs ont donné 16 ; abondement 0.
	// Abondé : 40 ; reste dans la réserve : 0.
}
