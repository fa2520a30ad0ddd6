// SPDX-License-Identifier: AGPL-3.0-or-later

package donorcsv

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ecot/exchange/grid"
	"ecot/fault"
	"ecot/money"
)

// french is an invented export of a French tool.
const french = `Numéro de don;Date du don;Prénom;Nom;Raison sociale;Email;Montant;Campagne;Anonyme;Reçu fiscal;Fréquence;Adresse;Ville;Pays;Commentaire
41;31/12/2025 23:59;Ada;Lovelace;;Ada@Example.org;12,00 €;Lanterne;non;oui;Mensuel;1 rue Exemple;Lyon;FR;merci
42;01/01/2026 10:00;;;Atelier Exemple;contact@atelier.example;"1 300,50 €";;oui;non;Ponctuel;;;;
`

// english says less, without a name for its columns.
const english = "2025-12-31,ada@example.org,12.00,EUR\n2026-01-01,,3,EUR\n2026-01-01,,3,EUR\n"

func TestReadsWhatIsGuessed(t *testing.T) {
	p, err := Guess([]byte(french))
	if err != nil || len(p.Missing) != 0 || p.Mapping.Currency != "EUR" || !cmp.Equal(p.Purposes, map[string]int{"Lanterne": 1, "": 1}) {
		t.Fatalf("%+v %v", p, err)
	}
	gifts, err := Read([]byte(french), p.Mapping)
	if err != nil || len(gifts) != 2 {
		t.Fatal(gifts, err)
	}
	want := []Gift{{Line: 2, Key: gifts[0].Key, Ref: "41", Day: "2025-12-31", Amount: 1200, Unit: "EUR", Name: "Ada Lovelace",
		Mail: "ada@example.org", Address: "1 rue Exemple Lyon", Country: "FR", Purpose: "Lanterne", Receipt: true,
		Regular: true, Text: "merci"},
		{Line: 3, Key: gifts[1].Key, Ref: "42", Day: "2026-01-01", Amount: 130050, Unit: "EUR", Company: "Atelier Exemple",
			Mail: "contact@atelier.example", Anonymous: true}}
	if !cmp.Equal(gifts, want) || gifts[0].Key == gifts[1].Key {
		t.Error(cmp.Diff(want, gifts))
	}
	kept, err := json.Marshal(p.Mapping)
	var again Mapping
	if err != nil || json.Unmarshal(kept, &again) != nil || !cmp.Equal(again, p.Mapping) {
		t.Errorf("%s %v", kept, err)
	}
}

func TestGuessesByValues(t *testing.T) {
	p, err := Guess([]byte(english))
	if err != nil || !slices.Equal(p.Mapping.Roles, []Role{Day, Mail, Amount, Passed}) || p.Reasons[0].ByName ||
		p.Mapping.Currency != "EUR" || p.Mapping.Decimal != "." {
		t.Fatalf("%+v %v", p, err)
	}
	gifts, err := Read([]byte(english), p.Mapping)
	if err != nil || len(gifts) != 3 || gifts[1].Key == gifts[2].Key || !gifts[0].Anonymous {
		t.Fatalf("%+v %v", gifts, err)
	}
	more, err := Read([]byte(english+"2026-01-02,,3,EUR\n"), p.Mapping)
	if err != nil || !cmp.Equal(more[:3], gifts) {
		t.Error(err, cmp.Diff(gifts, more))
	}
	if p, err := Guess([]byte("Nom;Montant\nAda;x\n")); err != nil || !slices.Equal(p.Missing, []Role{Day, Amount, Currency}) {
		t.Errorf("%+v %v", p, err)
	}
}

// TestRefusesWithLineAndColumn wants each refusal to say where.
func TestRefusesWithLineAndColumn(t *testing.T) {
	p, err := Guess([]byte(french))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"day":       {"01/01/2026", "32/01/2026", "line 3, column 2 “Date du don”: "},
		"amount":    {"12,00 €", "douze", "line 2, column 7 “Montant”: "},
		"nothing":   {"12,00 €", "0", "line 2, column 7 “Montant”: A gift is more than nothing"},
		"refund":    {"12,00 €", "-12,00 €", "line 2, column 7 “Montant”: A gift is more than nothing"},
		"mail":      {"contact@", "contact", "line 3, column 6 “Email”: \"contactatelier.example\" is not a mail"},
		"two mails": {"contact@", "contact@contact@", "line 3, column 6"},
		"perhaps":   {";oui;non;", ";peut-être;non;", "line 3, column 9 “Anonyme”: \"peut-être\" is neither yes nor no."},
		"same ref":  {"\n42;", "\n41;", "line 3, column 1 “Numéro de don”: The gift in line 2 has the same."},
		"cut":       {"Lyon;FR;merci", "Lyon", "line 2: The record has 13 values"},
	} {
		if !strings.Contains(french, c.old) {
			t.Fatalf("%s: %q is not in the file", name, c.old)
		}
		gifts, err := Read([]byte(strings.Replace(french, c.old, c.new, 1)), p.Mapping)
		if fault.CodeOf(err) != fault.Invalid || !strings.HasPrefix(fault.PublicOf(err), c.want) || gifts != nil {
			t.Errorf("%s: %v\nwant %s", name, err, c.want)
		}
	}
	for name, change := range map[string]func(*Mapping){
		"no day":       func(m *Mapping) { m.Roles[1] = Passed },
		"two amounts":  func(m *Mapping) { m.Roles[0] = Amount },
		"no such role": func(m *Mapping) { m.Roles[0] = "colour" },
		"too few":      func(m *Mapping) { m.Roles = m.Roles[1:] },
		"no currency":  func(m *Mapping) { m.Currency = "" },
		"hours":        func(m *Mapping) { m.Currency = money.Hours },
		"layout":       func(m *Mapping) { m.Date = "2006" },
	} {
		m := p.Mapping
		m.Roles = slices.Clone(m.Roles)
		change(&m)
		if _, err := Read([]byte(french), m); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzGuessAndRead wants whatever file refused as its own fault, or read so that each record is a gift
// with a key of its own.
func FuzzGuessAndRead(f *testing.F) {
	f.Add([]byte(french))
	f.Add([]byte(english))
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := Guess(file)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		if p.Mapping.Currency == "" {
			p.Mapping.Currency = "EUR"
		}
		gifts, err := Read(file, p.Mapping)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid || gifts != nil {
				t.Fatal(err)
			}
			return
		}
		table, err := grid.Open(file, p.Mapping.Shape)
		if err != nil || len(table.Rows) != len(gifts) {
			t.Fatalf("%d gifts, %v", len(gifts), err)
		}
		keys := map[string]bool{}
		for _, g := range gifts {
			if g.Amount <= 0 || g.Amount > money.Max || !g.Unit.IsCurrency() || len(g.Day) != 10 || keys[g.Key] {
				t.Fatalf("%+v", g)
			}
			keys[g.Key] = true
		}
	})
}
