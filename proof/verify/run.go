// SPDX-License-Identifier: AGPL-3.0-or-later

package verify

import (
	"fmt"
	"sync"

	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/charter"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/proof"
	"ecot/proof/bundle"
)

// run is one verification on its way through a bundle. What a leaf tells by itself is worked out on
// several goroutines; all else happens in order on one.
type run struct {
	bundle  *bundle.Bundle
	options Options
	set     *mechanism.Set
	parsed  sync.Pool // of *parsed whose room is free
	archive *archive
	replay  *mechanism.Replay
	tree    *proof.Edge
	roots   map[int64]proof.Hash // at the sizes that somebody stated a root for
	income  map[incomeKey]int64
	genesis *charter.Genesis

	unread error // why a leaf could not be read, which ends the fold; nil while it goes on
}

type incomeKey struct {
	class giving.Evidence
	unit  money.Unit
}

func newRun(b *bundle.Bundle, o Options) *run {
	v := &run{bundle: b, options: o, set: rules(), tree: proof.NewEdge(), roots: map[int64]proof.Hash{},
		income: map[incomeKey]int64{}}
	v.parsed.New = func() any {
		return &parsed{leaves: journal.NewReader(v.set.Kinds()), alone: mechanism.NewReader(v.set)}
	}
	v.archive = newArchive(b, v.set.Kinds())
	v.replay = mechanism.NewReplay(v.set, v.archive.entry)
	for _, old := range b.History() {
		v.roots[old.Size] = proof.Hash{}
	}
	if since, err := v.since(b.VKey()); err == nil {
		v.roots[since.Size] = proof.Hash{}
	}
	if _, point, err := Receipt(o.Receipt, b.VKey()); err == nil {
		v.roots[point.Size] = proof.Hash{}
	}
	v.noteRoot()
	return v
}

// noteRoot keeps the root of the tree as it stands, when somebody stated one for this size.
func (v *run) noteRoot() {
	if _, wanted := v.roots[v.tree.Size()]; wanted {
		v.roots[v.tree.Size()] = v.tree.Root()
	}
}

func (v *run) since(key string) (proof.Checkpoint, error) {
	return proof.OpenCheckpoint(v.options.Since, key)
}

// parsed is one file of entries, hashed and parsed, and what it was parsed with, which holds its room.
type parsed struct {
	leaves   *journal.Reader
	alone    *mechanism.Reader
	file     bundle.Entries
	hashes   []proof.Hash
	entries  []journal.Entry
	findings []mechanism.Finding // one an entry
	err      error               // of the first leaf that cannot be parsed, which is the one behind entries
}

// decode hashes and parses one file of entries.
func (v *run) decode(file bundle.Entries) (p *parsed, err error) {
	p = v.parsed.Get().(*parsed)
	p.leaves.Forget()
	p.file, p.err = file, nil
	p.hashes, p.entries, p.findings = p.hashes[:0], p.entries[:0], p.findings[:0]
	err = file.Each(func(index int64, leaf []byte) error {
		p.hashes = append(p.hashes, proof.LeafHash(leaf))
		if p.err != nil {
			return nil
		}
		var e journal.Entry
		if e, p.err = p.leaves.Parse(leaf, index); p.err != nil {
			p.err = fmt.Errorf("entry %d: %w", index, p.err)
			return nil
		}
		p.entries = append(p.entries, e)
		p.findings = append(p.findings, p.alone.Find(&p.entries[len(p.entries)-1]))
		return nil
	})
	return p, err
}

// apply folds one file of entries, and gives its room back.
func (v *run) apply(p *parsed) error {
	defer v.parsed.Put(p)
	v.archive.keep(p.file)
	for i := range p.hashes {
		v.tree.Append(p.hashes[i])
		v.noteRoot()
		switch {
		case v.unread != nil:
		case i >= len(p.entries):
			v.unread = p.err
		default:
			if err := v.fold(&p.entries[i], p.findings[i]); err != nil {
				return err
			}
		}
	}
	if v.options.Progress != nil {
		v.options.Progress(v.tree.Size(), v.bundle.Checkpoint().Size)
	}
	return nil
}

// fold folds one entry. What the entry breaks, the replay keeps; the error is one of reading.
func (v *run) fold(e *journal.Entry, f mechanism.Finding) error {
	if genesis, ok := e.Fact.(*charter.Genesis); ok && e.Index == 0 {
		kept := *genesis
		v.genesis = &kept
	}
	if _, err := v.replay.AddFound(e, f); err != nil {
		return nil
	}
	class, unit, amount, err := giving.Income(v.replay, e)
	if amount != 0 {
		v.income[incomeKey{class, unit}] += amount
	}
	return err
}

// broken gives the first breach of a pass, nil when there is none.
func (v *run) broken(pass string) error {
	law := map[string]mechanism.Law{PassLeaves: mechanism.LawOrder, PassSums: mechanism.LawSums,
		PassStates: mechanism.LawStates}[pass]
	if breach := v.replay.Broken[law]; breach != nil {
		return breach
	}
	if pass == PassLeaves {
		return v.unread
	}
	return nil
}
