// SPDX-License-Identifier: AGPL-3.0-or-later

package split

import (
	"cmp"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ecot/fault"
)

func total(parts []Part) int64 {
	var n int64
	for _, p := range parts {
		n += p.Amount
	}
	return n
}

func amounts(parts []Part) []int64 {
	var out []int64
	for _, p := range parts {
		out = append(out, p.Amount)
	}
	return out
}

func randomClaims(rng *rand.Rand, n int) []Weight {
	claims := make([]Weight, n)
	for i := range claims {
		claims[i] = Weight{"p" + strconv.Itoa(i), rng.Int64N(1 << rng.IntN(30))}
	}
	claims[rng.IntN(n)].Weight = 1 + rng.Int64N(MaxWeight)
	return claims
}

func shuffle[T any](rng *rand.Rand, list []T) []T {
	list = slices.Clone(list)
	rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// ByWeight conserves the amount, stays within one unit of each quota, gives more to a larger weight,
// and does not look at the order of claims.
func TestByWeightLaws(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	for range 3000 {
		claims := randomClaims(rng, 1+rng.IntN(12))
		amount := rng.Int64N(1 << rng.IntN(50))
		parts, err := ByWeight(amount, claims)
		if err != nil {
			t.Fatal(err)
		}
		if total(parts) != amount {
			t.Fatalf("ByWeight(%d, %v) = %v, sum %d", amount, claims, parts, total(parts))
		}
		var sum int64
		weight := map[string]int64{}
		for _, c := range claims {
			sum += c.Weight
			weight[c.ID] = c.Weight
		}
		for i, p := range parts {
			q := quota(amount, weight[p.ID], sum)
			away := new(big.Rat).Sub(new(big.Rat).SetInt64(p.Amount), q)
			if away.Abs(away).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("%v is a unit or more from its quota %v", p, q)
			}
			for _, o := range parts[:i] {
				if cmp.Compare(weight[o.ID], weight[p.ID])*cmp.Compare(o.Amount, p.Amount) < 0 {
					t.Fatalf("%v and %v are against their weights", o, p)
				}
			}
		}
		again, err := ByWeight(amount, shuffle(rng, claims))
		if err != nil || !slices.Equal(again, parts) {
			t.Fatalf("another order of claims gives %v, %v, not %v", again, err, parts)
		}
	}
}

func TestByWeightTieGoesToTheFirstID(t *testing.T) {
	parts, err := ByWeight(5, []Weight{{"b", 1}, {"10", 1}, {"2", 1}, {"a", 0}})
	want := []Part{{"10", 2, true}, {"2", 2, true}, {"a", 0, false}, {"b", 1, false}}
	if err != nil || !slices.Equal(parts, want) {
		t.Errorf("got %v, %v; want %v", parts, err, want)
	}
}

// fillByRounds is the definition: divide in proportion, cap, divide what is left again.
func fillByRounds(total *big.Rat, weights, ceilings []*big.Rat) []*big.Rat {
	given := make([]*big.Rat, len(weights))
	full := make([]bool, len(weights))
	for {
		left, sum := new(big.Rat).Set(total), new(big.Rat)
		for i, w := range weights {
			if full[i] {
				left.Sub(left, given[i])
			} else {
				sum.Add(sum, w)
			}
		}
		again := false
		for i, w := range weights {
			if full[i] {
				continue
			}
			given[i] = new(big.Rat)
			if sum.Sign() > 0 {
				given[i].Mul(left, w).Quo(given[i], sum)
			}
			if ceilings[i] != nil && given[i].Cmp(ceilings[i]) > 0 {
				again = true
			}
		}
		if !again {
			return given
		}
		for i := range weights {
			if !full[i] && ceilings[i] != nil && given[i].Cmp(ceilings[i]) > 0 {
				given[i], full[i] = ceilings[i], true
			}
		}
	}
}

func TestFillIsRepeatedRedistribution(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 2))
	capped := 0
	for range 3000 {
		n := 1 + rng.IntN(8)
		weights, ceilings := make([]*big.Rat, n), make([]*big.Rat, n)
		for i := range n {
			weights[i] = big.NewRat(rng.Int64N(20), 1+rng.Int64N(3))
			if rng.IntN(3) > 0 {
				ceilings[i] = big.NewRat(rng.Int64N(100), 1+rng.Int64N(3))
			}
		}
		amount := big.NewRat(rng.Int64N(300), 1)
		got, want := Fill(amount, weights, ceilings), fillByRounds(amount, weights, ceilings)
		for i := range n {
			if got[i].Cmp(want[i]) != 0 {
				t.Fatalf("Fill(%v, %v, %v)[%d] = %v, rounds give %v", amount, weights, ceilings, i, got[i], want[i])
			}
			if ceilings[i] != nil && got[i].Cmp(ceilings[i]) == 0 {
				capped++
			}
		}
	}
	if capped < 1000 {
		t.Errorf("only %d ceilings were reached", capped)
	}
}

func TestWaterfallLaws(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 3))
	for range 2000 {
		levels := make([][]Claim, rng.IntN(4))
		for l := range levels {
			for i := range rng.IntN(5) {
				c := Claim{"p" + strconv.Itoa(i), 1 + rng.Int64N(9), rng.Int64N(60)}
				if rng.IntN(8) == 0 {
					c.Ceiling = Unlimited
				}
				levels[l] = append(levels[l], c)
			}
		}
		amount := rng.Int64N(400)
		fall, err := Waterfall(amount, levels)
		if err != nil {
			t.Fatal(err)
		}
		left := amount
		for l, parts := range fall.Levels {
			left -= total(parts)
			for _, p := range parts {
				at := slices.IndexFunc(levels[l], func(c Claim) bool { return c.ID == p.ID })
				ceiling := levels[l][at].Ceiling
				if ceiling >= 0 && p.Amount > ceiling || p.Amount < 0 {
					t.Fatalf("%v in level %d of %v", p, l, levels)
				}
				if left > 0 && (ceiling < 0 || p.Amount < ceiling) {
					t.Fatalf("%d go on past %v in level %d of %v", left, p, l, levels)
				}
			}
		}
		if left != fall.Rest || left < 0 {
			t.Fatalf("%d of %d are left, the rest says %d", left, amount, fall.Rest)
		}
		for l := range levels {
			levels[l] = shuffle(rng, levels[l])
		}
		again, err := Waterfall(amount, levels)
		if err != nil || !slices.EqualFunc(again.Levels, fall.Levels, slices.Equal[[]Part]) {
			t.Fatalf("another order in the levels gives %v, %v, not %v", again, err, fall)
		}
	}
}

func TestWaterfallExample(t *testing.T) {
	fall, err := Waterfall(1000, [][]Claim{
		{{"rent", 1, 300}, {"hosting", 1, 50}},
		{{"ada", 2, 200}, {"bea", 1, Unlimited}, {"cyr", 1, 150}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := amounts(fall.Levels[0]); !slices.Equal(got, []int64{50, 300}) {
		t.Errorf("first level %v", fall.Levels[0])
	}
	if got := amounts(fall.Levels[1]); !slices.Equal(got, []int64{200, 300, 150}) || fall.Rest != 0 {
		t.Errorf("second level %v, rest %d", fall.Levels[1], fall.Rest)
	}
}

func TestKeys(t *testing.T) {
	cases := []struct {
		key      Key
		gift     int64
		directed bool
		want     []int64
	}{
		{HalfHalf(), 0, true, []int64{0, 0}},
		{HalfHalf(), 1, true, []int64{0, 1}},
		{HalfHalf(), 1001, true, []int64{500, 501}},
		{HalfHalf(), 1000, false, []int64{0, 1000}},
		{TenForOperation(), 1, true, []int64{0, 1, 0}},
		{TenForOperation(), 2, true, []int64{1, 1, 0}},
		{TenForOperation(), 5, true, []int64{2, 2, 1}},
		{TenForOperation(), 1000, true, []int64{450, 450, 100}},
		{TenForOperation(), 1001, true, []int64{450, 451, 100}},
		{TenForOperation(), 1001, false, []int64{0, 901, 100}},
	}
	for _, c := range cases {
		parts, err := c.key.Divide(c.gift, c.directed)
		if err != nil || !slices.Equal(amounts(parts), c.want) {
			t.Errorf("%s of %d, directed %t: %v, %v; want %v", c.key.Name, c.gift, c.directed, parts, err, c.want)
		}
	}
	for gift := range int64(5000) {
		half, err := HalfHalf().Divide(gift, true)
		if err != nil || half[0].Amount != gift/2 || total(half) != gift {
			t.Fatalf("50/50 of %d = %v, %v", gift, half, err)
		}
		ten, err := TenForOperation().Divide(gift, true)
		if err != nil || total(ten) != gift || ten[1].Amount < ten[0].Amount || ten[1].Amount > ten[0].Amount+1 {
			t.Fatalf("45/45/10 of %d = %v, %v", gift, ten, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	weight := func(amount int64, claims ...Weight) error { _, err := ByWeight(amount, claims); return err }
	fall := func(level ...Claim) error { _, err := Waterfall(10, [][]Claim{{}, level}); return err }
	key := func(k Key, directed bool) error { _, err := k.Divide(7, directed); return err }
	along := func(minimum int64, entries map[string]int64, nodes ...Node) error {
		_, err := Along(nodes, entries, minimum)
		return err
	}
	a := Node{ID: "a", Keep: 1}
	cases := []struct {
		err   error
		words string
	}{
		{weight(-1, Weight{"a", 1}), "-1 minor units"},
		{weight(MaxAmount+1, Weight{"a", 1}), "cannot be divided"},
		{weight(1), "No claim has a weight"},
		{weight(1, Weight{"a", 0}), "No claim has a weight"},
		{weight(1, Weight{"a", 1}, Weight{"b", -2}), `Claim 2, of "b", has the weight -2`},
		{weight(1, Weight{"a", 1}, Weight{"a", 2}), `1 and 2 have the same id "a"`},
		{fall(Claim{"a", 0, 5}), `Level 2, claim 1, of "a", has weight 0`},
		{fall(Claim{"a", 1, 5}, Claim{"a", 1, 5}), `Level 2 cannot be served`},
		{key(Key{"k", nil, nil}, true), `"k" has no shares`},
		{key(Key{"k", []Weight{{"x", 1}}, []string{"y"}}, true), `unknown envelope "y"`},
		{key(Key{"k", []Weight{{"x", 1}}, nil}, true), "names 0 of 1"},
		{key(Key{"k", []Weight{{Directed, 1}}, []string{Directed}}, false), "no common envelope"},
		{along(0, nil, a, a), "same id"},
		{along(-1, nil, a), "minimum payout of -1"},
		{along(0, map[string]int64{"z": 1}, a), `An entry names the unknown project "z"`},
		{along(0, map[string]int64{"a": -1}, a), `entry of -1 at "a"`},
		{along(0, map[string]int64{"a": MaxFlow + 1}, a), "too large"},
		{along(0, nil, Node{ID: "a", Keep: -1}), `"a" keeps the weight -1`},
		{along(0, nil, Node{ID: "a", Needs: []Weight{{"z", 1}}}), `Project "a" names the unknown project "z"`},
		{along(0, nil, a, Node{ID: "b", Needs: []Weight{{"a", 0}}}), `"b" needs "a" with the weight 0`},
		{along(0, nil, a, Node{ID: "b", Needs: []Weight{{"a", 1}, {"a", 2}}}), `"b" needs "a" twice`},
	}
	for _, c := range cases {
		if fault.CodeOf(c.err) != fault.Invalid || !strings.Contains(c.err.Error(), c.words) {
			t.Errorf("got %v, want a refusal saying %q", c.err, c.words)
		}
	}
}

func FuzzByWeight(f *testing.F) {
	f.Add(int64(100), int64(1), int64(1), int64(1))
	f.Add(int64(7), int64(0), int64(3), int64(MaxWeight))
	f.Fuzz(func(t *testing.T, amount, x, y, z int64) {
		parts, err := ByWeight(amount, []Weight{{"x", x}, {"y", y}, {"z", z}})
		if err != nil {
			return
		}
		if total(parts) != amount {
			t.Fatalf("%v do not sum to %d", parts, amount)
		}
	})
}
