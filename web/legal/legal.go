// SPDX-License-Identifier: AGPL-3.0-or-later

// Package legal says on pages who the fund is, what it does with what it knows of people, and on which
// terms it takes gifts; and it stands before all pages while the fund is not open to the public.
//
// The pages are made of the settings. Its one invariant: what is not said is never made up; while
// something that the law wants is missing, the public sees no other page than these.
package legal

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"strings"

	"ecot/app/profile"
	"ecot/web/page"
)

// Fund is what the pages ask of the fund.
type Fund interface {
	Profile(ctx context.Context) (profile.Profile, error)
	Published(ctx context.Context) (bool, error)
}

// Step is one step on the way to an open fund.
type Step struct {
	Key  string // of its words: the message step.<Key>
	Done bool
}

// Options are what the door is made of.
type Options struct {
	Fund   Fund
	Steps  func(ctx context.Context) ([]Step, error)
	Open   bool                                // to the public whatever is said: for a fund that is invented
	Inside func(r *http.Request) (bool, error) // whether a member asks, who sees all before it opens
}

// Door is the legal pages. It is immutable once its routes are laid.
type Door struct {
	*page.Kit
	options Options
}

// New gives the legal pages.
func New(options Options) *Door { return &Door{options: options} }

//go:embed templates/*.html
var templateFiles embed.FS

// Templates gives the templates of the door.
func (d *Door) Templates() fs.FS {
	sub, err := fs.Sub(templateFiles, "templates")
	if err != nil {
		panic(err) // a name that is no path: our own defect
	}
	return sub
}

// Nav adds nothing above.
func (d *Door) Nav() []page.NavItem { return nil }

// Foot lists the legal pages below every page.
func (d *Door) Foot() []page.NavItem {
	return []page.NavItem{{Section: "legal", Address: "/legal", Key: "legal.legal.title"},
		{Section: "privacy", Address: "/privacy", Key: "legal.privacy.title"},
		{Section: "terms", Address: "/terms", Key: "legal.terms.title"}}
}

// Routes lists the addresses.
func (d *Door) Routes(k *page.Kit, mux *http.ServeMux) {
	d.Kit = k
	k.Page(mux, "/legal", d.text("legal", d.notice))
	k.Page(mux, "/privacy", d.text("privacy", d.privacy))
	k.Page(mux, "/terms", d.text("terms", d.terms))
}

// section is a part of a legal page.
type section struct {
	Title string
	Facts []fact // names and values
	Texts []string
}

// fact is a name and what the fund says under it.
type fact struct{ Name, Value string }

// textView is a legal page.
type textView struct {
	page.Frame
	Lead     string
	Sections []section
	Unsaid   bool // something that the law wants is missing
}

// text makes the page of a name from its sections.
func (d *Door) text(name string, sections func(p *page.Pen, fund profile.Profile) []section) page.Action {
	return func(r *http.Request) (page.Reply, error) {
		fund, err := d.options.Fund.Profile(r.Context())
		if err != nil {
			return page.Reply{}, err
		}
		p := d.Pen(r)
		view := textView{Frame: d.Frame(r, p, name, p.Words("legal."+name+".title")),
			Lead: p.Words("legal." + name + ".lead"), Sections: sections(p, fund)}
		for _, s := range view.Sections {
			for _, f := range s.Facts {
				view.Unsaid = view.Unsaid || f.Value == ""
			}
		}
		return d.Render(r, p, "legal-text", view)
	}
}

// who is the fund's name and how to reach it.
func who(p *page.Pen, fund profile.Profile) section {
	form := ""
	if fund.Form != "" {
		form = p.Words("setting.form.of-" + string(fund.Form))
	}
	facts := []fact{{p.Words("setting.legal-name.label"), fund.LegalName}, {p.Words("setting.form.label"), form}}
	if fund.Number != "" || fund.Form != profile.OtherForm {
		facts = append(facts, fact{p.Words("setting.number.label"), fund.Number})
	}
	return section{Title: p.Words("legal.who"), Facts: append(facts,
		fact{p.Words("legal.seat"), seat(fund)}, fact{p.Words("legal.mail"), fund.Mail})}
}

// seat is where the fund has its seat, empty while part of it is unsaid.
func seat(fund profile.Profile) string {
	if fund.Street == "" || fund.Postcode == "" || fund.Town == "" || fund.Country == "" {
		return ""
	}
	return strings.Join([]string{fund.Street, fund.Postcode + " " + fund.Town, fund.Country}, ", ")
}

// notice is what the law wants said of whoever publishes (loi 2004-575, art. 1-1, I and II).
func (d *Door) notice(p *page.Pen, fund profile.Profile) []section {
	sections := []section{who(p, fund),
		{Title: p.Words("legal.object"), Texts: given(fund.Object)},
		{Title: p.Words("legal.publishing"), Facts: []fact{{p.Words("setting.publisher.label"), fund.Publisher},
			{p.Words("setting.host.label"), fund.Host}}}}
	if fund.AppealNumber != "" && fund.AppealFrom != 0 && fund.AppealUntil != 0 {
		sections = append(sections, section{Title: p.Words("desk.settings.appeal.title"), Texts: []string{
			p.Words("legal.appeal", "number", fund.AppealNumber, "from", p.When(fund.AppealFrom.String()).Words,
				"until", p.When(fund.AppealUntil.String()).Words)}})
	}
	return append(sections, words(p, "legal.software", 2))
}

// given gives a text as a list of one, or of none.
func given(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// words gives a section whose words are the messages <key>.title, <key>.1, <key>.2 and so on.
func words(p *page.Pen, key string, n int) section {
	s := section{Title: p.Words(key + ".title")}
	for i := range n {
		s.Texts = append(s.Texts, p.Words(key+"."+string(rune('1'+i))))
	}
	return s
}

// privacy is what people are told of what is known of them (règlement (UE) 2016/679, art. 13).
func (d *Door) privacy(p *page.Pen, fund profile.Profile) []section {
	return []section{who(p, fund), words(p, "legal.known", 4), words(p, "legal.why", 3),
		words(p, "legal.kept", 4), words(p, "legal.shared", 2), words(p, "legal.rights", 3), words(p,
			"legal.cookies", 1)}
}

// terms are on which terms gifts are taken.
func (d *Door) terms(p *page.Pen, fund profile.Profile) []section {
	sections := []section{who(p, fund), words(p, "legal.gift", 3), words(p, "legal.means", 2)}
	if fund.Deductible {
		sections = append(sections, words(p, "legal.tax", 2))
	} else {
		sections = append(sections, words(p, "legal.no-tax", 1))
	}
	return append(sections, words(p, "legal.back", 2), words(p, "legal.law", 2))
}
