// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"

	"ecot/store/engine"
)

// payeeArea is the area of those who are paid and of what went to the bank for them. Of somebody who is
// erased, the document of an expense that was paid stays, since the law keeps it for ten years (code de
// commerce, art. L123-22), and nothing names its payee any more.
func payeeArea() area {
	return area{
		tables: []string{"payee", "payee_account", "expense", "expense_document", "gift_refund", "pot_transfer",
			"signature", "payment_file", "sent"},
		handles: []string{"payee_handles", "refund_handles"},
		forget: []string{"erase_payment_files", "erase_sent", "erase_documents", "erase_expenses", "erase_accounts",
			"erase_payee", "erase_refunds"},
	}
}

// Payee is somebody who may be paid.
type Payee struct {
	ID     string // random
	Handle string // mail address in lower case, or hand:<random>; empty once erased
	Mail   string // empty for somebody without one
	Name   string
	Kind   string // person, company, association, public-body
	Lang   string
	Note   string // why they may be paid
	MadeBy string // member
	Since  int64  // seconds
}

// PayeeAccount is an account to pay a payee on. It is asked for by one member, confirmed by another, and
// usable behind a delay.
type PayeeAccount struct {
	Payee            string
	N                int64  // 1, 2, …
	Name             string // its holder, exactly as the bank knows it
	IBAN             string
	BIC              string // may be empty
	AskedBy          string // member
	AskedMandate     string // may be empty
	Asked            int64  // seconds
	ConfirmedBy      string // member, empty while nobody did
	ConfirmedMandate string
	Confirmed        int64  // seconds
	Usable           int64  // from when it may be paid to, seconds
	Ended            int64  // since when it may not any more, seconds; 0 while it may
	Why              string // replaced, refused, or the bank's reason of a return, such as ac04
	Verdict          string // what the bank's verification said: match, close, none, impossible; or empty
}

// Payee gives the payee of an id, and false when there is none.
func (o *Office) Payee(ctx context.Context, id string) (Payee, bool, error) {
	return first(o.payees(ctx, "payee", id))
}

// PayeeOf gives the payee of a handle, and false when there is none.
func (o *Office) PayeeOf(ctx context.Context, handle string) (Payee, bool, error) {
	return first(o.payees(ctx, "payee_of_handle", handle))
}

// Payees gives every payee, by name; those who were erased are left out.
func (o *Office) Payees(ctx context.Context) ([]Payee, error) { return o.payees(ctx, "payees") }

func (o *Office) payees(ctx context.Context, name string, args ...any) (all []Payee, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var p Payee
		err := rows.Scan(&p.ID, &p.Handle, &p.Mail, &p.Name, &p.Kind, &p.Lang, &p.Note, &p.MadeBy, &p.Since)
		all = append(all, p)
		return err
	})
	return all, err
}

// PutPayee adds a payee, or brings one up to date; who they are does not change. A handle that another
// payee has is an error of the database.
func (t *Tx) PutPayee(ctx context.Context, p Payee) error {
	return t.put(ctx, "put_payee", p.ID, p.Handle, p.Mail, p.Name, p.Kind, p.Lang, p.Note, p.MadeBy, p.Since)
}

// PayeeAccounts gives the accounts of a payee, the first first; of every payee when it is empty.
func (o *Office) PayeeAccounts(ctx context.Context, payee string) (all []PayeeAccount, err error) {
	name, args := "payee_accounts", []any{payee}
	if payee == "" {
		name, args = "payee_accounts_all", nil
	}
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var a PayeeAccount
		err := rows.Scan(&a.Payee, &a.N, &a.Name, &a.IBAN, &a.BIC, &a.AskedBy, &a.AskedMandate, &a.Asked,
			&a.ConfirmedBy, &a.ConfirmedMandate, &a.Confirmed, &a.Usable, &a.Ended, &a.Why, &a.Verdict)
		all = append(all, a)
		return err
	})
	return all, err
}

// PutPayeeAccount adds an account that somebody asks for. A number that is taken is an error of the
// database.
func (t *Tx) PutPayeeAccount(ctx context.Context, a PayeeAccount) error {
	return t.put(ctx, "put_payee_account", a.Payee, a.N, a.Name, a.IBAN, a.BIC, a.AskedBy, a.AskedMandate,
		a.Asked)
}

// ConfirmPayeeAccount notes who confirmed an account, when, and from when it may be used. It is false, and
// nothing changes, when it was confirmed or ended before, or when the same member asked for it.
func (t *Tx) ConfirmPayeeAccount(ctx context.Context, a PayeeAccount) (bool, error) {
	return t.took(ctx, "confirm_payee_account", a.Payee, a.N, a.ConfirmedBy, a.ConfirmedMandate, a.Confirmed,
		a.Usable)
}

// took runs a statement that returns a row when it changed one, and says whether it did.
func (t *Tx) took(ctx context.Context, name string, args ...any) (done bool, err error) {
	err = t.tx.Query(ctx, name, func(engine.Row) error { done = true; return nil }, args...)
	return done, err
}

// EndPayeeAccount says since when, in seconds, an account may not be paid to any more, and why.
func (t *Tx) EndPayeeAccount(ctx context.Context, payee string, n, at int64, why string) error {
	return t.put(ctx, "end_payee_account", payee, n, at, why)
}

// JudgePayeeAccount keeps what the bank's verification of payee said of an account.
func (t *Tx) JudgePayeeAccount(ctx context.Context, payee string, n int64, verdict string) error {
	return t.put(ctx, "judge_payee_account", payee, n, verdict)
}

// PayersOf gives the accounts that a donor's money came from, the latest first.
func (o *Office) PayersOf(ctx context.Context, handle string) (all []Payer, err error) {
	rows, err := o.db.Query(ctx, "payers_of_handle", handle)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var p Payer
		err := rows.Scan(&p.IBAN, &p.Handle, &p.Name, &p.Seen)
		all = append(all, p)
		return err
	})
	return all, err
}
