// SPDX-License-Identifier: AGPL-3.0-or-later

// Package standin is a card provider that takes no money: it stands in for a real one in the demo
// and in tests.
//
// It keeps everything in memory, hosts a page where the payer chooses what their card does, and
// sends signed messages to the fund as a real provider would. What only a bank or time would do, a
// renewal, a dispute, a payout, is done by Play. The command that serves a real fund never offers it.
//
// Its one invariant: what was booked for payments, refunds and disputes is, to the cent, what the
// lines of payouts carry and what still waits for the next payout.
package standin

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"ecot/clock"
	"ecot/fault"
	"ecot/money"
	"ecot/pay"
)

// SignatureHeader is the header of a message that bears its signature, in the form of pay.Sign.
const SignatureHeader = "Ecot-Demo-Signature"

// defaultLife is how long a session stays open when its order does not say.
const defaultLife = 24 * time.Hour

// Config is what a stand-in needs.
type Config struct {
	Base       string       // address at which Handler answers, without a slash at its end
	Tariff     pay.Tariff   // what it keeps of a payment
	DisputeFee money.Amount // what a dispute costs, in the tariff's currency
	Run        string       // part of each id, so that another run of the program gives others; may be empty
	Secret     pay.Secret   // signs its messages
	Now        clock.Clock
	// Deliver passes a message on to the fund; nil for nobody. One that fails is kept, and sent
	// again, in order, with the next one or by Flush.
	Deliver func(ctx context.Context, body []byte, header http.Header) error
}

// Provider is the stand-in. It is safe for concurrent use.
type Provider struct {
	config Config

	mu            sync.Mutex
	count         int               // of all ids given
	asked         map[string]string // what each idempotency key asked for, and the id it got
	sessions      map[string]*session
	payments      map[string]*pay.Payment
	subscriptions map[string]*pay.Subscription
	instalments   map[string]*pay.Instalment
	balance       []pay.Line    // booked, and not paid out
	payouts       []*pay.Payout // oldest first
	outgoing      []message     // not delivered, oldest first

	sending sync.Mutex // held while outgoing is delivered, so that messages keep their order
}

// session is a session with the order it was opened for.
type session struct {
	pay.Session
	order pay.Order
}

// Provider is a provider.
var _ pay.Provider = (*Provider)(nil)

// New makes a stand-in. A tariff that cannot be is fault.Invalid.
func New(c Config) (*Provider, error) {
	if err := c.Tariff.Check(); err != nil {
		return nil, err
	}
	if c.Now == nil || c.Secret.Reveal() == "" || c.DisputeFee.Unit != c.Tariff.Fixed.Unit {
		return nil, fault.New(fault.Internal, "A stand-in needs a clock, a secret, and fees in one currency.")
	}
	return &Provider{
		config: c, asked: map[string]string{}, sessions: map[string]*session{},
		payments: map[string]*pay.Payment{}, subscriptions: map[string]*pay.Subscription{},
		instalments: map[string]*pay.Instalment{},
	}, nil
}

// About says that this is the demo.
func (p *Provider) About() pay.About { return pay.About{Name: "demo"} }

// Start opens a session on the page of Handler.
func (p *Provider) Start(_ context.Context, o pay.Order) (pay.Session, error) {
	now := p.config.Now()
	if err := o.Check(now); err != nil {
		return pay.Session{}, err
	}
	if o.Amount.Unit != p.config.Tariff.Fixed.Unit {
		return pay.Session{}, fault.New(fault.Invalid, "The demo's cards pay in %s.", p.config.Tariff.Fixed.Unit)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if id, err := p.once(o.Key, fmt.Sprintf("%+v", o)); id != "" || err != nil {
		if err != nil {
			return pay.Session{}, err
		}
		return p.sessions[id].Session, nil
	}
	id := p.id("session")
	p.remember(o.Key, id)
	s := &session{order: o, Session: pay.Session{
		ID: id, URL: p.config.Base + "/" + id, Reference: o.Reference, Status: pay.SessionOpen,
		Amount: o.Amount, Created: now, Expires: o.Expires,
	}}
	if s.Expires.IsZero() {
		s.Expires = now.Add(defaultLife)
	}
	p.sessions[id] = s
	return s.Session, nil
}

// Session reads a session again. One that is open beyond its time expires now.
func (p *Provider) Session(_ context.Context, id string) (pay.Session, error) {
	s, err := p.session(id)
	return s.Session, err
}

// session gives a copy of a session, expired when its time is over.
func (p *Provider) session(id string) (session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, err := find(p.sessions, id)
	if err != nil {
		return session{}, err
	}
	p.lapse(s)
	return *s, nil
}

// lapse expires a session that is open beyond its time. The caller holds mu.
func (p *Provider) lapse(s *session) {
	if s.Status == pay.SessionOpen && !p.config.Now().Before(s.Expires) {
		s.Status, s.URL = pay.SessionExpired, ""
		p.note(pay.SessionGone, s.ID)
	}
}

// Payment reads a payment again.
func (p *Provider) Payment(_ context.Context, id string) (pay.Payment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	found, err := find(p.payments, id)
	if err != nil {
		return pay.Payment{}, err
	}
	read := *found
	read.Refunds = slices.Clone(found.Refunds)
	read.Disputes = slices.Clone(found.Disputes)
	for i := range read.Disputes {
		read.Disputes[i].Moves = slices.Clone(read.Disputes[i].Moves)
	}
	return read, nil
}

// Refund gives back some or all of a payment, at once. The fee of the payment is not given back.
func (p *Provider) Refund(ctx context.Context, r pay.RefundOrder) (pay.Refund, error) {
	if err := r.Check(); err != nil {
		return pay.Refund{}, err
	}
	made, err := p.refund(r)
	if err != nil {
		return pay.Refund{}, err
	}
	p.settleUp(ctx)
	return made, nil
}

// refund makes a refund and notes its message.
func (p *Provider) refund(r pay.RefundOrder) (pay.Refund, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	paid, err := find(p.payments, r.Payment)
	if err != nil {
		return pay.Refund{}, err
	}
	if id, err := p.once(r.Key, fmt.Sprintf("%+v", r)); id != "" || err != nil {
		if err != nil {
			return pay.Refund{}, err
		}
		made := slices.IndexFunc(paid.Refunds, func(made pay.Refund) bool { return made.ID == id })
		return paid.Refunds[made], nil
	}
	left := paid.Amount.Minor - paid.Refunded.Minor
	switch {
	case r.Amount.Unit != paid.Amount.Unit:
		return pay.Refund{}, fault.New(fault.Invalid, "The payment was not made in %s.", r.Amount.Unit)
	case paid.Status != pay.PaymentPaid, r.Amount.Minor > left, disputed(paid):
		return pay.Refund{}, fault.New(fault.Conflict,
			"This payment cannot be refunded by that much: not enough of it is left, or it is disputed.")
	}
	id := p.id("refund")
	p.remember(r.Key, id)
	booked := p.book(pay.LineRefund, id, paid.ID, -r.Amount.Minor, 0)
	made := pay.Refund{ID: id, Payment: paid.ID, Status: pay.RefundDone, Amount: r.Amount, Booked: booked,
		Created: p.config.Now()}
	paid.Refunds = append(paid.Refunds, made)
	paid.Refunded.Minor += r.Amount.Minor
	p.note(pay.Refunded, paid.ID)
	return made, nil
}

// disputed says whether the money of a payment is with the payer's bank, or lost to it.
func disputed(paid *pay.Payment) bool {
	return slices.ContainsFunc(paid.Disputes, func(d pay.Dispute) bool { return d.Status != pay.DisputeWon })
}

// once looks for an idempotency key: the id that it got, nothing when it is new, or fault.Conflict
// when it asked for something else. The caller holds mu.
func (p *Provider) once(key, request string) (id string, err error) {
	known, found := p.asked[key]
	if !found {
		p.asked[key] = request + "\x00"
		return "", nil
	}
	asked, id, _ := strings.Cut(known, "\x00")
	if asked != request {
		return "", fault.New(fault.Conflict, "This was already asked for, with other details.")
	}
	return id, nil
}

// remember notes the id that an idempotency key got. The caller holds mu.
func (p *Provider) remember(key, id string) { p.asked[key] += id }

// id makes a new id. The caller holds mu.
func (p *Provider) id(kind string) string {
	p.count++
	if p.config.Run != "" {
		kind += "-" + p.config.Run
	}
	return fmt.Sprintf("%s-%d", kind, p.count)
}

// find gives what an id names, or fault.NotFound.
func find[T any](in map[string]*T, id string) (*T, error) {
	if found, ok := in[id]; ok {
		return found, nil
	}
	return nil, fault.New(fault.NotFound, "The demo's card provider knows nothing of that name.")
}

// book writes into the fund's balance: gross, fee, and the difference of both. The caller holds mu.
func (p *Provider) book(kind pay.LineKind, object, payment string, gross, fee int64) pay.Booking {
	unit := p.config.Tariff.Fixed.Unit
	now := p.config.Now()
	b := pay.Booking{
		ID:    p.id("booking"),
		Gross: money.Amount{Minor: gross, Unit: unit}, Fee: money.Amount{Minor: fee, Unit: unit},
		Net: money.Amount{Minor: gross - fee, Unit: unit}, At: now, Available: now,
	}
	p.balance = append(p.balance, pay.Line{ID: b.ID, Kind: kind, Booked: b, Payment: payment,
		Object: object, Text: string(kind)})
	return b
}
