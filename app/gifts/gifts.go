// SPDX-License-Identifier: AGPL-3.0-or-later

// Package gifts is the life of a gift, from what somebody says that they will give to what the journal
// says that they gave.
//
// A donor is known by a mail address. For each purpose they get one reference, for ever, under which
// their transfers are recognised; each thing that they say they will give is a promise under it. A gift
// is booked only when money was seen. Its one invariant: whatever is booked twice with the same key is
// in the journal once, and the working papers follow the journal, never the other way round.
package gifts

import (
	"context"
	"crypto/rand"
	"strings"

	"ecot/app"
	"ecot/app/profile"
	"ecot/fault"
	"ecot/mechanism/regular"
	"ecot/office"
	"ecot/pay/reference"
)

// Gifts are the gifts of one instance. It is safe for many goroutines.
type Gifts struct {
	app        *app.App
	office     *office.Office
	key        []byte // of the names that nobody guesses
	letters    Letters
	provider   Provider
	takesCards bool
}

// New gives the gifts of an instance.
func New(a *app.App, change ...func(*Gifts)) *Gifts {
	g := &Gifts{app: a, office: a.Office(), key: a.Subkey("gifts")}
	for _, apply := range change {
		apply(g)
	}
	return g
}

// WithLetters is for New: letters are written by l.
func WithLetters(l Letters) func(*Gifts) { return func(g *Gifts) { g.letters = l } }

// WithCards is for New: gifts may be given by card, and p changes those that the provider collects.
func WithCards(p Provider) func(*Gifts) { return func(g *Gifts) { g.provider, g.takesCards = p, true } }

// Provider changes regular gifts that a card provider collects.
type Provider interface {
	// Revise tells the provider what becomes of the subscription of a promise: regular.Paused, Resumed,
	// Stopped or Amended, with the amount of each further payment in minor units.
	Revise(ctx context.Context, p office.Promise, change regular.Change, amount int64) error
}

// Handle gives the handle of a mail address.
func Handle(mail string) string { return strings.ToLower(strings.TrimSpace(mail)) }

// NewHandle gives a handle to somebody who has no mail address.
func NewHandle() string { return "hand:" + strings.ToLower(rand.Text()) }

// Reference gives the purpose, with its reference, under which a donor's transfers for these shares
// and this need are recognised; it is made the first time that it is asked for.
func (g *Gifts) Reference(ctx context.Context, handle string, to Shares, need string) (
	office.Purpose, error) {
	fund, err := profile.Load(ctx, g.office)
	if err != nil {
		return office.Purpose{}, err
	}
	series, err := reference.NewSeries(g.app.Subkey("reference"), fund.Prefix)
	if err != nil {
		return office.Purpose{}, err
	}
	for turn := range uint32(maxTurns) {
		have, found, err := g.office.PurposeOf(ctx, handle, to.String(), need)
		if err != nil || found {
			return have, err
		}
		p := office.Purpose{Handle: handle, Shares: to.String(), Need: need, Since: g.app.Now().Unix(),
			Reference: string(series.For(handle, to.String()+"/"+need, turn))}
		err = g.office.Do(ctx, func(tx *office.Tx) error { return tx.PutPurpose(ctx, p) })
		if err != nil {
			return p, err
		}
	}
	return office.Purpose{}, fault.New(fault.Internal, "No free reference was found.")
}

// maxTurns bounds how often a reference that somebody else has is made anew.
const maxTurns = 16
