// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"

	"ecot/store/engine"
)

// cardArea is the area of what the card provider and the fund said to each other.
func cardArea() area {
	return area{
		tables: []string{"card_session", "card_event", "card_payment", "card_refund", "card_payout", "card_line",
			"card_case"},
		handles: []string{"card_session_handles"},
		forget:  []string{"erase_card_sessions"},
	}
}

// CardSession is a donor's visit to the provider's page.
type CardSession struct {
	Provider string
	ID       string // the provider's
	Promise  string
	Handle   string
	Status   string // as the provider last told it
	Since    int64  // seconds
	Look     int64  // when to read it again, 0 for no more
}

// CardSession gives a session, and false when there is none.
func (o *Office) CardSession(ctx context.Context, provider, id string) (CardSession, bool, error) {
	return first(o.cardSessions(ctx, "card_session", provider, id))
}

// CardSessions gives the sessions of a promise, the newest first.
func (o *Office) CardSessions(ctx context.Context, promise string) ([]CardSession, error) {
	return o.cardSessions(ctx, "card_sessions_of_promise", promise)
}

// CardSessionsDue gives the sessions that are to be read again by now, at most limit.
func (o *Office) CardSessionsDue(ctx context.Context, now int64, limit int) ([]CardSession, error) {
	return o.cardSessions(ctx, "card_sessions_due", now, limit)
}

func (o *Office) cardSessions(ctx context.Context, name string, args ...any) (all []CardSession, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var s CardSession
		err := rows.Scan(&s.Provider, &s.ID, &s.Promise, &s.Handle, &s.Status, &s.Since, &s.Look)
		all = append(all, s)
		return err
	})
	return all, err
}

// PutCardSession adds a session, or brings its status up to date.
func (t *Tx) PutCardSession(ctx context.Context, s CardSession) error {
	return t.put(ctx, "put_card_session", s.Provider, s.ID, s.Promise, s.Handle, s.Status, s.Since, s.Look)
}

// CardEvent is a signed message of the provider.
type CardEvent struct {
	Provider string
	ID       string
	Kind     string
	Object   string // what it says to look at
	Came     int64  // seconds
	Done     int64  // when it was followed, 0 while it was not
	Tries    int64
	Look     int64 // when to try again, 0 for no more
	Error    string
}

// CardEvent gives a message, and false when it never came.
func (o *Office) CardEvent(ctx context.Context, provider, id string) (CardEvent, bool, error) {
	return first(o.cardEvents(ctx, "card_event", provider, id))
}

// CardEventsDue gives the messages that are to be followed by now, at most limit.
func (o *Office) CardEventsDue(ctx context.Context, now int64, limit int) ([]CardEvent, error) {
	return o.cardEvents(ctx, "card_events_due", now, limit)
}

func (o *Office) cardEvents(ctx context.Context, name string, args ...any) (all []CardEvent, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var e CardEvent
		err := rows.Scan(&e.Provider, &e.ID, &e.Kind, &e.Object, &e.Came, &e.Done, &e.Tries, &e.Look, &e.Error)
		all = append(all, e)
		return err
	})
	return all, err
}

// CardEventsFailing counts the messages that were tried in vain and are to be tried again, and says when
// the last message of all came, in seconds, 0 for never.
func (o *Office) CardEventsFailing(ctx context.Context) (failing, last int64, err error) {
	if err = o.db.Row(ctx, "card_events_failing").Scan(&failing); err == nil {
		err = o.db.Row(ctx, "card_event_last").Scan(&last)
	}
	return failing, last, err
}

// CardWishes counts what the donor of a promise had done since an instant, and is not entered yet.
func (o *Office) CardWishes(ctx context.Context, promise string, since int64) (n int64, err error) {
	err = o.db.Row(ctx, "card_wishes", promise, since).Scan(&n)
	return n, err
}

// AddCardEvent keeps a message, unless it came before.
func (t *Tx) AddCardEvent(ctx context.Context, e CardEvent) error {
	return t.put(ctx, "add_card_event", e.Provider, e.ID, e.Kind, e.Object, e.Came, e.Look)
}

// EndCardEvent notes that a message was followed, at an instant in seconds.
func (t *Tx) EndCardEvent(ctx context.Context, provider, id string, at int64) error {
	return t.put(ctx, "end_card_event", provider, id, at)
}

// DelayCardEvent notes that a message could not be followed, why, and when to try again.
func (t *Tx) DelayCardEvent(ctx context.Context, provider, id string, look int64, why string) error {
	return t.put(ctx, "delay_card_event", provider, id, look, why)
}

// SweepCardEvents forgets the messages that came before an instant and were followed.
func (t *Tx) SweepCardEvents(ctx context.Context, before int64) error {
	return t.put(ctx, "sweep_card_events", before)
}

// CardPayment is a payment at the provider, and its gift.
type CardPayment struct {
	Provider string
	ID       string
	Index    int64 // of the gift in the journal, 0 while there is none
	Since    int64 // when it was paid, or first heard of; seconds
	Look     int64 // when to read it again, 0 for no more
}

// CardPayment gives a payment, and false when nothing was heard of it.
func (o *Office) CardPayment(ctx context.Context, provider, id string) (CardPayment, bool, error) {
	return first(o.cardPayments(ctx, "card_payment", provider, id))
}

// CardPaymentOf gives the payment behind a gift of the journal, and false when it came otherwise.
func (o *Office) CardPaymentOf(ctx context.Context, index int64) (CardPayment, bool, error) {
	return first(o.cardPayments(ctx, "card_payment_of_entry", index))
}

// CardPaymentsDue gives the payments that are to be read again by now, at most limit.
func (o *Office) CardPaymentsDue(ctx context.Context, now int64, limit int) ([]CardPayment, error) {
	return o.cardPayments(ctx, "card_payments_due", now, limit)
}

func (o *Office) cardPayments(ctx context.Context, name string, args ...any) (all []CardPayment, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var p CardPayment
		err := rows.Scan(&p.Provider, &p.ID, &p.Index, &p.Since, &p.Look)
		all = append(all, p)
		return err
	})
	return all, err
}

// AddCardPayment keeps a payment to look at, unless it is known.
func (t *Tx) AddCardPayment(ctx context.Context, p CardPayment) error {
	return t.put(ctx, "add_card_payment", p.Provider, p.ID, p.Since, p.Look)
}

// PutCardPayment adds a payment, or brings it up to date.
func (t *Tx) PutCardPayment(ctx context.Context, p CardPayment) error {
	return t.put(ctx, "put_card_payment", p.Provider, p.ID, p.Index, p.Since, p.Look)
}

// CardRefund is money that the fund asked the provider to give back.
type CardRefund struct {
	ID       string // of who asked
	Provider string
	Payment  string
	Amount   int64 // minor units of the fund's unit
	Mandate  string
	Since    int64
	Refund   string // the provider's id, empty while it did not answer
	Refused  string // why the provider refused, empty when it did not
}

// CardRefund gives a refund by the id of who asked, and false when there is none.
func (o *Office) CardRefund(ctx context.Context, id string) (CardRefund, bool, error) {
	return first(o.cardRefunds(ctx, "card_refund", id))
}

// CardRefundsAsked gives the refunds to which the provider did not answer, at most limit.
func (o *Office) CardRefundsAsked(ctx context.Context, limit int) ([]CardRefund, error) {
	return o.cardRefunds(ctx, "card_refunds_asked", limit)
}

// CardRefunds gives the refunds asked of a payment, the oldest first.
func (o *Office) CardRefunds(ctx context.Context, provider, payment string) ([]CardRefund, error) {
	return o.cardRefunds(ctx, "card_refunds_of_payment", provider, payment)
}

func (o *Office) cardRefunds(ctx context.Context, name string, args ...any) (all []CardRefund, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var r CardRefund
		err := rows.Scan(&r.ID, &r.Provider, &r.Payment, &r.Amount, &r.Mandate, &r.Since, &r.Refund, &r.Refused)
		all = append(all, r)
		return err
	})
	return all, err
}

// AddCardRefund keeps a refund that is to be asked for, unless its id is taken.
func (t *Tx) AddCardRefund(ctx context.Context, r CardRefund) error {
	return t.put(ctx, "add_card_refund", r.ID, r.Provider, r.Payment, r.Amount, r.Mandate, r.Since)
}

// EndCardRefund notes the provider's answer: the id of the refund, or why it refused.
func (t *Tx) EndCardRefund(ctx context.Context, id, refund, refused string) error {
	return t.put(ctx, "end_card_refund", id, refund, refused)
}

// CardOpened notes the session in which a promise that waits, or had lapsed, is to be kept.
func (t *Tx) CardOpened(ctx context.Context, promise, session string, at int64) error {
	return t.put(ctx, "promise_session", promise, session, at)
}

// CardLapsed notes that nothing came of the session in which a promise was to be kept.
func (t *Tx) CardLapsed(ctx context.Context, promise, session string, at int64) error {
	return t.put(ctx, "promise_lapsed", promise, session, at)
}

// CardSubscribed notes the subscription behind a promise, and its status as the provider tells it.
func (t *Tx) CardSubscribed(ctx context.Context, promise, subscription string, status PromiseStatus,
	at int64) error {
	return t.put(ctx, "promise_subscribed", promise, subscription, string(status), at)
}
