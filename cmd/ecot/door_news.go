// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"

	"ecot/app"
	"ecot/app/news"
	"ecot/app/people"
	"ecot/app/trail"
	"ecot/app/wall"
	givers "ecot/web/news"
	"ecot/web/page"
)

// newsDoor opens the door of the news, the wall and the path of gifts.
func newsDoor(a *app.App, guard page.Guard) page.Door {
	follow := trail.New(a)
	monthly, shown := news.New(a, follow), wall.New(a, follow)
	return givers.New(givers.Rooms{News: monthly, Newsroom: monthly, Wall: shown, Moderate: shown, Trail: follow,
		Fund: monthly, Unit: a.Unit(), Guard: guard,
		Mandate: func(r *http.Request) string { return people.From(r.Context()).Mandate }})
}
