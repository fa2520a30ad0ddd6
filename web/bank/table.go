// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"net/http"
	"strconv"
	"strings"

	"ecot/app/bank"
	"ecot/locale"
	"ecot/money"
	"ecot/office"
	"ecot/pay/matching"
	"ecot/web/page"
)

// tablePage is where lines of the bank are held against what was expected.
type tablePage struct {
	page.Frame
	Done    string // what was just done, empty for nothing
	Waiting []lineView
	Arrived []lineView
	More    bool
	Sides   []expectedList
	Gaps    []gapView
}

// expectedList is what is expected of one sort.
type expectedList struct {
	Title string
	Items []expectedView
}

// lineView is a line with what it may be.
type lineView struct {
	Key         string
	Day         locale.Moment
	Amount      page.AmountView
	Who         string // the other side, as the bank wrote it
	Text        string
	Reference   string
	IBAN        string
	Return      string
	Note        string // what went wrong when it was booked last
	Arrived     bool
	Suggestions []suggestionView
}

// suggestionView is one thing that a line may be.
type suggestionView struct {
	ID      string
	Title   string
	Class   string
	Parts   []string
	Reasons []string
}

// expectedView is something that no line has shown yet.
type expectedView struct {
	What   string
	Under  string
	Amount page.AmountView
}

// table shows both sides.
func (d *Door) table(r *http.Request) (page.Reply, error) {
	table, err := d.bank.Table(r.Context())
	if err != nil {
		return page.Reply{}, err
	}
	p := d.Pen(r)
	made := tablePage{Frame: d.Frame(r, p, "desk-bank", p.Words("bank.desk")), More: table.More}
	if done := "bank.done." + r.URL.Query().Get("done"); p.Has(done) {
		made.Done = p.Words(done)
	}
	for _, pair := range table.Waiting {
		made.Waiting = append(made.Waiting, lineOf(p, pair))
	}
	for _, pair := range table.Arrived {
		made.Arrived = append(made.Arrived, lineOf(p, pair))
	}
	made.expect(p, table.Expected, table.Unit)
	for _, gap := range table.Gaps {
		made.Gaps = append(made.Gaps, gapOf(p, gap, table.Unit))
	}
	return d.Private(r, p, "bank-table", made)
}

// expect fills in the right side.
func (t *tablePage) expect(p *page.Pen, e bank.Expected, unit money.Unit) {
	var promises, others, entries []expectedView
	for _, promise := range e.Promises {
		promises = append(promises, expectedView{promise.Name, promise.Reference, p.Figure(promise.Amount, unit,
			"")})
	}
	for _, payout := range e.Payouts {
		others = append(others, expectedView{p.Words("bank.is.payout"), payout.Due,
			p.Figure(payout.Amount, payout.Unit, "")})
	}
	for _, payment := range e.Payments {
		others = append(others, expectedView{p.Words("bank.is.payment") + " " + payment.Name, payment.Sent,
			p.Figure(-payment.Amount, payment.Unit, "")})
	}
	for _, m := range e.Entries {
		index := strconv.FormatInt(m.Index, 10)
		entries = append(entries, expectedView{p.Words("entry.reference", "index", index), m.Day.String(),
			p.Figure(m.Amount, unit, "/entries/"+index)})
	}
	t.Sides = []expectedList{{p.Words("bank.expected-gifts"), promises}, {p.Words("bank.expected-others"),
		others},
		{p.Words("bank.expected-entries"), entries}}
}

func lineOf(p *page.Pen, pair bank.Pair) lineView {
	l := pair.Line
	v := lineView{Key: l.Key, Day: p.When(l.Booked), Amount: p.Figure(l.Amount, l.Currency, ""),
		Who:  l.Counterparty,
		Text: l.Text, Reference: l.Reference, IBAN: l.IBAN, Return: l.ReturnReason, Note: l.Note,
		Arrived: l.Status == office.LineArrived}
	for _, s := range pair.Suggestions {
		v.Suggestions = append(v.Suggestions, suggestionOf(p, s, l.Currency))
	}
	return v
}

func suggestionOf(p *page.Pen, s bank.Suggestion, unit money.Unit) suggestionView {
	v := suggestionView{ID: s.ID, Title: p.Words("bank.is." + string(s.Kind)),
		Class: p.Words("bank.class." + string(s.Class))}
	if s.Name != "" {
		v.Title += " – " + s.Name
	}
	for _, part := range s.Decision.Parts {
		v.Parts = append(v.Parts, partText(p, part, unit))
	}
	for _, reason := range s.Reasons {
		v.Reasons = append(v.Reasons, reasonText(p, reason, unit))
	}
	return v
}

// partText says what would be booked.
func partText(p *page.Pen, part bank.Part, unit money.Unit) string {
	sum := p.Figure(part.Amount, unit, "").Text
	switch part.Kind {
	case bank.Gift:
		return p.Words("bank.part.gift", "amount", sum, "to", strings.ReplaceAll(part.Gift.To, "=1", ""))
	case bank.Fee:
		return p.Words("bank.part.fee", "amount", sum, "pot", part.Pot)
	case bank.Refund, bank.Linked:
		return p.Words("bank.part."+string(part.Kind), "amount", sum, "entry", strconv.FormatInt(part.Of, 10))
	}
	return p.Words("bank.part.plain", "amount", sum, "what", p.Words("bank.as."+string(part.Kind)))
}

// reasonText puts a reason into words.
func reasonText(p *page.Pen, r matching.Reason, unit money.Unit) string {
	key := "bank.why." + string(r.Code)
	switch r.Code {
	case matching.SameAmount, matching.OtherAmount:
		return p.Words(key, "amount", p.Figure(r.Number, unit, "").Text)
	case matching.DaysApart:
		if r.Number == 0 {
			return p.Words(key + ".same")
		}
		return p.Counted(key, max(r.Number, -r.Number))
	case matching.SeveralFit:
		return p.Counted(key, r.Number)
	case matching.WholeBatch:
		return p.Counted(key, r.Number)
	case matching.AnyAmount, matching.NotBooked:
		return p.Words(key)
	case matching.ComesBack:
		if r.Value == "" {
			return p.Words(key)
		}
		return p.Words(key+".code", "value", r.Value)
	}
	return p.Words(key, "value", r.Value)
}

// confirm books a line as a suggestion says.
func (d *Door) confirm(r *http.Request) (page.Reply, error) {
	f, err := d.ReadForm(r, d.Pen(r))
	if err != nil {
		return page.Reply{}, err
	}
	if err := d.bank.Confirm(r.Context(), r.PathValue("key"), f.Value("suggestion"), d.by(r)); err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(r, "/desk/bank?done=booked"), nil
}

// undo reverses what a line was booked as.
func (d *Door) undo(r *http.Request) (page.Reply, error) {
	if err := d.bank.Undo(r.Context(), r.PathValue("key"), d.by(r)); err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(r, "/desk/bank?done=undone"), nil
}

// noteGap keeps what is said of a missing statement.
func (d *Door) noteGap(r *http.Request) (page.Reply, error) {
	f, err := d.ReadForm(r, d.Pen(r))
	if err != nil {
		return page.Reply{}, err
	}
	err = d.bank.NoteGap(r.Context(), f.Value("account"), f.Value("closing"), f.Value("note"), d.by(r))
	if err != nil {
		return page.Reply{}, err
	}
	return d.SeeOther(r, "/desk/bank?done=noted"), nil
}
