// SPDX-License-Identifier: AGPL-3.0-or-later

//go:build !linux

package equalshares

// preferHugePages does nothing: only Linux is asked.
func preferHugePages[B uint32 | uint64]([]B) {}
