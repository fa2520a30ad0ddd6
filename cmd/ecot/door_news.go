// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"net/http"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/news"
	"ecot/app/people"
	"ecot/app/trail"
	"ecot/app/wall"
	givers "ecot/web/news"
	"ecot/web/page"
)

// newsDoor opens the door of the news, the wall and the path of gifts.
func newsDoor(a *app.App, g *gifts.Gifts, guard page.Guard) page.Door {
	follow := trail.New(a)
	monthly, shown := news.New(a, follow), wall.New(a, follow)
	return givers.New(givers.Rooms{News: monthly, Newsroom: monthly, Wall: shown, Moderate: shown,
		Trail: follow, Tokens: links{g},
		Fund: monthly, Unit: a.Unit(), Guard: guard,
		Mandate: func(r *http.Request) string { return people.From(r.Context()).Mandate }})
}

// links open the signed links of donors.
type links struct{ gifts *gifts.Gifts }

// Handle gives whose link a token is.
func (l links) Handle(ctx context.Context, token string) (string, error) {
	return l.gifts.Holder(ctx, token)
}
