// SPDX-License-Identifier: AGPL-3.0-or-later

package committee_test

import (
	"fmt"

	"ecot/allot/committee"
)

// Three want ada and bea, two want cyr: approval gives both seats to the three, equal shares
// one to each side.
func ExampleElect() {
	election := committee.Election{
		Seats:      2,
		Candidates: []string{"ada", "bea", "cyr"},
		Ballots:    [][]string{{"ada", "bea"}, {"ada", "bea"}, {"ada", "bea"}, {"cyr"}, {"cyr"}},
	}
	for _, rule := range []committee.Rule{committee.AV, committee.EqualShares} {
		result, err := committee.Elect(rule, election)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, round := range result.Rounds {
			fmt.Println(rule, round.Candidate, round.Phase, round.Score)
		}
	}
	// Output:
	// av ada approvals 3
	// av bea approvals 3
	// equal-shares ada payment 1/3
	// equal-shares cyr load 1/10
}
