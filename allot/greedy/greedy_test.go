// SPDX-License-Identifier: AGPL-3.0-or-later

package greedy_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"ecot/allot/allottest"
	"ecot/allot/election"
	"ecot/allot/explain"
	"ecot/allot/greedy"
	"ecot/fault"
)

// votes builds an election from costs and numbers of votes.
func votes(t testing.TB, budget int64, costs []int64, votes ...int) *election.Election {
	t.Helper()
	d := allottest.Draft{Budget: budget, Ballots: make([][]uint32, 10)}
	for p, cost := range costs {
		d.Projects = append(d.Projects, election.Project{ID: string(rune('a' + p)), Cost: cost})
		for voter := range votes[p] {
			d.Ballots[voter] = append(d.Ballots[voter], uint32(p))
		}
	}
	return d.Election(t)
}

func TestVariants(t *testing.T) {
	e := votes(t, 10, []int64{5, 7, 3, 2, 1}, 9, 8, 7, 7, 0)
	for name, c := range map[string]struct {
		options greedy.Options
		want    string
		ties    int
	}{
		"skip":      {greedy.Options{}, "adc", 1}, // c and d tie; d costs less
		"no-skip":   {greedy.Options{NoSkip: true}, "a", 0},
		"threshold": {greedy.Options{Threshold: 8}, "a", 0},
		"exclusive": {greedy.Options{Exclusive: [][]int{{0, 3}, {3, 2}}}, "ac", 0},
		"only one":  {greedy.Options{Exclusive: [][]int{{0, 1, 2, 3, 4}}}, "a", 0},
	} {
		c.options.Ties = election.LowestCost
		got, err := greedy.Count(e, c.options)
		if err != nil {
			t.Fatal(err)
		}
		if ids := strings.Join(e.IDs(got.Winners), ""); ids != c.want || got.Ties != c.ties {
			t.Errorf("%s: %s with %d ties, want %s with %d", name, ids, got.Ties, c.want, c.ties)
		}
	}
	for name, o := range map[string]greedy.Options{
		"ties": {Ties: "lot"}, "threshold": {Ties: election.StringOrder, Threshold: -1},
		"group": {Ties: election.StringOrder, Exclusive: [][]int{{5}}},
	} {
		if _, err := greedy.Count(e, o); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Nothing exceeds the pool, what was passed over for money did not fit, and order changes no byte.
func TestLaws(t *testing.T) {
	for seed := range uint64(600) {
		random := rand.New(rand.NewPCG(seed, 5))
		d := allottest.Small(random)
		e, o := d.Election(t), greedy.Options{Ties: election.LowestCost, Threshold: random.IntN(3)}
		got, err := greedy.Count(e, o)
		if err != nil {
			t.Fatal(err)
		}
		won := make(map[int]bool)
		for _, p := range got.Winners {
			won[p] = true
		}
		if got.Spent > e.Budget {
			t.Fatalf("seed %d spends %d of %d", seed, got.Spent, e.Budget)
		}
		for p, project := range e.Projects {
			if !won[p] && e.Votes(p) >= max(1, o.Threshold) && got.Spent+project.Cost <= e.Budget {
				t.Fatalf("seed %d leaves %q out, which fits", seed, project.ID)
			}
		}
		other := d.Shuffled(random).Election(t)
		again, err := greedy.Count(other, o)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := written(t, greedy.Explain(e, o, got)), written(t, greedy.Explain(other, o, again)); a != b {
			t.Fatalf("seed %d: shuffled\n%s\nwas\n%s", seed, b, a)
		}
	}
}

// written gives a document as text.
func written(t testing.TB, d *explain.Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// By votes, skipping, is what these cities did.
func TestRealElections(t *testing.T) {
	e := allottest.Real(t, "Poland_Swiecie_2023.pb")
	got, err := greedy.Count(e, greedy.Options{Ties: election.LowestCost})
	if err != nil || got.Spent != 1_067_287 || strings.Join(e.IDs(got.Winners),
		",") != "c12,c8,c10,c20,c21,c2,c3,c9,c11" {
		t.Fatalf("%v spent %d, %v", e.IDs(got.Winners), got.Spent, err)
	}
}
