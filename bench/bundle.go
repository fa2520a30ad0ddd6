// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"runtime"
)

// bundle measures the public bundle of an instance: its size, and how fast and in how much memory
// it is verified.
func (b *bench) bundle(ctx context.Context, p program, i *instance, gifts float64) error {
	dir := filepath.Join(i.dir, "bundle")
	took, err := p.run(ctx, 0, append([]string{"export", dir}, i.flags()...)...)
	if err != nil {
		return err
	}
	b.table.add(row{what: "export", value: gifts / took.took.Seconds(), unit: "gifts/s"})
	size, err := sizeOf(dir)
	if err != nil {
		return err
	}
	b.table.add(row{what: "disk of the bundle, a gift", value: float64(size) / gifts, unit: "B",
		mark: &mark{floor: 400, goal: 250, less: true}})
	packed, err := packedSize(ctx, dir)
	if err != nil {
		return err
	}
	if packed > 0 {
		b.table.add(row{what: "disk of the bundle as .tar.zst, a gift", value: float64(packed) / gifts, unit: "B",
			mark: &mark{floor: 120, goal: 75, less: true}})
	}
	for _, on := range []struct {
		processors int
		mark       mark
	}{{1, mark{floor: 400_000, goal: 600_000}}, {runtime.NumCPU(), mark{floor: 400_000, goal: 1_100_000}}} {
		v := verification{dir: dir, processors: on.processors, gifts: gifts}
		if err := b.verify(ctx, p, v, &on.mark); err != nil {
			return err
		}
	}
	return nil
}

// verification is one way to verify a bundle of so many gifts.
type verification struct {
	dir        string
	processors int
	gifts      float64
}

// verify measures the verification of a bundle.
func (b *bench) verify(ctx context.Context, p program, v verification, m *mark) error {
	var rates, memory []float64
	for range b.rounds {
		took, err := p.run(ctx, v.processors, "verify", v.dir, "--json")
		if err != nil {
			return err
		}
		// one refund in a hundred gifts is an entry too
		rates = append(rates, v.gifts*1.01/took.took.Seconds())
		memory = append(memory, float64(took.memory)/1e6)
	}
	b.table.add(row{what: fmt.Sprintf("verify a bundle, %d processors", v.processors), value: median(rates),
		unit: "entries/s", mark: m})
	b.table.add(row{what: "  memory", value: median(memory), unit: "MB",
		mark:   &mark{floor: 160, goal: 84, less: true},
		beside: fmt.Sprintf("at %s gifts with 1 %% refunds; no pledges exist yet", thousands(int64(v.gifts)))})
	return nil
}

// packedSize gives the size of a folder as .tar.zst, 0 where zstd is not on this machine.
func packedSize(ctx context.Context, dir string) (int64, error) {
	if _, err := exec.LookPath("zstd"); err != nil {
		return 0, nil
	}
	tar := exec.CommandContext(ctx, "tar", "-C", dir, "-cf", "-", ".")
	zstd := exec.CommandContext(ctx, "zstd", "-q", "-3", "-c")
	var err error
	if zstd.Stdin, err = tar.StdoutPipe(); err != nil {
		return 0, err
	}
	packed, err := zstd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := tar.Start(); err != nil {
		return 0, err
	}
	if err := zstd.Start(); err != nil {
		return 0, err
	}
	n, err := io.Copy(io.Discard, packed)
	if err != nil {
		return 0, err
	}
	if err := zstd.Wait(); err != nil {
		return 0, err
	}
	return n, tar.Wait()
}
