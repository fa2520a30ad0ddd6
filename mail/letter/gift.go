// SPDX-License-Identifier: AGPL-3.0-or-later

package letter

import (
	"strconv"
	"strings"

	"ecot/mail"
	"ecot/money"
)

// Person is somebody who signs a letter: a name, and what they are to the project, in the letter's language.
type Person struct {
	Name string
	Role string
}

// Share is a part of a gift: what it is for, and how much.
type Share struct {
	For    string
	Amount money.Amount
}

// Proof shows that a gift is in the journal.
type Proof struct {
	Index int64  // the entry's
	Text  []byte // the receipt, as docs/formats/receipt.md says
	Key   string // the journal's public key, as a verifier takes it
	Point []byte // the checkpoint that the receipt stands under, to be kept; may be empty
}

// Thanks tells a donor that the money was seen, and what becomes of it. It asks for nothing.
type Thanks struct {
	Name        string       // how the donor is addressed; may be empty
	Gross       money.Amount // what the donor gave
	Fee         money.Amount // what the provider kept of it
	Seen        string       // civil day on which the bank or the provider had it, "2026-01-02"
	For         []Share      // what it is for; the amounts sum to Gross
	Follow      string       // path of the page that follows the gift to its payees
	Certificate string       // path of the payment certificate
	Manage      string       // signed path of the page that changes, pauses, stops, exports, erases
	Proof       Proof
	PDF         []byte // the certificate; empty when only linked
	Signer      Person
}

// Kind is KindThanks.
func (Thanks) Kind() Kind { return KindThanks }

func (t Thanks) write(d *draft) {
	gross, index := d.amount(t.Gross), strconv.FormatInt(t.Proof.Index, 10)
	d.subject("thanks.subject", "amount", gross)
	d.hello(t.Name)
	d.paragraph("thanks.seen", "amount", gross, "day", d.day(t.Seen))
	d.fact("gift.gross", gross)
	if t.Fee.Minor != 0 {
		net, err := t.Gross.Sub(t.Fee)
		d.note(err)
		d.fact("gift.fee", "\u2212"+d.amount(t.Fee)) // U+2212, the minus of figures
		d.fact("gift.net", d.amount(net))
	}
	t.shares(d)
	d.link("gift.follow", t.Follow)
	d.paragraph("thanks.proof", "n", index, "file", proofName(index))
	if strings.Trim(t.Proof.Key, keySigns) != "" {
		d.refuse("the journal's key is not one")
	}
	d.verbatim("ecot verify --receipt " + proofName(index) + " --key " + d.present(t.Proof.Key))
	d.attach(mail.Attachment{Name: proofName(index), Type: "text/plain; charset=utf-8", Content: t.Proof.Text})
	if len(t.Proof.Point) > 0 {
		d.paragraph("thanks.checkpoint", "file", checkpointName)
		d.attach(mail.Attachment{Name: checkpointName, Type: "text/plain; charset=utf-8", Content: t.Proof.Point})
	}
	d.link("gift.certificate", t.Certificate)
	if len(t.PDF) > 0 {
		d.attach(mail.Attachment{Name: "certificate-" + index + ".pdf", Type: "application/pdf", Content: t.PDF})
	}
	d.sign(t.Signer)
	d.link("gift.manage", t.Manage)
	d.because("because.gift")
}

// shares says what the gift is for; one purpose needs no amount.
func (t Thanks) shares(d *draft) {
	whole := money.Amount{Unit: t.Gross.Unit}
	for _, s := range t.For {
		sum, err := whole.Add(s.Amount)
		d.note(err)
		whole = sum
		if len(t.For) == 1 {
			d.fact("gift.for", d.clean(s.For))
		} else {
			d.fact("gift.share", d.amount(s.Amount), "for", d.clean(s.For))
		}
	}
	if whole != t.Gross {
		d.refuse("the parts of the gift do not sum to it")
	}
}

// keySigns are those of a key; a shell reads none of them as more than itself.
const keySigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=.:_-"

func proofName(index string) string { return "proof-" + index + ".txt" }

// Account is where money is to be transferred.
type Account struct {
	Holder    string
	IBAN      string // without blanks
	BIC       string // may be empty: within the euro area it is not needed
	Reference string // ISO 11649, "RF18…", without blanks
	QR        string // path of the page that shows the payment code
}

func (a Account) write(d *draft, amount money.Amount) {
	d.fact("account.amount", d.amount(amount))
	d.fact("account.holder", d.clean(a.Holder))
	d.code("account.iban", groups(a.IBAN))
	if a.BIC != "" {
		d.code("account.bic", a.BIC)
	}
	d.code("account.reference", groups(a.Reference))
	d.paragraph("account.why")
	d.link("account.qr", a.QR)
}

// groups puts a blank after every fourth character, as banks print numbers.
func groups(s string) string {
	var out []byte
	for i := range len(s) {
		if i > 0 && i%4 == 0 {
			out = append(out, ' ')
		}
		out = append(out, s[i])
	}
	return string(out)
}

// Transfer says how to give by bank transfer what a donor has just said they wish to give.
type Transfer struct {
	Name   string // may be empty
	Amount money.Amount
	For    string
	Rhythm Rhythm
	To     Account
	Manage string // signed path: change the promise or take it back
}

// Kind is KindTransfer.
func (Transfer) Kind() Kind { return KindTransfer }

func (t Transfer) write(d *draft) {
	d.subject("transfer.subject")
	d.hello(t.Name)
	d.paragraph("transfer.intro."+t.Rhythm.word(d), "amount", d.amount(t.Amount), "for", d.clean(t.For))
	t.To.write(d, t.Amount)
	d.paragraph("transfer.then")
	d.link("transfer.manage", t.Manage)
	d.because("because.promise")
}

// PromiseReminder says once that a promised transfer has not been seen.
type PromiseReminder struct {
	Name     string // may be empty
	Amount   money.Amount
	For      string
	Promised string // civil day
	To       Account
	Manage   string // signed path: change the promise or take it back
}

// Kind is KindPromiseReminder.
func (PromiseReminder) Kind() Kind { return KindPromiseReminder }

func (p PromiseReminder) write(d *draft) {
	amount := d.amount(p.Amount)
	d.subject("promise.subject", "amount", amount)
	d.hello(p.Name)
	d.paragraph("promise.intro", "amount", amount, "for", d.clean(p.For), "day", d.day(p.Promised))
	p.To.write(d, p.Amount)
	d.paragraph("promise.free")
	d.link("transfer.manage", p.Manage)
	d.because("because.promise")
}

// Refund tells a donor that money went back to them.
type Refund struct {
	Name   string       // may be empty
	Amount money.Amount // what went back
	Gross  money.Amount // the gift that it is taken from
	Given  string       // civil day of the gift
	Sent   string       // civil day on which it was sent back
	Reason string       // in the fund's words; may be empty
	Follow string       // path of the page of the gift
	Signer Person
}

// Kind is KindRefund.
func (Refund) Kind() Kind { return KindRefund }

func (r Refund) write(d *draft) {
	amount := d.amount(r.Amount)
	d.subject("refund.subject", "amount", amount)
	d.hello(r.Name)
	d.paragraph("refund.intro", "amount", amount, "gross", d.amount(r.Gross), "given", d.day(r.Given),
		"sent", d.day(r.Sent))
	if r.Reason != "" {
		d.paragraph("refund.reason")
		d.quote(r.Reason)
	}
	d.paragraph("refund.when")
	d.link("gift.follow", r.Follow)
	d.sign(r.Signer)
	d.because("because.gift")
}
