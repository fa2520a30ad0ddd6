// SPDX-License-Identifier: AGPL-3.0-or-later

package bundle_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ecot/fault"
	"ecot/proof"
)

// mutant is a bundle of 520 leaves, with checkpoints kept at 1 and 300, that a hand may spoil.
type mutant struct {
	t   *testing.T
	dir string
	log *proof.Signer
}

func newMutant(t *testing.T) *mutant {
	src := source(t, 520, 1, 300)
	return &mutant{t: t, dir: written(t, src), log: src.Signer}
}

func (m *mutant) ok(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *mutant) path(name string) string { return filepath.Join(m.dir, filepath.FromSlash(name)) }

func (m *mutant) read(name string) []byte {
	m.t.Helper()
	data, err := os.ReadFile(m.path(name))
	m.ok(err)
	return data
}

func (m *mutant) write(name string, data []byte) {
	m.t.Helper()
	m.ok(os.MkdirAll(filepath.Dir(m.path(name)), 0o755))
	m.ok(os.WriteFile(m.path(name), data, 0o644))
}

func (m *mutant) remove(name string) {
	m.t.Helper()
	m.ok(os.RemoveAll(m.path(name)))
}

// body gives the body of the MANIFEST.
func (m *mutant) body() string {
	m.t.Helper()
	body, _, _ := strings.Cut(string(m.read("MANIFEST")), "\n\n")
	return body + "\n"
}

// sign writes a MANIFEST with another body under the right key: an insider's forgery.
func (m *mutant) sign(body string) {
	m.t.Helper()
	text, err := m.log.Note([]byte(body))
	m.ok(err)
	m.write("MANIFEST", text)
}

// edit signs the MANIFEST anew with old replaced by new in it.
func (m *mutant) edit(old, new string) {
	m.t.Helper()
	body := m.body()
	if old == new || strings.Count(body, old) != 1 {
		m.t.Fatalf("%q is not once in the MANIFEST", old)
	}
	m.sign(strings.Replace(body, old, new, 1))
}

// listed gives the line of a file with this content.
func listed(name string, data []byte) string {
	return fmt.Sprintf("%d %x %s\n", len(data), sha256.Sum256(data), name)
}

func (m *mutant) line(name string) string {
	m.t.Helper()
	return listed(name, m.read(name))
}

// replace writes a file and lists it anew in the MANIFEST.
func (m *mutant) replace(name string, data []byte) {
	m.t.Helper()
	m.edit(m.line(name), listed(name, data))
	m.write(name, data)
}

// insert writes a new file and lists it behind another.
func (m *mutant) insert(behind, name string, data []byte) {
	m.t.Helper()
	line := m.line(behind)
	m.edit(line, line+listed(name, data))
	m.write(name, data)
}

// checkpoint gives a signed checkpoint of a size with the root of another.
func (m *mutant) checkpoint(size, rooted int64) []byte {
	m.t.Helper()
	edge := proof.NewEdge()
	for i := range rooted {
		edge.Append(proof.LeafHash(leaf(i)))
	}
	text, err := m.log.Checkpoint(proof.Checkpoint{Origin: m.log.Origin(), Size: size, Root: edge.Root()})
	m.ok(err)
	return text
}

// The ways of spoiling a bundle that several mutants share.

func puts(name, data string) func(*mutant) {
	return func(m *mutant) { m.write(name, []byte(data)) }
}

func takes(name string) func(*mutant) {
	return func(m *mutant) { m.remove(name) }
}

// takesOff removes a file and its line.
func takesOff(name string) func(*mutant) {
	return func(m *mutant) {
		m.edit(m.line(name), "")
		m.remove(name)
	}
}

// renames moves a file and lists it under its new name at the same place.
func renames(from, to string) func(*mutant) {
	return func(m *mutant) {
		data := m.read(from)
		m.edit(m.line(from), listed(to, data))
		m.remove(from)
		if folder := path.Dir(from); strings.HasSuffix(folder, ".p") {
			m.remove(folder) // it held nothing else
		}
		m.write(to, data)
	}
}

// flips turns a bit of a byte over, and lists the file anew when signed says so.
func flips(name string, at int, signed bool) func(*mutant) {
	return func(m *mutant) {
		data := m.read(name)
		data[at] ^= 1
		if signed {
			m.replace(name, data)
		} else {
			m.write(name, data)
		}
	}
}

// lines lists otherwise what rules/a is.
func lines(change func(line string) string) func(*mutant) {
	return func(m *mutant) {
		line := m.line("rules/a")
		m.edit(line, change(line))
	}
}

func edits(old, new string) func(*mutant) {
	return func(m *mutant) { m.edit(old, new) }
}

// adds lists a further file at the end, where it is in order, or at the beginning.
func adds(name string) func(*mutant) {
	return func(m *mutant) {
		head := "ecot/bundle/v1\n" + origin + "\n"
		line := listed(name, []byte("x"))
		if name > "rules/equal@1.md" {
			m.sign(m.body() + line)
		} else {
			m.edit(head, head+line)
		}
	}
}

// manifest writes another text for the MANIFEST, signed or not.
func manifest(change func(text string) string) func(*mutant) {
	return func(m *mutant) { m.write("MANIFEST", []byte(change(string(m.read("MANIFEST"))))) }
}

// entries writes and lists another content of an entries file.
func entries(name string, change func(data []byte) []byte) func(*mutant) {
	return func(m *mutant) { m.replace(name, change(m.read(name))) }
}

// checkpoints writes and lists another checkpoint, of a size with the root of another size.
func checkpoints(name string, size, rooted int64) func(*mutant) {
	return func(m *mutant) { m.replace(name, m.checkpoint(size, rooted)) }
}

// signedBy lets another key sign the MANIFEST as it is.
func signedBy(name, salt string) func(*mutant) {
	return func(m *mutant) {
		m.log = keyed(m.t, name, salt)
		m.sign(m.body())
	}
}

// links moves a file or folder out of the bundle and puts a link to it in its place.
func links(name string) func(*mutant) {
	return func(m *mutant) {
		away := filepath.Join(m.t.TempDir(), "away")
		m.ok(os.Rename(m.path(name), away))
		m.ok(os.Symlink(away, m.path(name)))
	}
}

// spoilt is one mutant: what was done to it, and what the refusal must say.
type spoilt struct {
	name, says string
	spoil      func(*mutant)
}

func TestMutantsAreRefusedForTheirFault(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range slices.Concat(
		folderMutants, manifestMutants, pathMutants, entriesMutants, checkpointMutants,
	) {
		if seen[c.name] {
			t.Fatalf("two mutants are called %s", c.name)
		}
		seen[c.name] = true
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := newMutant(t)
			vkey := m.log.VKey()
			m.ok(check(m.dir, vkey))
			c.spoil(m)
			err := check(m.dir, vkey)
			if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v; want %q", err, c.says)
			}
		})
	}
}
