// SPDX-License-Identifier: AGPL-3.0-or-later

package doctor

import "syscall"

// unsynchronised is the flag of adjtimex(2) that says that nothing keeps the clock right.
const unsynchronised = 0x40

// synchronised says whether the kernel holds its clock to be kept right.
func synchronised() bool {
	var state syscall.Timex
	_, err := syscall.Adjtimex(&state)
	return err == nil && state.Status&unsynchronised == 0
}

// freeBytes gives what the user may still write to the disk of a folder.
func freeBytes(dir string) (int64, error) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		return 0, err
	}
	return int64(disk.Bavail) * disk.Bsize, nil
}
