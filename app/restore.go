// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"ecot/app/audit"
	"ecot/app/backup"
	"ecot/app/home"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/office"
	"ecot/proof"
	"ecot/store"
)

// Restore fills an empty instance from a backup: a new data folder, and a database without a
// journal. It replays every entry by the rules, signs the same tree again, and destroys anew what
// the folder's list of erasures names. When anything is amiss, nothing is kept.
func Restore(ctx context.Context, at Place, path string, progress Progress) (err error) {
	at.Alone = true
	a, err := Open(ctx, at)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if a.Founded() {
		return fault.New(fault.Conflict, "There is a journal already; a backup is restored into an empty place.")
	}
	r := &restore{app: a, progress: progress}
	if err := r.readKeys(path); err != nil {
		return err
	}
	if r.erased, err = a.erased(); err != nil {
		return err
	}
	if err := r.write(ctx, path); err != nil {
		return err
	}
	a.keys.Log = strings.TrimSpace(r.keys[logKeyFile])
	return a.readCharter(ctx)
}

// keepKeys writes the keys before the journal is there, which is worth nothing without them.
func (r *restore) keepKeys() error {
	for name, text := range r.keys {
		if err := home.WriteFile(r.app.home.Path("keys", name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// restore is one run of Restore.
type restore struct {
	app      *App
	progress Progress
	head     backup.Head
	keys     map[string]string
	erased   map[string]bool // people whom the folder lists as erased: they are not brought back

	batch  *batch
	papers *office.Restoring
	replay *mechanism.Replay
	edge   *proof.Edge
	reader *journal.Reader
	again  *journal.Reader // for earlier entries that a fact refers to
}

// readKeys checks the whole file and takes the keys out of it.
func (r *restore) readKeys(path string) error {
	r.keys = map[string]string{}
	err := backup.Read(path, func(_ int64, l backup.Line) error {
		switch {
		case l.Backup != nil:
			r.head = *l.Backup
		case l.Key != nil && (l.Key.Name == logKeyFile || l.Key.Name == secretFile):
			r.keys[l.Key.Name] = l.Key.Text
		}
		return nil
	})
	if err != nil {
		return err
	}
	if r.head.Version != backup.Version || len(r.keys) != 2 {
		return fault.New(fault.Invalid, "This backup is of version %d; this program reads version %d.",
			r.head.Version, backup.Version)
	}
	if r.app.keys.Secret, err = home.ReadSecret(r.keys[secretFile]); err != nil {
		return fault.Wrap(err, fault.Invalid, "The secret in the backup cannot be read.")
	}
	r.app.signer, err = proof.NewSigner(strings.TrimSpace(r.keys[logKeyFile]))
	return err
}

// write fills the database, the vault and the office, each in one transaction, the database's last.
func (r *restore) write(ctx context.Context, path string) error {
	a := r.app
	tx, err := a.store.Begin(ctx)
	if err != nil {
		return err
	}
	r.batch, r.edge = a.blankBatch(tx), proof.NewEdge()
	defer r.batch.abandon()
	if tx.Head.Size != 0 {
		return fault.New(fault.Conflict, "There is a journal already; a backup is restored into an empty place.")
	}
	if r.batch.vtx, err = a.vault.Begin(ctx, 0); err != nil {
		return err
	}
	if r.papers, err = a.office.Restore(ctx); err != nil {
		return err
	}
	defer r.papers.Rollback()
	r.reader = journal.NewReader(a.rules.Kinds())
	r.again = journal.NewReader(a.rules.Kinds())
	r.replay = mechanism.NewReplay(a.rules, func(index int64) (*journal.Entry, error) {
		return r.earlier(ctx, index)
	})
	r.replay.Last = map[mechanism.Key]int64{}
	if err := backup.Read(path, func(n int64, l backup.Line) error { return r.line(ctx, n, l) }); err != nil {
		return err
	}
	return r.finish(ctx)
}

// line restores one line.
func (r *restore) line(ctx context.Context, n int64, l backup.Line) (err error) {
	b := r.batch
	switch {
	case l.Entry != nil:
		err = r.entry(ctx, l.Entry)
	case l.Setting != nil:
		err = b.tx.PutSetting(ctx, l.Setting[0], l.Setting[1])
	case l.Claim != nil:
		b.change.Claim(*l.Claim)
	case l.Checkpoint != nil:
		err = b.tx.PutCheckpoint(ctx, *l.Checkpoint)
	case l.Party != nil && !r.erased[l.Party.ID]:
		b.private.parties[l.Party.ID] = *l.Party
	case l.Opening != nil && !r.erased[l.Opening.Party]:
		b.private.openings = append(b.private.openings, *l.Opening)
	case l.Paper != nil:
		err = r.papers.Add(ctx, *l.Paper)
	}
	if err == nil && n%piece == 0 {
		err = b.flush(ctx)
	}
	if err != nil && fault.CodeOf(err) == fault.Internal {
		err = fault.Wrap(err, fault.Invalid, "Line %d of the backup cannot be restored: %s.", n, err)
	}
	return err
}

func (r *restore) entry(ctx context.Context, leaf []byte) error {
	e, err := r.reader.Parse(leaf, r.replay.Next)
	if err != nil {
		return err
	}
	s := audit.Step{Entry: &e, Leaf: leaf, Tree: r.edge}
	if s.After, err = r.replay.Add(&e); err != nil {
		return err
	}
	if s.Figures, err = r.app.rules.Figures(r.replay, &e); err != nil {
		return err
	}
	s.Tiles = r.edge.Append(proof.LeafHash(leaf))
	r.batch.change.Entry(e.Index, leaf)
	if r.progress != nil && e.Index%audit.Every == 0 {
		r.progress(e.Index, r.head.Size)
	}
	return r.batch.view(ctx, s)
}

// earlier reads an entry back that this restore wrote.
func (r *restore) earlier(ctx context.Context, index int64) (*journal.Entry, error) {
	if err := r.batch.flush(ctx); err != nil {
		return nil, err
	}
	leaves, err := r.batch.tx.Leaves(ctx, []int64{index})
	if err != nil {
		return nil, err
	}
	e, err := r.again.Parse(leaves[index], index)
	return &e, err
}

// finish compares what came out with what the backup says, and makes it last.
func (r *restore) finish(ctx context.Context) error {
	b, root := r.batch, r.edge.Root()
	if r.edge.Size() != r.head.Size || string(root[:]) != string(r.head.Root) {
		return fault.New(fault.Invalid,
			"The backup's entries do not give the root that it states; nothing was changed.")
	}
	if err := b.viewStates(ctx, r.replay, r.edge); err != nil {
		return err
	}
	if err := r.keepKeys(); err != nil {
		return err
	}
	if err := b.vtx.Commit(ctx); err != nil {
		return err
	}
	if err := r.finishPapers(ctx); err != nil {
		return err
	}
	note, err := r.app.signer.Checkpoint(proof.Checkpoint{Origin: r.app.signer.Origin(), Size: r.head.Size,
		Root: root})
	if err != nil {
		return err
	}
	latest := store.Checkpoint{Slot: "latest", Size: r.head.Size, Clock: r.replay.Clock, Note: note}
	if err := b.tx.PutCheckpoint(ctx, latest); err != nil {
		return err
	}
	if err := b.tx.PutHead(ctx, r.head.Size, root, r.replay.Clock); err != nil {
		return err
	}
	return b.tx.Commit(ctx)
}

// finishPapers makes the office last, without those who were erased after the backup was written.
func (r *restore) finishPapers(ctx context.Context) error {
	if err := r.papers.Forget(ctx, r.app.partyID, r.erased); err != nil {
		return err
	}
	if err := r.papers.Commit(ctx); err != nil || len(r.erased) == 0 {
		return err
	}
	return r.app.office.Scrub(ctx)
}

// erasedFile lists, one opaque id a line, the people who were erased, so that a restored backup
// does not bring them back.
const erasedFile = "erased"

// erased reads that list; a folder without one has erased nobody.
func (a *App) erased() (map[string]bool, error) {
	text, err := os.ReadFile(a.home.Path(erasedFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	parties := map[string]bool{}
	for _, party := range strings.Fields(string(text)) {
		parties[party] = true
	}
	return parties, nil
}
