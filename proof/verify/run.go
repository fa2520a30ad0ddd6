// SPDX-License-Identifier: AGPL-3.0-or-later

package verify

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
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
	stated  []int64              // those sizes that are ahead, smallest first
	income  map[incomeKey]*int64
	latest  struct { // of income
		key incomeKey
		sum *int64
	}
	genesis *charter.Genesis

	unread error // why a leaf could not be read, which ends the fold; nil while it goes on
}

type incomeKey struct {
	class giving.Evidence
	unit  money.Unit
}

func newRun(b *bundle.Bundle, o Options) *run {
	v := &run{bundle: b, options: o, set: rules(), tree: proof.NewEdge(), roots: map[int64]proof.Hash{},
		income: map[incomeKey]*int64{}}
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
	v.stated = slices.Sorted(maps.Keys(v.roots))
	v.noteRoot()
	return v
}

// noteRoot keeps the root of the tree as it stands, when somebody stated one for this size.
func (v *run) noteRoot() {
	for ; len(v.stated) > 0 && v.stated[0] <= v.tree.Size(); v.stated = v.stated[1:] {
		if v.stated[0] == v.tree.Size() {
			v.roots[v.stated[0]] = v.tree.Root()
		}
	}
}

// grow adds the leaves of a file to the tree, one by one where somebody stated a root inside.
func (v *run) grow(p *parsed) {
	after := v.tree.Size() + int64(len(p.hashes))
	if len(p.hashes) == proof.TileWidth && (len(v.stated) == 0 || v.stated[0] >= after) {
		v.tree.AppendTile(p.root)
		v.noteRoot()
		return
	}
	for _, h := range p.hashes {
		v.tree.Append(h)
		v.noteRoot()
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
	ends     []int // of the leaves, in file.Data
	hashes   []proof.Hash
	root     proof.Hash // of the hashes, when they are a full tile
	entries  []journal.Entry
	findings []mechanism.Finding // one an entry
	err      error               // of the first leaf that cannot be parsed, which is the one behind entries
}

// decode hashes and parses one file of entries.
func (v *run) decode(file bundle.Entries) (*parsed, error) {
	p := v.parsed.Get().(*parsed)
	p.leaves.Forget()
	p.file, p.err, p.ends, p.hashes = file, nil, p.ends[:0], p.hashes[:0]
	p.entries, p.findings = p.entries[:0], p.findings[:0]
	end := 0
	err := file.Each(func(index int64, leaf []byte) error {
		end += lengthSize + len(leaf)
		p.ends = append(p.ends, end)
		p.hashes = append(p.hashes, hashInPlace(file.Data[end-len(leaf)-1:end]))
		if p.err == nil {
			p.err = p.parse(index, leaf)
		}
		return nil
	})
	if len(p.hashes) == proof.TileWidth {
		p.root = proof.TileRoot([proof.TileWidth]proof.Hash(p.hashes))
	}
	return p, err
}

// hashInPlace gives the hash of a leaf that has one byte in front of it, where the prefix of a leaf
// stands meanwhile (RFC 6962 §2.1), so that no leaf is copied. The file is this goroutine's own.
func hashInPlace(framed []byte) proof.Hash {
	front := framed[0]
	framed[0] = 0
	hash := proof.Hash(sha256.Sum256(framed))
	framed[0] = front
	return hash
}

// parse reads one leaf, and finds out what it tells by itself.
func (p *parsed) parse(index int64, leaf []byte) error {
	e, err := p.leaves.Parse(leaf, index)
	if err != nil {
		return fmt.Errorf("entry %d: %w", index, err)
	}
	p.entries = append(p.entries, e)
	p.findings = append(p.findings, p.alone.Find(&p.entries[len(p.entries)-1]))
	return nil
}

// apply folds one file of entries, and gives its room back.
func (v *run) apply(p *parsed) error {
	defer v.parsed.Put(p)
	v.archive.keep(p.file.First, p.ends, p.hashes)
	v.grow(p)
	for i := range p.entries {
		if v.unread != nil {
			break
		}
		if err := v.fold(&p.entries[i], p.findings[i]); err != nil {
			return err
		}
	}
	if v.unread == nil {
		v.unread = p.err
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
		*v.incomeOf(incomeKey{class, unit}) += amount
	}
	return err
}

// incomeOf gives where the income of a class is summed, which is mostly that of the entry before.
func (v *run) incomeOf(key incomeKey) *int64 {
	if v.latest.sum == nil || v.latest.key != key {
		sum, known := v.income[key]
		if !known {
			sum = new(int64)
			v.income[key] = sum
		}
		v.latest.key, v.latest.sum = key, sum
	}
	return v.latest.sum
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
