// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"

	"ecot/app"
	"ecot/app/bank"
	"ecot/app/profile"
	"ecot/app/projects"
	"ecot/journal"
	"ecot/mechanism/appeal"
	"ecot/web/give"
)

// bankLine gives what the first page says of the bank: the difference of all accounts, as of the oldest
// day to which the bank stated one of them; nothing is known until it stated each.
func bankLine(b *bank.Bank) func(context.Context) (int64, string, bool, error) {
	return func(ctx context.Context) (difference int64, on string, known bool, err error) {
		state, err := b.State(ctx, "")
		if err != nil {
			return 0, "", false, err
		}
		for _, account := range state.Accounts {
			if !account.Known {
				return 0, "", false, nil
			}
			difference += account.Difference()
			if on == "" || account.AsOf < on {
				on = account.AsOf
			}
		}
		return difference, on, len(state.Accounts) > 0, nil
	}
}

// generalPot gives the pot of gifts to the fund as a whole.
func generalPot(a *app.App) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		said, err := profile.Load(ctx, a.Office())
		return said.Pot, err
	}
}

// appeals tells the form of gifts what a project needs this month.
type appeals struct {
	projects *projects.Projects
	general  func(ctx context.Context) (pot string, err error) // of the fund as a whole
}

// Appeal gives the month's appeal of a project, or of the fund's own pot for an empty one.
func (a appeals) Appeal(ctx context.Context, project string) (give.Appeal, bool, error) {
	if project == "" {
		pot, err := a.general(ctx)
		if err != nil || pot == "" {
			return give.Appeal{}, false, err
		}
		project = pot
	}
	s, err := a.projects.Standing(ctx, project)
	if err != nil || !s.Open {
		return give.Appeal{}, false, err
	}
	month := give.Appeal{Month: journal.MonthName(s.Month), Need: s.Now.Need, Level: s.Now.Level,
		People: s.Now.People}
	for _, m := range s.Months {
		if appeal.Next(m.Month) == s.Month {
			month.Before = m.People
		}
	}
	for _, fill := range s.Fills {
		month.For = append(month.For, give.Part{Need: fill.Need, Amount: fill.Amount, Filled: fill.Filled})
	}
	return month, true, nil
}
