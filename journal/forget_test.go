// SPDX-License-Identifier: AGPL-3.0-or-later

package journal_test

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"ecot/journal"
)

// A reader that uses its room again reads what a new reader reads, and entries of one page do not
// share what they are made of, whatever was read or refused before.
func TestAReaderThatForgetsReadsTheSame(t *testing.T) {
	leaves := goldens(t)
	names := slices.Sorted(maps.Keys(leaves))
	random := rand.New(rand.NewPCG(3, 4))
	r := journal.NewReader(kinds())
	refused := 0
	for range 300 {
		r.Forget()
		var page, want []journal.Entry
		for range random.IntN(400) {
			leaf := leaves[names[random.IntN(len(names))]]
			if random.IntN(4) == 0 { // a line left out: an optional one, or a refusal half way
				lines := bytes.SplitAfter(leaf, []byte{'\n'})
				at := random.IntN(len(lines))
				leaf = bytes.Join(slices.Delete(lines, at, at+1), nil)
			}
			e, err := r.Parse(leaf, goldenIndex)
			fresh, freshErr := parse(leaf)
			if (err == nil) != (freshErr == nil) || err != nil && err.Error() != freshErr.Error() {
				t.Fatalf("%v, a new reader says %v", err, freshErr)
			}
			if err != nil {
				refused++
				continue
			}
			page, want = append(page, e), append(want, fresh)
		}
		if !reflect.DeepEqual(page, want) {
			t.Fatal("a page reads otherwise than its leaves one by one")
		}
	}
	if refused == 0 {
		t.Error("nothing was refused")
	}
}

// A page like the one before costs no allocation.
func TestAPageTakesTheRoomOfTheLast(t *testing.T) {
	gift := goldens(t)["gift.v1.txt"]
	r := journal.NewReader(kinds())
	read := func() {
		r.Forget()
		for range 256 {
			if _, err := r.Parse(gift, goldenIndex); err != nil {
				t.Fatal(err)
			}
		}
	}
	read()
	if allocations := testing.AllocsPerRun(10, read); allocations > 2 {
		t.Errorf("%v allocations a page", allocations)
	}
}
