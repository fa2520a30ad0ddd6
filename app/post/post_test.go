// SPDX-License-Identifier: AGPL-3.0-or-later

package post

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/profile"
	"ecot/journal"
	"ecot/mail"
	"ecot/mail/mailtest"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/store/engine/enginetest"
)

// clockAt is a clock that a test moves while others read it.
type clockAt struct{ seconds atomic.Int64 }

func (c *clockAt) now() time.Time       { return time.Unix(c.seconds.Load(), 0).UTC() }
func (c *clockAt) pass(d time.Duration) { c.seconds.Add(int64(d / time.Second)) }

// house is a fund with a post and a mail server.
type house struct {
	*Post
	t      *testing.T
	clock  *clockAt
	place  app.Place
	server *mailtest.Server
	keys   int
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// start opens a founded fund with the project Lanterne and the donors Léa and Nour.
func start(t *testing.T, address string) *house {
	t.Helper()
	clock := &clockAt{}
	clock.seconds.Store(time.Date(2026, 1, 10, 9, 0, 0, 0, time.UTC).Unix())
	h := &house{t: t, clock: clock, server: mailtest.Start(t, mailtest.Options{}),
		place: app.Place{Dir: t.TempDir(), Database: address, Clock: clock.now}}
	a := h.open(h.place)
	must(t, a.Found(t.Context(), app.Charter{Origin: "fund.example.org/journal", Name: "Les Communs", Lang: "fr"}))
	h.Post = h.post(a)
	h.do("pot", &giving.OpenPot{PotOpened: giving.PotOpened{Slug: "lanterne", Purpose: giving.Spendable}})
	fund := profile.Profile{LegalName: "Fonds des Communs", Form: profile.Association, Mail: "merci@fund.example.org",
		BaseURL: "https://fund.example.org", Pot: "lanterne", Town: "Brindeval"}
	must(t, fund.Save(t.Context(), a.Office(), "treasurer", 1))
	must(t, a.Office().Do(t.Context(), func(tx *office.Tx) error {
		for _, name := range []string{"Léa", "Nour"} {
			handle := strings.ReplaceAll(strings.ToLower(name), "é", "e") + "@example.net"
			err := tx.PutDonor(t.Context(), office.Donor{Handle: handle, Name: name, Mail: handle, Lang: "fr",
				Kind: "person", Shown: office.Anonymous, News: true, Reminders: true})
			if err != nil {
				return err
			}
		}
		return tx.PutProject(t.Context(), office.Project{Slug: "lanterne", Title: "Lanterne", Thanks: "Basile Factice",
			Status: office.Running})
	}))
	return h
}

func (h *house) open(at app.Place) *app.App {
	h.t.Helper()
	a, err := app.Open(h.t.Context(), at)
	must(h.t, err)
	h.t.Cleanup(func() { must(h.t, a.Close()) })
	return a
}

// post gives a post of an instance that sends to the house's server.
func (h *house) post(a *app.App) *Post {
	h.t.Helper()
	sender, err := mail.NewSender(mail.Settings{Server: h.server.Address(), Timeout: 5 * time.Second})
	must(h.t, err)
	return New(a, Options{Sender: sender})
}

// replica gives the post of another process on the same PostgreSQL database, or of the same one on SQLite.
func (h *house) replica() *Post {
	h.t.Helper()
	if h.place.Database == "" {
		return h.post(h.app)
	}
	at := app.Place{Dir: h.t.TempDir(), Database: h.place.Database, Clock: h.clock.now}
	must(h.t, os.CopyFS(filepath.Join(at.Dir, "keys"), os.DirFS(filepath.Join(h.place.Dir, "keys"))))
	must(h.t, os.Chmod(filepath.Join(at.Dir, "keys"), 0o700))
	return h.post(h.open(at))
}

func (h *house) do(key string, command mechanism.Command) app.Answer {
	h.t.Helper()
	answer, err := h.app.Do(h.t.Context(), app.Request{Key: key, Command: command})
	must(h.t, err)
	return answer
}

// give books a gift of euros by a donor, and gives its index.
func (h *house) give(handle string, euros int64) int64 {
	h.t.Helper()
	donor, _, err := h.office.Donor(h.t.Context(), handle)
	must(h.t, err)
	if donor.Handle == "" {
		donor = office.Donor{Handle: handle, Name: "Nobody", Mail: handle, Kind: "person"}
	}
	h.keys++
	day := journal.DayOf(h.clock.now())
	answer, err := gifts.New(h.app).Book(h.t.Context(), gifts.Money{Key: fmt.Sprint("line/", h.keys), Donor: donor,
		To: gifts.Whole("lanterne"), Amount: euros * 100, Into: "bank", Given: day, Credited: day,
		Evidence: giving.Proved})
	must(h.t, err)
	return answer.Index
}

// work follows, ticks and sends once; what the server refuses is no failure of the test.
func (h *house) work() {
	h.t.Helper()
	must(h.t, h.Follow(h.t.Context()))
	must(h.t, h.Tick(h.t.Context()))
	if err := h.Send(h.t.Context()); err != nil {
		h.t.Log("send:", err)
	}
}

// states counts the letters by state.
func (h *house) states() string {
	h.t.Helper()
	counts, err := h.office.CountLetters(h.t.Context())
	must(h.t, err)
	var parts []string
	for _, c := range counts {
		parts = append(parts, fmt.Sprint(c.State, " ", c.Count))
	}
	return strings.Join(parts, ", ")
}

func (h *house) want(states string) {
	h.t.Helper()
	if got := h.states(); got != states {
		h.t.Errorf("letters: %s; want %s", got, states)
	}
}

// arrived wants so many letters at the server, none of them twice.
func (h *house) arrived(n int) []mailtest.Letter {
	h.t.Helper()
	all := h.server.Letters()
	if len(all) != n || len(h.server.Distinct()) != n {
		h.t.Fatalf("%d letters arrived, %d of them distinct; want %d", len(all), len(h.server.Distinct()), n)
	}
	return all
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	enginetest.Each(t, func(t *testing.T, address string) { fn(t, start(t, address)) })
}
