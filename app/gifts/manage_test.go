// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts_test

import (
	"context"
	"encoding/json"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/gifts/giftstest"
	"ecot/fault"
	"ecot/locale"
	"ecot/mechanism/giving"
	"ecot/office"
)

// letters keeps the letters that were asked for.
type letters struct{ all []gifts.Letter }

func (l *letters) Write(_ context.Context, _ *office.Tx, letter gifts.Letter) error {
	l.all = append(l.all, letter)
	return nil
}

func (l *letters) kinds() (kinds []string) {
	for _, letter := range l.all {
		kinds = append(kinds, letter.Kind)
	}
	return kinds
}

// monthly announces a regular transfer of Nour's, and books its first money.
func monthly(t *testing.T, a *app.App, g *gifts.Gifts) office.Promise {
	t.Helper()
	wish := lea()
	wish.Every, wish.Amount, wish.Mail, wish.Name = gifts.Monthly, 20_00, "nour@example.org", "Nour Modèle"
	p, err := g.Announce(t.Context(), wish)
	if err != nil {
		t.Fatal(err)
	}
	book(t, a, g, p, "line/"+p.ID)
	p, _, err = a.Office().Promise(t.Context(), p.ID)
	if err != nil || p.Status != office.Active {
		t.Fatalf("%+v, %v", p, err)
	}
	return p
}

// A regular gift begins in the journal with its first money, not with a promise.
func TestARegularGiftBeginsWithMoney(t *testing.T) {
	a, _ := giftstest.Open(t, giftstest.Profile())
	g := gifts.New(a)
	p := monthly(t, a, g)
	gift, err := a.Reading().Regular(t.Context(), p.Regular)
	if err != nil || gift == nil || gift.Amount != 20_00 || gift.From != giftstest.Today(a) {
		t.Fatalf("%+v, %v", gift, err)
	}
	size, err := a.Size(t.Context())
	if err != nil || size != 7 { // genesis, four pots, the regular gift, its first instalment
		t.Errorf("%d entries, %v", size, err)
	}
	book(t, a, g, p, "line/second")
	if size, err = a.Size(t.Context()); err != nil || size != 8 {
		t.Errorf("the second instalment made %d entries, %v", size, err)
	}
	seen, err := g.Of(t.Context(), p)
	if err != nil || len(seen) != 2 || seen[1].Regular != p.Regular {
		t.Errorf("%+v, %v", seen, err)
	}
}

// Every act, in any order and any number of times, leaves the office as the journal has it.
func TestOfficeFollowsJournal(t *testing.T) {
	a, clock := giftstest.Open(t, giftstest.Profile())
	g := gifts.New(a)
	p := monthly(t, a, g)
	r := rand.New(rand.NewSource(3))
	done := 0
	for range 60 {
		clock.At = clock.At.Add(time.Duration(r.Intn(20*24)) * time.Hour)
		today := giftstest.Today(a)
		change := gifts.Change{Act: pick(r, gifts.Amend, gifts.Pause, gifts.Resume, gifts.Keep)}
		switch change.Act {
		case gifts.Amend:
			change.Amount = int64(1_00 + r.Intn(50_00))
		case gifts.Pause:
			change.Until = pick(r, 0, today+40)
		}
		for range 1 + r.Intn(2) {
			if err := g.Change(t.Context(), p.Handle, p.ID, change); err == nil {
				done++
			} else if code := fault.CodeOf(err); code != fault.Conflict {
				t.Fatalf("%+v: %v", change, err)
			}
		}
		if err := g.Tick(t.Context(), clock.At); err != nil {
			t.Fatal(err)
		}
		agree(t, a, p.ID)
	}
	if done < 30 {
		t.Errorf("only %d acts were done", done)
	}
	for range 2 {
		if err := g.Change(t.Context(), p.Handle, p.ID, gifts.Change{Act: gifts.Stop}); err != nil {
			t.Fatal(err)
		}
	}
	gift, err := a.Reading().Regular(t.Context(), p.Regular)
	stopped, _, wrong := a.Office().Promise(t.Context(), p.ID)
	if err != nil || wrong != nil || gift != nil || stopped.Status != office.Stopped {
		t.Errorf("%+v, %+v, %v, %v", gift, stopped, err, wrong)
	}
}

// agree compares a promise with its regular gift in the journal.
func agree(t *testing.T, a *app.App, id string) {
	t.Helper()
	p, _, err := a.Office().Promise(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	gift, err := a.Reading().Regular(t.Context(), p.Regular)
	if err != nil || gift == nil {
		t.Fatalf("%+v, %v", gift, err)
	}
	until := ""
	if gift.Until != 0 {
		until = gift.Until.String()
	}
	if gift.Amount != p.Amount || gift.Paused != (p.Status == office.Paused) || until != p.PausedUntil {
		t.Fatalf("the journal has %+v, the office %+v", gift, p)
	}
}

// A promise of somebody else cannot be touched by one's own link.
func TestOwnPromisesOnly(t *testing.T) {
	a, _ := giftstest.Open(t, giftstest.Profile())
	g := gifts.New(a)
	p := monthly(t, a, g)
	other, err := g.Announce(t.Context(), lea())
	if err != nil {
		t.Fatal(err)
	}
	index := book(t, a, g, other, "line/other")
	err = g.Change(t.Context(), other.Handle, p.ID, gifts.Change{Act: gifts.Stop})
	if fault.CodeOf(err) != fault.NotFound {
		t.Errorf("Léa stopped Nour's gift: %v", err)
	}
	if err := g.Withdraw(t.Context(), p.Handle, index); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("Nour withdrew Léa's consent: %v", err)
	}
}

// A donor's link opens what is theirs; no other text opens anything.
func TestLinksCannotBeGuessed(t *testing.T) {
	a, _ := giftstest.Open(t, giftstest.Profile())
	g := gifts.New(a)
	p := monthly(t, a, g)
	token, err := g.Token(t.Context(), p.Handle)
	if err != nil {
		t.Fatal(err)
	}
	if handle, err := g.Holder(t.Context(), token); err != nil || handle != p.Handle {
		t.Fatalf("%q, %v", handle, err)
	}
	if strings.Contains(token, "nour") || strings.Contains(token, "@") {
		t.Errorf("the link says whose it is: %s", token)
	}
	path := strings.TrimPrefix(g.CertificatePath(6), "/r/")
	wrong := []string{"", "x", p.ID, p.Reference, path, token[1:], token + "A"}
	for i := range token {
		wrong = append(wrong, token[:i]+string('A'+(token[i]-'A'+1)%26)+token[i+1:])
	}
	for _, guess := range wrong {
		if guess == token {
			continue
		}
		if _, err := g.Holder(t.Context(), guess); fault.CodeOf(err) != fault.NotFound || err == nil {
			t.Errorf("%q opens something: %v", guess, err)
		}
	}
	if _, err := g.Certificate(t.Context(), token); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a link to manage opens a certificate: %v", err)
	}
}

// Asking for a link says nothing of who is known, and only who is known gets one.
func TestAskingForALinkSaysNothing(t *testing.T) {
	a, _ := giftstest.Open(t, giftstest.Profile())
	post := &letters{}
	g := gifts.New(a, gifts.WithLetters(post))
	monthly(t, a, g)
	post.all = nil
	for _, mail := range []string{"nour@example.org", "NOUR@example.org", "nobody@example.org"} {
		if err := g.AskLink(t.Context(), mail); err != nil {
			t.Errorf("%s: %v", mail, err)
		}
	}
	if len(post.all) != 2 || post.all[0] != (gifts.Letter{Kind: gifts.LetterLink, Handle: "nour@example.org"}) {
		t.Errorf("%+v", post.all)
	}
	for _, mail := range []string{"nour@example.org", "nobody@example.org"} {
		var err error
		for range 10 {
			err = g.AskLink(t.Context(), mail)
		}
		if fault.CodeOf(err) != fault.Unavailable || err == nil {
			t.Errorf("%s may ask for ever: %v", mail, err)
		}
	}
}

// Instalments that nobody saw are noted once each, and late ones are not; promises lapse.
func TestTickNotesWhatDidNotCome(t *testing.T) {
	a, clock := giftstest.Open(t, giftstest.Profile())
	g := gifts.New(a)
	p := monthly(t, a, g)
	waiting, err := g.Announce(t.Context(), lea())
	if err != nil {
		t.Fatal(err)
	}
	clock.At = time.Date(2026, 2, 4, 9, 0, 0, 0, time.UTC) // two days late
	book(t, a, g, p, "line/february")
	var months []int
	begun := clock.At
	for day := range 120 {
		clock.At = begun.AddDate(0, 0, day)
		for range 2 {
			if err := g.Tick(t.Context(), clock.At); err != nil {
				t.Fatal(err)
			}
		}
		gift, err := a.Reading().Regular(t.Context(), p.Regular)
		if err != nil {
			t.Fatal(err)
		}
		if gift.Missed != 0 && !slices.Contains(months, gift.Missed) {
			months = append(months, gift.Missed)
		}
	}
	if !slices.Equal(months, []int{202603, 202604, 202605}) {
		t.Errorf("noted as missed: %v", months)
	}
	lapsed, _, err := a.Office().Promise(t.Context(), waiting.ID)
	if err != nil || lapsed.Status != office.Lapsed {
		t.Errorf("%+v, %v", lapsed, err)
	}
	book(t, a, g, lapsed, "line/late")
	if kept, _, err := a.Office().Promise(t.Context(), waiting.ID); err != nil || kept.Status != office.Kept {
		t.Errorf("money for what lapsed: %+v, %v", kept, err)
	}
}

// A year behind the last answer the giver is asked, until they answer.
func TestStillYes(t *testing.T) {
	a, clock := giftstest.Open(t, giftstest.Profile())
	g := gifts.New(a)
	p := monthly(t, a, g)
	asked := func() []gifts.Question {
		due, err := g.Questions(t.Context(), giftstest.Today(a))
		if err != nil {
			t.Fatal(err)
		}
		return due
	}
	clock.At = time.Date(2027, 1, 1, 9, 0, 0, 0, time.UTC)
	if due := asked(); len(due) != 0 {
		t.Errorf("asked too early: %+v", due)
	}
	clock.At = clock.At.AddDate(0, 0, 1)
	if due := asked(); len(due) != 1 || due[0].Promise.ID != p.ID {
		t.Errorf("not asked: %+v", due)
	}
	if err := g.Change(t.Context(), p.Handle, p.ID, gifts.Change{Act: gifts.Keep}); err != nil {
		t.Fatal(err)
	}
	if due := asked(); len(due) != 0 {
		t.Errorf("asked again: %+v", due)
	}
}

// Withdrawn, a consent shows nothing any more; the export has all, and erasing leaves the journal alone.
func TestWithdrawExportForget(t *testing.T) {
	a, _ := giftstest.Open(t, giftstest.Profile())
	post := &letters{}
	g := gifts.New(a, gifts.WithLetters(post))
	p := monthly(t, a, g)
	account, err := g.Account(t.Context(), p.Handle)
	if err != nil || len(account.Gifts) != 1 || len(account.Held) != 1 || !account.Held[0].Going() {
		t.Fatalf("%+v, %v", account, err)
	}
	index := account.Gifts[0].Index
	if err := g.Withdraw(t.Context(), p.Handle, index); err != nil {
		t.Fatal(err)
	}
	given, _, err := a.Office().Given(t.Context(), index)
	if err != nil || given.Withdrawn == 0 || given.Shown != "" {
		t.Errorf("%+v, %v", given, err)
	}
	var taken struct {
		Donor struct{ Name, Mail string }
		Gifts []struct{ Gross, Entry int64 }
	}
	text, err := g.Export(t.Context(), p.Handle)
	if err == nil {
		err = json.Unmarshal(text, &taken)
	}
	if err != nil || taken.Donor.Mail != p.Handle || len(taken.Gifts) != 1 || taken.Gifts[0].Gross != 20_00 {
		t.Errorf("%s, %v", text, err)
	}
	token, err := g.Token(t.Context(), p.Handle)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Forget(t.Context(), p.Handle); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Holder(t.Context(), token); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the link of a forgotten donor still opens: %v", err)
	}
	if known, err := a.Office().Knows(t.Context(), p.Handle, "x"); err != nil || known {
		t.Errorf("still known: %v, %v", known, err)
	}
	if gift, err := a.Reading().Gift(t.Context(), index); err != nil || gift.Gross != 20_00 {
		t.Errorf("the journal lost a gift: %v", err)
	}
	if regularly, err := a.Reading().Regular(t.Context(), p.Regular); err != nil || regularly != nil {
		t.Errorf("a regular gift goes on without its giver: %+v, %v", regularly, err)
	}
	if kinds := post.kinds(); !slices.Equal(kinds, []string{gifts.LetterInstructions, gifts.LetterStopped}) {
		t.Errorf("letters: %v", kinds)
	}
}

// What a donor says of themselves holds for what they promised, from now on.
func TestNamesAndReceipts(t *testing.T) {
	a, _ := giftstest.Open(t, giftstest.Profile())
	g := gifts.New(a)
	p := monthly(t, a, g)
	if err := g.Name(t.Context(), p.Handle, gifts.Naming{Shown: office.ByAlias, Alias: "N.", Reminders: true}); err != nil {
		t.Fatal(err)
	}
	if err := g.Name(t.Context(), p.Handle, gifts.Naming{Shown: office.ByName}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("shown by a name that is not there: %v", err)
	}
	legal := gifts.Legal{Name: "Nour Modèle", Street: "2 place du Four", Postcode: "01000", Town: "Brindeval", Country: "fr"}
	if err := g.Receipts(t.Context(), p.Handle, true, legal); err != nil {
		t.Fatal(err)
	}
	legal.Town = ""
	if err := g.Receipts(t.Context(), p.Handle, true, legal); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a receipt without a town: %v", err)
	}
	index := book(t, a, g, p, "line/next")
	given, _, err := a.Office().Given(t.Context(), index)
	if err != nil || given.Shown != "N." {
		t.Errorf("%+v, %v", given, err)
	}
	account, err := g.Account(t.Context(), p.Handle)
	if err != nil || account.Legal.Country != "FR" || !account.Donor.Receipt || account.Donor.Alias != "N." {
		t.Errorf("%+v, %v", account, err)
	}
	if err := g.Receipts(t.Context(), p.Handle, false, gifts.Legal{}); err != nil {
		t.Fatal(err)
	}
	if account, err = g.Account(t.Context(), p.Handle); err != nil || account.Donor.Legal != "" {
		t.Errorf("kept what no receipt needs: %+v, %v", account, err)
	}
}

// A certificate proves its entry; one that was undone is not printed.
func TestCertificate(t *testing.T) {
	a, _ := giftstest.Open(t, giftstest.Profile())
	g := gifts.New(a)
	p := monthly(t, a, g)
	seen, err := g.Of(t.Context(), p)
	if err != nil || len(seen) != 1 {
		t.Fatalf("%+v, %v", seen, err)
	}
	token := strings.TrimPrefix(g.CertificatePath(seen[0].Index), "/r/")
	c, err := g.Certificate(t.Context(), token)
	if err != nil || c.Payer != "Nour Modèle" || c.Gross != 20_00 || c.Size <= c.Index || len(c.Root) != 44 {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := c.PDF(tongue(t, locale.French)); err != nil {
		t.Errorf("the certificate cannot be printed: %v", err)
	}
	donor, _, err := a.Office().Donor(t.Context(), p.Handle)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Do(t.Context(), app.Request{Key: "undo", Command: &giving.Reverse{Reversed: giving.Reversed{
		Of: c.Index, By: "treasurer"}}}); err != nil {
		t.Fatal(err)
	}
	undone, err := g.Certificate(t.Context(), token)
	if err != nil || !undone.Whole || undone.Payer != donor.Name {
		t.Fatalf("%+v, %v", undone, err)
	}
	if _, err := undone.PDF(tongue(t, locale.French)); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("what was undone is printed: %v", err)
	}
}

func tongue(t *testing.T, lang locale.Lang) locale.Tongue {
	t.Helper()
	spoken, err := locale.Load(lang)
	if err != nil {
		t.Fatal(err)
	}
	return spoken
}
