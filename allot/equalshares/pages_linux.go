// SPDX-License-Identifier: AGPL-3.0-or-later

package equalshares

import (
	"syscall"
	"unsafe"
)

// preferHugePages asks the kernel to back purses with large pages: they are read in no order, and
// finding the page then costs as much as the reading. A refusal changes nothing but speed.
func preferHugePages[B uint32 | uint64](purses []B) {
	const huge = 2 << 20
	bytes := len(purses) * int(unsafe.Sizeof(B(0)))
	if bytes < 2*huge {
		return
	}
	whole := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(purses))), bytes)
	ahead := -int(uintptr(unsafe.Pointer(&whole[0]))) & (huge - 1)
	if err := syscall.Madvise(whole[ahead:], syscall.MADV_HUGEPAGE); err != nil {
		return
	}
}
