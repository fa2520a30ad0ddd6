// SPDX-License-Identifier: AGPL-3.0-or-later

package pages_test

import (
	"testing"

	"ecot/allot/pages"
)

// Asking for large pages changes no value, whatever the length.
func TestPreferLargeChangesNothing(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 2_000_003} {
		numbers := make([]uint32, n)
		for i := range numbers {
			numbers[i] = uint32(i)
		}
		pages.PreferLarge(numbers)
		for i, number := range numbers {
			if number != uint32(i) {
				t.Fatalf("number %d of %d became %d", i, n, number)
			}
		}
	}
}
