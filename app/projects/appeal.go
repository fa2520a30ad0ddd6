// SPDX-License-Identifier: AGPL-3.0-or-later

package projects

import (
	"context"
	"fmt"

	"ecot/app"
	"ecot/app/people"
	"ecot/app/profile"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/appeal"
	"ecot/office"
)

// Call is a public appeal, as somebody opens it or changes it.
type Call struct {
	From   int          // yyyymm of the month from which it holds; 0 is the current one
	Carry  appeal.Carry // empty is the default: at most one month's need
	Months int64        // for appeal.CarryMonths
	Needs  []Ask        // in the order in which they are met, each with an amount
}

// OpenAppeal opens the monthly appeal of a project, or gives it another rule and other needs. The fund
// must be allowed to appeal to the public, and the project must be a part of it.
func (p *Projects) OpenAppeal(ctx context.Context, by people.Actor, slug string, c Call) error {
	if err := p.mayAppeal(ctx, by, slug); err != nil {
		return err
	}
	needs, err := readCall(&c)
	if err != nil {
		return err
	}
	today := journal.DayOf(p.app.Now().In(p.app.Zone()))
	if c.From == 0 {
		c.From = today.Month()
	}
	if c.Carry == "" {
		c.Carry, c.Months = appeal.CarryMonths, 1
	}
	key := fmt.Sprintf("appeal/%s/%d/%d", slug, c.From, p.app.Now().UnixNano())
	commands := []mechanism.Command{
		&appeal.Open{Opened: appeal.Opened{Pot: slug, From: c.From, By: by.Mandate, On: today,
			Rule: appeal.Rule{Unit: p.unit(), Carry: c.Carry, Months: c.Months}}},
		&appeal.List{Listed: appeal.Listed{Pot: slug, From: c.From, For: needs, By: by.Mandate, On: today}},
	}
	for i, command := range commands {
		if _, err := p.app.Do(ctx, app.Request{Key: fmt.Sprintf("%s/%d", key, i),
			Command: command}); err != nil {
			return err
		}
	}
	return p.keepNeeds(ctx, slug, c.Needs)
}

// mayAppeal refuses an appeal that may not be made, with the reason.
func (p *Projects) mayAppeal(ctx context.Context, by people.Actor, slug string) error {
	if err := people.AllowedIn(by, people.EditProjects, slug); err != nil {
		return err
	}
	if by.Mandate == "" {
		return fault.New(fault.Forbidden, "You have no mandate yet, which every entry carries; "+
			"ask whoever manages the members.").In("projects.no-mandate")
	}
	page, err := p.Page(ctx, slug)
	if err != nil {
		return err
	}
	return p.Collects(ctx, page.Project)
}

// Collects says why nothing can be collected for a project today, or nil.
func (p *Projects) Collects(ctx context.Context, one office.Project) error {
	if one.Outside {
		return fault.New(fault.Conflict,
			"This project is outside the legal body that holds the fund's account, "+
				"so no money can be collected for it here.").In("projects.outside")
	}
	if one.Status != office.Running {
		return fault.New(fault.Conflict, "This project is over.").In("projects.over")
	}
	said, err := profile.Load(ctx, p.office)
	if err != nil {
		return err
	}
	return said.Collects(journal.DayOf(p.app.Now().In(p.app.Zone())))
}

func readCall(c *Call) ([]journal.Share, error) {
	texts := Texts{Needs: c.Needs}
	texts.tidy()
	if err := checkNeeds(c.Needs); err != nil {
		return nil, err
	}
	var shares []journal.Share
	for _, need := range c.Needs {
		if need.Amount <= 0 {
			return nil, fault.New(fault.Invalid, "Say what each need costs a month.").
				In("projects.needs-wrong", "need", need.Title)
		}
		shares = append(shares, journal.Share{Pot: need.Need, Amount: need.Amount})
	}
	if len(shares) == 0 {
		return nil, fault.New(fault.Invalid, "An appeal says what it is for.").In("projects.needs-none")
	}
	return shares, nil
}

// keepNeeds writes the words of needs.
func (p *Projects) keepNeeds(ctx context.Context, slug string, needs []Ask) error {
	return p.office.Do(ctx, func(tx *office.Tx) error {
		for _, need := range needs {
			row := office.Need{Need: need.Need, Title: need.Title, Detail: need.Detail, Asked: need.Amount}
			if err := tx.PutNeed(ctx, slug, row); err != nil {
				return err
			}
		}
		return nil
	})
}

// EndAppeal ends the appeal of a project with a month; 0 is the current one.
func (p *Projects) EndAppeal(ctx context.Context, by people.Actor, slug string, last int) error {
	if err := people.AllowedIn(by, people.EditProjects, slug); err != nil {
		return err
	}
	_, err := p.app.Do(ctx, app.Request{Key: fmt.Sprintf("appeal-end/%s/%d/%d", slug, last,
		p.app.Now().UnixNano()),
		Command: &appeal.End{Ended: appeal.Ended{Pot: slug, Last: last, By: by.Mandate}}})
	return err
}
