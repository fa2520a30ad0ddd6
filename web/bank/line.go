// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ecot/app/bank"
	"ecot/app/gifts"
	"ecot/office"
	"ecot/web/page"
)

// linePage is one line, and the form that says what it is.
type linePage struct {
	page.Frame
	Problems []page.Problem
	Line     lineView
	Open     bool // something can be said of it
	Undo     bool // something was said, and can be undone
	Status   string
	Entries  []entryView
	As       page.Field
	Gift     []page.Field
	Rest     []page.Field
	Action   string
}

// entryView is an entry that a line was booked as.
type entryView struct {
	Title  string
	Href   string
	Amount page.AmountView
}

// line shows a line.
func (d *Door) line(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	return d.showLine(r, p, page.NewForm(p, nil))
}

func (d *Door) showLine(r *http.Request, p *page.Pen, f *page.Form) (page.Reply, error) {
	story, err := d.bank.Story(r.Context(), r.PathValue("key"))
	if err != nil {
		return page.Reply{}, err
	}
	l := story.Line
	heading := p.Words("bank.line", "amount", p.Figure(l.Amount, l.Currency, "").Text, "day",
		p.When(l.Booked).Words)
	made := linePage{Frame: d.Frame(r, p, "desk-bank", heading), Problems: f.Problems(), Line: lineOf(p,
		story.Pair),
		Status: p.Words("bank.status." + string(l.Status)), Action: "/desk/bank/lines/" + l.Key}
	made.Open = l.Status == office.LineWaiting || l.Status == office.LineArrived
	made.Undo = l.Status == office.LineBooked || l.Status == office.LineArrived || l.Status == office.LineIgnored
	for _, booking := range story.Bookings {
		index := strconv.FormatInt(booking.Index, 10)
		made.Entries = append(made.Entries, entryView{p.Words("bank.as." + booking.Kind), "/entries/" + index,
			p.Figure(booking.Amount, l.Currency, "")})
	}
	if made.Open {
		if err := d.ask(r, p, f, &made, l); err != nil {
			return page.Reply{}, err
		}
	}
	return d.Private(r, p, "bank-line", made)
}

// ask fills in the fields of the form.
func (d *Door) ask(r *http.Request, p *page.Pen, f *page.Form, made *linePage, l office.BankLine) error {
	var kinds []string
	for _, kind := range kindsOf(l) {
		kinds = append(kinds, string(kind))
	}
	made.As = f.Choices("as", "bank.as", kinds...)
	pots, err := d.options.Pots(r.Context())
	if err != nil {
		return err
	}
	var options []page.Option
	for _, pot := range pots {
		options = append(options, page.Option{Value: pot.Slug, Label: pot.Name})
	}
	made.Gift = []page.Field{
		f.Field("mail", "bank.mail", page.As("email", "email", "off")),
		f.Field("name", "bank.name"),
	}
	made.Rest = []page.Field{
		f.Field("pot", "bank.pot", f.Options("pot", options)),
		f.Field("entry", "bank.of", page.As("text", "numeric", "off"), page.Narrow),
		f.Field("asset", "bank.asset"),
		f.Field("reason", "bank.reason"),
	}
	return nil
}

// kindsOf gives what a line can be, by its sign and by where it stands.
func kindsOf(l office.BankLine) []bank.Kind {
	if l.Status == office.LineArrived {
		return []bank.Kind{bank.Gift}
	}
	out := []bank.Kind{bank.Gift, bank.Arrival, bank.PaymentReturn}
	if l.Amount > 0 {
		out = []bank.Kind{bank.Fee, bank.Payment}
	}
	return slices.DeleteFunc(bank.Kinds(), func(k bank.Kind) bool { return slices.Contains(out, k) })
}

// bookAs books a line as the form says.
func (d *Door) bookAs(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	f, err := d.ReadForm(r, p)
	if err != nil {
		return page.Reply{}, err
	}
	story, err := d.bank.Story(r.Context(), r.PathValue("key"))
	if err != nil {
		return page.Reply{}, err
	}
	part := partOf(f, story.Line)
	if !f.Wrong() {
		err := d.bank.BookAs(r.Context(), story.Line.Key, bank.Decision{Parts: []bank.Part{part}}, d.by(r))
		if err == nil {
			return d.SeeOther(r, "/desk/bank?done=booked"), nil
		}
		if err := f.RefuseFault("as", err); err != nil {
			return page.Reply{}, err
		}
	}
	return d.showLine(r, p, f)
}

// partOf reads what the form says that a line is.
func partOf(f *page.Form, l office.BankLine) bank.Part {
	part := bank.Part{Kind: bank.Kind(f.Value("as")), Amount: l.Amount}
	if !slices.Contains(kindsOf(l), part.Kind) {
		f.Refuse("as", "bank.as.needed")
		return part
	}
	entry := func() {
		index, err := strconv.ParseInt(f.Value("entry"), 10, 64)
		if part.Of = index; err != nil || index < 1 {
			f.Refuse("entry", "bank.of.needed")
		}
	}
	switch part.Kind {
	case bank.Gift:
		part.Gift = &bank.GiftOf{To: gifts.Whole(f.Value("pot")).String(), Donor: giver(f)}
	case bank.Fee:
		part.Pot = f.Value("pot")
	case bank.Payment, bank.PaymentReturn:
		part.Code = l.ReturnReason
		entry()
	case bank.Refund, bank.Linked:
		entry()
	case bank.Transfer:
		if part.Asset = f.Value("asset"); part.Asset == "" {
			f.Refuse("asset", "bank.asset.needed")
		}
	case bank.Ignored:
		if part.Reason = f.Value("reason"); part.Reason == "" {
			f.Refuse("reason", "bank.reason.needed")
		}
	}
	if (part.Kind == bank.Gift || part.Kind == bank.Fee) && f.Value("pot") == "" {
		f.Refuse("pot", "bank.pot.needed")
	}
	return part
}

// giver reads who gave: somebody with an address, somebody by name alone, or nobody known.
func giver(f *page.Form) office.Donor {
	donor := office.Donor{Handle: gifts.Handle(f.Value("mail")), Name: f.Value("name"), Kind: gifts.Person,
		Shown: office.Anonymous}
	switch {
	case donor.Handle != "" && !strings.Contains(donor.Handle, "@"):
		f.Refuse("mail", "bank.mail.wrong")
	case donor.Handle != "":
		donor.Mail = donor.Handle
	case donor.Name != "":
		donor.Handle = gifts.NewHandle()
	default:
		donor.Kind = "unknown"
	}
	return donor
}
