// SPDX-License-Identifier: AGPL-3.0-or-later

//go:build !linux

package pages

// PreferLarge does nothing: only Linux is asked.
func PreferLarge[T uint32 | uint64]([]T) {}
