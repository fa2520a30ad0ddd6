// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"ecot/app/payouts"
	"ecot/app/people"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
	"ecot/web/page"
)

// onPage is how many lines a list of the back office has at most.
const onPage = 100

// expenses lists the expenses that the member may see, the newest first.
func (d *Door) expenses(c call) (page.Reply, error) {
	before, err := strconv.ParseInt("0"+c.URL.Query().Get("before"), 10, 64)
	if err != nil {
		return page.Reply{}, fault.Wrap(err, fault.Invalid, "The address names no entry to go on from.")
	}
	rows, err := d.cases.List(c.Context(), c.who, before, onPage)
	if err != nil {
		return page.Reply{}, err
	}
	list := block{ID: "list", Title: c.Words("payouts.expenses.list"), Empty: c.Words("payouts.expenses.empty")}
	for _, row := range rows {
		list.Items = append(list.Items, d.expenseItem(c.Pen, row))
	}
	v := view{Frame: d.Frame(c.Request, c.Pen, "expenses", c.Words("payouts.expenses.title")),
		Lead:   c.Words("payouts.expenses.lead"),
		Links:  []cell{{Text: c.Words("payouts.expense.new"), Href: payouts.ExpensesPath + "/new"}},
		Blocks: []block{list}}
	if len(rows) == onPage {
		v.Links = append(v.Links, cell{Text: c.Words("payouts.older"),
			Href: payouts.ExpensesPath + "?before=" + strconv.FormatInt(rows[len(rows)-1].Index, 10)})
	}
	return d.show(c, v)
}

// expenseItem writes an expense in a list.
func (d *Door) expenseItem(p *page.Pen, row payouts.Row) item {
	line := item{cell: d.figure(p, row.Amount, 0, classOf(row.Stage))}
	line.Text, line.Href = titleOf(p, row.Expense), payouts.Path(row.Index)
	line.Under = []cell{{Text: p.Words("payouts.stage." + string(row.Stage))}, {Text: row.Pot}}
	if row.Payee != "" {
		line.Under = append(line.Under, cell{Text: row.Payee})
	}
	line.Under = append(line.Under, cell{When: instant(p, row.Since)})
	return line
}

// titleOf gives an expense's title; of one whose payee was erased, its number.
func titleOf(p *page.Pen, e office.Expense) string {
	if e.Title != "" {
		return e.Title
	}
	return p.Words("payouts.entry", "index", strconv.FormatInt(e.Index, 10))
}

// classOf says what stands behind an expense's amount: the bank's line once it was paid, our word before.
func classOf(stage payouts.Stage) page.Class {
	if stage == payouts.StagePaid {
		return page.Proved
	}
	return page.Declared
}

// expense shows one expense whole: its facts, who signed, its orders, and what the member may do.
func (d *Door) expense(c call) (page.Reply, error) {
	n, err := index(c.Request)
	if err != nil {
		return page.Reply{}, err
	}
	x, err := d.cases.Expense(c.Context(), n)
	if err == nil {
		err = payouts.MaySee(c.who, x.Expense)
	}
	if err != nil {
		return page.Reply{}, err
	}
	pot, err := d.cases.PotName(c.Context(), x.Pot)
	if err != nil {
		return page.Reply{}, err
	}
	v := view{Frame: d.Frame(c.Request, c.Pen, "expenses", titleOf(c.Pen, x.Expense)),
		Back: back(c.Pen, payouts.ExpensesPath, "payouts.expenses.title"), Notice: holdCell(c.Pen, x.Hold),
		Facts: d.expenseFacts(c, x, pot), Acts: d.expenseActs(c, x),
		Blocks: []block{signatures(c.Pen, x.Signed, x.By), d.orders(c.Pen, x.Orders)},
		Links:  []cell{{Text: c.Words("payouts.public"), Href: "/expenses/" + strconv.FormatInt(n, 10)}}}
	if x.Stage != payouts.StageRefused && x.Stage != payouts.StagePaid && x.Stage != payouts.StageSent &&
		(c.who.May(people.Sign) || x.Member == c.who.Member) {
		v.Links = append(v.Links, cell{Text: c.Words("payouts.refuse"), Href: payouts.Path(n) + "/refuse"})
	}
	return d.show(c, v)
}

// expenseFacts lists what is known of an expense, as far as the member may read it.
func (d *Door) expenseFacts(c call, x payouts.Expense, pot string) []cell {
	fact := func(key string, f cell) cell {
		f.Head = c.Words("payouts.fact." + key)
		return f
	}
	facts := []cell{
		fact("amount", d.figure(c.Pen, x.Amount, x.Index, classOf(x.Stage))),
		fact("stage", cell{Text: c.Words("payouts.stage." + string(x.Stage))}),
		fact("pot", cell{Text: pot, Href: "/pots/" + x.Pot}),
		fact("destination", cell{Text: c.Words("payouts.destination." + x.Destination)}),
		fact("invoice", cell{When: when(c.Pen, x.On)}),
		fact("submitted", cell{When: instant(c.Pen, x.Since)}),
	}
	private := c.who.May(people.ReadPrivate)
	if private || x.Member == c.who.Member {
		payee := cell{Text: x.Payee.Name, Href: payouts.PayeesPath + "/" + x.Payee.ID}
		if x.Payee.Name == "" {
			payee = cell{Text: c.Words("payouts.erased")}
		}
		facts = append(facts, fact("payee", payee))
		if x.Text != "" {
			facts = append(facts, fact("text", cell{Text: x.Text}))
		}
		if x.Document.SHA256 != "" && x.Payee.Name != "" {
			facts = append(facts, fact("document", cell{Text: c.Words("payouts.document", "kind", x.Document.Media,
				"size", strconv.FormatInt((x.Document.Size+1023)/1024, 10)), Href: payouts.Path(x.Index) + "/document"}),
				fact("digest", cell{Text: x.Document.SHA256, Code: true}))
		}
	}
	if x.Stage == payouts.StageRefused && x.Reason != "" {
		facts = append(facts, fact("reason", cell{Text: x.Reason}))
	}
	return facts
}

// expenseActs gives the button of a signature to who may sign; whether it is refused, the use-case says.
func (d *Door) expenseActs(c call, x payouts.Expense) []act {
	if !c.who.May(people.Sign) || x.Stage != payouts.StageClaimed && x.Stage != payouts.StageSigned {
		return nil
	}
	return []act{{Action: payouts.Path(x.Index) + "/approve", Button: c.Words("payouts.approve")}}
}

// orders lists the orders to the bank for one thing.
func (d *Door) orders(p *page.Pen, all []office.Sent) block {
	b := block{ID: "orders", Title: p.Words("payouts.orders"), Empty: p.Words("payouts.orders.empty")}
	for _, s := range all {
		b.Items = append(b.Items, d.orderItem(p, s))
	}
	return b
}

// orderItem writes one order and what became of it.
func (d *Door) orderItem(p *page.Pen, s office.Sent) item {
	class := page.Declared
	if s.Entry != 0 {
		class = page.Proved
	}
	line := item{cell: d.figure(p, s.Amount, s.Entry, class)}
	line.Text = s.ID
	line.Under = []cell{{Text: p.Words("payouts.order." + string(s.Status))},
		{Term: p.Words("payouts.order.made"), When: instant(p, s.Made)}}
	if s.IBAN != "" {
		line.Under = append(line.Under, cell{Text: payouts.Hide(s.IBAN)})
	}
	if s.Entry != 0 {
		line.Under = append(line.Under, cell{Term: p.Words("payouts.order.left"), When: when(p, s.SeenOn)},
			entryLink(p, s.Entry))
	}
	if s.Back != 0 {
		line.Under = append(line.Under, cell{Term: p.Words("payouts.order.back"), When: when(p, s.BackOn)},
			cell{Text: codeWords(p, s.Code)}, entryLink(p, s.Back))
	}
	return line
}

// codeWords says why a bank sent money back.
func codeWords(p *page.Pen, code string) string {
	if key := "payouts.code." + code; p.Has(key) {
		return p.Words(key)
	}
	return p.Words("payouts.code.unlisted", "code", code)
}

// approve signs an expense.
func (d *Door) approve(c call) (page.Reply, error) {
	n, err := index(c.Request)
	if err == nil {
		_, err = d.cases.Approve(c.Context(), c.who, n)
	}
	if err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(c.Request, payouts.Path(n)), nil
}

// document gives the document of an expense, to be kept rather than shown: it came from outside.
func (d *Door) document(c call) (page.Reply, error) {
	n, err := index(c.Request)
	if err != nil {
		return page.Reply{}, err
	}
	document, err := d.cases.Document(c.Context(), c.who, n)
	if err != nil {
		return page.Reply{}, err
	}
	ending := map[string]string{"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
	return page.Reply{Status: http.StatusOK, ContentType: document.Media, Cache: page.CacheNever,
		Body:     document.Data,
		Filename: "expense-" + strconv.FormatInt(n, 10) + ending[document.Media], Download: true}, nil
}

// showRefuse asks for the reason of a refusal.
func (d *Door) showRefuse(c call) (page.Reply, error) {
	return d.askReason(c, page.NewForm(c.Pen, nil), reasonFor{"expenses", payouts.ExpensesPath + "/" +
		c.PathValue("index")})
}

// reasonFor is what a reason is asked for: a part of the back office, and a page of it.
type reasonFor struct{ section, page string }

// askReason shows the form of a refusal.
func (d *Door) askReason(c call, f *page.Form, of reasonFor) (page.Reply, error) {
	return d.ask(c, formView{Frame: d.Frame(c.Request, c.Pen, of.section, c.Words("payouts.refuse.title")),
		Problems: f.Problems(), Back: back(c.Pen, of.page, "payouts.back"), Lead: c.Words("payouts.refuse.lead"),
		Action: of.page + "/refuse", Button: c.Words("payouts.refuse"),
		Fields: []field{{"field", f.Field("reason", "payouts.reason", page.Needed, page.Rows(3))}}})
}

// answerReason reads a reason, does what it is for, and goes on to the page, or asks again.
func (d *Door) answerReason(c call, of reasonFor, do func(reason string) error) (page.Reply, error) {
	f, err := d.ReadForm(c.Request, c.Pen)
	if err != nil {
		return page.Reply{}, err
	}
	err = do(f.Value("reason"))
	if fault.CodeOf(err) == fault.Invalid && err != nil {
		if err := f.RefuseFault("reason", err); err != nil {
			return page.Reply{}, err
		}
		return d.askReason(c, f, of)
	}
	if err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(c.Request, of.page), nil
}

// refuse refuses an expense, or lets its proposer take it back.
func (d *Door) refuse(c call) (page.Reply, error) {
	n, err := index(c.Request)
	if err != nil {
		return page.Reply{}, err
	}
	return d.answerReason(c, reasonFor{"expenses", payouts.Path(n)}, func(reason string) error {
		_, err := d.cases.Refuse(c.Context(), c.who, n, reason)
		return err
	})
}

// newExpense shows the form of an expense.
func (d *Door) newExpense(c call) (page.Reply, error) {
	values := map[string][]string{"form": {payouts.NewID()}, "on": {d.Today()}}
	if payee := c.URL.Query().Get("payee"); payee != "" {
		values["payee"] = []string{payee}
	}
	return d.expenseForm(c, page.NewForm(c.Pen, values))
}

// expenseForm shows the form of an expense with what was sent.
func (d *Door) expenseForm(c call, f *page.Form) (page.Reply, error) {
	payees, err := d.cases.Payees(c.Context(), c.who)
	if err != nil {
		return page.Reply{}, err
	}
	slugs, names, err := d.cases.Pots(c.Context())
	if err != nil {
		return page.Reply{}, err
	}
	choices := []page.Option{{Label: c.Words("payouts.choose")}}
	for _, payee := range payees {
		choices = append(choices, page.Option{Value: payee.ID, Label: payee.Name})
	}
	pots := []page.Option{{Label: c.Words("payouts.choose")}}
	for _, slug := range slugs {
		if payouts.MaySubmit(c.who, slug) == nil {
			pots = append(pots, page.Option{Value: slug, Label: names[slug]})
		}
	}
	return d.ask(c, formView{Frame: d.Frame(c.Request, c.Pen, "expenses", c.Words("payouts.expense.new")),
		Problems: f.Problems(), Back: back(c.Pen, payouts.ExpensesPath, "payouts.expenses.title"),
		Lead: c.Words("payouts.expense.lead"), Action: payouts.ExpensesPath + "/new", Upload: true,
		Button: c.Words("payouts.expense.submit"), Hidden: []page.Field{hidden("form", f.Value("form"))},
		Fields: []field{
			{"select", f.Field("pot", "payouts.pot", f.Options("pot", pots), page.Needed)},
			{"select", f.Field("payee", "payouts.payee", f.Options("payee", choices), page.Needed)},
			{"field", f.Field("title", "payouts.expense-title", page.Needed)},
			{"field", f.Field("amount", "payouts.amount", page.As("text", "decimal", ""), page.Narrow, page.Needed)},
			{"choices", f.Choices("destination", "payouts.destination", "mission", "fundraising", "running")},
			{"field", f.Field("on", "payouts.on", page.As("date", "", ""), page.Narrow, page.Needed)},
			{"field", f.Field("text", "payouts.text", page.Rows(4))},
			{"field", f.Field("document", "payouts.document-file", page.As("file", "", ""), page.Needed)},
		}})
}

// submit enters an expense.
func (d *Door) submit(c call) (page.Reply, error) {
	f, err := d.ReadForm(c.Request, c.Pen)
	if err != nil {
		return page.Reply{}, err
	}
	draft := payouts.Draft{ID: f.Value("form"), Payee: f.Value("payee"), Pot: f.Value("pot"),
		Destination: giving.Destination(f.Value("destination")), Title: f.Value("title"), Text: f.Value("text")}
	draft.On, _ = journal.ParseDay(f.Value("on")) // a day that is none is refused as no day
	if draft.Document, err = upload(c.Request); err != nil {
		return page.Reply{}, err
	}
	if draft.Pot == "" {
		f.Refuse("pot", "payouts.no-pot")
	}
	draft.Amount = d.amount(c.Pen, f)
	if f.Wrong() {
		return d.expenseForm(c, f)
	}
	n, err := d.cases.Submit(c.Context(), c.who, draft)
	if err != nil {
		if err := f.RefuseFault(fieldOf(err), err); err != nil {
			return page.Reply{}, err
		}
		return d.expenseForm(c, f)
	}
	return d.SeeOther(c.Request, payouts.Path(n)), nil
}

// upload gives the file of a form, empty when none was sent.
func upload(r *http.Request) ([]byte, error) {
	file, _, err := r.FormFile("document")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The form cannot be read.").In("form.broken")
	}
	defer file.Close()
	return io.ReadAll(file)
}

// amount reads the amount of a form, and notes what is wrong with it.
func (d *Door) amount(p *page.Pen, f *page.Form) int64 {
	amount, err := money.ParseLocal(f.Value("amount"), string(p.Lang), d.unit)
	if err != nil {
		p.Note(f.RefuseFault("amount", err))
	}
	return amount.Minor
}

// fieldOf gives the field of a form that a refusal is about, by the message that it names.
func fieldOf(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	return map[string]string{
		"payouts.bad-title": "title", "payouts.bad-text": "text", "payouts.bad-amount": "amount",
		"payouts.bad-day": "on", "payouts.bad-destination": "destination", "payouts.bad-document": "document",
		"payouts.no-payee": "payee", "payouts.no-pot": "pot", "payouts.bad-name": "name",
		"payouts.bad-kind": "kind",
		"payouts.bad-mail": "mail", "payouts.payee-known": "mail", "payouts.bad-note": "note",
		"payouts.bad-iban": "iban", "payouts.not-sepa": "iban", "payouts.own-account": "iban",
		"payouts.dead-account": "iban", "payouts.bad-bic": "bic", "payouts.bad-reason": "because",
		"payouts.same-pot": "to", "payouts.no-gift": "gift", "payouts.nothing-left": "gift",
		"payouts.too-much": "amount", "payouts.not-their-account": "iban", "payouts.refund-under-way": "gift",
	}[f.Key]
}
