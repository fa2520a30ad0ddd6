// SPDX-License-Identifier: AGPL-3.0-or-later

package verify_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ecot/proof"
)

// forgery is a journal in the hands of an insider, who holds the right key and signs whatever comes
// of it: bytes of every file, made from leaves.
type forgery struct {
	t          testing.TB
	log        *proof.Signer
	leaves     [][]byte
	index      map[string]int64
	history    map[int64]proof.Checkpoint // instead of the true ones
	checkpoint *proof.Checkpoint          // instead of the true one
	spoil      func(files map[string][]byte)
}

// earlier gives the sizes at which the honest journal has earlier checkpoints.
func earlier() []int64 { return []int64{1, 300} }

func (f *fund) forge() *forgery {
	return &forgery{t: f.t, log: keyed(f.t, "log"), leaves: slices.Clone(f.leaves), index: f.index,
		history: map[int64]proof.Checkpoint{}}
}

// leaf gives the text of the leaf with a name.
func (f *forgery) leaf(name string) string {
	f.t.Helper()
	index, known := f.index[name]
	if !known {
		f.t.Fatalf("no entry is named %q", name)
	}
	return string(f.leaves[index])
}

func (f *forgery) put(name, text string) { f.leaves[f.index[name]] = []byte(text) }

// edit replaces old by new, which stand by turns in pairs, once each.
func (f *forgery) edit(name string, pairs ...string) {
	f.t.Helper()
	text := f.leaf(name)
	for i := 0; i < len(pairs); i += 2 {
		if strings.Count(text, pairs[i]) != 1 {
			f.t.Fatalf("%q is not once in\n%s", pairs[i], text)
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	f.put(name, text)
}

// add appends a leaf; "{name}" stands for the index of the entry with that name.
func (f *forgery) add(lines ...string) {
	text := strings.Join(lines, "\n") + "\n"
	for name, index := range f.index {
		text = strings.ReplaceAll(text, "{"+name+"}", fmt.Sprint(index))
	}
	f.leaves = append(f.leaves, []byte(text))
}

func (f *forgery) state(size int64) proof.Checkpoint {
	edge := proof.NewEdge()
	for _, leaf := range f.leaves[:size] {
		edge.Append(proof.LeafHash(leaf))
	}
	return proof.Checkpoint{Origin: origin, Size: size, Root: edge.Root()}
}

func (f *forgery) sign(c proof.Checkpoint) []byte {
	f.t.Helper()
	text, err := f.log.Checkpoint(c)
	if err != nil {
		f.t.Fatal(err)
	}
	return text
}

// files gives the files of the bundle, signed.
func (f *forgery) files() map[string][]byte {
	f.t.Helper()
	size := int64(len(f.leaves))
	files := map[string][]byte{"rules/giving-v1.md": []byte("A pot holds money for one purpose.\n")}
	for n := int64(0); n < size; n += proof.TileWidth {
		end := min(n+proof.TileWidth, size)
		var data []byte
		for _, leaf := range f.leaves[n:end] {
			var err error
			if data, err = proof.AppendEntry(data, leaf); err != nil {
				f.t.Fatal(err)
			}
		}
		path := proof.EntriesPath(n/proof.TileWidth, int(end-n))
		files[strings.TrimPrefix(path, "tile/")] = data
	}
	for _, old := range earlier() {
		if old > size {
			continue
		}
		state, altered := f.history[old]
		if !altered {
			state = f.state(old)
		}
		files[fmt.Sprintf("checkpoints/%d", old)] = f.sign(state)
	}
	last := f.state(size)
	if f.checkpoint != nil {
		last = *f.checkpoint
	}
	files["checkpoint"] = f.sign(last)
	f.list(files)
	if f.spoil != nil {
		f.spoil(files)
	}
	return files
}

// list signs the MANIFEST of the files.
func (f *forgery) list(files map[string][]byte) {
	f.t.Helper()
	delete(files, "MANIFEST")
	body := []byte("ecot/bundle/v1\n" + origin + "\n")
	for _, path := range slices.Sorted(maps.Keys(files)) {
		body = fmt.Appendf(body, "%d %x %s\n", len(files[path]), sha256.Sum256(files[path]), path)
	}
	text, err := f.log.Note(body)
	if err != nil {
		f.t.Fatal(err)
	}
	files["MANIFEST"] = text
}

// write puts files into a fresh folder.
func write(t testing.TB, files map[string][]byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for path, data := range files {
		full := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// drop takes a leaf out, insert puts one in.
func (f *forgery) drop(index int64) { f.leaves = slices.Delete(f.leaves, int(index), int(index)+1) }

func (f *forgery) insert(index int64, leaf []byte) {
	f.leaves = slices.Insert(f.leaves, int(index), bytes.Clone(leaf))
}
