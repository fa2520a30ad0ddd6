// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"ecot/app/audit"
	"ecot/fault"
	"ecot/office"
	"ecot/store"
	"ecot/vault"
)

// A backup is one file of lines, each a JSON object with one member that says what it is. It is
// complete and private: entries, claims, checkpoints, settings, the vault, the office and the keys. It knows
// nothing of the engine, so that a store moves from one to the other by backup and restore.
//
//	{"ecot-backup":{"version":1,"size":…,"root":"…"}}
//	{"key":{"name":"log.key","text":"…"}} …          first, for they open the rest
//	{"setting":…} {"entry":…} {"claim":…} {"checkpoint":…} {"party":…} {"opening":…} {"paper":…} …
//	{"end":{"lines":…,"sha256":"…"}}                 of all bytes before this line
type line struct {
	Backup     *backupHead       `json:"ecot-backup,omitempty"`
	Key        *backupKey        `json:"key,omitempty"`
	Setting    *[2]string        `json:"setting,omitempty"`
	Entry      []byte            `json:"entry,omitempty"`
	Claim      *store.Claim      `json:"claim,omitempty"`
	Checkpoint *store.Checkpoint `json:"checkpoint,omitempty"`
	Party      *vault.Party      `json:"party,omitempty"`
	Opening    *vault.Opening    `json:"opening,omitempty"`
	Paper      *office.Row       `json:"paper,omitempty"`
	End        *backupEnd        `json:"end,omitempty"`
}

type backupHead struct {
	Version int    `json:"version"`
	Size    int64  `json:"size"`
	Root    []byte `json:"root"`
	Clock   int64  `json:"clock"`
}

type backupKey struct{ Name, Text string }

type backupEnd struct {
	Lines  int64  `json:"lines"`
	SHA256 string `json:"sha256"`
}

// backupVersion is the version of the format that this program writes and reads.
const backupVersion = 1

// keyFiles are the secrets that a backup carries.
const (
	logKeyFile = "log.key"
	secretFile = "secret"
)

// backupWriter writes lines and hashes them.
type backupWriter struct {
	out   *bufio.Writer
	sum   hash.Hash
	lines int64
}

func (w *backupWriter) line(l line) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if len(text) >= maxBackupLine {
		return fault.New(fault.Internal, "A line of the backup would be too long to be read again.")
	}
	text = append(text, '\n')
	w.lines++
	w.sum.Write(text)
	_, err = w.out.Write(text)
	return err
}

// Backup writes everything to a file that must not be there yet, readable by its owner alone. It
// may run while the instance is used; what is entered meanwhile is not in it.
func (a *App) Backup(ctx context.Context, path string, progress Progress) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The backup %s cannot be made: it must not be there yet.", path)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close(), os.Remove(path))
		}
	}()
	w := &backupWriter{out: bufio.NewWriterSize(file, 1<<16), sum: sha256.New()}
	head, err := a.store.Head(ctx)
	if err != nil {
		return err
	}
	first := backupHead{Version: backupVersion, Size: head.Size, Root: head.Root[:], Clock: head.Clock}
	if err := w.line(line{Backup: &first}); err != nil {
		return err
	}
	if err := a.backupAll(ctx, w, head, progress); err != nil {
		return err
	}
	end := backupEnd{Lines: w.lines, SHA256: hex.EncodeToString(w.sum.Sum(nil))}
	if err := w.line(line{End: &end}); err != nil {
		return err
	}
	if err := errors.Join(w.out.Flush(), file.Sync()); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The backup %s cannot be written: is the disk full?", path)
	}
	return file.Close()
}

// backupAll writes everything between the first line and the last.
func (a *App) backupAll(ctx context.Context, w *backupWriter, head store.Head, progress Progress) error {
	if err := a.backupKeys(w); err != nil {
		return err
	}
	if err := a.backupJournal(ctx, w, head, progress); err != nil {
		return err
	}
	if err := a.backupVault(ctx, w, head); err != nil {
		return err
	}
	return a.office.Dump(ctx, func(row office.Row) error { return w.line(line{Paper: &row}) })
}

func (a *App) backupKeys(w *backupWriter) error {
	for _, name := range []string{logKeyFile, secretFile} {
		text, err := os.ReadFile(a.home.Path("keys", name))
		if err != nil {
			return fault.Wrap(err, fault.Unavailable, "The key %s cannot be read; the backup would be useless.", name)
		}
		if err := w.line(line{Key: &backupKey{Name: name, Text: string(text)}}); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) backupJournal(ctx context.Context, w *backupWriter, head store.Head, progress Progress) error {
	settings, err := a.store.Settings(ctx)
	if err != nil {
		return err
	}
	for key, value := range settings {
		if err := w.line(line{Setting: &[2]string{key, value}}); err != nil {
			return err
		}
	}
	err = a.store.Leaves(ctx, 0, head.Size, func(index int64, leaf []byte) error {
		if progress != nil && index%audit.Every == 0 {
			progress(index, head.Size)
		}
		return w.line(line{Entry: leaf})
	})
	if err != nil {
		return err
	}
	err = a.store.Claims(ctx, func(c store.Claim) error {
		if c.Index >= head.Size {
			return nil
		}
		return w.line(line{Claim: &c})
	})
	if err != nil {
		return err
	}
	kept, err := a.store.Checkpoints(ctx)
	for _, c := range kept {
		if err == nil && c.Slot != "latest" && c.Size <= head.Size {
			err = w.line(line{Checkpoint: &c})
		}
	}
	return err
}

func (a *App) backupVault(ctx context.Context, w *backupWriter, head store.Head) error {
	err := a.vault.Parties(ctx, func(p vault.Party) error { return w.line(line{Party: &p}) })
	if err != nil {
		return err
	}
	return a.vault.Openings(ctx, -1, "", func(o vault.Opening) error {
		if o.Index >= head.Size {
			return nil
		}
		return w.line(line{Opening: &o})
	})
}

// maxBackupLine bounds a line of a backup: a row of the office with a photograph in base64, with room.
const maxBackupLine = 32 << 20

// readBackup reads a backup and calls fn with every line but the last; it first reads the whole
// file once, so that a truncated or damaged one is refused before anything is done with it.
func readBackup(path string, fn func(n int64, l line) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fault.Wrap(err, fault.NotFound, "The backup %s cannot be read.", path)
	}
	defer file.Close()
	if err := scanBackup(file, func(int64, line) error { return nil }); err != nil {
		return fault.Wrap(err, fault.Invalid, "The backup %s is damaged or no backup (%s); nothing was changed.",
			filepath.Base(path), err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return scanBackup(file, fn)
}

func scanBackup(in io.Reader, fn func(n int64, l line) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 1<<16), maxBackupLine)
	sum, n, ended := sha256.New(), int64(0), false
	for lines.Scan() {
		if ended {
			return fmt.Errorf("line %d comes after the end", n+1)
		}
		var l line
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
