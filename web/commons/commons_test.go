// SPDX-License-Identifier: AGPL-3.0-or-later

package commons_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/people"
	"ecot/app/profile"
	"ecot/app/projects"
	"ecot/clock"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/appeal"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/web"
	"ecot/web/books"
	"ecot/web/commons"
	"ecot/web/page"
)

// house is a fund with projects, its pages, and who is signed in.
type house struct {
	http.Handler
	app      *app.App
	projects *projects.Projects
	clock    *clock.Played
	actor    people.Actor
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func editor() people.Actor {
	return people.Actor{Member: "m1", Name: "Firmin Exemple", Mandate: "editor", Roles: []office.Role{{Name: people.Editor}}}
}

// guard lets in who has the right, as the back office does.
func (h *house) guard(right string, act page.Action) page.Action {
	return func(r *http.Request) (page.Reply, error) {
		if right != "" {
			if err := people.Allowed(h.actor, people.Right(right)); err != nil {
				return page.Reply{}, err
			}
		} else if h.actor.Member == "" {
			return page.Reply{}, fault.New(fault.Forbidden, "Sign in first.")
		}
		r = page.Signed(r, h.actor.Name, func(right string) bool { return h.actor.May(people.Right(right)) })
		return act(r.WithContext(people.With(r.Context(), h.actor)))
	}
}

func build(t testing.TB) *house {
	t.Helper()
	h := &house{clock: new(clock.Played)}
	h.clock.Set(time.Date(2025, 10, 2, 9, 0, 0, 0, time.UTC))
	a, err := app.Open(t.Context(), app.Place{Dir: t.TempDir(), Clock: h.clock.Now})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	must(t, a.Found(t.Context(), app.Charter{Name: "Communs de Brindeval", Lang: "fr"}))
	must(t, profile.Profile{LegalName: "Communs", Form: profile.Association}.Save(t.Context(), a.Office(), "x", 1))
	h.app, h.projects = a, projects.New(a, nil)
	options := web.Options{Name: a.Name(), BaseURL: "https://fund.example.org", Zone: a.Zone(), Clock: h.clock.Now,
		Log: slog.New(slog.DiscardHandler)}
	door := commons.New(h.projects, commons.Options{Guard: h.guard,
		Bank: func(context.Context) (int64, string, bool, error) { return 0, "2025-12-31", true, nil }})
	h.Handler, err = web.New(books.New(a), options, door)
	must(t, err)
	return h
}

// full is a house with four projects, an appeal since October and gifts until December.
func full(t testing.TB) *house {
	h := build(t)
	ctx := t.Context()
	texts := projects.Texts{Title: "Lanterne", Summary: "Un lecteur d’écran libre.", Lang: "fr", Earmarks: true,
		Body: "Il lit à voix haute.\n\nDepuis 2019.", Site: "https://lanterne.example.org", Thanks: "Basile Factice",
		Needs: []projects.Ask{{Title: "Astreinte", Detail: "La nuit.", Amount: 120_00}, {Title: "Hébergement", Amount: 80_00}}}
	must(t, h.projects.Add(ctx, editor(), "lanterne", texts))
	must(t, h.projects.OpenAppeal(ctx, editor(), "lanterne", projects.Call{Carry: appeal.CarryYear, Needs: texts.Needs}))
	must(t, h.projects.Write(ctx, editor(), "lanterne", "Version 2.4 <b>", "Elle est là.\n\nMerci."))
	texts.Title, texts.Earmarks = "Passerelle & Cie", false
	must(t, h.projects.Add(ctx, editor(), "passerelle", texts))
	texts.Title, texts.Outside = "Dehors", true
	must(t, h.projects.Add(ctx, editor(), "dehors", texts))
	texts.Title, texts.Outside = "Ancien", false
	must(t, h.projects.Add(ctx, editor(), "ancien", texts))
	must(t, h.projects.Close(ctx, editor(), "ancien", "Le travail est achevé."))
	for month := time.October; month <= time.December; month++ {
		for person := range 5 * int(month-time.October+1) {
			h.give(t, time.Date(2025, month, 3+person%20, 10, 0, 0, 0, time.UTC), person)
		}
	}
	h.clock.Set(time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC))
	h.give(t, h.clock.Now(), 1)
	return h
}

func (h *house) give(t testing.TB, at time.Time, person int) {
	t.Helper()
	if at.After(h.clock.Now()) {
		h.clock.Set(at)
	}
	name := fmt.Sprint("p", person, "@example.org")
	_, err := h.app.Do(t.Context(), app.Request{Key: fmt.Sprint(at.Unix(), person),
		Person: app.Person{Handle: name, Kind: "person", Name: name},
		Command: &giving.Give{Given: giving.Given{Inflow: giving.Inflow{Unit: "EUR", Gross: 12_00, Into: "bank",
			Nature: giving.Gift, Donor: giving.Person, Evidence: giving.Proved, Generosity: true,
			Given: journal.DayOf(at)}, To: []journal.Share{{Pot: "lanterne", Amount: 12_00}}}}})
	must(t, err)
}

func (h *house) ask(r *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, r)
	return recorder
}

func (h *house) get(t testing.TB, address string, status int) string {
	t.Helper()
	answer := h.ask(httptest.NewRequest(http.MethodGet, address, nil))
	if answer.Code != status {
		t.Fatalf("%s answers %d, want %d: %s", address, answer.Code, status, answer.Body)
	}
	return answer.Body.String()
}

func (h *house) post(address string, values url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return h.ask(r)
}

// pages are all addresses of the door that are pages.
func pages() []string {
	return []string{"/", "/projects", "/projects/lanterne", "/projects/passerelle", "/projects/dehors",
		"/projects/ancien", "/projects/lanterne/appeal", "/projects/passerelle/appeal", "/projects/lanterne/box",
		"/propose", "/propose/sent", "/desk/proposals", "/desk/proposals/lanterne", "/desk/projects/lanterne",
		"/desk/projects/lanterne/update", "/desk/projects/lanterne/appeal"}
}

func wellFormed(page string) error {
	decoder := xml.NewDecoder(strings.NewReader(page))
	decoder.Strict, decoder.AutoClose, decoder.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func TestPagesInBothLanguages(t *testing.T) {
	h := full(t)
	h.actor = editor()
	inline := regexp.MustCompile(`<style|<script|<img|<iframe| style="| on[a-z]+="`)
	for _, address := range pages() {
		for _, lang := range []string{"fr", "en"} {
			body := h.get(t, address+"?lang="+lang, http.StatusOK)
			if err := wellFormed(body); err != nil {
				t.Errorf("%s in %s: %v", address, lang, err)
			}
			if found := inline.FindString(body); found != "" {
				t.Errorf("%s in %s has %q", address, lang, found)
			}
			if !strings.Contains(body, `<html lang="`+lang+`">`) {
				t.Errorf("%s is not in %s", address, lang)
			}
		}
	}
}

// plain gives a text whose blanks are all alike.
func plain(text string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "&nbsp;", " ").Replace(text)
}

// The first page says people before euros, the need, and that bank and ledger agree.
func TestTheFirstPage(t *testing.T) {
	body := plain(full(t).get(t, "/", http.StatusOK))
	at := 0
	for _, words := range []string{"15 personnes ont donné en décembre. C’est un record.", "15 dons, en tout, jamais autant",
		"180,00", "Lanterne : il faut 200,00", "Banque = grand livre, écart 0,00", "Lancer quelque chose",
		"Garder quelque chose en vie"} {
		next := strings.Index(body[at:], words)
		if next < 0 {
			t.Fatalf("%q does not come behind the rest: %s", words, body)
		}
		at += next
	}
	if empty := build(t).get(t, "/", http.StatusOK); strings.Contains(empty, "record") {
		t.Error("a fund without gifts has a record")
	}
}

// Every figure of a gauge leads to a list whose lines sum to it.
func TestGaugesLeadToTheirEntries(t *testing.T) {
	h := full(t)
	link := regexp.MustCompile(`href="(/pots/lanterne/entries\?appeal=yes[^"]*|/entries\?appeal=yes[^"]*)">([^<]*)<`)
	amount := regexp.MustCompile(`<span class="n">(?:&#43;|\+)12,00`)
	found := 0
	for _, address := range []string{"/", "/projects/lanterne", "/projects/lanterne/appeal"} {
		for _, match := range link.FindAllStringSubmatch(h.get(t, address, http.StatusOK), -1) {
			list := h.get(t, strings.ReplaceAll(match[1], "&amp;", "&"), http.StatusOK)
			want := fmt.Sprintf("%d,00\u00a0€", 12*len(amount.FindAllString(list, -1)))
			if match[2] != want {
				t.Errorf("%s says %q, its entries sum to %q", address, match[2], want)
			}
			found++
		}
	}
	if found < 10 {
		t.Errorf("only %d figures were followed", found)
	}
}

func TestWhatCannotCollectSaysWhy(t *testing.T) {
	h := full(t)
	for slug, words := range map[string]string{"dehors": "hors de la personne morale", "ancien": "Le travail est achevé."} {
		body := h.get(t, "/projects/"+slug, http.StatusOK)
		if !strings.Contains(body, words) || strings.Contains(body, "/give/"+slug) {
			t.Errorf("%s does not say why it cannot collect", slug)
		}
	}
	body := h.get(t, "/projects/passerelle", http.StatusOK)
	if !strings.Contains(body, "/give/passerelle") || !strings.Contains(body, "refuse les dons fléchés") {
		t.Error("a project that refuses earmarks does not say so")
	}
}

func TestWhatOtherSitesShow(t *testing.T) {
	h := full(t)
	badge := h.get(t, "/projects/lanterne/badge.svg?lang=fr", http.StatusOK)
	if err := xml.Unmarshal([]byte(badge), new(struct{})); err != nil || len(badge) > 1024 ||
		!strings.Contains(plain(badge), "1 personne, 12,00") {
		t.Errorf("the badge has %d bytes, %v: %s", len(badge), err, badge)
	}
	var shield struct {
		SchemaVersion  int
		Label, Message string
	}
	must(t, json.Unmarshal([]byte(h.get(t, "/projects/passerelle/badge.json?lang=en", http.StatusOK)), &shield))
	if shield.SchemaVersion != 1 || shield.Label != "Passerelle & Cie" || shield.Message != "no appeal this month" {
		t.Errorf("the shield is %+v", shield)
	}
	var feed struct {
		Entry []struct {
			Title string `xml:"title"`
		} `xml:"entry"`
	}
	must(t, xml.Unmarshal([]byte(h.get(t, "/projects/lanterne/updates.atom", http.StatusOK)), &feed))
	if len(feed.Entry) != 1 || feed.Entry[0].Title != "Version 2.4 <b>" {
		t.Errorf("the feed is %+v", feed)
	}
	calendar := h.get(t, "/projects/lanterne/appeal.ics", http.StatusOK)
	if !strings.Contains(calendar, "DTSTART;VALUE=DATE:20260131\r\nDTEND;VALUE=DATE:20260201\r\n") {
		t.Errorf("the calendar is %q", calendar)
	}
	for _, line := range strings.Split(calendar, "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of the calendar has %d bytes", len(line))
		}
	}
	h.get(t, "/projects/passerelle/appeal.ics", http.StatusNotFound)
	box := h.ask(httptest.NewRequest(http.MethodGet, "/projects/lanterne/box", nil))
	if box.Body.Len() > 10_000 || !strings.Contains(box.Header().Get("Content-Security-Policy"), "frame-ancestors *") ||
		box.Header().Get("X-Frame-Options") != "" {
		t.Errorf("the box has %d bytes and %v", box.Body.Len(), box.Header())
	}
}

// proposal is a form as a stranger sends it.
func proposal() url.Values {
	return url.Values{"title": {"Tamis"}, "summary": {"Des calendriers."}, "body": {"Une bibliothèque."},
		"lang-of-texts": {"fr"}, "needs": {"Astreinte : 120 — la nuit\nHébergement : 12,50"}, "wishes": {"earmarks"},
		"mail": {"jules@example.org"}, "step": {"send"}}
}

func TestAStrangerProposesAndTheFundJudges(t *testing.T) {
	h := build(t)
	bad := proposal()
	bad.Set("title", "")
	bad.Set("needs", "Astreinte : beaucoup")
	answer := h.post("/propose", bad)
	if answer.Code != http.StatusBadRequest || !strings.Contains(answer.Body.String(), `href="#needs"`) ||
		!strings.Contains(answer.Body.String(), "Des calendriers.") {
		t.Errorf("a wrong form answers %d: %s", answer.Code, answer.Body)
	}
	answer = h.post("/propose", proposal())
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != "/propose/sent" {
		t.Fatalf("a proposal answers %d: %s", answer.Code, answer.Body)
	}
	h.get(t, "/projects/tamis", http.StatusNotFound)
	h.get(t, "/desk/proposals", http.StatusForbidden)
	if answer := h.post("/desk/proposals/tamis", url.Values{"verdict": {"accept"}}); answer.Code != http.StatusForbidden {
		t.Errorf("a stranger accepts: %d", answer.Code)
	}
	h.actor = editor()
	if body := h.get(t, "/desk/proposals", http.StatusOK); !strings.Contains(body, "/desk/proposals/tamis") {
		t.Error("the proposal is not listed")
	}
	if body := h.get(t, "/desk/proposals/tamis", http.StatusOK); !strings.Contains(body, "12,50") {
		t.Errorf("the needs are not shown: %s", body)
	}
	if answer := h.post("/desk/proposals/tamis", url.Values{"verdict": {"refuse"}}); answer.Code != http.StatusBadRequest {
		t.Errorf("a refusal without reason answers %d", answer.Code)
	}
	if answer := h.post("/desk/proposals/tamis", url.Values{"verdict": {"accept"}}); answer.Code != http.StatusSeeOther {
		t.Fatalf("accepting answers %d: %s", answer.Code, answer.Body)
	}
	h.get(t, "/projects/tamis", http.StatusOK)
	call := url.Values{"carry": {"months"}, "months": {"2"}, "needs": {"Astreinte : 120,00"}}
	if answer := h.post("/desk/projects/tamis/appeal", call); answer.Code != http.StatusSeeOther {
		t.Fatalf("an appeal answers %d: %s", answer.Code, answer.Body)
	}
	if body := h.get(t, "/projects/tamis/appeal", http.StatusOK); !strings.Contains(plain(body), "jusqu’à 2 mois de besoin") {
		t.Errorf("the rule is not in words: %s", body)
	}
	update := url.Values{"title": {"Version 1"}, "body": {"Là."}}
	if answer := h.post("/desk/projects/tamis/update", update); answer.Code != http.StatusSeeOther {
		t.Errorf("an update answers %d", answer.Code)
	}
	edited := proposal()
	edited.Set("title", "Tamis 2")
	if answer := h.post("/desk/projects/tamis", edited); answer.Code != http.StatusSeeOther {
		t.Errorf("an edit answers %d", answer.Code)
	}
	body := h.get(t, "/projects/tamis", http.StatusOK)
	if !strings.Contains(body, "Tamis 2") || !strings.Contains(body, "Version 1") {
		t.Error("the page shows what it was before")
	}
}

func TestAFileFillsTheForm(t *testing.T) {
	h := build(t)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	must(t, form.WriteField("step", "fill"))
	file, err := form.CreateFormFile("file", "FUNDING.yml")
	must(t, err)
	_, err = io.WriteString(file, "github: jules\n")
	must(t, errors.Join(err, form.Close()))
	r := httptest.NewRequest(http.MethodPost, "/propose", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	if answer := h.ask(r); answer.Code != http.StatusOK ||
		!strings.Contains(answer.Body.String(), `value="https://github.com/sponsors/jules"`) {
		t.Errorf("a file answers %d: %s", answer.Code, answer.Body)
	}
	pasted := url.Values{"step": {"fill"}, "paste": {"{"}}
	if answer := h.post("/propose", pasted); answer.Code != http.StatusBadRequest ||
		!strings.Contains(answer.Body.String(), `href="#file"`) {
		t.Errorf("a broken file answers %d", answer.Code)
	}
}
