// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ecot/app/people"
	"ecot/app/setup"
)

// said is everything that the law wants, by group.
func said() map[string]url.Values {
	return map[string]url.Values{
		"body": {"legal-name": {"Les Communs de Brindeval"}, "form": {"association"}, "number": {"w751 234567"},
			"object": {"Soutenir des communs."}},
		"legal": {"street": {"1 rue de l’Essai"}, "postcode": {"75011"}, "town": {"Paris"}, "country": {"fr"},
			"mail": {"fonds@example.org"}, "publisher": {"Odile Modèle"}, "host": {"Hébergeur, Paris, 0102030405"},
			"base-url": {"https://fonds.example.org/"}},
		"account": {"iban": {"FR76 3000 6000 0112 3456 7890 189"}, "bic": {"agrifrpp"}, "reference-prefix": {"don"}},
		"amounts": {"suggested": {"5; 10; 20.50; 50"}, "least": {"1"}},
		"fees":    {"card-fixed": {"0.25"}, "card-basis": {"1.5"}},
	}
}

// What is typed is checked, kept in one form, shown again as typed, and noted with who changed it.
func TestSettings(t *testing.T) {
	pl := openPlace(t, false)
	v := pl.member(t, "Odile", "treasurer")
	for group, values := range said() {
		want(t, v.get(settingsPage+"/"+group), http.StatusOK)
		want(t, v.post(settingsPage+"/"+group, values), http.StatusSeeOther)
		if got := want(t, v.get(settingsPage+"/"+group), http.StatusOK); strings.Contains(got.body, "aria-invalid") {
			t.Errorf("%s: what was kept is wrong", group)
		}
	}
	fund, err := pl.setup.Profile(t.Context())
	must(t, err)
	if fund.Number != "W751234567" || fund.IBAN != "FR7630006000011234567890189" || fund.Prefix != "DON" ||
		fund.Country != "FR" || fund.BaseURL != "https://fonds.example.org" || len(fund.Suggested) != 4 ||
		fund.Suggested[2] != 20_50 || fund.CardBasis != 150 || fund.CardFixed != 25 || fund.Least != 1_00 {
		t.Errorf("%+v", fund)
	}
	got := want(t, v.get(settingsPage), http.StatusOK)
	for _, words := range []string{"€20.50", "1.50\u00a0%", "W751234567", "Odile"} {
		if !strings.Contains(got.body, words) {
			t.Errorf("the settings do not show %q", words)
		}
	}
	before, err := pl.setup.Changes(t.Context(), 100)
	must(t, err)
	want(t, v.post(settingsPage+"/account", said()["account"]), http.StatusSeeOther)
	after, err := pl.setup.Changes(t.Context(), 100)
	must(t, err)
	if len(before) != 19 || len(after) != len(before) {
		t.Errorf("%d changes, and %d behind one that changes nothing", len(before), len(after))
	}
	if got := v.get(settingsPage+"/fees?lang=fr", "Accept-Language", "fr"); !strings.Contains(got.body, `value="1,50"`) {
		t.Error("what is typed is not shown as French types it")
	}
}

// What is wrong is told at its field, and nothing of the form is kept.
func TestWrongSettings(t *testing.T) {
	pl := openPlace(t, false)
	v := pl.member(t, "Odile", "treasurer")
	for field, c := range map[string]struct{ group, value string }{
		"number": {"body", "732829321"}, "form": {"body", "sect"}, "iban": {"account", "FR7630006000011234567890188"},
		"bic": {"account", "X"}, "reference-prefix": {"account", "TOOLONG"}, "mail": {"legal", "fonds"},
		"base-url": {"legal", "fonds.example.org"}, "country": {"legal", "France"}, "suggested": {"amounts", "5; 10"},
		"least": {"amounts", "-1"}, "card-basis": {"fees", "1.555"}, "appeal-from": {"appeal", "2026-13-01"},
		"object": {"body", strings.Repeat("x", 2001)},
	} {
		form := url.Values{"legal-name": {"Kept?"}, "publisher": {"Kept?"}}
		form.Set(field, c.value)
		got := want(t, v.post(settingsPage+"/"+c.group, form), http.StatusBadRequest)
		if !strings.Contains(got.body, `href="#`+field+`"`) || !strings.Contains(got.body, `id="`+field+`-error"`) {
			t.Errorf("%s: what is wrong is not told at its field", field)
		}
	}
	order := url.Values{"appeal-number": {"1"}, "appeal-from": {"2026-02-01"}, "appeal-until": {"2026-01-01"}}
	want(t, v.post(settingsPage+"/appeal", order), http.StatusBadRequest)
	values, err := pl.setup.Values(t.Context())
	must(t, err)
	if len(values) != 0 {
		t.Errorf("kept: %v", values)
	}
}

// The pages stay closed until all is said that the law wants; what is missing is listed.
func TestPublishing(t *testing.T) {
	pl := openPlace(t, false)
	v := pl.member(t, "Odile", "treasurer")
	for name := range said() {
		if name == "amounts" || name == "fees" || name == "account" {
			continue
		}
		got := want(t, v.post(settingsPage+"/publish", nil), http.StatusConflict)
		if !strings.Contains(got.body, `href="/desk/settings/`+name) {
			t.Errorf("the refusal does not lead to %s", name)
		}
		want(t, v.post(settingsPage+"/"+name, said()[name]), http.StatusSeeOther)
	}
	want(t, v.post(settingsPage+"/publish", nil), http.StatusSeeOther)
	live, err := pl.setup.Published(t.Context())
	must(t, err)
	if !live {
		t.Fatal("the pages are not open")
	}
	without := said()["legal"]
	without.Del("publisher")
	want(t, v.post(settingsPage+"/legal", without), http.StatusSeeOther)
	if live, err = pl.setup.Published(t.Context()); err != nil || live {
		t.Errorf("open without a publisher: %v, %v", live, err)
	}
	want(t, v.post(settingsPage+"/legal", said()["legal"]), http.StatusSeeOther)
	want(t, v.post(settingsPage+"/publish", url.Values{"close": {"yes"}}), http.StatusSeeOther)
	if live, err = pl.setup.Published(t.Context()); err != nil || live {
		t.Errorf("open when closed: %v, %v", live, err)
	}
	if err := pl.setup.Publish(t.Context(), people.Actor{}); err == nil || setup.MissingOf(err) != nil {
		t.Errorf("nobody published: %v", err)
	}
}

// The general pot is opened once, in the journal.
func TestGeneralPot(t *testing.T) {
	pl := openPlace(t, false)
	v := pl.member(t, "Odile", "treasurer")
	want(t, v.post(settingsPage+"/pot", url.Values{"title": {"Fonds général"}, "slug": {"Not a slug"}}), 400)
	for range 2 {
		form := url.Values{"title": {"Fonds général"}, "slug": {"general"}}
		want(t, v.post(settingsPage+"/pot", form), http.StatusSeeOther)
	}
	fund, err := pl.setup.Profile(t.Context())
	must(t, err)
	size, err := pl.app.Size(t.Context())
	must(t, err)
	if fund.Pot != "general" || size != 2 {
		t.Errorf("the pot is %q, and the journal has %d entries", fund.Pot, size)
	}
}
