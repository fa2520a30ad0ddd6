// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

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
