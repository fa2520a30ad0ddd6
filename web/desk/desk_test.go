// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/people"
	"ecot/app/queue"
	"ecot/app/setup"
	"ecot/app/till"
	"ecot/office"
	"ecot/web/page"
)

// hand is a clock that a test moves.
type hand struct{ seconds atomic.Int64 }

func (h *hand) now() time.Time { return time.Unix(h.seconds.Load(), 0).UTC() }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// place is a fund that is served, with what was mailed.
type place struct {
	app      *app.App
	people   *people.People
	setup    *setup.Setup
	server   *httptest.Server
	clock    *hand
	visitors atomic.Int64
	door     *Door

	mu      sync.Mutex
	letters []people.Letter
}

// mailed gives the letters so far.
func (pl *place) mailed() []people.Letter {
	pl.mu.Lock()
	defer pl.mu.Unlock()
	return pl.letters
}

// openPlace serves a fund that was just founded; it can mail unless the test says otherwise.
func openPlace(t testing.TB, silent bool) *place {
	t.Helper()
	pl := &place{clock: &hand{}}
	pl.clock.seconds.Store(1_795_000_000)
	a, err := app.Open(t.Context(), app.Place{Dir: t.TempDir(), Clock: pl.clock.now})
	must(t, err)
	must(t, a.Found(t.Context(), app.Charter{Origin: "test.example.org/journal", Name: "Fonds d’essai"}))
	pl.app = a
	var root http.Handler
	pl.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		root.ServeHTTP(w, r)
	}))
	options := people.Options{BaseURL: strings.Replace(pl.server.URL, "127.0.0.1", "localhost", 1)}
	if !silent {
		options.Send = func(_ context.Context, l people.Letter) error {
			pl.mu.Lock()
			defer pl.mu.Unlock()
			pl.letters = append(pl.letters, l)
			return nil
		}
	}
	pl.people = people.New(a, options)
	pl.setup = setup.New(a, pl.people)
	pl.door = New(Options{People: pl.people, Setup: pl.setup, Unit: a.Unit(), Queue: []queue.Source{pl.setup},
		Till: till.New(a, gifts.New(a)), Pots: func(context.Context) ([]Pot, error) { return []Pot{{"general", "General fund"}}, nil },
		Done: func(ctx context.Context) (queue.Done, error) { return queue.Last(ctx, a.Reading()) }})
	root, err = page.New(page.Options{Name: a.Name(), BaseURL: pl.server.URL, Clock: pl.clock.now,
		Log: slog.New(slog.DiscardHandler)}, pl.door, &other{guard: pl.door.Guard})
	must(t, err)
	t.Cleanup(func() {
		pl.server.Close()
		pl.people.Close()
		must(t, a.Close())
	})
	return pl
}

// other is a door with a page of its own behind the guard.
type other struct{ guard page.Guard }

// visitor is a browser: it keeps cookies and follows no redirect by itself.
type visitor struct {
	*http.Client
	at   string
	from string // the address that a proxy says that it comes from
	t    testing.TB
}

func (pl *place) visitor(t testing.TB) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &visitor{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}, pl.server.URL, fmt.Sprintf("192.0.2.%d", pl.visitors.Add(1)), t}
}

// answer is what came back.
type answer struct {
	*http.Response
	body string
}

// do sends a request as a browser on our own pages does; headers are name, value pairs.
func (v *visitor) do(method, path string, form url.Values, headers ...string) answer {
	v.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.at+path, body)
	must(v.t, err)
	r.Header.Set("Accept-Language", "en")
	r.Header.Set("X-Forwarded-For", v.from)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	got, err := v.Do(r)
	must(v.t, err)
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	must(v.t, err)
	return answer{got, string(text)}
}

func (v *visitor) get(path string, headers ...string) answer {
	return v.do("GET", path, nil, headers...)
}

func (v *visitor) post(path string, form url.Values, headers ...string) answer {
	if form == nil {
		form = url.Values{}
	}
	return v.do("POST", path, form, headers...)
}

// cookie gives the secret of the session that the browser has, empty for none.
func (v *visitor) cookie() string {
	at, err := url.Parse(v.at)
	must(v.t, err)
	for _, c := range v.Jar.Cookies(at) {
		if c.Name == people.CookieName(false) {
			return c.Value
		}
	}
	return ""
}

// invite makes a member with roles such as treasurer or maintainer:lanterne, and gives the path of the link.
func (pl *place) invite(t testing.TB, name string, roles ...string) string {
	t.Helper()
	inv := people.Invitation{Name: name, Mail: strings.ToLower(name) + "@example.org"}
	for _, role := range roles {
		of, project, _ := strings.Cut(role, ":")
		inv.Roles = append(inv.Roles, office.Role{Name: of, Project: project})
	}
	invited, err := pl.people.Invite(t.Context(), inv)
	must(t, err)
	return people.SignInPath + invited.URL[strings.LastIndexByte(invited.URL, '/')+1:]
}

// member is a browser in which a member with these roles is signed in.
func (pl *place) member(t testing.TB, name string, roles ...string) *visitor {
	t.Helper()
	v := pl.visitor(t)
	if got := v.post(pl.invite(t, name, roles...), nil); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s does not come in: %d %s", name, got.StatusCode, got.body)
	}
	return v
}

// want refuses an answer of another status.
func want(t testing.TB, got answer, status int) answer {
	t.Helper()
	if got.StatusCode != status {
		t.Fatalf("%s %s: %d, want %d\n%s", got.Request.Method, got.Request.URL.Path, got.StatusCode, status, got.body)
	}
	return got
}
