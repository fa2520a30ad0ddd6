// SPDX-License-Identifier: AGPL-3.0-or-later

package give

import (
	"html/template"
	"net/http"

	"ecot/app/gifts"
	"ecot/fault"
	"ecot/money"
	"ecot/office"
	"ecot/web/page"
)

// payPage says how to pay what was promised, and what happens next.
type payPage struct {
	page.Frame
	State    string // pay, thanks, stopped
	Amount   string
	Sum      string
	For      string
	Need     string
	Half     bool
	Every    string // once, month, year
	Transfer *transferView
	CardURL  string // of the provider's page; empty when it is paid by transfer, or the provider is away
	CardAway bool   // the provider does not answer
	Seen     []seenView
	Arrive   string // where the demo plays the arrival of the transfer; empty elsewhere
}

// transferView is what to type into one's bank, and the same as a code.
type transferView struct {
	Lines []copyView
	Code  template.HTML // the SVG of EPC069-12; empty outside euros
}

// copyView is a value to copy: as it reads, and as it is pasted.
type copyView struct{ ID, Label, Text, Value string }

// pay shows how to pay a promise, or that it was paid.
func (d *Door) pay(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	payment, err := d.gifts.Payment(r.Context(), r.PathValue("promise"))
	if err != nil {
		return page.Reply{}, err
	}
	amount := p.Amount(money.Amount{Minor: payment.Promise.Amount, Unit: payment.Unit})
	shown := payPage{State: stateOf(payment.Promise), Amount: amount, Every: payment.Promise.Every,
		Sum:  sum(p, payment.Promise.Amount, payment.Fee, payment.Unit),
		Need: payment.Need.Title, Half: payment.Half, For: payment.Project.Title}
	if payment.Project.Slug == "" {
		shown.For = d.Options.Name
	}
	heading := p.Words("give.pay.title."+shown.State, "amount", amount)
	shown.Frame = d.Scripted(d.Frame(r, p, section, heading))
	if shown.State == statePay {
		if err := d.howToPay(r, p, payment, &shown); err != nil {
			return page.Reply{}, err
		}
	}
	seen, err := d.gifts.Of(r.Context(), payment.Promise)
	if err != nil {
		return page.Reply{}, err
	}
	for _, gift := range seen {
		shown.Seen = append(shown.Seen, d.seenView(p, "", gift))
	}
	return d.Private(r, p, "give-pay", shown)
}

// The states of the page of a promise.
const (
	statePay     = "pay"
	stateThanks  = "thanks"
	stateStopped = "stopped"
)

func stateOf(promise office.Promise) string {
	switch promise.Status {
	case office.Waiting, office.Lapsed:
		return statePay
	case office.Stopped:
		return stateStopped
	}
	return stateThanks
}

// howToPay says how a promise is paid: at the provider, or by transfer, which is also the way where the
// provider does not answer.
func (d *Door) howToPay(r *http.Request, p *page.Pen, payment gifts.Payment, shown *payPage) error {
	if payment.Promise.Means == gifts.MeansCard && d.cards != nil {
		url, err := d.cards.Start(r.Context(), payment.Promise)
		if err == nil {
			shown.CardURL = url
			return nil
		}
		if fault.CodeOf(err) != fault.Unavailable {
			return err
		}
		shown.CardAway = true
		d.Options.Log.WarnContext(r.Context(), "the card provider does not answer", "error", err)
	}
	if payment.IBAN == "" {
		shown.CardAway = true
		return nil
	}
	transfer, err := d.transfer(p, payment)
	shown.Transfer = &transfer
	if d.arrive != nil {
		shown.Arrive = d.arrive(payment.Promise.ID)
	}
	return err
}

func (d *Door) transfer(p *page.Pen, payment gifts.Payment) (transferView, error) {
	amount := money.Amount{Minor: payment.Promise.Amount, Unit: payment.Unit}
	v := transferView{Lines: []copyView{
		{"holder", p.Words("give.pay.holder"), payment.Holder, payment.Holder},
		{"iban", p.Words("give.pay.iban"), payment.IBAN.Grouped(), string(payment.IBAN)},
	}}
	if payment.BIC != "" {
		v.Lines = append(v.Lines, copyView{"bic", p.Words("give.pay.bic"), string(payment.BIC),
			string(payment.BIC)})
	}
	v.Lines = append(v.Lines,
		copyView{"reference", p.Words("give.pay.reference"), payment.Reference.Grouped(),
			string(payment.Reference)},
		copyView{"sum", p.Words("give.pay.amount"), p.Amount(amount), amount.FormatBare(string(p.Lang))})
	if payment.Unit != money.Euro {
		return v, nil
	}
	code, err := payment.EPC().QR()
	if fault.CodeOf(err) == fault.Invalid && err != nil {
		return v, nil // what does not fit into a code is on the page in words
	}
	if err == nil {
		v.Code = template.HTML(code.SVG(p.Words("give.pay.code"), p.Words("give.pay.code-desc")))
	}
	return v, err
}

// back is where the provider sends a payer back to. That they came back says nothing; the provider is
// asked, and the page of the promise tells.
func (d *Door) back(r *http.Request) (page.Reply, error) {
	payment, err := d.gifts.Payment(r.Context(), r.PathValue("promise"))
	if err != nil {
		return page.Reply{}, err
	}
	if d.cards != nil && payment.Promise.Means == gifts.MeansCard {
		err := d.cards.Return(r.Context(), payment.Promise)
		if code := fault.CodeOf(err); err != nil && code != fault.Unavailable && code != fault.Conflict {
			return page.Reply{}, err
		}
	}
	return d.SeeOther(r, "/give/pay/"+payment.Promise.ID), nil
}
