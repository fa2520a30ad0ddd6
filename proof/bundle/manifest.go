// SPDX-License-Identifier: AGPL-3.0-or-later

package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"ecot/fault"
	"ecot/proof"
)

// header is the first line of the note in MANIFEST. No origin and no other note begins so and goes
// on like a MANIFEST, which keeps one from passing for the other.
const header = "ecot/bundle/v1\n"

// File is what the MANIFEST says of a file.
type File struct {
	Path string // with slashes, relative to the bundle
	Size int64  // bytes
	Sum  [sha256.Size]byte
}

// appendLine writes the file as the MANIFEST lists it: size, SHA-256 in hexadecimal, path.
func (f File) appendLine(dst []byte) []byte {
	dst = append(strconv.AppendInt(dst, f.Size, 10), ' ')
	dst = append(hex.AppendEncode(dst, f.Sum[:]), ' ')
	return append(append(dst, f.Path...), '\n')
}

// parseLine reads the line of a file that appendLine wrote and gives what comes after it.
func parseLine(lines []byte) (f File, rest []byte, err error) {
	end := bytes.IndexByte(lines, '\n') + 1
	line, rest := lines[:end], lines[end:]
	bad := func() error {
		return fault.New(fault.Invalid, "MANIFEST: %.200q is not a size, a SHA-256 and a path.", line)
	}
	parts := strings.SplitN(strings.TrimSuffix(string(line), "\n"), " ", 3)
	if len(parts) != 3 || len(parts[1]) != hex.EncodedLen(len(f.Sum)) {
		return File{}, nil, bad()
	}
	f.Path = parts[2]
	if f.Size, err = strconv.ParseInt(parts[0], 10, 64); err != nil {
		return File{}, nil, bad()
	}
	if _, err = hex.Decode(f.Sum[:], []byte(parts[1])); err != nil {
		return File{}, nil, bad()
	}
	if !bytes.Equal(f.appendLine(nil), line) {
		return File{}, nil, bad()
	}
	return f, rest, nil
}

// manifest is a MANIFEST that was opened: the lines of the files as they are in the file, since a
// large journal has many, and where those of the entries files begin.
type manifest struct {
	lines   []byte
	entries []uint32 // offset in lines, by number of the entries file
}

// openManifest checks the signature, the order and each line by itself. Which entries files there
// must be is for the caller, who knows the size of the journal.
func openManifest(text []byte, vkey string) (*manifest, error) {
	body, err := proof.OpenNote(text, vkey)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "MANIFEST is not signed as it must be.")
	}
	origin, _, _ := strings.Cut(vkey, "+")
	lines, ok := bytes.CutPrefix(body, []byte(header+origin+"\n"))
	if !ok {
		return nil, fault.New(fault.Invalid, "MANIFEST does not begin as that of a bundle of %s.", origin)
	}
	m := &manifest{lines: lines}
	return m, m.check()
}

func (m *manifest) check() error {
	last, rest := "", m.lines
	for len(rest) > 0 {
		at := len(m.lines) - len(rest)
		f, after, err := parseLine(rest)
		if err != nil {
			return err
		}
		if f.Path <= last {
			return fault.New(fault.Invalid, "MANIFEST: %.200q is listed twice or out of order.", f.Path)
		}
		if err := checkPath(f.Path, f.Size); err != nil {
			return fault.Wrap(err, fault.Invalid, "MANIFEST lists what no bundle has.")
		}
		if strings.HasPrefix(f.Path, entriesDir) {
			m.entries = append(m.entries, uint32(at))
		}
		last, rest = f.Path, after
	}
	return nil
}

// checkEntries wants exactly the entries files of a journal of size leaves. They stand in the order
// of their numbers, as maxManifest keeps these under a million.
func (m *manifest) checkEntries(size int64) error {
	if want := fileCount(size); want != int64(len(m.entries)) {
		return fault.New(fault.Invalid, "MANIFEST lists %d files of entries, but %d leaves need %d.",
			len(m.entries), size, want)
	}
	for n := range m.entries {
		f, err := m.entriesFile(int64(n))
		if err != nil {
			return err
		}
		if want := entriesPath(int64(n), size); f.Path != want {
			return fault.New(fault.Invalid, "MANIFEST lists %s where %s must be.", f.Path, want)
		}
	}
	return nil
}

// entriesFile gives entries file n, which must be one of them.
func (m *manifest) entriesFile(n int64) (File, error) {
	f, _, err := parseLine(m.lines[m.entries[n]:])
	return f, err
}

// files calls fn with every file in order of path, stopping at fn's first error.
func (m *manifest) files(fn func(File) error) error {
	for rest := m.lines; len(rest) > 0; {
		f, after, err := parseLine(rest)
		if err != nil {
			return err
		}
		if err := fn(f); err != nil {
			return err
		}
		rest = after
	}
	return nil
}

// cursor walks the lines of a manifest one by one.
type cursor struct {
	file File // the file it stands at
	rest []byte
	ok   bool // false after the last
}

func (m *manifest) cursor() (*cursor, error) {
	c := &cursor{rest: m.lines}
	return c, c.next()
}

func (c *cursor) next() (err error) {
	c.ok = len(c.rest) > 0
	if c.ok {
		c.file, c.rest, err = parseLine(c.rest)
	}
	return err
}
