// SPDX-License-Identifier: AGPL-3.0-or-later

package pages

import (
	"syscall"
	"unsafe"
)

// PreferLarge asks that the memory of numbers, not yet written to, be in large pages. A system that
// refuses goes on with small ones.
func PreferLarge[T uint32 | uint64](numbers []T) {
	bytes := len(numbers) * int(unsafe.Sizeof(T(0)))
	if bytes < 2*huge {
		return
	}
	whole := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(numbers))), bytes)
	ahead := -int(uintptr(unsafe.Pointer(&whole[0]))) & (huge - 1)
	if err := syscall.Madvise(whole[ahead:], syscall.MADV_HUGEPAGE); err != nil {
		return
	}
}
