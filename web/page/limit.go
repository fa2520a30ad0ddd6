// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"crypto/rand"
	"net/http"
	"time"

	"ecot/app/limit"
)

// newLimiter gives a limiter whose key is forgotten with it.
func newLimiter() *limit.Limiter {
	key := make([]byte, 32)
	rand.Read(key) // never fails (crypto/rand since Go 1.24)
	return limit.New(key)
}

// Limited gives an action that one client may ask for only as often as a rule allows. Further requests are
// refused with 429 and the time after which to come again.
func (k *Kit) Limited(rule limit.Rule, act Action) Action {
	return func(r *http.Request) (Reply, error) {
		if err := k.limits.Take(rule, limit.KeyOf(k.Client(r)), time.Now()); err != nil {
			return Reply{}, err
		}
		return act(r)
	}
}

// waitOf gives the seconds after which it is worth asking again, 0 when a refusal does not say.
func waitOf(refused error) int {
	wait, _ := limit.Wait(refused)
	return int((wait + time.Second - 1) / time.Second)
}
