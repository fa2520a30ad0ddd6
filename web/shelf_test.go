// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A page is made once for a state of the journal, an address and a language, and never shown for another.
func TestPagesAreKeptForOneStateOnly(t *testing.T) {
	var shelf shelf
	made := 0
	page := func(state shelfState, key shelfKey) string {
		if kept, have := shelf.take(state, key); have {
			return string(kept.body)
		}
		made++
		one := reply{status: http.StatusOK, body: fmt.Appendf(nil, "%v %v", state, key)}
		shelf.put(state, key, one)
		return string(one.body)
	}
	states := []shelfState{{1, 1}, {2, 1}, {2, 2}}
	keys := []shelfKey{{"/", manner{lang: "fr"}}, {"/", manner{lang: "en"}}, {"/pots", manner{lang: "fr"}}}
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
		shelf.put(shelfState{1, 1}, shelfKey{address: fmt.Sprint(i)}, reply{body: body})
		if len(shelf.pages) > shelfPages || shelf.bytes > shelfBytes {
			t.Fatalf("after %d pages the shelf keeps %d of %d bytes", i+1, len(shelf.pages), shelf.bytes)
		}
	}
}

// A kept page is the same to the byte as when it was made, compressed or not.
func TestAKeptPageIsTheSamePage(t *testing.T) {
	shop := openShops(t).full
	for _, encoding := range []string{"gzip", "identity"} {
		var bodies []string
		for range 2 {
			request, err := http.NewRequest(http.MethodGet, shop.URL+"/pots/lanterne", nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Accept-Encoding", encoding)
			answer := httptest.NewRecorder()
			shop.Config.Handler.ServeHTTP(answer, request)
			bodies = append(bodies, answer.Header().Get("ETag")+answer.Body.String())
		}
		if bodies[0] != bodies[1] || len(bodies[0]) < 1000 {
			t.Errorf("%s: the second answer differs from the first, or is empty", encoding)
		}
	}
}
