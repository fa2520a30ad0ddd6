// SPDX-License-Identifier: AGPL-3.0-or-later

// Package pages asks the system for memory in large pages where that pays.
//
// Purses of voters and lists of supporters are read and written in no order; with pages of 4 kB, finding
// the page then takes as long as the reading. Invariant: asking changes speed only, never a value.
package pages

// huge is the size of a large page, in bytes.
const huge = 2 << 20
