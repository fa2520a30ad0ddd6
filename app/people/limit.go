// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"
	"encoding/binary"
	"net/netip"
	"time"

	"ecot/app/limit"
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

// What is limited. Last looked at on 2026-11-22.
func asksOfAddress() limit.Rule { return limit.Rule{Name: "ask/address", Most: 5, Window: time.Hour} }
func asksOfClient() limit.Rule  { return limit.Rule{Name: "ask/client", Most: 20, Window: time.Hour} }
func triesOfClient() limit.Rule { return limit.Rule{Name: "try/client", Most: 30, Window: time.Hour} }

// Client is who asks, as a door sees them.
type Client struct {
	Address netip.Addr // that the connection, or a trusted proxy, says
	Agent   string     // the browser, as it calls itself
}

// key gives what a client is counted by.
func (c Client) key() string { return limit.KeyOf(c.Address) }

// IsTooMany says whether a refusal came from a limit; a door answers 429.
func IsTooMany(err error) bool {
	_, limited := limit.Wait(err)
	return limited
}

// count counts an attempt in the database, or refuses it when there were too many in its window.
func count(ctx context.Context, tx *office.Tx, l *limit.Limiter, a attempt, now time.Time) error {
	window := int64(a.what.Window / time.Second)
	slot := now.Unix() - now.Unix()%window
	var name [40]byte // the name and the length of its window, so that windows never mix
	hash := l.Bucket(a.what, a.key)
	copy(name[:], hash[:])
	binary.BigEndian.PutUint64(name[32:], uint64(window))
	n, err := tx.CountAttempt(ctx, name[:], slot)
	if err == nil && n > a.what.Most {
		err = limit.Refusal(time.Unix(slot+window, 0).Sub(now))
	}
	return err
}

// attempt is something tried, and by what it is counted.
type attempt struct {
	what limit.Rule
	key  string
}

// countAll counts what is tried under each limit, and gives the refusal when one of them is reached; the
// counts are kept all the same. Everybody names the limits in one order, so that no two wait for each other.
func (p *People) countAll(ctx context.Context, now time.Time, of ...attempt) (refused, err error) {
	err = p.office.Do(ctx, func(tx *office.Tx) error {
		refused = nil
		for _, a := range of {
			err := count(ctx, tx, p.limits, a, now)
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
