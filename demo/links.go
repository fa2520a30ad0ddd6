// SPDX-License-Identifier: AGPL-3.0-or-later

package demo

import (
	"context"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/people"
)

// Link lets somebody of the play in.
type Link struct {
	Name, Role string
	URL        string
}

// nour is the donor whose page the demo shows.
const nour = "nour.modele@brindeval.example"

// Links gives the links of five people: the donor's for ever, each member's to sign in once. Links that
// were printed before and not used do not work any more.
func Links(ctx context.Context, a *app.App, base string) ([]Link, error) {
	mine, err := gifts.New(a).ManagePath(ctx, nour)
	if err != nil {
		return nil, err
	}
	links := []Link{{"Nour Modèle", "donor", base + mine}}
	in := people.New(a, people.Options{BaseURL: base})
	defer in.Close()
	for _, m := range members() {
		invited, err := in.Invite(ctx, people.Invitation{Name: m.name, Mail: m.mail, Mandate: m.mandate, Lang: "fr",
			Roles: m.roles()})
		if err != nil {
			return nil, err
		}
		links = append(links, Link{m.name, m.role, invited.URL})
	}
	return links, nil
}
