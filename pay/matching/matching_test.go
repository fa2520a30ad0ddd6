// SPDX-License-Identifier: AGPL-3.0-or-later

package matching

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ecot/exchange/statement"
	"ecot/money"
	"ecot/pay/reference"
)

// made makes a reference with right check digits.
func made(t testing.TB, body string) string {
	t.Helper()
	r, err := reference.Make(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(r)
}

// world draws candidates and lines from so few values that they often have something in common.
type world struct {
	t *testing.T
	r *rand.Rand
}

func (w world) one(values ...string) string { return values[w.r.IntN(len(values))] }
func (w world) amount() int64               { return []int64{0, 500, 1000, 1200, 3000}[w.r.IntN(5)] }
func (w world) signed() int64 {
	in, out := w.amount(), w.amount()
	return in - out
}
func (w world) unit() money.Unit {
	return money.Unit(w.one("EUR", "EUR", "EUR", "EUR", "EUR", "EUR", "EUR", "CHF"))
}
func (w world) day() string { return fmt.Sprintf("2026-%02d-%02d", 1+w.r.IntN(6), 1+w.r.IntN(28)) }
func (w world) id() string  { return w.one("", "E1", "E2", "E3") }
func (w world) name() string {
	return w.one("", "Ada Lovelace", "LOVELACE ADA", "Mme Ada Lovelase", "Jean Dupont", "Atelier Exemple", "Stripe")
}
func (w world) iban() string {
	return w.one("", "FR7630001007941234567890185", "FR7230006000011234567890A89")
}

// reference draws one that is right, one whose check digit is wrong, or none.
func (w world) reference() string {
	r := made(w.t, w.one("1", "22", "333"))
	switch w.r.IntN(4) {
	case 0:
		return ""
	case 1:
		return r[:3] + string('0'+(r[3]-'0'+1)%10) + r[4:]
	}
	return r
}

func (w world) candidates() (all Candidates) {
	for i := range w.r.IntN(5) {
		all.Promises = append(all.Promises, Promise{ID: fmt.Sprint("p", i), Reference: w.reference(), EndToEnd: w.id(),
			Amount: w.amount(), Unit: w.unit(), Names: []string{w.name(), w.name()}, IBANs: []string{w.iban()},
			Due: []string{w.day()}})
		all.Payouts = append(all.Payouts, Payout{ID: fmt.Sprint("o", i), Trace: w.id(), Names: []string{w.name()},
			Amount: w.signed(), Unit: w.unit(), Due: w.day()})
		all.Payments = append(all.Payments, Payment{ID: fmt.Sprint("s", i), EndToEnd: w.id(), Batch: w.one("", "L1"),
			Amount: w.amount(), Unit: w.unit(), Name: w.name(), IBAN: w.iban(), Sent: w.day()})
		all.Gifts = append(all.Gifts, Gift{ID: fmt.Sprint("g", i), EndToEnd: w.id(), Reference: w.reference(),
			Amount: w.amount(), Unit: w.unit(), Names: []string{w.name()}, IBAN: w.iban(), Booked: w.day()})
	}
	return all
}

func (w world) line() statement.Line {
	l := statement.Line{Booked: w.day(), Amount: []int64{500, 1000, 1200, 3000, 1500}[w.r.IntN(5)], Currency: w.unit(), EndToEnd: w.id(), IBAN: w.iban(),
		Counterparty: w.name(), Batch: w.one("", "L1"), Unbooked: w.r.IntN(9) == 0, Transactions: w.r.Int64N(3),
		Text: w.one("", "rejet ", "frais ", "don ") + w.one("", w.reference(), w.reference(), w.name())}
	l.Reference = w.one("", w.reference(), w.reference())
	l.ReturnReason = w.one("", "", "AM04")
	if w.r.IntN(2) == 0 {
		l.Amount = -l.Amount
	}
	return l
}

// play calls check with many worlds.
func play(t *testing.T, seed uint64, check func(w world, all Candidates, l statement.Line, got []Suggestion)) {
	t.Helper()
	w := world{t, rand.New(rand.NewPCG(4, seed))}
	for range 8_000 {
		all, l := w.candidates(), w.line()
		check(w, all, l, NewBook(all).Suggest(l))
	}
}

// TestTheOrderOfCandidatesChangesNothing is the invariant of the package.
func TestTheOrderOfCandidatesChangesNothing(t *testing.T) {
	met := 0
	play(t, 1, func(w world, all Candidates, l statement.Line, want []Suggestion) {
		w.r.Shuffle(len(all.Promises), func(i, j int) { all.Promises[i], all.Promises[j] = all.Promises[j], all.Promises[i] })
		w.r.Shuffle(len(all.Payouts), func(i, j int) { all.Payouts[i], all.Payouts[j] = all.Payouts[j], all.Payouts[i] })
		w.r.Shuffle(len(all.Payments), func(i, j int) { all.Payments[i], all.Payments[j] = all.Payments[j], all.Payments[i] })
		w.r.Shuffle(len(all.Gifts), func(i, j int) { all.Gifts[i], all.Gifts[j] = all.Gifts[j], all.Gifts[i] })
		if got := NewBook(all).Suggest(l); !cmp.Equal(got, want) {
			t.Fatal(cmp.Diff(want, got))
		}
		met += len(want)
	})
	if met < 4_000 {
		t.Errorf("%d suggestions were looked at: the worlds have too little in common", met)
	}
}

// TestCertainIsWhatMayBeBooked holds every certain suggestion against the line itself.
func TestCertainIsWhatMayBeBooked(t *testing.T) {
	certain := 0
	play(t, 2, func(_ world, all Candidates, l statement.Line, got []Suggestion) {
		for i, s := range got {
			if s.Class != Certain {
				continue
			}
			certain++
			p := all.Promises[slices.IndexFunc(all.Promises, func(p Promise) bool { return p.ID == s.IDs[0] })]
			said := l.Reference + " " + l.EndToEnd + " " + l.Text
			if _, err := reference.Parse(p.Reference); err != nil || i != 0 || s.Kind != KeepsPromise || len(s.IDs) != 1 ||
				l.Amount <= 0 || l.Currency != p.Unit || l.Unbooked || l.Undoes() || !strings.Contains(said, p.Reference) ||
				l.Transactions > 1 || len(got) > 1 && got[1].Class == Certain {
				t.Fatalf("%+v\nof %+v\nfor %+v", got, p, l)
			}
		}
	})
	if certain < 100 {
		t.Errorf("%d certain suggestions are too few to have looked", certain)
	}
}

// TestAWrongCheckDigitIsNeverCertain mistypes each digit of a reference in turn, on each side.
func TestAWrongCheckDigitIsNeverCertain(t *testing.T) {
	right := made(t, "539007547034")
	try := func(known, cited string) Class {
		book := NewBook(Candidates{Promises: []Promise{{ID: "p", Reference: known, Amount: 1200, Unit: "EUR"}}})
		best := Class("")
		for _, l := range []statement.Line{{Reference: cited}, {Text: "don " + cited}, {EndToEnd: cited}} {
			l.Amount, l.Currency = 1200, "EUR"
			if got := book.Suggest(l); len(got) > 0 && (best == "" || order(got[0].Class) < order(best)) {
				best = got[0].Class
			}
		}
		return best
	}
	if got := try(right, right); got != Certain {
		t.Fatalf("the right reference is %q", got)
	}
	for i := 2; i < len(right); i++ {
		for d := byte('0'); d <= '9'; d++ {
			wrong := right[:i] + string(d) + right[i+1:]
			if wrong == right {
				continue
			}
			for _, pair := range [][2]string{{right, wrong}, {wrong, right}, {wrong, wrong}} {
				if got := try(pair[0], pair[1]); got == Certain {
					t.Fatalf("%s cited as %s is certain", pair[0], pair[1])
				}
			}
		}
	}
}

// TestNothingMatchesAgainstItsSignOrCurrency checks each suggestion's candidate.
func TestNothingMatchesAgainstItsSignOrCurrency(t *testing.T) {
	met := map[Kind]int{}
	play(t, 3, func(_ world, all Candidates, l statement.Line, got []Suggestion) {
		for _, s := range got {
			met[s.Kind]++
			in, unit := s.Kind == KeepsPromise || s.Kind == ReturnsPayment, l.Currency
			switch s.Kind {
			case KeepsPromise:
				unit = all.Promises[s.IDs[0][1]-'0'].Unit
			case IsPayout:
				in, unit = all.Payouts[s.IDs[0][1]-'0'].Amount > 0, all.Payouts[s.IDs[0][1]-'0'].Unit
			case ReturnsGift:
				g := all.Gifts[s.IDs[0][1]-'0']
				if unit = g.Unit; l.Booked < g.Booked {
					t.Fatalf("%+v is undone on %s", g, l.Booked)
				}
			case IsPayment, IsPaymentBatch, ReturnsPayment:
				unit = all.Payments[s.IDs[0][1]-'0'].Unit
			}
			if in != (l.Amount > 0) || unit != l.Currency {
				t.Fatalf("%+v for %+v", s, l)
			}
		}
	})
	for _, kind := range []Kind{KeepsPromise, IsPayout, IsPayment, IsPaymentBatch, ReturnsGift, ReturnsPayment, IsCharge} {
		if met[kind] < 50 {
			t.Errorf("%s was met %d times: too few to have looked", kind, met[kind])
		}
	}
}

func TestLikenessIsAMeasure(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	pool := []string{"ada", "lovelace", "lovelase", "jean", "j", "dupont", "Éric", "eric", "ß", "x", "M.", "œuvre"}
	draw := func() []string {
		var words []string
		for range r.IntN(5) {
			words = append(words, pool[r.IntN(len(pool))])
		}
		return words
	}
	for range 20_000 {
		a, b := draw(), draw()
		one, other := Likeness(strings.Join(a, " "), strings.Join(b, " ")), Likeness(strings.Join(b, " "), strings.Join(a, " "))
		r.Shuffle(len(a), func(i, j int) { a[i], a[j] = a[j], a[i] })
		again := Likeness(strings.Join(a, "-"), strings.Join(b, ", "))
		if one != other || one != again || one < 0 || one > 1000 {
			t.Fatalf("%q and %q: %d, %d, %d", a, b, one, other, again)
		}
		if self := Likeness(strings.Join(a, " "), strings.Join(a, " ")); self != 1000 && len(words(strings.Join(a, " "), maxWords)) > 0 {
			t.Fatalf("%q is like itself by %d", a, self)
		}
	}
	for pair, want := range map[[2]string]int64{{"Mme Ada LOVELACE", "lovelace ada"}: 1000, {"Ada Lovelace", "A. Lovelace"}: 900,
		{"Ada Lovelace", "Ada Lovelase"}: 818, {"Ada", "Jean Dupont"}: 0, {"", "Ada"}: 0, {"M.", "M."}: 0,
		{"Dupont", "Dupotn"}: 750, {"Ada Byron Lovelace", "Ada Lovelace"}: 814} {
		if got := Likeness(pair[0], pair[1]); got != want {
			t.Errorf("%q and %q: %d, want %d", pair[0], pair[1], got, want)
		}
	}
}
