// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ecot/fault"
	"ecot/journal"
	"ecot/office"
)

// Invitation says who is to become a member.
type Invitation struct {
	Name    string
	Mail    string // may be empty
	Mandate string // a free one is made of the first role when it is needed and empty
	Lang    string // fr, en, or empty for the fund's
	Roles   []office.Role

	byMail bool // whoever has another address, or none, is somebody else
}

// Invited is the answer to an invitation.
type Invited struct {
	Member office.Member
	URL    string // lets its bearer in, once
	Until  time.Time
	Again  bool // the member was there already, and has the roles besides
}

// maxName bounds what somebody is called, in bytes.
const maxName = 200

// Invite makes a member, and a link that lets them in without mail. Whoever is invited again, by the same
// address or, without one, by the same name, is the same member and gets the roles besides: so a link
// that was lost is replaced. Who sees the link can be that member: it is for the command line, whose user
// holds the keys anyway, and not for pages.
func (p *People) Invite(ctx context.Context, inv Invitation) (Invited, error) {
	if err := inv.check(); err != nil {
		return Invited{}, err
	}
	return p.invite(ctx, inv)
}

// InviteByMail makes a member on behalf of an actor, and mails the link, which the actor does not see: who
// manages the members cannot come in as one of them. It sends before it answers.
func (p *People) InviteByMail(ctx context.Context, by Actor, inv Invitation) (office.Member, error) {
	if err := Allowed(by, ManageMembers); err != nil {
		return office.Member{}, err
	}
	inv.byMail = true
	if err := inv.check(); err != nil {
		return office.Member{}, err
	}
	if inv.Mail == "" || !p.CanMail() {
		return office.Member{}, fault.New(fault.Invalid, "Give a mail address, and set up mail first.")
	}
	if m, found, err := p.office.MemberOfMail(ctx, inv.Mail); err != nil || found && m.ID == by.Member {
		return m, firstOf(err, errSelf())
	}
	invited, err := p.invite(ctx, inv)
	if err != nil {
		return invited.Member, err
	}
	return invited.Member, p.options.Send(ctx, Letter{Name: invited.Member.Name, Mail: invited.Member.Mail,
		Lang: invited.Member.Lang, URL: invited.URL, Until: invited.Until, Invitation: true})
}

func errSelf() error {
	return fault.New(fault.Forbidden, "Nobody changes their own roles; ask another member who manages members.")
}

func (p *People) invite(ctx context.Context, inv Invitation) (Invited, error) {
	base, err := p.BaseURL(ctx)
	if err != nil {
		return Invited{}, err
	}
	now := p.app.Now()
	token, answer := newToken(), Invited{Until: now.Add(InviteTime)}
	answer.URL = base + SignInPath + token
	err = p.office.Do(ctx, func(tx *office.Tx) error {
		members, err := p.office.Members(ctx)
		if err != nil {
			return err
		}
		if answer.Member, answer.Again, err = inv.member(members, now); err != nil {
			return err
		}
		if err := tx.PutMember(ctx, answer.Member); err != nil {
			return err
		}
		if err := tx.DropLinks(ctx, answer.Member.ID, forInvite); err != nil {
			return err
		}
		return putLink(ctx, tx, token, office.Link{Purpose: forInvite, Member: answer.Member.ID,
			Until: answer.Until.Unix()})
	})
	return answer, err
}

// check refuses an invitation that cannot be carried out, and brings it into its form.
func (inv *Invitation) check() error {
	inv.Name, inv.Mail = strings.TrimSpace(inv.Name), strings.ToLower(strings.TrimSpace(inv.Mail))
	printable := !strings.ContainsFunc(inv.Name, func(r rune) bool { return !unicode.IsPrint(r) })
	if inv.Name == "" || len(inv.Name) > maxName || !utf8.ValidString(inv.Name) || !printable {
		return fault.New(fault.Invalid, "A member has a name of at most %d bytes, on one line.", maxName)
	}
	if inv.Mail != "" && !isMail(inv.Mail) {
		return errMail()
	}
	if inv.Mandate != "" && !journal.IsToken(inv.Mandate) {
		return fault.New(fault.Invalid, "%q is no mandate; it is a word such as treasurer or approver-2.",
			inv.Mandate)
	}
	if !slices.Contains([]string{"", "fr", "en"}, inv.Lang) {
		return fault.New(fault.Invalid, "The language is fr or en.")
	}
	if len(inv.Roles) == 0 {
		return fault.New(fault.Invalid, "A member has a role: %s.", strings.Join(Roles(), ", "))
	}
	for _, role := range inv.Roles {
		if err := checkRole(role); err != nil {
			return err
		}
	}
	return nil
}

// checkRole refuses a role that there is not, or that is not what it may be of.
func checkRole(role office.Role) error {
	switch {
	case !slices.Contains(Roles(), role.Name):
		return fault.New(fault.Invalid, "%q is no role; there are %s.", role.Name, strings.Join(Roles(), ", "))
	case role.Name == Maintainer && !journal.IsSlug(role.Project):
		return fault.New(fault.Invalid, "A maintainer is one of a project; write maintainer:PROJECT.")
	case role.Name != Maintainer && role.Project != "":
		return fault.New(fault.Invalid, "The role %s is one in the whole fund, not in a project.", role.Name)
	}
	return nil
}

// member gives whom the invitation makes a member: somebody new, or one of those who are there.
func (inv *Invitation) member(members []office.Member, now time.Time) (m office.Member, again bool,
	err error) {
	at := slices.IndexFunc(members, func(m office.Member) bool { return inv.Mail != "" && m.Mail == inv.Mail })
	if at < 0 && !inv.byMail {
		at = slices.IndexFunc(members, func(m office.Member) bool {
			return m.Name == inv.Name && (inv.Mail == "" || m.Mail == "")
		})
	}
	if at >= 0 {
		m = members[at]
		m.Ended = 0
		if inv.Mail != "" {
			m.Mail = inv.Mail
		}
	} else {
		m = office.Member{ID: strings.ToLower(rand.Text()), Name: inv.Name, Mail: inv.Mail, Lang: inv.Lang,
			Since: now.Unix()}
	}
	for _, role := range inv.Roles {
		if !slices.Contains(m.Roles, role) {
			m.Roles = append(m.Roles, role)
		}
	}
	m.Mandate, err = mandate(members, m, inv.Mandate)
	return m, at >= 0, err
}

// mandate gives the mandate of a member: the one asked for, the one that they have, or a free one.
func mandate(members []office.Member, m office.Member, asked string) (string, error) {
	taken := map[string]bool{}
	for _, other := range members {
		taken[other.Mandate] = other.ID != m.ID
	}
	switch {
	case asked != "" && taken[asked]:
		return "", fault.New(fault.Conflict, "The mandate %s is another member's.", asked)
	case asked != "":
		return asked, nil
	case m.Mandate != "":
		return m.Mandate, nil
	}
	at := slices.IndexFunc(m.Roles, func(role office.Role) bool {
		return slices.ContainsFunc(RightsOf(role.Name), NeedsMandate)
	})
	if at < 0 {
		return "", nil
	}
	free := m.Roles[at].Name
	for n := 2; taken[free]; n++ {
		free = fmt.Sprintf("%s-%d", m.Roles[at].Name, n)
	}
	return free, nil
}

// Members gives every member, those who left included.
func (p *People) Members(ctx context.Context) ([]office.Member, error) { return p.office.Members(ctx) }

// SetRoles gives a member other roles. What they may do changes with their next request.
func (p *People) SetRoles(ctx context.Context, by Actor, member string, roles []office.Role) error {
	for _, role := range roles {
		if err := checkRole(role); err != nil {
			return err
		}
	}
	return p.change(ctx, by, member, func(_ *office.Tx, m *office.Member, members []office.Member) (err error) {
		m.Roles = roles
		m.Mandate, err = mandate(members, *m, "")
		return err
	})
}

// End ends a membership: sessions and links go at once, and the mandate is free for a successor.
func (p *People) End(ctx context.Context, by Actor, member string) error {
	return p.change(ctx, by, member, func(tx *office.Tx, m *office.Member, _ []office.Member) error {
		m.Ended, m.Mandate, m.Roles = p.app.Now().Unix(), "", nil
		if err := tx.DropLinks(ctx, m.ID, ""); err != nil {
			return err
		}
		return tx.DropSessions(ctx, m.ID)
	})
}

// Operator gives whoever works at the command line: they hold the data folder, and may manage members.
func Operator() Actor {
	return Actor{Member: "operator", Roles: []office.Role{{Name: Admin}}}
}

// change changes one member in a transaction, on behalf of another.
func (p *People) change(ctx context.Context, by Actor, member string,
	fn func(tx *office.Tx, m *office.Member, members []office.Member) error) error {
	if err := Allowed(by, ManageMembers); err != nil {
		return err
	}
	if by.Member == member {
		return errSelf()
	}
	return p.office.Do(ctx, func(tx *office.Tx) error {
		members, err := p.office.Members(ctx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(members, func(m office.Member) bool { return m.ID == member })
		if at < 0 {
			return fault.New(fault.NotFound, "There is no such member.")
		}
		changed := members[at]
		if err := fn(tx, &changed, members); err != nil {
			return err
		}
		return tx.PutMember(ctx, changed)
	})
}
