// SPDX-License-Identifier: AGPL-3.0-or-later

// Package payouts shows what leaves the fund: expenses and who signed them, payees and their accounts, files
// for the bank, transfers between pots, refunds. Of each expense and transfer it shows everybody the amount,
// the purpose, the days and the mandates, and no name.
//
// The pages of the back office stand behind a guard; what somebody may do there is asked of the use-cases,
// not decided here. Its one invariant: a document, a name or an account is on no page that anybody can open.
package payouts

import (
	"embed"
	"io/fs"
	"net/http"
	"strconv"
	"time"

	"ecot/app/payouts"
	"ecot/app/people"
	"ecot/fault"
	"ecot/locale"
	"ecot/money"
	"ecot/office"
	"ecot/web/page"
)

// Door is the part of the site where money leaves. It is immutable once its routes are laid.
type Door struct {
	*page.Kit
	cases *payouts.Payouts
	unit  money.Unit
	guard page.Guard
}

// New gives the door of the payouts of a fund that counts in unit; guard stands before the pages of the back
// office.
func New(cases *payouts.Payouts, unit money.Unit, guard page.Guard) *Door {
	return &Door{cases: cases, unit: unit, guard: guard}
}

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

// Nav adds nothing to what the public sees first.
func (d *Door) Nav() []page.NavItem { return nil }

// Side lists the pages of the back office.
func (d *Door) Side() []page.SideItem {
	return []page.SideItem{
		{NavItem: page.NavItem{Section: "expenses", Address: payouts.ExpensesPath, Key: "payouts.nav.expenses"}},
		{NavItem: page.NavItem{Section: "payments", Address: payouts.PaymentsPath, Key: "payouts.nav.payments"},
			Right: string(people.ReadDesk)},
		{NavItem: page.NavItem{Section: "payees", Address: payouts.PayeesPath, Key: "payouts.nav.payees"},
			Right: string(people.ReadPrivate)},
	}
}

// Routes lists every address of the door.
func (d *Door) Routes(k *page.Kit, mux *http.ServeMux) {
	d.Kit = k
	k.Page(mux, "/expenses/{index}", d.publicExpense)
	k.Page(mux, "/transfers/{index}", d.publicTransfer)
	k.Upload(mux, payouts.ExpensesPath+"/new", d.behind("", d.newExpense), d.behind("", d.submit))
	for path, r := range d.pages() {
		k.Page(mux, path, d.behind(r.right, r.act))
	}
	for path, r := range d.posts() {
		k.Post(mux, path, d.behind(r.right, r.act))
	}
	for path, f := range d.forms() {
		k.Form(mux, path, d.behind(f.right, f.show), d.behind(f.right, f.post))
	}
}

// route is who may open an address, and what answers.
type route struct {
	right people.Right // empty for all who are signed in: the use-case says the rest
	act   action
}

// pages lists the pages of the back office that change nothing.
func (d *Door) pages() map[string]route {
	return map[string]route{
		payouts.ExpensesPath:                       {"", d.expenses},
		payouts.ExpensesPath + "/{index}":          {"", d.expense},
		payouts.ExpensesPath + "/{index}/document": {"", d.document},
		payouts.PayeesPath:                         {people.ReadPrivate, d.payees},
		payouts.PayeesPath + "/{id}":               {"", d.payee},
		payouts.PaymentsPath:                       {people.ReadDesk, d.payments},
		payouts.PaymentsPath + "/files/{id}":       {people.Sign, d.file},
		payouts.TransfersPath:                      {people.ReadDesk, d.transfers},
		payouts.TransfersPath + "/{id}":            {people.ReadDesk, d.transfer},
		payouts.RefundsPath:                        {people.ReadPrivate, d.refunds},
		payouts.RefundsPath + "/{id}":              {people.ReadPrivate, d.refund},
	}
}

// posts lists what is done by a button.
func (d *Door) posts() map[string]route {
	return map[string]route{
		payouts.ExpensesPath + "/{index}/approve": {people.Sign, d.approve},
		payouts.PayeesPath + "/{id}/confirm":      {people.ManagePayees, d.confirmAccount},
		payouts.PayeesPath + "/{id}/reject":       {people.ManagePayees, d.rejectAccount},
		payouts.PayeesPath + "/{id}/verdict":      {people.ManagePayees, d.judgeAccount},
		payouts.PaymentsPath + "/export":          {people.Sign, d.export},
		payouts.PaymentsPath + "/drop":            {people.Sign, d.drop},
		payouts.TransfersPath + "/{id}/sign":      {people.Sign, d.signTransfer},
		payouts.RefundsPath + "/{id}/sign":        {people.Sign, d.signRefund},
	}
}

// form is a page that shows a form, and what it asks for.
type form struct {
	right      people.Right
	show, post action
}

// forms lists the forms of the back office.
func (d *Door) forms() map[string]form {
	return map[string]form{
		payouts.ExpensesPath + "/{index}/refuse": {"", d.showRefuse, d.refuse},
		payouts.PayeesPath + "/new":              {"", d.newPayee, d.addPayee},
		payouts.PayeesPath + "/{id}/account":     {"", d.newAccount, d.askAccount},
		payouts.TransfersPath + "/new":           {people.Sign, d.newTransfer, d.askTransfer},
		payouts.TransfersPath + "/{id}/refuse":   {people.Sign, d.showRefuseTransfer, d.refuseTransfer},
		payouts.RefundsPath + "/new":             {people.Refund, d.newRefund, d.askRefund},
		payouts.RefundsPath + "/{id}/refuse":     {people.Sign, d.showRefuseRefund, d.refuseRefund},
	}
}

// call is one request for a page of the back office.
type call struct {
	*http.Request
	*page.Pen
	who people.Actor
}

// action answers a call.
type action func(c call) (page.Reply, error)

// behind puts an action behind the guard.
func (d *Door) behind(right people.Right, act action) page.Action {
	return d.guard(string(right), func(r *http.Request) (page.Reply, error) {
		return act(call{r, d.Pen(r), people.From(r.Context())})
	})
}

// index reads the entry that an address names.
func index(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue("index"), 10, 64)
	if err != nil || n < 1 {
		return 0, fault.New(fault.NotFound, "There is no such entry.")
	}
	return n, nil
}

// cell is a fact on a page: words, an amount or an instant, with what stands before and behind it.
type cell struct {
	Head   string // of a list of facts
	Term   string // before it, in a line
	Text   string
	Href   string
	Code   bool
	Amount *page.AmountView
	When   *locale.Moment
	Tag    *page.TagView
}

// act is a button.
type act struct {
	Action string
	Button string
	Label  string // for who does not see what it stands beside; may be empty
	Class  string // of the button
	Hidden []page.Field
}

// item is a line of a list.
type item struct {
	cell
	Under []cell
	Acts  []act
}

// block is a list under a heading.
type block struct {
	ID    string
	Title string
	Lead  string
	Empty string // said of a list without lines
	Items []item
	Acts  []act
}

// view is a page of facts and lists.
type view struct {
	page.Frame
	Back   *cell
	Lead   string
	Notice *cell
	Facts  []cell
	Acts   []act
	Links  []cell
	Blocks []block
}

// formView is a page with one form.
type formView struct {
	page.Frame
	Problems []page.Problem
	Back     *cell
	Lead     string
	Action   string
	Upload   bool
	Hidden   []page.Field
	Fields   []field
	Button   string
}

// field is a field and the template that shows it.
type field struct {
	Kind  string // field, choices or select
	Field page.Field
}

// figure gives an amount that an entry states, with what stands behind it.
func (d *Door) figure(p *page.Pen, minor int64, entry int64, class page.Class) cell {
	href := ""
	if entry > 0 {
		href = entryPath(entry)
	}
	amount, tag := p.Figure(minor, d.unit, href), p.Tag(class)
	return cell{Amount: &amount, Tag: &tag}
}

func entryPath(index int64) string { return "/entries/" + strconv.FormatInt(index, 10) }

// instant writes an instant in seconds, day a day 2026-01-02.
func instant(p *page.Pen, seconds int64) *locale.Moment {
	return when(p, time.Unix(seconds, 0).UTC().Format(time.RFC3339))
}

func when(p *page.Pen, at string) *locale.Moment {
	moment := p.When(at)
	return &moment
}

// entryLink links an entry by its number.
func entryLink(p *page.Pen, index int64) cell {
	return cell{Text: p.Words("payouts.entry", "index", strconv.FormatInt(index, 10)), Href: entryPath(index)}
}

// holdCell says why nothing can be sent.
func holdCell(p *page.Pen, hold *payouts.Hold) *cell {
	if hold == nil {
		return nil
	}
	c := &cell{Text: p.Words(hold.Key, hold.Pairs...)}
	if hold.Until != 0 {
		c.Term, c.When = c.Text, instant(p, hold.Until)
	}
	return c
}

// signatures writes who signed, and how many of two.
func signatures(p *page.Pen, signed []office.Signature, by []string) block {
	b := block{ID: "signatures", Title: p.Words("payouts.signatures", "n", strconv.Itoa(len(by))),
		Empty: p.Words("payouts.signatures.none")}
	for _, mandate := range by {
		line := item{cell: cell{Text: mandate}}
		for _, s := range signed {
			if s.Mandate != mandate {
				continue
			}
			line.Under = append(line.Under, cell{When: instant(p, s.At)})
			if s.Index > 0 {
				line.Under = append(line.Under, entryLink(p, s.Index))
			}
		}
		b.Items = append(b.Items, line)
	}
	return b
}

// hidden makes a field that nobody sees.
func hidden(name, value string) page.Field { return page.Field{Name: name, Value: value} }

// show makes a page of the back office.
func (d *Door) show(c call, v view) (page.Reply, error) {
	return d.Private(c.Request, c.Pen, "payouts-page", v)
}

// ask makes a page with a form.
func (d *Door) ask(c call, v formView) (page.Reply, error) {
	made, err := d.Private(c.Request, c.Pen, "payouts-form", v)
	if len(v.Problems) > 0 {
		made.Status = http.StatusBadRequest
	}
	return made, err
}

// back links the page above.
func back(p *page.Pen, href, key string) *cell { return &cell{Text: p.Words(key), Href: href} }
