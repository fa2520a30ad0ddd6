// SPDX-License-Identifier: AGPL-3.0-or-later

package give

import (
	"ecot/app/gifts"
	"ecot/money"
	"ecot/office"
	"ecot/web/page"
)

// legalPage asks what a receipt needs, and who speaks for an organisation. It is shown only then.
type legalPage struct {
	page.Frame
	Action   string
	Problems []page.Problem
	Hidden   []page.Field
	Lead     string
	Name     page.Field
	Address  []page.Field
	Body     []page.Field // of an organisation
	Contacts [][]page.Field
}

// showLegal makes the second page.
func (d *Door) showLegal(s showing, wish gifts.Wish) (page.Reply, error) {
	f, p := s.form, s.pen
	kind := "organisation"
	if wish.Kind == gifts.Person {
		kind = "person"
	}
	shown := legalPage{
		Frame: d.Frame(s.request, p, section, p.Words("give.legal.title."+kind)), Action: s.request.URL.Path,
		Problems: f.Problems(), Hidden: f.Hidden(firstFields()...), Lead: p.Words("give.legal.lead." + kind),
		Name: f.Field("legal-name", "give.legal-name."+kind, page.As("text", "", auto(kind, "name",
			"organization"))),
	}
	if wish.Receipt {
		where := f.Field("country", "give.country", page.As("text", "", "country"), page.Narrow)
		where.Value = countryOr(where.Value)
		shown.Address = []page.Field{
			f.Field("street", "give.street", page.As("text", "", "street-address")),
			f.Field("postcode", "give.postcode", page.As("text", "", "postal-code"), page.Narrow),
			f.Field("town", "give.town", page.As("text", "", "address-level2")), where}
	}
	if kind == "organisation" {
		shown.Body = []page.Field{
			f.Field("legal-form", "give.legal-form"),
			f.Field("number", "give.number", page.As("text", "", "off")),
			f.Field("year-end", "give.year-end", page.As("text", "", "off"), page.Narrow)}
		for _, n := range []string{"contact1", "contact2"} {
			shown.Contacts = append(shown.Contacts, []page.Field{
				f.Field(n+"-name", "give."+n+"-name", page.As("text", "", "off")),
				f.Field(n+"-mail", "give."+n+"-mail", page.As("email", "email", "off"))})
		}
	}
	return d.finish(s, "give-legal", shown)
}

func auto(kind, person, organisation string) string {
	if kind == "person" {
		return person
	}
	return organisation
}

// answersPage shows all that was answered, before it is kept.
type answersPage struct {
	page.Frame
	Action  string
	Hidden  []page.Field
	Answers []answerView
	Sum     string // `12,00 € − 0,43 € = 11,57 €`
	Means   string
	Halves  string // how a gift is halved, empty for one that is not
	Legal   bool   // there is a second page to go back to
	Known   bool   // a mail address was given
}

// answerView is one answer, in words.
type answerView struct{ Question, Answer string }

// showAnswers makes the page of answers.
func (d *Door) showAnswers(s showing, wish gifts.Wish) (page.Reply, error) {
	f, p := s.form, s.pen
	fee, err := s.offer.Fee(wish.Means, wish.Amount)
	if err != nil {
		return page.Reply{}, err
	}
	shown := answersPage{
		Frame: d.Frame(s.request, p, section, p.Words("give.check.title")), Action: s.request.URL.Path,
		Hidden: append(f.Hidden(firstFields()...), f.Hidden(secondFields()...)...),
		Sum: p.Words("give.check.sum", "sum", sum(p, wish.Amount, fee, s.offer.Unit),
			"for", d.nameOf(s.offer)),
		Means: p.Words("give.check.means." + wish.Means), Legal: wish.NeedsLegal(), Known: wish.Mail != "",
	}
	if wish.For == gifts.ForFund {
		shown.Sum = p.Words("give.check.sum", "sum", sum(p, wish.Amount, fee, s.offer.Unit),
			"for", d.Options.Name)
	}
	if wish.For == gifts.ForHalf {
		shown.Halves, err = d.halves(p, s.offer, wish)
		p.Note(err)
	}
	shown.Answers = append(d.giftAnswers(p, s.offer, wish), d.giverAnswers(p, wish)...)
	return d.finish(s, "give-check", shown)
}

// halves says what each half comes to, and who gets the odd cent.
func (d *Door) halves(p *page.Pen, o gifts.Offer, wish gifts.Wish) (string, error) {
	shares, err := gifts.Shares{{Pot: o.Project.Slug, Weight: 1}, {Pot: o.Fund.Pot, Weight: 1}}.Of(wish.Amount)
	if err != nil {
		return "", err
	}
	parts := map[string]int64{}
	for _, share := range shares {
		parts[share.Pot] = share.Amount
	}
	write := func(pot string) string { return p.Amount(money.Amount{Minor: parts[pot], Unit: o.Unit}) }
	return p.Words("give.check.halves", "project", o.Project.Title, "first", write(o.Project.Slug),
		"fund", d.Options.Name, "second", write(o.Fund.Pot)), nil
}

// giftAnswers says what is given, what for and how.
func (d *Door) giftAnswers(p *page.Pen, o gifts.Offer, wish gifts.Wish) []answerView {
	amount := p.Amount(money.Amount{Minor: wish.Amount, Unit: o.Unit})
	answers := []answerView{
		{p.Words("give.check.amount"), p.Words("give.check.every."+wish.Every, "amount", amount)},
		{p.Words("give.check.for"), d.forWords(p, o, wish)},
	}
	for _, need := range o.Needs {
		if need.Need == wish.Need && wish.For == gifts.ForProject {
			answers = append(answers, answerView{p.Words("give.check.need"), need.Title})
		}
	}
	return append(answers, answerView{p.Words("give.means.label"), p.Words("give.means." + wish.Means)})
}

func (d *Door) forWords(p *page.Pen, o gifts.Offer, wish gifts.Wish) string {
	switch {
	case o.Project.Slug == "" || wish.For == gifts.ForFund:
		return d.Options.Name
	case wish.For == gifts.ForHalf:
		return p.Words("give.for.half", "project", o.Project.Title)
	}
	return o.Project.Title
}

// giverAnswers says who gives, and what may be shown and sent.
func (d *Door) giverAnswers(p *page.Pen, wish gifts.Wish) []answerView {
	named := map[office.Shown]string{office.ByName: wish.Name, office.ByAlias: wish.Alias,
		office.Anonymous: p.Words("give.shown.anonymous")}[wish.Shown]
	mail := wish.Mail
	if mail == "" {
		mail = p.Words("give.check.no-mail")
	}
	answers := []answerView{
		{p.Words("give.kind.label"), p.Words("give.kind." + wish.Kind)},
		{p.Words("give.shown.label"), named},
		{p.Words("give.check.show-amount"), yesNo(p, wish.AmountShown)},
	}
	if wish.Words != "" && wish.Shown != office.Anonymous {
		answers = append(answers, answerView{p.Words("give.words.label"), wish.Words})
	}
	answers = append(answers, answerView{p.Words("give.mail.label"), mail},
		answerView{p.Words("give.check.receipt"), yesNo(p, wish.Receipt)})
	if wish.NeedsLegal() {
		answers = append(answers, d.legalAnswers(p, wish)...)
	}
	if wish.News {
		answers = append(answers, answerView{p.Words("give.news.label"), p.Words("give.news.yes")})
	}
	if wish.Reminders {
		answers = append(answers, answerView{p.Words("give.reminders.label"), p.Words("give.reminders.yes")})
	}
	return answers
}

// legalAnswers says what was answered on the second page.
func (d *Door) legalAnswers(p *page.Pen, wish gifts.Wish) []answerView {
	l := wish.Legal
	kind := auto(wish.Kind, "person", "organisation")
	answers := []answerView{{p.Words("give.legal-name." + kind + ".label"), l.Name}}
	if wish.Receipt {
		answers = append(answers, answerView{p.Words("give.check.address"),
			l.Street + ", " + l.Postcode + " " + l.Town + ", " + countryOr(l.Country)})
	}
	if wish.Kind == gifts.Person {
		return answers
	}
	return append(answers, answerView{p.Words("give.legal-form.label"), l.Form},
		answerView{p.Words("give.number.label"), l.Number},
		answerView{p.Words("give.year-end.label"), l.YearEnd},
		answerView{p.Words("give.check.contacts"), l.Contacts[0].Name + ", " + l.Contacts[1].Name})
}

func yesNo(p *page.Pen, on bool) string {
	if on {
		return p.Words("give.yes")
	}
	return p.Words("give.no")
}
