// SPDX-License-Identifier: AGPL-3.0-or-later

package paper

import (
	"time"

	"ecot/fault"
	"ecot/locale"
	"ecot/money"
)

// Means is how money was paid.
type Means string

// The means of payment that a certificate can name.
const (
	Card     Means = "card"
	Transfer Means = "transfer"
	Debit    Means = "debit"
	ByCheque Means = "cheque"
	Cash     Means = "cash"
	Other    Means = "other"
)

// Certificate says that a payment was made. It is no tax receipt, and says so in its second line.
type Certificate struct {
	Fund     Fund
	Payer    string       // name of who paid
	Amount   money.Amount // more than nothing
	Given    string       // civil day of the gift, as 2026-01-02
	Credited string       // civil day on which the fund's account was credited; empty while it is not
	Means    Means
	Purpose  string // what it was given for, such as a pot's name
	Entry    Entry
	Made     time.Time // when the certificate was made, in the fund's zone; it is also the file's date
}

// Entry names the entry of the journal that a certificate repeats, and a root that it is under.
type Entry struct {
	Origin string // of the journal
	Index  int64  // of the entry
	Size   int64  // of the journal when it had the root, beyond Index
	Root   string // in base64, as in a checkpoint
}

// PDF writes the certificate in the language of t, on one page. What is missing or cannot be printed is
// fault.Invalid.
func (c Certificate) PDF(t locale.Tongue) ([]byte, error) {
	d := newDocument(t, "paper.certificate", c.Fund, c.Made)
	c.check(d)
	d.title("paper.certificate")
	d.notice(d.text("paper.certificate.not-receipt"))
	d.fund(c.Fund)
	d.rule()
	d.row("paper.certificate.payer", c.Payer)
	d.row("paper.amount", c.Amount.Format(string(t.Lang)))
	words, err := t.Lang.Spell(c.Amount)
	d.keep(err)
	d.row("paper.certificate.words", words)
	d.row("paper.certificate.given", d.day(c.Given))
	credited := d.text("paper.certificate.not-credited")
	if c.Credited != "" {
		credited = d.day(c.Credited)
	}
	d.row("paper.certificate.credited", credited)
	d.row("paper.certificate.means", d.text("paper.means.by-"+string(c.Means)))
	d.row("paper.certificate.purpose", c.Purpose)
	d.rule()
	d.proof(c.Entry)
	d.made(c.Made)
	return d.bytes()
}

// check refuses a certificate that would say too little.
func (c Certificate) check(d *document) {
	d.need("the name of who paid", c.Payer)
	d.need("what the payment was for", c.Purpose)
	d.need("the origin of the journal", c.Entry.Origin)
	d.need("a root of the journal", c.Entry.Root)
	if c.Amount.Minor <= 0 || !c.Amount.Unit.IsCurrency() {
		d.keep(fault.New(fault.Invalid, "A certificate is for an amount of money above zero."))
	}
	if c.Entry.Index < 0 || c.Entry.Size <= c.Entry.Index {
		d.keep(fault.New(fault.Invalid, "The entry of a certificate lies under its root."))
	}
	if c.Credited != "" && c.Credited < c.Given {
		d.keep(fault.New(fault.Invalid, "A payment is not credited before it is given."))
	}
	switch c.Means {
	case Card, Transfer, Debit, ByCheque, Cash, Other:
	default:
		d.keep(fault.New(fault.Invalid, "%q is not a means of payment.", string(c.Means)))
	}
}

// notice writes a sentence in a frame.
func (d *document) notice(sentence string) {
	d.pdf.SetLineWidth(0.3)
	d.pdf.SetFont(family, "B", textSize)
	d.pdf.MultiCell(width, 1.5*lineHeight, sentence, "1", "C", false)
	d.pdf.SetFont(family, "", textSize)
	d.pdf.Ln(lineHeight)
}

// proof says where anybody finds the payment again.
func (d *document) proof(e Entry) {
	lang := string(d.tongue.Lang)
	d.pdf.SetFont(family, "B", textSize)
	d.pdf.MultiCell(width, lineHeight, d.text("paper.certificate.check"), "", "L", false)
	d.pdf.SetFont(family, "", smallSize)
	d.pdf.MultiCell(width, lineHeight*0.8, d.text("paper.certificate.check.text",
		"entry", money.FormatCount(e.Index, lang), "origin", d.checked(e.Origin),
		"size", money.FormatCount(e.Size, lang), "root", d.checked(e.Root)), "", "L", false)
	d.pdf.SetFont(family, "", textSize)
}
