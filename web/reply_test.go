// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"ecot/fault"

	"ecot/web/page"
)

func TestEveryAnswerIsGuarded(t *testing.T) {
	handler := handlerFor(t, newFakeBooks(), optionsForTest())
	for _, address := range []string{"/", "/entries/1/proof", "/checkpoint", "/tile/0/000", "/healthz",
		"/assets/none.css", "/nowhere"} {
		header := ask(handler, http.MethodGet, address).Header()
		for name, want := range map[string]string{
			"Content-Security-Policy":   "default-src 'self'; script-src 'self'; object-src 'none'; connect-src 'none';",
			"X-Content-Type-Options":    "nosniff",
			"X-Frame-Options":           "DENY",
			"Referrer-Policy":           "no-referrer",
			"Strict-Transport-Security": "max-age=31536000",
			"Permissions-Policy":        "camera=()",
		} {
			if !strings.HasPrefix(header.Get(name), want) {
				t.Errorf("%s: %s is %q", address, name, header.Get(name))
			}
		}
		if header.Get("Set-Cookie") != "" || strings.Contains(header.Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s: %v", address, header)
		}
	}
	options := optionsForTest()
	options.BaseURL = "http://localhost:8080"
	header := ask(handlerFor(t, newFakeBooks(), options), http.MethodGet, "/").Header()
	if header.Get("Strict-Transport-Security") != "" {
		t.Error("a site without TLS promises TLS")
	}
}

func TestCompression(t *testing.T) {
	handler := handlerFor(t, newFakeBooks(), optionsForTest())
	plain := ask(handler, http.MethodGet, "/")
	zipped := ask(handler, http.MethodGet, "/", "Accept-Encoding", "br, gzip;q=0.5")
	if plain.Header().Get("Content-Encoding") != "" || zipped.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("encodings are %q and %q", plain.Header(), zipped.Header())
	}
	zip, err := gzip.NewReader(bytes.NewReader(zipped.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	if _, err := body.ReadFrom(zip); err != nil || !bytes.Equal(body.Bytes(), plain.Body.Bytes()) {
		t.Errorf("the compressed page is another one: %v", err)
	}
	if !strings.Contains(strings.Join(plain.Header().Values("Vary"), ","), "Accept-Encoding") {
		t.Error("caches are not told that the encoding varies")
	}
}

func TestConditionalRequests(t *testing.T) {
	handler := handlerFor(t, newFakeBooks(), optionsForTest())
	first := ask(handler, http.MethodGet, "/pots")
	tag := first.Header().Get("ETag")
	again := ask(handler, http.MethodGet, "/pots", "If-None-Match", `"other", `+tag, "Accept-Encoding", "gzip")
	if tag == "" || again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("the second request with %q answers %d, %d bytes", tag, again.Code, again.Body.Len())
	}
	other := ask(handler, http.MethodGet, "/pots?lang=en", "If-None-Match", tag)
	if other.Code != http.StatusOK {
		t.Errorf("the page in another language answers %d", other.Code)
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	server := handlerFor(t, newFakeBooks(), optionsForTest())
	for _, address := range []string{"/", "/entries/1", "/checkpoint", "/entries/1/proof", "/nowhere"} {
		get, head := ask(server, http.MethodGet, address), ask(server, http.MethodHead, address)
		if head.Code != get.Code || head.Header().Get("Content-Length") != strconv.Itoa(get.Body.Len()) {
			t.Errorf("%s: HEAD answers %d, length %q; GET %d, %d bytes", address,
				head.Code, head.Header().Get("Content-Length"), get.Code, get.Body.Len())
		}
	}
}

func TestOtherMethods(t *testing.T) {
	handler := handlerFor(t, newFakeBooks(), optionsForTest())
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		for _, address := range []string{"/", "/pots/lanterne", "/entries/1", "/checkpoint", "/healthz"} {
			answer := ask(handler, method, address)
			if answer.Code != http.StatusMethodNotAllowed || answer.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d, Allow %q", method, address, answer.Code, answer.Header().Get("Allow"))
			}
		}
	}
	page, err := parsePage(ask(handler, http.MethodPost, "/?lang=en").Body.String())
	if err != nil || page.all("h1")[0].words() != "This page can only be read" {
		t.Errorf("the refusal is not a page: %v", err)
	}
}

func TestRefusalsArePagesInBothLanguages(t *testing.T) {
	books := newFakeBooks()
	handler := handlerFor(t, books, optionsForTest())
	for _, c := range []struct {
		code   fault.Code
		status int
		french string
	}{
		{fault.Invalid, http.StatusBadRequest, "Demande illisible"},
		{fault.Forbidden, http.StatusForbidden, "Accès refusé"},
		{fault.NotFound, http.StatusNotFound, "Page introuvable"},
		{fault.Conflict, http.StatusConflict, "Demande refusée"},
		{fault.Unavailable, http.StatusServiceUnavailable, "Les comptes sont fermés un instant"},
		{fault.Internal, http.StatusInternalServerError, "Un défaut, de notre côté"},
	} {
		books.failing.Store(fault.Wrap(errors.New("secret"), c.code, "A sentence."))
		for _, address := range []string{"/", "/pots", "/pots/lanterne", "/entries", "/entries/1"} {
			page := open(t, handler, address, c.status)
			if got := page.all("h1")[0].words(); got != c.french {
				t.Errorf("%s, %s: %q", address, c.code, got)
			}
			if strings.Contains(page.words(), "secret") {
				t.Errorf("%s, %s: the page tells the cause", address, c.code)
			}
			english := open(t, handler, address+"?lang=en", c.status)
			if english.all("html")[0].attrs["lang"] != "en" || english.words() == page.words() {
				t.Errorf("%s, %s: the English page is not English", address, c.code)
			}
		}
		header := ask(handler, http.MethodGet, "/").Header()
		if header.Get("Cache-Control") != page.CacheNever || header.Get("ETag") != "" ||
			(header.Get("Retry-After") != "") != (c.code == fault.Unavailable) {
			t.Errorf("%s: %v", c.code, header)
		}
	}
}

func TestDefectsAreAnsweredWithAPage(t *testing.T) {
	books := newFakeBooks()
	handler := handlerFor(t, books, optionsForTest())
	books.panics.Store(true)
	page := open(t, handler, "/", http.StatusInternalServerError)
	if strings.Contains(page.words(), "a defect") {
		t.Error("the page tells what broke")
	}
	books.panics.Store(false)
	open(t, handler, "/", http.StatusOK)
}

func TestHealth(t *testing.T) {
	books := newFakeBooks()
	handler := handlerFor(t, books, optionsForTest())
	answer := ask(handler, http.MethodGet, "/readyz")
	if answer.Code != http.StatusOK || answer.Body.String() != "ready\n" {
		t.Errorf("readyz: %d %q", answer.Code, answer.Body)
	}
	books.failing.Store(fault.New(fault.Unavailable, "Away."))
	if answer := ask(handler, http.MethodGet, "/readyz"); answer.Code != http.StatusServiceUnavailable {
		t.Errorf("readyz of a failing store: %d", answer.Code)
	}
	answer = ask(handler, http.MethodGet, "/healthz")
	if answer.Code != http.StatusOK || answer.Body.String() != "ok\n" {
		t.Errorf("healthz: %d %q", answer.Code, answer.Body)
	}
}
