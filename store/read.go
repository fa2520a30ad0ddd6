// SPDX-License-Identifier: AGPL-3.0-or-later

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"ecot/fault"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/proof"
	"ecot/store/engine"
)

// Account is one account in one unit, as stored.
type Account struct {
	ID      int64
	Place   ledger.Place
	Balance int64
}

// Accounts gives every account, by name and unit, with its balance behind the first size entries;
// a size below zero stands for all of them.
func (v *View) Accounts(ctx context.Context, size int64) (list []Account, err error) {
	var rows *sql.Rows
	if size < 0 {
		rows, err = v.from.Query(ctx, "accounts")
	} else {
		rows, err = v.from.Query(ctx, "accounts_at", size)
	}
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var a Account
		err := rows.Scan(&a.ID, &a.Place.Account, &a.Place.Unit, &a.Balance)
		list = append(list, a)
		return err
	})
	return list, err
}

// Posting is one posting of an account.
type Posting struct {
	Index   int64
	Seq     int64
	Amount  int64
	Balance int64 // of the account, behind this posting
}

// Postings gives the newest postings of an account whose entry is before the index given, newest
// first, at most limit.
func (v *View) Postings(ctx context.Context, account, before int64, limit int) (list []Posting, err error) {
	rows, err := v.from.Query(ctx, "postings_before", account, before, limit)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var p Posting
		err := rows.Scan(&p.Index, &p.Seq, &p.Amount, &p.Balance)
		list = append(list, p)
		return err
	})
	return list, err
}

// Touch is a place that an entry posts to.
type Touch struct {
	Index int64
	Place ledger.Place
}

// BalancesBehind gives, by entry, the balance of its account behind each posting in the order of its
// leaf. The touches of an entry are its places, each once.
func (v *View) BalancesBehind(ctx context.Context, touches []Touch) (map[int64][]int64, error) {
	indexes, names := make([]int64, len(touches)), make([]string, len(touches))
	units := make([]string, len(touches))
	for i, t := range touches {
		indexes[i], names[i], units[i] = t.Index, string(t.Place.Account), string(t.Place.Unit)
	}
	balances := make(map[int64][]int64, len(touches))
	err := v.from.Lookup(ctx, "load_balances", func(rows *sql.Rows) error {
		var index, seq, balance int64
		err := rows.Scan(&index, &seq, &balance)
		balances[index] = append(balances[index], balance)
		return err
	}, indexes, names, units)
	return balances, err
}

// Month is what came into and went out of an account in a month, under one class of evidence.
type Month struct {
	Month    int64  // yyyymm
	Class    string // empty where none is stated
	Incoming int64
	Outgoing int64 // zero or below
	Count    int64 // entries
	First    int64 // index of the first entry among them
	Last     int64 // and of the last
}

// Months gives the months of an account, by month and class.
func (v *View) Months(ctx context.Context, account int64) (list []Month, err error) {
	rows, err := v.from.Query(ctx, "months", account)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var m Month
		err := rows.Scan(&m.Month, &m.Class, &m.Incoming, &m.Outgoing, &m.Count, &m.First, &m.Last)
		list = append(list, m)
		return err
	})
	return list, err
}

// Figures gives every published figure, by name, month and unit.
func (v *View) Figures(ctx context.Context) (list []mechanism.Tally, err error) {
	rows, err := v.from.Query(ctx, "figures")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var t mechanism.Tally
		err := rows.Scan(&t.Name, &t.Month, &t.Unit, &t.Amount, &t.Count)
		list = append(list, t)
		return err
	})
	return list, err
}

// State is a stored state.
type State struct {
	Key   mechanism.Key
	Value []byte
	Last  int64 // index of the entry that changed it last
}

// States gives every state whose stream begins with prefix, in order.
func (v *View) States(ctx context.Context, prefix string) (list []State, err error) {
	name, bounds := "states_of", []any{prefix, prefix + "~"}
	if prefix == "" {
		name, bounds = "states_all", nil
	}
	rows, err := v.from.Query(ctx, name, bounds...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var one State
		err := rows.Scan(&one.Key.Stream, &one.Key.Part, &one.Value, &one.Last)
		list = append(list, one)
		return err
	})
	return list, err
}

// StatesAt gives the states at the keys given, by key; one that does not exist is left out.
func (v *View) StatesAt(ctx context.Context, keys []mechanism.Key) (map[mechanism.Key][]byte, error) {
	streams, parts := make([]string, len(keys)), make([]string, len(keys))
	for i, key := range keys {
		streams[i], parts[i] = key.Stream, key.Part
	}
	states := make(map[mechanism.Key][]byte, len(keys))
	err := v.from.Lookup(ctx, "load_states", func(rows *sql.Rows) error {
		var one State
		err := rows.Scan(&one.Key.Stream, &one.Key.Part, &one.Value)
		states[one.Key] = one.Value
		return err
	}, streams, parts)
	return states, err
}

// State gives one state, with a nil value when there is none.
func (v *View) State(ctx context.Context, key mechanism.Key) (State, error) {
	one := State{Key: key}
	err := v.from.Row(ctx, "state", key.Stream, key.Part).Scan(&one.Value, &one.Last)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return one, err
}

// Claim is something that can be had once.
type Claim struct {
	Scope string
	Key   string
	Hash  []byte
	Index int64
	Count int64
	Made  int64 // seconds
}

// Claims calls fn for every claim, in order.
func (v *View) Claims(ctx context.Context, fn func(Claim) error) error {
	rows, err := v.from.Query(ctx, "claims_all")
	return engine.Scan(rows, err, func(rows *sql.Rows) error {
		var c Claim
		if err := rows.Scan(&c.Scope, &c.Key, &c.Hash, &c.Index, &c.Count, &c.Made); err != nil {
			return err
		}
		return fn(c)
	})
}

// Claim gives the claim of a key in a scope, and false when it was never taken.
func (v *View) Claim(ctx context.Context, scope, key string) (c Claim, found bool, err error) {
	err = v.from.Lookup(ctx, "load_claims", func(rows *sql.Rows) error {
		found = true
		return rows.Scan(&c.Scope, &c.Key, &c.Hash, &c.Index, &c.Count)
	}, []string{scope}, []string{key})
	return c, found, err
}

// Checkpoint is a signed checkpoint that is kept.
type Checkpoint struct {
	Slot  string // "latest", or the month that it ends
	Size  int64
	Clock int64
	Note  []byte
}

// Latest gives the checkpoint of the last batch; a journal without entries has none.
func (v *View) Latest(ctx context.Context) (c Checkpoint, err error) {
	c.Slot = "latest"
	err = v.from.Row(ctx, "latest_checkpoint").Scan(&c.Size, &c.Clock, &c.Note)
	if errors.Is(err, sql.ErrNoRows) {
		return c, fault.New(fault.NotFound, "The journal has no entry yet.")
	}
	return c, err
}

// Checkpoints gives the checkpoints that are kept, smallest first.
func (v *View) Checkpoints(ctx context.Context) (list []Checkpoint, err error) {
	rows, err := v.from.Query(ctx, "checkpoints")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var c Checkpoint
		err := rows.Scan(&c.Slot, &c.Size, &c.Clock, &c.Note)
		list = append(list, c)
		return err
	})
	return list, err
}

// Settings gives the instance's settings.
func (v *View) Settings(ctx context.Context) (map[string]string, error) {
	settings := map[string]string{}
	rows, err := v.from.Query(ctx, "settings")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var key, value string
		err := rows.Scan(&key, &value)
		settings[key] = value
		return err
	})
	return settings, err
}

// Hashes gives the first width hashes of a tile, full or partial.
func (v *View) Hashes(ctx context.Context, level int, n int64, width int) ([]proof.Hash, error) {
	data, err := v.bytes(ctx, "tile", level, n)
	if err == nil && data == nil {
		if level == 0 {
			return v.leafHashes(ctx, n*proof.TileWidth, width)
		}
		partial, edgeErr := v.bytes(ctx, "edge", level)
		data, err = v.bytes(ctx, "tile", level, n) // it may have become full between the two
		if err = errors.Join(edgeErr, err); data == nil {
			data = partial
		}
	}
	if err != nil {
		return nil, fmt.Errorf("tile %d of level %d: %w", n, level, err)
	}
	return proof.SplitHashes(data, width)
}

// bytes gives the one value of a statement, nil when it gives no row.
func (v *View) bytes(ctx context.Context, name string, args ...any) (data []byte, err error) {
	err = v.from.Row(ctx, name, args...).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return data, err
}

func (v *View) leafHashes(ctx context.Context, from int64, width int) ([]proof.Hash, error) {
	hashes := make([]proof.Hash, 0, width)
	err := v.Leaves(ctx, from, from+int64(width), func(_ int64, leaf []byte) error {
		hashes = append(hashes, proof.LeafHash(leaf))
		return nil
	})
	return hashes, err
}
