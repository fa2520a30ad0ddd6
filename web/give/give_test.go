// SPDX-License-Identifier: AGPL-3.0-or-later

package give_test

import (
	"context"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/gifts/giftstest"
	"ecot/app/profile"
	"ecot/fault"
	"ecot/mechanism/regular"
	"ecot/office"
	"ecot/web/give"
	"ecot/web/page"
)

// site is a fund with its pages.
type site struct {
	t       testing.TB
	app     *app.App
	gifts   *gifts.Gifts
	clock   *giftstest.Clock
	letters *letters
	handler http.Handler
}

// letters keeps the letters that were asked for.
type letters struct{ all []gifts.Letter }

func (l *letters) Write(_ context.Context, _ *office.Tx, letter gifts.Letter) error {
	l.all = append(l.all, letter)
	return nil
}

// provider is a card provider that answers, or is away.
type provider struct{ away bool }

func (p *provider) Start(_ context.Context, promise office.Promise) (string, error) {
	if p.away {
		return "", fault.New(fault.Unavailable, "The provider is away.")
	}
	return "https://cards.example.org/pay/" + promise.ID, nil
}

func (p *provider) Return(context.Context, office.Promise) error { return nil }

func (p *provider) Revise(context.Context, office.Promise, regular.Change, int64) error { return nil }

// month is an appeal of Lanterne's.
type month struct{}

func (month) Appeal(_ context.Context, project string) (give.Appeal, bool, error) {
	return give.Appeal{Month: "2026-01", Need: 200_00, Level: 75_00, People: 7, Before: 20, For: []give.Part{
			{Need: "astreinte", Amount: 120_00, Filled: 75_00}, {Need: "hebergement", Amount: 20_00}}},
		project == "lanterne", nil
}

// openSite serves a fund that says this of itself.
func openSite(t testing.TB, p profile.Profile, change ...func(*give.Door)) *site {
	t.Helper()
	a, clock := giftstest.Open(t, p)
	post, cards := &letters{}, &provider{}
	g := gifts.New(a, gifts.WithLetters(post), gifts.WithCards(cards))
	change = append([]func(*give.Door){give.WithCards(cards), give.WithAppeals(month{})}, change...)
	handler, err := page.New(page.Options{Name: a.Name(), BaseURL: "https://fund.example.org", Zone: a.Zone(),
		Clock: clock.Now, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}, give.New(g, change...))
	if err != nil {
		t.Fatal(err)
	}
	return &site{t, a, g, clock, post, handler}
}

// get asks for a page.
func (s *site) get(address string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, address, nil))
	return recorder
}

// post sends a form.
func (s *site) post(address string, values url.Values) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodPost, address, strings.NewReader(values.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	return recorder
}

// hidden reads the hidden fields of a page, as a browser would send them again.
func hidden(body string) url.Values {
	values := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`).
		FindAllStringSubmatch(body, -1) {
		values.Add(m[1], html.UnescapeString(m[2]))
	}
	return values
}

// wanted is a form that holds together.
func wanted(change ...string) url.Values {
	values := url.Values{"every": {gifts.Once}, "amount": {"other"}, "other": {"12"}, "means": {gifts.MeansTransfer},
		"kind": {gifts.Person}, "shown": {"name"}, "name": {"Léa Exemple"}, "mail": {"lea@example.org"}, "step": {"check"}}
	for i := 0; i < len(change); i += 2 {
		if values.Del(change[i]); change[i+1] != "" {
			values.Set(change[i], change[i+1])
		}
	}
	return values
}

func lang(address, lang string) string { return address + "?lang=" + lang }

// The thinnest path, in both languages: the form, the answers, the page on which it is paid.
func TestFromTheFormToTheTransfer(t *testing.T) {
	s := openSite(t, giftstest.Profile())
	for _, tongue := range []string{"fr", "en"} {
		blank := s.get(lang("/give/lanterne", tongue))
		if blank.Code != http.StatusOK || blank.Header().Get("Cache-Control") != "no-store" {
			t.Fatalf("%d, %q", blank.Code, blank.Header().Get("Cache-Control"))
		}
		values := wanted("form", hidden(blank.Body.String()).Get("form"))
		check := s.post(lang("/give/lanterne", tongue), values)
		want := map[string]string{"fr": "12,00 € − 0,00 € = 12,00 € pour Lanterne",
			"en": "€12.00 − €0.00 = €12.00 for Lanterne"}[tongue]
		if body := check.Body.String(); check.Code != http.StatusOK || !strings.Contains(body, want) {
			t.Fatalf("%s: %d, %s", tongue, check.Code, body)
		}
		confirmed := hidden(check.Body.String())
		confirmed.Set("step", "confirm")
		done := s.post(lang("/give/lanterne", tongue), confirmed)
		if done.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", done.Code, done.Body)
		}
		pay := s.get(done.Header().Get("Location"))
		for _, part := range []string{"FR76 3000 6000 0112 3456 7890 189", "AGRIFRPP", "<svg", "RF"} {
			if pay.Code != http.StatusOK || !strings.Contains(pay.Body.String(), part) {
				t.Errorf("%s: the page lacks %q: %d", tongue, part, pay.Code)
			}
		}
		again := s.post(lang("/give/lanterne", tongue), confirmed)
		if again.Header().Get("Location") != done.Header().Get("Location") {
			t.Error("the same form sent twice made two promises")
		}
	}
}

// serve lets a browser reach a site.
func serve(t *testing.T, s *site) string {
	t.Helper()
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	return server.URL
}
