// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// syncData makes a file's content last.
func syncData(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }

// peakMemory gives the most memory in bytes that a running process has held at once, 0 when it has
// ended. The kernel's figure for an ended process would count what its parent held when it forked.
func peakMemory(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(rest, " kB")
	kib, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
	if err != nil {
		return 0
	}
	return kib * 1024
}
