// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"os"
	"syscall"
)

// syncData makes a file's content last.
func syncData(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }

// peakMemory gives the most memory in bytes that an ended process held at once.
func peakMemory(p *os.ProcessState) int64 { return p.SysUsage().(*syscall.Rusage).Maxrss * 1024 }
