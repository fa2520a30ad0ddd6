// SPDX-License-Identifier: AGPL-3.0-or-later

// Package reading answers what pages ask of the books: entries as they are shown, what was undone of
// them, months, published figures, pots.
//
// Its one invariant: it only reads. What it gives was stored with the entries that it follows from.
package reading

import (
	"context"
	"slices"
	"strconv"

	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/mechanism/appeal"
	"ecot/mechanism/giving"
	"ecot/store"
	"ecot/vault"
)

// Reader answers questions about one instance. It is safe for many goroutines.
type Reader struct {
	store *store.Store
	vault *vault.Vault
	rules *mechanism.Set
}

// New gives a reader of a store and its vault.
func New(s *store.Store, v *vault.Vault, rules *mechanism.Set) *Reader {
	return &Reader{store: s, vault: v, rules: rules}
}

// What the store says of accounts and months is shown as it is.
type (
	// Account is one account in one unit.
	Account = store.Account
	// Month is what came into and went out of an account in a month, under one class of evidence.
	Month = store.Month
)

// View is one entry as a page shows it.
type View struct {
	*journal.Entry
	mechanism.Figures
	Leaf []byte
}

// shelf is a desk that only reads: earlier entries come from the store, and states are not asked.
type shelf struct {
	ctx    context.Context
	store  *store.Store
	reader *journal.Reader
}

// State gives none.
func (s *shelf) State(mechanism.Key) journal.State { return nil }

// Put does nothing, for a shelf is only read.
func (s *shelf) Put(mechanism.Key, journal.State) {}

// Entry reads an entry.
func (s *shelf) Entry(index int64) (*journal.Entry, error) {
	leaf, err := s.store.Leaf(s.ctx, index)
	if err != nil {
		return nil, err
	}
	e, err := s.reader.Parse(leaf, index)
	return &e, err
}

func (r *Reader) shelf(ctx context.Context) *shelf {
	return &shelf{ctx: ctx, store: r.store, reader: journal.NewReader(r.rules.Kinds())}
}

// view reads a leaf into what a page shows.
func (r *Reader) view(s *shelf, index int64, leaf []byte) (View, error) {
	e, err := s.reader.Parse(leaf, index)
	if err != nil {
		return View{}, err
	}
	figures, err := r.rules.Figures(s, &e)
	return View{Entry: &e, Figures: figures, Leaf: leaf}, err
}

// View gives one entry.
func (r *Reader) View(ctx context.Context, index int64) (View, error) {
	leaf, err := r.store.Leaf(ctx, index)
	if err != nil {
		return View{}, err
	}
	return r.view(r.shelf(ctx), index, leaf)
}

// BalancesBehind gives, by index, the balance behind each posting of the entries given.
func (r *Reader) BalancesBehind(ctx context.Context, views ...View) (map[int64][]int64, error) {
	var touches []store.Touch
	for _, v := range views {
		first := len(touches)
		for _, p := range v.Posts {
			touch := store.Touch{Index: v.Index, Place: ledger.Place{Account: p.Account, Unit: p.Unit}}
			if !slices.Contains(touches[first:], touch) {
				touches = append(touches, touch)
			}
		}
	}
	return r.store.BalancesBehind(ctx, touches)
}

// Reversed says, by index, which of the entries given were reversed as a whole.
func (r *Reader) Reversed(ctx context.Context, views ...View) (map[int64]bool, error) {
	keys := make([]mechanism.Key, len(views))
	for i, v := range views {
		keys[i] = undoneKey(v.Index)
	}
	states, err := r.store.StatesAt(ctx, keys)
	if err != nil {
		return nil, err
	}
	reversed := make(map[int64]bool, len(states))
	for i, key := range keys {
		value, touched := states[key]
		if !touched {
			continue
		}
		state, err := journal.ParseState(value, r.rules.States())
		if err != nil {
			return nil, err
		}
		undone, ok := state.(*giving.Undone)
		reversed[views[i].Index] = ok && undone.Whole
	}
	return reversed, nil
}

func undoneKey(index int64) mechanism.Key {
	return mechanism.Key{Stream: "entry", Part: strconv.FormatInt(index, 10)}
}

// Undone says whether an entry was reversed as a whole, and gives the last entry that undid some
// of it, 0 for none.
func (r *Reader) Undone(ctx context.Context, index int64) (whole bool, by int64, err error) {
	stored, err := r.store.State(ctx, undoneKey(index))
	if err != nil || stored.Value == nil {
		return false, 0, err
	}
	state, err := journal.ParseState(stored.Value, r.rules.States())
	if err != nil {
		return false, 0, err
	}
	undone, ok := state.(*giving.Undone)
	return ok && undone.Whole, stored.Last, nil
}

// Ledger gives every account and its balance now.
func (r *Reader) Ledger(ctx context.Context) ([]Account, error) {
	return r.store.Accounts(ctx, -1)
}

// Months gives the months of an account.
func (r *Reader) Months(ctx context.Context, account int64) ([]Month, error) {
	return r.store.Months(ctx, account)
}

// Published gives every figure.
func (r *Reader) Published(ctx context.Context) ([]mechanism.Tally, error) {
	return r.store.Figures(ctx)
}

// Pot is a pot as it was opened.
type Pot struct {
	Slug    string
	Title   string // the slug when nobody gave it a name
	Purpose giving.Purpose
	Index   int64
}

// Pots gives every pot in the order in which they were opened.
func (r *Reader) Pots(ctx context.Context) ([]Pot, error) {
	titles := map[int64]string{}
	if err := r.vault.Titles(ctx, func(index int64, value string) { titles[index] = value }); err != nil {
		return nil, err
	}
	states, err := r.store.States(ctx, "pot:")
	if err != nil {
		return nil, err
	}
	pots := make([]Pot, 0, len(states))
	for _, stored := range states {
		state, err := journal.ParseState(stored.Value, r.rules.States())
		if err != nil {
			return nil, err
		}
		pot := Pot{Slug: stored.Key.Stream[len("pot:"):], Index: stored.Last, Purpose: state.(*giving.Pot).Purpose}
		if pot.Title = titles[pot.Index]; pot.Title == "" {
			pot.Title = pot.Slug
		}
		pots = append(pots, pot)
	}
	slices.SortFunc(pots, func(p, q Pot) int { return int(p.Index - q.Index) })
	return pots, nil
}

// Appeal gives what holds for the appeal of a pot, month by month; nothing where there never was one.
func (r *Reader) Appeal(ctx context.Context, pot string) (appeal.Timeline, error) {
	stored, err := r.store.State(ctx, appeal.Key(pot))
	if err != nil || stored.Value == nil {
		return nil, err
	}
	state, err := journal.ParseState(stored.Value, r.rules.States())
	if err != nil {
		return nil, err
	}
	open, ok := state.(*appeal.Appeal)
	if !ok {
		return nil, fault.New(fault.Internal, "The appeal of %q has a state of another kind.", pot)
	}
	return open.Timeline, nil
}
