// SPDX-License-Identifier: AGPL-3.0-or-later

package store

import (
	"context"
	"errors"
	"fmt"

	"ecot/ledger"
	"ecot/mechanism"
	"ecot/proof"
	"ecot/store/engine"
)

// Tx is one batch: from Begin to Commit no other writer, here or elsewhere, adds to the journal.
type Tx struct {
	tx   *engine.Tx
	Head Head // as the batch found it, with the epoch of this batch
}

// Begin opens a batch and takes the head row, which is lock, queue and fence in one. What is asked
// with it is answered when it returns, and true as long as the batch lasts.
func (s *Store) Begin(ctx context.Context, asks ...func(*Tx) error) (*Tx, error) {
	tx, err := s.db.Begin(ctx)
	if err != nil {
		return nil, err
	}
	t := &Tx{tx: tx}
	err = tx.Ask(ctx, "take_head", func(row engine.Row) (err error) {
		t.Head, err = scanHead(row)
		return err
	})
	for _, ask := range asks {
		if err == nil {
			err = ask(t)
		}
	}
	if err == nil {
		err = tx.Flush(ctx)
	}
	if err == nil && t.Head.Epoch == 0 {
		err = errors.New("take the head: the store has none")
	}
	if err != nil {
		tx.Rollback()
		return nil, err
	}
	return t, nil
}

// Engine gives the transaction, for a vault that is to be part of it.
func (t *Tx) Engine() *engine.Tx { return t.tx }

// Commit makes the batch last; when it returns nil, it is on disk.
func (t *Tx) Commit(ctx context.Context) error { return t.tx.Commit(ctx) }

// Rollback undoes the batch, and does nothing after Commit.
func (t *Tx) Rollback() { t.tx.Rollback() }

// Edge gives the right edge of the tree as stored.
func (t *Tx) Edge(ctx context.Context) (*proof.Edge, error) {
	if t.Head.Size == 0 {
		return proof.NewEdge(), nil
	}
	partial := [][]proof.Hash{nil}
	err := t.tx.Ask(ctx, "last_entries", func(row engine.Row) error {
		var leaf []byte
		err := row.Scan(&leaf)
		partial[0] = append(partial[0], proof.LeafHash(leaf))
		return err
	}, t.Head.Size/proof.TileWidth*proof.TileWidth)
	if err != nil {
		return nil, err
	}
	err = t.tx.Query(ctx, "edges", func(row engine.Row) error {
		var level int
		var data []byte
		if err := row.Scan(&level, &data); err != nil {
			return err
		}
		if level != len(partial) {
			return fmt.Errorf("edge: level %d follows %d", level, len(partial)-1)
		}
		hashes, err := proof.SplitHashes(data, len(data)/proof.HashSize)
		partial = append(partial, hashes)
		return err
	})
	if err != nil {
		return nil, err
	}
	edge, err := proof.RestoreEdge(t.Head.Size, partial)
	if err == nil && edge.Root() != t.Head.Root {
		err = fmt.Errorf("the entries give root %s, the head says %s", edge.Root(), t.Head.Root)
	}
	return edge, err
}

// NextAccount gives the id that the next new account gets.
func (t *Tx) NextAccount(ctx context.Context) (id int64, err error) {
	err = t.tx.Query(ctx, "next_account", func(row engine.Row) error { return row.Scan(&id) })
	return id, err
}

// Accounts loads the accounts at the places given; one that does not exist is left out.
func (t *Tx) Accounts(ctx context.Context, places []ledger.Place) (list []Account, err error) {
	names, units := make([]string, len(places)), make([]string, len(places))
	for i, place := range places {
		names[i], units[i] = string(place.Account), string(place.Unit)
	}
	err = t.tx.Lookup(ctx, "load_accounts", func(row engine.Row) error {
		var a Account
		err := row.Scan(&a.ID, &a.Place.Account, &a.Place.Unit, &a.Balance)
		list = append(list, a)
		return err
	}, names, units)
	return list, err
}

// MovedAfter gives what came into an account less what went out of it in the months behind one, yyyymm.
func (t *Tx) MovedAfter(ctx context.Context, account int64, month int) (sum int64, err error) {
	err = t.tx.Query(ctx, "moved_after", func(row engine.Row) error { return row.Scan(&sum) }, account,
		int64(month))
	return sum, err
}

// States loads the states at the keys given; one that does not exist is left out.
func (t *Tx) States(ctx context.Context, keys []mechanism.Key) (list []State, err error) {
	streams, parts := make([]string, len(keys)), make([]string, len(keys))
	for i, key := range keys {
		streams[i], parts[i] = key.Stream, key.Part
	}
	err = t.tx.Lookup(ctx, "load_states", func(row engine.Row) error {
		var one State
		err := row.Scan(&one.Key.Stream, &one.Key.Part, &one.Value)
		list = append(list, one)
		return err
	}, streams, parts)
	return list, err
}

// Claims loads the claims at the scopes and keys given; one that does not exist is left out.
func (t *Tx) Claims(ctx context.Context, scopes, keys []string) (list []Claim, err error) {
	if err = t.AskClaims(ctx, scopes, keys, func(c Claim) { list = append(list, c) }); err == nil {
		err = t.tx.Flush(ctx)
	}
	return list, err
}

// AskClaims is Claims for Begin: it calls fn with each claim.
func (t *Tx) AskClaims(ctx context.Context, scopes, keys []string, fn func(Claim)) error {
	return t.tx.AskKeys(ctx, "load_claims", func(row engine.Row) error {
		var c Claim
		err := row.Scan(&c.Scope, &c.Key, &c.Hash, &c.Index, &c.Count)
		fn(c)
		return err
	}, scopes, keys)
}

// Leaves loads the leaves at the indexes given.
func (t *Tx) Leaves(ctx context.Context, indexes []int64) (map[int64][]byte, error) {
	leaves := make(map[int64][]byte, len(indexes))
	err := t.tx.Lookup(ctx, "load_entries", func(row engine.Row) error {
		var index int64
		var leaf []byte
		err := row.Scan(&index, &leaf)
		leaves[index] = leaf
		return err
	}, indexes)
	return leaves, err
}

// ExpireClaims drops the idempotency keys made before the instant given, in seconds.
func (t *Tx) ExpireClaims(ctx context.Context, before int64) error {
	return t.tx.Put(ctx, "expire_claims", before)
}

// PutSetting sets a setting of the instance.
func (t *Tx) PutSetting(ctx context.Context, key, value string) error {
	return t.tx.Put(ctx, "put_setting", key, value)
}

// PutCheckpoint keeps a checkpoint in its slot.
func (t *Tx) PutCheckpoint(ctx context.Context, c Checkpoint) error {
	return t.tx.Put(ctx, "put_checkpoint", c.Slot, c.Size, c.Clock, c.Note)
}

// PutHead says where the journal stands behind this batch.
func (t *Tx) PutHead(ctx context.Context, size int64, root proof.Hash, clock int64) error {
	return t.tx.Put(ctx, "put_head", size, root[:], clock)
}

// ClearViews empties everything that follows from the entries, before a rebuild.
func (t *Tx) ClearViews(ctx context.Context) error {
	for _, name := range []string{"clear_posting", "clear_account", "clear_month", "clear_figure",
		"clear_state", "clear_tile"} {
		if err := t.tx.Exec(ctx, name); err != nil {
			return err
		}
	}
	return t.tx.Exec(ctx, "clear_edge", 0)
}

// Flush writes out what has been given so far without ending the batch.
func (t *Tx) Flush(ctx context.Context) error { return t.tx.Flush(ctx) }

// Change is what a batch writes, as columns ready for the database. It is filled by its methods
// and may be used again after Reset.
type Change struct {
	entryIndex []int64
	entryLeaf  [][]byte

	postAccount, postIndex, postSeq, postAmount, postBalance []int64

	accountID, accountBalance []int64
	accountName, accountUnit  []string

	monthAccount, monthMonth, monthIn, monthOut, monthCount, monthFirst, monthLast []int64
	monthClass                                                                     []string

	figureName, figureUnit                 []string
	figureMonth, figureAmount, figureCount []int64

	stateStream, statePart []string
	stateValue             [][]byte
	stateLast              []int64
	dropStream, dropPart   []string

	claimScope, claimKey              []string
	claimHash                         [][]byte
	claimIndex, claimCount, claimMade []int64

	tileLevel, tileN []int64
	tileData         [][]byte
	edgeLevel        []int64
	edgeData         [][]byte
}

// Entry adds an entry.
func (c *Change) Entry(index int64, leaf []byte) {
	c.entryIndex, c.entryLeaf = append(c.entryIndex, index), append(c.entryLeaf, leaf)
}

// Posting adds a posting of an account.
func (c *Change) Posting(account int64, p Posting) {
	c.postAccount, c.postIndex = append(c.postAccount, account), append(c.postIndex, p.Index)
	c.postSeq, c.postAmount = append(c.postSeq, p.Seq), append(c.postAmount, p.Amount)
	c.postBalance = append(c.postBalance, p.Balance)
}

// Account sets an account's balance, and makes the account when it is new.
func (c *Change) Account(a Account) {
	c.accountID, c.accountBalance = append(c.accountID, a.ID), append(c.accountBalance, a.Balance)
	c.accountName = append(c.accountName, string(a.Place.Account))
	c.accountUnit = append(c.accountUnit, string(a.Place.Unit))
}

// Month adds to a month of an account.
func (c *Change) Month(account int64, m Month) {
	c.monthAccount, c.monthMonth = append(c.monthAccount, account), append(c.monthMonth, m.Month)
	c.monthIn, c.monthOut = append(c.monthIn, m.Incoming), append(c.monthOut, m.Outgoing)
	c.monthClass, c.monthCount = append(c.monthClass, m.Class), append(c.monthCount, m.Count)
	c.monthFirst, c.monthLast = append(c.monthFirst, m.First), append(c.monthLast, m.Last)
}

// Figure adds to a published figure.
func (c *Change) Figure(t mechanism.Tally) {
	c.figureName, c.figureUnit = append(c.figureName, t.Name), append(c.figureUnit, string(t.Unit))
	c.figureMonth, c.figureAmount = append(c.figureMonth, int64(t.Month)), append(c.figureAmount, t.Amount)
	c.figureCount = append(c.figureCount, t.Count)
}

// State sets a state; a nil value drops it.
func (c *Change) State(s State) {
	if s.Value == nil {
		c.dropStream, c.dropPart = append(c.dropStream, s.Key.Stream), append(c.dropPart, s.Key.Part)
		return
	}
	c.stateStream, c.statePart = append(c.stateStream, s.Key.Stream), append(c.statePart, s.Key.Part)
	c.stateValue, c.stateLast = append(c.stateValue, s.Value), append(c.stateLast, s.Last)
}

// Claim adds a claim.
func (c *Change) Claim(one Claim) {
	c.claimScope, c.claimKey = append(c.claimScope, one.Scope), append(c.claimKey, one.Key)
	c.claimHash = append(c.claimHash, append([]byte{}, one.Hash...))
	c.claimIndex, c.claimCount = append(c.claimIndex, one.Index), append(c.claimCount, one.Count)
	c.claimMade = append(c.claimMade, one.Made)
}

// Tile adds a full tile.
func (c *Change) Tile(t proof.Tile) {
	c.tileLevel, c.tileN = append(c.tileLevel, int64(t.Level)), append(c.tileN, t.N)
	c.tileData = append(c.tileData, t.Data)
}

// Edge sets the partial tiles of the levels above the first.
func (c *Change) Edge(e *proof.Edge) {
	for level := 1; level < e.Levels(); level++ {
		data := proof.JoinHashes(e.Partial(level))
		c.edgeLevel, c.edgeData = append(c.edgeLevel, int64(level)), append(c.edgeData, data)
	}
}

// Write writes a change into the batch.
func (t *Tx) Write(ctx context.Context, c *Change) error {
	for _, bulk := range []struct {
		name    string
		columns []any
	}{
		{"add_entries", []any{c.entryIndex, c.entryLeaf}},
		{"add_postings", []any{c.postAccount, c.postIndex, c.postSeq, c.postAmount, c.postBalance}},
		{"put_accounts", []any{c.accountID, c.accountName, c.accountUnit, c.accountBalance}},
		{"add_months", []any{c.monthAccount, c.monthMonth, c.monthClass, c.monthIn, c.monthOut, c.monthCount,
			c.monthFirst, c.monthLast}},
		{"add_figures", []any{c.figureName, c.figureMonth, c.figureUnit, c.figureAmount, c.figureCount}},
		{"put_states", []any{c.stateStream, c.statePart, c.stateValue, c.stateLast}},
		{"drop_states", []any{c.dropStream, c.dropPart}},
		{"add_claims", []any{c.claimScope, c.claimKey, c.claimHash, c.claimIndex, c.claimCount, c.claimMade}},
		{"add_tiles", []any{c.tileLevel, c.tileN, c.tileData}},
		{"put_edges", []any{c.edgeLevel, c.edgeData}},
	} {
		if err := t.tx.Bulk(ctx, bulk.name, bulk.columns...); err != nil {
			return err
		}
	}
	return nil
}

// Reset empties the change.
func (c *Change) Reset() { *c = Change{} }
