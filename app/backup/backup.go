// SPDX-License-Identifier: AGPL-3.0-or-later

// Package backup is the form of a backup: one file of lines, each a JSON object with one member that
// says what it is.
//
//	{"ecot-backup":{"version":1,"size":…,"root":"…"}}
//	{"key":{"name":"log.key","text":"…"}} …          first, for they open the rest
//	{"setting":…} {"entry":…} {"claim":…} {"checkpoint":…} {"party":…} {"opening":…} {"paper":…} …
//	{"end":{"lines":…,"sha256":"…"}}                 of all bytes before this line
//
// A backup is complete and private: entries, claims, checkpoints, settings, the vault, the office and the
// keys. It knows nothing of the engine, so that a store moves from one to the other by backup and restore.
// Its one invariant: what is read was written whole; a file that lacks a byte gives not one line.
package backup

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"ecot/fault"
	"ecot/office"
	"ecot/store"
	"ecot/vault"
)

// Line is one line of a backup; one of its members is set.
type Line struct {
	Backup     *Head             `json:"ecot-backup,omitempty"`
	Key        *Key              `json:"key,omitempty"`
	Setting    *[2]string        `json:"setting,omitempty"`
	Entry      []byte            `json:"entry,omitempty"`
	Claim      *store.Claim      `json:"claim,omitempty"`
	Checkpoint *store.Checkpoint `json:"checkpoint,omitempty"`
	Party      *vault.Party      `json:"party,omitempty"`
	Opening    *vault.Opening    `json:"opening,omitempty"`
	Paper      *office.Row       `json:"paper,omitempty"`
	End        *end              `json:"end,omitempty"`
}

// Head says what a backup is.
type Head struct {
	Version int    `json:"version"`
	Size    int64  `json:"size"`
	Root    []byte `json:"root"`
	Clock   int64  `json:"clock"`
}

// Key is a secret that a backup carries.
type Key struct{ Name, Text string }

// end closes a backup.
type end struct {
	Lines  int64  `json:"lines"`
	SHA256 string `json:"sha256"`
}

// Version is the version of the form that this program writes and reads.
const Version = 1

// Writer writes lines and hashes them.
type Writer struct {
	out   *bufio.Writer
	sum   hash.Hash
	lines int64
}

// Line writes one line.
func (w *Writer) Line(l Line) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if len(text) >= maxLine {
		return fault.New(fault.Internal, "A line of the backup would be too long to be read again.")
	}
	text = append(text, '\n')
	w.lines++
	w.sum.Write(text)
	_, err = w.out.Write(text)
	return err
}

// NewWriter writes the lines of a backup to out.
func NewWriter(out io.Writer) *Writer {
	return &Writer{out: bufio.NewWriterSize(out, 1<<16), sum: sha256.New()}
}

// Close writes the last line, and what is still held back.
func (w *Writer) Close() error {
	last := end{Lines: w.lines, SHA256: hex.EncodeToString(w.sum.Sum(nil))}
	return errors.Join(w.Line(Line{End: &last}), w.out.Flush())
}

// maxLine bounds a line of a backup: a row of the office with a photograph in base64, with room.
const maxLine = 32 << 20

// Read reads a backup and calls fn with every line but the last; it first reads the whole
// file once, so that a truncated or damaged one is refused before anything is done with it.
func Read(path string, fn func(n int64, l Line) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fault.Wrap(err, fault.NotFound, "The backup %s cannot be read.", path)
	}
	defer file.Close()
	if err := scan(file, func(int64, Line) error { return nil }); err != nil {
		return fault.Wrap(err, fault.Invalid, "The backup %s is damaged or no backup (%s); nothing was changed.",
			filepath.Base(path), err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return scan(file, fn)
}

func scan(in io.Reader, fn func(n int64, l Line) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 1<<16), maxLine)
	sum, n, ended := sha256.New(), int64(0), false
	for lines.Scan() {
		if ended {
			return fmt.Errorf("line %d comes after the end", n+1)
		}
		var l Line
		decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&l); err != nil {
			return fmt.Errorf("line %d: %w", n+1, err)
		}
		if (n == 0) != (l.Backup != nil) {
			return fmt.Errorf("line %d: a backup begins with what it is", n+1)
		}
		if l.End != nil {
			if l.End.Lines != n || l.End.SHA256 != hex.EncodeToString(sum.Sum(nil)) {
				return fmt.Errorf("line %d: the lines before are not those that were written", n+1)
			}
			ended = true
			continue
		}
		n++
		sum.Write(lines.Bytes())
		sum.Write([]byte{'\n'})
		if err := fn(n, l); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("line %d: %w", n+1, err)
	}
	if !ended {
		return errors.New("it has no end")
	}
	return nil
}
