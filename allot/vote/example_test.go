// SPDX-License-Identifier: AGPL-3.0-or-later

package vote_test

import (
	"fmt"
	"strings"

	"ecot/allot/vote"
)

// A jury of four decides which workshop to fund; Dan works for one of them and stands back.
func ExampleJudge() {
	matter := vote.Matter{
		Members: []string{"ada", "bea", "cyr", "dan"},
		Options: []string{"library", "workshop"},
		Recused: []string{"dan"},
		Quorum:  vote.Quorum{Num: 1, Den: 2},
	}
	outcome, err := vote.Judge(matter, []string{"reject", "fair", "good"}, []vote.GradeBallot{
		{Member: "ada", Grades: map[string]string{"library": "good", "workshop": "fair"}},
		{Member: "bea", Grades: map[string]string{"library": "fair", "workshop": "good"}},
		{Member: "cyr", Grades: map[string]string{"library": "fair", "workshop": "reject"}},
		{Member: "dan", Grades: map[string]string{"workshop": "good"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	attendance, count, _ := strings.Cut(outcome.Text("en"), "; ")
	fmt.Println(attendance)
	fmt.Print(count)
	// Output:
	// Majority judgment. 4 members, 1 recused, 1 ballots of recused members set aside
	// 3 of 3 eligible members present, 2 needed.
	// The quorum is met; 3 ballots are counted.
	// library: majority grade fair; tally reject 0, fair 2, good 1.
	// workshop: majority grade fair; tally reject 1, fair 1, good 1.
	// library is before workshop: at median 2, fair against reject.
	// Ranking: library > workshop.
}
