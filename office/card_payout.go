// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"

	"ecot/store/engine"
)

// CardPayout is a sum that the provider sends to the bank.
type CardPayout struct {
	Provider string
	ID       string
	Status   string // as the provider last told it
	Amount   int64  // minor units of the fund's unit; negative when the provider debits the bank
	Trace    string // what the statement may show of it
	Arrives  string // day
	Complete bool   // its lines are all there will be
	Created  int64  // seconds
	Index    int64  // of the move into the bank, 0 while the bank did not show it
	Landed   string // day of that move
	Back     int64  // of the move out of the bank again, when the bank sent it back
}

// CardPayout gives a payout, and false when nothing was heard of it.
func (o *Office) CardPayout(ctx context.Context, provider, id string) (CardPayout, bool, error) {
	return first(o.cardPayouts(ctx, "card_payout", provider, id))
}

// CardPayouts gives the payouts made since an instant in seconds, and all those that the bank has yet to
// show, the oldest first.
func (o *Office) CardPayouts(ctx context.Context, since int64) ([]CardPayout, error) {
	return o.cardPayouts(ctx, "card_payouts_since", since)
}

func (o *Office) cardPayouts(ctx context.Context, name string, args ...any) (all []CardPayout, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var p CardPayout
		var complete int64
		err := rows.Scan(&p.Provider, &p.ID, &p.Status, &p.Amount, &p.Trace, &p.Arrives, &complete, &p.Created,
			&p.Index, &p.Landed, &p.Back)
		p.Complete = complete != 0
		all = append(all, p)
		return err
	})
	return all, err
}

// PutCardPayout adds a payout, or brings up to date what the provider tells of it.
func (t *Tx) PutCardPayout(ctx context.Context, p CardPayout) error {
	return t.put(ctx, "put_card_payout", p.Provider, p.ID, p.Status, p.Amount, p.Trace, p.Arrives,
		bit(p.Complete), p.Created)
}

// LandCardPayout notes the entry and the day by which a payout reached the bank.
func (t *Tx) LandCardPayout(ctx context.Context, provider, id string, index int64, day string) error {
	return t.put(ctx, "land_card_payout", provider, id, index, day)
}

// ReturnCardPayout notes the entry by which a payout left the bank again.
func (t *Tx) ReturnCardPayout(ctx context.Context, provider, id string, index int64) error {
	return t.put(ctx, "return_card_payout", provider, id, index)
}

// CardLine is one booking that a payout carries.
type CardLine struct {
	Provider string
	ID       string
	Payout   string
	Kind     string
	Payment  string // empty when it is about none
	Object   string // what it came from
	Net      int64  // minor units of the fund's unit
}

// CardLinesOf gives the lines that carry a payment itself, and not what went back of it.
func (o *Office) CardLinesOf(ctx context.Context, provider, payment string) ([]CardLine, error) {
	return o.cardLines(ctx, "card_line_of_payment", provider, payment)
}

// CardLinesFrom gives the lines that came from an object, such as a payout that failed.
func (o *Office) CardLinesFrom(ctx context.Context, provider, object string) ([]CardLine, error) {
	return o.cardLines(ctx, "card_line_of_object", provider, object)
}

// CardLines gives the lines of a payout.
func (o *Office) CardLines(ctx context.Context, provider, payout string) ([]CardLine, error) {
	return o.cardLines(ctx, "card_lines_of_payout", provider, payout)
}

func (o *Office) cardLines(ctx context.Context, name string, args ...any) (all []CardLine, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var l CardLine
		err := rows.Scan(&l.Provider, &l.ID, &l.Payout, &l.Kind, &l.Payment, &l.Object, &l.Net)
		all = append(all, l)
		return err
	})
	return all, err
}

// PutCardLine adds a line, unless it is known.
func (t *Tx) PutCardLine(ctx context.Context, l CardLine) error {
	return t.put(ctx, "put_card_line", l.Provider, l.ID, l.Payout, l.Kind, l.Payment, l.Object, l.Net)
}

// CardCase is something about cards that only a person can settle.
type CardCase struct {
	Provider string
	Object   string // the provider's id of what it is about
	Kind     string
	Detail   string // a sentence
	Since    int64  // seconds
	Settled  int64
	Mandate  string // who settled it, empty when it settled itself
}

// CardCases gives the cases that are open, the oldest first.
func (o *Office) CardCases(ctx context.Context) (all []CardCase, err error) {
	rows, err := o.db.Query(ctx, "card_cases_open")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var c CardCase
		err := rows.Scan(&c.Provider, &c.Object, &c.Kind, &c.Detail, &c.Since, &c.Settled, &c.Mandate)
		all = append(all, c)
		return err
	})
	return all, err
}

// OpenCardCase opens a case, or brings its detail up to date. One that a person settled stays
// settled for as long as its detail is the same.
func (t *Tx) OpenCardCase(ctx context.Context, c CardCase) error {
	return t.put(ctx, "open_card_case", c.Provider, c.Object, c.Kind, c.Detail, c.Since)
}

// SettleCardCase closes a case, by a mandate or, with an empty one, by itself.
func (t *Tx) SettleCardCase(ctx context.Context, provider, object string, at int64, mandate string) error {
	return t.put(ctx, "settle_card_case", provider, object, at, mandate)
}
