// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"cmp"
	"context"
	"strings"

	"ecot/app"
	"ecot/app/bank"
	"ecot/app/gifts"
	"ecot/app/payouts"
	"ecot/app/people"
	"ecot/app/post"
	"ecot/app/profile"
	"ecot/app/queue"
	"ecot/app/setup"
	"ecot/app/till"
	"ecot/web"
	webbank "ecot/web/bank"
	"ecot/web/desk"
	"ecot/web/give"
	"ecot/web/legal"
	"ecot/web/page"
)

// doors are the doors beside the books, and what they stand on.
type doors struct {
	all  []page.Door
	team *people.People
}

// openDoors opens the doors of an instance, and completes the options by what the fund says of itself.
func openDoors(ctx context.Context, a *app.App, letters *post.Post, options *web.Options) (*doors, error) {
	fund, err := profile.Load(ctx, a.Office())
	if err != nil {
		return nil, err
	}
	options.BaseURL = cmp.Or(options.BaseURL, fund.BaseURL)
	options.Reach = func(ctx context.Context) (string, error) {
		fund, err := profile.Load(ctx, a.Office())
		return fund.Mail, err
	}
	ways := people.Options{BaseURL: options.BaseURL}
	if letters.CanSend() {
		ways.Send = letters.SendLink
	}
	team := people.New(a, ways)
	founding, paying := setup.New(a, team), payouts.New(a, nil)
	account := bank.New(a, bank.Options{Outgoing: paying})
	if err := account.Heal(ctx); err != nil {
		team.Close()
		return nil, err
	}
	hand := till.New(a, gifts.New(a))
	office := desk.New(desk.Options{
		People: team,
		Setup:  founding,
		Unit:   a.Unit(),
		Till:   hand,
		Pots:   func(ctx context.Context) ([]desk.Pot, error) { return potsOf(ctx, a) },
		HTTPS:  strings.HasPrefix(options.BaseURL, "https://"),
		Done:   func(ctx context.Context) (queue.Done, error) { return queue.Last(ctx, a.Reading()) },
		Queue: []queue.Source{
			founding,
			account,
			paying,
			hand,
		},
	})
	return &doors{team: team, all: []page.Door{
		give.New(gifts.New(a)),
		legal.New(legal.Options{Fund: founding, Steps: stepsOf(founding), Inside: office.Inside,
			Open: options.Demo}),
		leaveDoor(letters),
		office, // its Guard is for the doors below
		webbank.New(account, webbank.Options{Guard: office.Guard,
			Pots:    func(ctx context.Context) ([]webbank.Pot, error) { return pots(ctx, a) },
			Mandate: func(ctx context.Context) string { return people.From(ctx).Mandate }}),
	}}, nil
}

// stepsOf gives the steps to the opening as the first page of a closed fund shows them.
func stepsOf(founding *setup.Setup) func(ctx context.Context) ([]legal.Step, error) {
	return func(ctx context.Context) (shown []legal.Step, err error) {
		steps, err := founding.Steps(ctx)
		for _, step := range steps {
			shown = append(shown, legal.Step{Key: step.Key, Done: step.Done})
		}
		return shown, err
	}
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

// potsOf gives the pots that a gift taken in by hand can be for.
func potsOf(ctx context.Context, a *app.App) ([]desk.Pot, error) {
	all, err := a.Reading().Pots(ctx)
	list := make([]desk.Pot, len(all))
	for i, pot := range all {
		list[i] = desk.Pot{Slug: pot.Slug, Name: cmp.Or(pot.Title, pot.Slug)}
	}
	return list, err
}
