// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"errors"
	"time"

	"ecot/app/desk"
	"ecot/app/tally"
	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/proof"
	"ecot/store"
	"ecot/vault"
)

// memory is what a writer keeps from one batch to the next. It is right as long as nobody else
// wrote in between, which the head's epoch tells.
type memory struct {
	head        store.Head
	edge        *proof.Edge
	latest      store.Checkpoint
	desk        *desk.Desk
	book        *ledger.Book
	accounts    map[ledger.Place]int64 // ids
	nextAccount int64
	people      map[string]giver // by party
}

// limits of what a writer remembers; beyond, it starts afresh.
const (
	maxStates = 20_000
	maxGivers = 50_000
)

func newMemory() *memory {
	return &memory{desk: desk.New(), book: ledger.NewBook(), accounts: map[ledger.Place]int64{},
		people: map[string]giver{}}
}

// batch is one turn of the writer: one transaction over the commands that were waiting.
type batch struct {
	*memory
	app    *App
	tx     *store.Tx
	vtx    *vault.Tx // nil until personal data comes, or beside tx from the beginning
	asked  *asked
	now    time.Time
	moment mechanism.Moment

	next    int64 // index of the next entry
	written int64 // index up to which entries are in the database
	clock   int64
	change  store.Change
	leaves  []byte // arena of the batch's leaves
	touched map[ledger.Place]bool
	months  map[tally.MonthKey]store.Month
	figures map[tally.FigureKey]mechanism.Tally
	tiles   map[tileKey]proof.Tile
	private privateRows
	parties map[string]vault.Party // handed over to the vault by this batch
	ids     map[string]string      // of parties, by handle
	blank   bool                   // whether the vault had nothing when a bulk began: it need not be asked
	writing chan error             // what flushLater handed over and settle has not waited for; nil if nothing

	deciding int // place of the request that is being decided, -1 for none
}

type tileKey struct {
	level int
	n     int64
}

// beginBatch opens the transaction and brings the memory up to date. What the requests claim, and,
// where the vault is beside the store, what it knows of their givers, is asked together with the head.
func (a *App) beginBatch(ctx context.Context, requests ...*Request) (*batch, error) {
	asked := &asked{taken: map[Once]store.Claim{}, gifts: map[string][]vault.Opening{}}
	tx, err := a.store.Begin(ctx, func(tx *store.Tx) error { return asked.expire(ctx, a, tx) },
		func(tx *store.Tx) error { return asked.claims(ctx, tx, requests) },
		func(tx *store.Tx) error { return asked.givers(ctx, a, tx, requests) })
	if err != nil {
		return nil, err
	}
	b := newBatch(a, a.memory, tx)
	b.asked, b.vtx = asked, asked.vtx
	if err := b.prepare(ctx); err != nil {
		b.abandon()
		return nil, err
	}
	return b, nil
}

func newBatch(a *App, m *memory, tx *store.Tx) *batch {
	return &batch{memory: m, app: a, tx: tx, next: tx.Head.Size, written: tx.Head.Size, clock: tx.Head.Clock,
		touched: map[ledger.Place]bool{}, months: map[tally.MonthKey]store.Month{},
		figures: map[tally.FigureKey]mechanism.Tally{}, tiles: map[tileKey]proof.Tile{}, private: newPrivateRows(0),
		parties: map[string]vault.Party{}, ids: map[string]string{}, asked: &asked{}, deciding: -1}
}

func (b *batch) prepare(ctx context.Context) error {
	b.now = b.app.clock()
	if back := b.clock - b.now.Unix(); back > backwards {
		return fault.New(fault.Unavailable, "This machine's clock says %s, but the journal was written until %s: "+
			"set the clock. Nothing was changed.", b.now.Format(time.RFC3339), time.Unix(b.clock,
			0).UTC().Format(time.RFC3339))
	}
	seconds := max(b.now.Unix(), b.clock)
	b.moment = mechanism.Moment{Seconds: seconds, Today: journal.DayOf(time.Unix(seconds, 0).In(b.app.zone))}
	if err := b.refresh(ctx); err != nil {
		return err
	}
	books := mechanism.Needs{Keys: []mechanism.Key{mechanism.BooksKey()}}
	if err := b.load(ctx, []mechanism.Needs{books}); err != nil {
		return err
	}
	return b.sweep(ctx)
}

// sweep begins the vault's transaction, which sweeps, when the vault has rows of entries that never
// came to be.
func (b *batch) sweep(ctx context.Context) error {
	if b.vtx != nil {
		return nil
	}
	orphans, err := b.app.vault.HasOrphans(ctx, b.tx.Head.Size)
	if err != nil || !orphans {
		return err
	}
	return b.openVault(ctx)
}

// backwards is how far, in seconds, the machine's clock may stand behind the journal's: a day, for
// gifts say the day alone.
const backwards = 86_400

// refresh reads again what another writer may have changed.
func (b *batch) refresh(ctx context.Context) error {
	known := b.head.Epoch+1 == b.tx.Head.Epoch && b.head.Size == b.tx.Head.Size && b.edge != nil
	b.desk.Changed, b.desk.Entries = map[mechanism.Key]int64{}, map[int64]*journal.Entry{}
	if known && len(b.desk.States) < maxStates && len(b.people) < maxGivers {
		return b.app.guard(b.tx.Head)
	}
	*b.memory = *newMemory()
	edge, err := b.tx.Edge(ctx)
	if err != nil {
		return err
	}
	b.edge = edge
	if b.nextAccount, err = b.tx.NextAccount(ctx); err != nil {
		return err
	}
	b.latest, err = b.app.store.Latest(ctx)
	if err != nil && fault.CodeOf(err) != fault.NotFound {
		return err
	}
	return b.app.guard(b.tx.Head)
}

// openVault begins the batch's transaction in the vault.
func (b *batch) openVault(ctx context.Context) (err error) {
	if b.vtx == nil {
		b.vtx, err = b.app.vault.Begin(ctx, b.tx.Head.Size)
	}
	return err
}

// abandon undoes the batch and forgets what it changed in memory.
func (b *batch) abandon() {
	_ = b.settle() // whatever it was, it is undone
	if b.vtx != nil {
		b.vtx.Rollback()
	}
	b.tx.Rollback()
	*b.memory = *newMemory()
}

// load brings to the desk the states and entries that the commands need and it does not have.
func (b *batch) load(ctx context.Context, needs []mechanism.Needs) error {
	var keys []mechanism.Key
	var indexes []int64
	for _, n := range needs {
		for _, key := range n.Keys {
			if _, have := b.desk.States[key]; !have {
				b.desk.States[key] = nil
				keys = append(keys, key)
			}
		}
		for _, index := range n.Entries {
			if _, have := b.desk.Entries[index]; !have && index >= 0 && index < b.written {
				b.desk.Entries[index] = nil
				indexes = append(indexes, index)
			}
		}
	}
	if len(keys) == 0 && len(indexes) == 0 {
		return nil
	}
	if err := b.settle(); err != nil {
		return err
	}
	states, err := b.tx.States(ctx, keys)
	if err != nil {
		return err
	}
	for _, stored := range states {
		if b.desk.States[stored.Key], err = journal.ParseState(stored.Value, b.app.rules.States()); err != nil {
			return err
		}
	}
	leaves, err := b.tx.Leaves(ctx, indexes)
	if err != nil {
		return err
	}
	for _, index := range indexes {
		e, err := b.app.reader.Parse(leaves[index], index)
		if err != nil {
			return err
		}
		b.desk.Entries[index] = &e
	}
	return nil
}

// commit writes what a batch came to, signs, and makes it last. What goes to the vault is on disk
// before the entries are.
func (b *batch) commit(ctx context.Context) error {
	out, err := b.handOver()
	if err != nil {
		return err
	}
	kept := out.keepPrivate(ctx)
	err = out.tx.Write(ctx, &out.change)
	if err == nil && b.next > b.tx.Head.Size {
		err = b.seal(ctx)
	}
	if err := errors.Join(<-kept, err); err != nil {
		return err
	}
	if err := b.tx.Commit(ctx); err != nil {
		return err
	}
	b.head = b.tx.Head
	if b.asked.expired != 0 {
		b.app.expired = b.asked.expired
	}
	return nil
}

// seal signs the checkpoint of the tree behind the batch, keeps the one that ended a month, and
// moves the head.
func (b *batch) seal(ctx context.Context) error {
	root := b.edge.Root()
	note, err := b.app.signer.Checkpoint(proof.Checkpoint{Origin: b.app.origin, Size: b.next, Root: root})
	if err != nil {
		return err
	}
	latest := store.Checkpoint{Slot: "latest", Size: b.next, Clock: b.clock, Note: note}
	if month := b.app.month(b.latest.Clock); b.latest.Size > 0 && month != b.app.month(b.clock) {
		ended := b.latest
		ended.Slot = journal.MonthName(month)
		if err := b.tx.PutCheckpoint(ctx, ended); err != nil {
			return err
		}
	}
	if err := b.tx.PutCheckpoint(ctx, latest); err != nil {
		return err
	}
	var change store.Change
	change.Edge(b.edge)
	if len(b.tiles) > 0 {
		if err := b.tx.Write(ctx, &change); err != nil {
			return err
		}
	}
	b.latest = latest
	b.tx.Head.Size, b.tx.Head.Root, b.tx.Head.Clock = b.next, root, b.clock
	return b.tx.PutHead(ctx, b.next, root, b.clock)
}

// month gives the month yyyymm of an instant in the fund's zone.
func (a *App) month(seconds int64) int {
	return journal.DayOf(time.Unix(seconds, 0).In(a.zone)).Month()
}

// refused says whether an error is the command's own fault, and the batch may go on without it.
func refused(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Code != fault.Unavailable && f.Code != fault.Internal
}
