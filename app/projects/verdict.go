// SPDX-License-Identifier: AGPL-3.0-or-later

package projects

import (
	"context"
	"strings"
	"unicode/utf8"

	"ecot/app"
	"ecot/app/people"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/office"
)

// Accept takes a proposal in: its pot is opened, unless it is outside the legal body, and then its page.
// Doing it again heals what was cut short.
func (p *Projects) Accept(ctx context.Context, by people.Actor, slug string) error {
	if err := people.Allowed(by, people.Moderate); err != nil {
		return err
	}
	one, err := p.waiting(ctx, slug)
	if err != nil {
		return err
	}
	if err := p.openPot(ctx, one); err != nil {
		return err
	}
	one.Status, one.Reason = office.Running, ""
	return p.settle(ctx, one, Accepted)
}

// Refuse turns a proposal down, with the reason that its proposer is told.
func (p *Projects) Refuse(ctx context.Context, by people.Actor, slug, reason string) error {
	if err := people.Allowed(by, people.Moderate); err != nil {
		return err
	}
	one, err := p.waiting(ctx, slug)
	if err != nil {
		return err
	}
	if one.Reason, err = readReason(reason); err != nil {
		return err
	}
	one.Status = office.Refused
	return p.settle(ctx, one, Refused)
}

// Close ends a project, with the reason that its page shows. Its pot stays, with what it holds.
func (p *Projects) Close(ctx context.Context, by people.Actor, slug, reason string) error {
	if err := people.Allowed(by, people.Moderate); err != nil {
		return err
	}
	page, err := p.Page(ctx, slug)
	if err != nil {
		return err
	}
	one := page.Project
	if one.Reason, err = readReason(reason); err != nil {
		return err
	}
	one.Status = office.Closed
	return p.settle(ctx, one, "")
}

// readReason wants a reason.
func readReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" || utf8.RuneCountInString(reason) > maxReason {
		return "", fault.New(fault.Invalid, "Say why, in at most %d characters.",
			maxReason).In("projects.reason")
	}
	return reason, nil
}

// waiting gives a proposal that waits for its verdict.
func (p *Projects) waiting(ctx context.Context, slug string) (office.Project, error) {
	one, found, err := p.office.Project(ctx, slug)
	if err == nil && !found {
		err = unknown(slug)
	}
	if err == nil && one.Status != office.Proposed {
		err = fault.New(fault.Conflict, "This proposal has its verdict already.").In("projects.judged")
	}
	return one, err
}

// openPot opens the pot of a project in the journal, once.
func (p *Projects) openPot(ctx context.Context, one office.Project) error {
	there, err := p.hasPot(ctx, one.Slug)
	if err != nil || there || one.Outside {
		return err
	}
	_, err = p.app.Do(ctx, app.Request{Key: "project/" + one.Slug,
		Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: one.Slug, Purpose: giving.Spendable}},
		Private: []app.Private{{Field: "title", Value: one.Title}}})
	return err
}

// settle writes what became of a project, and tells its proposer unless there is nothing to tell.
func (p *Projects) settle(ctx context.Context, one office.Project, verdict Verdict) error {
	one.Changed = p.app.Now().Unix()
	return p.office.Do(ctx, func(tx *office.Tx) error {
		if err := tx.PutProject(ctx, one); err != nil || verdict == "" {
			return err
		}
		return p.tell(ctx, tx, Notice{verdict, one})
	})
}

// Add adds a project of the fund's own, which nobody else has to accept, and opens its pot unless there
// is one of that slug already.
func (p *Projects) Add(ctx context.Context, by people.Actor, slug string, t Texts) error {
	if err := people.Allowed(by, people.Moderate); err != nil {
		return err
	}
	if !journal.IsSlug(slug) {
		return fault.New(fault.Invalid, "%q cannot name a project: use a-z, 0-9 and hyphens, at most 40.",
			slug).
			In("projects.slug")
	}
	if problems := t.Check(); len(problems) > 0 {
		return problems[0].Err
	}
	if _, found, err := p.office.Project(ctx, slug); err != nil || found {
		if err == nil {
			err = fault.New(fault.Conflict, "There is a project %q already.", slug).In("projects.taken",
				"slug", slug)
		}
		return err
	}
	one := t.project(slug, p.app.Now().Unix())
	one.Status = office.Running
	if err := p.openPot(ctx, one); err != nil {
		return err
	}
	return p.office.Do(ctx, func(tx *office.Tx) error { return keep(ctx, tx, one, t.Needs) })
}

// Edit changes what a project says of itself. What it once said of its needs stays where gifts are tied
// to them.
func (p *Projects) Edit(ctx context.Context, by people.Actor, slug string, t Texts) error {
	if err := people.AllowedIn(by, people.EditProjects, slug); err != nil {
		return err
	}
	if problems := t.Check(); len(problems) > 0 {
		return problems[0].Err
	}
	was, found, err := p.office.Project(ctx, slug)
	if err == nil && !found {
		err = unknown(slug)
	}
	if err != nil {
		return err
	}
	one := t.project(slug, p.app.Now().Unix())
	one.Since, one.Status, one.Reason, one.Proposer = was.Since, was.Status, was.Reason, was.Proposer
	if was.Outside && !one.Outside && one.Status == office.Running {
		if err := people.Allowed(by, people.Moderate); err != nil {
			return err
		}
		if err := p.openPot(ctx, one); err != nil {
			return err
		}
	}
	return p.office.Do(ctx, func(tx *office.Tx) error { return keep(ctx, tx, one, t.Needs) })
}

// Write publishes an update of a project.
func (p *Projects) Write(ctx context.Context, by people.Actor, slug, title, body string) error {
	if err := people.AllowedIn(by, people.EditProjects, slug); err != nil {
		return err
	}
	page, err := p.Page(ctx, slug)
	if err != nil {
		return err
	}
	title, body = strings.TrimSpace(title), strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
	if title == "" || body == "" || utf8.RuneCountInString(title) > maxTitle ||
		utf8.RuneCountInString(body) > maxBody {
		return fault.New(fault.Invalid, "An update has a title and a text.").In("projects.update-wrong")
	}
	update := office.Update{At: p.app.Now().Unix(), Title: title, Body: body, Mandate: by.Mandate}
	page.Changed = update.At
	return p.office.Do(ctx, func(tx *office.Tx) error {
		if err := tx.PutProject(ctx, page.Project); err != nil {
			return err
		}
		return tx.PutUpdate(ctx, slug, update)
	})
}
