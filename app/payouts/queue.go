// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"context"
	"strconv"
	"time"

	"ecot/app/people"
	"ecot/app/queue"
	"ecot/mechanism/giving"
	"ecot/money"
)

// Where the pages of payouts are, for links of the queue.
const (
	ExpensesPath  = "/desk/expenses"
	PayeesPath    = "/desk/payees"
	PaymentsPath  = "/desk/payments"
	TransfersPath = "/desk/transfers"
	RefundsPath   = "/desk/refunds"
)

// Path gives the page of an expense at the desk.
func Path(index int64) string { return ExpensesPath + "/" + strconv.FormatInt(index, 10) }

// Queue gives what waits for somebody: signatures, accounts, files to make, orders that were not seen.
func (p *Payouts) Queue(ctx context.Context) (items []queue.Item, err error) {
	for _, source := range []func(context.Context) ([]queue.Item, error){
		p.waitingExpenses, p.waitingAccounts, p.waitingOrders, p.waitingPairs,
	} {
		some, err := source(ctx)
		if err != nil {
			return nil, err
		}
		items = append(items, some...)
	}
	return items, nil
}

// item makes an item of an amount that waits since an instant.
func (p *Payouts) item(key, href string, minor, since int64) queue.Item {
	return queue.Item{Key: key, Href: href, Amount: money.Amount{Minor: minor, Unit: p.app.Unit()},
		Since: time.Unix(since, 0).UTC(), Right: people.Sign}
}

// waitingExpenses are those that wait for a signature, the first or the second.
func (p *Payouts) waitingExpenses(ctx context.Context) (items []queue.Item, err error) {
	open, err := p.office.ExpensesOpen(ctx)
	if err != nil {
		return nil, err
	}
	indexes := make([]int64, len(open))
	for i, e := range open {
		indexes[i] = e.Index
	}
	states, err := p.read.Expenses(ctx, indexes...)
	for _, e := range open {
		state, key := states[e.Index], "expense-first"
		if state.Status != giving.StatusClaimed {
			continue
		}
		if len(state.By) == 1 {
			key = "expense-second"
		}
		item := p.item(key, Path(e.Index), e.Amount, e.Since)
		item.Pairs = []string{"title", e.Title}
		items = append(items, item)
	}
	return items, err
}

// waitingAccounts are those that somebody asked for and nobody confirmed.
func (p *Payouts) waitingAccounts(ctx context.Context) (items []queue.Item, err error) {
	payees, err := p.office.Payees(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, payee := range payees {
		names[payee.ID] = payee.Name
	}
	accounts, err := p.office.PayeeAccounts(ctx, "")
	for _, a := range accounts {
		if a.Confirmed == 0 && a.Ended == 0 && a.IBAN != "" {
			items = append(items, queue.Item{Key: "payee-account", Detail: names[a.Payee], Right: people.ManagePayees,
				Since: time.Unix(a.Asked, 0).UTC(), Href: PayeesPath + "/" + a.Payee})
		}
	}
	return items, err
}

// waitingOrders are what can be sent, what is held by an account, and what was sent and not seen.
func (p *Payouts) waitingOrders(ctx context.Context) (items []queue.Item, err error) {
	orders, err := p.Orders(ctx)
	if err != nil {
		return nil, err
	}
	for _, o := range orders {
		since, err := p.since(ctx, o)
		if err != nil {
			return nil, err
		}
		item := p.item("payment-ready", PaymentsPath, o.Amount, since)
		item.Pairs = []string{"title", o.Title}
		if o.Hold != nil {
			item.Key, item.Right = "payment-held", people.ManagePayees
			if item.Href = PayeesPath + "/" + o.payee; o.Hold.Until != 0 {
				item.Due = time.Unix(o.Hold.Until, 0).UTC()
			}
		}
		items = append(items, item)
	}
	sent, err := p.OnTheirWay(ctx)
	for _, s := range sent {
		item := p.item("payment-unseen", PaymentsPath, s.Amount, s.Made)
		item.Detail, item.Right, item.Pairs = s.Name, people.Reconcile, []string{"order", s.ID}
		items = append(items, item)
	}
	return items, err
}

// since gives when an order was signed for the second time.
func (p *Payouts) since(ctx context.Context, o Order) (at int64, err error) {
	signatures, err := p.office.Signatures(ctx, o.What)
	for _, s := range signatures {
		at = max(at, s.At)
	}
	return at, err
}

// waitingPairs are the refunds and transfers that wait for their second signature.
func (p *Payouts) waitingPairs(ctx context.Context) (items []queue.Item, err error) {
	transfers, err := p.office.PotTransfers(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range transfers {
		if t.Index == 0 && t.Stopped == 0 {
			item := p.item("transfer-second", TransfersPath+"/"+t.ID, t.Amount, t.Since)
			item.Pairs = []string{"from", t.From, "to", t.To}
			items = append(items, item)
		}
	}
	refunds, err := p.office.RefundsOf(ctx, 0)
	if err != nil {
		return nil, err
	}
	for _, r := range refunds {
		signed, err := p.office.Signatures(ctx, "refund/"+r.ID)
		if err != nil {
			return nil, err
		}
		if r.Stopped == 0 && len(signed) < 2 {
			item := p.item("refund-second", RefundsPath+"/"+r.ID, r.Amount, r.Since)
			item.Pairs = []string{"index", strconv.FormatInt(r.Gift, 10)}
			items = append(items, item)
		}
	}
	return items, nil
}

var _ queue.Source = (*Payouts)(nil)
