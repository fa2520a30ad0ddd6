// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"net/http"
	"strconv"

	"ecot/app/payouts"
	"ecot/app/people"
	"ecot/web/page"
)

// payments shows what can be sent, what is held, what was sent and not seen, and every file.
func (d *Door) payments(c call) (page.Reply, error) {
	ready, err := d.ready(c)
	if err != nil {
		return page.Reply{}, err
	}
	waiting, err := d.onTheirWay(c)
	if err != nil {
		return page.Reply{}, err
	}
	files, err := d.files(c)
	if err != nil {
		return page.Reply{}, err
	}
	links := []cell{{Text: c.Words("payouts.transfers.title"), Href: payouts.TransfersPath}}
	if c.who.May(people.ReadPrivate) {
		links = append(links, cell{Text: c.Words("payouts.refunds.title"), Href: payouts.RefundsPath})
	}
	return d.show(c, view{Frame: d.Frame(c.Request, c.Pen, "payments", c.Words("payouts.payments.title")),
		Lead: c.Words("payouts.payments.lead"), Links: links, Blocks: []block{ready, waiting, files}})
}

// ready lists what two members signed and no order pays.
func (d *Door) ready(c call) (block, error) {
	b := block{ID: "ready", Title: c.Words("payouts.ready"), Lead: c.Words("payouts.ready.lead"),
		Empty: c.Words("payouts.ready.empty")}
	orders, err := d.cases.Orders(c.Context())
	sendable := false
	for _, o := range orders {
		line := item{cell: d.figure(c.Pen, o.Amount, 0, page.Declared)}
		line.Text, line.Href = o.Title, payouts.Path(o.Index)
		if o.Title == "" {
			line.Text = c.Words("payouts.refund.of", "index", strconv.FormatInt(o.Index, 10))
			line.Href = entryPath(o.Index)
		}
		if c.who.May(people.ReadPrivate) && o.Name != "" {
			line.Under = append(line.Under, cell{Text: o.Name}, cell{Text: payouts.Hide(o.IBAN)})
		}
		if hold := holdCell(c.Pen, o.Hold); hold != nil {
			line.Under = append(line.Under, *hold)
		} else {
			sendable = true
		}
		b.Items = append(b.Items, line)
	}
	if sendable && c.who.May(people.Sign) {
		b.Acts = []act{{Action: payouts.PaymentsPath + "/export", Button: c.Words("payouts.export")}}
	}
	return b, err
}

// onTheirWay lists the orders that no line of the bank has shown.
func (d *Door) onTheirWay(c call) (block, error) {
	b := block{ID: "unseen", Title: c.Words("payouts.unseen"), Lead: c.Words("payouts.unseen.lead"),
		Empty: c.Words("payouts.unseen.empty")}
	sent, err := d.cases.OnTheirWay(c.Context())
	for _, s := range sent {
		name := s.Name
		if !c.who.May(people.ReadPrivate) {
			s.IBAN, name = "", ""
		}
		line := d.orderItem(c.Pen, s)
		if name != "" {
			line.Under = append(line.Under, cell{Text: name})
		}
		signed, err := d.cases.Signatures(c.Context(), "order/"+s.ID)
		if err != nil {
			return b, err
		}
		if len(signed) > 0 {
			line.Under = append(line.Under, cell{Text: c.Words("payouts.drop.one", "by", signed[0].Mandate)})
		}
		if c.who.May(people.Sign) {
			line.Acts = []act{{Action: payouts.PaymentsPath + "/drop", Button: c.Words("payouts.drop"),
				Class: "second",
				Label: c.Words("payouts.drop.of", "order", s.ID), Hidden: []page.Field{hidden("order", s.ID)}}}
		}
		b.Items = append(b.Items, line)
	}
	return b, err
}

// files lists the files that were made.
func (d *Door) files(c call) (block, error) {
	b := block{ID: "files", Title: c.Words("payouts.files"), Lead: c.Words("payouts.files.lead"),
		Empty: c.Words("payouts.files.empty")}
	files, err := d.cases.Files(c.Context())
	for _, f := range files {
		line := item{cell: d.figure(c.Pen, f.Total, 0, page.Declared)}
		if line.Text = f.ID; c.who.May(people.Sign) {
			line.Href = payouts.PaymentsPath + "/files/" + f.ID
		}
		line.Under = []cell{{Text: c.Counted("payouts.count.orders", f.Orders)}, {Text: f.Mandate},
			{When: instant(c.Pen, f.Made)}, {Term: "SHA-256", Text: f.SHA256, Code: true}}
		b.Items = append(b.Items, line)
	}
	return b, err
}

// export makes a file of what can be sent, and goes back to where it can be fetched.
func (d *Door) export(c call) (page.Reply, error) {
	if _, err := d.cases.Export(c.Context(), c.who); err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(c.Request, payouts.PaymentsPath+"#files"), nil
}

// file gives a file for the bank as it was made.
func (d *Door) file(c call) (page.Reply, error) {
	f, err := d.cases.File(c.Context(), c.who, c.PathValue("id"))
	if err != nil {
		return page.Reply{}, err
	}
	return page.Reply{Status: http.StatusOK, ContentType: "application/xml; charset=utf-8",
		Cache: page.CacheNever,
		Body:  f.Data, Filename: f.ID + ".xml", Download: true}, nil
}

// drop signs that the bank never carried an order out.
func (d *Door) drop(c call) (page.Reply, error) {
	f, err := d.ReadForm(c.Request, c.Pen)
	if err != nil {
		return page.Reply{}, err
	}
	if _, err := d.cases.Drop(c.Context(), c.who, f.Value("order")); err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(c.Request, payouts.PaymentsPath), nil
}
