// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import "time"

// patience is how long a letter is tried for (RFC 5321 §4.5.4.1: at least 4 to 5 days).
const patience = 5 * 24 * time.Hour

// Next says when to try a letter again after tries failures, the last of them at now: after 1, 5, 15, 60 and
// 240 minutes, then every six hours. It is false when the letter has been tried for five days: it is lost,
// and somebody must be told. With tries below 1 the letter is due now.
func Next(tries int, now time.Time) (at time.Time, again bool) {
	if tries < 1 {
		return now, true
	}
	first := [...]time.Duration{
		time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour,
	}
	const later = 6 * time.Hour
	var waited, wait time.Duration
	for i := range tries {
		wait = later
		if i < len(first) {
			wait = first[i]
		}
		if waited += wait; waited > patience {
			return time.Time{}, false
		}
	}
	return now.Add(wait), true
}
