// SPDX-License-Identifier: AGPL-3.0-or-later

// Package pay says what Écot asks of a company that takes cards for the fund.
//
// The money never passes through Écot: a payer is sent to the provider's own page, the provider
// holds the money and pays it out to the fund's bank. A provider is one package that fulfils
// Provider and passes paytest; nothing else in the program knows which one it is.
//
// A message from a provider (an Event) is a hint to look, and nothing more: whoever gets one reads
// the object again with Session, Payment, Instalment or Payout, and believes that answer alone.
// Messages come twice, late, in any order and never, so that looking again is always harmless and
// sometimes needed without any message.
//
// Its one invariant: what a provider tells is given with the currency it was told in, fees on
// their own, and no amount is ever derived from another one.
package pay

import (
	"context"
	"net/http"
	"time"

	"ecot/money"
)

// Provider is a company that takes cards for the fund. It is safe for concurrent use.
//
// Errors are faults: Invalid for an order that cannot be, NotFound for an id that the provider does
// not know, Conflict when the state refuses (a refund beyond what is left, a key used for another
// request), Forbidden for a message with a false signature, and Unavailable, often with
// RetryAfter, when the provider is down, too busy or refuses the fund's key. A card that its bank
// refuses is no error: it is the status of a session, a payment or an instalment.
type Provider interface {
	Till
	Regulars
	Settler
	Listener
}

// Till takes a payment and gives it back.
type Till interface {
	// About says which provider this is.
	About() About
	// Start opens a session in which the payer pays on the provider's page. The same Key with the
	// same order gives the same session again.
	Start(ctx context.Context, o Order) (Session, error)
	// Session reads a session again.
	Session(ctx context.Context, id string) (Session, error)
	// Payment reads a payment again, with its fee, its refunds and its disputes.
	Payment(ctx context.Context, id string) (Payment, error)
	// Refund gives back some or all of a payment. The same Key with the same refund gives the same
	// refund again. The provider keeps its fee of the payment, unless Booked says otherwise.
	Refund(ctx context.Context, r RefundOrder) (Refund, error)
}

// Regulars follows payments that come back every month or year.
type Regulars interface {
	// Subscription reads a subscription again.
	Subscription(ctx context.Context, id string) (Subscription, error)
	// Instalment reads again one month's or year's payment of a subscription.
	Instalment(ctx context.Context, id string) (Instalment, error)
	// Instalments lists those of a subscription that were made since an instant, newest first.
	Instalments(ctx context.Context, subscription string, since time.Time) ([]Instalment, error)
	// Revise stops, pauses, resumes or changes the amount of a subscription, without taking or
	// giving back anything now. What is already so stays so, without error; an ended
	// subscription takes no other act than Stop, and refuses with fault.Conflict.
	Revise(ctx context.Context, r Revision) (Subscription, error)
}

// Settler tells what the provider paid out to the fund's bank.
type Settler interface {
	// Payouts lists the payouts made since an instant, newest first, without their lines.
	Payouts(ctx context.Context, since time.Time) ([]Payout, error)
	// Payout reads a payout with all of its lines.
	Payout(ctx context.Context, id string) (Payout, error)
}

// Listener reads the provider's messages.
type Listener interface {
	// Event checks the signature of a message and says what to look at. The body is as it came,
	// at most MaxBody bytes. It keeps nothing: the caller does not act twice on one Event.ID, and
	// need not care when it does. A false or stale signature is fault.Forbidden, a message that
	// cannot be read fault.Invalid; one of no interest is Kind Other and no error.
	Event(body []byte, header http.Header, now time.Time) (Event, error)
}

// About says which provider it is.
type About struct {
	Name string // a token for addresses and evidence, such as "stripe"
	Live bool   // real money moves; false with a test key and in the demo
}

// Period is how often a payment comes back.
type Period string

// The periods.
const (
	Once    Period = "once"
	Monthly Period = "monthly"
	Yearly  Period = "yearly"
)

// Order is what a payer is asked to pay.
type Order struct {
	Reference string // our own name for it, found again in what it becomes: 1 to 200 of [A-Za-z0-9._:/-]
	Amount    money.Amount
	Every     Period
	Purpose   string    // what the payer reads on the provider's page, at most 250 bytes
	Mail      string    // filled in for the payer; may be empty
	Lang      string    // of the provider's page: "fr" or "en"
	Return    string    // https address to come back to after paying; says nothing about whether they did
	Cancel    string    // https address to come back to without paying
	Expires   time.Time // 30 minutes to 24 hours from now; zero for the provider's own limit
	Key       string    // idempotency key, 1 to 200 bytes
}

// SessionStatus is where a session stands.
type SessionStatus string

// The states of a session. An expired, paid or failed session stays what it is.
const (
	SessionOpen    SessionStatus = "open"    // the payer has not finished
	SessionPending SessionStatus = "pending" // the payer is done; the money takes days, as with a bank debit
	SessionPaid    SessionStatus = "paid"
	SessionFailed  SessionStatus = "failed" // the pending money did not come
	SessionExpired SessionStatus = "expired"
)

// Session is a payer's visit to the provider's page. A refused card leaves it open: the payer may
// try another one.
type Session struct {
	ID           string
	URL          string // the provider's page; empty once the session is no longer open
	Reference    string
	Status       SessionStatus
	Amount       money.Amount
	Payment      string // id of the payment once paid or pending; of the first one, for a subscription
	Subscription string // id; empty for Once and until paid
	Instalment   string // id of the first instalment; empty for Once and until paid
	Booked       Booking
	Created      time.Time
	Expires      time.Time
}

// Booking is what the provider wrote into the fund's account with it. Amounts are in the currency
// of that account, which can differ from the payer's; money leaving the account is negative. While
// the provider has not booked yet, all is zero and Known is false.
type Booking struct {
	ID              string       // the provider's, of the payout's line that carries it too
	Gross, Fee, Net money.Amount // Gross − Fee = Net
	At              time.Time    // when it was written
	Available       time.Time    // when it can be paid out
}

// Known tells whether the provider has booked.
func (b Booking) Known() bool { return b.Gross.Unit != "" }

// PaymentStatus is where a payment stands.
type PaymentStatus string

// The states of a payment.
const (
	PaymentPending PaymentStatus = "pending" // not decided: the payer, a bank or a debit takes time
	PaymentPaid    PaymentStatus = "paid"    // and possibly refunded or disputed since
	PaymentFailed  PaymentStatus = "failed"  // the last attempt was refused; another one may still be made
)

// Payment is one payment of one payer. Which payout carried it is told by the lines of payouts.
type Payment struct {
	ID           string
	Reference    string
	Subscription string // empty for a one-off
	Instalment   string // empty for a one-off
	Status       PaymentStatus
	Amount       money.Amount // what the payer paid
	Refunded     money.Amount // the part of Amount that went back, or is on its way back
	Booked       Booking
	Refunds      []Refund  // oldest first, those that failed too
	Disputes     []Dispute // oldest first
	Refusal      string    // the provider's code for why the last attempt was refused, such as "card_declined"
	Created      time.Time // when it was paid; before that, when it was opened
}

// RefundOrder asks for money to go back to the payer.
type RefundOrder struct {
	Payment string
	Amount  money.Amount // in the currency of the payment, more than zero
	Key     string       // idempotency key, 1 to 200 bytes
}

// RefundStatus is where a refund stands.
type RefundStatus string

// The states of a refund. A refund that is done can still fail when the payer's bank sends the
// money back.
const (
	RefundPending RefundStatus = "pending"
	RefundDone    RefundStatus = "done"
	RefundFailed  RefundStatus = "failed"
)

// Refund is money that goes back to a payer.
type Refund struct {
	ID       string
	Payment  string
	Status   RefundStatus
	Amount   money.Amount // positive, in the currency of the payment
	Booked   Booking      // negative gross
	Returned Booking      // positive gross, when the refund failed and the money came back
	Created  time.Time
}

// DisputeStatus is where a dispute stands.
type DisputeStatus string

// The states of a dispute.
const (
	DisputeInquiry DisputeStatus = "inquiry" // the payer's bank asks; no money was taken
	DisputeOpen    DisputeStatus = "open"
	DisputeWon     DisputeStatus = "won" // or withdrawn, or settled without it; Moves say what happened
	DisputeLost    DisputeStatus = "lost"
)

// Dispute is a payer's bank asking for the money back (a chargeback).
type Dispute struct {
	ID      string
	Status  DisputeStatus
	Amount  money.Amount // what is disputed, in the currency of the payment
	Moves   []Booking    // what was taken, with the fee of the dispute, and what was given back
	Reason  string       // the provider's code, such as "fraudulent"
	Due     time.Time    // until when the fund can answer; zero when it cannot
	Created time.Time
}

// Booked sums the moves of a dispute: the gross is negative while the money is withdrawn, the fee
// is what the dispute costs. It is not Known while nothing moved; moves in several currencies are
// fault.Conflict.
func (d Dispute) Booked() (Booking, error) {
	var total Booking
	for i, move := range d.Moves {
		if i == 0 {
			total, total.ID = move, ""
			continue
		}
		for _, sum := range []struct{ into, from *money.Amount }{
			{&total.Gross, &move.Gross}, {&total.Fee, &move.Fee}, {&total.Net, &move.Net},
		} {
			added, err := sum.into.Add(*sum.from)
			if err != nil {
				return Booking{}, errMixed(err, "dispute "+d.ID)
			}
			*sum.into = added
		}
		total.At, total.Available = move.At, move.Available
	}
	return total, nil
}
