// SPDX-License-Identifier: AGPL-3.0-or-later

package reference

import (
	"math/big"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"ecot/fault"
)

// leavesOne checks a reference another way: the whole number, in one piece, modulo 97.
func leavesOne(t *testing.T, r Reference) bool {
	t.Helper()
	var digits strings.Builder
	for _, c := range string(r[4:] + r[:4]) {
		n := strings.IndexRune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", c)
		digits.WriteString(big.NewInt(int64(n)).String())
	}
	number, ok := new(big.Int).SetString(digits.String(), 10)
	return ok && number.Mod(number, big.NewInt(97)).Int64() == 1
}

func drawBody(r *rand.Rand) string {
	body := make([]byte, 1+r.Intn(maxBody))
	for i := range body {
		body[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[r.Intn(36)]
	}
	return string(body)
}

func TestMadeReferencesAreReadAgain(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 20_000 {
		body := drawBody(r)
		made, err := Make(strings.ToLower(body))
		if err != nil || made.Body() != body || !leavesOne(t, made) {
			t.Fatalf("the body %s gives %q, %v", body, made, err)
		}
		if read, err := Parse(" " + strings.ToLower(made.Grouped()) + "\u00a0"); err != nil || read != made {
			t.Fatalf("%s printed and read again is %q, %v", made, read, err)
		}
		i := r.Intn(len(made))
		changed := []byte(made)
		changed[i] = alike(made[i])[r.Intn(len(alike(made[i])))]
		if read, err := Parse(string(changed)); err == nil && string(changed) != string(made) {
			t.Fatalf("%s mistyped as %s is read as %s", made, changed, read)
		}
	}
}

func TestKnownReferences(t *testing.T) {
	for body, want := range map[string]Reference{
		"539007547034": "RF18539007547034", "DON2026000042": "RF50DON2026000042",
	} {
		if got, err := Make(body); err != nil || got != want {
			t.Errorf("%s gives %q, %v; want %s", body, got, err, want)
		}
	}
	if got := Reference("RF18539007547034").Grouped(); got != "RF18 5390 0754 7034" {
		t.Errorf("grouped: %q", got)
	}
}

func TestNoReference(t *testing.T) {
	for _, text := range []string{"", "RF", "RF18", "RF19539007547034", "FR18539007547034", "RF1853900754703É",
		"RF18-5390-0754-7034", "RFAB539007547034", "RF18" + strings.Repeat("0", 22), "539007547034"} {
		if got, err := Parse(text); fault.CodeOf(err) != fault.Invalid || err == nil || got != "" {
			t.Errorf("%q is read as %q, %v", text, got, err)
		}
	}
	for _, body := range []string{"", " ", strings.Repeat("A", 22), "DON-1", "É"} {
		if got, err := Make(body); fault.CodeOf(err) != fault.Invalid || err == nil || got != "" {
			t.Errorf("the body %q gives %q, %v", body, got, err)
		}
	}
}

func TestLikeliestReferenceIsFoundFirst(t *testing.T) {
	const want = Reference("RF50DON2026000042")
	for _, text := range []string{
		"RF50DON2026000042",
		"VIR SEPA RECU /DE MME L MARTIN /MOTIF RF50DON2026000042 /REF NOTPROVIDED",
		"don rf50 don2 0260 0004 2 merci",
		"RF50-DON2-0260-0004-2", "RF50.DON2.0260.0004.2",
		"RF50DON202600 0042",               // a blank where a field of the bank ends
		"MOTIF: RF50DON20\n26000042\nDE X", // a line's end in the middle
		"RF50DON2026000 042 12.00 EUR",
		"REFRF50DON2026000042",  // the blank before is gone
		"RF50DON2026000042 DON", // a word behind
		"RF50DON2026000042/INV/4711",
		"RF50\u00a0DON2\u202f0260\u20110004\u00ad2",
		"R F50DON2026000042",
		"ＲＦ50 no, RF50DON2026000042",
	} {
		if found := Find(text); len(found) == 0 || found[0] != want {
			t.Errorf("%q gives %v", text, found)
		}
	}
	if found := Find("RF50DON2026000042SUITE"); !slices.Contains(found, want) {
		t.Errorf("with a word glued behind: %v", found)
	}
	two := Find("RF18539007547034 et RF50DON2026000042, RF18539007547034")
	if len(two) < 2 || !slices.Contains(two[:2], want) || !slices.Contains(two[:2], "RF18539007547034") {
		t.Errorf("two references: %v", two)
	}
	for _, text := range []string{"", "RF", "RF5", "RF51DON2026000042", "RF50DON20É26000042", "RF50 merci", "IRFAN 50"} {
		if found := Find(text); len(found) != 0 {
			t.Errorf("%q gives %v", text, found)
		}
	}
}

// TestReferencesSurviveBanks cuts references of a series into a bank's line in the ways that banks do:
// the right one is always among what is found, nearly always first, and a caller who takes the first
// that was issued never takes another.
func TestReferencesSurviveBanks(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	series, err := NewSeries([]byte("sixteen bytes or more"), "DON")
	if err != nil {
		t.Fatal(err)
	}
	issued := map[Reference]bool{}
	for n := range 300 {
		issued[series.For("donor", "lanterne", uint32(n))] = true
	}
	words := []string{"VIR", "INST", "SEPA", "DE", "M", "DURAND", "DON", "RF", "REF42", "2026", "EUR", "MERCI"}
	first, tried := 0, 0
	for range 20 {
		for want := range issued {
			var line []string
			for range r.Intn(4) {
				line = append(line, words[r.Intn(len(words))])
			}
			line = append(line, mangle(r, want))
			for range r.Intn(4) {
				line = append(line, words[r.Intn(len(words))])
			}
			found := Find(strings.Join(line, " "))
			tried++
			if len(found) > 0 && found[0] == want {
				first++
			}
			i := slices.IndexFunc(found, func(f Reference) bool { return issued[f] })
			if i < 0 || found[i] != want {
				t.Fatalf("%q gives %v, of which %d was issued", strings.Join(line, " "), found, i)
			}
		}
	}
	if first < tried*97/100 {
		t.Errorf("only %d of %d were found first", first, tried)
	}
}

// mangle writes a reference as a donor types it and a bank passes it on.
func mangle(r *rand.Rand, ref Reference) string {
	text := string(ref)
	switch r.Intn(4) {
	case 0:
		text = ref.Grouped()
	case 1:
		at := 1 + r.Intn(len(text)-1)
		text = text[:at] + []string{" ", "\n", "  ", "-", " - "}[r.Intn(5)] + text[at:]
	case 2:
		text = strings.ReplaceAll(ref.Grouped(), " ", "-")
	}
	if r.Intn(3) == 0 {
		text = strings.ToLower(text)
	}
	return text
}

func TestSeriesIsStableAndKeyed(t *testing.T) {
	secret := []byte("0123456789abcdef")
	series, err := NewSeries(secret, "DON")
	if err != nil {
		t.Fatal(err)
	}
	// Printed on paper and saved in donors' banks: these never change.
	if got := series.For("lea@example.org", "lanterne", 0); got != "RF85DON774PVMCXN1TS" {
		t.Errorf("the first reference is %s", got)
	}
	if got := For(secret, "lea@example.org", "lanterne"); got.Body() != series.For("lea@example.org", "lanterne", 0).Body()[3:] {
		t.Errorf("without prefix: %s", got)
	}
	seen := map[Reference]string{}
	add := func(r Reference, what string) {
		t.Helper()
		if other, twice := seen[r]; twice {
			t.Errorf("%s for both %s and %s", r, what, other)
		}
		if read, err := Parse(string(r)); err != nil || read != r || strings.ContainsAny(r.Body()[3:], "ILOU") {
			t.Errorf("%s of %s: %v", r, what, err)
		}
		seen[r] = what
	}
	for turn := range uint32(5_000) {
		add(series.For("lea@example.org", "lanterne", turn), "a turn")
	}
	add(series.For("lea@example.orgl", "anterne", 0), "a shifted border")
	add(series.For("", "lea@example.orglanterne", 0), "no donor")
	add(series.For("lea@example.org", "phare", 0), "another purpose")
	other, err := NewSeries([]byte("0123456789abcdeg"), "DON")
	if err != nil {
		t.Fatal(err)
	}
	add(other.For("lea@example.org", "lanterne", 0), "another fund")
	secret[0] = 'x'
	if got := series.For("lea@example.org", "phare", 0); seen[got] != "another purpose" {
		t.Error("a series follows the caller's bytes")
	}
}

func TestNoSeries(t *testing.T) {
	if _, err := NewSeries([]byte("too short"), ""); err == nil {
		t.Error("a short secret is accepted")
	}
	for _, prefix := range []string{"D", "DO", "DONOR", "don", "D-N", "D1N", "DÉN"} {
		if _, err := NewSeries(make([]byte, 16), prefix); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("the prefix %q: %v", prefix, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a series without a secret gives references")
		}
	}()
	Series{}.For("a", "b", 0)
}

func FuzzFind(f *testing.F) {
	f.Add("don rf50 don2 0260 0004 2 merci")
	f.Fuzz(func(t *testing.T, text string) {
		found := Find(text)
		if len(found) > maxFound {
			t.Fatalf("%d references", len(found))
		}
		for _, r := range found {
			if again, err := Parse(string(r)); err != nil || again != r {
				t.Fatalf("%q gives %q: %v", text, r, err)
			}
		}
		if r, err := Parse(text); err == nil && !slices.Contains(found, r) && len(found) < maxFound {
			t.Fatalf("%q is the reference %s, and is not found", text, r)
		}
	})
}
