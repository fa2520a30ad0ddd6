// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"net/http"
	"strconv"

	"ecot/locale"
	"ecot/web/page"
)

// closingPage closes a month, or shows what a closed one says. It is made to be printed.
type closingPage struct {
	page.Frame
	Problems   []page.Problem
	Month      locale.Moment
	Action     string
	Closed     bool
	Even       bool
	Known      bool
	Bank       page.AmountView
	Books      page.AmountView
	Difference page.AmountView
	Waiting    string
	Obstacles  []string
	Because    page.Field
	Entry      string // number of the entry that closed it
	Hash       string
	Next       string // address of the month to close next, empty when it is this one
	NextWords  string
}

// closing shows a month.
func (d *Door) closing(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	return d.showClosing(r, p, page.NewForm(p, nil))
}

func (d *Door) showClosing(r *http.Request, p *page.Pen, f *page.Form) (page.Reply, error) {
	c, err := d.bank.Closing(r.Context(), r.PathValue("month"))
	if err != nil {
		return page.Reply{}, err
	}
	state, err := d.bank.State(r.Context(), c.Month)
	if err != nil {
		return page.Reply{}, err
	}
	month := p.MonthOf(c.Month)
	heading := p.Words("bank.closing", "month", month.Words)
	if c.Closed {
		heading = p.Words("bank.closing-done", "month", month.Words)
	}
	made := closingPage{Frame: d.Frame(r, p, "desk-bank", heading), Problems: f.Problems(), Month: month,
		Action: "/desk/bank/months/" + c.Month, Closed: c.Closed, Even: c.Difference() == 0, Known: c.Known,
		Bank: p.Figure(c.Bank, state.Unit, ""), Books: p.Figure(c.Books, state.Unit,
			"/entries?account=asset%3Abank&until="+c.Month), Difference: p.Figure(c.Difference(), state.Unit, ""),
		Waiting: p.Counted("bank.lines", c.Waiting.Lines), Because: f.Field("because", "bank.because",
			page.Rows(3)),
		Entry: strconv.FormatInt(c.Entry, 10), Hash: c.Hash}
	for _, obstacle := range c.Obstacles {
		made.Obstacles = append(made.Obstacles, p.Fault(obstacle))
	}
	if c.Next != "" && c.Next != c.Month {
		made.Next, made.NextWords = "/desk/bank/months/"+c.Next, p.MonthOf(c.Next).Words
	}
	return d.Private(r, p, "bank-closing", made)
}

// close closes a month.
func (d *Door) close(r *http.Request) (page.Reply, error) {
	p := d.Pen(r)
	f, err := d.ReadForm(r, p)
	if err != nil {
		return page.Reply{}, err
	}
	month := r.PathValue("month")
	if _, err := d.bank.Close(r.Context(), month, f.Value("because"), d.by(r)); err != nil {
		if err := f.RefuseFault("because", err); err != nil {
			return page.Reply{}, err
		}
		return d.showClosing(r, p, f)
	}
	return d.SeeOther(r, "/desk/bank/months/"+month), nil
}
