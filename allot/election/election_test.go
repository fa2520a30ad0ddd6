// SPDX-License-Identifier: AGPL-3.0-or-later

package election_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"ecot/allot/election"
	"ecot/fault"
)

// Turning ballots round loses nothing and adds nothing, with few projects and with many.
func TestSupportersAreTheBallots(t *testing.T) {
	for _, m := range []int{1, 7, 300, 70_000} {
		random := rand.New(rand.NewPCG(uint64(m), 1))
		projects := make([]election.Project, m)
		for p := range projects {
			projects[p] = election.Project{ID: strconv.Itoa(p), Cost: 1}
		}
		b, err := election.NewBuilder(projects, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		want, repeated := make([][]uint32, m), 0
		for voter := range uint32(2000) {
			var ballot []uint32
			for range random.IntN(6) {
				p := uint32(random.IntN(m))
				if slices.Contains(ballot, p) {
					repeated++
				} else {
					want[p] = append(want[p], voter)
				}
				ballot = append(ballot, p)
			}
			if err := b.Add(ballot); err != nil {
				t.Fatal(err)
			}
		}
		if b.Voters() != 2000 || b.Repeated() != repeated {
			t.Fatalf("%d voters, %d repeats; want 2000, %d", b.Voters(), b.Repeated(), repeated)
		}
		e, marks := b.Election(), 0
		for p := range projects {
			if !slices.Equal(e.Supporters(p), want[p]) || e.Votes(p) != len(want[p]) {
				t.Fatalf("project %d of %d: %v, want %v", p, m, e.Supporters(p), want[p])
			}
			marks += len(want[p])
		}
		if e.Marks() != marks || e.Voters != 2000 {
			t.Fatalf("%d marks of %d voters, want %d of 2000", e.Marks(), e.Voters, marks)
		}
	}
}

func TestNewBuilderRefuses(t *testing.T) {
	good := []election.Project{{ID: "a", Cost: 1}, {ID: "b", Cost: 2}}
	for name, c := range map[string]struct {
		projects []election.Project
		budget   int64
		decimals int
	}{
		"no budget":         {good, 0, 0},
		"a debt":            {good, -1, 0},
		"too large a pool":  {good, election.MaxAmount + 1, 0},
		"decimals":          {good, 1, 7},
		"fewer decimals":    {good, 1, -1},
		"a free project":    {[]election.Project{{ID: "a"}}, 1, 0},
		"a negative cost":   {[]election.Project{{ID: "a", Cost: -1}}, 1, 0},
		"too large a cost":  {[]election.Project{{ID: "a", Cost: election.MaxAmount + 1}}, 1, 0},
		"no identifier":     {[]election.Project{{Cost: 1}}, 1, 0},
		"an identifier bis": {[]election.Project{{ID: "a", Cost: 1}, {ID: "a", Cost: 2}}, 1, 0},
	} {
		if _, err := election.NewBuilder(c.projects, c.budget, c.decimals); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	b, err := election.NewBuilder(good, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Add([]uint32{2}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a project that does not exist: %v", err)
	}
}

func TestTieOrder(t *testing.T) {
	projects := []election.Project{{ID: "10", Cost: 5}, {ID: "2", Cost: 5}, {ID: "a", Cost: 1}, {ID: "3",
		Cost: 5}}
	b, err := election.NewBuilder(projects, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Add([]uint32{3}); err != nil {
		t.Fatal(err)
	}
	e := b.Election()
	for rule, want := range map[election.TieRule]string{
		election.StringOrder: "[0 1 3 2]", // "10" < "2" < "3" < "a"
		election.LowestCost:  "[2 3 0 1]", // a costs less; 3 has a vote; "10" < "2"
	} {
		if got, err := e.TieOrder(rule); err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: %v %v, want %s", rule, got, err, want)
		}
	}
	if _, err := e.TieOrder("lot"); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("an unknown rule: %v", err)
	}
}

func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		units    int64
		decimals int
		want     string
	}{{0, 0, "0"}, {0, 2, "0.00"}, {5, 2, "0.05"}, {-5, 2, "-0.05"}, {12345, 1, "1234.5"}, {-12345, 3,
		"-12.345"}, {100, 2, "1.00"}} {
		if got := election.FormatAmount(c.units, c.decimals); got != c.want {
			t.Errorf("%d with %d decimals: %s, want %s", c.units, c.decimals, got, c.want)
		}
	}
	if got := (&election.Election{Decimals: 3}).Whole(); got != 1000 {
		t.Errorf("a whole unit has %d parts, want 1000", got)
	}
}
