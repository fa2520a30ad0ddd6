// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"strconv"

	"ecot/app/payouts"
	"ecot/app/people"
	"ecot/fault"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/web/page"
)

// payees lists those who may be paid.
func (d *Door) payees(c call) (page.Reply, error) {
	all, err := d.cases.Payees(c.Context(), c.who)
	if err != nil {
		return page.Reply{}, err
	}
	list := block{ID: "list", Title: c.Words("payouts.payees.list"), Empty: c.Words("payouts.payees.empty")}
	for _, payee := range all {
		_, accounts, err := d.cases.Payee(c.Context(), payee.ID)
		if err != nil {
			return page.Reply{}, err
		}
		line := item{cell: cell{Text: payee.Name, Href: payouts.PayeesPath + "/" + payee.ID},
			Under: []cell{{Text: c.Words("payouts.kind." + payee.Kind)}}}
		if hold := holdCell(c.Pen, d.cases.Holds(accounts)); hold != nil {
			line.Under = append(line.Under, *hold)
		}
		list.Items = append(list.Items, line)
	}
	return d.show(c, view{Frame: d.Frame(c.Request, c.Pen, "payees", c.Words("payouts.payees.title")),
		Lead: c.Words("payouts.payees.lead"), Blocks: []block{list},
		Links: []cell{{Text: c.Words("payouts.payee.new"), Href: payouts.PayeesPath + "/new"}}})
}

// seen gives a payee that the member may see, with their accounts.
func (d *Door) seen(c call) (office.Payee, []office.PayeeAccount, error) {
	payee, accounts, err := d.cases.Payee(c.Context(), c.PathValue("id"))
	if err == nil && !c.who.May(people.ReadPrivate) && (payee.MadeBy != c.who.Member || c.who.Member == "") {
		err = fault.New(fault.NotFound, "There is no such payee.").In("payouts.no-payee")
	}
	return payee, accounts, err
}

// payee shows somebody who may be paid, and every account that they had.
func (d *Door) payee(c call) (page.Reply, error) {
	payee, accounts, err := d.seen(c)
	if err != nil {
		return page.Reply{}, err
	}
	at := payouts.PayeesPath + "/" + payee.ID
	facts := []cell{{Head: c.Words("payouts.kind.label"), Text: c.Words("payouts.kind." + payee.Kind)},
		{Head: c.Words("payouts.mail.label"), Text: payee.Mail}}
	if payee.Note != "" {
		facts = append(facts, cell{Head: c.Words("payouts.note.label"), Text: payee.Note})
	}
	list := block{ID: "accounts", Title: c.Words("payouts.accounts"), Lead: c.Words("payouts.accounts.lead"),
		Empty: c.Words("payouts.accounts.empty")}
	for _, a := range accounts {
		list.Items = append(list.Items, d.accountItem(c, at, a))
	}
	return d.show(c, view{Frame: d.Frame(c.Request, c.Pen, "payees", payee.Name),
		Back: back(c.Pen, payouts.PayeesPath, "payouts.payees.title"), Notice: holdCell(c.Pen,
			d.cases.Holds(accounts)),
		Facts: facts, Blocks: []block{list}, Links: []cell{{Text: c.Words("payouts.account.new"),
			Href: at + "/account"},
			{Text: c.Words("payouts.expense.new"), Href: payouts.ExpensesPath + "/new?payee=" + payee.ID}}})
}

// accountItem writes an account, who asked for it and who confirmed it.
func (d *Door) accountItem(c call, at string, a office.PayeeAccount) item {
	line := item{cell: cell{Text: a.Name}, Under: []cell{{Text: a.IBAN, Code: true}}}
	if a.BIC != "" {
		line.Under = append(line.Under, cell{Text: a.BIC})
	}
	line.Under = append(line.Under, cell{Term: c.Words("payouts.account.asked", "by", mandate(c.Pen,
		a.AskedMandate)),
		When: instant(c.Pen, a.Asked)})
	if a.Confirmed != 0 {
		line.Under = append(line.Under, cell{Term: c.Words("payouts.account.confirmed", "by",
			mandate(c.Pen, a.ConfirmedMandate)), When: instant(c.Pen, a.Confirmed)},
			cell{Term: c.Words("payouts.account.usable"), When: instant(c.Pen, a.Usable)})
	}
	if a.Verdict != "" {
		line.Under = append(line.Under, cell{Text: c.Words("payouts.verdict." + a.Verdict)})
	}
	switch {
	case a.Ended != 0 && (a.Why == "replaced" || a.Why == "refused"):
		line.Under = append(line.Under, cell{Term: c.Words("payouts.account." + a.Why), When: instant(c.Pen,
			a.Ended)})
	case a.Ended != 0:
		line.Under = append(line.Under, cell{Text: codeWords(c.Pen, a.Why)}, cell{When: instant(c.Pen, a.Ended)})
	case c.who.May(people.ManagePayees):
		line.Acts = d.accountActs(c.Pen, at, a)
	}
	return line
}

// mandate names who did something: the mandate, or a member without one.
func mandate(p *page.Pen, word string) string {
	if word == "" {
		return p.Words("payouts.no-mandate")
	}
	return word
}

// accountActs gives the buttons of an account that has not ended.
func (d *Door) accountActs(p *page.Pen, at string, a office.PayeeAccount) (acts []act) {
	n := hidden("n", strconv.FormatInt(a.N, 10))
	if a.Confirmed == 0 {
		return []act{{Action: at + "/confirm", Button: p.Words("payouts.account.confirm"), Hidden: []page.Field{n}},
			{Action: at + "/reject", Button: p.Words("payouts.account.refuse"), Class: "second",
				Hidden: []page.Field{n}}}
	}
	for _, verdict := range payouts.Verdicts() {
		if verdict != a.Verdict {
			acts = append(acts, act{Action: at + "/verdict", Button: p.Words("payouts.verdict." + verdict),
				Class: "second", Hidden: []page.Field{n, hidden("verdict", verdict)}})
		}
	}
	return acts
}

// onAccount reads which account a button is about, does it, and goes back to the payee.
func (d *Door) onAccount(c call, do func(payee string, n int64, f *page.Form) error) (page.Reply, error) {
	f, err := d.ReadForm(c.Request, c.Pen)
	if err != nil {
		return page.Reply{}, err
	}
	n, err := strconv.ParseInt(f.Value("n"), 10, 64)
	if err != nil {
		return page.Reply{}, fault.Wrap(err, fault.Invalid,
			"The form is damaged; begin again.").In("payouts.bad-form")
	}
	if err := do(c.PathValue("id"), n, f); err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(c.Request, payouts.PayeesPath+"/"+c.PathValue("id")), nil
}

func (d *Door) confirmAccount(c call) (page.Reply, error) {
	return d.onAccount(c, func(payee string, n int64, _ *page.Form) error {
		return d.cases.ConfirmAccount(c.Context(), c.who, payee, n)
	})
}

func (d *Door) rejectAccount(c call) (page.Reply, error) {
	return d.onAccount(c, func(payee string, n int64, _ *page.Form) error {
		return d.cases.RefuseAccount(c.Context(), c.who, payee, n)
	})
}

func (d *Door) judgeAccount(c call) (page.Reply, error) {
	return d.onAccount(c, func(payee string, n int64, f *page.Form) error {
		return d.cases.Judge(c.Context(), c.who, payee, n, f.Value("verdict"))
	})
}

// newPayee shows the form of a payee.
func (d *Door) newPayee(c call) (page.Reply, error) { return d.payeeForm(c, page.NewForm(c.Pen, nil)) }

func (d *Door) payeeForm(c call, f *page.Form) (page.Reply, error) {
	kinds := []string{string(giving.Person), string(giving.Company), string(giving.Association),
		string(giving.PublicBody)}
	return d.ask(c, formView{Frame: d.Frame(c.Request, c.Pen, "payees", c.Words("payouts.payee.new")),
		Problems: f.Problems(), Back: back(c.Pen, payouts.ExpensesPath, "payouts.expenses.title"),
		Lead: c.Words("payouts.payee.lead"), Action: payouts.PayeesPath + "/new",
		Button: c.Words("payouts.payee.add"),
		Fields: []field{
			{"field", f.Field("name", "payouts.name", page.Needed)},
			{"choices", f.Choices("kind", "payouts.kind", kinds...)},
			{"field", f.Field("mail", "payouts.mail", page.As("email", "email", ""))},
			{"field", f.Field("note", "payouts.note", page.Rows(3))},
		}})
}

// addPayee adds a payee, and goes on to their account.
func (d *Door) addPayee(c call) (page.Reply, error) {
	f, err := d.ReadForm(c.Request, c.Pen)
	if err != nil {
		return page.Reply{}, err
	}
	payee, err := d.cases.AddPayee(c.Context(), c.who, office.Payee{Name: f.Value("name"), Mail: f.Value("mail"),
		Kind: f.Value("kind"), Note: f.Value("note"), Lang: string(c.Lang)})
	if err != nil {
		if err := f.RefuseFault(fieldOf(err), err); err != nil {
			return page.Reply{}, err
		}
		return d.payeeForm(c, f)
	}
	return d.SeeOther(c.Request, payouts.PayeesPath+"/"+payee.ID+"/account"), nil
}

// newAccount shows the form of an account.
func (d *Door) newAccount(c call) (page.Reply, error) {
	payee, _, err := d.seen(c)
	if err != nil {
		return page.Reply{}, err
	}
	return d.accountForm(c, payee, page.NewForm(c.Pen, map[string][]string{"name": {payee.Name}}))
}

func (d *Door) accountForm(c call, payee office.Payee, f *page.Form) (page.Reply, error) {
	at := payouts.PayeesPath + "/" + payee.ID
	return d.ask(c, formView{Frame: d.Frame(c.Request, c.Pen, "payees", c.Words("payouts.account.title",
		"name", payee.Name)),
		Problems: f.Problems(), Back: back(c.Pen, at, "payouts.back"), Lead: c.Words("payouts.account.lead"),
		Action: at + "/account", Button: c.Words("payouts.account.ask"), Fields: []field{
			{"field", f.Field("name", "payouts.holder", page.Needed)},
			{"field", f.Field("iban", "payouts.iban", page.Needed)},
			{"field", f.Field("bic", "payouts.bic", page.Narrow)},
		}})
}

// askAccount asks for an account.
func (d *Door) askAccount(c call) (page.Reply, error) {
	payee, _, err := d.seen(c)
	if err != nil {
		return page.Reply{}, err
	}
	f, err := d.ReadForm(c.Request, c.Pen)
	if err != nil {
		return page.Reply{}, err
	}
	err = d.cases.AskAccount(c.Context(), c.who, payee.ID, payouts.Account{Name: f.Value("name"),
		IBAN: f.Value("iban"),
		BIC:  f.Value("bic")})
	if err != nil {
		if err := f.RefuseFault(fieldOf(err), err); err != nil {
			return page.Reply{}, err
		}
		return d.accountForm(c, payee, f)
	}
	return d.SeeOther(c.Request, payouts.PayeesPath+"/"+payee.ID), nil
}
