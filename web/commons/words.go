// SPDX-License-Identifier: AGPL-3.0-or-later

package commons

import (
	"strings"

	"ecot/app/projects"
	"ecot/money"
	"ecot/office"
	"ecot/web/page"
)

// The fields of the texts of a project.
const (
	fieldTitle   = "title"
	fieldSummary = "summary"
	fieldBody    = "body"
	fieldLang    = "lang-of-texts"
	fieldSite    = "site"
	fieldThanks  = "thanks"
	fieldNeeds   = "needs"
	fieldWishes  = "wishes"
	fieldMail    = "mail"
)

// The boxes of the field of wishes.
const (
	wishEarmarks = "earmarks"
	wishBounties = "bounties"
	wishOutside  = "outside"
)

// fieldOf gives the field of the form that a problem of app/projects is about.
func fieldOf(part string) string {
	if part == "lang" {
		return fieldLang
	}
	return part
}

// textFields are the fields in which a project says what it is.
type textFields struct {
	Title, Summary, Body, Lang, Site, Thanks, Needs, Wishes page.Field
}

func fieldsOf(f *page.Form) textFields {
	return textFields{
		Title:   f.Field(fieldTitle, "commons.f.title", page.Needed),
		Summary: f.Field(fieldSummary, "commons.f.summary", page.Needed, page.Rows(2)),
		Body:    f.Field(fieldBody, "commons.f.body", page.Needed, page.Rows(10)),
		Lang:    f.Choices(fieldLang, "commons.f.lang", "fr", "en"),
		Site:    f.Field(fieldSite, "commons.f.site", page.As("text", "url", "url")),
		Thanks:  f.Field(fieldThanks, "commons.f.thanks", page.As("text", "", "name")),
		Needs:   f.Field(fieldNeeds, "commons.f.needs", page.Rows(4)),
		Wishes:  f.Choices(fieldWishes, "commons.f.wishes", wishEarmarks, wishBounties, wishOutside),
	}
}

// valuesOf writes texts into the fields of a form.
func (p *pen) valuesOf(t projects.Texts, unit money.Unit) map[string][]string {
	values := map[string][]string{fieldTitle: {t.Title}, fieldSummary: {t.Summary}, fieldBody: {t.Body},
		fieldLang: {t.Lang}, fieldSite: {t.Site}, fieldThanks: {t.Thanks}, fieldNeeds: {p.needLines(t.Needs,
			unit)}}
	for wish, on := range map[string]bool{wishEarmarks: t.Earmarks, wishBounties: t.Bounties,
		wishOutside: t.Outside} {
		if on {
			values[fieldWishes] = append(values[fieldWishes], wish)
		}
	}
	return values
}

// textsOf reads the fields of a form, and refuses a line of the needs that it cannot read.
func (p *pen) textsOf(f *page.Form, unit money.Unit) projects.Texts {
	return projects.Texts{Title: f.Value(fieldTitle), Summary: f.Value(fieldSummary),
		Body: f.Value(fieldBody),
		Lang: f.Value(fieldLang), Site: f.Value(fieldSite), Thanks: f.Value(fieldThanks),
		Needs:    p.readNeeds(f, unit),
		Earmarks: f.Has(fieldWishes, wishEarmarks), Bounties: f.Has(fieldWishes, wishBounties),
		Outside: f.Has(fieldWishes, wishOutside)}
}

// dash parts what a need is from what is said of it.
const dash = " — "

// readNeeds reads needs, a line each: "Astreinte: 120 — la nuit aussi".
func (p *pen) readNeeds(f *page.Form, unit money.Unit) (needs []projects.Ask) {
	for _, line := range strings.Split(f.Value(fieldNeeds), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		line, detail, _ := strings.Cut(line, dash)
		need := projects.Ask{Title: line, Detail: detail}
		if at := strings.LastIndex(line, ":"); at >= 0 {
			need.Title = strings.TrimSpace(line[:at])
			amount, err := money.ParseLocal(strings.TrimSpace(line[at+1:]), string(p.Lang), unit)
			if err != nil || amount.Minor < 0 {
				f.Refuse(fieldNeeds, "commons.f.needs.wrong", "line", line)
				continue
			}
			need.Amount = amount.Minor
		}
		needs = append(needs, need)
	}
	return needs
}

// needLines writes needs as readNeeds reads them.
func (p *pen) needLines(needs []projects.Ask, unit money.Unit) string {
	var lines []string
	for _, need := range needs {
		line := need.Title
		if need.Amount > 0 {
			line += ": " + money.Amount{Minor: need.Amount, Unit: unit}.FormatBare(string(p.Lang))
		}
		if need.Detail != "" {
			line += dash + strings.ReplaceAll(need.Detail, "\n", " ")
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// asks gives needs as they were asked for.
func asks(needs []office.Need) (list []projects.Ask) {
	for _, need := range needs {
		list = append(list, projects.Ask{Need: need.Need, Title: need.Title, Detail: need.Detail,
			Amount: need.Asked})
	}
	return list
}

// named gives needs the tokens of those that have the same title already.
func named(needs []projects.Ask, known []office.Need) []projects.Ask {
	for i := range needs {
		for _, one := range known {
			if one.Title == needs[i].Title {
				needs[i].Need = one.Need
			}
		}
	}
	return needs
}
