// SPDX-License-Identifier: AGPL-3.0-or-later

package give_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ecot/app/gifts"
	"ecot/app/gifts/giftstest"
	"ecot/office"
)

// monthly announces and pays a regular gift of Nour's.
func (s *site) monthly() office.Promise {
	s.t.Helper()
	p := s.announce(wish(func(w *gifts.Wish) { w.Form, w.Every, w.Amount = "nour", gifts.Monthly, 20_00 }))
	s.pay(p, "nour", 0)
	return p
}

// links gives the addresses that a page links to.
func links(body string) (all []string) {
	for _, m := range regexp.MustCompile(`<a[^>]* href="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		all = append(all, strings.ReplaceAll(m[1], "&amp;", "&"))
	}
	return all
}

// linkTo gives the one link of a page that ends so.
func (s *site) linkTo(address, end string) string {
	s.t.Helper()
	page := s.get(address)
	for _, link := range links(page.Body.String()) {
		if path, _, _ := strings.Cut(link, "?"); strings.HasSuffix(path, end) {
			return link
		}
	}
	s.t.Fatalf("%s (%d) links to nothing that ends in %s", address, page.Code, end)
	return ""
}

// A regular gift is stopped from the mail's link with as many acts as it was confirmed by: one link or
// button that leads to a page, one button on it.
func TestToStopIsAsShortAsToStart(t *testing.T) {
	for _, tongue := range []string{"fr", "en"} {
		s := openSite(t, giftstest.Profile())
		p := s.monthly()
		started := 2 // continue, confirm
		stopped := 0
		confirm := s.linkTo(lang(s.link(p.Handle), tongue), "/stop")
		stopped++
		done := s.post(confirm, url.Values{})
		stopped++
		if done.Code != http.StatusSeeOther || stopped > started {
			t.Fatalf("%d acts to stop, %d to start: %d, %s", stopped, started, done.Code, done.Body)
		}
		kept, _, err := s.app.Office().Promise(t.Context(), p.ID)
		if err != nil || kept.Status != office.Stopped {
			t.Errorf("%+v, %v", kept, err)
		}
		page := s.get(done.Header().Get("Location"))
		want := map[string]string{"fr": "Aucun don régulier en cours.", "en": "No regular gift goes on."}[tongue]
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("%s: the page does not say that nothing goes on", tongue)
		}
	}
}

// What a donor changes on the pages is so, and what is wrong is told in place.
func TestManaging(t *testing.T) {
	s := openSite(t, giftstest.Profile())
	p := s.monthly()
	mine := s.link(p.Handle)
	promise := mine + "/promise/" + p.ID
	for _, step := range []struct {
		path   string
		values url.Values
		status int
		check  func(p office.Promise) bool
	}{
		{promise + "/amount", url.Values{"amount": {"25,50"}}, 303, func(p office.Promise) bool { return p.Amount == 25_50 }},
		{promise + "/amount", url.Values{"amount": {"0,10"}}, 422, func(p office.Promise) bool { return p.Amount == 25_50 }},
		{promise + "/amount", url.Values{"amount": {"much"}}, 422, func(p office.Promise) bool { return p.Amount == 25_50 }},
		{promise + "/pause", url.Values{"until": {"2026-03-01"}}, 303,
			func(p office.Promise) bool { return p.Status == office.Paused && p.PausedUntil == "2026-03-01" }},
		{promise + "/pause", url.Values{"until": {"soon"}}, 422, func(p office.Promise) bool { return p.Status == office.Paused }},
		{promise + "/keep", url.Values{}, 303, func(p office.Promise) bool { return p.Status == office.Paused }},
		{promise + "/resume", url.Values{}, 303, func(p office.Promise) bool { return p.Status == office.Active }},
		{promise + "/explode", url.Values{}, 404, func(p office.Promise) bool { return p.Status == office.Active }},
	} {
		answer := s.post(step.path, step.values)
		kept, _, err := s.app.Office().Promise(t.Context(), p.ID)
		if err != nil || answer.Code != step.status || !step.check(kept) {
			t.Errorf("%s %v: %d, %+v, %v", step.path, step.values, answer.Code, kept, err)
		}
	}
	if answer := s.post(mine+"/names", url.Values{"shown": {"alias"}, "alias": {"N."}, "reminders": {"yes"}}); answer.Code != 303 {
		t.Errorf("names: %d, %s", answer.Code, answer.Body)
	}
	if answer := s.post(mine+"/receipts", url.Values{"receipt": {"yes"}, "legal-name": {"Nour Modèle"}}); answer.Code != 422 {
		t.Errorf("a receipt without an address: %d", answer.Code)
	}
	donor, _, err := s.app.Office().Donor(t.Context(), p.Handle)
	if err != nil || donor.Alias != "N." || donor.Receipt || !donor.Reminders {
		t.Errorf("%+v, %v", donor, err)
	}
}

// A consent is withdrawn at once; all is exported; erased, nothing opens any more.
func TestLeaving(t *testing.T) {
	s := openSite(t, giftstest.Profile())
	p := s.monthly()
	mine := s.link(p.Handle)
	seen, err := s.gifts.Of(t.Context(), p)
	if err != nil || len(seen) != 1 {
		t.Fatalf("%v, %v", seen, err)
	}
	certificate := s.gifts.CertificatePath(seen[0].Index)
	if answer := s.post(mine+"/gifts/"+number(seen[0].Index), url.Values{}); answer.Code != http.StatusSeeOther {
		t.Errorf("%d", answer.Code)
	}
	if body := s.get(lang(mine, "en")).Body.String(); !strings.Contains(body, "This gift shows nothing of you.") {
		t.Error("the consent is still there")
	}
	taken := s.get(mine + "/export")
	if !json.Valid(taken.Body.Bytes()) || !strings.Contains(taken.Body.String(), p.Handle) ||
		!strings.HasPrefix(taken.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("%v: %s", taken.Header(), taken.Body)
	}
	pdf := s.get(certificate + "/pdf")
	if !strings.HasPrefix(pdf.Body.String(), "%PDF-") || pdf.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d: %.20s", pdf.Code, pdf.Body)
	}
	if answer := s.post(mine+"/erase", url.Values{}); answer.Code != http.StatusUnprocessableEntity {
		t.Errorf("erased without being sure: %d", answer.Code)
	}
	if answer := s.post(mine+"/erase", url.Values{"sure": {"yes"}}); answer.Code != http.StatusOK {
		t.Fatalf("%d: %s", answer.Code, answer.Body)
	}
	for _, address := range []string{mine, mine + "/export", mine + "/erase", "/give/pay/" + p.ID} {
		if answer := s.get(address); answer.Code != http.StatusNotFound {
			t.Errorf("%s still answers %d", address, answer.Code)
		}
	}
	after := s.get(lang(certificate, "en"))
	if body := after.Body.String(); after.Code != 200 || strings.Contains(body, "Nour") ||
		!strings.Contains(body, "somebody whom the fund does not know any more") {
		t.Errorf("%d: %s", after.Code, body)
	}
	if answer := s.get(certificate + "/pdf"); answer.Code != http.StatusConflict {
		t.Errorf("a certificate of nobody is printed: %d", answer.Code)
	}
}

// Asked for a link, the pages say the same whoever is known; a wrong link opens nothing.
func TestLinksGiveNothingAway(t *testing.T) {
	s := openSite(t, giftstest.Profile())
	p := s.monthly()
	s.letters.all = nil
	var bodies []string
	for _, mail := range []string{p.Handle, "nobody@example.org"} {
		answer := s.post("/mine", url.Values{"mail": {mail}})
		page := s.get(answer.Header().Get("Location"))
		bodies = append(bodies, answer.Header().Get("Location")+page.Body.String())
	}
	if bodies[0] != bodies[1] || len(s.letters.all) != 1 {
		t.Errorf("the answers differ, or letters are wrong: %v", s.letters.all)
	}
	for range 10 {
		bodies = append(bodies, s.post("/mine", url.Values{"mail": {"nobody@example.org"}}).Body.String())
	}
	if last := s.post(lang("/mine", "en"), url.Values{"mail": {"nobody@example.org"}}); last.Code != 422 ||
		!strings.Contains(last.Body.String(), "Too many") {
		t.Errorf("%d: %s", last.Code, last.Body)
	}
	token := strings.TrimPrefix(s.link(p.Handle), "/mine/")
	for _, guess := range []string{"x", p.Reference, p.ID, token[:len(token)-1] + "_", strings.ToUpper(token)} {
		for _, address := range []string{"/mine/" + guess, "/mine/" + guess + "/export", "/r/" + guess, "/give/pay/" + guess + "x"} {
			if answer := s.get(address); answer.Code != http.StatusNotFound || strings.Contains(answer.Body.String(), "Nour") {
				t.Errorf("%s answers %d", address, answer.Code)
			}
		}
	}
	if answer := s.post("/mine/"+token+"x/erase", url.Values{"sure": {"yes"}}); answer.Code != http.StatusNotFound {
		t.Errorf("erased by a guess: %d", answer.Code)
	}
}

// What another site sends in a reader's name is refused.
func TestOtherSitesSendNothing(t *testing.T) {
	s := openSite(t, giftstest.Profile())
	p := s.monthly()
	for _, path := range []string{"/give/lanterne", s.link(p.Handle) + "/promise/" + p.ID + "/stop", "/mine"} {
		request := newPost(path, url.Values{"step": {"confirm"}})
		request.Header.Set("Sec-Fetch-Site", "cross-site")
		if answer := s.do(request); answer.Code != http.StatusForbidden {
			t.Errorf("%s answers another site with %d", path, answer.Code)
		}
	}
}
