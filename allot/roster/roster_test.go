// SPDX-License-Identifier: AGPL-3.0-or-later

package roster

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ecot/fault"
)

func TestOrderOfInputChangesNothing(t *testing.T) {
	ids := []string{"10", "2", "é", "b", "a"}
	want := []string{"10", "2", "a", "b", "é"}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		rng.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		r, err := New("candidate", ids, 5)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.IDs(); !slices.Equal(got, want) {
			t.Fatalf("New(%q) orders ids as %q", ids, got)
		}
		for i, id := range want {
			if at, err := r.Find(id, "ballot 1"); err != nil || at != i || r.ID(i) != id {
				t.Fatalf("Find(%q) = %d, %v", id, at, err)
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	cases := []struct {
		ids   []string
		words string
	}{
		{[]string{"a", "b", "a"}, `1 and 3 have the same id "a"`},
		{[]string{"a", ""}, "project 2 is empty"},
		{[]string{"a\nb"}, "control character"},
		{[]string{"\xff"}, "not valid UTF-8"},
		{[]string{strings.Repeat("x", MaxIDBytes+1)}, "longer"},
		{[]string{"a", "b", "c", "d"}, "the limit is 3"},
	}
	for _, c := range cases {
		_, err := New("project", c.ids, 3)
		if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.words) {
			t.Errorf("New(%q) = %v, want a refusal saying %q", c.ids, err, c.words)
		}
	}
	r, err := New("project", []string{"a"}, 3)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Find("z", "Ballot 7")
	if err == nil || err.Error() != `Ballot 7 names the unknown project "z".` {
		t.Errorf("Find of an unknown id = %v", err)
	}
}
