// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"
)

// A check looks at one committed state, whatever is written meanwhile and by whom.
func TestCheckBesideAWriterFindsNothing(t *testing.T) {
	eachEngine(t, func(t *testing.T, at Place) {
		a := openAt(t, at)
		do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
		ctx, stop := context.WithCancel(t.Context())
		var clients sync.WaitGroup
		for c := range 4 {
			clients.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					r := Request{Key: fmt.Sprintf("%d/%d", c, i), Command: gift("lanterne", 100),
						Person:  Person{Handle: fmt.Sprintf("p%d@example.org", i%50), Name: "P"},
						Private: []Private{{"memo", "said"}}}
					if _, err := a.Do(context.Background(), r); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		grew, last := 0, int64(0)
		for until := time.Now().Add(time.Minute); grew < 20 && time.Now().Before(until); {
			found, err := a.Check(t.Context(), nil)
			if err != nil {
				t.Error(err)
				break
			}
			if !found.Clean() {
				t.Errorf("at size %d: %v", found.Size, found.Wrong)
				break
			}
			if found.Size > last {
				grew, last = grew+1, found.Size
			}
		}
		stop()
		clients.Wait()
		if grew < 20 && !t.Failed() {
			t.Error("next to nothing was written meanwhile")
		}
		wantClean(t, a)
	})
}
