// SPDX-License-Identifier: AGPL-3.0-or-later

// Package clock makes time a parameter: nothing below the doors asks the system what time it is.
//
// Its one invariant: a Clock gives UTC with whole seconds, since the journal keeps no finer time.
package clock

import "time"

// Clock tells the present instant, in UTC, in whole seconds.
type Clock func() time.Time

// System is the machine's own clock.
func System() time.Time { return time.Now().UTC().Truncate(time.Second) }

// Fixed gives a clock that always says t.
func Fixed(t time.Time) Clock {
	t = t.UTC().Truncate(time.Second)
	return func() time.Time { return t }
}

// From gives a clock that says t now, and runs on from there as by does.
func From(t time.Time, by Clock) Clock {
	t = t.UTC().Truncate(time.Second)
	start := by()
	return func() time.Time { return t.Add(by().Sub(start)) }
}

// Played is a clock that a story moves by hand; it is for one goroutine at a time.
type Played struct{ now time.Time }

// Now gives the instant that the clock stands at.
func (p *Played) Now() time.Time { return p.now }

// Set moves the clock to t.
func (p *Played) Set(t time.Time) { p.now = t.UTC().Truncate(time.Second) }
