// SPDX-License-Identifier: AGPL-3.0-or-later

package match

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ecot/fault"
)

func mustDivide(t testing.TB, r Round) Result {
	t.Helper()
	result, err := Divide(r)
	if err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	return result
}

func matches(r Result) []int64 {
	var out []int64
	for _, l := range r.Lines {
		out = append(out, l.Match)
	}
	return out
}

// gifts gives one donor of his own to each amount; unit is the number of minor units in one.
func gifts(project string, unit int64, amounts ...int64) []Gift {
	var out []Gift
	for i, a := range amounts {
		out = append(out, Gift{project + "-donor-" + strconv.Itoa(i), project, a * unit})
	}
	return out
}

// The example of Gitcoin's linear test: weights 34, 54 and 162, matches 13.6, 21.6, 64.8 of 100.
func TestLinearReference(t *testing.T) {
	for _, c := range []struct {
		unit, pool int64
		want       []int64
	}{
		{100, 10_000, []int64{1360, 2160, 6480}},
		{1, 100, []int64{14, 21, 65}}, // 13.6, 21.6, 64.8: the largest fraction, then the first id
	} {
		r := Round{Projects: []string{"p1", "p2", "p3"}, Pool: c.pool}
		r.Gifts = append(gifts("p1", c.unit, 1, 4, 1, 9), gifts("p2", c.unit, 1, 1, 1, 1, 1, 1, 4)...)
		r.Gifts = append(r.Gifts, gifts("p3", c.unit, 1, 9, 1, 9, 1, 9, 4)...)
		got := mustDivide(t, r)
		if !slices.Equal(matches(got), c.want) || got.Left != 0 {
			t.Errorf("unit %d: %v, left %d; want %v", c.unit, matches(got), got.Left, c.want)
		}
		for i, w := range []int64{34, 54, 162} {
			exact := new(big.Int).Lsh(big.NewInt(w*c.unit), uint(got.WeightBits))
			if got.Lines[i].Weight != exact.String() {
				t.Errorf("weight of %s is %s, want %d units exactly", got.Lines[i].Project, got.Lines[i].Weight, w)
			}
		}
	}
}

// clrExample is the example in Gitcoin's clr.py, with a donor's gifts to one project in parts.
func clrExample(unit int64) Round {
	r := Round{Projects: []string{"4", "5"}, Pool: MaxAmount}
	for _, g := range []struct {
		project, donor string
		amount         int64
	}{
		{"4", "1", 10}, {"4", "2", 5}, {"4", "2", 10}, {"4", "3", 7}, {"4", "5", 5}, {"4", "4", 10}, {"4", "5", 5},
		{"4", "5", 5}, {"5", "1", 10}, {"5", "1", 5}, {"5", "2", 20}, {"5", "3", 3}, {"5", "8", 2}, {"5", "9", 10},
		{"5", "7", 7}, {"5", "2", 5},
	} {
		r.Gifts = append(r.Gifts, Gift{g.donor, g.project, g.amount * unit})
	}
	return r
}

// With a bound that is nothing beside the gifts, M ÷ (M + Σ) is M ÷ Σ, and our weight is 2M ÷ 26 of
// what clr.py gives with threshold 25: 220.594180640824 and 351.405819359176.
func TestPairwiseMeetsCLRForASmallBound(t *testing.T) {
	r := clrExample(1_000_000_000_000)
	r.Bound = 1000
	got := mustDivide(t, r)
	for i, want := range []string{"220.594180640", "351.405819359"} {
		w, ok := new(big.Int).SetString(got.Lines[i].Weight, 10)
		if !ok {
			t.Fatalf("weight %q", got.Lines[i].Weight)
		}
		unit := new(big.Int).Lsh(big.NewInt(r.Bound), uint(got.WeightBits))
		scaled := new(big.Rat).SetFrac(w.Mul(w, big.NewInt(13)), unit)
		clr, _ := new(big.Rat).SetString(want)
		if off := scaled.Sub(scaled, clr); off.Abs(off).Cmp(big.NewRat(1, 1_000_000)) > 0 {
			t.Errorf("project %s is off clr.py's %s by %s", got.Lines[i].Project, want, off.FloatString(12))
		}
	}
}

func randomRound(rng *rand.Rand) Round {
	var r Round
	for i := range 1 + rng.IntN(6) {
		r.Projects = append(r.Projects, "p"+strconv.Itoa(i))
	}
	for range rng.IntN(40) {
		r.Gifts = append(r.Gifts, Gift{
			"d" + strconv.Itoa(rng.IntN(12)), r.Projects[rng.IntN(len(r.Projects))], 1 + rng.Int64N(1<<rng.IntN(20)),
		})
	}
	r.Pool = rng.Int64N(1 << rng.IntN(22))
	if rng.IntN(2) == 0 {
		r.Cap = 1 + rng.Int64N(r.Pool+10)
	}
	if rng.IntN(2) == 0 {
		r.Bound = 1 + rng.Int64N(1<<rng.IntN(20))
	}
	return r
}

// wide is a float of 400 bits: the rule in real numbers, for the tests alone.
func wide(n int64) *big.Float { return new(big.Float).SetPrec(400).SetInt64(n) }

func add(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(400).Add(x, y) }
func mul(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(400).Mul(x, y) }
func quo(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(400).Quo(x, y) }

// realWeights computes the weights from their definition.
func realWeights(r Round) []*big.Float {
	sums := map[string]map[string]int64{}
	for _, p := range r.Projects {
		sums[p] = map[string]int64{}
	}
	var donors []string
	for _, g := range r.Gifts {
		sums[g.Project][g.Donor] += g.Amount
		if !slices.Contains(donors, g.Donor) {
			donors = append(donors, g.Donor)
		}
	}
	root := func(p, i, j string) *big.Float {
		return new(big.Float).SetPrec(400).Sqrt(mul(wide(sums[p][i]), wide(sums[p][j])))
	}
	weights := make([]*big.Float, len(r.Projects))
	for x, p := range r.Projects {
		weights[x] = wide(0)
		for a, i := range donors {
			for _, j := range donors[:a] {
				term := mul(wide(2), root(p, i, j))
				if r.Bound > 0 {
					all := wide(r.Bound)
					for _, q := range r.Projects {
						all = add(all, root(q, i, j))
					}
					term = quo(mul(term, wide(r.Bound)), all)
				}
				weights[x] = add(weights[x], term)
			}
		}
	}
	return weights
}

// realMatches divides, caps and divides again what exceeds the cap.
func realMatches(r Round, weights []*big.Float) []*big.Float {
	held := make([]bool, len(weights))
	for {
		left, sum := wide(r.Pool), wide(0)
		for i, w := range weights {
			if held[i] {
				left = add(left, wide(-r.Cap))
			} else {
				sum = add(sum, w)
			}
		}
		lambda := wide(1)
		if sum.Cmp(left) > 0 {
			lambda = quo(left, sum)
		}
		out := make([]*big.Float, len(weights))
		again := false
		for i, w := range weights {
			out[i] = mul(lambda, w)
			if held[i] {
				out[i] = wide(r.Cap)
			} else if r.Cap > 0 && out[i].Cmp(wide(r.Cap)) > 0 {
				held[i], again = true, true
			}
		}
		if !again {
			return out
		}
	}
}

func TestMatchesAreTheRuleToWithinOneUnit(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	promise := new(big.Float).SetMantExp(wide(1), -errorBits)
	capped, scaled := 0, 0
	for range 1500 {
		r := randomRound(rng)
		got := mustDivide(t, r)
		weights := realWeights(r)
		exact := realMatches(r, weights)
		var sum int64
		for i, l := range got.Lines {
			sum += l.Match
			if r.Cap > 0 && l.Match > r.Cap || l.Match < 0 {
				t.Fatalf("%+v draws past the cap %d", l, r.Cap)
			}
			w, _ := new(big.Float).SetPrec(400).SetString(l.Weight)
			w.SetMantExp(w, -got.WeightBits)
			if off := add(weights[i], w.Neg(w)); off.Abs(off).Cmp(promise) >= 0 {
				t.Fatalf("weight of %s is off by %g: %+v", l.Project, off, r)
			}
			off := add(exact[i], wide(-l.Match))
			if off.Abs(off).Cmp(add(wide(1), promise)) >= 0 {
				t.Fatalf("%s draws %d, exactly %.4f: %+v", l.Project, l.Match, exact[i], r)
			}
			if l.Capped {
				capped++
			}
		}
		if sum != got.Matched || got.Matched > r.Pool || got.Left != r.Pool-sum {
			t.Fatalf("matches %d of %d, left %d", sum, r.Pool, got.Left)
		}
		if got.Left == 0 && r.Pool > 0 {
			scaled++
		}
	}
	if capped < 100 || scaled < 100 {
		t.Errorf("only %d caps and %d full pools were met", capped, scaled)
	}
}

// Neither the order of gifts and projects nor the way in which a donor cuts them changes a byte.
func TestOrderAndCutsChangeNoByte(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 2))
	for range 500 {
		r := randomRound(rng)
		other := r
		other.Projects, other.Gifts = slices.Clone(r.Projects), nil
		for _, g := range r.Gifts {
			if part := rng.Int64N(g.Amount); part > 0 {
				other.Gifts = append(other.Gifts, Gift{g.Donor, g.Project, part})
				g.Amount -= part
			}
			other.Gifts = append(other.Gifts, g)
		}
		rng.Shuffle(len(other.Gifts), func(i, j int) {
			other.Gifts[i], other.Gifts[j] = other.Gifts[j], other.Gifts[i]
		})
		rng.Shuffle(len(other.Projects), func(i, j int) {
			other.Projects[i], other.Projects[j] = other.Projects[j], other.Projects[i]
		})
		want, got := mustDivide(t, r), mustDivide(t, other)
		a, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if string(a) != string(b) || want.Text("fr") != got.Text("fr") {
			t.Fatalf("shuffled and cut: %s\nwant %s", b, a)
		}
	}
}

// One donor draws nothing, however much he gives; a second one makes it a match; and a pair of
// donors draws less than twice the bound from all projects together.
func TestOneDonorDrawsNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 3))
	for range 300 {
		amount, other := 1+rng.Int64N(1<<40), 1+rng.Int64N(1<<40)
		r := Round{Projects: []string{"p", "q"}, Pool: 1 << 45}
		r.Gifts = []Gift{{"a", "p", amount}, {"a", "q", other}}
		if got := mustDivide(t, r); got.Matched != 0 {
			t.Fatalf("one donor of %d draws %d", amount, got.Matched)
		}
		r.Gifts = append(r.Gifts, Gift{"b", "p", amount}, Gift{"b", "q", other})
		if got := mustDivide(t, r); got.Lines[0].Match != 2*amount || got.Lines[1].Match != 2*other {
			t.Fatalf("two equal donors of %d and %d draw %v", amount, other, matches(got))
		}
		r.Bound = 1 + rng.Int64N(1<<40)
		if got := mustDivide(t, r); got.Matched > 2*r.Bound {
			t.Fatalf("one pair draws %d past twice its bound %d", got.Matched, r.Bound)
		}
	}
}

func TestRefusals(t *testing.T) {
	p := []string{"p"}
	crowd := Round{Projects: p, Bound: 1}
	for i := range 2002 {
		crowd.Gifts = append(crowd.Gifts, Gift{strconv.Itoa(i), "p", 1})
	}
	cases := []struct {
		r     Round
		words string
	}{
		{Round{}, "0 projects"},
		{Round{Projects: []string{"p", "p"}}, `same id "p"`},
		{Round{Projects: p, Pool: -1}, "pool of -1"},
		{Round{Projects: p, Cap: -1}, "cap of -1"},
		{Round{Projects: p, Bound: MaxAmount + 1}, "bound of"},
		{Round{Projects: p, Gifts: []Gift{{"d", "p", 5}, {"d", "q", 5}}}, `Gift 2 names the unknown project "q"`},
		{Round{Projects: p, Gifts: []Gift{{"d", "p", -5}}}, "Gift 1 has the amount -5"},
		{Round{Projects: p, Gifts: []Gift{{"d", "p", 0}}}, "Gift 1 has the amount 0"},
		{Round{Projects: p, Gifts: []Gift{{"d", "p", MaxAmount}, {"e", "p", 1}}}, "Gift 2 has the amount 1"},
		{Round{Projects: p, Gifts: []Gift{{"", "p", 5}}}, "donor of gift 1 is empty"},
		{crowd, "pairs of donors"},
	}
	for _, c := range cases {
		_, err := Divide(c.r)
		if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.words) {
			t.Errorf("got %v, want a refusal saying %q", err, c.words)
		}
	}
}

func TestText(t *testing.T) {
	r := Round{Projects: []string{"a", "b"}, Pool: 20, Cap: 15}
	r.Gifts = append(gifts("a", 1, 9, 16), gifts("b", 1, 4, 4)...)
	got := mustDivide(t, r)
	want := "Quadratic matching of a pool of 20 minor units; 4 donors, 2 projects.\nNo match exceeds 15.\n" +
		"a: 2 donors gave 25; match 15, held by the cap.\nb: 2 donors gave 8; match 5.\n" +
		"Matched: 20; left in the pool: 0.\n"
	if text := got.Text("en"); text != want {
		t.Errorf("English text:\n%s", text)
	}
	text := got.Text("fr")
	if !strings.Contains(text, "retenu par le plafond") || strings.Contains(text, "%!") {
		t.Errorf("French text:\n%s", text)
	}
}

// A crowd of a hundred thousand gifts takes well under a second.
func BenchmarkDivide(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 4))
	r := Round{Pool: 1_000_000_00}
	for i := range 500 {
		r.Projects = append(r.Projects, strconv.Itoa(i))
	}
	for range 100_000 {
		r.Gifts = append(r.Gifts, Gift{
			strconv.Itoa(rng.IntN(30_000)), r.Projects[rng.IntN(500)], 100 + rng.Int64N(10_000),
		})
	}
	for b.Loop() {
		mustDivide(b, r)
	}
}

// A million pairs of donors.
func BenchmarkDividePairwise(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 5))
	r := Round{Pool: 1_000_000_00, Bound: 10_000}
	for i := range 50 {
		r.Projects = append(r.Projects, strconv.Itoa(i))
	}
	for range 10_000 {
		r.Gifts = append(r.Gifts, Gift{
			strconv.Itoa(rng.IntN(3000)), r.Projects[rng.IntN(50)], 100 + rng.Int64N(10_000),
		})
	}
	for b.Loop() {
		mustDivide(b, r)
	}
}
