// SPDX-License-Identifier: AGPL-3.0-or-later

// Package app holds the use-cases: the one transaction that changes anything, the questions that
// pages and programs ask, and the care of an instance (check, rebuild, export, backup, erase).
//
// Doors call it and hold no rule; mechanisms decide and know nothing of it. Its one invariant:
// whatever is answered as done is on disk, in the journal, under a signed checkpoint.
package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"ecot/app/home"
	"ecot/clock"
	"ecot/fault"
	"ecot/id"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/appeal"
	"ecot/mechanism/charter"
	"ecot/mechanism/giving"
	"ecot/mechanism/regular"
	"ecot/money"
	"ecot/office"
	"ecot/proof"
	"ecot/store"
	"ecot/vault"
)

// Place says where an instance is, and how it is opened.
type Place struct {
	Dir      string // the data folder, made when it is not there
	Database string // a PostgreSQL address; empty for SQLite files in Dir
	Alone    bool   // nothing else may run on the folder meanwhile
	Clock    clock.Clock
	Seed     []byte // for a played instance whose randomness must be the same everywhere
}

// Charter is what an instance is founded with. What is empty gets a default.
type Charter struct {
	Origin   string
	Name     string
	Currency money.Unit
	Zone     string
	Lang     string
}

// App is an open instance.
type App struct {
	home   *home.Home
	keys   home.Keys
	store  *store.Store
	vault  *vault.Vault
	office *office.Office
	rules  *mechanism.Set
	reader *journal.Reader // the writer's
	clock  clock.Clock

	origin   string
	vkey     string
	unit     money.Unit
	zone     *time.Location
	settings map[string]string
	signer   *proof.Signer

	memory     *memory // the writer's
	expired    int64   // the writer's: when it last dropped old idempotency keys, in seconds
	latest     atomic.Pointer[store.Checkpoint]
	published  atomic.Pointer[store.Checkpoint]
	publishing sync.Mutex
	batches    atomic.Int64     // written since the instance was opened
	commands   atomic.Int64     // in them
	floor      proof.Checkpoint // last one published by an earlier run: the store must not be behind it

	requests chan *pending
	stop     chan struct{} // closed to end the writer
	stopped  chan struct{} // closed when no request is taken any more
	finished chan struct{} // closed when the writer has ended
}

// Rules gives every mechanism that this program knows.
func Rules() *mechanism.Set {
	return mechanism.NewSet(charter.Rules{}, giving.Rules{}, appeal.Rules{}, regular.Rules{})
}

// Open opens an instance. Its journal may not be founded yet: Found does that.
func Open(ctx context.Context, at Place) (*App, error) {
	h, err := home.Open(at.Dir, at.Alone)
	if err != nil {
		return nil, err
	}
	a := &App{home: h, rules: Rules(), clock: at.Clock, memory: newMemory(),
		requests: make(chan *pending, maxBatch), stop: make(chan struct{}),
		stopped: make(chan struct{}), finished: make(chan struct{})}
	a.reader = journal.NewReader(a.rules.Kinds())
	if a.clock == nil {
		a.clock = clock.System
	}
	if err := a.open(ctx, at); err != nil {
		return nil, errors.Join(err, a.closeParts())
	}
	a.tidyUp()
	go a.write()
	go a.keepPublishing()
	return a, nil
}

func (a *App) open(ctx context.Context, at Place) (err error) {
	if a.keys, err = a.home.LoadKeys(at.Seed); err != nil {
		return err
	}
	if a.store, err = store.Open(ctx, at.Database, a.home.Path("ecot.db"), a.home.Path("backups")); err != nil {
		return err
	}
	if a.vault, err = vault.Open(ctx, at.Database, a.home.Path("vault.db"), a.home.Path("backups")); err != nil {
		return err
	}
	if a.office, err = office.Open(ctx, at.Database, a.home.Path(), a.home.Path("backups")); err != nil {
		return err
	}
	return a.readCharter(ctx)
}

// Office gives the fund's working papers, open for as long as the instance is.
func (a *App) Office() *office.Office { return a.office }

// Now gives the instant by the instance's clock.
func (a *App) Now() time.Time { return a.clock() }

// Subkey derives 32 bytes for one use, named by its label, from the instance's secret.
func (a *App) Subkey(label string) []byte { return id.Keyed(a.keys.Secret, "ecot/subkey/v1", label) }

// readCharter learns from entry 0 who this instance is.
func (a *App) readCharter(ctx context.Context) error {
	var err error
	if a.settings, err = a.store.Settings(ctx); err != nil {
		return err
	}
	a.zone = time.UTC
	head, err := a.store.Head(ctx)
	if err != nil || head.Size == 0 {
		return err
	}
	leaf, err := a.store.Leaf(ctx, 0)
	if err != nil {
		return err
	}
	e, err := journal.NewReader(a.rules.Kinds()).Parse(leaf, 0)
	if err != nil {
		return err
	}
	genesis, ok := e.Fact.(*charter.Genesis)
	if !ok {
		return fault.New(fault.Internal, "Entry 0 is no genesis; this store cannot be used.")
	}
	if a.zone, err = time.LoadLocation(genesis.Zone); err != nil {
		return fault.Wrap(err, fault.Invalid, "The time zone %s is not known to this machine.", genesis.Zone)
	}
	a.origin, a.vkey, a.unit = genesis.Origin, genesis.Key, genesis.Unit
	latest, err := a.store.Latest(ctx)
	if err != nil {
		return err
	}
	a.latest.Store(&latest)
	if a.keys.Log == "" {
		return nil
	}
	if a.signer, err = proof.NewSigner(a.keys.Log); err != nil {
		return fault.Wrap(err, fault.Invalid, "The key in %s cannot be read.", a.home.Path("keys", "log.key"))
	}
	if a.signer.VKey() != a.vkey {
		return fault.New(fault.Forbidden, "The key in %s is not the one that founded this journal.",
			a.home.Path("keys"))
	}
	return a.readPublished(ctx)
}

// readPublished checks that the store holds what an earlier run has published.
func (a *App) readPublished(ctx context.Context) error {
	text, err := os.ReadFile(a.home.Path("checkpoint"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if a.floor, err = proof.OpenCheckpoint(text, a.vkey); err != nil {
		return fault.Wrap(err, fault.Invalid,
			"The last published checkpoint %s is damaged or not this journal's.", a.home.Path("checkpoint"))
	}
	head, err := a.store.Head(ctx)
	if err != nil || head.Size < a.floor.Size {
		return err // reading is allowed; signing is refused by guard
	}
	root, err := proof.RootAt(ctx, a.floor.Size, a.store)
	if err == nil && root != a.floor.Root {
		err = fault.New(fault.Forbidden,
			"The store does not hold what was published at size %d: it was changed.", a.floor.Size)
	}
	return err
}

// guard refuses to sign for a store that is behind what was published, or that has no key.
func (a *App) guard(head store.Head) error {
	signed := a.floor.Size
	if latest := a.latest.Load(); latest != nil {
		signed = max(signed, latest.Size)
	}
	if head.Size < signed {
		return fault.New(fault.Forbidden, "This store has %d entries, but a checkpoint of %d was published: "+
			"an old copy was restored. It is read-only until the newer one is back.", head.Size, signed)
	}
	return a.guardKey()
}

// guardKey refuses to sign without the key.
func (a *App) guardKey() error {
	if a.signer == nil {
		return fault.New(fault.Forbidden, "The key that signs this journal is not in %s.", a.home.Path("keys"))
	}
	return nil
}

// Founded says whether the journal has its genesis.
func (a *App) Founded() bool { return a.origin != "" }

// Found founds the journal with entry 0. A journal that is founded is refused.
func (a *App) Found(ctx context.Context, c Charter) error {
	if a.Founded() {
		return fault.New(fault.Conflict, "This journal is founded already, as %s.", a.origin)
	}
	return a.BulkFounded(ctx, c, func(context.Context, *Bulk) error { return nil })
}

// BulkFounded is Bulk, and founds the journal first, in the same transaction, when it has no
// genesis yet.
func (a *App) BulkFounded(ctx context.Context, c Charter, fn func(context.Context, *Bulk) error) error {
	if a.Founded() {
		return a.Bulk(ctx, fn)
	}
	f, err := a.prepareFounding(c)
	if err != nil {
		return err
	}
	err = a.Bulk(ctx, func(ctx context.Context, b *Bulk) error {
		if err := f.enter(ctx, b); err != nil {
			return err
		}
		if err := fn(ctx, b); err != nil {
			return errors.Join(err, os.Remove(a.home.Path("keys", logKeyFile)))
		}
		return nil
	})
	if err != nil {
		f.undo()
	}
	return err
}

// founding is a genesis that is ready to be entered.
type founding struct {
	app      *App
	genesis  charter.Genesis
	settings map[string]string
}

// prepareFounding checks a charter, and makes the key of the journal.
func (a *App) prepareFounding(c Charter) (*founding, error) {
	c = c.withDefaults()
	zone, err := time.LoadLocation(c.Zone)
	if err != nil || c.Zone == "Local" {
		return nil, fault.New(fault.Invalid, "%q is no time zone; it looks like Europe/Paris.", c.Zone)
	}
	if _, ok := c.Currency.Decimals(); !ok {
		return nil, fault.New(fault.Invalid, "%q is no currency of ISO 4217.", c.Currency)
	}
	skey, vkey, origin, err := home.MakeKey(c.Origin, a.keys.Seed)
	if err != nil {
		return nil, err
	}
	if a.signer, err = proof.NewSigner(skey); err != nil {
		return nil, err
	}
	a.keys.Log, a.zone = skey, zone
	a.origin, a.vkey, a.unit = origin, vkey, c.Currency
	genesis := charter.Genesis{Origin: origin, Key: vkey, Unit: c.Currency, Zone: c.Zone,
		Closing: charter.ByHand}
	return &founding{a, genesis, map[string]string{"name": c.Name, "lang": c.Lang}}, nil
}

// enter writes the genesis and the instance's settings, and keeps the key. It holds the head row, so
// that no other process founds at the same time and loses its key.
func (f *founding) enter(ctx context.Context, b *Bulk) error {
	if b.Next() != 0 {
		return fault.New(fault.Conflict, "Another process has founded this journal meanwhile; start again.")
	}
	key := []byte(f.app.keys.Log + "\n")
	if err := home.WriteFile(f.app.home.Path("keys", logKeyFile), key, 0o600); err != nil {
		return err
	}
	if _, err := b.Enter(ctx, &Request{Key: "genesis",
		Command: &charter.Found{Genesis: f.genesis}}); err != nil {
		return err
	}
	for key, value := range f.settings {
		if err := b.b.tx.PutSetting(ctx, key, value); err != nil {
			return err
		}
		f.app.settings[key] = value
	}
	return nil
}

// undo forgets a founding that did not come to be. A key that was kept stays where it is when the
// database did not say whether it took the genesis.
func (f *founding) undo() {
	f.app.origin, f.app.vkey, f.app.keys.Log, f.app.signer = "", "", "", nil
	clear(f.app.settings)
}

func (c Charter) withDefaults() Charter {
	for _, field := range []struct {
		value     *string
		otherwise string
	}{
		{&c.Name, "Écot"}, {(*string)(&c.Currency), "EUR"}, {&c.Zone, "Europe/Paris"}, {&c.Lang, "fr"},
	} {
		if *field.value == "" {
			*field.value = field.otherwise
		}
	}
	return c
}

// Close ends the writer, publishes the last checkpoint and closes the databases.
func (a *App) Close() error {
	close(a.stopped)
	close(a.stop)
	<-a.finished
	a.publish()
	return a.closeParts()
}

func (a *App) closeParts() error {
	var errs []error
	if a.office != nil {
		errs = append(errs, a.office.Close())
	}
	if a.vault != nil {
		errs = append(errs, a.vault.Close())
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	return errors.Join(append(errs, a.home.Close())...)
}
