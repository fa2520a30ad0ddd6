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
	"ecot/web/api"
	"ecot/web/books"
	webnews "ecot/web/news"
	"ecot/web/page"
)

// givers are what shows those who gave, on pages and to programs.
type givers struct {
	trail *trail.Trail
	news  *news.News
	wall  *wall.Wall
}

func newGivers(a *app.App) givers {
	follow := trail.New(a)
	return givers{follow, news.New(a, follow), wall.New(a, follow)}
}

// newsDoor opens the door of the news, the wall and the path of gifts.
func newsDoor(r *rooms, guard page.Guard) page.Door {
	return webnews.New(webnews.Rooms{News: r.givers.news, Newsroom: r.givers.news, Wall: r.givers.wall,
		Moderate: r.givers.wall, Trail: r.givers.trail, Tokens: links{r.gifts}, Fund: r.givers.news,
		Unit: r.app.Unit(), Guard: guard,
		Mandate: func(r *http.Request) string { return people.From(r.Context()).Mandate }})
}

// apiDoor opens the door for programs.
func apiDoor(r *rooms) page.Door {
	return api.New(api.Rooms{Books: books.New(r.app), Projects: r.funded, News: r.givers.news,
		Wall: r.givers.wall, Bank: r.bank, Unit: r.app.Unit()})
}

// links open the signed links of donors.
type links struct{ gifts *gifts.Gifts }

// Handle gives whose link a token is.
func (l links) Handle(ctx context.Context, token string) (string, error) {
	return l.gifts.Holder(ctx, token)
}
