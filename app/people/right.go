// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ecot/fault"
	"ecot/office"
)

// Right is something that a member may be allowed to do.
type Right string

// The rights.
const (
	ReadDesk      Right = "read-desk"      // see the back office, without names
	ReadPrivate   Right = "read-private"   // see names, addresses, messages, bank lines
	Reconcile     Right = "reconcile"      // bring statements in, match their lines
	Book          Right = "book"           // enter gifts, expenses and transfers by hand
	Sign          Right = "sign"           // give one of the two signatures under a payment
	Close         Right = "close"          // close a month
	Refund        Right = "refund"         // give money back, reverse an entry
	ManagePayees  Right = "manage-payees"  // enter or confirm the account of somebody who is paid
	EditProjects  Right = "edit-projects"  // texts, needs and updates of projects
	Moderate      Right = "moderate"       // accept or refuse what strangers propose
	EditNews      Right = "edit-news"      // edit and freeze the monthly news
	ManageMembers Right = "manage-members" // invite, change roles, end memberships
	Settings      Right = "settings"       // change how the fund works
)

// Rights lists every right, in the order in which tables show them.
func Rights() []Right {
	return []Right{ReadDesk, ReadPrivate, Reconcile, Book, Sign, Close, Refund, ManagePayees, EditProjects,
		Moderate, EditNews, ManageMembers, Settings}
}

// The roles.
const (
	Treasurer  = "treasurer"  // keeps the money, and is the first signature
	Approver   = "approver"   // the other signature: a president, a second board member
	Editor     = "editor"     // writes what the fund publishes
	Auditor    = "auditor"    // reads all, changes nothing
	Maintainer = "maintainer" // writes the pages of given projects
	Admin      = "admin"      // lets people in and sets the fund up, and touches no money
)

// Grant is a role with its rights.
type Grant struct {
	Role   string
	Rights []Right
}

// Grants is the table of roles and rights. A maintainer has them in given projects only.
func Grants() []Grant {
	return []Grant{
		{Treasurer, []Right{ReadDesk, ReadPrivate, Reconcile, Book, Sign, Close, Refund, ManagePayees, Settings}},
		{Approver, []Right{ReadDesk, ReadPrivate, Sign, ManagePayees}},
		{Editor, []Right{ReadDesk, EditProjects, Moderate, EditNews}},
		{Auditor, []Right{ReadDesk, ReadPrivate}},
		{Maintainer, []Right{EditProjects}},
		{Admin, []Right{ReadDesk, ManageMembers, Settings}},
	}
}

// RightsOf gives the rights of a role, none for one that there is not.
func RightsOf(role string) []Right {
	for _, g := range Grants() {
		if g.Role == role {
			return g.Rights
		}
	}
	return nil
}

// Roles lists every role.
func Roles() (roles []string) {
	for _, g := range Grants() {
		roles = append(roles, g.Role)
	}
	return roles
}

// NeedsMandate says whether what is done by a right changes money, so that its fact carries the mandate
// of who did it.
func NeedsMandate(right Right) bool {
	return slices.Contains([]Right{Reconcile, Book, Sign, Close, Refund, ManagePayees}, right)
}

// Actor is a member who is signed in and does something.
type Actor struct {
	Member  string
	Name    string
	Lang    string // fr, en, or empty for the fund's
	Mandate string // what facts carry; empty for somebody who does nothing to money
	Roles   []office.Role
}

type actorKey struct{}

// With gives a context of what an actor does.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// From gives the actor of a context; nobody, who may do nothing, when it has none.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}

// May says whether the actor has a right in the whole fund.
func (a Actor) May(right Right) bool { return Allowed(a, right) == nil }

// Allowed refuses what the actor has no right to do in the whole fund.
func Allowed(a Actor, right Right) error { return AllowedIn(a, right, "") }

// AllowedIn refuses what the actor has no right to do in a project: neither by a role in the whole fund
// nor by one in this project.
func AllowedIn(a Actor, right Right, project string) error {
	if a.Member == "" {
		return fault.New(fault.Forbidden, "Sign in first.")
	}
	for _, role := range a.Roles {
		if (role.Project == "" || role.Project == project) && slices.Contains(RightsOf(role.Name), right) {
			if NeedsMandate(right) && a.Mandate == "" {
				return fault.New(fault.Forbidden, "You have no mandate yet, which every entry about money carries; "+
					"ask whoever manages the members.")
			}
			return nil
		}
	}
	return fault.New(fault.Forbidden, "None of your roles may do this (%s).", right)
}

// Matrix prints the table of roles and rights as text, a right a line and a role a column.
func Matrix() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%-14s", "")
	for _, g := range Grants() {
		fmt.Fprintf(&text, " %s", g.Role)
	}
	for _, right := range Rights() {
		fmt.Fprintf(&text, "\n%-14s", right)
		for _, g := range Grants() {
			mark := "-"
			if slices.Contains(g.Rights, right) {
				mark = "x"
			}
			fmt.Fprintf(&text, " %*s", len(g.Role), mark)
		}
	}
	return text.String() + "\n"
}
