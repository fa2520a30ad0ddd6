// SPDX-License-Identifier: AGPL-3.0-or-later

package cards_test

import (
	"context"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/cards"
	"ecot/clock"
	"ecot/mechanism/giving"
	"ecot/pay"
	"ecot/pay/paytest"
	"ecot/pay/standin"
	webcards "ecot/web/cards"
	"ecot/web/page"
)

// site is a fund whose provider holds one payment that nobody can place; whoever asks is the treasurer.
type site struct {
	*testing.T
	app     *app.App
	cards   *cards.Cards
	bank    *standin.Provider
	payment string
	asked   []string // rights that were asked for
	handler http.Handler
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func openSite(t *testing.T) *site {
	t.Helper()
	s := &site{T: t}
	now := clock.Fixed(time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC))
	var err error
	s.app, err = app.Open(t.Context(), app.Place{Dir: t.TempDir(), Clock: now})
	must(t, err)
	t.Cleanup(func() { must(t, s.app.Close()) })
	must(t, s.app.Found(t.Context(), app.Charter{Origin: "fund.example.org/journal"}))
	_, err = s.app.Do(t.Context(), app.Request{Key: "pot", Command: &giving.OpenPot{PotOpened: giving.PotOpened{
		Slug: "fonds", Purpose: giving.Spendable}}})
	must(t, err)
	deliver := func(ctx context.Context, body []byte, header http.Header) error {
		return s.cards.Notice(ctx, "demo", body, header)
	}
	s.bank, err = standin.New(standin.Config{Base: "https://carte.example/pay",
		Tariff:     pay.Tariff{Since: "2025-01-01", Fixed: paytest.Euros(25), BasisPoints: 150},
		DisputeFee: paytest.Euros(2000), Secret: pay.NewSecret("whsec_site"), Now: now, Deliver: deliver})
	must(t, err)
	s.cards = cards.New(s.app, cards.Options{BaseURL: "https://fund.example.org"}, s.bank)
	opened, err := s.bank.Start(t.Context(), paytest.Order("elsewhere", 30_00, pay.Once))
	must(t, err)
	s.payment, err = s.bank.Play(t.Context(), standin.Pay, opened.ID)
	must(t, err)
	guard := func(right string, act page.Action) page.Action {
		return func(r *http.Request) (page.Reply, error) { s.asked = append(s.asked, right); return act(r) }
	}
	s.handler, err = page.New(page.Options{Name: "Fonds", BaseURL: "https://fund.example.org", Zone: s.app.Zone(),
		Clock: now, Log: slog.New(slog.NewTextHandler(t.Output(), nil))},
		webcards.New(s.cards, webcards.Options{Guard: guard, Unit: s.app.Unit(),
			Mandate: func(context.Context) string { return "treasurer" },
			Pots:    func(context.Context) ([]string, error) { return []string{"fonds"}, nil }}))
	must(t, err)
	return s
}

// get asks for a page that must be there.
func (s *site) get(address string) string {
	s.Helper()
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, address, nil))
	if recorder.Code != http.StatusOK || recorder.Header().Get("Cache-Control") != page.CacheNever {
		s.Fatalf("%s: %d, %s", address, recorder.Code, recorder.Header().Get("Cache-Control"))
	}
	return html.UnescapeString(recorder.Body.String())
}

// post sends a form and gives the status and where it leads, or the page.
func (s *site) post(address string, values url.Values) (int, string) {
	s.Helper()
	request := httptest.NewRequest(http.MethodPost, address, strings.NewReader(values.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	if recorder.Code == http.StatusSeeOther {
		return recorder.Code, recorder.Header().Get("Location")
	}
	return recorder.Code, html.UnescapeString(recorder.Body.String())
}

// wants wants words on a page.
func (s *site) wants(page string, words ...string) {
	s.Helper()
	for _, one := range words {
		if !strings.Contains(page, one) {
			s.Errorf("the page lacks %q:\n%s", one, page)
		}
	}
}

func TestACaseIsSettled(t *testing.T) {
	for _, deed := range []string{"adopt", "dismiss"} {
		s := openSite(t)
		s.wants(s.get("/desk/cards?lang=fr"), "Essai\u00a0: aucun argent ne circule", "n’a pas été fait par ce site", s.payment)
		s.wants(s.get("/desk/cards?lang=en"), "Test: no money moves", "not made through this site", `<option value="fonds"`)
		form := url.Values{"provider": {"demo"}, "object": {s.payment}, "pot-0": {"fonds"}}
		if status, shown := s.post("/desk/cards?lang=en", form); status != http.StatusOK ||
			!strings.Contains(shown, "Choose what to do") {
			t.Errorf("no deed: %d", status)
		}
		form.Set("deed", deed)
		status, to := s.post("/desk/cards?lang=en", form)
		if status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", deed, status, to)
		}
		s.wants(s.get(to), "Nothing waits for anybody.", `role="status"`)
		row, _, err := s.app.Office().CardPayment(t.Context(), "demo", s.payment)
		must(t, err)
		if (row.Index > 0) != (deed == "adopt") {
			t.Errorf("%s: entry %d", deed, row.Index)
		}
	}
}

func TestHalfGoesBack(t *testing.T) {
	s := openSite(t)
	form := url.Values{"provider": {"demo"}, "object": {s.payment}, "pot-0": {"fonds"}, "deed": {"adopt"}}
	if status, to := s.post("/desk/cards", form); status != http.StatusSeeOther {
		t.Fatal(status, to)
	}
	row, _, err := s.app.Office().CardPayment(t.Context(), "demo", s.payment)
	must(t, err)
	address := "/desk/cards/refund/" + strconv.FormatInt(row.Index, 10) + "?lang=en"
	shown := s.get(address)
	s.wants(shown, "€30.00")
	key := regexp.MustCompile(`name="key" value="(\w+)"`).FindStringSubmatch(shown)
	if key == nil {
		t.Fatal("the form has no key")
	}
	for amount, says := range map[string]string{"40": "Less than that is left", "": `aria-invalid="true"`, "x": "✗"} {
		status, shown := s.post(address, url.Values{"key": {key[1]}, "amount": {amount}})
		if status != http.StatusOK {
			t.Errorf("%q: %d", amount, status)
		}
		s.wants(shown, says)
	}
	for range 3 { // a button that was pressed thrice
		if status, to := s.post(address, url.Values{"key": {key[1]}, "amount": {"15"}}); status != http.StatusSeeOther {
			t.Fatal(status, to)
		}
	}
	s.wants(s.get(address), "€15.00", "treasurer", "done")
	p, err := s.bank.Payment(t.Context(), s.payment)
	if err != nil || p.Refunded != paytest.Euros(15_00) {
		t.Errorf("gave back %v, %v", p.Refunded, err)
	}
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/desk/cards/refund/1", nil))
	if recorder.Code != http.StatusNotFound {
		t.Errorf("of no gift by card: %d", recorder.Code)
	}
	for _, right := range s.asked {
		if right != "refund" && right != "reconcile" && right != "read-private" {
			t.Errorf("a page asks for %q", right)
		}
	}
}
