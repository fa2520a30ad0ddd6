// SPDX-License-Identifier: AGPL-3.0-or-later

package give_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/gifts/giftstest"
	"ecot/app/profile"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/web/give"
	"ecot/web/page/pagetest"
)

// wish is a gift that holds together.
func wish(change ...func(*gifts.Wish)) gifts.Wish {
	w := gifts.Wish{Form: "stage", Lang: "fr", Project: "lanterne", For: gifts.ForProject, Amount: 12_00,
		Every: gifts.Once, Means: gifts.MeansTransfer, Kind: gifts.Person, Name: "Nour Modèle", Shown: office.ByName,
		Mail: "nour@example.org", AmountShown: true, Words: "Merci à vous."}
	for _, apply := range change {
		apply(&w)
	}
	return w
}

// announce keeps a wish.
func (s *site) announce(w gifts.Wish) office.Promise {
	s.t.Helper()
	p, err := s.gifts.Announce(s.t.Context(), w)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// pay books the money of a promise, as the bank's line would.
func (s *site) pay(p office.Promise, key string, fee int64) int64 {
	s.t.Helper()
	purpose, _, err := s.app.Office().Purpose(s.t.Context(), p.Reference)
	if err != nil {
		s.t.Fatal(err)
	}
	shares, err := gifts.ParseShares(purpose.Shares)
	if err != nil {
		s.t.Fatal(err)
	}
	donor, _, err := s.app.Office().Donor(s.t.Context(), p.Handle)
	if err != nil {
		s.t.Fatal(err)
	}
	day := giftstest.Today(s.app)
	answer, err := s.gifts.Book(s.t.Context(), gifts.Money{Key: key, Donor: donor, Promise: p.ID, To: shares,
		Need: purpose.Need, Amount: p.Amount, Fee: fee, Into: "bank", Given: day, Credited: day, Evidence: giving.Proved})
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.Index
}

// link gives the address of a donor's own pages.
func (s *site) link(handle string) string {
	s.t.Helper()
	path, err := s.gifts.ManagePath(s.t.Context(), handle)
	if err != nil {
		s.t.Fatal(err)
	}
	return path
}

// stage shows every page of giving, those that answer a form as well, each at an address of its own.
type stage struct {
	server *httptest.Server
	pages  []pagetest.Page
	paths  map[string]shot // below /try/
}

// shot is a form to send.
type shot struct {
	site   *site
	path   string
	values url.Values
}

func openStage(t *testing.T) *stage {
	t.Helper()
	st := &stage{paths: map[string]shot{}}
	full := openSite(t, giftstest.Profile())
	st.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if shot, found := st.paths[r.URL.Path]; found {
			shot.site.replay(w, r, shot)
			return
		}
		full.handler.ServeHTTP(w, r)
	}))
	t.Cleanup(st.server.Close)
	st.forms(full)
	st.payments(full)
	st.donors(full)
	st.closed(t)
	return st
}

// replay answers a form that is sent, in the language of the request, as if it had just been.
func (s *site) replay(w http.ResponseWriter, r *http.Request, shot shot) {
	method, body := http.MethodGet, ""
	if shot.values != nil {
		method, body = http.MethodPost, shot.values.Encode()
	}
	request := httptest.NewRequest(method, shot.path+"?"+r.URL.RawQuery, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s.handler.ServeHTTP(w, request)
}

func (st *stage) add(name, path string) {
	st.pages = append(st.pages, pagetest.Page{Name: name, Address: st.server.URL + path})
}

// try adds a page that answers a form.
func (st *stage) try(name string, s *site, path string, values url.Values) {
	st.paths["/try/"+name] = shot{s, path, values}
	st.add(name, "/try/"+name)
}

func (st *stage) forms(s *site) {
	st.add("give", "/give/lanterne")
	st.add("give-fund", "/give")
	st.add("give-no-earmarks", "/give/passerelle")
	st.try("give-wrong", s, "/give/lanterne", url.Values{"other": {"1.2,3"}, "name": {"\u202e"}, "step": {"check"}})
	st.try("give-use", s, "/give/lanterne", wanted("step", "use", "use-people", "5", "use-hours", "10"))
	st.try("give-use-wrong", s, "/give/lanterne", wanted("step", "use", "use-people", "many"))
	st.try("check", s, "/give/lanterne", wanted("amount", "2000", "other", "", "means", "card", "words", "Bravo"))
	st.try("legal-person", s, "/give/lanterne", wanted("receipt", "yes"))
	st.try("legal-company", s, "/give/lanterne", wanted("kind", "company", "receipt", "yes"))
	st.try("legal-wrong", s, "/give/lanterne", wanted("kind", "company", "receipt", "yes", "step", "legal"))
	st.try("check-company", s, "/give/lanterne", company())
}

// company is the form of a company that gives half to the fund.
func company(change ...string) url.Values {
	values := wanted("kind", "company", "receipt", "yes", "step", "legal", "amount", "600001", "other", "",
		"for", "half",
		"news", "yes", "reminders", "yes", "legal-name", "Tuileries Imaginaires SAS", "legal-form", "SAS",
		"number", "732 829 320", "year-end", "12-31", "street", "1 rue des Fours", "postcode", "01000",
		"town", "Brindeval", "country", "FR", "contact1-name", "Une Personne", "contact1-mail", "une@example.com",
		"contact2-name", "Autre Personne", "contact2-mail", "autre@example.com")
	for i := 0; i < len(change); i += 2 {
		values.Set(change[i], change[i+1])
	}
	return values
}

func (st *stage) payments(s *site) {
	st.add("pay", "/give/pay/"+s.announce(wish(func(w *gifts.Wish) { w.Form, w.For = "half", gifts.ForHalf })).ID)
	st.add("pay-month", "/give/pay/"+s.announce(wish(func(w *gifts.Wish) {
		w.Form, w.Every, w.Need = "month", gifts.Monthly, "astreinte"
	})).ID)
	card := s.announce(wish(func(w *gifts.Wish) { w.Form, w.Means = "card", gifts.MeansCard }))
	st.add("pay-card", "/give/pay/"+card.ID)
	away := openSite(s.t.(*testing.T), giftstest.Profile(), give.WithCards(&provider{away: true}))
	elsewhere := away.announce(wish(func(w *gifts.Wish) { w.Means = gifts.MeansCard }))
	st.try("pay-card-away", away, "/give/pay/"+elsewhere.ID, nil)
	paid := s.announce(wish(func(w *gifts.Wish) { w.Form = "paid" }))
	s.pay(paid, "paid", 43)
	st.add("pay-thanks", "/give/pay/"+paid.ID)
	given := s.announce(wish(func(w *gifts.Wish) { w.Form, w.Amount = "up", 15_00 }))
	if err := s.gifts.Change(s.t.Context(), given.Handle, given.ID, gifts.Change{Act: gifts.Stop}); err != nil {
		s.t.Fatal(err)
	}
	st.add("pay-stopped", "/give/pay/"+given.ID)
}

func (st *stage) donors(s *site) {
	const handle = "nour@example.org"
	monthly := s.announce(wish(func(w *gifts.Wish) { w.Form, w.Every, w.Amount = "nour", gifts.Monthly, 20_00 }))
	index := s.pay(monthly, "nour", 0)
	gone := s.pay(monthly, "nour-again", 0)
	if _, err := s.app.Do(s.t.Context(), reversal(gone)); err != nil {
		s.t.Fatal(err)
	}
	mine := s.link(handle)
	st.add("mine", mine)
	for _, act := range []string{"keep", "amount", "pause", "resume", "stop"} {
		st.add("act-"+act, mine+"/promise/"+monthly.ID+"/"+act)
	}
	st.try("act-amount-wrong", s, mine+"/promise/"+monthly.ID+"/amount", url.Values{"amount": {"lots"}})
	st.try("act-pause-wrong", s, mine+"/promise/"+monthly.ID+"/pause", url.Values{"until": {"2020-01-01"}})
	st.add("withdraw", mine+"/gifts/"+number(index))
	st.add("names", mine+"/names")
	st.try("names-wrong", s, mine+"/names", url.Values{"shown": {"alias"}})
	st.add("receipts", mine+"/receipts")
	st.try("receipts-wrong", s, mine+"/receipts", url.Values{"receipt": {"yes"}})
	st.add("erase", mine+"/erase")
	st.try("erase-unsure", s, mine+"/erase", url.Values{})
	st.add("ask", "/mine")
	st.add("ask-sent", "/mine?sent=1")
	st.try("ask-wrong", s, "/mine", url.Values{"mail": {"nobody"}})
	st.add("certificate", s.gifts.CertificatePath(index))
	st.add("certificate-undone", s.gifts.CertificatePath(gone))
	st.add("no-link", "/mine/nothing")
	company := s.announce(companyWish())
	st.add("receipts-company", s.link(company.Handle)+"/receipts")
	st.add("mine-empty", s.link(company.Handle))
}

func (st *stage) closed(t *testing.T) {
	st.add("closed-over", "/give/ancien")
	st.add("closed-outside", "/give/dehors")
	st.add("closed-unknown", "/give/nowhere")
	for name, change := range map[string]func(*profile.Profile){
		"closed-not-live":   func(p *profile.Profile) { p.SiteLive = false },
		"closed-appeal":     func(p *profile.Profile) { p.AppealUntil = 20_200 },
		"closed-no-account": func(p *profile.Profile) { p.Pot = "nowhere" },
	} {
		p := giftstest.Profile()
		change(&p)
		st.try(name, openSite(t, p), "/give", nil)
	}
}

// companyWish is what a company announces.
func companyWish() gifts.Wish {
	return wish(func(w *gifts.Wish) {
		w.Form, w.Kind, w.Name, w.Mail, w.Receipt = "sas", gifts.Company, "Tuileries", "dons@example.com", true
		w.Legal = gifts.Legal{Name: "Tuileries Imaginaires SAS", Form: "SAS", Number: "732829320", YearEnd: "12-31",
			Street: "1 rue des Fours", Postcode: "01000", Town: "Brindeval", Country: "FR",
			Contacts: [2]gifts.Contact{{Name: "Une Personne", Mail: "une@example.com"},
				{Name: "Autre Personne", Mail: "autre@example.com"}}}
	})
}

// reversal undoes a gift that was entered wrongly.
func reversal(index int64) app.Request {
	return app.Request{Key: "undo/" + number(index), Command: &giving.Reverse{Reversed: giving.Reversed{Of: index,
		By: "treasurer"}}}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
