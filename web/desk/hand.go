// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"

	"ecot/app/people"
	"ecot/app/till"
	"ecot/fault"
	"ecot/journal"
	"ecot/locale"
	"ecot/money"
	"ecot/office"
	"ecot/web/page"
)

// handPage is where what is given by hand is seen.
const handPage = "/desk/hand"

// Pot is a pot that a gift can be for.
type Pot struct{ Slug, Name string }

// handView is what the till holds.
type handView struct {
	page.Frame
	Problems []page.Problem
	Waiting  []handRow
	Slips    []slipView
	Slip     page.Field
	May      bool // enter and deposit
}

// handRow is one gift taken in by hand.
type handRow struct {
	Index  int64
	How    string
	Day    locale.Moment
	Amount page.AmountView
	Where  string // the cheque's number and bank, or the place
	Paper  string // where its paper is; empty for none
	Tag    page.TagView
}

// slipView is what went to the bank together.
type slipView struct {
	Number string
	Total  string
	Rows   []handRow
	Tag    page.TagView
}

// hand shows what the till holds, and what went to the bank.
func (d *Door) hand(r *http.Request) (page.Reply, error) {
	return d.handList(r, page.NewForm(d.Pen(r), nil), http.StatusOK)
}

func (d *Door) handList(r *http.Request, f *page.Form, status int) (page.Reply, error) {
	waiting, slips, err := d.options.Till.List(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	view := handView{Frame: d.Frame(r, p, "desk-hand", p.Words("desk.hand.title")), Problems: f.Problems(),
		Slip: f.Field("slip", "desk.hand.slip", page.Needed, page.Narrow),
		May:  people.From(r.Context()).May(people.Book)}
	for _, h := range waiting {
		view.Waiting = append(view.Waiting, d.handRow(p, h, page.Declared))
	}
	for _, s := range slips {
		class := page.Declared
		if s.Proved {
			class = page.Proved
		}
		one := slipView{Number: s.Number, Tag: p.Tag(class),
			Total: p.Amount(money.Amount{Minor: s.Total, Unit: d.options.Unit})}
		for _, h := range s.Gifts {
			one.Rows = append(one.Rows, d.handRow(p, h, class))
		}
		view.Slips = append(view.Slips, one)
	}
	made, err := d.Private(r, p, "desk-hand", view)
	made.Status = status
	return made, err
}

// handRow writes a gift.
func (d *Door) handRow(p *page.Pen, h office.ByHand, class page.Class) handRow {
	row := handRow{Index: h.Index, How: p.Words("desk.how." + h.How), Day: p.When(h.Day), Where: h.Place,
		Amount: p.Figure(h.Amount, d.options.Unit, "/entries/"+strconv.FormatInt(h.Index, 10)), Tag: p.Tag(class)}
	if h.Cheque != "" {
		row.Where = p.Words("desk.hand.cheque", "number", h.Cheque, "bank", h.Bank)
	}
	if h.Paper != "" {
		row.Paper = handPage + "/paper/" + h.Paper
	}
	return row
}

// handFormView is the form of a gift given by hand.
type handFormView struct {
	page.Frame
	Problems []page.Problem
	Form     string // its number, so that it is taken once
	Fields   []fieldView
}

// newHand shows the form.
func (d *Door) newHand(r *http.Request) (page.Reply, error) {
	values := map[string][]string{"form": {rand.Text()}, "day": {d.options.Till.Today().String()}}
	return d.handForm(r, page.NewForm(d.Pen(r), values), http.StatusOK)
}

func (d *Door) handForm(r *http.Request, f *page.Form, status int) (page.Reply, error) {
	p := d.Pen(r)
	pots, err := d.options.Pots(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	var choices []page.Option
	for _, pot := range pots {
		choices = append(choices, page.Option{Value: pot.Slug, Label: pot.Name})
	}
	var hows []string
	for _, how := range till.Hows() {
		hows = append(hows, string(how))
	}
	view := handFormView{Frame: d.Frame(r, p, "desk-hand", p.Words("desk.hand.new")), Problems: f.Problems(),
		Form: f.Value("form"), Fields: []fieldView{
			{"choices", f.Choices("how", "desk.how", hows...)},
			{"field", f.Field("amount", "desk.hand.amount", page.As("text", "decimal", ""), page.Needed, page.Narrow)},
			{"field", f.Field("day", "desk.hand.day", page.As("date", "", ""), page.Needed)},
			{"select", f.Field("pot", "desk.hand.pot", f.Options("pot", choices))},
			{"field", f.Field("name", "desk.hand.name")},
			{"field", f.Field("mail", "desk.hand.mail", page.As("email", "email", ""))},
			{"choices", f.Choices("kind", "desk.kind", "person", "company", "association", "public-body")},
			{"field", f.Field("cheque", "desk.hand.number", page.Narrow)},
			{"field", f.Field("bank", "desk.hand.bank")},
			{"field", f.Field("place", "desk.hand.place")},
			{"field", f.Field("paper", "desk.hand.paper", page.As("file", "", ""))},
		}}
	made, err := d.Private(r, p, "desk-hand-form", view)
	made.Status = status
	return made, err
}

// enterHand enters a gift given by hand.
func (d *Door) enterHand(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	f, err := d.ReadForm(r, p)
	if err != nil {
		return page.Reply{}, err
	}
	g := till.Gift{Form: f.Value("form"), How: till.How(f.Value("how")), Pot: f.Value("pot"),
		Name: f.Value("name"), Mail: f.Value("mail"), Kind: f.Value("kind"), Cheque: f.Value("cheque"),
		Bank:  f.Value("bank"),
		Place: f.Value("place")}
	g.Day, _ = journal.ParseDay(f.Value("day"))
	amount, err := money.ParseLocal(f.Value("amount"), string(p.Lang), d.options.Unit)
	if err == nil {
		g.Amount = amount.Minor
	}
	if g.Paper, err = paperOf(r); err != nil {
		return page.Reply{}, err
	}
	wrong := d.options.Till.Check(g)
	for _, field := range []string{"how", "amount", "day", "pot", "cheque", "place", "paper"} {
		if wrong[field] != nil {
			f.Refuse(field, "setting.wrong", "why", p.Fault(wrong[field]))
		}
	}
	index := int64(0)
	if !f.Wrong() {
		if index, err = d.options.Till.Enter(r.Context(), people.From(r.Context()), g); err != nil {
			if err := f.RefuseFault("", err); err != nil {
				return page.Reply{}, err
			}
		}
	}
	if f.Wrong() {
		return d.handForm(r, f, http.StatusBadRequest)
	}
	return d.SeeOther(r, handPage+"#entry-"+strconv.FormatInt(index, 10)), nil
}

// paperOf reads the paper of a form, nil for none.
func paperOf(r *http.Request) ([]byte, error) {
	file, _, err := r.FormFile("paper")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The file cannot be read.").In("form.broken")
	}
	defer file.Close()
	return io.ReadAll(file)
}

// deposit puts gifts on a slip.
func (d *Door) deposit(r *http.Request) (page.Reply, error) {
	f, err := d.ReadForm(r, d.Pen(r))
	if err != nil {
		return page.Reply{}, err
	}
	var indexes []int64
	for _, text := range r.PostForm["entry"] {
		index, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return page.Reply{}, fault.Wrap(err, fault.Invalid, "There is no such entry.")
		}
		indexes = append(indexes, index)
	}
	slices.Sort(indexes)
	err = d.options.Till.Deposit(r.Context(), people.From(r.Context()), f.Value("slip"), slices.Compact(indexes))
	if err != nil {
		if err := f.RefuseFault("slip", err); err != nil {
			return page.Reply{}, err
		}
		return d.handList(r, f, http.StatusBadRequest)
	}
	return d.SeeOther(r, handPage), nil
}

// paper gives a photograph or a scan, to be kept rather than shown: who brought it is a stranger.
func (d *Door) paper(r *http.Request) (page.Reply, error) {
	p, err := d.options.Till.Paper(r.Context(), r.PathValue("digest"))
	if err != nil {
		return page.Reply{}, err
	}
	name := map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}[p.Kind]
	return page.Reply{Status: http.StatusOK, ContentType: p.Kind, Cache: page.CacheNever, Body: p.Data,
		Filename: p.Digest[:12] + name, Download: true}, nil
}
