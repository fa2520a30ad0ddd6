// SPDX-License-Identifier: AGPL-3.0-or-later

package opening

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ecot/fault"
	"ecot/ledger"
	"ecot/money"
)

const french = "Soldes au 31/12/2025;;;\nGenre;Nom;Montant;Unité\navoir;bank;1 234,50;EUR\npot;lanterne;1 000,00;EUR\n" +
	"dû;payable;234,50;EUR\n"

// TestReadsTheExampleOfItsPage reads what docs/formats/opening.md shows.
func TestReadsTheExampleOfItsPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/formats/opening.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```\n")
	example, _, found := strings.Cut(rest, "```")
	lines, err := Read([]byte(example))
	if err != nil || !found || len(lines) != 5 {
		t.Fatal(lines, err)
	}
	want := Line{Line: 4, Kind: ledger.Pot, Name: "fonds", Balance: money.Amount{Minor: 2000000, Unit: "EUR"}}
	if !cmp.Equal(lines[2], want) || lines[0].Account() != "asset:bank" {
		t.Errorf("%+v", lines)
	}
}

// TestBooksThatAgreeAreRead writes balances that agree, and then one that is a cent apart.
func TestBooksThatAgreeAreRead(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	for range 500 {
		var file strings.Builder
		file.WriteString("kind,name,amount,unit\n")
		n := 1
		for _, unit := range []money.Unit{"EUR", "JPY", "KWD"}[:1+r.IntN(3)] {
			var sum int64
			for i := range 1 + r.IntN(6) {
				minor := r.Int64N(1_000_000)
				sum += minor
				fmt.Fprintf(&file, "pot,p%d,%s,%s\n", i, money.Amount{Minor: minor, Unit: unit}, unit)
				n++
			}
			fmt.Fprintf(&file, "asset,bank,%s,%s\n", money.Amount{Minor: sum + 77, Unit: unit}, unit)
			fmt.Fprintf(&file, "asset,cash,%s,%s\n", money.Amount{Minor: -77, Unit: unit}, unit)
			n += 2
		}
		lines, err := Read([]byte(file.String()))
		if err != nil || len(lines) != n-1 {
			t.Fatalf("%v\n%s", err, &file)
		}
		more := file.String() + "owed,payable,1,JPY\n"
		if lines, err := Read([]byte(more)); fault.CodeOf(err) != fault.Invalid || lines != nil ||
			!strings.Contains(fault.PublicOf(err), "must be the same") {
			t.Fatalf("%v\n%s", err, more)
		}
	}
}

func TestRefusesWithLineAndColumn(t *testing.T) {
	if lines, err := Read([]byte(french)); err != nil || lines[0].Balance.Minor != 123450 || lines[2].Kind != ledger.Owed {
		t.Fatal(lines, err)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"kind":      {"avoir", "cave", "line 3, column 1 “Genre”: \"cave\" is none of"},
		"name":      {"lanterne", "Lanterne", "line 4, column 2 “Nom”: \"Lanterne\" cannot name"},
		"owed":      {"payable", "rent", "line 5, column 2 “Nom”: What is owed is"},
		"unit":      {"1 234,50;EUR", "1 234,50;eur", "line 3, column 4 “Unité”: "},
		"hours":     {"1 234,50;EUR", "1 234,50;HUR", "line 3, column 4 “Unité”: "},
		"unclear":   {"1 000,00", "1.000", "line 4, column 3 “Montant”: \"1.000\" is not clear"},
		"two marks": {"1 000,00", "1.000,00", "line 4, column 3 “Montant”: "},
		"no number": {"1 000,00", "mille", "line 4, column 3 “Montant”: "},
		"negative":  {"1 000,00", "-1 000,00", "line 4, column 3 “Montant”: Nothing is held"},
		"twice":     {"pot;lanterne;1 000,00;EUR", "pot;lanterne;1;EUR\npot;lanterne;999;EUR", "line 5, column 2 “Nom”: The account stands in line 4"},
		"apart":     {"234,50;EUR\n", "234,51;EUR\n", "Pots and what is owed sum to "},
		"columns":   {"Unité", "Couleur", "No column of the header is named “unit” or “unite”."},
		"no lines":  {french[strings.Index(french, "avoir"):], "", "There is no account"},
	} {
		if !strings.Contains(french, c.old) {
			t.Fatalf("%s: %q is not in the file", name, c.old)
		}
		lines, err := Read([]byte(strings.Replace(french, c.old, c.new, 1)))
		if fault.CodeOf(err) != fault.Invalid || !strings.HasPrefix(fault.PublicOf(err), c.want) || lines != nil {
			t.Errorf("%s: %v\nwant %s", name, err, c.want)
		}
	}
	var many strings.Builder
	many.WriteString("kind,name,amount,unit\n")
	for i := range MaxLines + 1 {
		fmt.Fprintf(&many, "pot,p%d,0,EUR\n", i)
	}
	if _, err := Read([]byte(many.String())); fault.CodeOf(err) != fault.Invalid {
		t.Error(err)
	}
}

// FuzzRead wants whatever file refused as its own fault, or its sums to agree.
func FuzzRead(f *testing.F) {
	f.Add([]byte(french))
	f.Add([]byte("kind,name,amount,unit\nasset,bank,1,EUR\npot,a,1.00,EUR\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		lines, err := Read(file)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid || lines != nil {
				t.Fatal(err)
			}
			return
		}
		sums := map[money.Unit]int64{}
		for _, l := range lines {
			if !l.Account().Valid() || !l.Balance.Unit.IsCurrency() {
				t.Fatalf("%+v", l)
			}
			if l.Kind == ledger.Asset {
				sums[l.Balance.Unit] -= l.Balance.Minor
			} else {
				sums[l.Balance.Unit] += l.Balance.Minor
			}
		}
		for unit, sum := range sums {
			if sum != 0 {
				t.Fatalf("%s: %d apart", unit, sum)
			}
		}
	})
}
