// SPDX-License-Identifier: AGPL-3.0-or-later

package mechanism_test

import (
	"errors"
	"slices"
	"testing"

	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/mechanism/charter"
	"ecot/mechanism/giving"
)

func set() *mechanism.Set { return mechanism.NewSet(charter.Rules{}, giving.Rules{}) }

const noon = 1_738_584_000 // 2025-02-03T12:00:00Z

func at(seconds int64) journal.At { return journal.At{Seconds: seconds} }

// newFund gives a journal of four entries: founded, a pot, a gift of 12.00, a fee of 2.00.
func newFund() []*journal.Entry {
	move := func(from, to ledger.Account, amount int64) []ledger.Posting {
		return []ledger.Posting{{Account: from, Unit: "EUR", Amount: -amount},
			{Account: to, Unit: "EUR", Amount: amount}}
	}
	day := journal.At{Seconds: noon - 43_200, DayOnly: true}
	return []*journal.Entry{
		{Index: 0, At: at(noon), Fact: &charter.Genesis{Origin: "example.org/journal", Key: "k", Unit: "EUR",
			Zone: "Europe/Paris", Closing: charter.ByHand}},
		{Index: 1, At: at(noon), Fact: &giving.PotOpened{Slug: "fonds", Purpose: giving.Spendable}},
		{Index: 2, At: day, Posts: move("asset:bank", "pot:fonds", 1200),
			Fact: &giving.Given{Inflow: giving.Inflow{Unit: "EUR", Gross: 1200, Into: "bank"},
				To: []journal.Share{{Pot: "fonds", Amount: 1200}}}},
		{Index: 3, At: day, Posts: move("pot:fonds", "asset:bank", 200),
			Fact: &giving.FeeCharged{Pot: "fonds", Unit: "EUR", Amount: 200, Through: "bank"}},
	}
}

func replay(entries []*journal.Entry) (*mechanism.Replay, error) {
	r := mechanism.NewReplay(set(), func(index int64) (*journal.Entry, error) { return entries[index], nil })
	for _, e := range entries {
		if _, err := r.Add(e); err != nil {
			return r, err
		}
	}
	return r, nil
}

func TestAReplayComesToTheBalances(t *testing.T) {
	r, err := replay(newFund())
	if err != nil {
		t.Fatal(err)
	}
	if balance := r.Book.Balance(ledger.Place{Account: "pot:fonds", Unit: "EUR"}); balance != 1000 {
		t.Errorf("the pot holds %d", balance)
	}
	if r.Next != 4 || r.Clock != noon || r.State(mechanism.Key{Stream: "pot:fonds"}) == nil {
		t.Errorf("next %d, clock %d, states %v", r.Next, r.Clock, r.States)
	}
	if _, err := r.Entry(4); err == nil {
		t.Error("an entry that has not come was given")
	}
}

// A law that is broken is named.
func TestAReplayNamesTheLawThatIsBroken(t *testing.T) {
	type fund = []*journal.Entry
	nobody := &charter.Erased{Count: 1}
	for name, c := range map[string]struct {
		index int64
		law   mechanism.Law
		spoil func(e fund)
	}{
		"an index left out":   {3, mechanism.LawOrder, func(e fund) { e[2].Index = 3 }},
		"time goes back":      {1, mechanism.LawOrder, func(e fund) { e[1].At = at(noon - 1) }},
		"a day goes back":     {3, mechanism.LawOrder, func(e fund) { e[3].At.Seconds -= 86_400 }},
		"no genesis":          {0, mechanism.LawOrder, func(e fund) { e[0].Fact = nobody }},
		"a second genesis":    {1, mechanism.LawOrder, func(e fund) { e[1].Fact = e[0].Fact }},
		"an unknown pot":      {2, mechanism.LawStates, func(e fund) { e[1].Fact = nobody }},
		"another amount":      {2, mechanism.LawSums, func(e fund) { amounts(e[2], 1300) }},
		"not zero":            {2, mechanism.LawSums, func(e fund) { e[2].Posts[1].Amount = 1201 }},
		"postings left out":   {2, mechanism.LawSums, func(e fund) { e[2].Posts = nil }},
		"postings turned":     {2, mechanism.LawSums, func(e fund) { slices.Reverse(e[2].Posts) }},
		"no account":          {2, mechanism.LawSums, func(e fund) { e[2].Posts[0].Account = "bank" }},
		"below the floor":     {3, mechanism.LawSums, func(e fund) { overdraw(e[3]) }},
		"a fact of no kind":   {1, mechanism.LawStates, func(e fund) { e[1].Fact = strange{} }},
		"a pot opened before": {3, mechanism.LawStates, func(e fund) { e[3].Fact, e[3].Posts = e[1].Fact, nil }},
	} {
		entries := newFund()
		c.spoil(entries)
		_, err := replay(entries)
		var breach *mechanism.Breach
		if !errors.As(err, &breach) || breach.Law != c.law || breach.Index != c.index {
			t.Errorf("%s: %v, wanted %s at %d", name, err, c.law, c.index)
		}
	}
}

// A reader who goes on behind a breach learns what the other laws say, each once.
func TestALawThatIsBrokenDoesNotHideTheOthers(t *testing.T) {
	entries := newFund()
	entries[1].Fact = &charter.Erased{Count: 1} // no pot: the rules refuse the gift and the fee
	entries[2].At.Seconds -= 86_400
	overdraw(entries[3])
	r := mechanism.NewReplay(set(), func(index int64) (*journal.Entry, error) { return entries[index], nil })
	for i, e := range entries {
		if _, err := r.Add(e); (err != nil) != (i >= 2) {
			t.Errorf("entry %d: %v", i, err)
		}
	}
	for law, index := range map[mechanism.Law]int64{mechanism.LawOrder: 2, mechanism.LawStates: 2,
		mechanism.LawSums: 3} {
		if breach := r.Broken[law]; breach == nil || breach.Index != index {
			t.Errorf("%s: %v, wanted at entry %d", law, breach, index)
		}
	}
}

func overdraw(e *journal.Entry) {
	e.Fact = &giving.FeeCharged{Pot: "fonds", Unit: "EUR", Amount: 1201, Through: "bank"}
	amounts(e, 1201)
}

func amounts(e *journal.Entry, amount int64) { e.Posts[0].Amount, e.Posts[1].Amount = -amount, amount }

type strange struct{}

func (strange) Name() string          { return "strange/v1" }
func (strange) Fields(*journal.Codec) {}

func TestASetKnowsItsKindsAndNoOther(t *testing.T) {
	s := set()
	if len(s.Kinds()) != 17 || len(s.States()) != 5 {
		t.Errorf("%d kinds, %d states", len(s.Kinds()), len(s.States()))
	}
	var unknown *journal.UnknownKindError
	if _, err := s.Figures(nil, &journal.Entry{Fact: strange{}}); !errors.As(err, &unknown) {
		t.Errorf("figures of a strange fact: %v", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a kind known to two mechanisms was taken")
		}
	}()
	mechanism.NewSet(giving.Rules{}, giving.Rules{})
}

func TestNeedsAreBounded(t *testing.T) {
	n := mechanism.Needs{Entries: make([]int64, mechanism.MaxNeeds)}
	if err := n.Check(); err != nil {
		t.Error(err)
	}
	n.Keys = make([]mechanism.Key, mechanism.MaxNeeds+1)
	if err := n.Check(); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("%d needs: %v", len(n.Keys), err)
	}
}
