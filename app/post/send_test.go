// SPDX-License-Identifier: AGPL-3.0-or-later

package post

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"ecot/journal"
	"ecot/mail/mailtest"
	"ecot/mechanism/giving"
	"ecot/office"
)

var errCut = errors.New("cut")

func TestAGiftIsThankedOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.give("lea@example.net", 12)
		h.give("stranger@example.net", 5) // whom the office does not know: nobody said that they may be written to
		for range 3 {
			h.work()
		}
		got := h.arrived(1)[0]
		for _, want := range []string{"12,00", "Léa", "Basile Factice", "Lanterne", "https://fund.example.org/mine/"} {
			if !strings.Contains(got.Text, want) {
				t.Errorf("the thanks do not say %q:\n%s", want, got.Text)
			}
		}
		if got.To[0] != "lea@example.net" || got.From != "merci@fund.example.org" || got.Err != nil {
			t.Errorf("from %s to %v, %v", got.From, got.To, got.Err)
		}
		h.want("sent 1")
	})
}

// A crash between the journal and the letter, or between the letter and the cursor, loses and doubles nothing.
func TestFollowingAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.give("lea@example.net", 12)
		must(t, h.Follow(t.Context()))
		h.want("waiting 1")
		at, err := h.office.Cursor(t.Context(), cursor)
		must(t, err)
		err = h.office.Do(t.Context(), func(tx *office.Tx) error { // the transaction that was cut
			if _, err := tx.MoveCursor(t.Context(), cursor, at, at+1); err != nil {
				return err
			}
			return errCut
		})
		if again, failed := h.office.Cursor(t.Context(), cursor); !errors.Is(err, errCut) || failed != nil || again != at {
			t.Fatalf("the cursor is at %d, not %d: %v, %v", again, at, err, failed)
		}
		must(t, h.office.Do(t.Context(), func(tx *office.Tx) error { // an older copy of the cursor
			_, err := tx.MoveCursor(t.Context(), cursor, at, 0)
			return err
		}))
		must(t, h.Follow(t.Context()))
		h.want("waiting 1")
		must(t, h.office.Do(t.Context(), func(tx *office.Tx) error { // a journal that was restored
			_, err := tx.MoveCursor(t.Context(), cursor, at, at+7)
			return err
		}))
		must(t, h.Follow(t.Context()))
		h.give("lea@example.net", 13)
		h.work()
		h.arrived(2)
	})
}

func TestManyPostsWriteAndSendOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		posts := []*Post{h.Post, h.replica(), h.replica()}
		const n = 25
		var all sync.WaitGroup
		for range n {
			h.give("lea@example.net", 1)
		}
		for i := range 9 {
			all.Go(func() {
				p := posts[i%len(posts)]
				for range 4 {
					if err := errors.Join(p.Follow(t.Context()), p.Send(t.Context())); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		h.work()
		h.arrived(n)
		h.want("sent 25")
	})
}

func TestAServerThatIsDownForAnHour(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.server.Down()
		for i := range 70 {
			if i%6 == 0 {
				h.give([]string{"lea@example.net", "nour@example.net"}[i%2], 10)
			}
			if i == 60 {
				must(t, h.server.Up())
			}
			h.work()
			h.clock.pass(time.Minute)
		}
		h.clock.pass(4 * time.Hour)
		h.work()
		h.arrived(12)
		h.want("sent 12")
	})
}

// When the line is cut behind the last byte nobody knows whether the letter arrived: it goes again when the
// claim has ended, not before, under the same Message-ID.
func TestALetterInDoubt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.give("lea@example.net", 12)
		h.server.Cut(mailtest.AtEnd, 1)
		h.work()
		h.clock.pass(lease - time.Minute)
		h.work()
		h.arrived(1)
		h.want("waiting 1")
		h.clock.pass(time.Minute)
		h.work()
		if all, distinct := len(h.server.Letters()), len(h.server.Distinct()); all != 2 || distinct != 1 {
			t.Errorf("%d letters, %d distinct", all, distinct)
		}
		h.want("sent 1")
	})
}

// A sender that ended with the claim in its hands leaves the letter to another, no sooner than its claim ends.
func TestASenderThatEnded(t *testing.T) {
	h := start(t, "")
	h.give("lea@example.net", 12)
	must(t, h.Follow(t.Context()))
	now := h.clock.now()
	must(t, h.office.Do(t.Context(), func(tx *office.Tx) error {
		_, err := tx.ClaimLetters(t.Context(), "gone", now.Unix(), now.Add(lease).Unix(), 5)
		return err
	}))
	h.work()
	h.arrived(0)
	h.clock.pass(lease)
	h.work()
	h.arrived(1)
}

func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.server.AnswerTo("lea@example.net", 550, "5.1.1 lea@example.net is nobody here", mailtest.Always)
		h.server.AnswerTo("nour@example.net", 451, "4.3.0 later", 2)
		h.give("lea@example.net", 12)
		h.give("nour@example.net", 12)
		h.work()
		h.want("failed 1, waiting 1")
		failed, err := h.office.LettersIn(t.Context(), office.LetterFailed, 9)
		if err != nil || len(failed) != 1 || strings.Contains(failed[0].Error, "example.net") ||
			!strings.Contains(failed[0].Error, "5.1.1") {
			t.Errorf("%+v, %v", failed, err)
		}
		h.give("lea@example.net", 13) // the address is marked: nobody tries it again
		h.clock.pass(time.Minute)
		h.work()
		h.clock.pass(5 * time.Minute)
		h.work()
		h.want("failed 1, sent 1, withdrawn 1")
		h.arrived(1)
	})
}

// What the server holds against the fund is no fault of a letter, and nothing is lost after five days of it
// without a word to the treasurer.
func TestFiveDaysWithoutAnAnswer(t *testing.T) {
	h := start(t, "")
	h.server.Answer(mailtest.AtSender, 451, "4.3.2 not now", mailtest.Always)
	h.give("lea@example.net", 12)
	for range 7 * 24 {
		h.work()
		h.clock.pass(time.Hour)
	}
	h.arrived(0)
	h.want("failed 1")
	h.server.Forget()
	must(t, h.office.Do(t.Context(), func(tx *office.Tx) error {
		again, err := tx.RetryLetter(t.Context(), "thanks/2", h.clock.now().Unix())
		if !again {
			t.Error("it cannot be tried again")
		}
		return err
	}))
	h.work()
	h.arrived(1)
}

func TestWithoutAMailServerLettersWait(t *testing.T) {
	h := start(t, "")
	h.options.Sender = nil
	h.give("lea@example.net", 12)
	h.work()
	h.want("waiting 1")
	if h.CanSend() {
		t.Error("it says that it can send")
	}
	h.clock.pass(46 * 24 * time.Hour)
	h.Post = h.post(h.app)
	h.work()
	h.want("withdrawn 1") // thanks that come so late are none
}

func TestRefundsAreTold(t *testing.T) {
	h := start(t, "")
	index := h.give("lea@example.net", 12)
	h.do("back", &giving.GiveBack{Refunded: giving.Refunded{Of: index, Unit: "EUR", Through: "bank",
		Back: []journal.Share{{Pot: "lanterne", Amount: 500}}, Reason: giving.ChargedBack, Evidence: giving.Proved}})
	h.work()
	got := h.arrived(2)
	text := got[0].Text + got[1].Text
	for _, want := range []string{"5,00", "12,00", "repris"} {
		if !strings.Contains(text, want) {
			t.Errorf("the letters do not say %q:\n%s", want, text)
		}
	}
}

// A gift that was reversed before its thanks went was a mistake, and gets none.
func TestAMistakeIsNotThanked(t *testing.T) {
	h := start(t, "")
	index := h.give("lea@example.net", 12)
	h.do("wrong", &giving.Reverse{Reversed: giving.Reversed{Of: index, By: "treasurer"}})
	h.work()
	h.arrived(0)
	h.want("withdrawn 1")
}
