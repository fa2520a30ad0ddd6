// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"ecot/app/people"
	"ecot/app/profile"
	"ecot/exchange/pain"
	"ecot/fault"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
	"ecot/pay/reference"
)

// Order is something that two members signed and that the bank is to be told of.
type Order struct {
	What    string // expense/<id> or refund/<id>
	Index   int64  // the entry of the expense, or of the gift that is given back
	Name    string // of the account's holder
	IBAN    string
	Amount  int64
	Title   string
	Hold    *Hold // why it cannot be sent now; nil when it can
	turn    int64
	payee   string
	account int64
	bic     string
	signed  string // mandates of the two
	refund  bool
}

// id gives the end-to-end identifier of the order, which no other one ever has.
func (o Order) id() string {
	if o.refund {
		return fmt.Sprintf("REF-%s-%d", strings.ToUpper(o.What[len("refund/"):][:12]), o.turn+1)
	}
	return fmt.Sprintf("EXP-%d-%d", o.Index, o.turn+1)
}

// transfer writes the order for the bank. A title that banks cannot write is left out.
func (o Order) transfer(on string, unit money.Unit) pain.Transfer {
	t := pain.Transfer{ID: o.id(), On: on, Amount: money.Amount{Minor: o.Amount, Unit: unit}, Text: o.id(),
		To: pain.Account{Name: o.Name, IBAN: reference.IBAN(o.IBAN), BIC: reference.BIC(o.bic)}}
	if title, err := pain.Latin(o.Title); err == nil {
		t.Text += " " + title
	}
	t.Text = strings.TrimSpace(t.Text[:min(len(t.Text), pain.MaxText)])
	return t
}

// Orders gives everything that was signed and has no order at the bank: what can be sent now and what is
// held, expenses before refunds, each the oldest first.
func (p *Payouts) Orders(ctx context.Context) ([]Order, error) {
	orders, err := p.expenseOrders(ctx)
	if err != nil {
		return nil, err
	}
	refunds, err := p.refundOrders(ctx)
	if err != nil {
		return nil, err
	}
	orders = append(orders, refunds...)
	fund, err := profile.Load(ctx, p.office)
	for i := range orders {
		if err == nil && orders[i].Hold == nil {
			_, unwritable := p.write(fund, "CHECK", p.app.Now(), orders[i:i+1])
			if refused(unwritable) && unwritable != nil {
				orders[i].Hold = &Hold{Key: "payouts.hold.unwritable", Pairs: []string{"why", fault.PublicOf(unwritable)}}
			}
		}
	}
	return orders, err
}

// expenseOrders gives the expenses that the journal holds as approved and that no order pays.
func (p *Payouts) expenseOrders(ctx context.Context) (orders []Order, err error) {
	open, err := p.office.ExpensesOpen(ctx)
	if err != nil {
		return nil, err
	}
	open = slices.DeleteFunc(open, func(e office.Expense) bool { return e.Live != "" })
	indexes := make([]int64, len(open))
	for i, e := range open {
		indexes[i] = e.Index
	}
	states, err := p.read.Expenses(ctx, indexes...)
	if err != nil {
		return nil, err
	}
	for _, e := range open {
		if states[e.Index].Status != giving.StatusApproved {
			continue
		}
		accounts, err := p.office.PayeeAccounts(ctx, e.Payee)
		if err != nil {
			return nil, err
		}
		a, hold := usable(accounts, p.now())
		orders = append(orders, Order{What: "expense/" + e.ID, Index: e.Index, Name: a.Name, IBAN: a.IBAN,
			Amount: e.Amount, Title: e.Title, Hold: hold, turn: e.Turn, payee: e.Payee, account: a.N, bic: a.BIC,
			signed: strings.Join(states[e.Index].By, " ")})
	}
	return orders, nil
}

// refundOrders gives the refunds that two members signed and that no order pays.
func (p *Payouts) refundOrders(ctx context.Context) (orders []Order, err error) {
	refunds, err := p.office.RefundsOf(ctx, 0)
	if err != nil {
		return nil, err
	}
	for _, r := range refunds {
		if r.Live != "" || r.Stopped != 0 || r.IBAN == "" {
			continue
		}
		signatures, err := p.office.Signatures(ctx, "refund/"+r.ID)
		if err != nil {
			return nil, err
		}
		if len(signatures) == 2 {
			orders = append(orders, Order{What: "refund/" + r.ID, Index: r.Gift, Name: r.Name, IBAN: r.IBAN,
				Amount: r.Amount, turn: r.Turn, refund: true, signed: mandatesOf(signatures)})
		}
	}
	return orders, nil
}

// write makes the file of orders.
func (p *Payouts) write(fund profile.Profile, name string, at time.Time, orders []Order) ([]byte, error) {
	at = at.In(p.app.Zone())
	file := pain.Order{Message: name, Made: at, Debtor: pain.Account{Name: fund.LegalName,
		IBAN: reference.IBAN(fund.IBAN), BIC: reference.BIC(fund.BIC), Town: fund.Town, Country: fund.Country}}
	if fund.Town == "" || fund.Country == "" {
		file.Debtor.Town, file.Debtor.Country = "", ""
	}
	for _, o := range orders {
		file.Transfers = append(file.Transfers, o.transfer(at.Format(time.DateOnly), p.app.Unit()))
	}
	return file.XML(pain.Version09)
}

// Export makes one file of all orders that can be sent now, pain.001.001.09, and keeps it. An order is in one
// file only: whatever asks at the same time, only one gets it.
func (p *Payouts) Export(ctx context.Context, actor people.Actor) (office.PaymentFile, error) {
	if err := people.Allowed(actor, people.Sign); err != nil {
		return office.PaymentFile{}, err
	}
	fund, err := profile.Load(ctx, p.office)
	if err != nil {
		return office.PaymentFile{}, err
	}
	if fund.IBAN == "" {
		return office.PaymentFile{}, fault.New(fault.Conflict, "The fund has not said which account it pays from.").
			In("payouts.no-fund-account")
	}
	all, err := p.Orders(ctx)
	if err != nil {
		return office.PaymentFile{}, err
	}
	orders := slices.DeleteFunc(all, func(o Order) bool { return o.Hold != nil })
	orders = orders[:min(len(orders), pain.MaxTransfers)]
	if len(orders) == 0 {
		return office.PaymentFile{}, fault.New(fault.Conflict,
			"Nothing waits to be sent.").In("payouts.nothing-to-send")
	}
	file := office.PaymentFile{Mandate: actor.Mandate, Orders: int64(len(orders))}
	err = p.office.Do(ctx, func(tx *office.Tx) error { return p.keepFile(ctx, tx, &file, fund, orders) })
	return file, err
}

// keepFile makes the file and takes each order, or nothing.
func (p *Payouts) keepFile(ctx context.Context, tx *office.Tx, file *office.PaymentFile, fund profile.Profile,
	orders []Order) (err error) {
	now := p.app.Now()
	if file.N, err = p.office.NextPaymentFile(ctx); err != nil {
		return err
	}
	file.ID = fmt.Sprintf("ECOT-%s-%04d", now.In(p.app.Zone()).Format("20060102"), file.N)
	if file.Data, err = p.write(fund, file.ID, now, orders); err != nil {
		return err
	}
	sum := sha256.Sum256(file.Data)
	file.SHA256, file.Made = hex.EncodeToString(sum[:]), now.Unix()
	for i, o := range orders {
		if file.Total, err = money.Add(file.Total, o.Amount); err != nil {
			return err
		}
		taken, err := tx.TakeLive(ctx, o.What, o.id(), o.turn)
		if err != nil {
			return err
		}
		if !taken {
			return fault.New(fault.Conflict, "Something changed meanwhile; look again at what is to be sent.").
				In("payouts.changed")
		}
		if err := tx.PutSent(ctx, office.Sent{ID: o.id(), What: o.What, File: file.ID, Place: int64(i) + 1,
			Payee: o.payee, Account: o.account, Name: o.Name, IBAN: o.IBAN, Amount: o.Amount, Made: file.Made,
			Mandates: o.signed}); err != nil {
			return err
		}
	}
	return tx.PutPaymentFile(ctx, *file)
}

// File gives a file as it was made. One that names somebody who was erased is gone; its hash stays.
func (p *Payouts) File(ctx context.Context, actor people.Actor, id string) (office.PaymentFile, error) {
	if err := people.Allowed(actor, people.Sign); err != nil {
		return office.PaymentFile{}, err
	}
	file, found, err := p.office.PaymentFile(ctx, id)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "There is no such file.")
	}
	if err == nil && file.Data == nil {
		err = fault.New(fault.NotFound, "This file was destroyed with what was kept of somebody in it.")
	}
	return file, err
}

// OnTheirWay gives the orders that no line of the bank has shown yet, the oldest first.
func (p *Payouts) OnTheirWay(ctx context.Context) ([]office.Sent, error) {
	waiting, err := p.office.SentAs(ctx, office.Ordered, 0)
	if err != nil {
		return nil, err
	}
	seeing, err := p.office.SentAs(ctx, office.Seeing, 0)
	waiting = append(waiting, seeing...)
	slices.SortStableFunc(waiting, func(a, b office.Sent) int {
		return cmp.Or(cmp.Compare(a.Made, b.Made), cmp.Compare(a.File, b.File), cmp.Compare(a.Place, b.Place))
	})
	return waiting, err
}
