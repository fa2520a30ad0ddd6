// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"slices"
	"strconv"
	"time"

	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/proof"
	"ecot/store"
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

func (a *App) shelf(ctx context.Context) *shelf {
	return &shelf{ctx: ctx, store: a.store, reader: journal.NewReader(a.rules.Kinds())}
}

// view reads a leaf into what a page shows.
func (a *App) view(s *shelf, index int64, leaf []byte) (View, error) {
	e, err := s.reader.Parse(leaf, index)
	if err != nil {
		return View{}, err
	}
	figures, err := a.rules.Figures(s, &e)
	return View{Entry: &e, Figures: figures, Leaf: leaf}, err
}

// View gives one entry.
func (a *App) View(ctx context.Context, index int64) (View, error) {
	leaf, err := a.store.Leaf(ctx, index)
	if err != nil {
		return View{}, err
	}
	return a.view(a.shelf(ctx), index, leaf)
}

// BalancesBehind gives the balance behind each posting of an entry.
func (a *App) BalancesBehind(ctx context.Context, e *journal.Entry) ([]int64, error) {
	return a.store.BalancesBehind(ctx, e.Index)
}

// Undone says whether an entry was reversed as a whole, and gives the last entry that undid some
// of it, 0 for none.
func (a *App) Undone(ctx context.Context, index int64) (whole bool, by int64, err error) {
	stored, err := a.store.State(ctx, mechanism.Key{Stream: "entry", Part: strconv.FormatInt(index, 10)})
	if err != nil || stored.Value == nil {
		return false, 0, err
	}
	state, err := journal.ParseState(stored.Value, a.rules.States())
	if err != nil {
		return false, 0, err
	}
	undone, ok := state.(*giving.Undone)
	return ok && undone.Whole, stored.Last, nil
}

// Ledger gives every account and its balance now.
func (a *App) Ledger(ctx context.Context) ([]store.Account, error) {
	return a.store.Accounts(ctx, -1)
}

// Months gives the months of an account.
func (a *App) Months(ctx context.Context, account int64) ([]store.Month, error) {
	return a.store.Months(ctx, account)
}

// Published gives every figure.
func (a *App) Published(ctx context.Context) ([]mechanism.Tally, error) { return a.store.Figures(ctx) }

// Pot is a pot as it was opened.
type Pot struct {
	Slug    string
	Title   string // the slug when nobody gave it a name
	Purpose giving.Purpose
	Index   int64
}

// Pots gives every pot in the order in which they were opened.
func (a *App) Pots(ctx context.Context) ([]Pot, error) {
	titles := map[int64]string{}
	if err := a.vault.Titles(ctx, func(index int64, value string) { titles[index] = value }); err != nil {
		return nil, err
	}
	states, err := a.store.States(ctx, "pot:")
	if err != nil {
		return nil, err
	}
	pots := make([]Pot, 0, len(states))
	for _, stored := range states {
		state, err := journal.ParseState(stored.Value, a.rules.States())
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

// Name gives the fund's name, Lang the language of its pages, Unit the unit that it counts in.
func (a *App) Name() string { return a.settings["name"] }

// Lang gives the language of the fund's pages when a reader asks for none.
func (a *App) Lang() string { return a.settings["lang"] }

// Unit gives the unit that the fund counts in.
func (a *App) Unit() money.Unit { return a.unit }

// Ready says whether requests can be answered now.
func (a *App) Ready(ctx context.Context) error {
	_, err := a.store.Head(ctx)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The database does not answer.")
	}
	return nil
}

// Latest gives the newest checkpoint that was published, a signed note, and what it states.
func (a *App) Latest() ([]byte, proof.Checkpoint, error) {
	published := a.published.Load()
	if published == nil {
		published = a.latest.Load()
	}
	if published == nil {
		return nil, proof.Checkpoint{}, fault.New(fault.NotFound, "Nothing is published yet.")
	}
	point, err := proof.OpenCheckpoint(published.Note, a.vkey)
	return published.Note, point, err
}

// Tile gives the bytes of a tile of the published tree by its C2SP tlog-tiles path.
func (a *App) Tile(ctx context.Context, path string) ([]byte, error) {
	level, n, width, err := proof.ParseTilePath(path)
	if err != nil {
		return nil, err
	}
	_, point, err := a.Latest()
	if err != nil {
		return nil, err
	}
	if level < 0 {
		return a.entryTile(ctx, n*proof.TileWidth, int64(width), point.Size)
	}
	if n*proof.TileWidth+int64(width) > point.Size>>(proof.TileHeight*level) {
		return nil, fault.New(fault.NotFound, "There is no tile %s.", path)
	}
	hashes, err := a.store.Hashes(ctx, level, n, width)
	return proof.JoinHashes(hashes), err
}

func (a *App) entryTile(ctx context.Context, from, width, size int64) (data []byte, err error) {
	if from+width > size {
		return nil, fault.New(fault.NotFound, "There are no entries %d to %d.", from, from+width)
	}
	err = a.store.Leaves(ctx, from, from+width, func(_ int64, leaf []byte) error {
		data, err = proof.AppendEntry(data, leaf)
		return err
	})
	return data, err
}

// Zone gives the zone in which the fund's days are.
func (a *App) Zone() *time.Location { return a.zone }
