// SPDX-License-Identifier: AGPL-3.0-or-later

// Package cards brings what a card provider took, gave back and paid out into the journal.
//
// A donor pays on the provider's page, in a session that belongs to a promise. Whatever is heard from the
// provider, by a message, by the donor coming back or by looking again every so often, only says where to
// look: the provider is read again, and what it tells is booked. Each booking of the provider is claimed in
// the journal under its own id, for ever, so that it is there once however often and in whatever order it is
// met; what only a person can settle becomes a case, and nothing of it is booked.
//
// Its one invariant: what the journal says that the provider holds is the sum of the provider's bookings
// that became entries, each whole or not at all once nothing is being looked at.
package cards

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/fault"
	"ecot/journal"
	"ecot/office"
	"ecot/pay"
)

// Asset is the account in which the journal keeps what card providers hold for the fund.
const Asset = "provider"

// scope is that of what cards claim in the journal.
const scope = "card"

// Mandate is what stands in entries that follow from the provider's word alone.
const Mandate = "provider"

// Options say how cards are taken.
type Options struct {
	BaseURL string // public address of the fund, without a slash at its end
	// Return gives the address to which a donor comes back after paying, or without having paid; nil for
	// /give/back/ and /give/pay/ with the id of the promise behind it.
	Return func(promise string, paid bool) string
}

// Cards are the cards of one instance. It is safe for many goroutines.
type Cards struct {
	app       *app.App
	gifts     *gifts.Gifts
	office    *office.Office
	options   Options
	till      pay.Provider // where new sessions begin
	providers map[string]pay.Provider

	turns chan struct{} // bounds how many objects are looked at at once

	mu     sync.Mutex
	held   map[string]*hold // by object: what is being looked at; guarded by mu
	listed time.Time        // when the payouts were listed last; guarded by mu
}

// hold is a lock of one object, and how many want it.
type hold struct {
	sync.Mutex
	wanted int
}

// maxTurns is how many objects are looked at at once at most.
const maxTurns = 16

// New gives the cards of an instance. New sessions begin at till; what began at another of the fund's
// providers earlier is still followed when that one is among others.
func New(a *app.App, options Options, till pay.Provider, others ...pay.Provider) *Cards {
	c := &Cards{app: a, gifts: gifts.New(a), office: a.Office(), options: options, till: till,
		providers: map[string]pay.Provider{}, turns: make(chan struct{}, maxTurns), held: map[string]*hold{}}
	for _, provider := range append(others, till) {
		c.providers[provider.About().Name] = provider
	}
	if c.options.Return == nil {
		c.options.Return = c.returnTo
	}
	return c
}

// returnTo gives the address to which a donor comes back when nobody said another.
func (c *Cards) returnTo(promise string, paid bool) string {
	if paid {
		return c.options.BaseURL + "/give/back/" + promise
	}
	return c.options.BaseURL + "/give/pay/" + promise
}

// About says which provider new sessions begin at, and whether real money moves there.
func (c *Cards) About() pay.About { return c.till.About() }

// provider gives the provider of a name.
func (c *Cards) provider(name string) (pay.Provider, error) {
	provider, known := c.providers[name]
	if !known {
		return nil, fault.New(fault.NotFound, "The fund takes no cards through %q.", name)
	}
	return provider, nil
}

// hold keeps others of this process from looking at an object until the function that it gives is called.
// The provider is never asked to change anything meanwhile, for it may send its message at once.
func (c *Cards) hold(ctx context.Context, object string) (release func(), err error) {
	c.mu.Lock()
	one := c.held[object]
	if one == nil {
		one = &hold{}
		c.held[object] = one
	}
	one.wanted++
	c.mu.Unlock()
	one.Lock()
	leave := func() {
		one.Unlock()
		c.mu.Lock()
		defer c.mu.Unlock()
		if one.wanted--; one.wanted == 0 {
			delete(c.held, object)
		}
	}
	if err := ctx.Err(); err != nil {
		leave()
		return nil, fault.Wrap(err, fault.Unavailable, "The look at the card payment service was given up.")
	}
	return leave, nil
}

// taken gives the entry that a claim of ours became, 0 when it did not.
func (c *Cards) taken(ctx context.Context, claim string) (int64, error) {
	index, _, err := c.app.Taken(ctx, once(claim))
	return index, err
}

// once names a claim in the journal.
func once(claim string) app.Once { return app.Once{Scope: scope, Key: claim} }

// key gives the idempotency key of the entry that a claim becomes. The journal bounds its length.
func key(claim string) string {
	const most = 100
	if len(claim) > most {
		sum := sha256.Sum256([]byte(claim))
		claim = hex.EncodeToString(sum[:])
	}
	return scope + "/" + claim
}

// enter makes an entry of a command under a claim, and gives its index; of many who enter the same claim,
// whatever their commands, one entry comes to be.
func (c *Cards) enter(ctx context.Context, claim string, r app.Request) (int64, error) {
	if index, err := c.taken(ctx, claim); index > 0 || err != nil {
		return index, err
	}
	r.Key, r.Once = key(claim), []app.Once{once(claim)}
	answer, err := c.app.Do(ctx, r)
	if fault.CodeOf(err) == fault.Conflict {
		index, again := c.taken(ctx, claim)
		if index > 0 || again != nil {
			return index, again
		}
	}
	return answer.Index, err
}

// day gives the day of an instant in the fund's zone.
func (c *Cards) day(at time.Time) journal.Day { return journal.DayOf(at.In(c.app.Zone())) }

// now gives the present in seconds.
func (c *Cards) now() int64 { return c.app.Now().Unix() }

// referencePrefix stands before the id of a promise in the references that the provider keeps for us.
const referencePrefix = "promise/"

// promise gives the promise of a provider's reference. ours is false when it is no reference of ours at
// all; a promise that is not there any more has an empty ID.
func (c *Cards) promise(ctx context.Context, reference string) (p office.Promise, ours bool, err error) {
	id, ours := strings.CutPrefix(reference, referencePrefix)
	if !ours || id == "" {
		return p, false, nil
	}
	p, _, err = c.office.Promise(ctx, id)
	return p, true, err
}
