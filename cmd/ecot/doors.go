// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"strings"

	"ecot/app"
	"ecot/app/bank"
	"ecot/app/payouts"
	"ecot/app/people"
	"ecot/app/queue"
	"ecot/app/setup"
	webbank "ecot/web/bank"
	"ecot/web/desk"
	"ecot/web/page"
)

// doors are the doors beside the books, and what they stand on.
type doors struct {
	all  []page.Door
	team *people.People
}

// openDoors opens the doors of an instance that the public reaches under an address, empty when that is
// not known.
func openDoors(ctx context.Context, a *app.App, parts running, baseURL string) (*doors, error) {
	letters := parts.post
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
	founding, paying := setup.New(a, team), payouts.New(a, nil)
	expected := bank.Options{Outgoing: paying}
	waiting := []queue.Source{founding}
	if parts.cards != nil {
		expected.Provider = parts.cards
		waiting = append(waiting, parts.cards)
	}
	account := bank.New(a, expected)
	if err := account.Heal(ctx); err != nil {
		team.Close()
		return nil, err
	}
	office := desk.New(desk.Options{
		People: team,
		Setup:  founding,
		Unit:   a.Unit(),
		HTTPS:  strings.HasPrefix(base, "https://"),
		Done:   func(ctx context.Context) (queue.Done, error) { return queue.Last(ctx, a.Reading()) },
		Queue:  append(waiting, account, paying),
	})
	all := givingDoors(a, parts.cards)
	if parts.cards != nil {
		all = append(all, cardsDoor(a, parts.cards, office.Guard))
	}
	return &doors{team: team, all: append(all,
		leaveDoor(letters),
		office, // its Guard is for the doors below
		webbank.New(account, webbank.Options{Guard: office.Guard,
			Pots:    func(ctx context.Context) ([]webbank.Pot, error) { return pots(ctx, a) },
			Mandate: func(ctx context.Context) string { return people.From(ctx).Mandate }}),
	)}, nil
}

// close ends what the doors stand on, before the instance is closed.
func (d *doors) close() { d.team.Close() }

// pots gives the pots that money can be for.
func pots(ctx context.Context, a *app.App) ([]webbank.Pot, error) {
	all, err := a.Reading().Pots(ctx)
	list := make([]webbank.Pot, len(all))
	for i, pot := range all {
		list[i] = webbank.Pot{Slug: pot.Slug, Name: pot.Title}
	}
	return list, err
}
