// SPDX-License-Identifier: AGPL-3.0-or-later

package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash"

	"ecot/app/tally"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/proof"
	"ecot/store"
	"ecot/vault"
)

// Findings are what a check found amiss; none means that the store is clean.
type Findings struct {
	Size  int64
	Root  proof.Hash
	Wrong []string // at most maxFindings
	More  int      // findings beyond
}

const maxFindings = 50

func (f *Findings) add(format string, args ...any) {
	if len(f.Wrong) == maxFindings {
		f.More++
		return
	}
	f.Wrong = append(f.Wrong, fmt.Sprintf(format, args...))
}

// Clean says whether nothing is amiss.
func (f *Findings) Clean() bool { return len(f.Wrong) == 0 }

// expected is what the store must hold according to a replay of its entries.
type expected struct {
	postings map[ledger.Place]hash.Hash
	counts   map[ledger.Place]int64
	months   map[placeMonth]store.Month
	figures  map[tally.FigureKey]mechanism.Tally
	tiles    map[tileAt][32]byte
	roots    map[int64]proof.Hash // at the sizes of the checkpoints kept
}

type tileAt struct {
	level int
	n     int64
}

type placeMonth struct {
	place ledger.Place
	tally.MonthKey
}

// Check replays the journal and compares everything stored with it: the tree, postings, balances,
// months, figures, states, tiles, checkpoints, claims, and the vault's openings. Others may write
// meanwhile: what they write is not looked at.
func (j *Journal) Check(ctx context.Context, progress Progress) (*Findings, error) {
	now, err := j.Store.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer now.Close()
	return (&check{Journal: j, now: now}).run(ctx, progress)
}

// check is one check. Entries never change, so they are read from the store at large, and all that
// does change from one snapshot.
type check struct {
	*Journal
	now    *store.Snapshot
	beyond bool // whether the vault has rows of entries behind the snapshot
}

func (k *check) run(ctx context.Context, progress Progress) (*Findings, error) {
	head, err := k.now.Head(ctx)
	if err != nil {
		return nil, err
	}
	found := &Findings{Size: head.Size, Root: head.Root}
	kept, err := k.now.Checkpoints(ctx)
	if err != nil {
		return nil, err
	}
	want := expected{postings: map[ledger.Place]hash.Hash{}, counts: map[ledger.Place]int64{},
		months: map[placeMonth]store.Month{}, figures: map[tally.FigureKey]mechanism.Tally{},
		tiles: map[tileAt][32]byte{}, roots: map[int64]proof.Hash{}}
	for _, c := range kept {
		want.roots[c.Size] = proof.Hash{}
	}
	replay, edge, err := k.Replay(ctx, head.Size, progress, func(s Step) error {
		want.take(s)
		if _, kept := want.roots[s.Tree.Size()]; kept {
			want.roots[s.Tree.Size()] = s.Tree.Root()
		}
		return nil
	})
	if err != nil {
		found.add("%v", err)
		return found, nil
	}
	if edge.Root() != head.Root {
		found.add("the entries give root %s, the head says %s", edge.Root(), head.Root)
	}
	for _, compare := range []func(context.Context, *Findings, *expected, *mechanism.Replay) error{
		k.checkAccounts, k.checkMonths, k.checkFigures, k.checkStates, k.checkTiles, k.checkCheckpoints,
		k.checkClaims, k.checkVault,
	} {
		if err := compare(ctx, found, &want, replay); err != nil {
			return nil, err
		}
	}
	if err := k.checkEdges(ctx, found, edge); err != nil {
		return nil, err
	}
	return found, k.checkBeyond(ctx, found)
}

// take adds what follows from one entry.
func (w *expected) take(s Step) {
	for i, p := range s.Entry.Posts {
		place := ledger.Place{Account: p.Account, Unit: p.Unit}
		if w.postings[place] == nil {
			w.postings[place] = sha256.New()
		}
		hashPosting(w.postings[place], store.Posting{Index: s.Entry.Index, Seq: int64(i), Amount: p.Amount,
			Balance: s.After[i]})
		key := placeMonth{place, tally.MonthKey{Month: s.Figures.Day.Month(), Class: s.Figures.Class}}
		w.months[key] = tally.Month(w.months[key], key.MonthKey, s.Entry, i)
	}
	for _, t := range s.Figures.Tallies {
		tally.Figure(w.figures, t)
	}
	for _, tile := range s.Tiles {
		w.tiles[tileAt{tile.Level, tile.N}] = sha256.Sum256(tile.Data)
	}
}

func hashPosting(h hash.Hash, p store.Posting) {
	var row [32]byte
	for i, v := range []int64{p.Index, p.Seq, p.Amount, p.Balance} {
		binary.BigEndian.PutUint64(row[8*i:], uint64(v))
	}
	h.Write(row[:])
}

func (k *check) checkAccounts(ctx context.Context, found *Findings, want *expected,
	r *mechanism.Replay) error {
	accounts, err := k.now.Accounts(ctx, -1)
	if err != nil {
		return err
	}
	have := map[int64]hash.Hash{}
	err = k.now.AllPostings(ctx, func(account int64, p store.Posting) error {
		if have[account] == nil {
			have[account] = sha256.New()
		}
		hashPosting(have[account], p)
		return nil
	})
	if err != nil {
		return err
	}
	for _, account := range accounts {
		place := account.Place
		if balance := r.Book.Balance(place); balance != account.Balance {
			found.add("account %s %s holds %d, the journal says %d", place.Account, place.Unit, account.Balance,
				balance)
		}
		if w := want.postings[place]; w == nil || have[account.ID] == nil ||
			!bytes.Equal(w.Sum(nil), have[account.ID].Sum(nil)) {
			found.add("the postings stored for %s %s are not those of the journal", place.Account, place.Unit)
		}
		delete(want.postings, place)
	}
	for place := range want.postings {
		found.add("account %s %s is missing", place.Account, place.Unit)
	}
	return nil
}

func (k *check) checkMonths(ctx context.Context, found *Findings, want *expected,
	_ *mechanism.Replay) error {
	accounts, err := k.now.Accounts(ctx, -1)
	if err != nil {
		return err
	}
	places := map[int64]ledger.Place{}
	for _, account := range accounts {
		places[account.ID] = account.Place
	}
	err = k.now.AllMonths(ctx, func(account int64, m store.Month) error {
		key := placeMonth{places[account], tally.MonthKey{Month: int(m.Month), Class: m.Class}}
		if want.months[key] != m {
			found.add("month %d of %s says %+v, the journal %+v", m.Month, key.place.Account, m, want.months[key])
		}
		delete(want.months, key)
		return nil
	})
	for key := range want.months {
		found.add("month %d of %s is missing", key.Month, key.place.Account)
	}
	return err
}

func (k *check) checkFigures(ctx context.Context, found *Findings, want *expected,
	_ *mechanism.Replay) error {
	figures, err := k.now.Figures(ctx)
	for _, t := range figures {
		key := tally.FigureKey{Name: t.Name, Month: t.Month, Unit: string(t.Unit)}
		if want.figures[key] != t {
			found.add("figure %s of %d says %d, the journal %d", t.Name, t.Month, t.Amount, want.figures[key].Amount)
		}
		delete(want.figures, key)
	}
	for key := range want.figures {
		found.add("figure %s of %d is missing", key.Name, key.Month)
	}
	return err
}

func (k *check) checkStates(ctx context.Context, found *Findings, _ *expected, r *mechanism.Replay) error {
	states, err := k.now.States(ctx, "")
	if err != nil {
		return err
	}
	missing := len(r.States) - len(states)
	for _, stored := range states {
		var value []byte
		if state := r.States[stored.Key]; state != nil {
			if value, err = journal.AppendState(nil, state); err != nil {
				return err
			}
		}
		if !bytes.Equal(value, stored.Value) || r.Last[stored.Key] != stored.Last {
			found.add("the state of %s %s is not that of the journal", stored.Key.Stream, stored.Key.Part)
		}
	}
	if missing != 0 {
		found.add("%d states are missing", missing)
	}
	return nil
}

func (k *check) checkTiles(ctx context.Context, found *Findings, want *expected,
	_ *mechanism.Replay) error {
	err := k.now.AllTiles(ctx, func(t proof.Tile) error {
		key := tileAt{t.Level, t.N}
		if sum, expected := want.tiles[key]; !expected || sum != sha256.Sum256(t.Data) {
			found.add("tile %d of level %d is not that of the journal", t.N, t.Level)
		}
		delete(want.tiles, key)
		return nil
	})
	if len(want.tiles) > 0 {
		found.add("%d tiles are missing", len(want.tiles))
	}
	return err
}

func (k *check) checkEdges(ctx context.Context, found *Findings, edge *proof.Edge) error {
	levels := 1 // the first follows from the entries
	err := k.now.AllEdges(ctx, func(level int, data []byte) error {
		levels++
		if !bytes.Equal(data, proof.JoinHashes(edge.Partial(level))) {
			found.add("the right edge at level %d is not that of the journal", level)
		}
		return nil
	})
	if edge.Levels() > 1 && levels != edge.Levels() {
		found.add("the right edge has %d levels, the journal %d", levels, edge.Levels())
	}
	return err
}

func (k *check) checkCheckpoints(ctx context.Context, found *Findings, want *expected,
	_ *mechanism.Replay) error {
	kept, err := k.now.Checkpoints(ctx)
	for _, c := range kept {
		opened, err := proof.OpenCheckpoint(c.Note, k.VKey)
		if err != nil {
			found.add("checkpoint %s: %v", c.Slot, err)
		} else if opened.Size != c.Size || opened.Root != want.roots[c.Size] {
			found.add("checkpoint %s of size %d is not of this journal", c.Slot, opened.Size)
		}
	}
	return err
}

func (k *check) checkClaims(ctx context.Context, found *Findings, _ *expected, r *mechanism.Replay) error {
	return k.now.Claims(ctx, func(c store.Claim) error {
		if c.Index < 0 || c.Index+c.Count > r.Next {
			found.add("a claim of scope %s points at entries %d to %d", c.Scope, c.Index, c.Index+c.Count)
		}
		return nil
	})
}

// checkVault opens every commitment of the snapshot that the vault can open.
func (k *check) checkVault(ctx context.Context, found *Findings, _ *expected, r *mechanism.Replay) error {
	return k.Vault.Openings(ctx, -1, "", func(o vault.Opening) error {
		if o.Index >= r.Next {
			k.beyond = true
			return nil
		}
		if o.Counts < 0 {
			return nil // it takes a gift back and opens nothing
		}
		leaf, err := k.Store.Leaf(ctx, o.Index)
		if err != nil {
			found.add("the vault opens entry %d, which is not there", o.Index)
			return nil
		}
		kind, _, _ := bytes.Cut(leaf, []byte{'\n'})
		digest := vault.Commitment(o.Salt, string(kind), o.Field, o.Value)
		line := "\n" + o.Field + " " + base64.StdEncoding.EncodeToString(digest[:]) + "\n"
		if !bytes.Contains(leaf, []byte(line)) {
			found.add("the vault does not open %s of entry %d", o.Field, o.Index)
		}
		return nil
	})
}

// checkBeyond looks at rows of the vault behind the snapshot. Those of a batch that is not over yet are
// as they must be; so it waits until no batch is, which whoever has the head row knows.
func (k *check) checkBeyond(ctx context.Context, found *Findings) error {
	if !k.beyond {
		return nil
	}
	tx, err := k.Store.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	orphans, err := k.Vault.HasOrphans(ctx, tx.Head.Size)
	if orphans {
		found.add("the vault has rows of entries that are not there; the next batch sweeps them")
	}
	return err
}
