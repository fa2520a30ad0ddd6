// SPDX-License-Identifier: AGPL-3.0-or-later

package bundle

import (
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"ecot/fault"
	"ecot/proof"
)

// Bundle is a bundle that was opened: its MANIFEST and every file but those of entries are checked.
// It reads the entries files when asked, and checks them then. It is safe for concurrent use until
// it is closed.
type Bundle struct {
	root       *os.Root
	manifest   *manifest
	vkey       string
	text       []byte // the file checkpoint
	checkpoint proof.Checkpoint
	history    []proof.Checkpoint
	rules      []string
}

// Open opens the bundle in a folder with the verifier key of its journal. The checkpoint may carry
// signatures of the witnesses besides. Anything extra, missing, listed twice, out of order, of
// another size, linked, oddly named or spelt otherwise than Write does is an invalid fault that
// names the file; so is a folder that is not there. The caller closes the bundle.
func Open(dir, vkey string, witnesses ...string) (*Bundle, error) {
	root, err := openRoot(dir)
	if err != nil {
		return nil, err
	}
	b := &Bundle{root: root, vkey: vkey}
	if err := b.read(witnesses); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return b, nil
}

func openRoot(dir string) (*os.Root, error) {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(err, fault.NotFound, "There is no folder %s.", dir)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The folder %s cannot be opened.", dir)
	}
	return root, nil
}

// read opens the MANIFEST, holds the folder against it, and reads the small files.
func (b *Bundle) read(witnesses []string) error {
	text, err := readFile(b.root, manifestName, maxManifest, nil)
	if err != nil {
		return err
	}
	if b.manifest, err = openManifest(text, b.vkey); err != nil {
		return err
	}
	if err := compareTree(b.root, b.manifest); err != nil {
		return err
	}
	if err := b.readSmall(witnesses); err != nil {
		return err
	}
	if b.checkpoint.Size == 0 {
		return fault.New(fault.Invalid, "%s is missing or of an empty journal.", checkpointName)
	}
	slices.SortFunc(b.history, func(a, c proof.Checkpoint) int { return cmp.Compare(a.Size, c.Size) })
	if n := len(b.history); n > 0 && b.history[n-1].Size > b.checkpoint.Size {
		return fault.New(fault.Invalid, "%s is later than the bundle's own checkpoint.",
			historyPath(b.history[n-1].Size))
	}
	return b.manifest.checkEntries(b.checkpoint.Size)
}

// readSmall reads all files but those of entries.
func (b *Bundle) readSmall(witnesses []string) error {
	return b.manifest.files(func(f File) error {
		if strings.HasPrefix(f.Path, entriesDir) {
			return nil
		}
		data, err := readListed(b.root, f, nil)
		if err != nil {
			return err
		}
		if name, ok := strings.CutPrefix(f.Path, rulesDir); ok {
			b.rules = append(b.rules, name)
			return nil
		}
		c, err := proof.OpenCheckpoint(data, b.vkey, witnesses...)
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "%s is not a checkpoint of this journal.", f.Path)
		}
		if f.Path == checkpointName {
			b.text, b.checkpoint = data, c
			return nil
		}
		if f.Path != historyPath(c.Size) {
			return fault.New(fault.Invalid, "%s is a checkpoint of %d leaves.", f.Path, c.Size)
		}
		b.history = append(b.history, c)
		return nil
	})
}

// Close lets go of the folder.
func (b *Bundle) Close() error { return b.root.Close() }

// VKey gives the verifier key that the bundle was opened with.
func (b *Bundle) VKey() string { return b.vkey }

// Checkpoint gives the checkpoint that the leaves must lead to.
func (b *Bundle) Checkpoint() proof.Checkpoint { return b.checkpoint }

// CheckpointText gives the signed note of Checkpoint.
func (b *Bundle) CheckpointText() []byte { return slices.Clone(b.text) }

// History gives the earlier checkpoints, the smallest first. Together with Checkpoint they are what
// proof.NewReplay takes.
func (b *Bundle) History() []proof.Checkpoint { return slices.Clone(b.history) }

// Rules gives the names of the files of rules, sorted.
func (b *Bundle) Rules() []string { return slices.Clone(b.rules) }

// Rule gives a file of rules.
func (b *Bundle) Rule(name string) ([]byte, error) {
	var found File
	err := b.manifest.files(func(f File) error {
		if f.Path == rulesDir+name {
			found = f
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if found.Path == "" {
		return nil, fault.New(fault.NotFound, "The bundle has no rules named %.200q.", name)
	}
	return readListed(b.root, found, nil)
}

// Files calls fn with every file that the MANIFEST lists, in order of path, stopping at fn's first
// error.
func (b *Bundle) Files(fn func(File) error) error { return b.manifest.files(fn) }

// Leaf reads one leaf, and the whole entries file around it, which is checked.
func (b *Bundle) Leaf(index int64) ([]byte, error) {
	e, err := b.Around(index)
	if err != nil {
		return nil, err
	}
	return e.Leaf(index), e.Each(func(int64, []byte) error { return nil })
}

// Around reads and checks the entries file that holds the leaf at index.
func (b *Bundle) Around(index int64) (Entries, error) {
	if index < 0 || index >= b.checkpoint.Size {
		return Entries{}, fault.New(fault.NotFound, "The bundle has %d leaves and no leaf %d.",
			b.checkpoint.Size, index)
	}
	return b.readEntries(index/proof.TileWidth, nil)
}

// OpenAround opens the entries file that holds the leaf at index, for the caller to read from and close.
// What is read from it is not checked: it is for leaves that were checked before and whose hashes are
// known.
func (b *Bundle) OpenAround(index int64) (*os.File, error) {
	if index < 0 || index >= b.checkpoint.Size {
		return nil, fault.New(fault.NotFound, "The bundle has %d leaves and no leaf %d.", b.checkpoint.Size, index)
	}
	f, err := b.manifest.entriesFile(index / proof.TileWidth)
	if err != nil {
		return nil, err
	}
	if err := checkPlain(b.root, f.Path); err != nil {
		return nil, err
	}
	file, err := b.root.Open(f.Path)
	if err != nil {
		return nil, cannotRead(err, f.Path)
	}
	return file, nil
}

// FirstLeaf reads leaf 0 of the bundle in a folder without checking anything, so that the caller
// can learn from it under which key to open the bundle. It reads at most 65 537 bytes.
func FirstLeaf(dir string) ([]byte, error) {
	root, err := openRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	if err := checkFolder(root, entriesDir); err != nil {
		return nil, err
	}
	path := entriesPath(0, proof.TileWidth)
	if _, err := root.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		if path, err = firstPartial(root, path+".p/"); err != nil {
			return nil, err
		}
	}
	if err := checkPlain(root, path); err != nil {
		return nil, err
	}
	f, err := root.Open(path)
	if err != nil {
		return nil, cannotRead(err, path)
	}
	defer f.Close()
	head := make([]byte, 2+proof.MaxLeaf)
	n, err := io.ReadFull(f, head[:2])
	if err == nil {
		n, err = io.ReadFull(f, head[2:2+int(binary.BigEndian.Uint16(head))])
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fault.New(fault.Invalid, "%s ends inside its first leaf.", path)
	}
	if err != nil {
		return nil, cannotRead(err, path)
	}
	return head[2 : 2+n], nil
}

// firstPartial gives the one file in the folder of the partial entries file 0.
func firstPartial(root *os.Root, prefix string) (string, error) {
	if err := checkFolder(root, prefix); err != nil {
		return "", err
	}
	names, err := listFolder(root, prefix)
	if err != nil {
		return "", err
	}
	if len(names) != 1 || checkPath(prefix+names[0], 1) != nil {
		return "", fault.New(fault.Invalid, "%s does not hold one entries file.", prefix)
	}
	return prefix + names[0], nil
}
