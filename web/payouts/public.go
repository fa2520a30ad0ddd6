// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"net/http"
	"strconv"

	"ecot/mechanism/giving"
	"ecot/web/page"
)

// publicExpense shows anybody what an expense was for, where it stands, and under which mandates.
func (d *Door) publicExpense(r *http.Request) (page.Reply, error) {
	n, err := index(r)
	if err != nil {
		return page.Reply{}, err
	}
	x, err := d.cases.Public(r.Context(), n)
	if err != nil {
		return page.Reply{}, err
	}
	pot, err := d.cases.PotName(r.Context(), x.Claim.Pot)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	amount := d.figure(p, x.Claim.Amount, n, classOf(x.Stage))
	amount.Head = p.Words("payouts.fact.amount")
	v := view{Frame: d.Frame(r, p, "pots", p.Words("payouts.expense.public", "index", strconv.FormatInt(n, 10))),
		Lead: x.Title, Facts: []cell{amount,
			{Head: p.Words("payouts.fact.stage"), Text: p.Words("payouts.stage." + string(x.Stage))},
			{Head: p.Words("payouts.fact.pot"), Text: pot, Href: "/pots/" + x.Claim.Pot},
			{Head: p.Words("payouts.fact.destination"),
				Text: p.Words("payouts.destination." + string(x.Claim.Destination))},
			{Head: p.Words("payouts.fact.payee"), Text: p.Words("payouts.kind." + string(x.Claim.Payee))},
			{Head: p.Words("payouts.fact.on"), When: when(p, x.Claim.On.String())}},
		Blocks: []block{signatures(p, x.Signed, x.By), d.orders(p, x.Orders)}}
	if x.Bears != "" {
		bears, err := d.cases.PotName(r.Context(), x.Bears)
		if err != nil {
			return page.Reply{}, err
		}
		v.Facts = append(v.Facts, cell{Head: p.Words("payouts.fact.bears"), Text: bears, Href: "/pots/" + x.Bears})
	}
	v.Notice = &cell{Text: p.Words("payouts.no-names")}
	return d.Render(r, p, "payouts-page", v)
}

// publicTransfer shows anybody why money is now held for another purpose, and under which mandates.
func (d *Door) publicTransfer(r *http.Request) (page.Reply, error) {
	n, err := index(r)
	if err != nil {
		return page.Reply{}, err
	}
	t, because, err := d.cases.PublicTransfer(r.Context(), n)
	if err != nil {
		return page.Reply{}, err
	}
	from, err := d.cases.PotName(r.Context(), t.From)
	if err != nil {
		return page.Reply{}, err
	}
	to, err := d.cases.PotName(r.Context(), t.To)
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	amount := d.figure(p, t.Amount, n, page.Class(giving.Declared))
	amount.Head = p.Words("payouts.fact.amount")
	if because == "" {
		because = p.Words("payouts.because.unknown")
	}
	return d.Render(r, p, "payouts-page", view{
		Frame: d.Frame(r, p, "pots", p.Words("payouts.transfer.public", "index", strconv.FormatInt(n, 10))),
		Lead:  because, Facts: []cell{amount,
			{Head: p.Words("payouts.from.label"), Text: from, Href: "/pots/" + t.From},
			{Head: p.Words("payouts.to.label"), Text: to, Href: "/pots/" + t.To},
			{Head: p.Words("payouts.fact.on"), When: when(p, t.On.String())}},
		Blocks: []block{signatures(p, nil, t.By)}})
}
