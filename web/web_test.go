// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ecot/clock"
	"ecot/fault"
	"ecot/locale"
)

const fundName = "Fonds de dotation des Communs de Brindeval"

func optionsForTest() Options {
	return Options{
		Name: fundName, BaseURL: "https://fund.example.org", Demo: true, Development: true,
		Zone:  time.FixedZone("CET", 3600),
		Clock: clock.Fixed(time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC)),
		Log:   slog.New(slog.DiscardHandler),
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

func TestNewRefusesOptions(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"no name":           func(o *Options) { o.Name = "" },
		"no clock":          func(o *Options) { o.Clock = nil },
		"base without host": func(o *Options) { o.BaseURL = "fund" },
		"base with slash":   func(o *Options) { o.BaseURL = "https://fund.example.org/" },
		"base not a URL":    func(o *Options) { o.BaseURL = "https://fund example.org:x" },
		"unknown language":  func(o *Options) { o.DefaultLang = "de" },
	} {
		options := optionsForTest()
		change(&options)
		if _, err := New(newFakeBooks(), options); fault.CodeOf(err) != fault.Invalid || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLanguageOfAPage(t *testing.T) {
	handler := handlerFor(t, newFakeBooks(), optionsForTest())
	for _, c := range []struct{ address, accept, want string }{
		{"/", "", "fr"}, {"/", "en-GB, fr;q=0.5", "en"}, {"/", "de", "fr"}, {"/?lang=en", "fr", "en"},
		{"/?lang=fr", "en", "fr"}, {"/?lang=xx", "en", "en"}, {"/nowhere", "en", "en"},
	} {
		address, status := c.address, http.StatusOK
		if address == "/nowhere" {
			status = http.StatusNotFound
		}
		page := open(t, handler, address, status, "Accept-Language", c.accept)
		if got := page.all("html")[0].attrs["lang"]; got != c.want {
			t.Errorf("%s with %q is in %q, want %q", c.address, c.accept, got, c.want)
		}
	}
}

// A language chosen by link stays chosen: every link of ours keeps it, and none imposes it else.
func TestLinksKeepTheChosenLanguage(t *testing.T) {
	handler := handlerFor(t, newFakeBooks(), optionsForTest())
	for _, address := range []string{"/", "/pots/lanterne", "/entries?flow=in", "/entries/533", "/about/proof"} {
		chosen := address + "?lang=en"
		if strings.Contains(address, "?") {
			chosen = address + "&lang=en"
		}
		for _, link := range pageLinks(open(t, handler, chosen, http.StatusOK)) {
			if !strings.Contains(link, "lang=en") {
				t.Errorf("%s links to %s, which forgets the language", chosen, link)
			}
		}
		for _, link := range pageLinks(open(t, handler, address, http.StatusOK)) {
			if strings.Contains(link, "lang=") {
				t.Errorf("%s links to %s, which imposes a language", address, link)
			}
		}
	}
}

// pageLinks lists the links to pages, but for those of the language switch.
func pageLinks(page *node) (links []string) {
	for _, a := range page.all("a") {
		href := a.attrs["href"]
		plain := href == "/checkpoint" || strings.HasSuffix(href, "/proof") && strings.HasPrefix(href, "/entries/")
		if strings.HasPrefix(href, "/") && a.attrs["hreflang"] == "" && !plain {
			links = append(links, href)
		}
	}
	return links
}

func TestLanguageSwitchStaysOnThePage(t *testing.T) {
	handler := handlerFor(t, newFakeBooks(), optionsForTest())
	page := open(t, handler, "/pots/lanterne/entries?flow=in&month=2025-12", http.StatusOK)
	switches := map[string]bool{}
	for _, a := range page.all("a") {
		if lang := a.attrs["hreflang"]; lang != "" {
			switches[a.attrs["href"]] = true
			other := open(t, handler, a.attrs["href"], http.StatusOK)
			if got := other.all("html")[0].attrs["lang"]; got != lang {
				t.Errorf("%s is in %q", a.attrs["href"], got)
			}
		}
	}
	if !switches["/pots/lanterne/entries?flow=in&lang=en&month=2025-12"] || len(switches) != len(locale.Langs()) {
		t.Errorf("the switch offers %v", switches)
	}
}

func TestDemoIsSaidOnEveryPage(t *testing.T) {
	books := newFakeBooks()
	demo, options := handlerFor(t, books, optionsForTest()), optionsForTest()
	options.Demo, options.Development = false, false
	real := handlerFor(t, books, options)
	const line = "Démonstration\u00a0: tout est inventé, aucun paiement réel"
	for _, address := range []string{"/", "/pots", "/pots/tamis", "/entries", "/entries/1", "/about/proof",
		"/accessibility", "/nowhere", "/entries?flow=sideways"} {
		if !strings.Contains(ask(demo, http.MethodGet, address).Body.String(), line) {
			t.Errorf("%s does not say that it is a demonstration", address)
		}
		if strings.Contains(ask(real, http.MethodGet, address).Body.String(), line) {
			t.Errorf("%s of a real fund says that it is a demonstration", address)
		}
	}
	if got := ask(real, http.MethodGet, "/design").Code; got != http.StatusNotFound {
		t.Errorf("the gallery answers %d outside development", got)
	}
}
