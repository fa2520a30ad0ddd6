// SPDX-License-Identifier: AGPL-3.0-or-later

package pay

import (
	"errors"
	"time"

	"ecot/fault"
)

// down is a cause that may pass by itself.
type down struct {
	after time.Duration
	cause error
}

// Error gives the cause.
func (d *down) Error() string { return d.cause.Error() }

// Unwrap gives the cause.
func (d *down) Unwrap() error { return d.cause }

// Down makes the error of a provider that cannot answer now: fault.Unavailable, with when to try
// again, the cause behind it.
func Down(after time.Duration, cause error) error {
	return fault.Wrap(&down{after, cause}, fault.Unavailable,
		"The card payment service does not answer; nothing was changed here. Please try again in a moment.")
}

// RetryAfter says when what failed with err is worth trying again. It is false when trying again
// alone will not help.
func RetryAfter(err error) (time.Duration, bool) {
	var d *down
	if !errors.As(err, &d) {
		return 0, false
	}
	return d.after, true
}
