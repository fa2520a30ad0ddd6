// SPDX-License-Identifier: AGPL-3.0-or-later

package standin

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"ecot/fault"
	"ecot/pay"
)

// message is what the stand-in tells the fund.
type message struct {
	ID     string   `json:"id"`
	Kind   pay.Kind `json:"kind"`
	Object string   `json:"object"`
	At     int64    `json:"at"` // seconds since 1970
}

// note keeps a message to be sent. The caller holds mu.
func (p *Provider) note(kind pay.Kind, object string) {
	if p.config.Deliver == nil {
		return
	}
	p.outgoing = append(p.outgoing, message{p.id("event"), kind, object, p.config.Now().Unix()})
}

// settleUp sends what is to be sent. A message that its receiver refuses is no failure of what it
// tells, as with a real provider: it stays, and goes out with the next one.
func (p *Provider) settleUp(ctx context.Context) { _ = p.Flush(ctx) }

// Flush delivers the messages that were not, oldest first, each signed at the moment it is sent. It
// stops at the first one that its receiver refuses, and gives that error. While another call
// delivers, it leaves all to that one: a receiver may act on the provider at once.
func (p *Provider) Flush(ctx context.Context) error {
	for p.sending.TryLock() {
		err := p.drain(ctx)
		p.sending.Unlock()
		if err != nil {
			return err
		}
		if _, more := p.next(); !more {
			return nil
		}
	}
	return nil
}

// next gives the oldest message that was not delivered.
func (p *Provider) next() (message, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.outgoing) == 0 {
		return message{}, false
	}
	return p.outgoing[0], true
}

// drain delivers message after message. The caller holds sending.
func (p *Provider) drain(ctx context.Context) error {
	for {
		next, more := p.next()
		if !more {
			return nil
		}
		body, err := json.Marshal(next)
		if err != nil {
			return fault.Wrap(err, fault.Internal, "A message of the demo's card provider could not be written.")
		}
		header := http.Header{}
		header.Set("Content-Type", "application/json")
		header.Set(SignatureHeader, pay.Sign(p.config.Secret, body, p.config.Now()))
		if err := p.config.Deliver(ctx, body, header); err != nil {
			return err
		}
		p.mu.Lock()
		p.outgoing = p.outgoing[1:]
		p.mu.Unlock()
	}
}

// Event checks the signature of a message and reads it.
func (p *Provider) Event(body []byte, header http.Header, now time.Time) (pay.Event, error) {
	if err := pay.CheckSignature(p.config.Secret, header.Get(SignatureHeader), body, now); err != nil {
		return pay.Event{}, err
	}
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		return pay.Event{}, fault.Wrap(err, fault.Invalid, "The message is not one of the demo's card provider.")
	}
	if m.Kind == "" || pay.CheckID(m.ID) != nil || pay.CheckID(m.Object) != nil {
		return pay.Event{}, fault.New(fault.Invalid, "The message is not one of the demo's card provider.")
	}
	return pay.Event{ID: m.ID, Kind: m.Kind, Object: m.Object, At: time.Unix(m.At, 0).UTC()}, nil
}
