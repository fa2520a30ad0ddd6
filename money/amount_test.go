// SPDX-License-Identifier: AGPL-3.0-or-later

package money

import (
	"math"
	"math/big"
	"math/rand"
	"testing"

	"ecot/fault"
)

func TestMulDivHalfUpIsExact(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	draw := func() int64 { return (r.Int63() >> r.Intn(63)) * int64(1-2*r.Intn(2)) }
	refused := 0
	for range 50_000 {
		a, num, den := draw(), draw(), draw()
		if den == 0 {
			continue
		}
		got, err := MulDivHalfUp(a, num, den)
		want := roundedHalfAway(a, num, den)
		if want.CmpAbs(big.NewInt(Max)) > 0 {
			refused++
			if err == nil {
				t.Fatalf("%d × %d ÷ %d gave %d beyond Max", a, num, den, got)
			}
			continue
		}
		if err != nil || got != want.Int64() {
			t.Fatalf("%d × %d ÷ %d = %d, %v; want %s", a, num, den, got, err, want)
		}
	}
	if refused == 0 || refused == 50_000 {
		t.Fatalf("the draw tests one side only: %d refused", refused)
	}
}

// roundedHalfAway reckons a × num ÷ den another way: floor((2|a·num| + |den|) ÷ 2|den|) with the sign.
func roundedHalfAway(a, num, den int64) *big.Int {
	product := new(big.Int).Mul(big.NewInt(a), big.NewInt(num))
	sign := product.Sign() * big.NewInt(den).Sign()
	divisor := new(big.Int).Abs(big.NewInt(den))
	twice := product.Abs(product).Lsh(product, 1)
	result := new(big.Int).Div(twice.Add(twice, divisor), new(big.Int).Lsh(divisor, 1))
	return result.Mul(result, big.NewInt(int64(sign)))
}

func TestMulDivHalfUpCases(t *testing.T) {
	for _, c := range []struct{ a, num, den, want int64 }{
		{1200, 15, 1000, 18}, // a card's 1.5 % of 12,00 €
		{1000, 15, 1000, 15}, //
		{100, 15, 1000, 2},   // 1.5 cents: half a cent up
		{-100, 15, 1000, -2}, // and away from zero
		{33, 15, 1000, 0},    // 0.495
		{1, 1, 2, 1}, {1, -1, 2, -1}, {1, 1, -2, -1}, {-1, -1, 2, 1}, {0, 5, 7, 0},
		{math.MinInt64, 0, 1, 0}, {math.MinInt64, 1, math.MinInt64, 1},
		{Max, 1, 1, Max}, {Max, math.MaxInt64, math.MaxInt64, Max},
	} {
		if got, err := MulDivHalfUp(c.a, c.num, c.den); err != nil || got != c.want {
			t.Errorf("%d × %d ÷ %d = %d, %v; want %d", c.a, c.num, c.den, got, err, c.want)
		}
	}
	for _, c := range []struct{ a, num, den int64 }{
		{1, 1, 0}, {Max, 2, 1}, {Max, Max + 1, Max},
		{math.MaxInt64, math.MaxInt64, 1}, {2*Max + 1, 1, 2},
	} {
		if got, err := MulDivHalfUp(c.a, c.num, c.den); fault.CodeOf(err) != fault.Invalid || err == nil {
			t.Errorf("%d × %d ÷ %d gave %d, %v", c.a, c.num, c.den, got, err)
		}
	}
}

func TestSumsKeepTheRange(t *testing.T) {
	type sum func(a, b int64) (int64, error)
	for _, c := range []struct {
		name string
		do   sum
		a, b int64
		want int64
		ok   bool
	}{
		{"add", Add, Max - 1, 1, Max, true},
		{"add", Add, Max, 1, 0, false},
		{"add", Add, math.MaxInt64, math.MaxInt64, 0, false},
		{"add", Add, math.MaxInt64, math.MinInt64, 0, false},
		{"sub", Sub, -Max, 1, 0, false},
		{"sub", Sub, 0, math.MinInt64, 0, false},
		{"sub", Sub, 5, 7, -2, true},
	} {
		got, err := c.do(c.a, c.b)
		if (err == nil) != c.ok || got != c.want {
			t.Errorf("%s %d %d = %d, %v", c.name, c.a, c.b, got, err)
		}
	}
	if got, err := Neg(-Max); got != Max || err != nil {
		t.Errorf("Neg(-Max) = %d, %v", got, err)
	}
	if _, err := Neg(math.MinInt64); err == nil {
		t.Error("Neg of the smallest int64 is accepted")
	}
}

func TestUnitsAreNeverAddedToOneAnother(t *testing.T) {
	ten, hour := Amount{Minor: 1000, Unit: Euro}, Amount{Minor: 60, Unit: Hours}
	if _, err := ten.Add(hour); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("euros and hours were added: %v", err)
	}
	if _, err := ten.Sub(hour); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("hours were taken from euros: %v", err)
	}
	sum, err := ten.Add(ten)
	if err != nil || sum != (Amount{Minor: 2000, Unit: Euro}) {
		t.Errorf("10 € + 10 € = %v, %v", sum, err)
	}
	rest, err := ten.Sub(sum)
	if err != nil || rest != (Amount{Minor: -1000, Unit: Euro}) {
		t.Errorf("10 € − 20 € = %v, %v", rest, err)
	}
}
