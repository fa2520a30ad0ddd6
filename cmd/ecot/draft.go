// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"errors"
	"os"
	"path/filepath"

	"ecot/fault"
)

// draft is a file being written beside its final place, so that nothing half-written stands there.
type draft struct {
	file *os.File
	path string
	kept bool
}

// newDraft begins a file that will stand at path.
func newDraft(path string) (*draft, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The file %s cannot be written.", path)
	}
	return &draft{file: f, path: path}, nil
}

// Write appends to the draft.
func (d *draft) Write(p []byte) (int, error) { return d.file.Write(p) }

// keep puts the draft in its final place, whole and on the disk.
func (d *draft) keep() error {
	err := errors.Join(d.file.Chmod(0o644), d.file.Sync(), d.file.Close())
	if err == nil {
		err = os.Rename(d.file.Name(), d.path)
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The file %s cannot be written.", d.path)
	}
	d.kept = true
	return nil
}

// discard removes a draft that was not kept; what can fail then changes nothing for the caller.
func (d *draft) discard() {
	if !d.kept {
		_ = d.file.Close()
		_ = os.Remove(d.file.Name())
	}
}
