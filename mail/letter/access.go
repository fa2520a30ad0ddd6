// SPDX-License-Identifier: AGPL-3.0-or-later

package letter

import "time"

// SignIn brings the link that signs a member in, once.
type SignIn struct {
	Link    string // secret path
	Expires time.Time
}

// Kind is KindSignIn.
func (SignIn) Kind() Kind { return KindSignIn }

func (s SignIn) write(d *draft) {
	d.subject("sign-in.subject", "fund", d.clean(d.fund.Name))
	d.hello("")
	d.paragraph("sign-in.intro", "until", d.moment(s.Expires))
	d.link("sign-in.link", s.Link)
	d.paragraph("sign-in.not-you")
	d.because("because.sign-in")
}

// Invitation asks somebody to take a role in the fund.
type Invitation struct {
	Name    string // may be empty
	By      string // who invites
	Role    string // in the letter's language
	Link    string // secret path
	Expires time.Time
}

// Kind is KindInvitation.
func (Invitation) Kind() Kind { return KindInvitation }

func (i Invitation) write(d *draft) {
	d.subject("invitation.subject", "fund", d.clean(d.fund.Name))
	d.hello(i.Name)
	d.paragraph("invitation.intro", "by", d.clean(i.By), "role", d.clean(i.Role), "fund", d.clean(d.fund.Name))
	d.paragraph("invitation.until", "until", d.moment(i.Expires))
	d.link("invitation.link", i.Link)
	d.paragraph("invitation.refuse")
	d.because("because.invitation")
}

// PayeeChanged tells those who watch over payments, and the payee, that money will go to another account.
type PayeeChanged struct {
	Payee   string
	Old     string // last four characters of the account; empty when there was none
	New     string // last four characters of the account
	By      string // who asked for it
	Changed time.Time
	Payable string // civil day from which money may go there
	Page    string // path where another person confirms or refuses
}

// Kind is KindPayeeChanged.
func (PayeeChanged) Kind() Kind { return KindPayeeChanged }

func (p PayeeChanged) write(d *draft) {
	if len(p.New) > 4 || len(p.Old) > 4 {
		d.refuse("a whole account number is not for letters")
	}
	d.subject("payee.subject", "payee", d.clean(p.Payee))
	d.hello("")
	d.paragraph("payee.intro", "payee", d.clean(p.Payee), "by", d.clean(p.By), "when", d.moment(p.Changed))
	if p.Old != "" {
		d.fact("payee.old", "…"+p.Old)
	}
	d.fact("payee.new", "…"+d.clean(p.New))
	d.paragraph("payee.delay", "day", d.day(p.Payable))
	d.link("payee.page", p.Page)
	d.paragraph("payee.alarm")
	d.because("because.payee")
}

// Erased confirms to somebody that the fund has forgotten them. It is the last letter.
type Erased struct {
	On        string // civil day
	KeptUntil string // civil day until which the law keeps accounting papers; empty when nothing is kept
}

// Kind is KindErased.
func (Erased) Kind() Kind { return KindErased }

func (e Erased) write(d *draft) {
	d.subject("erased.subject")
	d.hello("")
	d.paragraph("erased.intro", "day", d.day(e.On))
	d.paragraph("erased.journal")
	if e.KeptUntil != "" {
		d.paragraph("erased.kept", "day", d.day(e.KeptUntil))
	} else {
		d.paragraph("erased.nothing")
	}
	d.paragraph("erased.letter")
	d.because("because.erased")
}

// Manage brings a donor their own link again, which they asked for.
type Manage struct {
	Name string // may be empty
	Link string // signed path
}

// Kind is KindManage.
func (Manage) Kind() Kind { return KindManage }

func (m Manage) write(d *draft) {
	d.subject("manage.subject")
	d.hello(m.Name)
	d.paragraph("manage.intro")
	d.link("gift.manage", m.Link)
	d.paragraph("manage.keep")
	d.because("because.manage")
}
