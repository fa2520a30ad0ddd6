// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"ecot/fault"
	"ecot/id"
	"ecot/mechanism"
	"ecot/proof"
	"ecot/store"
)

// Limits of the writer.
const (
	maxBatch  = 1_000            // commands of a batch
	linger    = time.Millisecond // for the callers that were just answered to come back
	maxKey    = 128              // bytes of an idempotency key
	keyScope  = "key"            // of the claims that idempotency keys make
	keyMonths = 30 * 86_400      // seconds after which such a claim goes
)

// Request is a command with what makes it safe to send again and what goes to the vault.
type Request struct {
	Key     string // made by the client; the same key and body give the same answer again
	Command mechanism.Command
	Person  Person
	Private []Private
	Once    []Once // further things that can be had once; one that is taken refuses the request

	party  string
	forget string // party that was erased, and that the writer is to forget
	hash   []byte
}

// Once is something that can be had once, such as a row of an import.
type Once struct{ Scope, Key string }

// Answer says where a command's entries are.
type Answer struct {
	Index    int64 // of the first entry
	Count    int64 // number of entries
	Replayed bool  // whether the same request had been answered before
	tree     *tree
}

// tree is the journal's tree as a batch left it, to prove its entries from. They share most of their
// paths, and so one prover.
type tree struct {
	store *store.Store
	edge  *proof.Edge
	tiles map[tileKey]proof.Tile
	note  []byte

	mu     sync.Mutex
	prover *proof.Prover // guarded by mu
}

// prove gives the path of an entry.
func (t *tree) prove(ctx context.Context, index int64) ([]proof.Hash, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.prover == nil {
		t.prover = proof.NewProver(t.edge.Size(), t)
	}
	return t.prover.Inclusion(ctx, index)
}

// pending is a request that waits for its answer.
type pending struct {
	request *Request
	bulk    func(context.Context, *Bulk) error // instead of a request
	ctx     context.Context
	answer  Answer
	err     error
	done    chan struct{}
}

// Do lets a command become entries of the journal. When it returns, they are on disk.
func (a *App) Do(ctx context.Context, r Request) (Answer, error) {
	if err := a.check(&r); err != nil {
		return Answer{}, err
	}
	return a.send(ctx, &pending{request: &r, ctx: ctx, done: make(chan struct{})})
}

// check refuses a request that no batch need see, and computes its hash.
func (a *App) check(r *Request) error {
	if r.Key == "" || len(r.Key) > maxKey {
		return fault.New(fault.Invalid, "A command carries a key of 1 to %d bytes.", maxKey)
	}
	if err := r.checkPrivate(); err != nil {
		return err
	}
	if err := r.checkText(); err != nil {
		return err
	}
	needs := r.Command.Needs()
	if len(needs.Keys) > mechanism.MaxNeeds || len(needs.Entries) > mechanism.MaxNeeds {
		return fault.New(fault.Invalid, "A command concerns at most %d things at once.", mechanism.MaxNeeds)
	}
	body, err := json.Marshal(struct {
		Command mechanism.Command
		Person  Person
		Private []Private
	}{r.Command, r.Person, r.Private})
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "The command cannot be read.")
	}
	r.hash = id.Keyed(a.keys.Secret, "body", string(body))
	return nil
}

func (a *App) send(ctx context.Context, p *pending) (Answer, error) {
	select {
	case a.requests <- p:
	case <-a.stopped:
		return Answer{}, fault.New(fault.Unavailable, "The program is stopping; try again later.")
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
	select {
	case <-p.done:
		return p.answer, p.err
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	case <-a.finished:
	}
	select {
	case <-p.done: // it was among the last
		return p.answer, p.err
	default:
		return Answer{}, fault.New(fault.Unavailable, "The program has stopped; try again later.")
	}
}

// write is the writer: the one goroutine of this process that adds to the journal.
func (a *App) write() {
	defer close(a.finished)
	cohort := 1
	hourly := time.NewTicker(time.Hour)
	defer hourly.Stop()
	for {
		var first *pending
		select {
		case first = <-a.requests:
		case <-hourly.C:
			a.tidyUp()
			continue
		case <-a.stop:
			return
		}
		waiting := a.gather(first, cohort)
		cohort = len(waiting)
		a.turn(waiting)
		for _, p := range waiting {
			close(p.done)
		}
	}
}

// gather takes the requests that wait, and for a moment those of the cohort that was just answered.
func (a *App) gather(first *pending, cohort int) []*pending {
	waiting := []*pending{first}
	if first.bulk != nil {
		return waiting
	}
	var late <-chan time.Time
	for len(waiting) < maxBatch {
		select {
		case p := <-a.requests:
			waiting = append(waiting, p)
			if p.bulk != nil {
				return waiting
			}
			continue
		default:
		}
		if len(waiting) >= cohort {
			return waiting
		}
		if late == nil {
			timer := time.NewTimer(linger)
			defer timer.Stop()
			late = timer.C
		}
		select {
		case p := <-a.requests:
			waiting = append(waiting, p)
			if p.bulk != nil {
				return waiting
			}
		case <-late:
			return waiting
		}
	}
	return waiting
}

// turn writes one batch, or a batch and then a bulk when the last that waits is one.
func (a *App) turn(waiting []*pending) {
	ctx := context.Background()
	last := waiting[len(waiting)-1]
	if last.bulk != nil {
		waiting = waiting[:len(waiting)-1]
		defer func() { last.err = a.runBulk(last.ctx, last) }()
	}
	waiting = stillAwaited(waiting)
	for len(waiting) > 0 {
		culprit, err := a.tryBatch(ctx, waiting)
		if culprit >= 0 {
			waiting[culprit].answer, waiting[culprit].err = Answer{}, err
			waiting = slices.Delete(slices.Clone(waiting), culprit, culprit+1)
			continue
		}
		for _, p := range waiting {
			if err != nil {
				p.answer, p.err = Answer{}, err
			}
		}
		return
	}
}

// stillAwaited leaves out the requests whose callers have gone before they were looked at.
func stillAwaited(waiting []*pending) []*pending {
	return slices.DeleteFunc(slices.Clone(waiting), func(p *pending) bool {
		p.err = p.ctx.Err()
		return p.err != nil
	})
}

// tryBatch writes one batch. When a command makes a mechanism panic, nothing is written, and culprit
// is its place; the others are to be tried again without it. Otherwise culprit is -1.
func (a *App) tryBatch(ctx context.Context, waiting []*pending) (culprit int, err error) {
	culprit = -1
	requests := make([]*Request, len(waiting))
	for i, p := range waiting {
		requests[i] = p.request
	}
	b, err := a.beginBatch(ctx, requests...)
	if err != nil {
		return -1, err
	}
	defer func() {
		if cause := recover(); cause != nil {
			b.abandon()
			culprit, err = b.deciding, broken(cause)
		}
	}()
	return -1, a.writeBatch(ctx, b, waiting)
}

// broken makes a panic an error of our own.
func broken(cause any) error {
	return fault.Wrap(fmt.Errorf("panic: %v\n%s", cause, debug.Stack()), fault.Internal,
		"This command met a defect of the program; nothing was changed.")
}

func (a *App) writeBatch(ctx context.Context, b *batch, waiting []*pending) error {
	if err := b.run(ctx, waiting); err != nil {
		b.abandon()
		return err
	}
	if err := b.commit(ctx); err != nil {
		b.abandon()
		return err
	}
	proofs := &tree{store: a.store, edge: b.edge.Clone(), tiles: b.tiles, note: b.latest.Note}
	for _, p := range waiting {
		p.answer.tree = proofs
	}
	a.show(b.latest)
	a.batches.Add(1)
	a.commands.Add(int64(len(waiting)))
	return nil
}

// Written gives how many batches were written since the instance was opened, and how many commands were in
// them.
func (a *App) Written() (batches, commands int64) { return a.batches.Load(), a.commands.Load() }

// run decides the requests of a batch in their order.
func (b *batch) run(ctx context.Context, waiting []*pending) error {
	requests := make([]*Request, len(waiting))
	needs := make([]mechanism.Needs, len(waiting))
	for i, p := range waiting {
		requests[i], needs[i] = p.request, p.request.Command.Needs()
	}
	err := b.load(ctx, needs)
	if err == nil {
		err = b.loadGivers(ctx, requests)
	}
	if err != nil {
		return err
	}
	for i, p := range waiting {
		b.deciding = i
		p.answer, p.err = b.one(ctx, p.request, b.asked.taken)
		if p.err != nil && !refused(p.err) {
			return p.err
		}
	}
	b.deciding = -1
	return nil
}

// one decides one request, or answers again what was answered before.
func (b *batch) one(ctx context.Context, r *Request, taken map[Once]store.Claim) (Answer, error) {
	if before, replay := taken[Once{keyScope, r.Key}]; replay {
		if !bytes.Equal(before.Hash, r.hash) {
			return Answer{}, fault.New(fault.Conflict, "This key was used for another command; use a new one.")
		}
		return Answer{Index: before.Index, Count: before.Count, Replayed: true}, nil
	}
	for i, once := range r.Once {
		if slices.Contains(r.Once[:i], once) || once == (Once{keyScope, r.Key}) {
			return Answer{}, fault.New(fault.Invalid, "A command cannot take the same thing twice.")
		}
		if _, had := taken[once]; had {
			return Answer{}, fault.New(fault.Conflict, "This was entered before.")
		}
	}
	answer, err := b.enter(ctx, r)
	if err != nil {
		return answer, err
	}
	delete(b.people, r.forget)
	for _, once := range append([]Once{{keyScope, r.Key}}, r.Once...) {
		claim := claimOf(once, answer, b.moment.Seconds)
		if once.Scope == keyScope {
			claim.Hash = r.hash
		}
		taken[once] = claim
		b.change.Claim(claim)
	}
	return answer, nil
}

// enter decides one request whose needs are loaded, with its personal data.
func (b *batch) enter(ctx context.Context, r *Request) (Answer, error) {
	rows, err := b.commitPrivate(ctx, r)
	if err != nil {
		return Answer{}, err
	}
	undo := b.countGift(r, rows)
	first := b.next
	count, err := b.decide(ctx, r.Command)
	if err != nil {
		undo()
		return Answer{}, err
	}
	b.keepPrivate(r, rows)
	return Answer{Index: first, Count: count}, nil
}

// Prove gives the proof that the answer's first entry is in the journal, and the signed checkpoint
// that it holds for.
func (a Answer) Prove(ctx context.Context) (proof.Receipt, error) {
	if a.tree == nil {
		return proof.Receipt{}, fault.New(fault.NotFound, "There is nothing to prove yet.")
	}
	hashes, err := a.tree.prove(ctx, a.Index)
	return proof.Receipt{Index: a.Index, Hashes: hashes, Checkpoint: a.tree.note}, err
}

// Hashes reads a tile as the batch left it.
func (t *tree) Hashes(ctx context.Context, level int, n int64, width int) ([]proof.Hash, error) {
	if n == t.edge.Size()>>(proof.TileHeight*(level+1)) && level < t.edge.Levels() {
		return t.edge.Partial(level)[:width], nil
	}
	if tile, ours := t.tiles[tileKey{level, n}]; ours {
		return proof.SplitHashes(tile.Data, width)
	}
	return t.store.Hashes(ctx, level, n, width)
}
