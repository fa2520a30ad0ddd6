// SPDX-License-Identifier: AGPL-3.0-or-later

package bundle

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"

	"ecot/fault"
	"ecot/proof"
)

func FuzzManifest(f *testing.F) {
	seed := sha256.Sum256([]byte("log"))
	skey, vkey, err := proof.NewKey("fonds.example/journal", bytes.NewReader(seed[:]))
	if err != nil {
		f.Fatal(err)
	}
	log, err := proof.NewSigner(skey)
	if err != nil {
		f.Fatal(err)
	}
	var lines []byte
	for _, path := range []string{
		"checkpoint", "checkpoints/7", "entries/000", "entries/001.p/3", "rules/a@1.md",
	} {
		lines = File{Path: path, Size: 7, Sum: sha256.Sum256([]byte(path))}.appendLine(lines)
		f.Add(bytes.Clone(lines))
	}
	f.Add([]byte("\n\n— a b\n"))
	f.Fuzz(func(t *testing.T, lines []byte) {
		text, err := log.Note(append([]byte(header+"fonds.example/journal\n"), lines...))
		if err != nil {
			return
		}
		m, err := openManifest(text, vkey)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Errorf("%q: %v", lines, err)
			}
			return
		}
		checkReads(t, m, lines)
	})
}

// checkReads wants an opened manifest to be its files written again, each path plain and in order.
func checkReads(t *testing.T, m *manifest, lines []byte) {
	t.Helper()
	var again []byte
	last, entries := "", 0
	err := m.files(func(f File) error {
		again = f.appendLine(again)
		if f.Path <= last || strings.Contains(f.Path, "..") || strings.ContainsAny(f.Path, "\\ \n:") {
			t.Errorf("%q follows %q", f.Path, last)
		}
		if strings.HasPrefix(f.Path, entriesDir) {
			if e, err := m.entriesFile(int64(entries)); err != nil || e != f {
				t.Errorf("entries file %d is %v, %v, want %v", entries, e, err, f)
			}
			entries++
		}
		last = f.Path
		return nil
	})
	if err != nil || !bytes.Equal(again, lines) || entries != len(m.entries) {
		t.Errorf("%q comes back as %q, %v", lines, again, err)
	}
}

func TestEntriesOrderIsPathOrder(t *testing.T) {
	const size = 2_100 * proof.TileWidth
	for _, last := range []int64{size, size - 1} {
		for n := int64(1); n < fileCount(last); n++ {
			if a, b := entriesPath(n-1, last), entriesPath(n, last); a >= b {
				t.Fatalf("%s does not come before %s", a, b)
			}
		}
	}
	if a, b := entriesPath(999_999, 1<<40), entriesPath(1000, 1<<40); a <= b {
		t.Fatalf("%s does not come after %s", a, b)
	}
	line := File{Size: 1, Path: entriesPath(1000, 1<<40)}.appendLine(nil)
	if files := maxManifest / len(line); files > 1_000_000 {
		t.Errorf("a MANIFEST may list %d files, and their order is that of numbers below a million only", files)
	}
}
