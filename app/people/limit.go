// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"ecot/fault"
	"ecot/id"
	"ecot/office"
)

// How long what lets people in is good for. Last looked at on 2026-11-22.
const (
	LinkTime     = 15 * time.Minute // a mailed link
	InviteTime   = 72 * time.Hour   // a printed one
	IdleTime     = 2 * time.Hour    // a session that does nothing
	SessionTime  = 12 * time.Hour   // a session, whatever it does
	ceremonyTime = 5 * time.Minute  // from a question to a passkey to its answer
	touchTime    = time.Minute      // a session that was seen is noted at most this often
)

// limit says how often something may be tried in a window of time. A bucket in memory refuses the hasty
// without asking anybody; the count in the database holds for all machines together.
type limit struct {
	name   string
	most   int64
	window time.Duration
}

// What is limited. Last looked at on 2026-11-22.
func asksOfAddress() limit { return limit{"ask/address", 5, time.Hour} }
func asksOfClient() limit  { return limit{"ask/client", 20, time.Hour} }
func triesOfClient() limit { return limit{"try/client", 30, time.Hour} }

// Client is who asks, as a door sees them.
type Client struct {
	Address netip.Addr // that the connection, or a trusted proxy, says
	Agent   string     // the browser, as it calls itself
}

// key gives what a client is counted by: an IPv4 address, or the 64 bits of an IPv6 one that a household
// has for itself.
func (c Client) key() string {
	address := c.Address.Unmap().WithZone("")
	if address.Is6() {
		if prefix, err := address.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return address.String()
}

// errTooMany is behind every refusal of a limit.
var errTooMany = errors.New("too many attempts")

// IsTooMany says whether a refusal came from a limit; a door answers 429.
func IsTooMany(err error) bool { return errors.Is(err, errTooMany) }

func tooMany(wait time.Duration) error {
	minutes := int64((wait + time.Minute - 1) / time.Minute)
	return fault.Wrap(errTooMany, fault.Unavailable, "There were too many attempts; try again in %s.",
		plural(max(minutes, 1), "minute"))
}

func plural(n int64, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// maxBuckets bounds the memory of a limiter. When so many are in use, those that count least are
// forgotten; the database still counts.
const maxBuckets = 20_000

// bucket names what one bucket counts: a keyed hash, so that memory and database hold no address.
type bucket [32]byte

// limiter keeps a token bucket for everything that was tried of late, as the instant at which the bucket
// will be full again.
type limiter struct {
	key []byte

	mu   sync.Mutex
	full map[bucket]time.Time // guarded by mu
}

func newLimiter(key []byte) *limiter { return &limiter{key: key, full: map[bucket]time.Time{}} }

func (l *limiter) bucket(what limit, key string) bucket {
	return bucket(id.Keyed(l.key, what.name, key))
}

// take takes a token out of a bucket, or refuses.
func (l *limiter) take(what limit, key string, now time.Time) error {
	name, each := l.bucket(what, key), what.window/time.Duration(what.most)
	l.mu.Lock()
	defer l.mu.Unlock()
	full := l.full[name]
	if full.Before(now) {
		full = now
	}
	if wait := full.Add(each).Sub(now) - what.window; wait > 0 {
		return tooMany(wait)
	}
	l.full[name] = full.Add(each)
	l.prune(now)
	return nil
}

// prune forgets full buckets when there are too many, and then any.
func (l *limiter) prune(now time.Time) {
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

// count counts an attempt in the database, or refuses it when there were too many in its window.
func (l *limiter) count(ctx context.Context, tx *office.Tx, what limit, key string, now time.Time) error {
	window := int64(what.window / time.Second)
	slot := now.Unix() - now.Unix()%window
	var name [40]byte // the name and the length of its window, so that windows never mix
	hash := l.bucket(what, key)
	copy(name[:], hash[:])
	binary.BigEndian.PutUint64(name[32:], uint64(window))
	n, err := tx.CountAttempt(ctx, name[:], slot)
	if err == nil && n > what.most {
		err = tooMany(time.Unix(slot+window, 0).Sub(now))
	}
	return err
}

// attempt is something tried, and by what it is counted.
type attempt struct {
	what limit
	key  string
}

// countAll counts what is tried under each limit, and gives the refusal when one of them is reached; the
// counts are kept all the same. Everybody names the limits in one order, so that no two wait for each other.
func (p *People) countAll(ctx context.Context, now time.Time, of ...attempt) (refused, err error) {
	err = p.office.Do(ctx, func(tx *office.Tx) error {
		refused = nil
		for _, a := range of {
			err := p.limits.count(ctx, tx, a.what, a.key, now)
			if err != nil && !IsTooMany(err) {
				return err
			}
			refused = firstOf(refused, err)
		}
		return nil
	})
	return refused, err
}

// firstOf gives the first error that is one.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
