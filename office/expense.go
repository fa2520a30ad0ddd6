// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"
	"errors"

	"ecot/store/engine"
)

// Expense is what the fund's papers say of an expense: its status and its signatures are the journal's.
type Expense struct {
	ID          string // random: of the form that submitted it
	Index       int64  // the entry that claims it; 0 until it is in the journal
	Payee       string
	Pot         string
	Amount      int64 // minor units of the fund's unit
	Destination string
	Title       string // published
	Text        string // for those who sign
	On          string // day of the invoice
	Member      string // who submitted it
	Mandate     string // of whom, may be empty
	Since       int64  // seconds
	Live        string // the order that is on its way or has paid it, empty for none
	Turn        int64  // how many orders there were
	Stopped     int64  // since when it will not be paid, seconds; 0 while it may
	StoppedBy   string // mandate
	Reason      string // why not
}

// Expense gives the expense of an id, and false when there is none.
func (o *Office) Expense(ctx context.Context, id string) (Expense, bool, error) {
	return first(o.expenses(ctx, "expense", id))
}

// ExpenseAt gives the expense claimed by an entry, and false when there is none.
func (o *Office) ExpenseAt(ctx context.Context, index int64) (Expense, bool, error) {
	return first(o.expenses(ctx, "expense_at", index))
}

// Expenses gives the newest expenses claimed before an entry, at most limit.
func (o *Office) Expenses(ctx context.Context, before int64, limit int) ([]Expense, error) {
	return o.expenses(ctx, "expenses_before", before, limit)
}

// ExpensesOpen gives every expense that was neither stopped nor seen paid, the oldest first.
func (o *Office) ExpensesOpen(ctx context.Context) ([]Expense, error) {
	return o.expenses(ctx, "expenses_open")
}

// ExpensesDrafted gives those that were submitted and are not in the journal yet.
func (o *Office) ExpensesDrafted(ctx context.Context) ([]Expense, error) {
	return o.expenses(ctx, "expenses_drafted")
}

// ExpensesOf gives the expenses of a payee, the oldest first.
func (o *Office) ExpensesOf(ctx context.Context, payee string) ([]Expense, error) {
	return o.expenses(ctx, "expenses_of_payee", payee)
}

func (o *Office) expenses(ctx context.Context, name string, args ...any) (all []Expense, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var e Expense
		err := rows.Scan(&e.ID, &e.Index, &e.Payee, &e.Pot, &e.Amount, &e.Destination, &e.Title, &e.Text, &e.On,
			&e.Member, &e.Mandate, &e.Since, &e.Live, &e.Turn, &e.Stopped, &e.StoppedBy, &e.Reason)
		all = append(all, e)
		return err
	})
	return all, err
}

// PutExpense adds an expense that is not in the journal yet, unless its id is there already.
func (t *Tx) PutExpense(ctx context.Context, e Expense) error {
	return t.put(ctx, "put_expense", e.ID, e.Payee, e.Pot, e.Amount, e.Destination, e.Title, e.Text, e.On,
		e.Member,
		e.Mandate, e.Since)
}

// ClaimExpense notes the entry that claims an expense.
func (t *Tx) ClaimExpense(ctx context.Context, id string, index int64) error {
	return t.put(ctx, "claim_expense", id, index)
}

// StopExpense says since when, by whom and why an expense will not be paid. It is false, and nothing
// changes, when an order for it is on its way, or when it was stopped before.
func (t *Tx) StopExpense(ctx context.Context, e Expense) (bool, error) {
	return t.took(ctx, "stop_expense", e.ID, e.Stopped, e.StoppedBy, e.Reason)
}

// UnstopExpense takes back that an expense was stopped.
func (t *Tx) UnstopExpense(ctx context.Context, id string) error {
	return t.put(ctx, "unstop_expense", id)
}

// Document is what proves an expense, such as an invoice.
type Document struct {
	SHA256 string // of Data, in hexadecimal
	Media  string // such as application/pdf
	Size   int64  // bytes
	Data   []byte // empty where documents are only named
}

// PutDocument keeps the document of an expense; it never changes.
func (t *Tx) PutDocument(ctx context.Context, expense string, d Document) error {
	return t.put(ctx, "put_expense_document", expense, d.SHA256, d.Media, d.Size, d.Data)
}

// Document gives the document of an expense, and false when there is none.
func (o *Office) Document(ctx context.Context, expense string) (d Document, found bool, err error) {
	err = o.db.Row(ctx, "expense_document", expense).Scan(&d.SHA256, &d.Media, &d.Size, &d.Data)
	return d, err == nil, noRow(err)
}

// DocumentHead gives the document of an expense without its bytes, and false when there is none.
func (o *Office) DocumentHead(ctx context.Context, expense string) (d Document, found bool, err error) {
	err = o.db.Row(ctx, "expense_document_head", expense).Scan(&d.SHA256, &d.Media, &d.Size)
	return d, err == nil, noRow(err)
}

// noRow makes nothing of the error that says that there was no row.
func noRow(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// Refund is a gift that is to be given back by transfer, in part or whole.
type Refund struct {
	ID      string // random
	Gift    int64  // the entry
	Handle  string // of the giver, empty once erased
	Name    string // of the account's holder
	IBAN    string // that the money came from
	Amount  int64  // minor units of the fund's unit
	Shares  string // minor units out of each pot, such as lanterne=600,fonds=600
	Because string
	Member  string // who asked, and signed first
	Mandate string
	Since   int64 // seconds
	Live    string
	Turn    int64
	Stopped int64 // seconds, 0 while it may go
	Reason  string
}

// Refund gives the refund of an id, and false when there is none.
func (o *Office) Refund(ctx context.Context, id string) (Refund, bool, error) {
	return first(o.refunds(ctx, "gift_refund", id))
}

// RefundsOf gives the refunds of a gift, the oldest first; every refund for a gift of 0.
func (o *Office) RefundsOf(ctx context.Context, gift int64) ([]Refund, error) {
	if gift == 0 {
		return o.refunds(ctx, "gift_refunds")
	}
	return o.refunds(ctx, "gift_refunds_of_gift", gift)
}

func (o *Office) refunds(ctx context.Context, name string, args ...any) (all []Refund, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var r Refund
		err := rows.Scan(&r.ID, &r.Gift, &r.Handle, &r.Name, &r.IBAN, &r.Amount, &r.Shares, &r.Because, &r.Member,
			&r.Mandate, &r.Since, &r.Live, &r.Turn, &r.Stopped, &r.Reason)
		all = append(all, r)
		return err
	})
	return all, err
}

// PutRefund adds a refund that somebody asks for, unless its id is there already.
func (t *Tx) PutRefund(ctx context.Context, r Refund) error {
	return t.put(ctx, "put_gift_refund", r.ID, r.Gift, r.Handle, r.Name, r.IBAN, r.Amount, r.Shares, r.Because,
		r.Member, r.Mandate, r.Since)
}

// StopRefund says since when and why a refund will not be paid. It is false, and nothing changes, when an
// order for it is on its way, or when it was stopped before.
func (t *Tx) StopRefund(ctx context.Context, r Refund) (bool, error) {
	return t.took(ctx, "stop_refund", r.ID, r.Stopped, r.Reason)
}

// PotTransfer is money that is to be held for another purpose.
type PotTransfer struct {
	ID      string // random
	Index   int64  // its entry; 0 until it is in the journal
	From    string
	To      string
	Amount  int64
	Because string // published
	Member  string // who asked, and signed first
	Mandate string
	Since   int64 // seconds
	Stopped int64 // seconds, 0 while it may come to be
	Reason  string
}

// PotTransfer gives the transfer of an id, and false when there is none.
func (o *Office) PotTransfer(ctx context.Context, id string) (PotTransfer, bool, error) {
	return first(o.potTransfers(ctx, "pot_transfer", id))
}

// PotTransferAt gives the transfer of an entry, and false when there is none.
func (o *Office) PotTransferAt(ctx context.Context, index int64) (PotTransfer, bool, error) {
	return first(o.potTransfers(ctx, "pot_transfer_at", index))
}

// PotTransfers gives every transfer, the oldest first.
func (o *Office) PotTransfers(ctx context.Context) ([]PotTransfer, error) {
	return o.potTransfers(ctx, "pot_transfers")
}

func (o *Office) potTransfers(ctx context.Context, name string, args ...any) (all []PotTransfer, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var p PotTransfer
		err := rows.Scan(&p.ID, &p.Index, &p.From, &p.To, &p.Amount, &p.Because, &p.Member, &p.Mandate, &p.Since,
			&p.Stopped, &p.Reason)
		all = append(all, p)
		return err
	})
	return all, err
}

// PutPotTransfer adds a transfer that somebody asks for, unless its id is there already.
func (t *Tx) PutPotTransfer(ctx context.Context, p PotTransfer) error {
	return t.put(ctx, "put_pot_transfer", p.ID, p.From, p.To, p.Amount, p.Because, p.Member, p.Mandate, p.Since)
}

// SettlePotTransfer notes the entry of a transfer.
func (t *Tx) SettlePotTransfer(ctx context.Context, id string, index int64) error {
	return t.put(ctx, "settle_pot_transfer", id, index)
}

// StopPotTransfer says since when and why a transfer will not come to be, and false when it has, or was
// stopped before.
func (t *Tx) StopPotTransfer(ctx context.Context, p PotTransfer) (bool, error) {
	return t.took(ctx, "stop_pot_transfer", p.ID, p.Stopped, p.Reason)
}
