// SPDX-License-Identifier: AGPL-3.0-or-later

package legal

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ecot/app/profile"
	"ecot/web/page"
	"ecot/web/page/pagetest"
)

// fund is a fund in memory.
type fund struct {
	profile profile.Profile
	live    bool
	broken  error
}

func (f *fund) Profile(context.Context) (profile.Profile, error) { return f.profile, f.broken }
func (f *fund) Published(context.Context) (bool, error)          { return f.live, f.broken }

func whole() profile.Profile {
	return profile.Profile{LegalName: "Les Communs de Brindeval", Form: profile.FondsDeDotation, Number: "732829320",
		Street: "1 rue de l’Essai", Postcode: "75011", Town: "Paris", Country: "FR", Object: "Soutenir <des> communs.",
		Publisher: "Odile Modèle", Host: "Hébergeur, Paris, 01 02 03 04 05", Mail: "fonds@example.org",
		AppealNumber: "2026-7", AppealFrom: 20_454, AppealUntil: 20_818, Deductible: true}
}

// public is a door with pages for the public, and one for a program elsewhere.
type public struct{}

func (public) Templates() fs.FS {
	return fstest.MapFS{"public.html": {Data: []byte(`{{define "public"}}{{template "head" .}}<h1>Open</h1>{{template "foot" .}}{{end}}`)}}
}
func (public) Nav() []page.NavItem { return nil }
func (public) Routes(k *page.Kit, mux *http.ServeMux) {
	show := func(r *http.Request) (page.Reply, error) {
		p := k.Pen(r)
		return k.Render(r, p, "public", k.Frame(r, p, "home", "Open"))
	}
	for _, path := range []string{"/{$}", "/give", "/desk/x", "/accessibility"} {
		k.Page(mux, path, show)
	}
	k.Hook(mux, "/hooks/{provider}", func(*http.Request) (page.Reply, error) {
		return page.Reply{Status: http.StatusOK, ContentType: "text/plain", Cache: page.CacheNever}, nil
	})
}

func serve(t *testing.T, f *fund, options Options) http.Handler {
	t.Helper()
	options.Fund = f
	options.Steps = func(context.Context) ([]Step, error) { return []Step{{"founded", true}, {"body", false}}, nil }
	handler, err := page.New(page.Options{Name: "Communs", Log: slog.New(slog.DiscardHandler),
		Clock: func() time.Time { return time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC) }}, New(options), public{})
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

func ask(handler http.Handler, method, path string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(method, path, nil))
	return recorder
}

// While a fund is not open the public sees the legal pages and nothing else; members see all, and the
// notices of programs elsewhere still come in.
func TestGate(t *testing.T) {
	f := &fund{profile: whole()}
	handler := serve(t, f, Options{})
	for path, want := range map[string]int{"/": 503, "/give": 503, "/nowhere": 503, "/legal": 200, "/privacy": 200,
		"/terms": 200, "/accessibility": 200, "/desk/x": 200, "/desk/nowhere": 404} {
		if got := ask(handler, http.MethodGet, path+"?lang=en"); got.Code != want {
			t.Errorf("%s: %d, want %d", path, got.Code, want)
		}
	}
	if got := ask(handler, http.MethodPost, "/hooks/stripe"); got.Code != 200 {
		t.Errorf("a notice of a provider: %d", got.Code)
	}
	if got := ask(handler, http.MethodPost, "/give"); got.Code != 503 {
		t.Errorf("a form: %d", got.Code)
	}
	home := ask(handler, http.MethodGet, "/?lang=en").Body.String()
	for _, words := range []string{"Not open yet", "Found the journal", "done", "Say which legal body", "to do", "ecot invite"} {
		if !strings.Contains(home, words) {
			t.Errorf("the first page does not say %q", words)
		}
	}
	if strings.Contains(ask(handler, http.MethodGet, "/give?lang=en").Body.String(), "to do") {
		t.Error("another page lists the steps")
	}
	inside := serve(t, f, Options{Inside: func(*http.Request) (bool, error) { return true, nil }})
	if got := ask(inside, http.MethodGet, "/give"); got.Code != 200 {
		t.Errorf("a member: %d", got.Code)
	}
	if got := ask(serve(t, f, Options{Open: true}), http.MethodGet, "/give"); got.Code != 200 {
		t.Errorf("an invented fund: %d", got.Code)
	}
	f.live = true
	if got := ask(handler, http.MethodGet, "/give"); got.Code != 200 {
		t.Errorf("an open fund: %d", got.Code)
	}
	f.broken = errors.New("the office is away")
	if got := ask(handler, http.MethodGet, "/give"); got.Code != 500 {
		t.Errorf("a fund that cannot be asked: %d", got.Code)
	}
}

// Everything that the law wants is on the pages, in both languages, escaped; what is not said is not made up.
// TestProgramsAreToldToo asks as a program does while the fund is closed.
func TestProgramsAreToldToo(t *testing.T) {
	w := ask(serve(t, &fund{}, Options{}), "GET", "/api/v1/fund")
	if w.Code != 503 || w.Header().Get("Content-Type") != page.TypeProblem || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestLegalPages(t *testing.T) {
	f := &fund{profile: whole(), live: true}
	handler := serve(t, f, Options{})
	for _, lang := range []string{"fr", "en"} {
		notice := ask(handler, http.MethodGet, "/legal?lang="+lang).Body.String()
		for _, words := range []string{"Les Communs de Brindeval", "732829320", "1 rue de l’Essai, 75011 Paris, FR",
			"Odile Modèle", "Hébergeur, Paris", "fonds@example.org", "2026-7", "Soutenir &lt;des&gt; communs.", "AGPL"} {
			if !strings.Contains(notice, words) {
				t.Errorf("%s: the legal notice does not say %q", lang, words)
			}
		}
		if privacy := ask(handler, http.MethodGet, "/privacy?lang="+lang).Body.String(); !strings.Contains(privacy, "CNIL") ||
			!strings.Contains(privacy, "fonds@example.org") {
			t.Errorf("%s: the privacy notice does not say whom to write to", lang)
		}
		if terms := ask(handler, http.MethodGet, "/terms?lang="+lang).Body.String(); !strings.Contains(terms, "238 bis") {
			t.Errorf("%s: the terms do not speak of tax", lang)
		}
	}
	f.profile.Deductible, f.profile.Publisher = false, ""
	if terms := ask(handler, http.MethodGet, "/terms?lang=en").Body.String(); strings.Contains(terms, "238 bis") {
		t.Error("the terms promise a tax reduction that the fund does not claim")
	}
	if notice := ask(handler, http.MethodGet, "/legal?lang=en").Body.String(); !strings.Contains(notice, "Not said yet") ||
		!strings.Contains(notice, "not open to the public") {
		t.Error("what is missing is not told")
	}
}

// Every page holds in a real browser, open and closed.
func TestLegalPagesInABrowser(t *testing.T) {
	ctx := pagetest.Browser(t)
	open := httptest.NewServer(serve(t, &fund{profile: whole(), live: true}, Options{}))
	t.Cleanup(open.Close)
	closed := httptest.NewServer(serve(t, &fund{}, Options{}))
	t.Cleanup(closed.Close)
	var pages []pagetest.Page
	for name, address := range map[string]string{"legal": open.URL + "/legal", "privacy": open.URL + "/privacy",
		"terms": open.URL + "/terms", "legal-unsaid": closed.URL + "/legal", "closed": closed.URL + "/",
		"closed-other": closed.URL + "/give"} {
		pages = append(pages, pagetest.Page{Name: name, Address: address})
	}
	pagetest.Try(t, ctx, pages)
}
