// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"os"
	"path/filepath"
	"time"
)

// disk asks the disk how often it makes 4 KiB last.
type disk struct{ file *os.File }

// probe is how long the disk is asked.
const probe = 100 * time.Millisecond

func openDisk(dir string) (*disk, error) {
	file, err := os.Create(filepath.Join(dir, "probe"))
	if err != nil {
		return nil, err
	}
	d := &disk{file}
	_, err = d.syncs()
	return d, err
}

func (d *disk) close() error { return d.file.Close() }

// syncs gives how many times a second 4 KiB are written and synced.
func (d *disk) syncs() (float64, error) {
	block := make([]byte, 4096)
	start := time.Now()
	for n := 1; ; n++ {
		block[0]++
		if _, err := d.file.WriteAt(block, 0); err != nil {
			return 0, err
		}
		if err := syncData(d.file); err != nil {
			return 0, err
		}
		if taken := time.Since(start); taken >= probe {
			return float64(n) / taken.Seconds(), nil
		}
	}
}
