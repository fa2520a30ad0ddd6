// SPDX-License-Identifier: AGPL-3.0-or-later

package phragmen_test

import (
	"bytes"
	"context"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ecot/allot/allottest"
	"ecot/allot/election"
	"ecot/allot/phragmen"
	"ecot/fault"
)

// naive is the definition: times afresh in every round, big numbers, no queue.
func naive(e *election.Election, place []int) (winners []int, ties int) {
	load := make([]int64, e.Voters)
	left := e.Budget
	for {
		var best []int
		var least *big.Rat
		for p, project := range e.Projects {
			if slices.Contains(winners, p) || e.Votes(p) == 0 {
				continue
			}
			sum := big.NewInt(project.Cost * phragmen.Micro)
			for _, voter := range e.Supporters(p) {
				sum.Add(sum, big.NewInt(load[voter]))
			}
			at := new(big.Rat).SetFrac(sum, big.NewInt(int64(e.Votes(p))))
			switch {
			case least == nil || at.Cmp(least) < 0:
				least, best = at, []int{p}
			case at.Cmp(least) == 0 && place[p] < place[best[0]]:
				best = append([]int{p}, best...)
			case at.Cmp(least) == 0:
				best = append(best, p)
			}
		}
		if best == nil || e.Projects[best[0]].Cost > left {
			return winners, ties
		}
		if len(best) > 1 {
			ties++
		}
		up := new(big.Int).Add(least.Num(), new(big.Int).Sub(least.Denom(), big.NewInt(1)))
		for _, voter := range e.Supporters(best[0]) {
			load[voter] = new(big.Int).Quo(up, least.Denom()).Int64()
		}
		left -= e.Projects[best[0]].Cost
		winners = append(winners, best[0])
	}
}

// The count is what the definition says, and order changes no byte of its explanation.
func TestCountFollowsTheDefinition(t *testing.T) {
	for seed := range uint64(1000) {
		random := rand.New(rand.NewPCG(seed, 6))
		d := allottest.Small(random)
		o := phragmen.Options{Ties: []election.TieRule{election.LowestCost, election.StringOrder}[seed%2]}
		text := func(e *election.Election) (string, *phragmen.Outcome) {
			got, err := phragmen.Count(context.Background(), e, o)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := phragmen.Explain(e, o, got).Write(&b); err != nil {
				t.Fatal(err)
			}
			return b.String(), got
		}
		e := d.Election(t)
		place, err := e.TieOrder(o.Ties)
		if err != nil {
			t.Fatal(err)
		}
		want, ties := naive(e, place)
		was, got := text(e)
		if !slices.Equal(got.Winners, want) || got.Ties != ties || got.Spent > e.Budget {
			t.Fatalf("seed %d: got %v with %d ties, want %v with %d", seed, got.Winners, got.Ties, want, ties)
		}
		if now, _ := text(d.Shuffled(random).Election(t)); now != was {
			t.Fatalf("seed %d: shuffled\n%s\nwas\n%s", seed, now, was)
		}
	}
}

// Three voters of party a and one of party b share four seats three to one.
func TestCommittee(t *testing.T) {
	b, err := election.NewCommittee([]string{"a1", "a2", "a3", "a4", "b1", "b2"}, 4)
	if err != nil {
		t.Fatal(err)
	}
	for _, ballot := range [][]uint32{{0, 1, 2, 3}, {0, 1, 2, 3}, {0, 1, 2, 3}, {4, 5}} {
		if err := b.Add(ballot); err != nil {
			t.Fatal(err)
		}
	}
	e := b.Election()
	got, err := phragmen.Count(context.Background(), e, phragmen.Options{Ties: election.StringOrder})
	if ids := strings.Join(e.IDs(got.Winners), ","); err != nil || ids != "a1,a2,a3,b1" {
		t.Fatalf("%s, %v", ids, err)
	}
	head := phragmen.Options{Ties: election.StringOrder, Purses: []int64{0, 0, 0,
		e.Projects[0].Cost * phragmen.Micro}, Bought: []int{0}}
	got, err = phragmen.Count(context.Background(), e, head)
	if ids := strings.Join(e.IDs(got.Winners), ","); err != nil || ids != "b1,a2,a3" || got.Spent != e.Budget {
		t.Fatalf("with money from the start: %s spent %d, %v", ids, got.Spent, err)
	}
	for name, o := range map[string]phragmen.Options{
		"ties":   {Ties: "lot"},
		"purses": {Ties: election.StringOrder, Purses: []int64{1}},
		"debt":   {Ties: election.StringOrder, Purses: []int64{0, 0, 0, -1}},
		"bought": {Ties: election.StringOrder, Bought: []int{0, 0}},
	} {
		if _, err := phragmen.Count(context.Background(), e, o); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
