// SPDX-License-Identifier: AGPL-3.0-or-later

package bundle

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"ecot/fault"
	"ecot/proof"
)

// Source is what Write makes a bundle of.
type Source struct {
	Signer     *proof.Signer     // the key of the journal, which signs the MANIFEST
	Checkpoint []byte            // signed note that the leaves lead to
	Witnesses  []string          // verifier keys that may have signed the checkpoints besides
	History    [][]byte          // earlier signed notes, in any order, at most one a size
	Rules      map[string][]byte // texts and vectors by file name: [a-z0-9][a-z0-9._@-]*, at most 1 MiB each

	// Leaves calls each with the first size leaves in order, and stops at its first error, which it
	// returns. A leaf need not last longer than the call.
	Leaves func(ctx context.Context, size int64, each func(leaf []byte) error) error
}

// Write makes a bundle in the folder dir, which must be absent or empty, else it is a conflict
// fault. It writes and syncs everything beside it and renames at last, so that dir is either a whole
// bundle or not there. A checkpoint that Signer did not sign, or that the leaves do not lead to, is
// an invalid fault.
func Write(ctx context.Context, dir string, src Source) (err error) {
	w, err := newWriter(src)
	if err != nil {
		return err
	}
	if dir, err = vacant(dir); err != nil {
		return err
	}
	beside := filepath.Dir(dir)
	w.dir, err = os.MkdirTemp(beside, "."+filepath.Base(dir)+".partial-")
	if err != nil {
		return cannotWrite(err, beside)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(w.dir))
		}
	}()
	if err := w.writeAll(ctx); err != nil {
		return err
	}
	return w.publish(dir)
}

// vacant gives dir as an absolute path when nothing is there, or an empty folder.
func vacant(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", cannotWrite(err, dir)
	}
	info, err := os.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return dir, nil
	}
	if err == nil && !info.IsDir() {
		return "", fault.New(fault.Conflict, "%s is there and is not a folder.", dir)
	}
	found, err := os.ReadDir(dir)
	if err != nil {
		return "", cannotWrite(err, dir)
	}
	if len(found) > 0 {
		return "", fault.New(fault.Conflict, "The folder %s is not empty.", dir)
	}
	return dir, nil
}

// writer holds a bundle while it is written.
type writer struct {
	src     Source
	dir     string // where it grows, beside where it will be
	head    proof.Checkpoint
	history []proof.Checkpoint // the earlier ones, as src.History
	lines   []byte             // of the MANIFEST so far
}

// newWriter checks all of a source but its leaves.
func newWriter(src Source) (*writer, error) {
	w := &writer{src: src}
	vkey := src.Signer.VKey()
	var err error
	if w.head, err = proof.OpenCheckpoint(src.Checkpoint, vkey, src.Witnesses...); err != nil {
		return nil, err
	}
	if w.head.Size == 0 {
		return nil, fault.New(fault.Invalid, "An empty journal has no bundle.")
	}
	for _, text := range src.History {
		c, err := proof.OpenCheckpoint(text, vkey, src.Witnesses...)
		if err != nil {
			return nil, err
		}
		if c.Size == 0 || c.Size > w.head.Size {
			return nil, fault.New(fault.Invalid, "A checkpoint of %d leaves is not earlier than one of %d.",
				c.Size, w.head.Size)
		}
		w.history = append(w.history, c)
	}
	if len(src.History) > maxNames || len(src.Rules) > maxNames {
		return nil, fault.New(fault.Invalid, "A bundle holds at most %d files of a kind.", maxNames)
	}
	for name, text := range src.Rules {
		if err := checkPath(rulesDir+name, int64(len(text))); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// writeAll writes every file, in the order in which the MANIFEST lists them.
func (w *writer) writeAll(ctx context.Context) error {
	if err := w.add(checkpointName, w.src.Checkpoint); err != nil {
		return err
	}
	if err := w.writeHistory(); err != nil {
		return err
	}
	if err := w.writeEntries(ctx); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(w.src.Rules)) {
		if err := w.add(rulesDir+name, w.src.Rules[name]); err != nil {
			return err
		}
	}
	return w.writeManifest()
}

func (w *writer) writeHistory() error {
	texts := map[string][]byte{}
	for i, c := range w.history {
		texts[historyPath(c.Size)] = w.src.History[i]
	}
	if len(texts) < len(w.history) {
		return fault.New(fault.Invalid, "Two earlier checkpoints have the same size.")
	}
	for _, path := range slices.Sorted(maps.Keys(texts)) {
		if err := w.add(path, texts[path]); err != nil {
			return err
		}
	}
	return nil
}

// add writes a file and lists it.
func (w *writer) add(path string, data []byte) error {
	f, err := w.writeFile(path, data)
	w.lines = f.appendLine(w.lines)
	return err
}

func (w *writer) writeManifest() error {
	body := append([]byte(header+w.head.Origin+"\n"), w.lines...)
	text, err := w.src.Signer.Note(body)
	if err != nil {
		return err
	}
	if len(text) > maxManifest {
		return fault.New(fault.Invalid, "A journal of %d leaves is too large for one bundle.", w.head.Size)
	}
	_, err = w.writeFile(manifestName, text)
	return err
}

// publish syncs the folders and gives the bundle its name.
func (w *writer) publish(dir string) error {
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return syncFolder(path)
	})
	if err != nil {
		return cannotWrite(err, w.dir)
	}
	if err := os.Chmod(w.dir, 0o755); err != nil {
		return cannotWrite(err, w.dir)
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return cannotWrite(err, dir)
	}
	if err := os.Rename(w.dir, dir); err != nil {
		return cannotWrite(err, dir)
	}
	if err := syncFolder(filepath.Dir(dir)); err != nil {
		return cannotWrite(err, dir)
	}
	return nil
}

func cannotWrite(err error, path string) error {
	return fault.Wrap(err, fault.Unavailable, "%s cannot be written.", path)
}

func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
