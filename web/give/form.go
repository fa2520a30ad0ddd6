// SPDX-License-Identifier: AGPL-3.0-or-later

package give

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"

	"ecot/app/gifts"
	"ecot/money"
	"ecot/office"
	"ecot/web/page"
)

// formPage is the form, on one page.
type formPage struct {
	page.Frame
	About    aboutView
	Action   string
	Token    page.Field
	Problems []page.Problem
	Every    page.Field
	Amount   *page.Field // nil without suggestions
	Other    page.Field
	For      *page.Field // nil when there is one thing to give to
	Need     *page.Field // nil when gifts cannot be tied
	Means    page.Field
	Kind     page.Field
	Shown    page.Field
	Name     page.Field
	Alias    page.Field
	ShowSum  page.Field
	Words    page.Field
	Mail     page.Field
	Receipt  page.Field
	Letters  []page.Field
	Use      useView
}

// showing is one visit to the form: who asks, for what, with what.
type showing struct {
	request *http.Request
	pen     *page.Pen
	offer   gifts.Offer
	form    *page.Form
}

// form shows the form of a project, or of the fund as a whole.
func (d *Door) form(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	offer, err := d.gifts.Offer(r.Context(), r.PathValue("project"))
	if err != nil {
		return d.refused(r, p, offer, err)
	}
	values := map[string][]string{"form": {rand.Text()}, "kind": {gifts.Person},
		"for": {string(gifts.ForProject)}}
	if means := d.means(offer); len(means) == 1 {
		values["means"] = means
	}
	if amount := r.URL.Query().Get("amount"); amount != "" {
		values["amount"] = []string{amount}
	}
	return d.showForm(showing{r, p, offer, page.NewForm(p, values)})
}

// means lists the ways to pay what is offered.
func (d *Door) means(offer gifts.Offer) (all []string) {
	if offer.IBAN != "" {
		all = append(all, gifts.MeansTransfer)
	}
	if d.cards != nil && d.gifts.TakesCards() {
		all = append(all, gifts.MeansCard)
	}
	return all
}

// showForm makes the page of the form.
func (d *Door) showForm(s showing) (page.Reply, error) {
	f, p := s.form, s.pen
	about, err := d.about(s.request.Context(), p, s.offer)
	if err != nil {
		return page.Reply{}, err
	}
	shown := formPage{
		Frame: d.Scripted(d.Frame(s.request, p, section, p.Words("give.title", "name", d.nameOf(s.offer)))),
		About: about, Action: s.request.URL.Path, Token: page.Field{Name: "form", Value: f.Value("form")},
		Problems: f.Problems(),
		Every:    f.Choices("every", "give.every", gifts.Monthly, gifts.Once, gifts.Yearly),
		Other:    f.Field("other", "give.other", page.As("text", "decimal", "off"), page.Narrow),
		Means:    f.Field("means", "give.means", f.Options("means", d.meansOptions(p, s.offer))),
		Kind:     f.Choices("kind", "give.kind", gifts.Person, gifts.Company, gifts.Association, gifts.PublicBody),
		Shown: f.Choices("shown", "give.shown", string(office.ByName), string(office.ByAlias),
			string(office.Anonymous)),
		Name:    f.Field("name", "give.name", page.As("text", "", "name")),
		Alias:   f.Field("alias", "give.alias", page.As("text", "", "nickname")),
		ShowSum: f.Choices("show-amount", "give.show-amount", yes),
		Words:   f.Field("words", "give.words"),
		Mail:    f.Field("mail", "give.mail", page.As("email", "email", "email")),
		Receipt: f.Choices("receipt", "give.receipt", yes),
		Letters: []page.Field{f.Choices("news", "give.news", yes), f.Choices("reminders", "give.reminders", yes)},
		Use:     d.use(p, f, about.appeal, s.offer.Unit),
	}
	shown.Amount = suggestions(p, f, s.offer)
	shown.For = d.forField(p, f, s.offer)
	shown.Need = needField(p, f, s.offer, about.appeal)
	return d.finish(s, "give-form", shown)
}

// finish renders a step of the form: it is for one reader, and a refused one says so to programs too.
func (d *Door) finish(s showing, template string, data any) (page.Reply, error) {
	made, err := d.Private(s.request, s.pen, template, data)
	if s.form.Wrong() && err == nil {
		made.Status = http.StatusUnprocessableEntity
	}
	return made, err
}

// nameOf gives the name of what is given to.
func (d *Door) nameOf(o gifts.Offer) string {
	if o.Project.Slug == "" {
		return d.Options.Name
	}
	return o.Project.Title
}

// suggestions gives the amounts to choose from, none of them chosen; nil when the fund suggests none.
func suggestions(p *page.Pen, f *page.Form, o gifts.Offer) *page.Field {
	if len(o.Fund.Suggested) == 0 {
		return nil
	}
	var options []page.Option
	for _, minor := range o.Fund.Suggested {
		options = append(options, page.Option{Value: strconv.FormatInt(minor, 10),
			Label: p.Amount(money.Amount{Minor: minor, Unit: o.Unit})})
	}
	options = append(options, page.Option{Value: other, Label: p.Words("give.amount.free")})
	field := f.Field("amount", "give.amount", f.Options("amount", options))
	return &field
}

// meansOptions says what each way of paying costs, on an example.
func (d *Door) meansOptions(p *page.Pen, o gifts.Offer) (options []page.Option) {
	const example = 12_00
	for _, means := range d.means(o) {
		fee, err := o.Fee(means, example)
		p.Note(err)
		options = append(options, page.Option{Value: means, Label: p.Words("give.means." + means),
			Hint: p.Words("give.means."+means+".hint", "sum", sum(p, example, fee, o.Unit))})
	}
	return options
}

// sum writes `12,00 € − 0,43 € = 11,57 €`.
func sum(p *page.Pen, amount, fee int64, unit money.Unit) string {
	write := func(minor int64) string { return p.Amount(money.Amount{Minor: minor, Unit: unit}) }
	return write(amount) + " − " + write(fee) + " = " + write(amount-fee)
}

// forField lets a giver choose between the project, the fund and half of each.
func (d *Door) forField(p *page.Pen, f *page.Form, o gifts.Offer) *page.Field {
	if !o.CanHalve() {
		return nil
	}
	field := f.Field("for", "give.for", f.Options("for", []page.Option{
		{Value: string(gifts.ForProject), Label: o.Project.Title},
		{Value: string(gifts.ForHalf), Label: p.Words("give.for.half", "project", o.Project.Title),
			Hint: p.Words("give.for.half.hint")},
		{Value: string(gifts.ForFund), Label: p.Words("give.for.fund")}}))
	return &field
}

// needField lets a giver tie the gift to one need, of those of the month's appeal where there is one; nil
// where the project has none or refuses that.
func needField(p *page.Pen, f *page.Form, o gifts.Offer, month *Appeal) *page.Field {
	if len(o.Needs) == 0 {
		return nil
	}
	options := []page.Option{{Value: "", Label: p.Words("give.need.any"), On: f.Value("need") == ""}}
	for _, need := range o.Needs {
		asked := func(part Part) bool { return part.Need == need.Need }
		if month != nil && len(month.For) > 0 && !slices.ContainsFunc(month.For, asked) {
			continue
		}
		options = append(options, page.Option{Value: need.Need, Label: need.Title, Hint: need.Detail})
	}
	field := f.Field("need", "give.need", f.Options("need", options))
	return &field
}

// answer takes a step: it checks what was answered, asks for what is missing, shows the answers, or
// keeps them once they are confirmed.
func (d *Door) answer(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	f, err := d.ReadForm(r, p)
	if err != nil {
		return page.Reply{}, err
	}
	offer, err := d.gifts.Offer(r.Context(), r.PathValue("project"))
	if err != nil {
		return d.refused(r, p, offer, err)
	}
	wish, err := read(f, r.PathValue("project"), offer.Unit, string(p.Lang))
	if err != nil {
		return page.Reply{}, err
	}
	return d.step(showing{r, p, offer, f}, wish)
}

// The steps of the form, as its buttons send them.
const (
	stepEdit    = "edit"
	stepLegal   = "legal" // the second page was answered
	stepSecond  = "second"
	stepUse     = "use"
	stepConfirm = "confirm"
)

func (d *Door) step(s showing, wish gifts.Wish) (page.Reply, error) {
	step := s.form.Value("step")
	switch step {
	case stepEdit, stepUse:
		return d.showForm(showing{s.request, s.pen, s.offer, s.form.Unchecked()})
	case stepSecond:
		return d.showLegal(s, wish)
	}
	second := step == stepLegal || step == stepConfirm
	if err := d.gifts.Check(s.request.Context(), wish, second); err != nil {
		if why, closed := closedWish(err); closed {
			return d.refused(s.request, s.pen, s.offer, why)
		}
		if err := refuse(s.form, err); err != nil {
			return page.Reply{}, err
		}
	}
	switch {
	case s.form.Wrong():
		if slices.ContainsFunc(s.form.Problems(), func(p page.Problem) bool { return !isSecond(p.Field) }) {
			return d.showForm(s)
		}
		return d.showLegal(s, wish)
	case !second && wish.NeedsLegal():
		return d.showLegal(s, wish)
	case step == stepConfirm:
		return d.announce(s, wish)
	}
	return d.showAnswers(s, wish)
}

// announce keeps the promise, and sends its giver on to the page where it is paid.
func (d *Door) announce(s showing, wish gifts.Wish) (page.Reply, error) {
	promise, err := d.gifts.Announce(s.request.Context(), wish)
	if err != nil {
		if wrong := tell(s.form, "", err); wrong != nil {
			return page.Reply{}, wrong
		}
		return d.showForm(s)
	}
	return d.SeeOther(s.request, "/give/pay/"+promise.ID), nil
}
