// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"

	"ecot/fault"
	"ecot/store/engine"
)

// Signature is what one member signed, under the mandate of that day.
type Signature struct {
	What    string // expense/<id>, refund/<id>, transfer/<id> or order/<id>
	Mandate string
	Member  string
	At      int64 // seconds
	Index   int64 // of its entry; 0 for none, or while it is not there yet
}

// Signatures gives who signed something, the first first.
func (o *Office) Signatures(ctx context.Context, what string) (all []Signature, err error) {
	rows, err := o.db.Query(ctx, "signatures", what)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var s Signature
		err := rows.Scan(&s.What, &s.Mandate, &s.Member, &s.At, &s.Index)
		all = append(all, s)
		return err
	})
	return all, err
}

// PutSignature adds a signature. A mandate or a member that signed the same is an error of the database.
func (t *Tx) PutSignature(ctx context.Context, s Signature) error {
	return t.put(ctx, "put_signature", s.What, s.Mandate, s.Member, s.At, s.Index)
}

// SettleSignature notes the entry of a signature.
func (t *Tx) SettleSignature(ctx context.Context, s Signature) error {
	return t.put(ctx, "settle_signature", s.What, s.Mandate, s.Index)
}

// DropSignature takes back a signature that did not come to be.
func (t *Tx) DropSignature(ctx context.Context, what, mandate string) error {
	return t.put(ctx, "drop_signature", what, mandate)
}

// DropSignatures takes back every signature under something, which is to be signed anew.
func (t *Tx) DropSignatures(ctx context.Context, what string) error {
	return t.put(ctx, "drop_signatures", what)
}

// PaymentFile is a file of orders to the bank, kept as it was made.
type PaymentFile struct {
	ID      string // the name that the bank knows it by
	N       int64  // 1, 2, …
	Data    []byte // nil once somebody in it was erased, and where files are only named
	SHA256  string // of it, in hexadecimal
	Made    int64  // seconds
	Mandate string // by whom
	Orders  int64
	Total   int64 // minor units
}

// NextPaymentFile gives the number that the next file has.
func (o *Office) NextPaymentFile(ctx context.Context) (n int64, err error) {
	err = o.db.Row(ctx, "next_payment_file").Scan(&n)
	return n, err
}

// PaymentFile gives a file with its bytes, and false when there is none.
func (o *Office) PaymentFile(ctx context.Context, id string) (f PaymentFile, found bool, err error) {
	err = o.db.Row(ctx, "payment_file", id).Scan(&f.ID, &f.N, &f.SHA256, &f.Made, &f.Mandate, &f.Orders,
		&f.Total,
		&f.Data)
	return f, err == nil, noRow(err)
}

// PaymentFiles gives every file without its bytes, the newest first.
func (o *Office) PaymentFiles(ctx context.Context) (all []PaymentFile, err error) {
	rows, err := o.db.Query(ctx, "payment_files")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var f PaymentFile
		err := rows.Scan(&f.ID, &f.N, &f.SHA256, &f.Made, &f.Mandate, &f.Orders, &f.Total)
		all = append(all, f)
		return err
	})
	return all, err
}

// PutPaymentFile keeps a file. A name or number that is taken is an error of the database.
func (t *Tx) PutPaymentFile(ctx context.Context, f PaymentFile) error {
	return t.put(ctx, "put_payment_file", f.ID, f.N, f.Data, f.SHA256, f.Made, f.Mandate, f.Orders, f.Total)
}

// SentStatus is where an order stands.
type SentStatus string

// The states of an order. In the two that end in -ing the journal may be ahead of the office.
const (
	Ordered   SentStatus = "sent"
	Seeing    SentStatus = "seeing"    // the bank showed it; the journal is being told
	Seen      SentStatus = "seen"      // it left the account
	Returning SentStatus = "returning" // the bank sent it back; the journal is being told
	SentBack  SentStatus = "returned"
	Dropped   SentStatus = "dropped" // two members say that the bank never carried it out
)

// Sent is one order to the bank.
type Sent struct {
	ID       string // end-to-end identifier, for ever this order's
	What     string // expense/<id> or refund/<id>
	File     string
	Place    int64  // in the file
	Payee    string // empty for a refund
	Account  int64  // number of the payee's account, 0 for a refund
	Name     string // of the account's holder; empty once erased
	IBAN     string // likewise
	Amount   int64
	Made     int64  // seconds
	Mandates string // of the two who signed, by a blank
	Status   SentStatus
	SeenOn   string // day
	Entry    int64  // that says that it left
	Line     string // key under which it was booked
	BackOn   string // day
	Back     int64  // entry that says that it came back
	BackLine string // likewise
	Code     string // the bank's reason
}

// Sent gives an order, and false when there is none.
func (o *Office) Sent(ctx context.Context, id string) (Sent, bool, error) {
	return first(o.sent(ctx, "sent", id))
}

// SentFor gives the orders for something, the oldest first.
func (o *Office) SentFor(ctx context.Context, what string) ([]Sent, error) {
	return o.sent(ctx, "sent_of_what", what)
}

// SentIn gives the orders of a file in their places.
func (o *Office) SentIn(ctx context.Context, file string) ([]Sent, error) {
	return o.sent(ctx, "sent_in_file", file)
}

// SentAs gives the orders of a status that were made since an instant in seconds, the oldest first.
func (o *Office) SentAs(ctx context.Context, status SentStatus, since int64) ([]Sent, error) {
	return o.sent(ctx, "sent_in_status", string(status), since)
}

func (o *Office) sent(ctx context.Context, name string, args ...any) (all []Sent, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var s Sent
		err := rows.Scan(&s.ID, &s.What, &s.File, &s.Place, &s.Payee, &s.Account, &s.Name, &s.IBAN, &s.Amount,
			&s.Made, &s.Mandates, &s.Status, &s.SeenOn, &s.Entry, &s.Line, &s.BackOn,
			&s.Back, &s.BackLine, &s.Code)
		all = append(all, s)
		return err
	})
	return all, err
}

// PutSent adds an order. An id that is taken is an error of the database.
func (t *Tx) PutSent(ctx context.Context, s Sent) error {
	return t.put(ctx, "put_sent", s.ID, s.What, s.File, s.Place, s.Payee, s.Account, s.Name, s.IBAN,
		s.Amount, s.Made,
		s.Mandates)
}

// TurnSent takes an order from one status to another, and says whether it stood at the first.
func (t *Tx) TurnSent(ctx context.Context, id string, from, to SentStatus) (bool, error) {
	return t.took(ctx, "turn_sent", id, string(from), string(to))
}

// NoteSeen notes on what day an order left, the entry that says so, and the key under which it was booked.
func (t *Tx) NoteSeen(ctx context.Context, s Sent) error {
	return t.put(ctx, "note_seen", s.ID, s.SeenOn, s.Entry, s.Line)
}

// NoteReturned notes on what day an order came back, the entry that says so, the key under which it was
// booked, and the bank's reason.
func (t *Tx) NoteReturned(ctx context.Context, s Sent) error {
	return t.put(ctx, "note_returned", s.ID, s.BackOn, s.Back, s.BackLine, s.Code)
}

// TakeLive makes an order the live one of what it pays, in its turn: turn is how many there were before,
// below zero for one that is not new. It is false, and nothing changes, when another is live or the turn is
// over, or when it will not be paid.
func (t *Tx) TakeLive(ctx context.Context, what, order string, turn int64) (bool, error) {
	table, id, err := payable(what)
	if err != nil {
		return false, err
	}
	if turn < 0 {
		return t.took(ctx, "revive_"+table, id, order)
	}
	return t.took(ctx, "send_"+table, id, order, turn)
}

// FreeLive takes an order away from what it was to pay, which can then have another.
func (t *Tx) FreeLive(ctx context.Context, what, order string) error {
	table, id, err := payable(what)
	if err != nil {
		return err
	}
	return t.put(ctx, "free_"+table, id, order)
}

// payable splits what is paid into its kind and its id.
func payable(what string) (table, id string, err error) {
	for _, table := range []string{"expense", "refund"} {
		if len(what) > len(table)+1 && what[:len(table)+1] == table+"/" {
			return table, what[len(table)+1:], nil
		}
	}
	return "", "", fault.New(fault.Internal, "Nothing is paid by the name %q.", what)
}
