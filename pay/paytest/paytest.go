// SPDX-License-Identifier: AGPL-3.0-or-later

// Package paytest is what every card provider must pass, and what tests of providers need.
//
// Run plays payers, banks and time against a provider in a test's own world, and compares what the
// provider tells with what was done. Its one invariant: it knows providers by pay.Provider alone.
package paytest

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"ecot/clock"
	"ecot/fault"
	"ecot/money"
	"ecot/pay"
	"ecot/pay/standin"
)

// Bench is a provider in a fresh world of its own, which counts in euros.
type Bench struct {
	Provider pay.Provider
	Now      clock.Clock
	Tariff   pay.Tariff
	Fee      money.Amount // of a dispute
	// Play does what a payer, a bank or time does; see standin.Deed.
	Play func(ctx context.Context, d standin.Deed, id string) (string, error)
	Sent *Sent // the messages of the provider
}

// Sent keeps the messages that a provider sent. It is safe for concurrent use.
type Sent struct {
	mu  sync.Mutex
	all []Message
}

// Message is one message as it came.
type Message struct {
	Body   []byte
	Header http.Header
}

// Deliver keeps a message; it never refuses one.
func (s *Sent) Deliver(_ context.Context, body []byte, header http.Header) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, Message{body, header})
	return nil
}

// All gives the messages that came, oldest first.
func (s *Sent) All() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.all...)
}

// Run runs the suite. make gives a fresh bench each time.
func Run(t *testing.T, make func(t *testing.T) *Bench) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *Bench)
	}{
		{"an order becomes a session once", startsOnce},
		{"an order that cannot be is refused", refusesOrders},
		{"a payer pays after a refused card", paysAfterDecline},
		{"a session expires", expires},
		{"a payment is refunded in parts", refunds},
		{"a dispute is lost", losesDispute},
		{"a dispute is won", winsDispute},
		{"a regular payment lives and ends", regular},
		{"a payout is explained by its lines", paysOut},
		{"a message is believed only when signed", believesSigned},
		{"what does not exist is not found", findsNothing},
		{"many at once", manyAtOnce},
		{"any history adds up", anyHistory},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, make(t)) })
	}
}

// Order gives a good order of so many cents.
func Order(key string, cents int64, every pay.Period) pay.Order {
	return pay.Order{
		Reference: "gift/" + key, Amount: Euros(cents), Every: every, Purpose: "Don à Lanterne",
		Lang: "fr", Return: "https://fonds.example/merci", Cancel: "https://fonds.example/don", Key: key,
	}
}

// Euros gives so many cents.
func Euros(cents int64) money.Amount { return money.Amount{Minor: cents, Unit: money.Euro} }

// start opens a session.
func (b *Bench) start(t *testing.T, o pay.Order) pay.Session {
	t.Helper()
	s, err := b.Provider.Start(t.Context(), o)
	if err != nil {
		t.Fatalf("starting: %v", err)
	}
	return s
}

// play does a deed that must succeed.
func (b *Bench) play(t *testing.T, d standin.Deed, id string) string {
	t.Helper()
	made, err := b.Play(t.Context(), d, id)
	if err != nil {
		t.Fatalf("playing %s %s: %v", d, id, err)
	}
	return made
}

// paid opens a session, pays it, and gives the payment.
func (b *Bench) paid(t *testing.T, o pay.Order) pay.Payment {
	t.Helper()
	s := b.start(t, o)
	b.play(t, standin.Pay, s.ID)
	return b.payment(t, b.session(t, s.ID).Payment)
}

func (b *Bench) session(t *testing.T, id string) pay.Session {
	t.Helper()
	s, err := b.Provider.Session(t.Context(), id)
	if err != nil {
		t.Fatalf("session %s: %v", id, err)
	}
	return s
}

func (b *Bench) payment(t *testing.T, id string) pay.Payment {
	t.Helper()
	p, err := b.Provider.Payment(t.Context(), id)
	if err != nil {
		t.Fatalf("payment %s: %v", id, err)
	}
	return p
}

// events reads the messages sent so far, each of which must be genuine.
func (b *Bench) events(t *testing.T) []pay.Event {
	t.Helper()
	var all []pay.Event
	for _, m := range b.Sent.All() {
		e, err := b.Provider.Event(m.Body, m.Header, b.Now())
		if err != nil {
			t.Fatalf("a message of the provider itself: %v: %s", err, m.Body)
		}
		all = append(all, e)
	}
	return all
}

// told says whether a message of a kind named an object.
func (b *Bench) told(t *testing.T, kind pay.Kind, object string) {
	t.Helper()
	for _, e := range b.events(t) {
		if e.Kind == kind && e.Object == object {
			return
		}
	}
	t.Errorf("no message said %s of %s", kind, object)
}

// refuses wants an error with a code.
func refuses(t *testing.T, what string, err error, code fault.Code) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error, want %s", what, code)
	} else if fault.CodeOf(err) != code {
		t.Errorf("%s: %v (%s), want %s", what, err, fault.CodeOf(err), code)
	} else if public := fault.PublicOf(err); !strings.ContainsAny(public[len(public)-1:], ".-") {
		t.Errorf("%s: %q is no sentence", what, public)
	}
}

// booked wants a booking that adds up.
func booked(t *testing.T, what string, b pay.Booking, gross, fee int64) {
	t.Helper()
	if !b.Known() || b.At.IsZero() {
		t.Errorf("%s: not booked", what)
	}
	if b.Gross != Euros(gross) || b.Fee != Euros(fee) || b.Net != Euros(gross-fee) {
		t.Errorf("%s: booked %v − %v = %v, want gross %d, fee %d", what, b.Gross, b.Fee, b.Net, gross, fee)
	}
}

// fee gives the tariff's fee of an amount.
func (b *Bench) fee(t *testing.T, cents int64) int64 {
	t.Helper()
	fee, err := b.Tariff.Fee(Euros(cents))
	if err != nil {
		t.Fatal(err)
	}
	return fee.Minor
}

// believesSigned forges, delays and repeats a message.
func believesSigned(t *testing.T, b *Bench) {
	b.paid(t, Order("k", 1200, pay.Once))
	sent := b.Sent.All()
	if len(sent) == 0 {
		t.Fatal("no message was sent")
	}
	m := sent[len(sent)-1]
	first, err := b.Provider.Event(m.Body, m.Header, b.Now())
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.Provider.Event(m.Body, m.Header, b.Now().Add(pay.Tolerance))
	if err != nil || again != first {
		t.Errorf("the same message again: %+v, %v, want %+v", again, err, first)
	}
	forged := []byte(strings.Replace(string(m.Body), first.Object, first.Object+"0", 1))
	for _, c := range []struct {
		name   string
		body   []byte
		header http.Header
		now    time.Time
		code   fault.Code
	}{
		{"forged", forged, m.Header, b.Now(), fault.Forbidden},
		{"one byte more", append([]byte(" "), m.Body...), m.Header, b.Now(), fault.Forbidden},
		{"stale", m.Body, m.Header, b.Now().Add(pay.Tolerance + time.Second), fault.Forbidden},
		{"from the future", m.Body, m.Header, b.Now().Add(-pay.Tolerance - time.Second), fault.Forbidden},
		{"unsigned", m.Body, http.Header{}, b.Now(), fault.Invalid},
		{"huge", make([]byte, pay.MaxBody+1), m.Header, b.Now(), fault.Invalid},
	} {
		_, err := b.Provider.Event(c.body, c.header, c.now)
		refuses(t, c.name, err, c.code)
	}
}
