// SPDX-License-Identifier: AGPL-3.0-or-later

package charter_test

import (
	"testing"

	"ecot/fault"
	"ecot/mechanism"
	"ecot/mechanism/charter"
	"ecot/mechanism/mechanismtest"
)

func genesis() charter.Genesis {
	return charter.Genesis{Origin: "example.org/journal", Key: "example.org/journal+1234abcd+AQID", Unit: "EUR",
		Zone: "Europe/Paris", Closing: charter.ByHand}
}

var noon = mechanism.Moment{Seconds: 1_738_584_000, Today: 20_122}

func TestAJournalIsFoundedOnceAndFirst(t *testing.T) {
	w := mechanismtest.NewWorld(t, mechanism.NewSet(charter.Rules{}))
	one := &charter.Erase{Erased: charter.Erased{Count: 1}}
	if _, err := w.Do(one, noon); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("an erasure came before the genesis: %v", err)
	}
	found := &charter.Found{Genesis: genesis()}
	if _, err := w.Do(found, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Do(found, noon); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a journal was founded twice: %v", err)
	}
	if _, err := w.Do(&charter.Erase{Erased: charter.Erased{Count: 3}}, noon); err != nil {
		t.Error(err)
	}
	if w.Size() != 2 || w.Balances() != "" || len(w.Figures()) != 0 {
		t.Errorf("%d entries, balances %q, figures %v", w.Size(), w.Balances(), w.Figures())
	}
	w.CheckAll()
}

func TestAGenesisIsWhole(t *testing.T) {
	for name, spoil := range map[string]func(g *charter.Genesis){
		"no origin":       func(g *charter.Genesis) { g.Origin = "" },
		"no key":          func(g *charter.Genesis) { g.Key = "" },
		"no unit":         func(g *charter.Genesis) { g.Unit = "" },
		"no zone":         func(g *charter.Genesis) { g.Zone = "" },
		"no closing":      func(g *charter.Genesis) { g.Closing = "" },
		"words in a zone": func(g *charter.Genesis) { g.Zone = "Central European Time" },
	} {
		w := mechanismtest.NewWorld(t, mechanism.NewSet(charter.Rules{}))
		found := &charter.Found{Genesis: genesis()}
		spoil(&found.Genesis)
		if _, err := w.Do(found, noon); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	w := mechanismtest.NewWorld(t, mechanism.NewSet(charter.Rules{}))
	if _, err := w.Do(&charter.Erase{}, noon); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("nobody was erased: %v", err)
	}
}
