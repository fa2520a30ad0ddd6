// SPDX-License-Identifier: AGPL-3.0-or-later

// Package limit counts in memory how often something is tried, and refuses the hasty without asking anybody.
//
// A bucket holds as many tokens as a rule allows in its window, and fills again at that pace. Its one
// invariant: it holds no address of anybody, only keyed hashes of them, and no more than so many.
package limit

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"ecot/fault"
	"ecot/id"
)

// Rule says how often something may be tried in a window of time.
type Rule struct {
	Name   string
	Most   int64
	Window time.Duration
}

// KeyOf gives what the client at an address is counted by: an IPv4 address, or the 64 bits of an IPv6 one
// that a household has for itself.
func KeyOf(address netip.Addr) string {
	address = address.Unmap().WithZone("")
	if address.Is6() {
		if prefix, err := address.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return address.String()
}

// refused is behind every refusal of a limit.
type refused struct{ wait time.Duration }

func (refused) Error() string { return "too many attempts" }

// Refusal refuses what is tried too often, for so long.
func Refusal(wait time.Duration) error {
	return fault.Wrap(refused{wait}, fault.Unavailable, "There were too many attempts; try again in %s.",
		plural(max(int64((wait+time.Minute-1)/time.Minute), 1), "minute"))
}

// Wait says whether a refusal came from a limit, and after which time it is worth trying again.
func Wait(err error) (time.Duration, bool) {
	var r refused
	found := errors.As(err, &r)
	return r.wait, found
}

func plural(n int64, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// maxBuckets bounds the memory of a limiter. When so many are in use, those that count least are forgotten.
const maxBuckets = 20_000

// Bucket names what one bucket counts: a keyed hash.
type Bucket [32]byte

// Limiter keeps a token bucket for everything that was tried of late, as the instant at which the bucket
// will be full again. It is safe for many goroutines.
type Limiter struct {
	key []byte

	mu   sync.Mutex
	full map[Bucket]time.Time // guarded by mu
}

// New gives a limiter that hashes with a key.
func New(key []byte) *Limiter { return &Limiter{key: key, full: map[Bucket]time.Time{}} }

// Bucket names the bucket of whatever is counted under a rule.
func (l *Limiter) Bucket(what Rule, key string) Bucket {
	return Bucket(id.Keyed(l.key, what.Name, key))
}

// Take takes a token out of a bucket, or refuses.
func (l *Limiter) Take(what Rule, key string, now time.Time) error {
	name, each := l.Bucket(what, key), what.Window/time.Duration(what.Most)
	l.mu.Lock()
	defer l.mu.Unlock()
	full := l.full[name]
	if full.Before(now) {
		full = now
	}
	if wait := full.Add(each).Sub(now) - what.Window; wait > 0 {
		return Refusal(wait)
	}
	l.full[name] = full.Add(each)
	l.prune(now)
	return nil
}

// prune forgets full buckets when there are too many, and then any.
func (l *Limiter) prune(now time.Time) {
	if len(l.full) <= maxBuckets {
		return
	}
	for name, full := range l.full {
		if !full.After(now) {
			delete(l.full, name)
		}
	}
	for name := range l.full {
		if len(l.full) <= maxBuckets/2 {
			return
		}
		delete(l.full, name)
	}
}
