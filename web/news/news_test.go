// SPDX-License-Identifier: AGPL-3.0-or-later

package news_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"ecot/app"
	appnews "ecot/app/news"
	"ecot/app/trail"
	appwall "ecot/app/wall"
	"ecot/clock"
	"ecot/demo"
	"ecot/fault"
	"ecot/office"
	"ecot/web"
	"ecot/web/books"
	"ecot/web/news"
	"ecot/web/page"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// links opens the links of donors: the token is the handle behind "of-".
type links struct{}

func (links) Handle(_ context.Context, token string) (string, error) {
	if handle, ok := strings.CutPrefix(token, "of-"); ok {
		return handle, nil
	}
	return "", fault.New(fault.NotFound, "There is no such link.")
}

// site is the demo's fund with its pages.
type site struct {
	app     *app.App
	trail   *trail.Trail
	news    *appnews.News
	wall    *appwall.Wall
	handler http.Handler
}

func open(t testing.TB) *site {
	t.Helper()
	var now clock.Played
	a, err := app.Open(t.Context(), demo.Place(t.TempDir(), "", now.Now))
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	_, err = demo.Play(t.Context(), a, &now, nil)
	must(t, err)
	for range 100 {
		if _, point, err := a.Latest(); err == nil && point.Size == demo.Size {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	known, err := a.Office().Donors(t.Context(), "", 5_000)
	must(t, err)
	must(t, a.Office().Do(t.Context(), func(tx *office.Tx) error {
		for _, d := range known { // those whom the demo names: here each gift has a giver of its own
			if err := tx.Erase(t.Context(), d.Handle, "nobody"); err != nil {
				return err
			}
		}
		return nil
	}))
	s := &site{app: a, trail: trail.New(a)}
	s.news, s.wall = appnews.New(a, s.trail), appwall.New(a, s.trail)
	door := news.New(news.Rooms{News: s.news, Newsroom: s.news, Wall: s.wall, Moderate: s.wall,
		Trail:  s.trail,
		Tokens: links{}, Fund: s.news, Unit: a.Unit(), Mandate: func(*http.Request) string { return "editor" },
		Guard: func(right string, act page.Action) page.Action {
			return func(r *http.Request) (page.Reply, error) {
				if r.Header.Get("X-Right") != right {
					return page.Reply{}, fault.New(fault.Forbidden, "You may not do this.")
				}
				return act(r)
			}
		}})
	s.handler, err = web.New(books.New(a), web.Options{Name: a.Name(), BaseURL: "https://fund.example.org",
		Zone:  a.Zone(),
		Clock: now.Now, Demo: true, Log: slog.New(slog.DiscardHandler)}, door)
	must(t, err)
	return s
}

// name gives every gift of December a giver; each is shown, each second one with its amount.
func (s *site) name(t testing.TB) (first int64) {
	t.Helper()
	must(t, s.trail.Read(t.Context(), func(b *trail.Book) error {
		return s.app.Office().Do(t.Context(), func(tx *office.Tx) error {
			for _, g := range b.Gifts {
				if g.Month() != 202512 {
					continue
				}
				if first == 0 {
					first = g.Index
				}
				err := tx.PutGiven(t.Context(), office.Given{Index: g.Index, Handle: fmt.Sprintf("p%d@example.org",
					g.Index),
					Shown: fmt.Sprintf("Giver <%d>", g.Index), AmountShown: g.Index%2 == 0, Words: "Merci & courage",
					Link: []string{"", "https://example.org/?a&b", "javascript:alert(1)"}[g.Index%3]})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}))
	return first
}

func (s *site) get(t testing.TB, address string, header ...string) (int, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Body)
	must(t, err)
	return w.Code, string(body)
}

func (s *site) post(t testing.TB, address, right string, values url.Values) (int, string, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Right", right)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Code, w.Header().Get("Location"), w.Body.String()
}

// wants asks for a page and for what must and must not be in it.
func (s *site) wants(t testing.TB, address string, parts ...string) string {
	t.Helper()
	code, body := s.get(t, address)
	if code != http.StatusOK {
		t.Fatalf("%s answers %d: %s", address, code, body)
	}
	for _, part := range parts {
		if absent, not := strings.CutPrefix(part, "!"); not == strings.Contains(body, absent) {
			t.Errorf("%s: %q, present %v", address, absent, not)
		}
	}
	return body
}

// The month is written, frozen, read in both languages, and whoever withdraws is in no answer.
func TestAMonthOfNews(t *testing.T) {
	s := open(t)
	first := s.name(t)
	if code, _ := s.get(t, "/desk/news/2025-12"); code != http.StatusForbidden {
		t.Errorf("a stranger gets the newsroom: %d", code)
	}
	if code, body := s.get(t, "/desk/news", "X-Right", "edit-news"); code != 200 || !strings.Contains(body,
		"/desk/news/2025-12") {
		t.Errorf("the newsroom answers %d", code)
	}
	code, at, body := s.post(t, "/desk/news/2025-12", "edit-news",
		url.Values{"fr-before": {"Un mois <b>fou</b>.\r\n\r\nMerci."},
			"en-after": {"Thank you."}, "do": {"freeze"}})
	if code != http.StatusSeeOther || at != "/news/2025-12/v/1" {
		t.Fatalf("freezing answers %d to %q: %s", code, at, body)
	}
	code, _, body = s.post(t, "/desk/news/2025-12", "edit-news",
		url.Values{"fr-before": {"Un mois <b>fou</b>.\r\n\r\nMerci."},
			"en-after": {"Thank you."}, "do": {"freeze"}})
	if code != http.StatusOK || !strings.Contains(body, "Rien n’a changé depuis la version 1.") ||
		!strings.Contains(body, "problems-title") {
		t.Errorf("freezing twice answers %d", code)
	}
	fr := s.wants(t, "/news/2025-12", "1\u202f013 personnes ont donné", "1\u202f038 dons", "12\u202f785,00",
		"C’est un record",
		"12e don", "<p>Un mois &lt;b&gt;fou&lt;/b&gt;.</p>", "Giver &lt;", `rel="sponsored nofollow noopener"`,
		"!javascript:", "Merci &amp; courage")
	if n := strings.Count(fr, "<li>Giver") + strings.Count(fr,
		`noopener" href="https://example.org/?a&amp;b">Giver`); n != 1_038 {
		t.Errorf("the page lists %d gifts", n)
	}
	s.wants(t, "/news/2025-12/v/1?lang=en", "1,013 people gave", "It is a record", "12th gift", "Thank you.",
		"/follow/", "lang=en")
	s.wants(t, "/news", "/news/2025-12", "1\u202f013 personnes")
	frozen := s.wants(t, "/news/2025-12/v/1/frozen.json", "Giver <")
	sum := sha256.Sum256([]byte(frozen))
	s.wants(t, "/news/2025-12", hex.EncodeToString(sum[:]))
	s.withdraws(t, first)
}

// withdraws withdraws the first gift's consent and looks for its giver everywhere.
func (s *site) withdraws(t *testing.T, first int64) {
	t.Helper()
	name, escaped := fmt.Sprintf("Giver <%d>", first), fmt.Sprintf("Giver &lt;%d&gt;", first)
	s.wants(t, "/wall?order=name&kind=people", escaped)
	must(t, s.wall.Withdraw(t.Context(), fmt.Sprintf("p%d@example.org", first), first))
	code, at, body := s.post(t, "/desk/news/2025-12", "edit-news", url.Values{"do": {"freeze"}})
	if code != http.StatusSeeOther || at != "/news/2025-12/v/2" {
		t.Fatalf("freezing again answers %d to %q: %s", code, at, body)
	}
	number := fmt.Sprint(first)
	s.wants(t, "/news/2025-12/v/1", "retiré à la demande du donateur", "Les octets d’origine", "!"+escaped)
	s.wants(t, "/news/2025-12/v/2", "Ce qui change", number, "Le texte a changé", "Dont retirées",
		"!"+escaped)
	for _, address := range []string{"/news", "/news/2025-12", "/news/2025-12?lang=en",
		"/news/2025-12/v/1/frozen.json",
		"/news/2025-12/v/2/frozen.json", "/news.xml", "/wall", "/wall?order=name", "/wall?order=class&skip=200",
		"/wall?skip=1000", "/wall.svg", "/wall.json", "/wall.json?skip=1000", "/follow/" + number} {
		s.wants(t, address, "!"+escaped, "!"+name, "!"+fmt.Sprintf(`Giver \u003c%d\u003e`, first))
	}
}

// The feed is well-formed, carries the checkpoint, and names nobody.
func TestFeed(t *testing.T) {
	s := open(t)
	s.name(t)
	_, err := s.news.Freeze(t.Context(), 202512, "editor") // the demo froze the months before
	must(t, err)
	body := s.wants(t, "/news.xml?lang=en", "News of December", "https://fund.example.org/news/2025-12/v/1",
		"sha256:",
		demo.Origin, "!Giver")
	var feed struct {
		Entries []struct {
			Content string `xml:"content"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(body), &feed); err != nil || len(feed.Entries) != 11 ||
		!strings.HasPrefix(feed.Entries[0].Content, demo.Origin+"\n"+fmt.Sprint(demo.Size)+"\n") {
		t.Errorf("%+v, %v", feed, err)
	}
	s.wants(t, "/dates.ics", "BEGIN:VCALENDAR\r\n", "DTSTART;VALUE=DATE:20260131\r\n",
		"DTEND;VALUE=DATE:20260201\r\n")
	must(t, s.app.Office().Do(t.Context(), func(tx *office.Tx) error {
		return tx.PutSetting(t.Context(), "base-url", "https://fund.example.org", "", 1)
	}))
	s.wants(t, "/funding.json", `"year": 2025`, `"income": 38025.51`, `"expenses": 3353.03`)
}

// Nour's page says what the demo promises of it; a stranger's link and what is no gift are refused.
func TestFollow(t *testing.T) {
	s := open(t)
	var one int64
	must(t, s.trail.Read(t.Context(), func(b *trail.Book) error {
		n := int64(0)
		return s.app.Office().Do(t.Context(), func(tx *office.Tx) error {
			for _, g := range b.Gifts {
				if g.Fact.Gross == 20_00 && g.Fact.Inflow.Given.Time().Day() == 5 &&
					g.Fact.To[0].Pot == "lanterne" &&
					g.Fact.Counts.Nth == n+1 {
					n++
					one = g.Index
					if err := tx.PutGiven(t.Context(), office.Given{Index: g.Index, Handle: "nour",
						Shown: "Nour"}); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}))
	s.wants(t, "/follow/mine/of-nour", "9 dons\u00a0: 180,00 − 4,95 = 175,05\u00a0€", "/pots/lanterne",
		"Dépense approuvée et payée", "!Nour")
	s.wants(t, "/follow/mine/of-nour?lang=en", "9 gifts: 180.00 − 4.95 = €175.05", "<svg",
		"What came in first goes out first")
	s.wants(t, fmt.Sprint("/follow/", one), "1 don\u00a0: 20,00 − 0,55 = 19,45\u00a0€", "Pas encore dépensé",
		"!Nour")
	for _, address := range []string{"/follow/mine/other", "/follow/0", "/follow/x", "/follow/-1",
		"/follow/999999",
		"/news/2025-13", "/news/2025-12", "/news/2025-12/v/0", "/news/x", "/plaques/x",
		"/plaques/x/plaque.svg"} {
		if code, _ := s.get(t, address); code != http.StatusNotFound {
			t.Errorf("%s answers %d", address, code)
		}
	}
	for _, address := range []string{"/wall?order=amount", "/wall?kind=rich", "/wall?skip=-1",
		"/wall.json?order=x"} {
		if code, _ := s.get(t, address); code != http.StatusBadRequest {
			t.Errorf("%s answers %d", address, code)
		}
	}
	s.wants(t, "/follow/mine/of-nobody", "Aucun don ici.")
}

// Plaques wait until somebody reads them; names can be hidden; each refusal says what is wrong.
func TestModeration(t *testing.T) {
	s := open(t)
	first := s.name(t)
	p, err := s.wall.Ask(t.Context(), fmt.Sprintf("p%d@example.org", first),
		appwall.Plaque{Index: first, Target: "/pots/lanterne", Words: "À <Léa>"})
	must(t, err)
	code, body := s.get(t, "/desk/wall", "X-Right", "moderate")
	if code != 200 || !strings.Contains(body, "À &lt;Léa&gt;") {
		t.Errorf("the desk answers %d", code)
	}
	if code, _, body := s.post(t, "/desk/wall", "moderate", url.Values{"do": {"refuse"},
		"plaque": {p.ID}}); code != 200 ||
		!strings.Contains(body, "Un refus demande une raison.") {
		t.Errorf("a refusal without a reason answers %d", code)
	}
	if code, _, _ := s.post(t, "/desk/wall", "moderate", url.Values{"do": {"show"},
		"plaque": {p.ID}}); code != http.StatusSeeOther {
		t.Errorf("showing answers %d", code)
	}
	s.wants(t, "/plaques/"+p.ID, "À &lt;Léa&gt;", "/pots/lanterne")
	s.wants(t, "/plaques/"+p.ID+"/plaque.svg", "À &lt;Léa&gt;")
	if code, _, _ := s.post(t, "/desk/wall", "moderate", url.Values{"do": {"hide"},
		"index": {fmt.Sprint(first)}}); code != http.StatusSeeOther {
		t.Errorf("hiding answers %d", code)
	}
	if code, _ := s.get(t, "/plaques/"+p.ID); code != http.StatusNotFound {
		t.Errorf("the plaque of a hidden giver answers %d", code)
	}
	if code, _, body := s.post(t, "/desk/wall", "moderate", url.Values{"do": {"hide"},
		"index": {"x"}}); code != 200 ||
		!strings.Contains(body, "Ce n’est pas un numéro d’écriture.") {
		t.Errorf("hiding nothing answers %d", code)
	}
}
