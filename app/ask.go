// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"

	"ecot/store"
	"ecot/vault"
)

// asked is what a batch asks while it takes the head, in the same round trip, and the answers.
type asked struct {
	taken map[Once]store.Claim       // what the requests claim and is taken already
	vtx   *vault.Tx                  // beside the store's transaction, nil where the vault is a file
	gifts map[string][]vault.Opening // of the parties that were asked about

	expired int64 // when old idempotency keys were dropped, seconds; 0 when they were not
}

// claims asks what the requests claim and is taken already.
func (q *asked) claims(ctx context.Context, tx *store.Tx, requests []*Request) error {
	var scopes, keys []string
	for _, r := range requests {
		scopes, keys = append(scopes, keyScope), append(keys, r.Key)
		for _, once := range r.Once {
			scopes, keys = append(scopes, once.Scope), append(keys, once.Key)
		}
	}
	return tx.AskClaims(ctx, scopes, keys, func(c store.Claim) { q.taken[Once{c.Scope, c.Key}] = c })
}

// givers asks about the givers that the writer does not remember, where the vault can be asked so. A
// bulk asks by itself: it writes to the vault and to the store at the same time.
func (q *asked) givers(ctx context.Context, a *App, tx *store.Tx, requests []*Request) (err error) {
	if len(requests) == 0 {
		return nil
	}
	if q.vtx, err = a.vault.Beside(ctx, tx.Engine()); err != nil || q.vtx == nil {
		return err
	}
	var missing []string
	for _, r := range requests {
		if _, counted := r.Command.(counting); !counted || r.Person.Handle == "" {
			continue
		}
		r.party = a.partyID(r.Person.Handle)
		if _, twice := q.gifts[r.party]; a.memory.people[r.party] == nil && !twice {
			q.gifts[r.party] = nil
			missing = append(missing, r.party)
		}
	}
	return q.vtx.AskGifts(ctx, missing, func(o vault.Opening) {
		q.gifts[o.Party] = append(q.gifts[o.Party], o)
	})
}
