// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"ecot/app"
	"ecot/app/people"
	"ecot/fault"
	"ecot/office"
)

// inviteCommand makes a member and prints a link that lets them in.
type inviteCommand struct {
	instance
	Name    string `arg:"" help:"Who is invited."`
	Role    string `arg:"" help:"treasurer, approver, editor, auditor, admin, maintainer:PROJECT; several with commas."`
	Mail    string `help:"Address to sign in with later on."`
	Mandate string `help:"What entries carry instead of the name, such as president; made of the role when absent."`
	Lang    string `help:"Language of the member: fr or en."`
	BaseURL string `help:"Address that the public reaches the fund under; the setting base-url when absent." env:"ECOT_BASE_URL" placeholder:"URL"`
}

// Run invites.
func (c *inviteCommand) Run(s streams) error {
	return c.withPeople(s, c.BaseURL, func(p *people.People) error {
		inv := people.Invitation{Name: c.Name, Mail: c.Mail, Mandate: c.Mandate, Lang: c.Lang}
		for role := range strings.SplitSeq(c.Role, ",") {
			name, project, _ := strings.Cut(strings.TrimSpace(role), ":")
			inv.Roles = append(inv.Roles, office.Role{Name: name, Project: project})
		}
		invited, err := p.Invite(s.ctx, inv)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.out, "%s (%s) comes in once by this link, until %s:\n%s\n", invited.Member.Name,
			rolesOf(invited.Member), invited.Until.Format(time.RFC3339), invited.URL)
		return err
	})
}

// withPeople opens the people of an instance, calls fn with them and closes them.
func (i instance) withPeople(s streams, baseURL string, fn func(*people.People) error) error {
	return i.with(s, func(a *app.App) error {
		p := people.New(a, people.Options{BaseURL: strings.TrimSuffix(baseURL, "/")})
		defer p.Close()
		return fn(p)
	})
}

// rolesOf gives the roles of a member as one writes them.
func rolesOf(m office.Member) string {
	var names []string
	for _, role := range m.Roles {
		name := role.Name
		if role.Project != "" {
			name += ":" + role.Project
		}
		names = append(names, name)
	}
	return strings.Join(names, ",")
}

// membersCommand lists the members, or ends a membership.
type membersCommand struct {
	instance
	JSON  bool   `help:"Print JSON." name:"json"`
	Roles bool   `help:"Print what each role may do, and nothing else."`
	End   string `help:"End the membership of this id: sessions and links go at once." placeholder:"ID"`
}

// memberJSON is a member as --json prints one.
type memberJSON struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Mail    string   `json:"mail,omitempty"`
	Mandate string   `json:"mandate,omitempty"`
	Roles   []string `json:"roles"`
	Since   string   `json:"since"`
	Ended   string   `json:"ended,omitempty"`
}

// Run lists.
func (c *membersCommand) Run(s streams) error {
	if c.Roles {
		_, err := fmt.Fprint(s.out, people.Matrix())
		return err
	}
	return c.withPeople(s, "", func(p *people.People) error {
		if c.End != "" {
			if err := p.End(s.ctx, people.Operator(), c.End); err != nil {
				return err
			}
		}
		members, err := p.Members(s.ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return printMembersJSON(s, members)
		}
		return printMembers(s, members)
	})
}

func printMembersJSON(s streams, members []office.Member) error {
	list := []memberJSON{}
	for _, m := range members {
		roles := strings.FieldsFunc(rolesOf(m), func(r rune) bool { return r == ',' })
		list = append(list, memberJSON{m.ID, m.Name, m.Mail, m.Mandate, roles, instant(m.Since), instant(m.Ended)})
	}
	encoder := json.NewEncoder(s.out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(struct {
		Members []memberJSON `json:"members"`
	}{list})
}

func printMembers(s streams, members []office.Member) error {
	if len(members) == 0 {
		return fault.New(fault.NotFound, "There is no member yet; begin with ecot invite NAME treasurer.")
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "Name\tMandate\tRoles\tMail\tSince\tEnded\tID")
	for _, m := range members {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%.10s\t%.10s\t%s\n", m.Name, m.Mandate, rolesOf(m), m.Mail,
			instant(m.Since), instant(m.Ended), m.ID)
	}
	return table.Flush()
}

// instant gives seconds as RFC 3339 in UTC, and nothing for never.
func instant(seconds int64) string {
	if seconds == 0 {
		return ""
	}
	return time.Unix(seconds, 0).UTC().Format(time.RFC3339)
}
