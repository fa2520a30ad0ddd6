// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"ecot/store/engine/enginetest"
)

// fillLetters writes a letter to a donor and a list that they left.
func fillLetters(t *testing.T, tx *Tx, handle string, i int64) error {
	_, err := tx.PutLetter(t.Context(), Letter{ID: fmt.Sprint("thanks/", i), Kind: "thanks", Handle: handle,
		Lang: "fr", Entry: i, Data: "{}", Made: 1, Due: 1})
	return errors.Join(err, tx.Unsubscribe(t.Context(), handle, ListNews, 1))
}

// A letter is given to one sender of many, and to another once the claim has ended.
func TestALetterIsClaimedOnce(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		dir := t.TempDir()
		offices := []*Office{openIn(t, address, dir), openIn(t, address, dir)}
		fill(t, offices[0])
		claim := func(o *Office, name string, now int64) (n int) {
			must(t, o.Do(t.Context(), func(tx *Tx) error {
				all, err := tx.ClaimLetters(t.Context(), name, now, now+10, 5)
				n = len(all)
				return err
			}))
			return n
		}
		if n := claim(offices[0], "early", 0); n != 0 {
			t.Errorf("%d letters are claimed before they are due", n)
		}
		var counts [8]int
		var all sync.WaitGroup
		for i := range counts {
			all.Go(func() { counts[i] = claim(offices[i%2], fmt.Sprint("c", i), 1) })
		}
		all.Wait()
		sum, winner := 0, ""
		for i, n := range counts {
			if sum += n; n > 0 {
				winner = fmt.Sprint("c", i)
			}
		}
		if sum != 2 {
			t.Errorf("two letters were claimed %d times", sum)
		}
		if held, err := offices[1].Claimed(t.Context(), winner); err != nil || len(held) == 0 {
			t.Errorf("the winner holds %v, %v", held, err)
		}
		if n := claim(offices[0], "late", 11); n != 2 {
			t.Errorf("%d letters are claimed behind the end of the claim", n)
		}
		settle := func(claim string) {
			must(t, offices[0].Do(t.Context(), func(tx *Tx) error {
				return tx.SettleLetter(t.Context(), claim, Letter{ID: "thanks/0", State: LetterSent})
			}))
		}
		settle(winner)
		if sent, err := offices[0].LettersIn(t.Context(), LetterSent, 9); err != nil || len(sent) != 0 {
			t.Errorf("one whose claim ended settles: %v, %v", sent, err)
		}
		settle("late")
		if sent, err := offices[0].LettersIn(t.Context(), LetterSent, 9); err != nil || len(sent) != 1 {
			t.Errorf("settled: %v, %v", sent, err)
		}
	})
}

// Of those who follow the journal at the same time, one writes the letters.
func TestACursorMovesOnce(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		dir := t.TempDir()
		offices := []*Office{openIn(t, address, dir), openIn(t, address, dir)}
		for from := range int64(3) {
			var moved [6]bool
			var all sync.WaitGroup
			for i := range moved {
				all.Go(func() {
					must(t, offices[i%2].Do(t.Context(), func(tx *Tx) (err error) {
						moved[i], err = tx.MoveCursor(t.Context(), "post", from, from+1)
						return err
					}))
				})
			}
			all.Wait()
			n := 0
			for _, did := range moved {
				if did {
					n++
				}
			}
			if at, err := offices[0].Cursor(t.Context(), "post"); err != nil || n != 1 || at != from+1 {
				t.Fatalf("%d moved it to %d, %v", n, at, err)
			}
		}
	})
}

// While somebody is erased no letter is written to them: either the erasure finds it, or it is refused.
func TestNoLetterOutlivesAnErasure(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		dir := t.TempDir()
		o, other := openIn(t, address, dir), openIn(t, address, dir)
		for round := range 20 {
			must(t, o.Do(t.Context(), func(tx *Tx) error {
				return tx.PutDonor(t.Context(), Donor{Handle: "lea@example.org", Shown: Anonymous})
			}))
			var both sync.WaitGroup
			both.Go(func() {
				must(t, o.Do(t.Context(), func(tx *Tx) error {
					_, err := tx.PutLetter(t.Context(), Letter{ID: fmt.Sprint("x/", round), Handle: "lea@example.org"})
					return err
				}))
			})
			both.Go(func() { must(t, other.Erase(t.Context(), "lea@example.org", "x")) })
			both.Wait()
			if left, err := o.LettersOf(t.Context(), "lea@example.org"); err != nil || len(left) != 0 {
				t.Fatalf("round %d: %v, %v", round, left, err)
			}
		}
	})
}

// The archive keeps to its term, and no area forgets it by name.
func TestTheArchiveHasATerm(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		o := openOffice(t, address)
		must(t, o.Do(t.Context(), func(tx *Tx) error {
			return errors.Join(
				tx.PutArchive(t.Context(), Archived{ID: "a", Made: "2026-01-02", Until: "2032-01-02", Sealed: []byte{1}}),
				tx.PutOpened(t.Context(), Opened{ID: "a", At: 1, Mandates: "president,treasurer", Reason: "control"}))
		}))
		wantArchived(t, o, "2032-01-02", 1)
		wantArchived(t, o, "2032-01-03", 0)
	})
}

func wantArchived(t *testing.T, o *Office, day string, want int) {
	t.Helper()
	must(t, o.Do(t.Context(), func(tx *Tx) error {
		_, err := tx.SweepArchive(t.Context(), day)
		return err
	}))
	kept, err := o.Archive(t.Context())
	must(t, err)
	opened, err := o.Openings(t.Context())
	must(t, err)
	if len(kept) != want || len(opened) != want {
		t.Errorf("on %s: %d kept, %d openings", day, len(kept), len(opened))
	}
}
