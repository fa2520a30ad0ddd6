// SPDX-License-Identifier: AGPL-3.0-or-later

package equalshares

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ecot/allot/allottest"
	"ecot/allot/election"
	"ecot/allot/generate"
	"ecot/fault"
)

var (
	utilities   = []Utility{ByCost, ByNumber}
	completions = []Completion{None, Util, Add1, Add1e, Add1u, Addeu}
	tieRules    = []election.TieRule{election.LowestCost, election.StringOrder}
)

// must counts or fails the test.
func must(t testing.TB, e *election.Election, o Options) *Outcome {
	t.Helper()
	outcome, err := Count(context.Background(), e, o)
	if err != nil {
		t.Fatal(err)
	}
	return outcome
}

// drawn gives options for a number.
func drawn(random *rand.Rand) Options {
	return Options{
		Utility:    utilities[random.IntN(2)],
		Completion: completions[random.IntN(len(completions))],
		Ties:       tieRules[random.IntN(2)],
		Explain:    random.IntN(2) == 0,
	}
}

// The count must be what the definition says, on 5 000 elections full of ties.
func TestCountFollowsTheDefinition(t *testing.T) {
	for seed := range uint64(5_000) {
		random := rand.New(rand.NewPCG(seed, 1))
		draft, o := allottest.Small(random), drawn(random)
		if draft.Decimals == 2 {
			draft.Decimals = 0 // keep naive raising short
		}
		e := draft.Election(t)
		order, err := e.TieOrder(o.Ties)
		if err != nil {
			t.Fatal(err)
		}
		want := naive{e, o, order}.count()
		got := must(t, e, o)
		if !slices.Equal(got.Winners, want.winners) || got.Spent != want.spent || got.Ties != want.ties ||
			got.Residue != want.residue || got.Raises != want.raises {
			t.Fatalf("seed %d, %+v: got %v spent %d ties %d residue %d raises %d; want %+v",
				seed, o, got.Winners, got.Spent, got.Ties, got.Residue, got.Raises, want)
		}
	}
}

// Purses never fall below zero, what is paid is cost and residue, and nothing exceeds the pool.
func TestMoneyIsConserved(t *testing.T) {
	for seed := range uint64(1_000) {
		random := rand.New(rand.NewPCG(seed, 2))
		e, o := allottest.Small(random).Election(t), drawn(random)
		got := must(t, e, o)
		if got.Spent > e.Budget {
			t.Fatalf("seed %d: spent %d of %d", seed, got.Spent, e.Budget)
		}
		purses := make([]int64, e.Voters)
		for i := range purses {
			purses[i] = got.Endowment
		}
		for _, round := range got.Rounds {
			paid, payers, full := int64(0), 0, 0
			for _, voter := range e.Supporters(round.Project) {
				payment := min(purses[voter], round.Price)
				if payment > 0 {
					payers++
				}
				if payment == round.Price {
					full++
				}
				purses[voter] -= payment
				paid += payment
			}
			if paid != e.Projects[round.Project].Cost*Micro+round.Residue || payers != round.Payers ||
				full != round.Full || round.Residue < 0 || round.Residue >= int64(round.Full) {
				t.Fatalf("seed %d: round %+v takes %d from %d payers, %d in full", seed, round, paid, payers, full)
			}
		}
	}
}

// written gives the explanation and the totals of a count as bytes.
func written(t testing.TB, e *election.Election, o Options) []byte {
	t.Helper()
	o.Explain = true
	var text bytes.Buffer
	if err := Explain(e, o, must(t, e, o)).Write(&text); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// The order of voters, marks and projects changes no byte of the explanation.
func TestOrderChangesNothing(t *testing.T) {
	for seed := range uint64(1_000) {
		random := rand.New(rand.NewPCG(seed, 3))
		draft, o := allottest.Small(random), drawn(random)
		want := written(t, draft.Election(t), o)
		if got := written(t, draft.Shuffled(random).Election(t), o); !bytes.Equal(got, want) {
			t.Fatalf("seed %d: shuffled\n%s\nwas\n%s", seed, got, want)
		}
	}
}

// The number of processors changes no byte either, where projects are large enough to be shared out.
func TestProcessorsChangeNothing(t *testing.T) {
	e := allottest.Synthetic(t, generate.Options{Voters: 60_000, Projects: 60, Marks: 8, Seed: 7})
	o := Options{Utility: ByCost, Completion: Util, Ties: election.LowestCost}
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	want := written(t, e, o)
	for _, processors := range []int{2, 3, 8} {
		runtime.GOMAXPROCS(processors)
		if got := written(t, e, o); !bytes.Equal(got, want) {
			t.Fatalf("%d processors give another explanation", processors)
		}
	}
}

// A voter more who approves a winner's rivals only must not change what add1 proves in spans: the
// outcome is that of raising one by one, on elections with many voters and fine prices.
func TestSpansAgreeWithSingleSteps(t *testing.T) {
	for seed := range uint64(40) {
		e := allottest.Synthetic(t, generate.Options{Voters: 300, Projects: 25, Marks: 4, Seed: seed})
		o := Options{Utility: utilities[seed%2], Completion: Add1, Ties: election.LowestCost}
		order, err := e.TieOrder(o.Ties)
		if err != nil {
			t.Fatal(err)
		}
		want, got := naive{e, o, order}.count(), must(t, e, o)
		if !slices.Equal(got.Winners, want.winners) || got.Raises != want.raises {
			t.Fatalf("seed %d: got %v after %d raises, want %v after %d", seed, got.Winners, got.Raises, want.winners,
				want.raises)
		}
	}
}

// simple builds an election from costs and ballots such as "ab" that name projects a, b, …
func simple(t testing.TB, budget int64, costs []int64, ballots ...string) *election.Election {
	t.Helper()
	d := allottest.Draft{Budget: budget}
	for p, cost := range costs {
		d.Projects = append(d.Projects, election.Project{ID: string(rune('a' + p)), Cost: cost})
	}
	for _, ballot := range ballots {
		var marks []uint32
		for _, c := range ballot {
			marks = append(marks, uint32(c-'a'))
		}
		d.Ballots = append(d.Ballots, marks)
	}
	return d.Election(t)
}

func TestEdges(t *testing.T) {
	sevenOfTen := []string{"a", "a", "a", "a", "a", "a", "a", "", "", ""}
	for name, c := range map[string]struct {
		election   *election.Election
		completion Completion
		want       string
	}{
		"two voters with nothing in common, none": {simple(t, 10, []int64{10, 10}, "a", "b"), None, ""},
		"two voters with nothing in common, add1": {simple(t, 10, []int64{10, 10}, "a", "b"), Add1, ""},
		"two voters with nothing in common, util": {simple(t, 10, []int64{10, 10}, "a", "b"), Add1u, "a"},
		"cost is the pool and all approve":        {simple(t, 100_000, []int64{100_000}, "a", "a", "a"), None, "a"},
		"the lower cost wins the tie":             {simple(t, 10, []int64{6, 5}, "ab", "ab", "ab"), None, "b"},
		"empty ballots take their share":          {simple(t, 10, []int64{8}, sevenOfTen...), None, ""},
		"empty ballots take their share until":    {simple(t, 10, []int64{7}, sevenOfTen...), None, "a"},
		"all ballots empty":                       {simple(t, 10, []int64{1}, "", ""), Add1u, ""},
		"no supporter, no money":                  {simple(t, 10, []int64{1, 1}, "a"), Util, "a"},
		"everything affordable":                   {simple(t, 100, []int64{9, 7, 5}, "ab", "bc", "a"), Add1, "bac"},
		"dearer than the pool":                    {simple(t, 10, []int64{11, 2}, "ab", "ab"), Addeu, "b"},
		"no project":                              {simple(t, 10, nil, "", ""), Add1u, ""},
	} {
		got := must(t, c.election, Options{Utility: ByCost, Completion: c.completion, Ties: election.LowestCost})
		if ids := strings.Join(c.election.IDs(got.Winners), ""); ids != c.want {
			t.Errorf("%s: got %q, want %q", name, ids, c.want)
		}
	}
}

// 1 500 voters of one project each, and money for all of them.
func TestManyRounds(t *testing.T) {
	d := allottest.Draft{Budget: 1500}
	for p := range 1500 {
		d.Projects = append(d.Projects, election.Project{ID: strconv.Itoa(p), Cost: 1})
		d.Ballots = append(d.Ballots, []uint32{uint32(p)})
	}
	e := d.Election(t)
	got := must(t, e, Options{Utility: ByCost, Completion: None, Ties: election.StringOrder})
	if len(got.Winners) != 1500 || got.Ties != 1499 {
		t.Fatalf("%d winners, %d ties", len(got.Winners), got.Ties)
	}
	ids := e.IDs(got.Winners)
	if !slices.IsSorted(ids) || ids[2] != "10" {
		t.Fatalf("string order begins %v", ids[:4])
	}
}

func TestRefusals(t *testing.T) {
	good := Options{Utility: ByCost, Completion: None, Ties: election.LowestCost}
	e := simple(t, 10, []int64{5}, "a")
	huge := simple(t, election.MaxAmount, []int64{election.MaxAmount, 1}, "a", "b", "b")
	for name, c := range map[string]struct {
		election *election.Election
		change   func(*Options)
	}{
		"utility":    {e, func(o *Options) { o.Utility = "log" }},
		"completion": {e, func(o *Options) { o.Completion = "add2" }},
		"ties":       {e, func(o *Options) { o.Ties = "lot" }},
		"no ballots": {simple(t, 10, []int64{5}), func(*Options) {}},
		"too large":  {huge, func(o *Options) { o.Completion = Add1 }},
	} {
		o := good
		c.change(&o)
		ctx, cancel := context.WithTimeout(context.Background(), 0)
		if name != "too large" {
			ctx = context.Background()
		}
		_, err := Count(ctx, c.election, o)
		cancel()
		if fault.CodeOf(err) != fault.Invalid && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
