// SPDX-License-Identifier: AGPL-3.0-or-later

package give

import (
	"context"
	"net/http"
	"strconv"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/money"
	"ecot/office"
	"ecot/web/page"
)

// Keeper lets donors see and change what is theirs.
type Keeper interface {
	Holder(ctx context.Context, token string) (handle string, err error)
	Account(ctx context.Context, handle string) (gifts.Account, error)
	Change(ctx context.Context, handle, promise string, c gifts.Change) error
	Withdraw(ctx context.Context, handle string, index int64) error
	AskLink(ctx context.Context, mail string) error
}

// Teller takes what donors say of themselves, and gives it back.
type Teller interface {
	Name(ctx context.Context, handle string, n gifts.Naming) error
	Receipts(ctx context.Context, handle string, wanted bool, legal gifts.Legal) error
	Export(ctx context.Context, handle string) ([]byte, error)
	Forget(ctx context.Context, handle string) (app.Answer, error)
}

// minePage is all that a donor sees of themselves.
type minePage struct {
	page.Frame
	Base    string // path that every act begins with
	Name    string
	Going   []heldView
	Waiting []heldView
	Gifts   []seenView
	Total   string
	Shown   string
	Receipt bool
	Follow  string // where their euros are followed; empty where they are not
}

// heldView is a promise with what can be done to it.
type heldView struct {
	ID     string
	Words  string // `20,00 € chaque mois`
	For    string
	Status string
	Asked  bool
	Pay    string // address of the page that says how to pay; empty when that is past
	Acts   []actView
}

// actView is one thing that can be done to a promise.
type actView struct{ Address, Words string }

// seenView is a gift in the journal.
type seenView struct {
	Day         string
	Datetime    string
	Amount      page.AmountView
	Net         string // what the fee left, empty without a fee
	Tag         page.TagView
	Undone      string // what went back, empty for nothing
	Shown       string // what may be published of the giver; empty for nothing
	Withdraw    string // address of the act
	Certificate string
	Follow      string // where it is followed; empty where it is not
}

// mineOf finds whose link a request carries.
func (d *Door) mineOf(r *http.Request) (handle, base string, err error) {
	token := r.PathValue("token")
	handle, err = d.gifts.Holder(r.Context(), token)
	return handle, "/mine/" + token, err
}

// mine shows a donor all that is theirs.
func (d *Door) mine(r *http.Request) (page.Reply, error) {
	handle, base, err := d.mineOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	account, err := d.gifts.Account(r.Context(), handle)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	shown := minePage{Frame: d.Frame(r, p, section, p.Words("mine.title")), Base: base, Name: account.Donor.Name,
		Shown: shownWords(p, account.Donor), Receipt: account.Donor.Receipt}
	if d.trail && len(account.Gifts) > 0 {
		shown.Follow = "/follow/mine/" + r.PathValue("token")
	}
	for _, held := range account.Held {
		view := d.heldView(p, base, held)
		switch {
		case held.Going() && held.Promise.Status != office.Waiting:
			shown.Going = append(shown.Going, view)
		case held.Promise.Status == office.Waiting:
			shown.Waiting = append(shown.Waiting, view)
		}
	}
	var total int64
	for _, seen := range account.Gifts {
		shown.Gifts = append(shown.Gifts, d.seenView(p, base, seen))
		if !seen.Whole {
			total += seen.Gross - seen.Returned
		}
	}
	if len(account.Gifts) > 0 {
		shown.Total = p.Words("mine.total", "gifts", p.Counted("count.gifts", int64(len(account.Gifts))),
			"total", p.Amount(money.Amount{Minor: total, Unit: account.Gifts[0].Inflow.Unit}))
	}
	return d.Private(r, p, "give-mine", shown)
}

// shownWords says how a donor is named from now on.
func shownWords(p *page.Pen, donor office.Donor) string {
	switch donor.Shown {
	case office.ByName:
		return donor.Name
	case office.ByAlias:
		return donor.Alias
	}
	return p.Words("give.shown.anonymous")
}

// heldWords writes `20,00 € chaque mois`.
func heldWords(p *page.Pen, held gifts.Held) string {
	return p.Words("give.check.every."+held.Promise.Every, "amount",
		p.Amount(money.Amount{Minor: held.Promise.Amount, Unit: held.Unit}))
}

func (d *Door) heldView(p *page.Pen, base string, held gifts.Held) heldView {
	v := heldView{ID: held.Promise.ID, Words: heldWords(p, held), For: held.Project.Title, Asked: held.Asked,
		Status: p.Words("mine.status." + string(held.Promise.Status))}
	if v.For == "" {
		v.For = d.Options.Name
	}
	if held.Promise.PausedUntil != "" {
		v.Status = p.Words("mine.paused-until", "day", p.When(held.Promise.PausedUntil).Words)
	}
	if held.Promise.Status == office.Waiting {
		v.Pay = "/give/pay/" + held.Promise.ID
	}
	for _, act := range held.Acts() {
		words := p.Words("mine.act." + string(act))
		if act == gifts.Stop && held.Promise.Status == office.Waiting {
			words = p.Words("mine.give-up")
		}
		v.Acts = append(v.Acts, actView{base + "/promise/" + held.Promise.ID + "/" + string(act), words})
	}
	return v
}

func (d *Door) seenView(p *page.Pen, base string, seen gifts.Seen) seenView {
	when := p.When(seen.Given.Given.String())
	index := strconv.FormatInt(seen.Index, 10)
	v := seenView{Day: when.Words, Datetime: when.Datetime, Tag: p.Tag(page.Class(seen.Evidence)),
		Amount:      p.Figure(seen.Gross, seen.Inflow.Unit, "/entries/"+index),
		Certificate: d.gifts.CertificatePath(seen.Index)}
	if d.trail {
		v.Follow = "/follow/" + index
	}
	if seen.Fee > 0 {
		v.Net = sum(p, seen.Gross, seen.Fee, seen.Inflow.Unit)
	}
	switch {
	case seen.Whole:
		v.Undone = p.Words("mine.reversed")
	case seen.Returned > 0:
		v.Undone = p.Words("mine.returned", "amount",
			p.Amount(money.Amount{Minor: seen.Returned, Unit: seen.Inflow.Unit}))
	}
	if seen.Shown.Withdrawn == 0 && (seen.Shown.Shown != "" || seen.Shown.Words != "" ||
		seen.Shown.AmountShown) {
		v.Shown = seen.Shown.Shown
		if v.Shown == "" {
			v.Shown = p.Words("mine.without-name")
		}
		v.Withdraw = base + "/gifts/" + index
	}
	return v
}

// actPage asks to confirm one act.
type actPage struct {
	page.Frame
	Base     string
	Action   string
	Problems []page.Problem
	Lead     string
	Note     string // what the act does, and does not
	Field    *page.Field
	Button   string
	Danger   bool
}

// heldOf finds the promise that a request names.
func (d *Door) heldOf(r *http.Request) (handle, base string, held gifts.Held, err error) {
	if handle, base, err = d.mineOf(r); err != nil {
		return handle, base, held, err
	}
	account, err := d.gifts.Account(r.Context(), handle)
	if err != nil {
		return handle, base, held, err
	}
	for _, one := range account.Held {
		if one.Promise.ID == r.PathValue("promise") {
			return handle, base, one, nil
		}
	}
	return handle, base, held, nowhere()
}

// act asks to confirm an act on a promise.
func (d *Door) act(r *http.Request) (page.Reply, error) {
	_, base, held, err := d.heldOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	return d.showAct(r, p, base, held, page.NewForm(p, nil))
}

func (d *Door) showAct(r *http.Request, p *page.Pen, base string, held gifts.Held,
	f *page.Form) (page.Reply, error) {
	act := r.PathValue("act")
	key := "mine.act." + act
	if !p.Has(key + ".title") {
		return page.Reply{}, nowhere()
	}
	view := d.heldView(p, base, held)
	shown := actPage{Frame: d.Frame(r, p, section, p.Words(key+".title")), Base: base, Action: r.URL.Path,
		Problems: f.Problems(), Lead: p.Words("mine.gift", "gift", view.Words, "for", view.For, "status",
			view.Status),
		Note: p.Words(key + ".note"), Button: p.Words(key + ".button"), Danger: act == string(gifts.Stop)}
	switch gifts.Act(act) {
	case gifts.Amend:
		field := f.Field("amount", "mine.amount", page.As("text", "decimal", "off"), page.Narrow)
		shown.Field = &field
	case gifts.Pause:
		field := f.Field("until", "mine.until", page.As("date", "", "off"), page.Narrow)
		shown.Field = &field
	}
	made, err := d.Private(r, p, "give-act", shown)
	if f.Wrong() && err == nil {
		made.Status = http.StatusUnprocessableEntity
	}
	return made, err
}

// doAct does a confirmed act.
func (d *Door) doAct(r *http.Request) (page.Reply, error) {
	handle, base, held, err := d.heldOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	f, err := d.ReadForm(r, p)
	if err != nil {
		return page.Reply{}, err
	}
	change, field, err := readChange(r, p, f, held)
	if err != nil {
		return page.Reply{}, err
	}
	if !f.Wrong() {
		if err := d.gifts.Change(r.Context(), handle, held.Promise.ID, change); err != nil {
			if err := tell(f, field, err); err != nil {
				return page.Reply{}, err
			}
		}
	}
	if f.Wrong() {
		return d.showAct(r, p, base, held, f)
	}
	return d.SeeOther(r, base), nil
}

// readChange reads what an act needs to know, and gives the field that says it.
func readChange(r *http.Request, p *page.Pen, f *page.Form, held gifts.Held) (c gifts.Change,
	field string, err error) {
	c.Act = gifts.Act(r.PathValue("act"))
	switch c.Act {
	case gifts.Amend:
		amount, err := money.ParseLocal(f.Value("amount"), string(p.Lang), held.Unit)
		if err != nil {
			return c, "amount", f.RefuseFault("amount", err)
		}
		c.Amount = amount.Minor
		return c, "amount", nil
	case gifts.Pause:
		if text := f.Value("until"); text != "" {
			day, ok := parseDay(text)
			if !ok {
				f.Refuse("until", "mine.refused.day")
			}
			c.Until = day
		}
		return c, "until", nil
	}
	return c, "", nil
}

// withdraw asks to confirm that a consent is taken back.
func (d *Door) withdraw(r *http.Request) (page.Reply, error) {
	_, base, err := d.mineOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	return d.Private(r, p, "give-act", actPage{Frame: d.Frame(r, p, section, p.Words("mine.withdraw.title")),
		Base:   base,
		Action: r.URL.Path, Lead: p.Words("mine.withdraw.lead", "entry", r.PathValue("index")),
		Note: p.Words("mine.withdraw.note"), Button: p.Words("mine.withdraw.button")})
}

// doWithdraw takes a consent back, at once.
func (d *Door) doWithdraw(r *http.Request) (page.Reply, error) {
	handle, base, err := d.mineOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	index, err := strconv.ParseInt(r.PathValue("index"), 10, 64)
	if err != nil {
		return page.Reply{}, nowhere()
	}
	if err := d.gifts.Withdraw(r.Context(), handle, index); err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(r, base), nil
}
