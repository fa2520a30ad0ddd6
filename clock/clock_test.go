// SPDX-License-Identifier: AGPL-3.0-or-later

package clock_test

import (
	"testing"
	"time"

	"ecot/clock"
)

func TestFromRunsOnAsTheOtherClockDoes(t *testing.T) {
	var other clock.Played
	other.Set(time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC))
	start := time.Date(2026, 1, 2, 9, 0, 0, 500, time.FixedZone("CET", 3600))
	from := clock.From(start, other.Now)
	for _, passed := range []time.Duration{0, time.Second, 73 * time.Hour} {
		other.Set(time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC).Add(passed))
		want := time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC).Add(passed)
		if got := from(); got != want {
			t.Errorf("after %s it says %s, want %s", passed, got, want)
		}
	}
}
