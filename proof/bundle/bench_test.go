// SPDX-License-Identifier: AGPL-3.0-or-later

package bundle_test

import (
	"bytes"
	"context"
	"path/filepath"
	"runtime"
	"testing"

	"ecot/proof"
	"ecot/proof/bundle"
)

// benchLeaves is how many leaves, of 300 bytes, the benchmarks write and read.
const benchLeaves = 1 << 18

func benchSource(b *testing.B) bundle.Source {
	line := bytes.Repeat([]byte("x"), 300)
	s := bundle.Source{
		Signer: keyed(b, origin, "log"),
		Leaves: func(_ context.Context, size int64, each func([]byte) error) error {
			for range size {
				if err := each(line); err != nil {
					return err
				}
			}
			return nil
		},
	}
	edge := proof.NewEdge()
	for range benchLeaves {
		edge.Append(proof.LeafHash(line))
	}
	s.Checkpoint = sign(b, s.Signer, edge)
	return s
}

// BenchmarkCheck opens a bundle, hashes every file and leaf and grows the tree.
func BenchmarkCheck(b *testing.B) {
	s := benchSource(b)
	dir := written(b, s)
	for b.Loop() {
		if err := check(dir, s.Signer.VKey()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*benchLeaves/b.Elapsed().Seconds(), "leaves/s")
	b.ReportMetric(float64(runtime.GOMAXPROCS(0)), "cores")
}

func BenchmarkOpen(b *testing.B) {
	s := benchSource(b)
	dir := written(b, s)
	for b.Loop() {
		opened, err := bundle.Open(dir, s.Signer.VKey())
		if err != nil {
			b.Fatal(err)
		}
		if err := opened.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	s := benchSource(b)
	for b.Loop() {
		if err := bundle.Write(b.Context(), filepath.Join(b.TempDir(), "b"), s); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*benchLeaves/b.Elapsed().Seconds(), "leaves/s")
}
