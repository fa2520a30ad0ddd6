// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"strconv"

	"ecot/app/payouts"
	"ecot/app/people"
	"ecot/office"
	"ecot/web/page"
)

// transfers lists the transfers between pots that were asked for, the newest first.
func (d *Door) transfers(c call) (page.Reply, error) {
	all, err := d.cases.Transfers(c.Context())
	if err != nil {
		return page.Reply{}, err
	}
	list := block{ID: "list", Title: c.Words("payouts.transfers.list"),
		Empty: c.Words("payouts.transfers.empty")}
	for i := len(all) - 1; i >= 0; i-- {
		t := all[i]
		line := item{cell: d.figure(c.Pen, t.Amount, t.Index, page.Declared)}
		line.Text, line.Href = c.Words("payouts.transfer.line", "from", t.From, "to", t.To),
			payouts.TransfersPath+"/"+t.ID
		line.Under = []cell{{Text: c.Words("payouts.pair." + pairStage(t.Index != 0, t.Stopped != 0))},
			{When: instant(c.Pen, t.Since)}}
		list.Items = append(list.Items, line)
	}
	v := view{Frame: d.Frame(c.Request, c.Pen, "payments", c.Words("payouts.transfers.title")),
		Back: back(c.Pen, payouts.PaymentsPath, "payouts.payments.title"), Lead: c.Words("payouts.transfers.lead"),
		Blocks: []block{list}}
	if c.who.May(people.Sign) {
		v.Links = []cell{{Text: c.Words("payouts.transfer.new"), Href: payouts.TransfersPath + "/new"}}
	}
	return d.show(c, v)
}

// pairStage names where something that takes two signatures stands.
func pairStage(done, stopped bool) string {
	switch {
	case stopped:
		return "refused"
	case done:
		return "done"
	}
	return "waiting"
}

// transfer shows one transfer with who signed it.
func (d *Door) transfer(c call) (page.Reply, error) {
	t, err := d.cases.Transfer(c.Context(), c.PathValue("id"))
	if err != nil {
		return page.Reply{}, err
	}
	signed, err := d.cases.Signatures(c.Context(), "transfer/"+t.ID)
	if err != nil {
		return page.Reply{}, err
	}
	at, waits := payouts.TransfersPath+"/"+t.ID, t.Index == 0 && t.Stopped == 0
	amount := d.figure(c.Pen, t.Amount, t.Index, page.Declared)
	amount.Head = c.Words("payouts.fact.amount")
	v := view{Frame: d.Frame(c.Request, c.Pen, "payments", c.Words("payouts.transfer.line", "from", t.From,
		"to", t.To)),
		Back: back(c.Pen, payouts.TransfersPath, "payouts.transfers.title"), Facts: []cell{amount,
			{Head: c.Words("payouts.fact.stage"), Text: c.Words("payouts.pair." + pairStage(t.Index != 0,
				t.Stopped != 0))},
			{Head: c.Words("payouts.because.label"), Text: t.Because}},
		Blocks: []block{signatures(c.Pen, signed, mandates(signed))}}
	if t.Reason != "" {
		v.Facts = append(v.Facts, cell{Head: c.Words("payouts.fact.reason"), Text: t.Reason})
	}
	if t.Index != 0 {
		v.Links = []cell{{Text: c.Words("payouts.public"), Href: "/transfers/" + strconv.FormatInt(t.Index, 10)}}
	}
	if waits && c.who.May(people.Sign) {
		v.Acts = []act{{Action: at + "/sign", Button: c.Words("payouts.approve")}}
		v.Links = []cell{{Text: c.Words("payouts.refuse"), Href: at + "/refuse"}}
	}
	return d.show(c, v)
}

// mandates gives the mandates of signatures.
func mandates(signed []office.Signature) (words []string) {
	for _, s := range signed {
		words = append(words, s.Mandate)
	}
	return words
}

// newTransfer shows the form of a transfer.
func (d *Door) newTransfer(c call) (page.Reply, error) {
	return d.transferForm(c, page.NewForm(c.Pen, map[string][]string{"form": {payouts.NewID()}}))
}

func (d *Door) transferForm(c call, f *page.Form) (page.Reply, error) {
	slugs, names, err := d.cases.Pots(c.Context())
	if err != nil {
		return page.Reply{}, err
	}
	pots := func() []page.Option {
		options := []page.Option{{Label: c.Words("payouts.choose")}}
		for _, slug := range slugs {
			options = append(options, page.Option{Value: slug, Label: names[slug]})
		}
		return options
	}
	return d.ask(c, formView{Frame: d.Frame(c.Request, c.Pen, "payments", c.Words("payouts.transfer.new")),
		Problems: f.Problems(), Back: back(c.Pen, payouts.TransfersPath, "payouts.transfers.title"),
		Lead: c.Words("payouts.transfers.lead"), Action: payouts.TransfersPath + "/new",
		Button: c.Words("payouts.pair.ask"), Hidden: []page.Field{hidden("form", f.Value("form"))}, Fields: []field{
			{"select", f.Field("from", "payouts.from", f.Options("from", pots()), page.Needed)},
			{"select", f.Field("to", "payouts.to", f.Options("to", pots()), page.Needed)},
			{"field", f.Field("amount", "payouts.amount", page.As("text", "decimal", ""), page.Narrow, page.Needed)},
			{"field", f.Field("because", "payouts.because", page.Rows(3), page.Needed)},
		}})
}

// askTransfer asks for a transfer, as its first signature.
func (d *Door) askTransfer(c call) (page.Reply, error) {
	f, err := d.ReadForm(c.Request, c.Pen)
	if err != nil {
		return page.Reply{}, err
	}
	t := payouts.Transfer{ID: f.Value("form"), From: f.Value("from"), To: f.Value("to"),
		Because: f.Value("because"),
		Amount:  d.amount(c.Pen, f)}
	if !f.Wrong() {
		if err := d.cases.AskTransfer(c.Context(), c.who, t); err != nil {
			if err := f.RefuseFault(placeOf(fieldOf(err)), err); err != nil {
				return page.Reply{}, err
			}
		}
	}
	if f.Wrong() {
		return d.transferForm(c, f)
	}
	return d.SeeOther(c.Request, payouts.TransfersPath+"/"+t.ID), nil
}

// placeOf gives the field of a transfer that a refusal is about: one about a pot is about the first.
func placeOf(field string) string {
	if field == "pot" {
		return "from"
	}
	return field
}

func (d *Door) signTransfer(c call) (page.Reply, error) {
	if _, err := d.cases.SignTransfer(c.Context(), c.who, c.PathValue("id")); err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(c.Request, payouts.TransfersPath+"/"+c.PathValue("id")), nil
}

func (d *Door) showRefuseTransfer(c call) (page.Reply, error) {
	return d.askReason(c, page.NewForm(c.Pen, nil), reasonFor{"payments",
		payouts.TransfersPath + "/" + c.PathValue("id")})
}

func (d *Door) refuseTransfer(c call) (page.Reply, error) {
	id := c.PathValue("id")
	return d.answerReason(c, reasonFor{"payments", payouts.TransfersPath + "/" + id}, func(reason string) error {
		return d.cases.RefuseTransfer(c.Context(), c.who, id, reason)
	})
}
