// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"net/http"
	"slices"
	"strings"

	"ecot/app/people"
	"ecot/fault"
	"ecot/locale"
	"ecot/office"
	"ecot/web/page"
)

// membersPage is where members are managed.
const membersPage = "/desk/members"

// membersView is who works for the fund.
type membersView struct {
	page.Frame
	Members []memberView
	Grants  []grantView
	Rights  []string // the names of the columns of Grants
	Manage  bool
}

// memberView is one member.
type memberView struct {
	Name    string
	Mail    string // for those who may manage members
	Mandate string
	Roles   []string
	Since   locale.Moment
	Ended   *locale.Moment
	Href    string // where the member is changed; empty for those who may not
}

// grantView is a role and what it may do.
type grantView struct {
	Role   string
	Rights []string
}

// members shows who works for the fund, and what each role may do.
func (d *Door) members(r *http.Request) (page.Reply, error) {
	who, p := people.From(r.Context()), d.Pen(r)
	all, err := d.people.Members(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	view := membersView{Frame: d.Frame(r, p, "desk-members", p.Words("desk.members.title")),
		Manage: who.May(people.ManageMembers)}
	for _, m := range all {
		one := memberView{Name: m.Name, Mandate: m.Mandate, Since: instant(p, m.Since)}
		for _, role := range m.Roles {
			one.Roles = append(one.Roles, roleWords(p, role))
		}
		if m.Ended != 0 {
			ended := instant(p, m.Ended)
			one.Ended = &ended
		}
		if view.Manage {
			one.Mail = m.Mail
		}
		if view.Manage && m.Ended == 0 && m.ID != who.Member {
			one.Href = membersPage + "/" + m.ID
		}
		view.Members = append(view.Members, one)
	}
	for _, g := range people.Grants() {
		one := grantView{Role: p.Words("desk.role." + g.Role)}
		for _, right := range g.Rights {
			one.Rights = append(one.Rights, p.Words("desk.right."+string(right)))
		}
		view.Grants = append(view.Grants, one)
	}
	return d.Private(r, p, "desk-members", view)
}

// memberFormView is the form of an invitation, or of one member.
type memberFormView struct {
	page.Frame
	Problems []page.Problem
	Lead     string
	Fields   []fieldView
	Action   string
	Button   string
	End      string // where the membership is ended; empty for an invitation
	NoMail   bool   // nobody can be invited from here while no mail is set up
}

// roleFields gives the fields for the roles of a member.
func roleFields(f *page.Form) []fieldView {
	var roles []string
	for _, role := range people.Roles() {
		if role != people.Maintainer {
			roles = append(roles, role)
		}
	}
	return []fieldView{{"boxes", f.Choices("role", "desk.roles", roles...)},
		{"field", f.Field("projects", "desk.projects")}}
}

// rolesOf reads the roles of a form.
func rolesOf(f *page.Form) (roles []office.Role) {
	for _, role := range people.Roles() {
		if role != people.Maintainer && f.Has("role", role) {
			roles = append(roles, office.Role{Name: role})
		}
	}
	for _, project := range strings.Fields(strings.ReplaceAll(f.Value("projects"), ",", " ")) {
		roles = append(roles, office.Role{Name: people.Maintainer, Project: project})
	}
	return roles
}

// showInvite shows the form of an invitation.
func (d *Door) showInvite(r *http.Request) (page.Reply, error) {
	return d.invitePage(r, page.NewForm(d.Pen(r), nil), http.StatusOK)
}

func (d *Door) invitePage(r *http.Request, f *page.Form, status int) (page.Reply, error) {
	p := d.Pen(r)
	fields := append([]fieldView{
		{"field", f.Field("name", "desk.invite.name", page.Needed)},
		{"field", f.Field("mail", "desk.sign-in.mail", page.As("email", "email", ""), page.Needed)},
		{"choices", f.Choices("lang", "desk.invite.lang", "fr", "en")},
		{"field", f.Field("mandate", "desk.invite.mandate")}}, roleFields(f)...)
	made, err := d.Private(r, p, "desk-member-form", memberFormView{
		Frame: d.Frame(r, p, "desk-members", p.Words("desk.invite.title")), Problems: f.Problems(),
		Lead: p.Words("desk.invite.lead"), Fields: fields, Action: membersPage + "/invite",
		Button: p.Words("desk.invite.button"), NoMail: !d.people.CanMail()})
	made.Status = status
	return made, err
}

// invite makes a member and mails the link.
func (d *Door) invite(r *http.Request) (page.Reply, error) {
	f, err := d.ReadForm(r, d.Pen(r))
	if err != nil {
		return page.Reply{}, err
	}
	inv := people.Invitation{Name: f.Value("name"), Mail: f.Value("mail"), Lang: f.Value("lang"),
		Mandate: f.Value("mandate"), Roles: rolesOf(f)}
	if inv.Name == "" {
		f.Refuse("name", "desk.invite.no-name")
	}
	if inv.Mail == "" {
		f.Refuse("mail", "desk.sign-in.mail.wrong")
	}
	if len(inv.Roles) == 0 {
		f.Refuse("role", "desk.roles.none")
	}
	if !f.Wrong() {
		if _, err := d.people.InviteByMail(r.Context(), people.From(r.Context()), inv); err != nil {
			if err := f.RefuseFault("", err); err != nil {
				return page.Reply{}, err
			}
		}
	}
	if f.Wrong() {
		return d.invitePage(r, f, http.StatusBadRequest)
	}
	return d.SeeOther(r, membersPage), nil
}

// member gives the member that a request names.
func (d *Door) member(r *http.Request) (office.Member, error) {
	all, err := d.people.Members(r.Context())
	at := slices.IndexFunc(all, func(m office.Member) bool {
		return m.ID == r.PathValue("member") && m.Ended == 0
	})
	if err == nil && at < 0 {
		err = fault.New(fault.NotFound, "There is no such member.")
	}
	if err != nil {
		return office.Member{}, err
	}
	return all[at], nil
}

// showMember shows the roles of a member.
func (d *Door) showMember(r *http.Request) (page.Reply, error) {
	m, err := d.member(r)
	if err != nil {
		return page.Reply{}, err
	}
	values := map[string][]string{}
	for _, role := range m.Roles {
		if role.Name == people.Maintainer {
			values["projects"] = []string{strings.Join(append(values["projects"], role.Project), " ")}
			continue
		}
		values["role"] = append(values["role"], role.Name)
	}
	return d.memberPage(r, m, page.NewForm(d.Pen(r), values), http.StatusOK)
}

func (d *Door) memberPage(r *http.Request, m office.Member, f *page.Form, status int) (page.Reply, error) {
	p := d.Pen(r)
	made, err := d.Private(r, p, "desk-member-form", memberFormView{Frame: d.Frame(r, p, "desk-members", m.Name),
		Problems: f.Problems(), Lead: p.Words("desk.member.lead"), Fields: roleFields(f),
		Action: membersPage + "/" + m.ID, Button: p.Words("desk.member.button"),
		End: membersPage + "/" + m.ID + "/end"})
	made.Status = status
	return made, err
}

// setRoles gives a member other roles.
func (d *Door) setRoles(r *http.Request) (page.Reply, error) {
	m, err := d.member(r)
	if err != nil {
		return page.Reply{}, err
	}
	f, err := d.ReadForm(r, d.Pen(r))
	if err != nil {
		return page.Reply{}, err
	}
	roles := rolesOf(f)
	if len(roles) == 0 {
		f.Refuse("role", "desk.roles.none")
	} else if err := d.people.SetRoles(r.Context(), people.From(r.Context()), m.ID, roles); err != nil {
		if err := f.RefuseFault("projects", err); err != nil {
			return page.Reply{}, err
		}
	}
	if f.Wrong() {
		return d.memberPage(r, m, f, http.StatusBadRequest)
	}
	return d.SeeOther(r, membersPage), nil
}

// askEnd asks whether a membership is to end.
func (d *Door) askEnd(r *http.Request) (page.Reply, error) {
	m, err := d.member(r)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	return d.Private(r, p, "desk-note", noteView{
		Frame: d.Frame(r, p, "desk-members", p.Words("desk.end.title", "name", m.Name)),
		Lead:  p.Words("desk.end.lead"), Action: membersPage + "/" + m.ID + "/end",
		Button: p.Words("desk.end.button"), Danger: true,
		Link: page.NavItem{Address: membersPage, Key: "desk.members.back"}})
}

// end ends a membership.
func (d *Door) end(r *http.Request) (page.Reply, error) {
	m, err := d.member(r)
	if err == nil {
		err = d.people.End(r.Context(), people.From(r.Context()), m.ID)
	}
	if err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(r, membersPage), nil
}
