// SPDX-License-Identifier: AGPL-3.0-or-later

package bundle_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ecot/fault"
	"ecot/proof"
	"ecot/proof/bundle"
)

const origin = "fonds.example/journal"

// keyed gives the key that a name and a salt always give.
func keyed(t testing.TB, name, salt string) *proof.Signer {
	t.Helper()
	seed := sha256.Sum256([]byte(salt))
	skey, _, err := proof.NewKey(name, bytes.NewReader(seed[:]))
	if err != nil {
		t.Fatal(err)
	}
	s, err := proof.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// leaf gives leaf i, of i%301 bytes and a few.
func leaf(i int64) []byte {
	return fmt.Appendf(bytes.Repeat([]byte("."), int(i%301)), "leaf %d", i)
}

// source gives a journal of size leaves with checkpoints kept at the sizes of history.
func source(t testing.TB, size int64, history ...int64) bundle.Source {
	t.Helper()
	s := bundle.Source{
		Signer: keyed(t, origin, "log"),
		Rules:  map[string][]byte{"equal@1.md": []byte("Everybody gets the same.\n"), "a": []byte("b")},
		Leaves: func(ctx context.Context, size int64, each func([]byte) error) error {
			for i := range size {
				if err := each(leaf(i)); err != nil {
					return err
				}
			}
			return nil
		},
	}
	edge := proof.NewEdge()
	for i := int64(0); i <= size; i++ {
		if slices.Contains(history, i) {
			s.History = append(s.History, sign(t, s.Signer, edge))
		}
		if i < size {
			edge.Append(proof.LeafHash(leaf(i)))
		}
	}
	s.Checkpoint = sign(t, s.Signer, edge)
	return s
}

func sign(t testing.TB, s *proof.Signer, edge *proof.Edge) []byte {
	t.Helper()
	text, err := s.Checkpoint(proof.Checkpoint{Origin: s.Origin(), Size: edge.Size(), Root: edge.Root()})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// written gives a new folder with the bundle of a source.
func written(t testing.TB, s bundle.Source) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "bundle")
	if err := bundle.Write(t.Context(), dir, s); err != nil {
		t.Fatal(err)
	}
	return dir
}

// check opens a bundle and goes through every leaf of it, as a verifier does.
func check(dir, vkey string) (err error) {
	b, err := bundle.Open(dir, vkey)
	if err != nil {
		return err
	}
	defer b.Close()
	replay := proof.NewReplay(append(b.History(), b.Checkpoint())...)
	err = bundle.Stream(context.Background(), b, 2, leafHashes, func(hashes []proof.Hash) error {
		for _, h := range hashes {
			if err := replay.Append(h); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return replay.Close()
}

func leafHashes(e bundle.Entries) ([]proof.Hash, error) {
	hashes := make([]proof.Hash, 0, e.Width)
	err := e.Each(func(_ int64, leaf []byte) error {
		hashes = append(hashes, proof.LeafHash(leaf))
		return nil
	})
	return hashes, err
}

func TestBundleComesBackWhole(t *testing.T) {
	for _, size := range []int64{1, 2, 255, 256, 257, 1000, 2560} {
		src := source(t, size, 1, max(1, size/2), size)
		dir := written(t, src)
		if err := check(dir, src.Signer.VKey()); err != nil {
			t.Fatalf("%d leaves: %v", size, err)
		}
		first, err := bundle.FirstLeaf(dir)
		if err != nil || !bytes.Equal(first, leaf(0)) {
			t.Errorf("first of %d leaves: %q, %v", size, first, err)
		}
		checkContent(t, dir, src, size)
	}
}

func checkContent(t *testing.T, dir string, src bundle.Source, size int64) {
	t.Helper()
	b, err := bundle.Open(dir, src.Signer.VKey())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if !bytes.Equal(b.CheckpointText(), src.Checkpoint) || b.Checkpoint().Size != size {
		t.Errorf("checkpoint of %d leaves: %q", size, b.CheckpointText())
	}
	if diff := cmp.Diff([]string{"a", "equal@1.md"}, b.Rules()); diff != "" {
		t.Error(diff)
	}
	if text, err := b.Rule("a"); err != nil || string(text) != "b" {
		t.Errorf("rules a: %q, %v", text, err)
	}
	if _, err := b.Rule("b"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("rules b: %v", err)
	}
	for _, i := range []int64{0, size / 2, size - 1} {
		if got, err := b.Leaf(i); err != nil || !bytes.Equal(got, leaf(i)) {
			t.Errorf("leaf %d of %d: %q, %v", i, size, got, err)
		}
	}
	for _, i := range []int64{-1, size} {
		if _, err := b.Leaf(i); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("leaf %d of %d: %v", i, size, err)
		}
	}
}

func TestBundleHoldsTheseFiles(t *testing.T) {
	dir := written(t, source(t, 520, 1, 300))
	var got []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			got = append(got, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"MANIFEST", "checkpoint", "checkpoints/1", "checkpoints/300",
		"entries/000", "entries/001", "entries/002.p/8", "rules/a", "rules/equal@1.md",
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	siblings, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(siblings) != 1 {
		t.Errorf("beside the bundle: %v, %v", siblings, err)
	}
}

func TestStreamKeepsTheOrderOfTheJournal(t *testing.T) {
	const size = 256*40 + 7
	src := source(t, size)
	b, err := bundle.Open(written(t, src), src.Signer.VKey())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	next := int64(0)
	err = bundle.Stream(t.Context(), b, 4, func(e bundle.Entries) (bundle.Entries, error) { return e, nil },
		func(e bundle.Entries) error {
			return e.Each(func(i int64, got []byte) error {
				if i != next || !bytes.Equal(got, leaf(i)) {
					return fmt.Errorf("leaf %d, want %d: %q", i, next, got)
				}
				next++
				return nil
			})
		})
	if err != nil || next != size {
		t.Fatalf("%d leaves, %v", next, err)
	}
}

func TestStreamEndsAtTheFirstError(t *testing.T) {
	src := source(t, 256*40)
	b, err := bundle.Open(written(t, src), src.Signer.VKey())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	broken := fmt.Errorf("broken")
	at := func(first int64) func(bundle.Entries) (int64, error) {
		return func(e bundle.Entries) (int64, error) {
			if e.First >= first {
				return 0, fmt.Errorf("%w at %d", broken, e.First)
			}
			return e.First, nil
		}
	}
	last := int64(-1)
	err = bundle.Stream(t.Context(), b, 3, at(256*9), func(first int64) error { last = first; return nil })
	if err == nil || err.Error() != "broken at 2304" || last != 256*8 {
		t.Errorf("decode broken: %v after %d", err, last)
	}
	err = bundle.Stream(t.Context(), b, 3, at(1<<40), func(first int64) error {
		if first == 256*5 {
			return broken
		}
		return nil
	})
	if err != broken {
		t.Errorf("apply broken: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = bundle.Stream(ctx, b, 3, at(1<<40), func(first int64) error {
		if first == 256*5 {
			cancel()
		}
		if first > 256*20 {
			t.Errorf("applied %d long after the end", first)
		}
		return nil
	})
	if fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("cancelled: %v", err)
	}
}
