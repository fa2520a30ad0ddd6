// SPDX-License-Identifier: AGPL-3.0-or-later

package post

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"ecot/clock"
	"ecot/fault"
	"ecot/web/page"
)

// ledger is a list that one person is on, behind the link "good".
type ledger struct {
	on    bool
	calls int
}

func (l *ledger) List(_ context.Context, token string) (List, error) {
	if token != "good" {
		return List{}, fault.New(fault.Forbidden, "This link is damaged; copy it whole from your message.")
	}
	return List{Name: "news", On: l.on}, nil
}

func (l *ledger) Leave(ctx context.Context, token string) error {
	_, err := l.List(ctx, token)
	if err == nil {
		l.on = false
		l.calls++
	}
	return err
}

func (l *ledger) Return(ctx context.Context, token string) error {
	_, err := l.List(ctx, token)
	l.on = l.on || err == nil
	return err
}

func serve(t *testing.T, l *ledger) http.Handler {
	t.Helper()
	options := page.Options{Name: "Les Communs", Clock: clock.Fixed(time.Date(2026, 1, 10, 9, 0, 0, 0, time.UTC))}
	pages, err := page.New(options, New(l))
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

func ask(pages http.Handler, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, r)
	return w
}

// A mail reader leaves by one POST that follows nothing and comes from nowhere (RFC 8058); a program that opens
// the link changes nothing.
func TestOneClick(t *testing.T) {
	l := &ledger{on: true}
	pages := serve(t, l)
	for _, method := range []string{"GET", "HEAD"} {
		if w := ask(pages, method, "/unsubscribe/good", ""); w.Code != 200 || !l.on {
			t.Fatalf("%s: %d, on the list: %v", method, w.Code, l.on)
		}
	}
	for range 2 {
		w := ask(pages, "POST", "/unsubscribe/good", "List-Unsubscribe=One-Click")
		if w.Code != 200 || l.on || w.Header().Get("Location") != "" {
			t.Fatalf("one click: %d, on the list: %v", w.Code, l.on)
		}
	}
	if w := ask(pages, "POST", "/unsubscribe/bad", "List-Unsubscribe=One-Click"); w.Code != 403 {
		t.Errorf("a damaged link: %d", w.Code)
	}
	if w := ask(pages, "POST", "/unsubscribe/good", "x=y"); w.Code != 400 {
		t.Errorf("a form that says nothing: %d", w.Code)
	}
}

// A person reads what the link does, does it by one button, and takes it back by another.
func TestThePage(t *testing.T) {
	for lang, words := range map[string][2]string{
		"fr": {"Ne plus recevoir ces lettres", "Vous ne recevez plus ces lettres"},
		"en": {"Stop these letters", "You get these letters no more"},
	} {
		l := &ledger{on: true}
		pages := serve(t, l)
		path := "/unsubscribe/good?lang=" + lang
		w := ask(pages, "GET", path, "")
		if !strings.Contains(w.Body.String(), "<h1>"+words[0]) || w.Header().Get("Cache-Control") != page.CacheNever {
			t.Errorf("%s: %s", lang, w.Body)
		}
		w = ask(pages, "POST", path, url.Values{"do": {"leave"}}.Encode())
		if w.Code != http.StatusSeeOther || l.on || w.Header().Get("Location") != path {
			t.Fatalf("%s: %d to %s", lang, w.Code, w.Header().Get("Location"))
		}
		if w = ask(pages, "GET", path, ""); !strings.Contains(w.Body.String(), "<h1>"+words[1]) {
			t.Errorf("%s: %s", lang, w.Body)
		}
		if ask(pages, "POST", path, url.Values{"do": {"return"}}.Encode()); !l.on {
			t.Errorf("%s: nobody came back", lang)
		}
	}
	w := ask(serve(t, &ledger{}), "GET", "/unsubscribe/bad", "")
	if w.Code != 403 || !strings.Contains(w.Body.String(), "<h1>") {
		t.Errorf("a damaged link: %d %s", w.Code, w.Body)
	}
}
