// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"errors"

	"ecot/journal"
	"ecot/store"
	"ecot/vault"
)

// outgoing is what a batch has gathered and hands over to be written.
type outgoing struct {
	tx      *store.Tx
	vtx     *vault.Tx
	change  store.Change
	private privateRows
}

// flush writes out what has been gathered since the last flush, and waits until it is written.
func (b *batch) flush(ctx context.Context) error {
	out, err := b.handOver()
	if err != nil {
		return err
	}
	return out.write(ctx)
}

// flushLater is flush, and does not wait: a bulk decides its next commands meanwhile. Whoever reads
// from the transactions after it must settle first.
func (b *batch) flushLater(ctx context.Context) error {
	out, err := b.handOver()
	if err != nil {
		return err
	}
	written := make(chan error, 1)
	b.writing = written
	go func() { written <- out.write(ctx) }()
	return nil
}

// settle waits for what flushLater handed over.
func (b *batch) settle() error {
	if b.writing == nil {
		return nil
	}
	err := <-b.writing
	b.writing = nil
	return err
}

// write writes to the store and to the vault, at the same time when they are two transactions.
func (o *outgoing) write(ctx context.Context) error {
	if o.vtx == nil {
		return o.writeStore(ctx)
	}
	if o.vtx.IsBeside() {
		return errors.Join(o.handPrivate(ctx), o.writeStore(ctx))
	}
	private := make(chan error, 1)
	go func() { private <- o.writePrivate(ctx) }()
	return errors.Join(o.writeStore(ctx), <-private)
}

func (o *outgoing) writeStore(ctx context.Context) error {
	if err := o.tx.Write(ctx, &o.change); err != nil {
		return err
	}
	return o.tx.Flush(ctx)
}

func (o *outgoing) writePrivate(ctx context.Context) error {
	if err := o.handPrivate(ctx); err != nil {
		return err
	}
	return o.vtx.Flush(ctx)
}

// handPrivate hands over to the vault what goes there; where it is beside the store, nothing is sent.
func (o *outgoing) handPrivate(ctx context.Context) error {
	parties := make([]vault.Party, 0, len(o.private.parties))
	for _, party := range o.private.parties {
		parties = append(parties, party)
	}
	return o.vtx.Write(ctx, parties, o.private.openings)
}

// keepPrivate makes what goes to the vault last, and meanwhile lets the caller write to the store. The
// channel gives how it ended.
func (o *outgoing) keepPrivate(ctx context.Context) <-chan error {
	kept := make(chan error, 1)
	switch {
	case o.vtx == nil:
		kept <- nil
	case o.vtx.IsBeside():
		kept <- o.handPrivate(ctx)
	default:
		go func() {
			err := o.writePrivate(ctx)
			if err == nil {
				err = o.vtx.Commit(ctx)
			}
			kept <- err
		}()
	}
	return kept
}

// flushPrivate writes to the vault what has been gathered for it, and waits.
func (b *batch) flushPrivate(ctx context.Context) error {
	if err := b.settle(); err != nil {
		return err
	}
	out := outgoing{vtx: b.vtx, private: b.private}
	b.private = newPrivateRows(0)
	return out.writePrivate(ctx)
}

// handOver gives what has been gathered since the last flush, and begins to gather anew.
func (b *batch) handOver() (*outgoing, error) {
	if err := b.settle(); err != nil {
		return nil, err
	}
	for place := range b.touched {
		b.change.Account(store.Account{ID: b.accounts[place], Place: place, Balance: b.book.Balance(place)})
	}
	for key, m := range b.months {
		b.change.Month(key.Account, m)
	}
	for _, t := range b.figures {
		b.change.Figure(t)
	}
	for key, last := range b.desk.Changed {
		var value []byte
		if state := b.desk.States[key]; state != nil {
			var err error
			if value, err = journal.AppendState(nil, state); err != nil {
				return nil, err
			}
		}
		b.change.State(store.State{Key: key, Value: value, Last: last})
	}
	out := &outgoing{tx: b.tx, vtx: b.vtx, change: b.change, private: b.private}
	b.change.Reset()
	b.private = newPrivateRows(len(b.private.openings))
	b.leaves = make([]byte, 0, len(b.leaves))
	b.written = b.next
	clear(b.desk.Entries)
	clear(b.touched)
	clear(b.months)
	clear(b.figures)
	clear(b.desk.Changed)
	return out, nil
}
