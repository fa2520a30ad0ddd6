// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"

	"ecot/store/engine"
)

// projectArea is the area of what is funded.
func projectArea() area {
	return area{
		tables:  []string{"project", "need", "project_update"},
		handles: []string{"proposers"},
		forget:  []string{"forget_proposer"},
	}
}

// ProjectStatus is where a project stands.
type ProjectStatus string

// The states of a project.
const (
	Proposed ProjectStatus = "proposed"
	Refused  ProjectStatus = "refused"
	Running  ProjectStatus = "open"
	Closed   ProjectStatus = "closed"
)

// Project is what a pot is for, in words.
type Project struct {
	Slug     string // and of its pot
	Title    string
	Summary  string // one sentence
	Body     string // plain text, paragraphs apart by an empty line
	Lang     string // of the texts
	Site     string // may be empty
	Status   ProjectStatus
	Reason   string // of a refusal or a closing
	Outside  bool   // outside the legal body: it cannot collect here
	Earmarks bool   // gifts may be tied to one of its needs
	Bounties bool
	Thanks   string // who signs its thanks
	Proposer string // handle, empty when the fund proposed it
	Since    int64  // seconds
	Changed  int64
}

// Project gives the project of a slug, and false when there is none.
func (o *Office) Project(ctx context.Context, slug string) (p Project, found bool, err error) {
	rows, err := o.db.Query(ctx, "project", slug)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		found = true
		p, err = scanProject(rows)
		return err
	})
	return p, found, err
}

// Projects gives every project, the oldest first.
func (o *Office) Projects(ctx context.Context) (all []Project, err error) {
	rows, err := o.db.Query(ctx, "projects")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		p, err := scanProject(rows)
		all = append(all, p)
		return err
	})
	return all, err
}

func scanProject(row engine.Row) (p Project, err error) {
	var outside, earmarks, bounties int64
	err = row.Scan(&p.Slug, &p.Title, &p.Summary, &p.Body, &p.Lang, &p.Site, &p.Status, &p.Reason, &outside,
		&earmarks, &bounties, &p.Thanks, &p.Proposer, &p.Since, &p.Changed)
	p.Outside, p.Earmarks, p.Bounties = outside != 0, earmarks != 0, bounties != 0
	return p, err
}

// PutProject adds a project, or brings one up to date.
func (t *Tx) PutProject(ctx context.Context, p Project) error {
	return t.put(ctx, "put_project", p.Slug, p.Title, p.Summary, p.Body, p.Lang, p.Site, string(p.Status),
		p.Reason, bit(p.Outside), bit(p.Earmarks), bit(p.Bounties), p.Thanks, p.Proposer, p.Since, p.Changed)
}

// bit writes a flag.
func bit(on bool) int64 {
	if on {
		return 1
	}
	return 0
}

// Need is one need of a project, in words; its amount is in the journal once an appeal is open.
type Need struct {
	Need   string // token
	Title  string
	Detail string
	Asked  int64 // what whoever proposed it says that it costs a month, minor units; 0 when they did not
}

// Needs gives the needs of a project, by token.
func (o *Office) Needs(ctx context.Context, project string) (all []Need, err error) {
	rows, err := o.db.Query(ctx, "needs_of_project", project)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var n Need
		err := rows.Scan(&n.Need, &n.Title, &n.Detail, &n.Asked)
		all = append(all, n)
		return err
	})
	return all, err
}

// PutNeed adds a need of a project, or brings it up to date.
func (t *Tx) PutNeed(ctx context.Context, project string, n Need) error {
	return t.put(ctx, "put_need", project, n.Need, n.Title, n.Detail, n.Asked)
}

// Update is what a project tells of its work.
type Update struct {
	At      int64 // seconds
	Title   string
	Body    string // plain text
	Mandate string // by whom
}

// Updates gives the newest updates of a project, at most limit.
func (o *Office) Updates(ctx context.Context, project string, limit int) (all []Update, err error) {
	rows, err := o.db.Query(ctx, "updates_of_project", project, limit)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var u Update
		err := rows.Scan(&u.At, &u.Title, &u.Body, &u.Mandate)
		all = append(all, u)
		return err
	})
	return all, err
}

// PutUpdate adds an update, or changes the one of the same instant.
func (t *Tx) PutUpdate(ctx context.Context, project string, u Update) error {
	return t.put(ctx, "put_update", project, u.At, u.Title, u.Body, u.Mandate)
}
