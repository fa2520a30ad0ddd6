// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ecot/clock"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/charter"
	"ecot/mechanism/giving"
)

func dayOf(t *testing.T, text string) journal.Day {
	t.Helper()
	day, ok := journal.ParseDay(text)
	if !ok {
		t.Fatalf("%q is no day", text)
	}
	return day
}

func noonOf(t *testing.T, text string) time.Time {
	t.Helper()
	return dayOf(t, text).Time().Add(12 * time.Hour)
}

// openPlayed opens an instance whose clock stands at noon of a day.
func openPlayed(t *testing.T, at Place, text string) *App {
	t.Helper()
	played := &clock.Played{}
	played.Set(noonOf(t, text))
	at.Clock = played.Now
	return openAt(t, at)
}

// givenOn is a gift to the bank of a day.
func givenOn(t *testing.T, text string, amount int64) *giving.Give {
	g := gift("lanterne", amount)
	g.Into, g.Inflow.Given = "bank", dayOf(t, text)
	return g
}

func closing(month int, ledger int64) *charter.Close {
	return &charter.Close{Closed: charter.Closed{Month: month, Unit: "EUR", Ledger: ledger, Statement: ledger,
		By: "treasurer"}}
}

// A month is closed with what the journal says of the bank, and stays closed: for one command and for an
// import, behind a new start and behind a rebuild.
func TestAMonthIsClosedForGood(t *testing.T) {
	eachEngine(t, func(t *testing.T, at Place) {
		played := &clock.Played{}
		played.Set(noonOf(t, "2025-11-20"))
		at.Clock = played.Now
		a := openAt(t, at)
		do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
		do(t, a, Request{Key: "november", Command: givenOn(t, "2025-11-19", 100_00)})
		played.Set(noonOf(t, "2025-12-02"))
		do(t, a, Request{Key: "december", Command: givenOn(t, "2025-12-01", 7_00)})
		_, err := a.Do(t.Context(), Request{Key: "all", Command: closing(202511, 107_00)})
		refusedAs(t, err, fault.Conflict, "100.00 EUR", "not 107.00", "2025-11")
		_, err = a.Do(t.Context(), Request{Key: "early", Command: closing(202512, 107_00)})
		refusedAs(t, err, fault.Conflict, "not over")
		do(t, a, Request{Key: "close", Command: closing(202511, 100_00)})

		closed := func(a *App, key string) {
			t.Helper()
			_, err := a.Do(t.Context(), Request{Key: key, Command: givenOn(t, "2025-11-30", 5_00)})
			refusedAs(t, err, fault.Conflict, "closed", "2025-11")
			err = a.Bulk(t.Context(), func(ctx context.Context, b *Bulk) error {
				_, err := b.Enter(ctx, &Request{Key: key, Command: givenOn(t, "2024-02-01", 5_00)})
				return err
			})
			refusedAs(t, err, fault.Conflict, "closed", "2025-11")
			do(t, a, Request{Key: key + "/open", Command: givenOn(t, "2025-12-01", 1_00)})
		}
		closed(a, "at once")
		end(t, a)
		a = openAt(t, at)
		closed(a, "started anew")
		must(t, a.Rebuild(t.Context(), nil))
		closed(a, "rebuilt")
		wantClean(t, a)
	})
}

// What a bulk has entered counts, whether or not it was written out; what came of a batch counts too.
func TestAClosingCountsWhatIsNotWrittenYet(t *testing.T) {
	eachEngine(t, func(t *testing.T, at Place) {
		a := openPlayed(t, at, "2025-12-02")
		err := a.Bulk(t.Context(), func(ctx context.Context, b *Bulk) error {
			requests := []*Request{{Key: "pot", Command: openPot("lanterne")}}
			for n := range 2*piece + 10 {
				on := []string{"2025-11-03", "2025-12-01", "2025-10-31"}[n%3]
				requests = append(requests, &Request{Key: fmt.Sprint(n), Command: givenOn(t, on, 1)})
			}
			for _, r := range requests {
				if _, err := b.Enter(ctx, r); err != nil {
					return err
				}
			}
			for month, want := range map[int]int64{202509: 0, 202510: 1336, 202511: 2673, 202512: 4010} {
				if held, err := b.Held(ctx, month, "EUR"); err != nil || held != -want {
					t.Errorf("at the end of %d the bank held %d, not %d: %v", month, -held, want, err)
				}
			}
			_, err := b.Enter(ctx, &Request{Key: "close", Command: closing(202511, 2673)})
			return err
		})
		must(t, err)
		wantClean(t, a)
	})
}

// Many commands at once, among which a month closes: every gift of that month is before the closing,
// and the closing has them all.
func TestAClosingAmongManyCommandsDrawsALine(t *testing.T) {
	eachEngine(t, func(t *testing.T, at Place) {
		a := openPlayed(t, at, "2025-12-02")
		do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
		var clients sync.WaitGroup
		var taken, late atomic.Int64
		for c := range 8 {
			clients.Go(func() {
				for n := range 50 {
					r := Request{Key: fmt.Sprint(c, "/", n), Command: givenOn(t, "2025-11-30", 1)}
					if _, err := a.Do(context.Background(), r); err == nil {
						taken.Add(1)
					} else {
						late.Add(1)
						refusedAs(t, err, fault.Conflict, "closed")
					}
				}
			})
		}
		for taken.Load() < 20 {
			time.Sleep(time.Millisecond)
		}
		var ledger int64
		err := a.Bulk(t.Context(), func(ctx context.Context, b *Bulk) error {
			held, err := b.Held(ctx, 202511, "EUR")
			if err != nil {
				return err
			}
			ledger = -held
			_, err = b.Enter(ctx, &Request{Key: "close", Command: closing(202511, ledger)})
			return err
		})
		must(t, err)
		clients.Wait()
		if taken.Load() != ledger || late.Load() == 0 || taken.Load()+late.Load() != 400 {
			t.Errorf("%d gifts were taken, %d refused; the closing says %d", taken.Load(), late.Load(), ledger)
		}
		wantClean(t, a)
	})
}

// A closing by one process binds the other.
func TestAClosingBindsTheOtherReplica(t *testing.T) {
	both := replicas(t)
	do(t, both[0], Request{Key: "pot", Command: openPot("lanterne")})
	do(t, both[1], Request{Key: "gift", Command: gift("lanterne", 100)})
	month := both[0].month(time.Now().AddDate(0, -2, 0).Unix())
	do(t, both[0], Request{Key: "close", Command: closing(month, 0)})
	_, err := both[1].Do(t.Context(), Request{Key: "old", Command: givenOn(t, "2024-02-01", 5_00)})
	refusedAs(t, err, fault.Conflict, "closed", journal.MonthName(month))
}
