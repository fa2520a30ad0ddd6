// SPDX-License-Identifier: AGPL-3.0-or-later

// Package appeals tells the form of gifts what a project needs this month.
//
// Its one invariant: it only asks app/projects, whose gauges are read from the journal.
package appeals

import (
	"context"

	"ecot/app/projects"
	"ecot/journal"
	"ecot/mechanism/appeal"
	"ecot/web/give"
)

// Appeals tells the form of gifts what a project needs this month.
type Appeals struct {
	Projects *projects.Projects
	General  func(ctx context.Context) (pot string, err error) // of the fund as a whole
}

// Appeal gives the month's appeal of a project, or of the fund's own pot for an empty one.
func (a Appeals) Appeal(ctx context.Context, project string) (give.Appeal, bool, error) {
	if project == "" {
		pot, err := a.General(ctx)
		if err != nil || pot == "" {
			return give.Appeal{}, false, err
		}
		project = pot
	}
	s, err := a.Projects.Standing(ctx, project)
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
