// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"cmp"
	"context"
	"strings"

	"ecot/app"
	"ecot/app/bank"
	"ecot/app/gifts"
	"ecot/app/news"
	"ecot/app/payouts"
	"ecot/app/people"
	"ecot/app/profile"
	"ecot/app/projects"
	"ecot/app/queue"
	"ecot/app/setup"
	"ecot/app/till"
	"ecot/app/trail"
	"ecot/web"
	webbank "ecot/web/bank"
	"ecot/web/commons"
	"ecot/web/desk"
	"ecot/web/give"
	"ecot/web/hook"
	"ecot/web/legal"
	"ecot/web/page"
	webpayouts "ecot/web/payouts"
	"ecot/web/trial"
)

// doors are the doors beside the books, and what they stand on.
type doors struct {
	all   []page.Door
	rooms *rooms
}

// close ends what the doors stand on, before the instance is closed.
func (d *doors) close() { d.rooms.team.Close() }

// openDoors opens the doors of an instance, and completes the options by what the fund says of itself.
func openDoors(ctx context.Context, a *app.App, with outside, options *web.Options) (*doors, error) {
	fund, err := profile.Load(ctx, a.Office())
	if err != nil {
		return nil, err
	}
	options.BaseURL = cmp.Or(options.BaseURL, fund.BaseURL)
	options.Reach = func(ctx context.Context) (string, error) {
		fund, err := profile.Load(ctx, a.Office())
		return fund.Mail, err
	}
	r, err := openRooms(ctx, a, with, options.BaseURL)
	if err != nil {
		return nil, err
	}
	hand := till.New(a, r.gifts)
	waiting := []queue.Source{r.bank, r.paying, r.funded, news.New(a, trail.New(a)), hand}
	if with.till == nil { // the demo is founded, and stays without a mail server
		waiting = append(waiting, r.founding)
	}
	if with.cards != nil {
		waiting = append(waiting, with.cards)
	}
	office := desk.New(desk.Options{
		People: r.team,
		Setup:  r.founding,
		Unit:   a.Unit(),
		Till:   hand,
		Pots:   func(ctx context.Context) ([]desk.Pot, error) { return potsOf(ctx, a) },
		HTTPS:  strings.HasPrefix(options.BaseURL, "https://"),
		Done:   func(ctx context.Context) (queue.Done, error) { return queue.Last(ctx, a.Reading()) },
		Queue:  waiting,
	})
	all := append(r.giving(with),
		commons.New(r.funded, commons.Options{Guard: office.Guard, Bank: bankLine(r.bank)}),
		newsDoor(a, r.gifts, office.Guard),
		legal.New(legal.Options{Fund: r.founding, Steps: stepsOf(r.founding), Inside: office.Inside,
			Open: options.Demo}),
		leaveDoor(with.letters),
		office, // its Guard is for the doors around it
		webpayouts.New(r.paying, a.Unit(), office.Guard),
		webbank.New(r.bank, webbank.Options{Guard: office.Guard,
			Pots:    func(ctx context.Context) ([]webbank.Pot, error) { return pots(ctx, a) },
			Mandate: func(ctx context.Context) string { return people.From(ctx).Mandate }}),
	)
	if with.cards != nil {
		all = append(all, cardsDoor(a, with.cards, office.Guard))
	}
	return &doors{all: all, rooms: r}, nil
}

// rooms are the use-cases behind the doors.
type rooms struct {
	app      *app.App
	team     *people.People
	founding *setup.Setup
	gifts    *gifts.Gifts
	paying   *payouts.Payouts
	funded   *projects.Projects
	bank     *bank.Bank
}

// openRooms gives the use-cases of an instance, and mends what an earlier run left half done.
func openRooms(ctx context.Context, a *app.App, with outside, baseURL string) (*rooms, error) {
	ways := people.Options{BaseURL: baseURL}
	if with.letters.CanSend() {
		ways.Send = with.letters.SendLink
	}
	r := &rooms{app: a, team: people.New(a, ways), paying: payouts.New(a, nil), funded: projects.New(a, nil)}
	r.founding = setup.New(a, r.team)
	expects, asks := bank.Options{Outgoing: r.paying}, []func(*gifts.Gifts){gifts.WithLetters(with.letters)}
	if with.cards != nil {
		expects.Provider = with.cards
		asks = append(asks, gifts.WithCards(with.cards))
	}
	r.gifts, r.bank = gifts.New(a, asks...), bank.New(a, expects)
	for _, heal := range []func(context.Context) error{r.paying.Heal, r.bank.Heal} {
		if err := heal(ctx); err != nil {
			r.team.Close()
			return nil, err
		}
	}
	return r, nil
}

// giving gives the doors by which gifts come, with cards when the fund takes them.
func (r *rooms) giving(with outside) []page.Door {
	ways := []func(*give.Door){give.WithTrail(), give.WithAppeals(appeals{r.funded, generalPot(r.app)})}
	if with.cards == nil {
		return []page.Door{give.New(r.gifts, ways...)}
	}
	ways = append(ways, give.WithCards(with.cards))
	doors := []page.Door{hook.New(with.cards)}
	if with.till != nil {
		ways = append(ways, give.WithArrival(trial.ArrivePath))
		doors = append(doors, trial.New(played{r, with}, with.till))
	}
	return append(doors, give.New(r.gifts, ways...))
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
