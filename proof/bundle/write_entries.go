// SPDX-License-Identifier: AGPL-3.0-or-later

package bundle

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"ecot/fault"
	"ecot/proof"
)

// entriesWriters is how many entries files are written at once. Each waits for its own sync, and
// the file system serves several of these together.
const entriesWriters = 8

// writeFile writes and syncs a new file under the folder of the bundle.
func (w *writer) writeFile(path string, data []byte) (File, error) {
	full := filepath.Join(w.dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return File{}, cannotWrite(err, full)
	}
	f, err := os.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return File{}, cannotWrite(err, full)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return File{}, cannotWrite(err, full)
	}
	return File{Path: path, Size: int64(len(data)), Sum: sha256.Sum256(data)}, nil
}

// entriesJob is an entries file that is to be written.
type entriesJob struct {
	n    int64
	data []byte
}

// writeEntries writes the entries files and lists them. The leaves must lead to every checkpoint.
func (w *writer) writeEntries(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	files := make([]File, fileCount(w.head.Size))
	jobs := make(chan entriesJob)
	free := make(chan []byte, entriesWriters+1)
	var running sync.WaitGroup
	for range entriesWriters {
		free <- nil
		running.Go(func() {
			for job := range jobs {
				var err error
				files[job.n], err = w.writeFile(entriesPath(job.n, w.head.Size), job.data)
				if err != nil {
					cancel(err)
				}
				free <- job.data[:0]
			}
		})
	}
	err := w.cutEntries(ctx, jobs, free)
	close(jobs)
	running.Wait()
	if cause := context.Cause(ctx); cause != nil {
		err = fault.Wrap(cause, fault.Unavailable, "Writing the entries was interrupted.")
	}
	for _, f := range files {
		w.lines = f.appendLine(w.lines)
	}
	return err
}

// cutEntries goes through the leaves and hands out a job for each 256 of them and for the rest. It
// takes a buffer from free for each.
func (w *writer) cutEntries(ctx context.Context, jobs chan<- entriesJob, free <-chan []byte) error {
	replay := proof.NewReplay(append(slices.Clone(w.history), w.head)...)
	var data []byte
	err := w.src.Leaves(ctx, w.head.Size, func(leaf []byte) error {
		size := replay.Edge().Size()
		if size == w.head.Size {
			return fault.New(fault.Internal, "The journal gives more than %d leaves.", size)
		}
		if size%proof.TileWidth == 0 {
			data = <-free
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := replay.Append(proof.LeafHash(leaf)); err != nil {
			return err
		}
		var err error
		if data, err = proof.AppendEntry(data, leaf); err != nil {
			return err
		}
		if size++; size%proof.TileWidth == 0 || size == w.head.Size {
			jobs <- entriesJob{n: (size - 1) / proof.TileWidth, data: data}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return replay.Close()
}
