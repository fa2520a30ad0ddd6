// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"ecot/clock"
)

const fundName = "Fonds de dotation des Communs de Brindeval"

func optionsForTest() Options {
	return Options{
		Name: fundName, BaseURL: "https://fund.example.org", Demo: true, Development: true,
		Zone:  time.FixedZone("CET", 3600),
		Clock: clock.Fixed(time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC)),
	}
}

func handlerFor(t testing.TB, books Books, options Options) http.Handler {
	t.Helper()
	handler, err := New(books, options)
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

// ask makes a request with headers as name, value pairs.
func ask(handler http.Handler, method, address string, headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, address, nil)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

func TestSmoke(t *testing.T) {
	h := handlerFor(t, newFakeBooks(), optionsForTest())
	for _, a := range []string{"/", "/pots", "/pots/lanterne", "/entries", "/entries/5", "/about/proof", "/accessibility", "/design", "/nope"} {
		w := ask(h, "GET", a)
		t.Log(a, w.Code, w.Body.Len())
		if a == "/" {
			t.Log(w.Body.String())
		}
	}
}
