// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"fmt"
	"net/http"
	"testing"
)

// A page is made once for a state of the journal, an address and a language, and never shown for another.
func TestPagesAreKeptForOneStateOnly(t *testing.T) {
	var shelf shelf
	made := 0
	page := func(state shelfState, key shelfKey) string {
		if kept, have := shelf.take(state, key); have {
			return string(kept.Body)
		}
		made++
		one := Reply{Status: http.StatusOK, Body: fmt.Appendf(nil, "%v %v", state, key)}
		shelf.put(state, key, one)
		return string(one.Body)
	}
	states := []shelfState{{"1", "a"}, {"2", "a"}, {"2", "b"}}
	keys := []shelfKey{{"/", Manner{Lang: "fr"}}, {"/", Manner{Lang: "en"}}, {"/pots", Manner{Lang: "fr"}}}
	for _, state := range states {
		for range 3 {
			for _, key := range keys {
				if got, want := page(state, key), fmt.Sprintf("%v %v", state, key); got != want {
					t.Fatalf("%v is shown for %v", got, want)
				}
			}
		}
	}
	if made != len(states)*len(keys) {
		t.Errorf("%d pages were made, want %d", made, len(states)*len(keys))
	}
}

// However many addresses are asked for, a shelf stays small.
func TestAShelfStaysSmall(t *testing.T) {
	var shelf shelf
	body := make([]byte, 100_000)
	for i := range 3 * shelfPages {
		shelf.put(shelfState{"1", "a"}, shelfKey{address: fmt.Sprint(i)}, Reply{Body: body})
		if len(shelf.pages) > shelfPages || shelf.bytes > shelfBytes {
			t.Fatalf("after %d pages the shelf keeps %d of %d bytes", i+1, len(shelf.pages), shelf.bytes)
		}
	}
}
