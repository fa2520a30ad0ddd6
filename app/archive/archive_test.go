// SPDX-License-Identifier: AGPL-3.0-or-later

package archive_test

import (
	"bytes"
	"crypto/rand"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ecot/app"
	"ecot/app/archive"
	"ecot/app/gifts"
	"ecot/clock"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/proof"
	"ecot/store/engine/enginetest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fund opens a fund whose treasurer and president are members, and a former president.
func fund(t *testing.T, address string) (*app.App, string) {
	t.Helper()
	dir := t.TempDir()
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	a, err := app.Open(t.Context(), app.Place{Dir: dir, Database: address, Clock: clock.Fixed(now)})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	must(t, a.Found(t.Context(), app.Charter{Origin: "fund.example.org/journal"}))
	_, err = a.Do(t.Context(), app.Request{Key: "pot", Command: &giving.OpenPot{
		PotOpened: giving.PotOpened{Slug: "lanterne", Purpose: giving.Spendable}}})
	must(t, err)
	must(t, a.Office().Do(t.Context(), func(tx *office.Tx) error {
		for i, mandate := range []string{"treasurer", "president", "former"} {
			m := office.Member{ID: mandate, Name: mandate, Mandate: mandate, Ended: int64(i / 2)}
			if err := tx.PutMember(t.Context(), m); err != nil {
				return err
			}
		}
		return nil
	}))
	return a, dir
}

// give makes somebody a donor with a letter and a promise, who gives twice, and gives the proofs.
func give(t *testing.T, a *app.App, handle, name string, receipt bool) (proofs []proof.Receipt) {
	t.Helper()
	donor := office.Donor{Handle: handle, Name: name, Mail: handle, Kind: "person", Shown: office.ByAlias,
		Alias: "Alias-" + name, Receipt: receipt, Legal: `{"street":"Rue-` + name + `"}`, News: true}
	must(t, a.Office().Do(t.Context(), func(tx *office.Tx) error {
		if err := tx.PutDonor(t.Context(), donor); err != nil {
			return err
		}
		_, err := tx.PutLetter(t.Context(), office.Letter{ID: "news/" + name, Kind: "news", Handle: handle})
		if err != nil {
			return err
		}
		return tx.PutPayer(t.Context(), office.Payer{IBAN: "IBAN-" + name, Handle: handle, Name: name})
	}))
	for range 2 {
		answer, err := gifts.New(a).Book(t.Context(), gifts.Money{Key: rand.Text(), Donor: donor,
			To: gifts.Whole("lanterne"), Amount: 12_00, Into: "bank", Given: 20_500, Evidence: giving.Proved,
			Words: "Mot-" + name})
		must(t, err)
		r, err := a.Receipt(t.Context(), answer.Index)
		must(t, err)
		proofs = append(proofs, r)
	}
	return proofs
}

// holding gives the files below a folder that hold a word.
func holding(t *testing.T, dir, word string) (paths []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(bytes.ToLower(content), []byte(strings.ToLower(word))) {
			paths = append(paths, path)
		}
		return err
	}))
	return paths
}

// figures gives everything that is published of the books.
func figures(t *testing.T, a *app.App) any {
	t.Helper()
	all, err := a.Reading().Published(t.Context())
	must(t, err)
	ledger, err := a.Reading().Ledger(t.Context())
	must(t, err)
	return []any{all, ledger}
}

// TestErasureAcrossTheHouse is what somebody may expect who asks to be forgotten: nothing of them is left but
// what the law has kept, sealed, until a day; and everybody else's proofs and totals are as they were.
func TestErasureAcrossTheHouse(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		a, dir := fund(t, address)
		proofs := slices.Concat(give(t, a, "zoe@perdu.example", "Zoé-Perdue", true),
			give(t, a, "max@perdu.example", "Max-Perdu", false), give(t, a, "reste@example.org", "Reste", true))
		size, err := a.Size(t.Context())
		must(t, err)
		before := figures(t, a)
		for _, handle := range []string{"Zoe@perdu.example", "max@perdu.example"} {
			_, err := a.Erase(t.Context(), handle)
			must(t, err)
		}
		for _, word := range []string{"perdu", "Alias-Zo", "Alias-Max", "Rue-Zo", "Mot-Max", "IBAN-Zo"} {
			if left := holding(t, dir, word); len(left) > 0 {
				t.Errorf("%q is in %v", word, left)
			}
		}
		for _, r := range proofs {
			if _, err := r.Verify(r.Extra, a.VKey()); err != nil {
				t.Errorf("the proof of %d: %v", r.Index, err)
			}
			if now, err := a.Receipt(t.Context(), r.Index); err != nil || !bytes.Equal(now.Extra, r.Extra) {
				t.Errorf("entry %d: %v", r.Index, err)
			}
		}
		if diff := cmp.Diff(before, figures(t, a)); diff != "" {
			t.Errorf("figures and balances (-before +after):\n%s", diff)
		}
		if now, err := a.Size(t.Context()); err != nil || now != size+2 {
			t.Errorf("%d entries became %d, %v", size, now, err)
		}
		if shown, err := a.Office().GivenBetween(t.Context(), 0, now(t, a), 99); err != nil || len(shown) != 2 {
			t.Errorf("the wall shows %v, %v", shown, err)
		}
		wantKept(t, a, dir)
	})
}

func now(t *testing.T, a *app.App) int64 {
	t.Helper()
	size, err := a.Size(t.Context())
	must(t, err)
	return size
}

// wantKept opens what was kept of Zoé, in all the ways in which it must not open, and in the one in which it
// must.
func wantKept(t *testing.T, a *app.App, dir string) {
	t.Helper()
	kept, err := a.Office().Archive(t.Context())
	must(t, err)
	if len(kept) != 1 || kept[0].Until != "2032-03-01" || !strings.Contains(kept[0].Law, "L102 E") {
		t.Fatalf("kept: %+v", kept)
	}
	path := filepath.Join(dir, "keys", archive.SecretFile)
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key has the mode %v", info.Mode())
	}
	key, err := os.ReadFile(path)
	must(t, err)
	wish := archive.Opening{ID: kept[0].ID, Key: key, Mandates: []string{"treasurer", "president"}, Reason: "control",
		At: 7}
	for what, change := range map[string]func(*archive.Opening){
		"one mandate":           func(o *archive.Opening) { o.Mandates = o.Mandates[:1] },
		"twice the same":        func(o *archive.Opening) { o.Mandates = []string{"treasurer", "treasurer"} },
		"one who left":          func(o *archive.Opening) { o.Mandates = []string{"treasurer", "former"} },
		"one who never was":     func(o *archive.Opening) { o.Mandates = []string{"treasurer", "king"} },
		"without a reason":      func(o *archive.Opening) { o.Reason = " " },
		"something else":        func(o *archive.Opening) { o.ID = "x" },
		"with another key":      func(o *archive.Opening) { o.Key = []byte(strings.Repeat("07", 32)) },
		"with something else":   func(o *archive.Opening) { o.Key = []byte("key") },
		"with an empty mandate": func(o *archive.Opening) { o.Mandates = []string{"", "treasurer"} },
	} {
		wrong := wish
		change(&wrong)
		if _, err := archive.Open(t.Context(), a.Office(), wrong); err == nil || fault.CodeOf(err) == fault.Internal {
			t.Errorf("%s: %v", what, err)
		}
	}
	if noted, err := a.Office().Openings(t.Context()); err != nil || len(noted) != 0 {
		t.Errorf("noted: %v, %v", noted, err)
	}
	opened, err := archive.Open(t.Context(), a.Office(), wish)
	must(t, err)
	if opened.Name != "Zoé-Perdue" || !strings.Contains(string(opened.Legal), "Rue-Zo") || len(opened.Gifts) != 2 {
		t.Errorf("opened: %+v", opened)
	}
	noted, err := a.Office().Openings(t.Context())
	if err != nil || len(noted) != 1 || noted[0].Mandates != "president,treasurer" {
		t.Errorf("noted: %v, %v", noted, err)
	}
}

// The term is counted from the day of the erasure, whatever the calendar.
func TestTheTerm(t *testing.T) {
	for day, want := range map[string]string{"2026-03-01": "2032-03-01", "2028-02-29": "2034-03-01"} {
		from, _ := journal.ParseDay(day)
		if until, law := archive.Until(from); until.String() != want || law == "" {
			t.Errorf("%s is kept until %s by %q", day, until, law)
		}
	}
}

// A key whose open half is gone is taken up again, never replaced.
func TestTheKeyIsMadeOnce(t *testing.T) {
	a, dir := fund(t, "")
	for _, name := range []string{"a", "b"} {
		give(t, a, name+"@example.org", name, true)
		_, err := a.Erase(t.Context(), name+"@example.org")
		must(t, err)
		must(t, os.Remove(filepath.Join(dir, "keys", "archive.pub")))
	}
	kept, err := a.Office().Archive(t.Context())
	if err != nil || len(kept) != 2 || kept[0].Lock != kept[1].Lock {
		t.Errorf("%+v, %v", kept, err)
	}
}
