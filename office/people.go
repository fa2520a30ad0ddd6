// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"

	"ecot/store/engine"
)

// peopleArea is the area of those who work for the fund.
func peopleArea() area {
	return area{
		tables:  []string{"member", "member_role", "credential"},
		passing: []string{"session", "link", "attempt"},
		handles: []string{"member_handles"},
		forget: []string{"erase_member_roles", "erase_credentials", "erase_sessions", "erase_links",
			"erase_member"},
	}
}

// Member is somebody who works for the fund.
type Member struct {
	ID      string // opaque, for life
	Name    string
	Mail    string // in lower case; may be empty
	Mandate string // what facts name instead of the person; may be empty
	Lang    string // fr, en, or empty for the fund's
	Since   int64  // seconds
	Ended   int64  // since when the member may do nothing more, 0 while active
	Roles   []Role
}

// Role is a role that a member has, in one project or, when that is empty, in the whole fund.
type Role struct {
	Name    string
	Project string
}

// Members gives every member with their roles, the longest here first.
func (o *Office) Members(ctx context.Context) ([]Member, error) {
	roles := map[string][]Role{}
	rows, err := o.db.Query(ctx, "roles")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error { return scanRole(rows, roles) })
	if err != nil {
		return nil, err
	}
	var members []Member
	rows, err = o.db.Query(ctx, "members")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		m, err := scanMember(rows)
		m.Roles = roles[m.ID]
		members = append(members, m)
		return err
	})
	return members, err
}

// Member gives the member with this id, and false when there is none.
func (o *Office) Member(ctx context.Context, id string) (Member, bool, error) {
	return o.member(ctx, "member", id)
}

// MemberOfMail gives the member with this address, in lower case, and false when there is none.
func (o *Office) MemberOfMail(ctx context.Context, mail string) (Member, bool, error) {
	return o.member(ctx, "member_of_mail", mail)
}

func (o *Office) member(ctx context.Context, name, key string) (m Member, found bool, err error) {
	rows, err := o.db.Query(ctx, name, key)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		found = true
		m, err = scanMember(rows)
		return err
	})
	if err != nil || !found {
		return m, false, err
	}
	roles := map[string][]Role{}
	rows, err = o.db.Query(ctx, "roles_of_member", m.ID)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error { return scanRole(rows, roles) })
	m.Roles = roles[m.ID]
	return m, true, err
}

func scanMember(row engine.Row) (m Member, err error) {
	err = row.Scan(&m.ID, &m.Name, &m.Mail, &m.Mandate, &m.Lang, &m.Since, &m.Ended)
	return m, err
}

func scanRole(row engine.Row, into map[string][]Role) error {
	var member string
	var role Role
	err := row.Scan(&member, &role.Name, &role.Project)
	into[member] = append(into[member], role)
	return err
}

// PutMember adds a member, or brings one up to date, with their roles. An address or a mandate that
// another member has is an error of the database; Member and MemberOfMail say before whether it is free.
func (t *Tx) PutMember(ctx context.Context, m Member) error {
	err := t.put(ctx, "put_member", m.ID, m.Name, m.Mail, m.Mandate, m.Lang, m.Since, m.Ended)
	if err == nil {
		err = t.put(ctx, "drop_roles", m.ID)
	}
	for _, role := range m.Roles {
		if err == nil {
			err = t.put(ctx, "put_role", m.ID, role.Name, role.Project)
		}
	}
	return err
}
