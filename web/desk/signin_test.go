// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ecot/app/people"
	"ecot/web/page"
)

// Templates of the other door: one page that says who is there.
func (o *other) Templates() fs.FS {
	return fstest.MapFS{"other.html": {Data: []byte(
		`{{define "other"}}{{template "head" .}}<h1>{{.Heading}}</h1>{{template "foot" .}}{{end}}`)}}
}

func (o *other) Nav() []page.NavItem { return nil }

// Routes puts a page behind the guard, for those who may sign.
func (o *other) Routes(k *page.Kit, mux *http.ServeMux) {
	k.Page(mux, "/desk/other", o.guard(string(people.Sign), func(r *http.Request) (page.Reply, error) {
		p := k.Pen(r)
		return k.Render(r, p, "other", k.Frame(r, p, "other", people.From(r.Context()).Mandate))
	}))
}

// link waits for the newest mailed link behind the first n, and gives its path.
func (pl *place) link(t *testing.T, n int) string {
	t.Helper()
	for range 500 {
		if all := pl.mailed(); len(all) > n {
			return people.SignInPath + all[n].URL[strings.LastIndexByte(all[n].URL, '/')+1:]
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("no letter came")
	return ""
}

// A member asks for a link, opens it, presses the button and is in; the link then lets nobody in.
func TestSignInByMail(t *testing.T) {
	pl := openPlace(t, false)
	pl.member(t, "Odile", "treasurer")
	v := pl.visitor(t)
	want(t, v.get("/desk"), http.StatusSeeOther)
	want(t, v.get("/sign-in"), http.StatusOK)
	got := want(t, v.post("/sign-in", url.Values{"mail": {"ODILE@example.org "}}), http.StatusSeeOther)
	if got.Header.Get("Location") != "/sign-in/sent" || len(got.Cookies()) != 0 {
		t.Errorf("sent on to %q with %v", got.Header.Get("Location"), got.Cookies())
	}
	path := pl.link(t, 0)
	for range 2 { // programs that look at mail open it as often as they like
		if got := want(t, v.get(path), http.StatusOK); got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("the page of a link may be kept: %q", got.Header.Get("Cache-Control"))
		}
	}
	got = want(t, v.post(path, nil), http.StatusSeeOther)
	c := got.Cookies()[0]
	if c.Name != "ecot" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || len(c.Value) != 43 {
		t.Errorf("the cookie is %v", c)
	}
	if got := want(t, v.get("/desk"), http.StatusOK); !strings.Contains(got.body, "Odile") {
		t.Error("the page does not say who is there")
	}
	thief := pl.visitor(t)
	want(t, thief.get(path), http.StatusForbidden)
	want(t, thief.post(path, nil), http.StatusForbidden)
	want(t, thief.get("/desk"), http.StatusSeeOther)
	want(t, v.post("/sign-out", nil), http.StatusSeeOther)
	want(t, v.get("/desk"), http.StatusSeeOther)
}

// Who asks for a link learns nothing about who is a member; what is no address is told so.
func TestAskingTellsNothing(t *testing.T) {
	pl := openPlace(t, false)
	pl.member(t, "Odile", "treasurer")
	v := pl.visitor(t)
	known := want(t, v.post("/sign-in", url.Values{"mail": {"odile@example.org"}}), http.StatusSeeOther)
	other := want(t, v.post("/sign-in", url.Values{"mail": {"nobody@example.org"}}), http.StatusSeeOther)
	known.Header.Del("Date")
	other.Header.Del("Date")
	if fmt.Sprint(known.Header, known.body) != fmt.Sprint(other.Header, other.body) {
		t.Errorf("a member's address is answered %v, another's %v", known.Header, other.Header)
	}
	wrong := want(t, v.post("/sign-in", url.Values{"mail": {"odile"}}), http.StatusBadRequest)
	if !strings.Contains(wrong.body, `href="#mail"`) || !strings.Contains(wrong.body, `value="odile"`) {
		t.Error("what is wrong is not said at its field")
	}
	silent := openPlace(t, true).visitor(t)
	if got := want(t, silent.get("/sign-in"), http.StatusOK); !strings.Contains(got.body, "ecot invite") {
		t.Error("a fund without mail does not say how to come in")
	}
}

// A session that somebody planted in a browser is worth nothing once its user has signed in.
func TestSessionFixation(t *testing.T) {
	pl := openPlace(t, false)
	attacker := pl.member(t, "Mallory", "editor")
	planted := attacker.cookie()
	victim := pl.visitor(t)
	at, err := url.Parse(pl.server.URL)
	must(t, err)
	victim.Jar.SetCookies(at, []*http.Cookie{{Name: "ecot", Value: planted, Path: "/"}})
	want(t, victim.post(pl.invite(t, "Odile", "treasurer"), nil), http.StatusSeeOther)
	if victim.cookie() == planted {
		t.Fatal("the planted secret went on")
	}
	want(t, attacker.get("/desk"), http.StatusSeeOther)
	made := pl.visitor(t)
	made.Jar.SetCookies(at, []*http.Cookie{{Name: "ecot", Value: strings.Repeat("A", 43), Path: "/"}})
	want(t, made.post(pl.invite(t, "Firmin", "approver"), nil), http.StatusSeeOther)
	if made.cookie() == strings.Repeat("A", 43) {
		t.Error("a secret of the visitor's making became a session")
	}
}

// A form of another site does nothing, whatever cookie the browser sends with it.
func TestFormsOfOtherSitesDoNothing(t *testing.T) {
	pl := openPlace(t, false)
	v := pl.member(t, "Odile", "treasurer", "admin")
	for _, header := range [][2]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"},
		{"Origin", "null"},
	} {
		for _, r := range pl.door.routes() {
			if r.method != http.MethodPost {
				continue
			}
			headers := []string{"Sec-Fetch-Site", "", header[0], header[1]}
			got := want(t, v.post(r.path, nil, headers...), http.StatusForbidden)
			if !strings.Contains(got.body, "page of another site") {
				t.Errorf("%s: no page of ours", r.path)
			}
		}
	}
	want(t, v.get("/desk"), http.StatusOK)
}

// Links cannot be guessed: a few wrong ones, and whoever tries is told to wait, the right link included;
// somebody elsewhere is not.
func TestGuessingLinksIsSlow(t *testing.T) {
	pl := openPlace(t, false)
	path := pl.invite(t, "Odile", "treasurer")
	v := pl.visitor(t)
	tried := 0
	for ; tried < 100; tried++ {
		guess := people.SignInPath + fmt.Sprintf("%043d", tried)
		if got := v.get(guess, "X-Forwarded-For", "203.0.113.7"); got.StatusCode == http.StatusTooManyRequests {
			break
		}
	}
	if tried > 30 {
		t.Errorf("%d links could be tried", tried)
	}
	want(t, v.post(path, nil, "X-Forwarded-For", "203.0.113.7"), http.StatusTooManyRequests)
	if got := v.post("/sign-in/passkey", nil, "X-Forwarded-For", "203.0.113.7"); got.StatusCode != 429 {
		t.Errorf("passkeys are not limited: %d", got.StatusCode)
	}
	want(t, v.post(path, nil, "X-Forwarded-For", "203.0.113.8"), http.StatusSeeOther)
}

// Links are mailed to one address, and for one visitor, a few times an hour.
func TestAskingIsLimited(t *testing.T) {
	pl := openPlace(t, false)
	v := pl.visitor(t)
	for n := range 6 {
		got := v.post("/sign-in", url.Values{"mail": {"odile@example.org"}},
			"X-Forwarded-For", fmt.Sprintf("198.51.100.%d", n+1))
		if status := http.StatusSeeOther; n < 5 && got.StatusCode != status || n == 5 && got.StatusCode != 429 {
			t.Errorf("request %d for one address: %d", n+1, got.StatusCode)
		}
	}
}

// A session ends by itself, elsewhere, everywhere, and with the membership.
func TestSessionsEnd(t *testing.T) {
	pl := openPlace(t, false)
	v := pl.member(t, "Odile", "treasurer")
	w := pl.visitor(t)
	want(t, w.post(pl.invite(t, "Odile", "treasurer"), nil), http.StatusSeeOther)
	page := want(t, v.get("/desk/me"), http.StatusOK)
	if n := strings.Count(page.body, `name="session"`); n != 2 {
		t.Fatalf("%d sessions are listed", n)
	}
	who, _, err := pl.people.Who(t.Context(), w.cookie())
	must(t, err)
	sessions, err := pl.people.Sessions(t.Context(), who.Member)
	must(t, err)
	stranger := pl.member(t, "Firmin", "approver")
	for _, s := range sessions {
		want(t, stranger.post("/desk/me/sessions", url.Values{"session": {s.ID}}), http.StatusSeeOther)
	}
	want(t, v.get("/desk"), http.StatusOK)
	want(t, v.post("/desk/me/everywhere", nil), http.StatusSeeOther)
	want(t, w.get("/desk"), http.StatusSeeOther)
	want(t, stranger.get("/desk"), http.StatusOK)
	pl.clock.seconds.Add(int64(people.IdleTime / time.Second))
	want(t, stranger.get("/desk"), http.StatusSeeOther)
	got := want(t, stranger.post("/desk/me/everywhere", nil), http.StatusForbidden)
	if !strings.Contains(got.body, "not signed in") {
		t.Error("the refusal gives no reason")
	}
}

// A page of another door is behind the same guard: who may see it does, the others learn why not.
func TestGuardOfOtherDoors(t *testing.T) {
	pl := openPlace(t, false)
	want(t, pl.visitor(t).get("/desk/other"), http.StatusSeeOther)
	got := want(t, pl.member(t, "Firmin", "approver").get("/desk/other"), http.StatusOK)
	if !strings.Contains(got.body, "<h1>approver</h1>") || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the page does not know who is there, or may be kept: %s", got.body)
	}
	got = want(t, pl.member(t, "Emma", "editor").get("/desk/other"), http.StatusForbidden)
	if !strings.Contains(got.body, "sign under a payment") || !strings.Contains(got.body, "treasurer, approver") {
		t.Errorf("the refusal gives no reason:\n%s", got.body)
	}
}

// The queue of a new fund says what its people should do first.
func TestQueueOfANewFund(t *testing.T) {
	silent := openPlace(t, true)
	got := want(t, silent.member(t, "Odile", "treasurer").get("/desk"), http.StatusOK)
	if !strings.Contains(got.body, "Set up mail") || !strings.Contains(got.body, "things wait for you") {
		t.Error("nothing says that mail is not set up")
	}
	pl := openPlace(t, false)
	pl.door.options.Queue = nil
	got = want(t, pl.member(t, "Odile", "treasurer").get("/desk"), http.StatusOK)
	if !strings.Contains(got.body, "What was done last: Opening of the journal") {
		t.Errorf("the empty queue does not say what was done last:\n%s", got.body)
	}
}
