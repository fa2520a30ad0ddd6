// SPDX-License-Identifier: AGPL-3.0-or-later

package give

import (
	"net/http"
	"time"

	"ecot/app/gifts"
	"ecot/fault"
	"ecot/journal"
	"ecot/office"
	"ecot/web/page"
)

// nowhere refuses an address at which there is nothing.
func nowhere() error { return fault.New(fault.NotFound, "There is no page at this address.") }

// parseDay reads a day as a date field sends it.
func parseDay(text string) (journal.Day, bool) {
	at, err := time.Parse(time.DateOnly, text)
	return journal.DayOf(at), err == nil
}

// selfPage is a form about the donor.
type selfPage struct {
	page.Frame
	Base     string
	Action   string
	Problems []page.Problem
	Lead     string
	Fields   []fieldView
	Button   string
}

// fieldView is a field and the template that shows it.
type fieldView struct {
	page.Field
	As string // field, choices, boxes
}

// editor is one form about the donor: which fields it has, what they hold now, and what keeps them.
type editor struct {
	key    string
	values func(a gifts.Account) map[string][]string
	fields func(f *page.Form, a gifts.Account) []fieldView
	save   func(r *http.Request, handle string, f *page.Form) error
}

// show gives the page of an editor with what is known now.
func (d *Door) show(e editor) page.Action {
	return func(r *http.Request) (page.Reply, error) {
		handle, base, err := d.mineOf(r)
		if err != nil {
			return page.Reply{}, err
		}
		account, err := d.gifts.Account(r.Context(), handle)
		if err != nil {
			return page.Reply{}, err
		}
		p := d.Pen(r)
		return d.showSelf(r, e, base, account, page.NewForm(p, e.values(account)))
	}
}

func (d *Door) showSelf(r *http.Request, e editor, base string, a gifts.Account,
	f *page.Form) (page.Reply, error) {
	p := d.Pen(r)
	made, err := d.Private(r, p, "give-self", selfPage{Frame: d.Frame(r, p, section, p.Words(e.key+".title")),
		Base: base, Action: r.URL.Path, Problems: f.Problems(), Lead: p.Words(e.key + ".lead"),
		Fields: e.fields(f, a), Button: p.Words("mine.save")})
	if f.Wrong() && err == nil {
		made.Status = http.StatusUnprocessableEntity
	}
	return made, err
}

// save keeps what an editor was sent.
func (d *Door) save(e editor) page.Action {
	return func(r *http.Request) (page.Reply, error) {
		handle, base, err := d.mineOf(r)
		if err != nil {
			return page.Reply{}, err
		}
		f, err := d.ReadForm(r, d.Pen(r))
		if err != nil {
			return page.Reply{}, err
		}
		if err := e.save(r, handle, f); err != nil {
			if err := tell(f, "", err); err != nil {
				return page.Reply{}, err
			}
			account, err := d.gifts.Account(r.Context(), handle)
			if err != nil {
				return page.Reply{}, err
			}
			return d.showSelf(r, e, base, account, f)
		}
		return d.SeeOther(r, base), nil
	}
}

// names is the form of how a donor is named and what is sent to them.
func (d *Door) names() editor {
	return editor{
		key: "mine.names",
		values: func(a gifts.Account) map[string][]string {
			donor := a.Donor
			return map[string][]string{"shown": {string(donor.Shown)}, "name": {donor.Name}, "alias": {donor.Alias},
				"show-amount": {box(donor.AmountShown)}, "news": {box(donor.News)}, "reminders": {box(donor.Reminders)}}
		},
		fields: func(f *page.Form, _ gifts.Account) []fieldView {
			return []fieldView{
				{f.Choices("shown", "give.shown", string(office.ByName), string(office.ByAlias),
					string(office.Anonymous)),
					"choices"},
				{f.Field("name", "give.name", page.As("text", "", "name")), "field"},
				{f.Field("alias", "give.alias", page.As("text", "", "nickname")), "field"},
				{f.Choices("show-amount", "give.show-amount", yes), "boxes"},
				{f.Choices("news", "give.news", yes), "boxes"},
				{f.Choices("reminders", "give.reminders", yes), "boxes"},
			}
		},
		save: func(r *http.Request, handle string, f *page.Form) error {
			return d.gifts.Name(r.Context(), handle, gifts.Naming{Name: f.Value("name"),
				Shown: office.Shown(f.Value("shown")), Alias: f.Value("alias"), AmountShown: f.Has("show-amount", yes),
				News: f.Has("news", yes), Reminders: f.Has("reminders", yes)})
		},
	}
}

// receipts is the form of what a tax receipt needs.
func (d *Door) receipts() editor {
	return editor{
		key: "mine.receipts",
		values: func(a gifts.Account) map[string][]string {
			l := a.Legal
			return map[string][]string{"receipt": {box(a.Donor.Receipt)}, "legal-name": {l.Name}, "street": {l.Street},
				"postcode": {l.Postcode}, "town": {l.Town}, "country": {countryOr(l.Country)}, "legal-form": {l.Form},
				"number": {l.Number}, "year-end": {l.YearEnd}, "contact1-name": {l.Contacts[0].Name},
				"contact1-mail": {l.Contacts[0].Mail}, "contact2-name": {l.Contacts[1].Name},
				"contact2-mail": {l.Contacts[1].Mail}}
		},
		fields: receiptFields,
		save: func(r *http.Request, handle string, f *page.Form) error {
			return d.gifts.Receipts(r.Context(), handle, f.Has("receipt", yes), readLegal(f))
		},
	}
}

func receiptFields(f *page.Form, a gifts.Account) []fieldView {
	kind := auto(a.Donor.Kind, "person", "organisation")
	fields := []fieldView{
		{f.Choices("receipt", "mine.receipt", yes), "boxes"},
		{f.Field("legal-name", "give.legal-name."+kind, page.As("text", "", auto(kind, "name",
			"organization"))), "field"},
		{f.Field("street", "give.street", page.As("text", "", "street-address")), "field"},
		{f.Field("postcode", "give.postcode", page.As("text", "", "postal-code"), page.Narrow), "field"},
		{f.Field("town", "give.town", page.As("text", "", "address-level2")), "field"},
		{f.Field("country", "give.country", page.As("text", "", "country"), page.Narrow), "field"},
	}
	if kind == "person" {
		return fields
	}
	for _, name := range secondFields() {
		switch name {
		case "legal-form", "number", "year-end", "contact1-name", "contact1-mail", "contact2-name", "contact2-mail":
			fields = append(fields, fieldView{f.Field(name, "give."+name), "field"})
		}
	}
	return fields
}

// box gives what a ticked box sends, or nothing.
func box(on bool) string {
	if on {
		return yes
	}
	return ""
}

// export sends a donor all that the fund knows of them.
func (d *Door) export(r *http.Request) (page.Reply, error) {
	handle, _, err := d.mineOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	body, err := d.gifts.Export(r.Context(), handle)
	return page.Reply{Status: http.StatusOK, ContentType: "application/json", Cache: page.CacheNever, Body: body,
		Filename: "ecot-" + d.Today() + ".json", Download: true}, err
}

// erasePage asks twice before somebody is forgotten, and says what stays.
type erasePage struct {
	page.Frame
	Base     string
	Action   string
	Problems []page.Problem
	Sure     page.Field
	Going    bool // something regular goes on, and will be stopped
	Gifts    string
	Done     bool
	Entry    string // of the journal that says that somebody was erased
}

// erase says what is erased and what stays, and asks for a word.
func (d *Door) erase(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	return d.showErase(r, p, page.NewForm(p, nil))
}

func (d *Door) showErase(r *http.Request, p *page.Pen, f *page.Form) (page.Reply, error) {
	handle, base, err := d.mineOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	account, err := d.gifts.Account(r.Context(), handle)
	if err != nil {
		return page.Reply{}, err
	}
	shown := erasePage{Frame: d.Frame(r, p, section, p.Words("mine.erase.title")), Base: base,
		Action:   r.URL.Path,
		Problems: f.Problems(), Sure: f.Choices("sure", "mine.erase.sure", yes),
		Gifts: p.Counted("count.gifts", int64(len(account.Gifts)))}
	for _, held := range account.Held {
		shown.Going = shown.Going || held.Going()
	}
	made, err := d.Private(r, p, "give-erase", shown)
	if f.Wrong() && err == nil {
		made.Status = http.StatusUnprocessableEntity
	}
	return made, err
}

// doErase forgets a donor once they ticked that they are sure. The page that says so is the answer
// itself: nothing is left that could be shown at another address.
func (d *Door) doErase(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	handle, _, err := d.mineOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	f, err := d.ReadForm(r, p)
	if err != nil {
		return page.Reply{}, err
	}
	if !f.Has("sure", yes) {
		f.Refuse("sure", "mine.erase.unsure")
		return d.showErase(r, p, f)
	}
	answer, err := d.gifts.Forget(r.Context(), handle)
	if err != nil {
		if err := tell(f, "sure", err); err != nil {
			return page.Reply{}, err
		}
		return d.showErase(r, p, f)
	}
	return d.Private(r, p, "give-erase", erasePage{Frame: d.Frame(r, p, section, p.Words("mine.erased.title")),
		Done: true, Entry: p.Number(answer.Index)})
}

// askPage is where a donor asks for their link again.
type askPage struct {
	page.Frame
	Problems []page.Problem
	Mail     page.Field
	Sent     bool
}

// ask shows the form that asks for a link, or says that the answer is in the mail.
func (d *Door) ask(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	return d.showAsk(r, p, page.NewForm(p, nil), r.URL.Query().Get("sent") == "1")
}

func (d *Door) showAsk(r *http.Request, p *page.Pen, f *page.Form, sent bool) (page.Reply, error) {
	made, err := d.Private(r, p, "give-ask", askPage{Frame: d.Frame(r, p, section, p.Words("mine.ask.title")),
		Problems: f.Problems(), Sent: sent, Mail: f.Field("mail", "mine.ask", page.As("email", "email", "email"))})
	if f.Wrong() && err == nil {
		made.Status = http.StatusUnprocessableEntity
	}
	return made, err
}

// sendLink sends the link; the answer is the same whether anybody has the address.
func (d *Door) sendLink(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	f, err := d.ReadForm(r, p)
	if err != nil {
		return page.Reply{}, err
	}
	if err := d.gifts.AskLink(r.Context(), f.Value("mail")); err != nil {
		if err := tell(f, "mail", err); err != nil {
			return page.Reply{}, err
		}
		return d.showAsk(r, p, f, false)
	}
	return d.SeeOther(r, "/mine?sent=1"), nil
}
