// SPDX-License-Identifier: AGPL-3.0-or-later

// Package giftstest opens funds to try giving on: a whole one, and one for each way in which it can be
// closed.
//
// Its one invariant: every fund is a real instance with its journal, vault and office in a folder of its own.
package giftstest

import (
	"testing"
	"time"

	"ecot/app"
	"ecot/app/profile"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/office"
)

// Now is the instant at which the funds stand: Friday 2 January 2026, 09:00 in Paris.
func Now() time.Time { return time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC) }

// Clock is a clock that a test sets.
type Clock struct{ At time.Time }

// Now gives the instant at which the clock stands.
func (c *Clock) Now() time.Time { return c.At }

// Profile is what the fund says of itself.
func Profile() profile.Profile {
	return profile.Profile{LegalName: "Fonds de dotation Exemple", Form: profile.FondsDeDotation,
		Number: "732829320", Street: "1 rue des Communs", Postcode: "01000", Town: "Brindeval", Country: "FR",
		Object: "Soutenir les communs numériques de Brindeval.", SiteLive: true,
		IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", Prefix: "DON", Pot: "fonds",
		AppealNumber: "2025-1", AppealFrom: 20_103, AppealUntil: 20_468,
		Suggested: []int64{5_00, 10_00, 20_00, 50_00}, Least: 1_00, CardFixed: 25, CardBasis: 150}
}

// Projects are what the fund funds: one that takes earmarks, one that refuses them, one that is over, one
// outside the legal body, one that was never accepted.
func Projects() []office.Project {
	return []office.Project{
		{Slug: "lanterne", Title: "Lanterne", Summary: "Un lecteur d’écran libre.", Lang: "fr",
			Status:   office.Running,
			Earmarks: true, Thanks: "Basile Factice"},
		{Slug: "passerelle", Title: "Passerelle", Summary: "Une visioconférence libre.", Lang: "fr",
			Status: office.Running},
		{Slug: "ancien", Title: "Ancien", Summary: "Un projet fini.", Lang: "fr", Status: office.Closed,
			Reason: "Le travail est achevé."},
		{Slug: "dehors", Title: "Dehors", Summary: "Un projet voisin.", Lang: "fr", Status: office.Running,
			Outside: true},
		{Slug: "futur", Title: "Futur", Summary: "Un projet proposé.", Lang: "fr", Status: office.Proposed},
	}
}

// Open opens a founded fund with its projects and pots, on a clock that stands at Now.
func Open(t testing.TB, p profile.Profile) (*app.App, *Clock) {
	t.Helper()
	clock := &Clock{Now()}
	a, err := app.Open(t.Context(), app.Place{Dir: t.TempDir(), Clock: clock.Now})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	must(t, a.Found(t.Context(), app.Charter{Origin: "fund.example.org/journal", Name: "Communs de Brindeval"}))
	for _, pot := range []string{"fonds", "lanterne", "passerelle", "ancien"} {
		_, err := a.Do(t.Context(), app.Request{Key: "pot/" + pot,
			Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: pot, Purpose: giving.Spendable}}})
		must(t, err)
	}
	must(t, p.Save(t.Context(), a.Office(), "treasurer", Now().Unix()))
	must(t, a.Office().Do(t.Context(), func(tx *office.Tx) error {
		for _, project := range Projects() {
			if err := tx.PutProject(t.Context(), project); err != nil {
				return err
			}
		}
		for _, need := range []office.Need{
			{Need: "astreinte", Title: "Astreinte", Detail: "Quelqu’un répond quand tout s’arrête."},
			{Need: "hebergement", Title: "Hébergement", Detail: "Deux serveurs."},
			{Need: "relecture", Title: "Relecture accessibilité", Detail: "Par des personnes qui s’en servent."},
		} {
			if err := tx.PutNeed(t.Context(), "lanterne", need); err != nil {
				return err
			}
		}
		return nil
	}))
	return a, clock
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Today gives the civil day of a fund.
func Today(a *app.App) journal.Day { return journal.DayOf(a.Now().In(a.Zone())) }
