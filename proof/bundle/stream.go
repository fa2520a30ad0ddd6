// SPDX-License-Identifier: AGPL-3.0-or-later

package bundle

import (
	"context"
	"encoding/binary"
	"sync"

	"ecot/fault"
	"ecot/proof"
)

// Entries is one entries file, read and found to be the one that the MANIFEST lists.
type Entries struct {
	First int64  // index of its first leaf
	Width int    // number of leaves it must hold, 256 but for the last
	Data  []byte // the entry bundle
}

// Each calls fn with every leaf and its index in order, stopping at fn's first error. A file that
// does not hold exactly Width leaves is an invalid fault. A leaf is a part of Data.
func (e Entries) Each(fn func(index int64, leaf []byte) error) error {
	next := e.First
	err := proof.SplitEntries(e.Data, func(leaf []byte) error {
		err := fn(next, leaf)
		next++
		return err
	})
	if err != nil {
		return err
	}
	if next != e.First+int64(e.Width) {
		return fault.New(fault.Invalid, "The entries from %d on are %d, not %d.", e.First, next-e.First, e.Width)
	}
	return nil
}

// Leaf gives the leaf at index, nil when it is not in the file.
func (e Entries) Leaf(index int64) (found []byte) {
	data := e.Data
	for next := e.First; next <= index && len(data) >= 2; next++ {
		end := min(2+int(binary.BigEndian.Uint16(data)), len(data))
		found, data = data[2:end], data[end:]
		if next == index {
			return found
		}
	}
	return nil
}

// readEntries reads and checks entries file n.
func (b *Bundle) readEntries(n int64, buf []byte) (Entries, error) {
	f, err := b.manifest.entriesFile(n)
	if err != nil {
		return Entries{}, err
	}
	data, err := readListed(b.root, f, buf)
	return Entries{
		First: n * proof.TileWidth,
		Width: fileWidth(n, b.checkpoint.Size),
		Data:  data,
	}, err
}

// Stream reads every entries file of b, checks it, and gives it to decode, on as many goroutines as
// workers says; it gives what decode made to apply, in the order of the journal, on the caller's
// goroutine. Data and what points into it hold until apply has returned. At most workers+2 files are
// held at once. The first error, in the order of the journal, ends the stream and is returned.
func Stream[T any](
	ctx context.Context, b *Bundle, workers int,
	decode func(Entries) (T, error), apply func(T) error,
) error {
	ctx, cancel := context.WithCancel(ctx)
	s := newStream(b, max(workers, 1), decode)
	defer s.running.Wait()
	defer cancel()
	s.start(ctx, max(workers, 1))
	left := len(b.manifest.entries)
	for f := range s.inOrder {
		<-f.done
		if f.err != nil {
			return f.err
		}
		if err := apply(f.value); err != nil {
			return err
		}
		s.free <- f
		left--
	}
	if left > 0 {
		return stopped(ctx)
	}
	return nil
}

func stopped(ctx context.Context) error {
	return fault.Wrap(context.Cause(ctx), fault.Unavailable, "Reading the bundle was interrupted.")
}

// stream holds the files in flight: each goes from free to inOrder and todo at once, is decoded by a
// worker, which closes done, and comes back to free when it was applied.
type stream[T any] struct {
	b       *Bundle
	decode  func(Entries) (T, error)
	free    chan *inFlight[T]
	inOrder chan *inFlight[T]
	todo    chan *inFlight[T]
	running sync.WaitGroup
}

type inFlight[T any] struct {
	n     int64
	buf   []byte
	value T
	err   error
	done  chan struct{}
}

func newStream[T any](b *Bundle, workers int, decode func(Entries) (T, error)) *stream[T] {
	files := workers + 2
	s := &stream[T]{
		b: b, decode: decode,
		free:    make(chan *inFlight[T], files),
		inOrder: make(chan *inFlight[T], files),
		todo:    make(chan *inFlight[T], files),
	}
	for range files {
		s.free <- new(inFlight[T])
	}
	return s
}

// start sets the workers off, and one goroutine that hands out the files until ctx ends.
func (s *stream[T]) start(ctx context.Context, workers int) {
	for range workers {
		s.running.Go(func() {
			for f := range s.todo {
				if ctx.Err() != nil {
					f.err = stopped(ctx)
				} else {
					f.err = s.fill(f)
				}
				close(f.done)
			}
		})
	}
	s.running.Go(func() {
		defer close(s.inOrder)
		defer close(s.todo)
		for n := range int64(len(s.b.manifest.entries)) {
			select {
			case f := <-s.free:
				f.n, f.done = n, make(chan struct{})
				s.inOrder <- f
				s.todo <- f
			case <-ctx.Done():
				return
			}
		}
	})
}

// fill reads and decodes a file.
func (s *stream[T]) fill(f *inFlight[T]) error {
	e, err := s.b.readEntries(f.n, f.buf)
	if err != nil {
		return err
	}
	f.buf = e.Data
	f.value, err = s.decode(e)
	return err
}
