// SPDX-License-Identifier: AGPL-3.0-or-later

package generate

import (
	"math/rand/v2"
	"slices"
	"testing"

	"ecot/fault"
)

// The election is what the package says: sizes, mean, pool, costs, no project twice on a ballot.
func TestModel(t *testing.T) {
	g, err := New(Options{Voters: 20_000, Projects: 1000, Marks: 10, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	ballots, marks := 0, 0
	for ballot := range g.Ballots() {
		sorted := slices.Clone(ballot)
		slices.Sort(sorted)
		if len(slices.Compact(sorted)) != len(ballot) || len(ballot) < 1 || len(ballot) > 19 {
			t.Fatalf("ballot %v", ballot)
		}
		ballots++
		marks += len(ballot)
	}
	total := int64(0)
	for _, p := range g.Projects {
		total += p.Cost
	}
	if ballots != 20_000 || marks < 195_000 || marks > 205_000 || g.Budget != 40_000_000 {
		t.Fatalf("%d ballots, %d marks, pool %d", ballots, marks, g.Budget)
	}
	if total < g.Budget*249/100 || total > g.Budget*251/100 {
		t.Fatalf("costs come to %d, the pool is %d", total, g.Budget)
	}
}

// The same seed gives the same ballots, another seed others; stopping early is possible.
func TestSeeds(t *testing.T) {
	first := func(seed uint64) (ballots [][]uint32) {
		g, err := New(Options{Voters: 10_000, Projects: 100, Marks: 5, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		for ballot := range g.Ballots() {
			if ballots = append(ballots, slices.Clone(ballot)); len(ballots) == 9000 {
				break
			}
		}
		return ballots
	}
	same := func(a, b [][]uint32) bool { return slices.EqualFunc(a, b, slices.Equal[[]uint32]) }
	if a, b := first(1), first(1); !same(a, b) || same(a, first(2)) {
		t.Fatal("the seed does not decide the ballots")
	}
}

// The smallest elections end: a ballot asks for no more marks than there are projects.
func TestSmallest(t *testing.T) {
	for _, o := range []Options{{1, 1, 1, 0}, {1, 1, 1000, 0}, {50, 3, 10, 1}, {3, 11, 500, 2}} {
		g, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		for ballot := range g.Ballots() {
			if count++; len(ballot) > o.Projects {
				t.Fatalf("%+v: ballot %v", o, ballot)
			}
		}
		if count != o.Voters {
			t.Fatalf("%+v: %d ballots", o, count)
		}
	}
	for _, o := range []Options{{0, 1, 1, 0}, {1, 0, 1, 0}, {1, 1, 0, 0}, {1, 1, 1001, 0}, {1 << 33, 1, 1, 0}} {
		if _, err := New(o); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// A lottery draws by weight.
func TestLottery(t *testing.T) {
	weights := []uint64{1, 10, 100, 1, 50, 38}
	l, source, drawn := newLottery(weights), rand.NewPCG(1, 1), make([]int, 6)
	for range 200_000 {
		drawn[l.draw(source.Uint64())]++
	}
	for i, w := range weights {
		if want := int(w) * 1000; drawn[i] < want-want/10-150 || drawn[i] > want+want/10+150 {
			t.Errorf("item %d of weight %d: drawn %d times, want about %d", i, w, drawn[i], want)
		}
	}
}
