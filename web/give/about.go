// SPDX-License-Identifier: AGPL-3.0-or-later

package give

import (
	"context"
	"net/http"
	"strconv"

	"ecot/app/gifts"
	"ecot/fault"
	"ecot/money"
	"ecot/web/page"
)

// aboutView says what is needed, and what it is for.
type aboutView struct {
	Summary  string
	Language string // of the texts of the project
	Sentence string // of the month's need, empty where no appeal is known
	Level    int64  // of the need's bar
	Need     int64
	Entries  string        // address of the entries behind the sentence, empty for none
	Tag      *page.TagView // what stands behind it
	Lines    []lineView    // three at most
	Projects []projectView // of the fund’s own page: to give to one of them instead
	Free     bool          // gifts cannot be tied to a need
	appeal   *Appeal
}

// projectView is a project that takes gifts.
type projectView struct{ Title, Summary, Language, Address string }

// lineView is one thing that the money is for.
type lineView struct {
	Title  string
	Detail string
	Amount string // empty where it is not known
}

// mostLines is how many things the form says that money is for.
const mostLines = 3

// about says what an offer is for.
func (d *Door) about(ctx context.Context, p *page.Pen, o gifts.Offer) (aboutView, error) {
	v := aboutView{Summary: o.Project.Summary, Language: o.Project.Lang, Free: o.Project.Slug != "" &&
		!o.Project.Earmarks}
	if o.Project.Slug == "" {
		v.Summary, v.Language = o.Fund.Object, string(d.Options.DefaultLang)
	}
	for _, project := range o.Others {
		v.Projects = append(v.Projects, projectView{project.Title, project.Summary, project.Lang,
			"/give/" + project.Slug})
	}
	parts := map[string]int64{}
	if d.appeals != nil {
		appeal, found, err := d.appeals.Appeal(ctx, o.Project.Slug)
		if err != nil {
			return v, err
		}
		if found && appeal.Need > 0 {
			v.tell(p, appeal, o.Unit)
		}
		for _, part := range appeal.For {
			parts[part.Need] = part.Amount
		}
	}
	for _, need := range o.Needs {
		if len(parts) > 0 && parts[need.Need] == 0 {
			continue // what another month needed
		}
		line := lineView{Title: need.Title, Detail: need.Detail}
		if amount := parts[need.Need]; amount > 0 {
			line.Amount = p.Amount(money.Amount{Minor: amount, Unit: o.Unit})
		}
		if len(v.Lines) < mostLines {
			v.Lines = append(v.Lines, line)
		}
	}
	return v, nil
}

// tell says in one sentence what the month needs: people are counted before euros.
func (v *aboutView) tell(p *page.Pen, a Appeal, unit money.Unit) {
	write := func(minor int64) string { return p.Amount(money.Amount{Minor: minor, Unit: unit}) }
	percent, err := money.MulDivHalfUp(max(a.Level, 0), 100, a.Need)
	p.Note(err)
	v.Sentence = p.Words("give.need-sentence", "month", p.MonthOf(a.Month).Words, "need", write(a.Need),
		"level", write(a.Level), "percent", strconv.FormatInt(percent, 10),
		"people", p.Counted("count.people", a.People))
	v.Entries = a.Entries
	if a.Class != "" {
		tag := p.Tag(a.Class)
		v.Tag = &tag
	}
	v.Level, v.Need, v.appeal = min(max(a.Level, 0), a.Need), a.Need, &a
}

// useView lets a reader say what use they make of a project, and see what that would cost. Nothing of it
// is kept.
type useView struct {
	Shown  bool
	Open   bool
	People page.Field
	Hours  page.Field
	Answer string // empty until asked
}

// mostUse bounds what a reader can say of their use.
const mostUse = 1_000_000

// use reckons a part of the month's need: the need by those who gave in the last whole month, times the
// people whom the reader speaks for.
func (d *Door) use(p *page.Pen, f *page.Form, a *Appeal, unit money.Unit) useView {
	if a == nil || a.Before < 1 {
		return useView{}
	}
	f = f.Unchecked()
	v := useView{Shown: true, Open: f.Value("step") == stepUse}
	if v.Open {
		v.reckon(p, f, a, unit)
	}
	v.People = f.Field("use-people", "give.use.people", page.As("text", "numeric", "off"), page.Narrow)
	v.Hours = f.Field("use-hours", "give.use.hours", page.As("text", "numeric", "off"), page.Narrow)
	return v
}

func (v *useView) reckon(p *page.Pen, f *page.Form, a *Appeal, unit money.Unit) {
	people, hours := countOf(f, "use-people"), countOf(f, "use-hours")
	if f.Wrong() {
		return
	}
	write := func(minor int64) string { return p.Amount(money.Amount{Minor: minor, Unit: unit}) }
	part, err := money.MulDivHalfUp(a.Need, people, a.Before)
	if err != nil {
		f.Refuse("use-people", "give.use.number")
		return
	}
	v.Answer = p.Words("give.use.answer", "need", write(a.Need), "before", p.Counted("count.people", a.Before),
		"people", p.Counted("count.people", people), "part", write(part))
	if hours > 0 {
		each, err := money.MulDivHalfUp(part, 1, people*hours)
		p.Note(err)
		v.Answer += " " + p.Words("give.use.each", "each", write(each))
	}
}

// countOf reads a whole number of people or hours; hours may be left out.
func countOf(f *page.Form, field string) int64 {
	text := f.Value(field)
	if text == "" && field == "use-hours" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 || n > mostUse {
		f.Refuse(field, "give.use.number")
		return 0
	}
	return n
}

// closedPage says why nothing can be given here now, and what can be done instead.
type closedPage struct {
	page.Frame
	Name     string
	Why      string
	Language string // of Why
	Reason   string // the fund's own words for closing it
	Whole    bool   // one can give to the fund as a whole instead
}

// refused shows why nothing can be given. What does not exist is left to the page of refusals.
func (d *Door) refused(r *http.Request, p *page.Pen, o gifts.Offer, why error) (page.Reply, error) {
	if fault.CodeOf(why) != fault.Conflict {
		return page.Reply{}, why
	}
	shown := closedPage{Frame: d.Frame(r, p, section, p.Words("give.closed.title")), Name: d.nameOf(o),
		Why: p.Fault(why), Language: page.LanguageOf(p, why), Reason: o.Project.Reason}
	if o.Project.Slug != "" {
		_, err := d.gifts.Offer(r.Context(), "")
		shown.Whole = err == nil
	}
	made, err := d.Private(r, p, "give-closed", shown)
	made.Status = http.StatusConflict
	return made, err
}
