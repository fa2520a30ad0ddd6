// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"
	"errors"

	"ecot/money"
	"ecot/store/engine"
)

// bankArea is the area of what the bank said. It comes before that of the donors: to forget somebody it
// asks which accounts their money came from. Of a line of somebody erased the amount, the day and the key
// stay, for the sums of a statement must still be right.
func bankArea() area {
	return area{
		tables:  []string{"bank_account", "bank_statement", "bank_line", "bank_booking", "bank_gap"},
		passing: []string{"bank_upload"},
		handles: []string{"bank_handles"},
		forget:  []string{"forget_bank_lines", "forget_bank_uploads"},
	}
}

// BankAccount is an account of the fund at a bank.
type BankAccount struct {
	IBAN     string // or the bank's own number: in capitals, without blanks
	Name     string // what the fund calls it; may be empty
	Currency money.Unit
	Asset    string // of the journal, such as bank for asset:bank
	Mapping  string // JSON: how its exports in CSV are written; empty while nobody said it
	Since    int64  // seconds
}

// BankAccounts gives the fund's accounts, the oldest first.
func (o *Office) BankAccounts(ctx context.Context) (all []BankAccount, err error) {
	rows, err := o.db.Query(ctx, "bank_accounts")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var a BankAccount
		err := rows.Scan(&a.IBAN, &a.Name, &a.Currency, &a.Asset, &a.Mapping, &a.Since)
		all = append(all, a)
		return err
	})
	return all, err
}

// PutBankAccount adds an account, or changes its name and mapping.
func (t *Tx) PutBankAccount(ctx context.Context, a BankAccount) error {
	return t.put(ctx, "put_bank_account", a.IBAN, a.Name, string(a.Currency), a.Asset, a.Mapping, a.Since)
}

// BankStatement is a statement that was imported, without its lines.
type BankStatement struct {
	Digest   string // of what tells it from others
	Account  string
	Source   string // such as camt.053.001.08 or csv
	ID       string // the bank's name of it, may be empty
	Number   int64  // in the legal sequence, and
	Sent     int64  // in the electronic one; 0 when the bank says none
	Page     int64
	Notice   bool   // a notification: no balances, and lines left out
	From     string // first day
	To       string // last day
	Opening  *int64 // minor units; nil when the bank says none
	Closing  *int64
	Lines    int64  // that it has, and
	Fresh    int64  // that no earlier import had brought
	File     string // SHA-256 of the file, in hexadecimal
	Imported int64  // seconds
	Mandate  string
}

// BankStatements gives the statements of an account, by their last day.
func (o *Office) BankStatements(ctx context.Context, account string) (all []BankStatement, err error) {
	rows, err := o.db.Query(ctx, "bank_statements", account)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var s BankStatement
		var notice int64
		var opening, closing sql.NullInt64
		err := rows.Scan(&s.Digest, &s.Account, &s.Source, &s.ID, &s.Number, &s.Sent, &s.Page, &notice,
			&s.From,
			&s.To, &opening, &closing, &s.Lines, &s.Fresh, &s.File, &s.Imported, &s.Mandate)
		s.Notice, s.Opening, s.Closing = notice != 0, optional(opening), optional(closing)
		all = append(all, s)
		return err
	})
	return all, err
}

func optional(n sql.NullInt64) *int64 {
	if !n.Valid {
		return nil
	}
	return &n.Int64
}

// nullable gives a number as a statement takes it: nil for none.
func nullable(n *int64) any {
	if n == nil {
		return nil
	}
	return *n
}

// PutBankStatement adds a statement, unless it is there already.
func (t *Tx) PutBankStatement(ctx context.Context, s BankStatement) error {
	return t.put(ctx, "put_bank_statement", s.Digest, s.Account, s.Source, s.ID, s.Number, s.Sent, s.Page,
		bit(s.Notice), s.From, s.To, nullable(s.Opening), nullable(s.Closing), s.Lines, s.Fresh, s.File,
		s.Imported,
		s.Mandate)
}

// BankStatus is where a line of the bank stands.
type BankStatus string

// The states of a line.
const (
	LineWaiting BankStatus = "waiting" // nobody has said yet what it is
	LineBooking BankStatus = "booking" // it was said, and is on its way into the journal
	LineArrived BankStatus = "arrived" // in the journal, not attributed yet
	LineBooked  BankStatus = "booked"  // in the journal
	LineIgnored BankStatus = "ignored" // it will not be booked, for the reason noted
	LineSplit   BankStatus = "split"   // its parts stand for it, as another file gave them
)

// BankLine is a line of the bank. Once its person was erased, all texts of it are empty.
type BankLine struct {
	Key          string
	Statement    string // digest of the first that brought it
	Account      string
	Entry        string // key of the bank's whole entry, which the parts of a batch share
	Booked       string // day
	Amount       int64  // minor units, positive when the account gained
	Currency     money.Unit
	Reference    string
	EndToEnd     string
	Counterparty string
	IBAN         string // of the other side
	Text         string
	ReturnReason string
	More         string // JSON: whatever else the bank said
	Status       BankStatus
	Decision     string // JSON: what is being booked; empty when nothing is
	Note         string // why it was ignored, or what went wrong
	Handle       string // whose money it is, once that is known
	Turn         int64  // how often its booking was undone
	Mandate      string // who decided last
	At           int64  // when; seconds
}

func scanBankLine(row engine.Row, also ...any) (l BankLine, err error) {
	err = row.Scan(append([]any{&l.Key, &l.Statement, &l.Account, &l.Entry, &l.Booked, &l.Amount, &l.Currency,
		&l.Reference, &l.EndToEnd, &l.Counterparty, &l.IBAN, &l.Text, &l.ReturnReason, &l.More, &l.Status,
		&l.Decision, &l.Note, &l.Handle, &l.Turn, &l.Mandate, &l.At}, also...)...)
	return l, err
}

func (o *Office) bankLines(ctx context.Context, name string, args ...any) (all []BankLine, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		l, err := scanBankLine(rows)
		all = append(all, l)
		return err
	})
	return all, err
}

// BankLine gives the line of a key, and false when there is none.
func (o *Office) BankLine(ctx context.Context, key string) (BankLine, bool, error) {
	all, err := o.bankLines(ctx, "bank_line", key)
	return first(all, err)
}

// BankLinesIn gives the lines in a state, by day and key behind the line after, at most limit.
func (o *Office) BankLinesIn(ctx context.Context, status BankStatus, after BankLine, limit int) ([]BankLine,
	error) {
	return o.bankLines(ctx, "bank_lines_of_status", string(status), after.Booked, after.Key, limit)
}

// BankLineOf is a line with one entry that it was booked as.
type BankLineOf struct {
	BankLine
	Index int64
}

// BankLinesBookedAs gives the lines that brought money which was booked as entries of a kind, since a day,
// by entry.
func (o *Office) BankLinesBookedAs(ctx context.Context, kind, since string) (all []BankLineOf, err error) {
	rows, err := o.db.Query(ctx, "bank_lines_booked_as", kind, since)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var index int64
		l, err := scanBankLine(rows, &index)
		all = append(all, BankLineOf{l, index})
		return err
	})
	return all, err
}

// BankLinesOfEntry gives the lines that stand for one entry of the bank.
func (t *Tx) BankLinesOfEntry(ctx context.Context, entry string) (all []BankLine, err error) {
	err = t.tx.Query(ctx, "bank_lines_of_entry", func(row engine.Row) error {
		l, err := scanBankLine(row)
		all = append(all, l)
		return err
	}, entry)
	return all, err
}

// PutBankLine adds a line as its status says, and tells whether it was new.
func (t *Tx) PutBankLine(ctx context.Context, l BankLine) (fresh bool, err error) {
	if err := clean(l.Key, l.Entry, l.Reference, l.EndToEnd, l.Counterparty, l.IBAN, l.Text,
		l.More); err != nil {
		return false, err
	}
	err = t.tx.Query(ctx, "put_bank_line", func(row engine.Row) error {
		fresh = true
		return row.Scan(new(int64))
	}, l.Key, l.Statement, l.Account, l.Entry, l.Booked, l.Amount, string(l.Currency), l.Reference,
		l.EndToEnd,
		l.Counterparty, l.IBAN, l.Text, l.ReturnReason, l.More, string(l.Status))
	return fresh, err
}

// TakeBankLine begins to book a line: it keeps the decision, by whom and when. It is false, and nothing
// changes, when the line does not stand as l says any more.
func (t *Tx) TakeBankLine(ctx context.Context, l BankLine, decision, mandate string, at int64) (taken bool,
	err error) {
	if err := clean(decision); err != nil {
		return false, err
	}
	err = t.tx.Query(ctx, "take_bank_line", func(row engine.Row) error {
		taken = true
		return row.Scan(new(int64))
	}, l.Key, decision, mandate, at, string(l.Status), l.Turn)
	return taken, err
}

// BankOutcome is how the booking of a line ended.
type BankOutcome struct {
	Status BankStatus
	Note   string
	Handle string // whose the line is; empty leaves that as it was
	Undone int64  // to add to the number of times that it was undone
}

// SettleBankLine ends the booking of a line. It changes no line that is not being booked, but for one that
// its parts now stand for.
func (t *Tx) SettleBankLine(ctx context.Context, key string, o BankOutcome) error {
	return t.put(ctx, "settle_bank_line", key, string(o.Status), o.Note, o.Handle, o.Undone)
}

// ReleaseBankLine forgets whose a line is, of one that nobody is known for any more.
func (t *Tx) ReleaseBankLine(ctx context.Context, key string) error {
	return t.put(ctx, "release_bank_line", key)
}

// BankDay is what an account's lines of a day and status come to.
type BankDay struct {
	Day    string
	Status BankStatus
	Lines  int64
	Gains  int64 // lines by which the account gained
	In     int64 // minor units
	Out    int64 // zero or below
}

// BankDays gives the days of an account.
func (o *Office) BankDays(ctx context.Context, account string) (all []BankDay, err error) {
	rows, err := o.db.Query(ctx, "bank_days", account)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var d BankDay
		err := rows.Scan(&d.Day, &d.Status, &d.Lines, &d.Gains, &d.In, &d.Out)
		all = append(all, d)
		return err
	})
	return all, err
}

// BankBooking says that a line was booked as an entry.
type BankBooking struct {
	Line   string
	Index  int64
	Kind   string // gift, arrival, fee, payment, payout, refund, return, move, linked, undone
	Amount int64  // minor units of the line that it stands for, signed as the line; 0 for none
}

// PutBankBooking adds a booking, or says anew what it is.
func (t *Tx) PutBankBooking(ctx context.Context, b BankBooking) error {
	return t.put(ctx, "put_bank_booking", b.Line, b.Index, b.Kind, b.Amount)
}

// DropBankBooking takes the link between a line and an entry away.
func (t *Tx) DropBankBooking(ctx context.Context, line string, index int64) error {
	return t.put(ctx, "drop_bank_booking", line, index)
}

// BankBookings gives the entries that a line was booked as.
func (o *Office) BankBookings(ctx context.Context, line string) ([]BankBooking, error) {
	return o.bankBookings(ctx, "bank_bookings", line)
}

// BankBookedEntries gives every booking from an entry on, by entry.
func (o *Office) BankBookedEntries(ctx context.Context, from int64) ([]BankBooking, error) {
	return o.bankBookings(ctx, "bank_booked_entries", from)
}

func (o *Office) bankBookings(ctx context.Context, name string, arg any) (all []BankBooking, err error) {
	rows, err := o.db.Query(ctx, name, arg)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var b BankBooking
		err := rows.Scan(&b.Line, &b.Index, &b.Kind, &b.Amount)
		all = append(all, b)
		return err
	})
	return all, err
}

// BankGap is what a person says of a stretch for which statements are missing.
type BankGap struct {
	Account string
	Until   string // last day of the statement that does not follow
	Note    string
	At      int64
	Mandate string
}

// BankGaps gives what was said of an account's gaps.
func (o *Office) BankGaps(ctx context.Context, account string) (all []BankGap, err error) {
	rows, err := o.db.Query(ctx, "bank_gaps", account)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var g BankGap
		err := rows.Scan(&g.Account, &g.Until, &g.Note, &g.At, &g.Mandate)
		all = append(all, g)
		return err
	})
	return all, err
}

// PutBankGap says something of a gap, or says it anew.
func (t *Tx) PutBankGap(ctx context.Context, g BankGap) error {
	return t.put(ctx, "put_bank_gap", g.Account, g.Until, g.Note, g.At, g.Mandate)
}

// BankStand changes whenever a page about the bank may.
func (o *Office) BankStand(ctx context.Context) (stand [5]int64, err error) {
	err = o.db.Row(ctx, "bank_stand").Scan(&stand[0], &stand[1], &stand[2], &stand[3], &stand[4])
	return stand, err
}

// OpenPurpose is a purpose with what is known of its donor.
type OpenPurpose struct {
	Purpose
	Name string
	Kind string
}

// OpenPurposes gives every purpose under which money may come, by reference.
func (o *Office) OpenPurposes(ctx context.Context) (all []OpenPurpose, err error) {
	rows, err := o.db.Query(ctx, "open_purposes")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var p OpenPurpose
		err := rows.Scan(&p.Reference, &p.Handle, &p.Shares, &p.Need, &p.Since, &p.Name, &p.Kind)
		all = append(all, p)
		return err
	})
	return all, err
}

// OpenPromises gives the promises that a line of the bank may keep, by reference, the oldest first.
func (o *Office) OpenPromises(ctx context.Context) ([]Promise, error) {
	return o.promises(ctx, "open_promises")
}

// OpenNames gives, by reference, the names that were said with promises that a line of the bank may keep.
func (o *Office) OpenNames(ctx context.Context) (map[string][]string, error) {
	names := map[string][]string{}
	rows, err := o.db.Query(ctx, "open_names")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var reference, name string
		err := rows.Scan(&reference, &name)
		names[reference] = append(names[reference], name)
		return err
	})
	return names, err
}

// AllPayers gives every account that a donor's money came from, by donor, the latest first.
func (o *Office) AllPayers(ctx context.Context) (all []Payer, err error) {
	rows, err := o.db.Query(ctx, "all_payers")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var p Payer
		err := rows.Scan(&p.IBAN, &p.Handle, &p.Name, &p.Seen)
		all = append(all, p)
		return err
	})
	return all, err
}

// PutBankUpload keeps a file that is not confirmed yet, and drops those sent before since (seconds).
func (t *Tx) PutBankUpload(ctx context.Context, digest string, data []byte, at, since int64) error {
	if err := t.put(ctx, "drop_bank_uploads", "", since); err != nil {
		return err
	}
	return t.put(ctx, "put_bank_upload", digest, data, at)
}

// DropBankUpload drops a file.
func (t *Tx) DropBankUpload(ctx context.Context, digest string) error {
	return t.put(ctx, "drop_bank_uploads", digest, int64(0))
}

// BankUpload gives a file that is not confirmed yet, and false when there is none.
func (o *Office) BankUpload(ctx context.Context, digest string) (data []byte, found bool, err error) {
	err = o.db.Row(ctx, "bank_upload", digest).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return data, err == nil, err
}
