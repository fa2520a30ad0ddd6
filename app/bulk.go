// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"

	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/store"
)

// Bulk is one command made of many: an import. It is one transaction, of which all or nothing
// comes to be, and it is written out in pieces so that memory stays small.
type Bulk struct{ b *batch }

// piece is the number of entries after which a bulk is written out.
const piece = 2_000

// Bulk runs fn as one command of many entries, alone at the journal's end. When fn or anything in
// it fails, nothing has happened.
func (a *App) Bulk(ctx context.Context, fn func(context.Context, *Bulk) error) error {
	_, err := a.send(context.WithoutCancel(ctx), &pending{bulk: fn, ctx: ctx, done: make(chan struct{})})
	return err
}

func (a *App) runBulk(ctx context.Context, p *pending) (err error) {
	b, err := a.beginBatch(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if cause := recover(); cause != nil {
			b.abandon()
			err = broken(cause)
		}
	}()
	b.blank, err = a.vault.Empty(ctx)
	if err == nil {
		err = p.bulk(ctx, &Bulk{b: b})
	}
	if err != nil {
		b.abandon()
		return err
	}
	if err := b.commit(ctx); err != nil {
		b.abandon()
		return err
	}
	a.show(b.latest)
	return nil
}

// Taken says which of the things given are taken already.
func (k *Bulk) Taken(ctx context.Context, list []Once) (map[Once]int64, error) {
	scopes, keys := make([]string, len(list)), make([]string, len(list))
	for i, once := range list {
		scopes[i], keys[i] = once.Scope, once.Key
	}
	if err := k.b.settle(); err != nil {
		return nil, err
	}
	claims, err := k.b.tx.Claims(ctx, scopes, keys)
	taken := make(map[Once]int64, len(claims))
	for _, claim := range claims {
		taken[Once{claim.Scope, claim.Key}] = claim.Index
	}
	return taken, err
}

// Prepare loads what many requests name, so that Enter finds it at hand.
func (k *Bulk) Prepare(ctx context.Context, requests []*Request) error {
	needs := make([]mechanism.Needs, len(requests))
	for i, r := range requests {
		needs[i] = r.Command.Needs()
	}
	if err := k.b.load(ctx, needs); err != nil {
		return err
	}
	return k.b.loadGivers(ctx, requests)
}

// Enter lets a request become entries. It must not name what is taken; its key only seeds salts.
func (k *Bulk) Enter(ctx context.Context, r *Request) (Answer, error) {
	if err := r.checkPrivate(); err != nil {
		return Answer{}, err
	}
	if err := k.Prepare(ctx, []*Request{r}); err != nil {
		return Answer{}, err
	}
	answer, err := k.enter(ctx, r)
	if err == nil && k.b.next-k.b.written >= piece {
		err = k.b.flush(ctx)
	}
	return answer, err
}

// EnterAll enters many requests at once, which is faster, and hands them over to be written. It calls
// done, if not nil, with each entry that came first of a request. It gives the number of requests
// that were entered before one was refused.
func (k *Bulk) EnterAll(ctx context.Context, requests []*Request,
	done func(int, *journal.Entry) error) (int, error) {
	for n, r := range requests {
		if err := r.checkPrivate(); err != nil {
			return n, err
		}
	}
	if err := k.Prepare(ctx, requests); err != nil {
		return 0, err
	}
	for n, r := range requests {
		answer, err := k.enter(ctx, r)
		if err == nil && done != nil {
			err = done(n, k.b.desk.Entries[answer.Index])
		}
		if err != nil {
			return n, err
		}
	}
	return len(requests), k.b.flushLater(ctx)
}

// enter lets a request that was checked and prepared become entries, without writing out.
func (k *Bulk) enter(ctx context.Context, r *Request) (Answer, error) {
	answer, err := k.b.enter(ctx, r)
	if err != nil {
		return answer, err
	}
	for _, once := range r.Once {
		k.b.change.Claim(claimOf(once, answer, k.b.moment.Seconds))
	}
	return answer, nil
}

// Claim takes something that no request carries. It must not be taken yet.
func (k *Bulk) Claim(once Once) {
	k.b.change.Claim(claimOf(once, Answer{Index: k.b.next}, k.b.moment.Seconds))
}

// State gives the state at a key, nil when there is none.
func (k *Bulk) State(ctx context.Context, key mechanism.Key) (journal.State, error) {
	if err := k.b.load(ctx, []mechanism.Needs{{Keys: []mechanism.Key{key}}}); err != nil {
		return nil, err
	}
	return k.b.desk.State(key), nil
}

// Balance gives what an account holds behind what has been entered so far.
func (k *Bulk) Balance(ctx context.Context, place ledger.Place) (int64, error) {
	err := k.b.loadAccounts(ctx, []ledger.Posting{{Account: place.Account, Unit: place.Unit}})
	return k.b.book.Balance(place), err
}

// Next gives the index that the next entry will have.
func (k *Bulk) Next() int64 { return k.b.next }

func claimOf(once Once, answer Answer, made int64) store.Claim {
	return store.Claim{Scope: once.Scope, Key: once.Key, Index: answer.Index, Count: answer.Count, Made: made}
}
