// SPDX-License-Identifier: AGPL-3.0-or-later

package post

import (
	"context"
	"strings"
	"testing"
	"time"

	"ecot/fault"
	"ecot/journal"
	"ecot/locale"
	"ecot/mail/letter"
	"ecot/mail/mailtest"
	"ecot/mechanism/appeal"
	"ecot/mechanism/regular"
	"ecot/money"
	"ecot/office"
)

// appealing opens an appeal of 200 € a month for Lanterne.
func (h *house) appealing() {
	h.t.Helper()
	h.do("appeal", &appeal.Open{Opened: appeal.Opened{Pot: "lanterne", Rule: appeal.Rule{Unit: "EUR"}, By: "treasurer"}})
	h.do("needs", &appeal.List{Listed: appeal.Listed{Pot: "lanterne", By: "treasurer",
		For: []journal.Share{{Pot: "astreinte", Amount: 200_00}}}})
}

// subjects gives to whom and about what letters of a kind of subject arrived.
func subjects(all []mailtest.Letter, word string) (to []string) {
	for _, l := range all {
		if strings.Contains(l.Subject, word) {
			to = append(to, l.To[0])
		}
	}
	return to
}

// The note that an appeal is not reached goes near the end of a month, once, to who asked and has not given.
func TestTheNoteThatAnAppealIsNotReached(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.appealing()
		h.give("nour@example.net", 30)
		h.work()
		h.clock.pass(17 * 24 * time.Hour) // the 27th: not yet
		h.work()
		h.arrived(1)
		for range 60 { // the 28th to the 30th
			h.clock.pass(time.Hour)
			h.work()
		}
		notes := subjects(h.arrived(2), "manque")
		if len(notes) != 1 || notes[0] != "lea@example.net" {
			t.Fatalf("notes went to %v", notes)
		}
		text := h.server.Letters()[1].Text
		for _, want := range []string{"200,00", "30,00", "170,00", "janvier", "/unsubscribe/"} {
			if !strings.Contains(text, want) {
				t.Errorf("the note does not say %q:\n%s", want, text)
			}
		}
		if head := h.server.Letters()[1].Header; head.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
			t.Errorf("no one-click way out: %v", head)
		}
		h.clock.pass(2 * 24 * time.Hour) // February: everybody is asked anew, near its end
		h.work()
		h.arrived(2)
		h.clock.pass(26 * 24 * time.Hour)
		h.work()
		h.arrived(4)
	})
}

// A note that waited for a mail server is not sent in another month, nor to who gave meanwhile.
func TestANoteThatIsLate(t *testing.T) {
	h := start(t, "")
	h.appealing()
	h.clock.pass(19 * 24 * time.Hour)
	h.server.Down()
	h.work()
	h.want("waiting 2")
	h.give("lea@example.net", 12)
	must(t, h.server.Up())
	h.clock.pass(time.Hour)
	h.work()
	if notes := subjects(h.arrived(2), "manque"); len(notes) != 1 || notes[0] != "nour@example.net" {
		t.Errorf("notes went to %v", notes)
	}
	h.want("sent 2, withdrawn 1")
}

func (h *house) news(context.Context, string, locale.Lang) (letter.News, error) {
	note, _, err := h.app.Latest()
	return letter.News{Month: "2026-01", People: 2, Gifts: 2, Total: money.Amount{Minor: 42_00, Unit: "EUR"},
		Page: "/news/2026-01", Hash: strings.Repeat("0af9", 16), Checkpoint: string(note),
		Editor: letter.Person{Name: "Odile", Role: "Trésorière"}}, err
}

func TestNewsGoOnceToWhoAskedForThem(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.options.News = h.news
		path, err := h.LeavePath(t.Context(), "lea@example.net", office.ListNews)
		must(t, err)
		token, found := strings.CutPrefix(path, "/unsubscribe/")
		if leaving, err := h.Leaving(t.Context(), token); !found || err != nil || !leaving.On || leaving.List != "news" {
			t.Fatalf("%+v, %v", leaving, err)
		}
		must(t, h.QueueNews(t.Context(), "2026-01"))
		must(t, h.QueueNews(t.Context(), "2026-01"))
		h.want("waiting 2")
		for range 2 {
			must(t, h.Leave(t.Context(), token))
		}
		h.want("waiting 1, withdrawn 1")
		h.work()
		got := h.arrived(1)[0]
		if point, attached := got.File("checkpoint.txt"); got.To[0] != "nour@example.net" || !attached ||
			!strings.HasPrefix(string(point.Content), "fund.example.org/journal\n") {
			t.Errorf("to %v, %v", got.To, got.Files)
		}
		must(t, h.QueueNews(t.Context(), "2026-02"))
		h.work()
		h.arrived(2)
		must(t, h.Return(t.Context(), token))
		must(t, h.QueueNews(t.Context(), "2026-03"))
		h.work()
		h.arrived(4)
		h.give("lea@example.net", 12) // thanks are of no list
		must(t, h.Leave(t.Context(), token))
		h.work()
		h.arrived(5)
		for _, wrong := range []string{"", "x", token[1:], token + "A", "AAAAAAAAAAA" + token[11:]} {
			if err := h.Leave(t.Context(), wrong); fault.CodeOf(err) != fault.Forbidden {
				t.Errorf("the link %q: %v", wrong, err)
			}
		}
	})
}

// Once somebody is erased nothing goes to them, whatever waited, whatever is written later.
func TestNothingGoesToTheErased(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.options.News = h.news
		path, err := h.LeavePath(t.Context(), "lea@example.net", office.ListNews)
		must(t, err)
		h.give("lea@example.net", 12)
		must(t, h.Follow(t.Context()))
		must(t, h.QueueNews(t.Context(), "2026-01"))
		h.give("lea@example.net", 13) // which nobody has followed yet
		h.want("waiting 3")
		_, err = h.app.Erase(t.Context(), "lea@example.net")
		must(t, err)
		h.want("waiting 1")
		must(t, h.QueueNews(t.Context(), "2026-02"))
		must(t, h.Leave(t.Context(), strings.TrimPrefix(path, "/unsubscribe/")))
		h.work()
		for _, l := range h.arrived(2) {
			if l.To[0] != "nour@example.net" {
				t.Errorf("a letter went to %v", l.To)
			}
		}
		if known, err := h.office.Knows(t.Context(), "lea@example.net", "x"); err != nil || known {
			t.Errorf("the office knows them: %v, %v", known, err)
		}
	})
}

// A regular gift asks once a year, and tells of what did not come.
func TestRegularGifts(t *testing.T) {
	h := start(t, "")
	h.do("regular", &regular.Begin{Begun: regular.Begun{ID: "r1", Unit: "EUR", Amount: 20_00,
		To: []journal.Share{{Pot: "lanterne", Amount: 20_00}}, Every: regular.Monthly, Means: regular.Transfer,
		From: journal.DayOf(h.clock.now())}})
	must(t, h.office.Do(t.Context(), func(tx *office.Tx) error {
		if err := tx.PutPurpose(t.Context(), office.Purpose{Reference: "RF1", Handle: "lea@example.net",
			Shares: "lanterne=1"}); err != nil {
			return err
		}
		return tx.PutPromise(t.Context(), office.Promise{ID: "p1", Reference: "RF1", Handle: "lea@example.net",
			Amount: 20_00, Every: "month", Means: "transfer", Status: office.Active, Regular: "r1",
			Since: h.clock.now().Unix()})
	}))
	h.clock.pass(40 * 24 * time.Hour)
	h.do("missed", &regular.Miss{Missed: regular.Missed{ID: "r1", Month: 202601, Why: regular.NoMoneySeen}})
	h.work()
	if got := h.arrived(1)[0]; !strings.Contains(got.Text, "20,00") || !strings.Contains(got.Text, "10 janvier") {
		t.Errorf("%s", got.Text)
	}
	h.clock.pass(330 * 24 * time.Hour)
	for range 3 {
		h.work()
		h.clock.pass(24 * time.Hour)
	}
	got := h.arrived(2)[1]
	for _, answer := range []string{"/promise/p1/keep", "/promise/p1/amount", "/promise/p1/stop", "Lanterne"} {
		if !strings.Contains(got.Text, answer) {
			t.Errorf("the question has no %s:\n%s", answer, got.Text)
		}
	}
	h.do("stop", &regular.Alter{Changed: regular.Changed{ID: "r1", Change: regular.Stopped, Why: regular.ByDonor}})
	h.work()
	h.arrived(3)
}
