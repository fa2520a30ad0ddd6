// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"strconv"

	"ecot/app/payouts"
	"ecot/app/people"
	"ecot/office"
	"ecot/web/page"
)

// refunds lists the gifts that are or were to be given back by transfer, the newest first.
func (d *Door) refunds(c call) (page.Reply, error) {
	all, err := d.cases.Refunds(c.Context())
	if err != nil {
		return page.Reply{}, err
	}
	list := block{ID: "list", Title: c.Words("payouts.refunds.list"), Empty: c.Words("payouts.refunds.empty")}
	for i := len(all) - 1; i >= 0; i-- {
		r := all[i]
		line := item{cell: d.figure(c.Pen, r.Amount, 0, page.Declared)}
		line.Text = c.Words("payouts.refund.of", "index", strconv.FormatInt(r.Gift, 10))
		line.Href = payouts.RefundsPath + "/" + r.ID
		line.Under = []cell{{Text: c.Words("payouts.pair." + pairStage(r.Live != "", r.Stopped != 0))},
			{Text: r.Name}, {When: instant(c.Pen, r.Since)}}
		list.Items = append(list.Items, line)
	}
	v := view{Frame: d.Frame(c.Request, c.Pen, "payments", c.Words("payouts.refunds.title")),
		Back: back(c.Pen, payouts.PaymentsPath, "payouts.payments.title"), Lead: c.Words("payouts.refunds.lead"),
		Blocks: []block{list}}
	if c.who.May(people.Refund) {
		v.Links = []cell{{Text: c.Words("payouts.refund.new"), Href: payouts.RefundsPath + "/new"}}
	}
	return d.show(c, v)
}

// refund shows one refund with who signed it.
func (d *Door) refund(c call) (page.Reply, error) {
	r, err := d.cases.Refund(c.Context(), c.PathValue("id"))
	if err != nil {
		return page.Reply{}, err
	}
	signed, err := d.cases.Signatures(c.Context(), "refund/"+r.ID)
	if err != nil {
		return page.Reply{}, err
	}
	orders, err := d.cases.OrdersFor(c.Context(), "refund/"+r.ID)
	if err != nil {
		return page.Reply{}, err
	}
	at := payouts.RefundsPath + "/" + r.ID
	v := view{Frame: d.Frame(c.Request, c.Pen, "payments", c.Words("payouts.refund.of", "index",
		strconv.FormatInt(r.Gift, 10))),
		Back: back(c.Pen, payouts.RefundsPath, "payouts.refunds.title"), Facts: d.refundFacts(c.Pen, r),
		Blocks: []block{signatures(c.Pen, signed, mandates(signed)), d.orders(c.Pen, orders)}}
	if c.who.May(people.Sign) && r.Live == "" && r.Stopped == 0 {
		if v.Links = []cell{{Text: c.Words("payouts.refuse"), Href: at + "/refuse"}}; len(signed) < 2 {
			v.Acts = []act{{Action: at + "/sign", Button: c.Words("payouts.approve")}}
		}
	}
	return d.show(c, v)
}

func (d *Door) refundFacts(p *page.Pen, r office.Refund) []cell {
	amount := d.figure(p, r.Amount, 0, page.Declared)
	amount.Head = p.Words("payouts.fact.amount")
	gift := entryLink(p, r.Gift)
	gift.Head = p.Words("payouts.gift.label")
	facts := []cell{amount, gift, {Head: p.Words("payouts.holder.label"), Text: r.Name},
		{Head: p.Words("payouts.iban.label"), Text: payouts.Hide(r.IBAN)},
		{Head: p.Words("payouts.why.label"), Text: r.Because}}
	if r.Stopped != 0 && r.Reason != "" {
		facts = append(facts, cell{Head: p.Words("payouts.fact.reason"), Text: r.Reason})
	}
	return facts
}

// newRefund asks which gift, and, once it is named, on which of its giver's accounts.
func (d *Door) newRefund(c call) (page.Reply, error) {
	values := map[string][]string{"form": {payouts.NewID()}}
	if gift := c.URL.Query().Get("gift"); gift != "" {
		values["gift"] = []string{gift}
	}
	return d.refundForm(c, page.NewForm(c.Pen, values))
}

func (d *Door) refundForm(c call, f *page.Form) (page.Reply, error) {
	gift, _ := strconv.ParseInt(f.Value("gift"), 10, 64) // what is no number names no gift
	accounts, err := d.cases.Accounts(c.Context(), gift)
	if err != nil {
		return page.Reply{}, err
	}
	v := formView{Frame: d.Frame(c.Request, c.Pen, "payments", c.Words("payouts.refund.new")),
		Problems: f.Problems(),
		Back:     back(c.Pen, payouts.RefundsPath, "payouts.refunds.title"), Lead: c.Words("payouts.refunds.lead"),
		Action: payouts.RefundsPath + "/new", Button: c.Words("payouts.go-on"),
		Hidden: []page.Field{hidden("form", f.Value("form"))},
		Fields: []field{{"field", f.Field("gift", "payouts.gift", page.As("text", "numeric", ""), page.Narrow,
			page.Needed)}}}
	if len(accounts) > 0 {
		var options []page.Option
		for _, a := range accounts {
			options = append(options, page.Option{Value: a.IBAN, Label: a.Name + " · " + payouts.Hide(a.IBAN)})
		}
		v.Button = c.Words("payouts.pair.ask")
		v.Fields = append(v.Fields,
			field{"choices", f.Field("iban", "payouts.their-iban", f.Options("iban", options), page.Needed)},
			field{"field", f.Field("amount", "payouts.refund-amount", page.As("text", "decimal", ""), page.Narrow)},
			field{"field", f.Field("because", "payouts.why", page.Rows(3), page.Needed)})
	}
	return d.ask(c, v)
}

// askRefund asks for a refund, as its first signature; with a gift alone, it shows the accounts to choose
// from.
func (d *Door) askRefund(c call) (page.Reply, error) {
	f, err := d.ReadForm(c.Request, c.Pen)
	if err != nil {
		return page.Reply{}, err
	}
	gift, _ := strconv.ParseInt(f.Value("gift"), 10, 64)
	accounts, err := d.cases.Accounts(c.Context(), gift)
	if err != nil {
		return page.Reply{}, err
	}
	if len(accounts) == 0 {
		f.Refuse("gift", "payouts.no-gift")
		return d.refundForm(c, f)
	}
	if f.Value("iban") == "" && f.Value("because") == "" {
		return d.refundForm(c, f)
	}
	r := payouts.Refund{ID: f.Value("form"), Gift: gift, IBAN: f.Value("iban"), Because: f.Value("because")}
	if f.Value("amount") != "" {
		r.Amount = d.amount(c.Pen, f)
	}
	if !f.Wrong() {
		if err := d.cases.AskRefund(c.Context(), c.who, r); err != nil {
			if err := f.RefuseFault(fieldOf(err), err); err != nil {
				return page.Reply{}, err
			}
		}
	}
	if f.Wrong() {
		return d.refundForm(c, f)
	}
	return d.SeeOther(c.Request, payouts.RefundsPath+"/"+r.ID), nil
}

func (d *Door) signRefund(c call) (page.Reply, error) {
	if err := d.cases.SignRefund(c.Context(), c.who, c.PathValue("id")); err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(c.Request, payouts.RefundsPath+"/"+c.PathValue("id")), nil
}

func (d *Door) showRefuseRefund(c call) (page.Reply, error) {
	return d.askReason(c, page.NewForm(c.Pen, nil), reasonFor{"payments",
		payouts.RefundsPath + "/" + c.PathValue("id")})
}

func (d *Door) refuseRefund(c call) (page.Reply, error) {
	id := c.PathValue("id")
	return d.answerReason(c, reasonFor{"payments", payouts.RefundsPath + "/" + id}, func(reason string) error {
		return d.cases.RefuseRefund(c.Context(), c.who, id, reason)
	})
}
