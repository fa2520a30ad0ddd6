// SPDX-License-Identifier: AGPL-3.0-or-later

package bundle_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ecot/fault"
	"ecot/proof"
	"ecot/proof/bundle"
)

func TestWriteRefusesASourceThatDoesNotHoldTogether(t *testing.T) {
	twin := keyed(t, origin, "twin")
	emptyText := sign(t, keyed(t, origin, "log"), edgeOf(0))
	for name, c := range map[string]struct {
		code  fault.Code
		spoil func(*bundle.Source)
	}{
		"another signer":     {fault.Invalid, func(s *bundle.Source) { s.Signer = twin }},
		"no checkpoint":      {fault.Invalid, func(s *bundle.Source) { s.Checkpoint = nil }},
		"an empty journal":   {fault.Invalid, func(s *bundle.Source) { s.Checkpoint = emptyText }},
		"a later checkpoint": {fault.Invalid, history(sign(t, keyed(t, origin, "log"), edgeOf(601)))},
		"history of another": {fault.Invalid, history(sign(t, twin, edgeOf(9)))},
		"history of nothing": {fault.Invalid, history(sign(t, keyed(t, origin, "log"), edgeOf(0)))},
		"history twice":      {fault.Invalid, func(s *bundle.Source) { s.History = slices.Repeat(s.History, 2) }},
		"history of lies":    {fault.Invalid, func(s *bundle.Source) { s.Leaves = from(1) }},
		"other leaves":       {fault.Invalid, func(s *bundle.Source) { s.History, s.Leaves = nil, from(1) }},
		"a long leaf":        {fault.Invalid, longLeaf},
		"leaves missing":     {fault.Invalid, func(s *bundle.Source) { s.Leaves = count(s.Leaves, -1) }},
		"leaves too many":    {fault.Internal, func(s *bundle.Source) { s.Leaves = count(s.Leaves, 1) }},
		"a bad rule name":    {fault.Invalid, func(s *bundle.Source) { s.Rules["../a"] = []byte("x") }},
		"an empty rule":      {fault.Invalid, func(s *bundle.Source) { s.Rules["a"] = nil }},
		"a large rule":       {fault.Invalid, func(s *bundle.Source) { s.Rules["a"] = make([]byte, 1<<20+1) }},
		"too many rules":     {fault.Invalid, manyRules},
		"a broken store":     {fault.Internal, brokenStore},
	} {
		s := source(t, 600, 1, 300)
		c.spoil(&s)
		beside := t.TempDir()
		err := bundle.Write(t.Context(), filepath.Join(beside, "b"), s)
		if err == nil || fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
		if left, err := os.ReadDir(beside); err != nil || len(left) > 0 {
			t.Errorf("%s leaves %v, %v", name, left, err)
		}
	}
}

func edgeOf(size int64) *proof.Edge {
	edge := proof.NewEdge()
	for i := range size {
		edge.Append(proof.LeafHash(leaf(i)))
	}
	return edge
}

type leaves = func(context.Context, int64, func([]byte) error) error

// from gives the leaves from another one on.
func from(first int64) leaves {
	return func(_ context.Context, size int64, each func([]byte) error) error {
		for i := range size {
			if err := each(leaf(first + i)); err != nil {
				return err
			}
		}
		return nil
	}
}

// count gives more leaves than were asked for, or fewer.
func count(all leaves, more int64) leaves {
	return func(ctx context.Context, size int64, each func([]byte) error) error {
		return all(ctx, size+more, each)
	}
}

func history(texts ...[]byte) func(*bundle.Source) {
	return func(s *bundle.Source) { s.History = texts }
}

func brokenStore(s *bundle.Source) {
	s.Leaves = func(context.Context, int64, func([]byte) error) error { return errors.New("the disk is gone") }
}

func longLeaf(s *bundle.Source) {
	s.Leaves = func(_ context.Context, _ int64, each func([]byte) error) error {
		return each(make([]byte, proof.MaxLeaf+1))
	}
}

func manyRules(s *bundle.Source) {
	s.Rules = map[string][]byte{}
	for i := range 4097 {
		s.Rules[strings.Repeat("a", 1+i%100)+strings.Repeat("b", i/100)] = []byte("x")
	}
}

func TestWriteRefusesAFolderThatHoldsSomething(t *testing.T) {
	s := source(t, 3)
	dir := t.TempDir() // empty, so it may be taken
	if err := bundle.Write(t.Context(), dir, s); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, "MANIFEST"))
	if err != nil {
		t.Fatal(err)
	}
	if err := bundle.Write(t.Context(), dir, source(t, 4)); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("over a bundle: %v", err)
	}
	after, err := os.ReadFile(filepath.Join(dir, "MANIFEST"))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the bundle changed: %q, %v", after, err)
	}
	if err := bundle.Write(t.Context(), filepath.Join(dir, "MANIFEST"), s); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("over a file: %v", err)
	}
	err = bundle.Write(t.Context(), filepath.Join(dir, "no", "such", "folder"), s)
	if fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("beside nothing: %v", err)
	}
}

func TestWriteStopsWhenTold(t *testing.T) {
	s := source(t, 5000)
	ctx, cancel := context.WithCancel(t.Context())
	all := s.Leaves
	s.Leaves = func(ctx context.Context, size int64, each func([]byte) error) error {
		given := 0
		return all(ctx, size, func(leaf []byte) error {
			if given++; given == 1000 {
				cancel()
			}
			return each(leaf)
		})
	}
	beside := t.TempDir()
	if err := bundle.Write(ctx, filepath.Join(beside, "b"), s); fault.CodeOf(err) != fault.Unavailable {
		t.Error(err)
	}
	if left, err := os.ReadDir(beside); err != nil || len(left) > 0 {
		t.Errorf("leaves %v, %v", left, err)
	}
}

func TestTwoWritesGiveTheSameBytes(t *testing.T) {
	s := source(t, 700, 1, 300, 9)
	a, b := written(t, s), written(t, s)
	one, err := os.ReadFile(filepath.Join(a, "MANIFEST"))
	if err != nil {
		t.Fatal(err)
	}
	two, err := os.ReadFile(filepath.Join(b, "MANIFEST"))
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("%q and %q, %v", one, two, err)
	}
}

func TestWitnessesMaySignCheckpoints(t *testing.T) {
	s, w := source(t, 300, 9), keyed(t, "w.example/witness", "w")
	body, _, _ := bytes.Cut(s.Checkpoint, []byte("\n\n"))
	own, err := w.Note(append(body, '\n'))
	if err != nil {
		t.Fatal(err)
	}
	s.Checkpoint = append(bytes.Clone(s.Checkpoint), own[len(body)+2:]...)
	dir := filepath.Join(t.TempDir(), "b")
	if err := bundle.Write(t.Context(), dir, s); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("written with a stranger: %v", err)
	}
	s.Witnesses = []string{w.VKey()}
	if err := bundle.Write(t.Context(), dir, s); err != nil {
		t.Fatal(err)
	}
	if _, err := bundle.Open(dir, s.Signer.VKey()); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("opened with a stranger: %v", err)
	}
	b, err := bundle.Open(dir, s.Signer.VKey(), w.VKey())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenTellsWhyThereIsNoBundle(t *testing.T) {
	s := source(t, 3)
	dir := written(t, s)
	if _, err := bundle.Open(dir+"x", s.Signer.VKey()); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("no folder: %v", err)
	}
	if _, err := bundle.Open(dir, "fonds.example/journal"); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("no key: %v", err)
	}
	if _, err := bundle.FirstLeaf(dir + "x"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("first leaf of no folder: %v", err)
	}
}

func TestFirstLeafReadsNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		path string
		data string
		want string
	}{
		"full file":      {"entries/000", "\x00\x03abc\x00\x01d", "abc"},
		"partial file":   {"entries/000.p/2", "\x00\x03abc\x00\x01d", "abc"},
		"an empty leaf":  {"entries/000", "\x00\x00", ""},
		"an empty file":  {"entries/000", "", "-"},
		"half a length":  {"entries/000", "\x00", "-"},
		"half a leaf":    {"entries/000", "\x00\x03ab", "-"},
		"a folder":       {"entries/000/a", "\x00\x03abc", "-"},
		"a width of 0":   {"entries/000.p/0", "\x00\x03abc", "-"},
		"a width of 256": {"entries/000.p/256", "\x00\x03abc", "-"},
		"a folder in it": {"entries/000.p/2/a", "\x00\x03abc", "-"},
		"another file":   {"entries/001", "\x00\x03abc", "-"},
		"no entries":     {"checkpoint", "\x00\x03abc", "-"},
		"no folder":      {"entries", "\x00\x03abc", "-"},
		"no folder in":   {"entries/000.p", "\x00\x03abc", "-"},
	} {
		m := &mutant{t: t, dir: t.TempDir()}
		m.write(c.path, []byte(c.data))
		got, err := bundle.FirstLeaf(m.dir)
		refused := fault.CodeOf(err) == fault.Invalid
		if refused != (c.want == "-") || !refused && (err != nil || string(got) != c.want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	m := &mutant{t: t, dir: t.TempDir()}
	m.write("entries/000.p/1", []byte("\x00\x01a"))
	m.write("entries/000.p/2", []byte("\x00\x01a"))
	if _, err := bundle.FirstLeaf(m.dir); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("two partial files: %v", err)
	}
	m.remove("entries/000.p/2")
	if got, err := bundle.FirstLeaf(m.dir); string(got) != "a" {
		t.Errorf("one partial file: %q, %v", got, err)
	}
	for _, name := range []string{"entries/000.p/1", "entries/000.p", "entries"} {
		links(name)(m)
		if _, err := bundle.FirstLeaf(m.dir); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a link for %s: %v", name, err)
		}
	}
}
