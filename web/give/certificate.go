// SPDX-License-Identifier: AGPL-3.0-or-later

package give

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"ecot/app/gifts"
	"ecot/money"
	"ecot/office"
	"ecot/web/page"
)

// Certifier says what was paid.
type Certifier interface {
	Certificate(ctx context.Context, token string) (gifts.Certificate, error)
	CertificatePath(index int64) string
	Of(ctx context.Context, p office.Promise) ([]gifts.Seen, error)
}

// certificatePage says that a payment was made, and shows that the journal has it.
type certificatePage struct {
	page.Frame
	Lines  []answerView
	Tag    page.TagView
	Entry  string // address of the entry
	Index  string
	Size   string
	Root   string
	Origin string
	Leaf   string
	Undone string
	PDF    string // address of the printed one; empty when none is printed
	Fund   string
}

// certificate shows the certificate of a gift, once its entry was found in the journal.
func (d *Door) certificate(r *http.Request) (page.Reply, error) {
	c, err := d.gifts.Certificate(r.Context(), r.PathValue("token"))
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	index := strconv.FormatInt(c.Index, 10)
	shown := certificatePage{Frame: d.Frame(r, p, section, p.Words("give.certificate.title", "entry",
		p.Number(c.Index))),
		Tag: p.Tag(page.Class(c.Evidence)), Entry: "/entries/" + index, Index: p.Number(c.Index),
		Size: p.Counted("count.entries", c.Size), Root: c.Root, Origin: c.Origin, Leaf: string(c.Leaf),
		Fund: c.Fund.LegalName, Lines: certificateLines(p, c)}
	switch {
	case c.Whole:
		shown.Undone = p.Words("mine.reversed")
	case c.Returned > 0:
		shown.Undone = p.Words("mine.returned", "amount",
			p.Amount(money.Amount{Minor: c.Returned, Unit: c.Inflow.Unit}))
	}
	if c.Printable() == nil {
		shown.PDF = r.URL.Path + "/pdf"
	}
	return d.Private(r, p, "give-certificate", shown)
}

// certificateLines says who paid what, when and for what.
func certificateLines(p *page.Pen, c gifts.Certificate) []answerView {
	write := func(minor int64) string { return p.Amount(money.Amount{Minor: minor, Unit: c.Inflow.Unit}) }
	payer, credited := c.Payer, p.Words("give.certificate.not-credited")
	if payer == "" {
		payer = p.Words("give.certificate.nobody")
	}
	if c.Credited != 0 {
		credited = p.When(c.Credited.String()).Words
	}
	lines := []answerView{
		{p.Words("give.certificate.fund"), c.Fund.LegalName},
		{p.Words("give.certificate.payer"), payer},
		{p.Words("give.certificate.amount"), write(c.Gross)},
		{p.Words("give.certificate.given"), p.When(c.Given.Given.String()).Words},
		{p.Words("give.certificate.credited"), credited},
		{p.Words("give.certificate.for"), strings.Join(c.For, ", ")},
	}
	if c.Fee > 0 {
		lines = append(lines, answerView{p.Words("give.certificate.fee"), sum(p, c.Gross, c.Fee, c.Inflow.Unit)})
	}
	return lines
}

// certificatePDF gives the certificate to print.
func (d *Door) certificatePDF(r *http.Request) (page.Reply, error) {
	c, err := d.gifts.Certificate(r.Context(), r.PathValue("token"))
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	body, err := c.PDF(p.Tongue)
	return page.Reply{Status: http.StatusOK, ContentType: "application/pdf", Cache: page.CacheNever, Body: body,
		Language: string(p.Lang), Filename: "ecot-" + strconv.FormatInt(c.Index, 10) + ".pdf"}, err
}
