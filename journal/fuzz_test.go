// SPDX-License-Identifier: AGPL-3.0-or-later

package journal_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"ecot/journal"
	"ecot/mechanism/appeal"
	"ecot/mechanism/charter"
	"ecot/mechanism/giving"
	"ecot/mechanism/regular"
)

// onlyForm fails when a text that parses is not what would be written.
func onlyForm(t *testing.T, r *journal.Reader, leaf []byte) {
	t.Helper()
	e, err := r.Parse(leaf, goldenIndex)
	if err != nil {
		return
	}
	again, err := kinds().Append(nil, &e)
	if err != nil || !bytes.Equal(again, leaf) {
		t.Fatalf("two forms of one leaf, %v\n%q\n%q", err, leaf, again)
	}
}

func FuzzLeaf(f *testing.F) {
	for _, leaf := range goldens(f) {
		f.Add(leaf)
	}
	r := journal.NewReader(kinds())
	f.Fuzz(func(t *testing.T, leaf []byte) { onlyForm(t, r, leaf) })
}

// Leaves put together from the lines of others, and with bytes of others, have only one form too.
func TestMixedLeavesHaveOnlyOneForm(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var leaves, lines [][]byte
	for _, leaf := range goldens(t) {
		leaves = append(leaves, leaf)
		lines = append(lines, bytes.SplitAfter(leaf, []byte{'\n'})...)
	}
	alphabet := []byte("019-+ \n\r\tazAZ=/:.\x00\xff")
	r := journal.NewReader(kinds())
	for range 200_000 {
		leaf := bytes.Clone(leaves[random.IntN(len(leaves))])
		for range 1 + random.IntN(3) {
			at := random.IntN(len(leaf))
			switch random.IntN(3) {
			case 0:
				leaf[at] = alphabet[random.IntN(len(alphabet))]
			case 1:
				leaf = append(leaf[:at:at], leaf[at+1:]...)
			case 2:
				begin := bytes.LastIndexByte(leaf[:at], '\n') + 1
				leaf = append(append(leaf[:begin:begin], lines[random.IntN(len(lines))]...), leaf[begin:]...)
			}
		}
		onlyForm(t, r, leaf)
	}
}

func states() []journal.StateKind { return rules().States() }

func sampleStates() []journal.State {
	return []journal.State{
		&charter.Founded{Origin: "fonds.example.org/journal", Unit: "EUR"},
		&charter.Books{Through: 202511},
		&giving.Pot{Purpose: giving.Endowment},
		&giving.Undone{},
		&giving.Undone{Back: []journal.Share{{Pot: "a", Amount: 1}, {Pot: "b", Amount: 2}}, Fee: 3, Placed: 4,
			Whole: true},
		&giving.Open{Status: giving.StatusApproved, By: []string{"treasurer", "president"}},
		&appeal.Appeal{Timeline: appeal.Timeline{
			{From: 202502, Open: true, Anew: true, Rule: appeal.Rule{Unit: "EUR", Carry: appeal.CarryYear},
				Needs: []journal.Share{{Pot: "a", Amount: 1}, {Pot: "b", Amount: 2}}},
			{From: 202601, Rule: appeal.Rule{Unit: "EUR", Carry: appeal.CarryMonths, Months: 2}}}},
		&regular.Gift{Unit: "EUR", Amount: 3, To: []journal.Share{{Pot: "a", Amount: 3}}, Every: regular.Yearly,
			Means: regular.Debit, From: 20_122, Since: 20_123, Answered: 20_124, Paused: true, Until: 20_200,
			Missed: 202502},
	}
}

func FuzzState(f *testing.F) {
	for _, state := range sampleStates() {
		written, err := journal.AppendState(nil, state)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(written)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		state, err := journal.ParseState(b, states())
		if err != nil {
			return
		}
		if again, err := journal.AppendState(nil, state); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("two forms of one state, %v\n%q\n%q", err, b, again)
		}
	})
}

func TestStatesReadBackAndForeignOnesAreRefused(t *testing.T) {
	for _, state := range sampleStates() {
		written, err := journal.AppendState(nil, state)
		if err != nil {
			t.Fatal(err)
		}
		again, err := journal.ParseState(written, states())
		if err != nil || again.Name() != state.Name() {
			t.Errorf("%s: %v", written, err)
		}
		for _, bad := range [][]byte{
			append([]byte("other-"), written...),
			append(bytes.Clone(written), "x 1\n"...),
			written[:len(written)-1],
			bytes.Replace(written, []byte("/v1"), []byte("/v2"), 1),
		} {
			if _, err := journal.ParseState(bad, states()); err == nil {
				t.Errorf("read as a state: %q", bad)
			}
		}
	}
	if _, err := journal.AppendState(nil, &giving.Pot{Purpose: "savings"}); err == nil {
		t.Error("a state with a wrong word was written")
	}
}
