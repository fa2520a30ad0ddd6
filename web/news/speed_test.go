// SPDX-License-Identifier: AGPL-3.0-or-later

package news_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	appnews "ecot/app/news"
	"ecot/clock"
	"ecot/web/news"
	"ecot/web/page"
)

// shelf is news that are read already.
type shelf struct{ one appnews.Edition }

func (shelf) Issues(context.Context) ([]appnews.Issue, error)              { return nil, nil }
func (shelf) Versions(context.Context, int) ([]int, error)                 { return []int{1}, nil }
func (s shelf) Edition(context.Context, int, int) (appnews.Edition, error) { return s.one, nil }

// month gives a door onto a month of n gifts.
func month(t testing.TB, n int) http.Handler {
	t.Helper()
	var e appnews.Edition
	e.Month, e.Version, e.Unit = 202512, 1, "EUR"
	for i := range n {
		e.Lines = append(e.Lines, appnews.Line{Index: int64(i + 1), Shown: fmt.Sprint("Giver ", i),
			Amount: int64(5_00 * (1 + i%9)),
			Nth:    int64(i%14 + 1), Part: appnews.Gift})
	}
	handler, err := page.New(page.Options{Name: "Fonds", Clock: clock.System,
		Log: slog.New(slog.DiscardHandler)},
		news.New(news.Rooms{News: shelf{e}}))
	must(t, err)
	return handler
}

// render gives the page and how long its making took at best.
func render(t testing.TB, handler http.Handler, times int) (string, time.Duration) {
	t.Helper()
	best, body := time.Hour, ""
	for range times {
		w := httptest.NewRecorder()
		began := time.Now()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/news/2025-12", nil))
		best = min(best, time.Since(began))
		if body = w.Body.String(); w.Code != http.StatusOK {
			t.Fatal(w.Code, body)
		}
	}
	return body, best
}

// 1 400 gifts are all on one page, made in under 25 ms; ten times as many gifts take some ten times as
// long,
// and not a hundred.
func TestALargeMonth(t *testing.T) {
	const gifts = 1_400
	body, took := render(t, month(t, gifts), 20)
	for i := range gifts {
		if !strings.Contains(body, fmt.Sprintf(">Giver %d <", i)) && !strings.Contains(body,
			fmt.Sprintf(">Giver %d<", i)) {
			t.Fatalf("gift %d is not on the page", i)
		}
	}
	if took > 25*time.Millisecond {
		t.Errorf("%d gifts take %s", gifts, took)
	}
	_, many := render(t, month(t, 10*gifts), 15)
	if many > 60*max(took, time.Millisecond) {
		t.Errorf("ten times as many gifts take %s instead of %s", many, took)
	}
}

func BenchmarkAMonthOf1400Gifts(b *testing.B) {
	handler := month(b, 1_400)
	for b.Loop() {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/news/2025-12", nil))
	}
}

// The same, from the database: a frozen month of the demo, with every giver's consent.
func BenchmarkTheDemosDecember(b *testing.B) {
	s := open(b)
	s.name(b)
	_, err := s.news.Freeze(b.Context(), 202512, "editor")
	must(b, err)
	for b.Loop() {
		s.handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/news/2025-12", nil))
	}
}
