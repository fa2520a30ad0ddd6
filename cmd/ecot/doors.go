// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"strings"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/people"
	"ecot/app/post"
	"ecot/app/queue"
	"ecot/app/setup"
	"ecot/web/desk"
	"ecot/web/give"
	"ecot/web/page"
)

// doors are the doors beside the books, and what they stand on.
type doors struct {
	all  []page.Door
	team *people.People
}

// openDoors opens the doors of an instance that the public reaches under an address, empty when that is
// not known.
func openDoors(ctx context.Context, a *app.App, letters *post.Post, baseURL string) (*doors, error) {
	ways := people.Options{BaseURL: baseURL}
	if letters.CanSend() {
		ways.Send = letters.SendLink
	}
	team := people.New(a, ways)
	base, err := team.BaseURL(ctx)
	if err != nil {
		team.Close()
		return nil, err
	}
	founding := setup.New(a, team)
	office := desk.New(desk.Options{
		People: team,
		Setup:  founding,
		Unit:   a.Unit(),
		HTTPS:  strings.HasPrefix(base, "https://"),
		Done:   func(ctx context.Context) (queue.Done, error) { return queue.Last(ctx, a.Reading()) },
		Queue: []queue.Source{
			founding,
		},
	})
	return &doors{team: team, all: []page.Door{
		give.New(gifts.New(a, gifts.WithLetters(letters))),
		leaveDoor(letters),
		office, // its Guard is for the doors below
	}}, nil
}

// close ends what the doors stand on, before the instance is closed.
func (d *doors) close() { d.team.Close() }
