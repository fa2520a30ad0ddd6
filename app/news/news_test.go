// SPDX-License-Identifier: AGPL-3.0-or-later

package news_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/news"
	"ecot/app/trail"
	"ecot/app/wall"
	"ecot/clock"
	"ecot/demo"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/office"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open opens an instance and closes it behind the test.
func open(t testing.TB, at app.Place) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), at)
	must(t, err)
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// played is an instance that the demo's year was played into.
func played(t testing.TB) *app.App {
	t.Helper()
	var now clock.Played
	a := open(t, demo.Place(t.TempDir(), "", now.Now))
	_, err := demo.Play(t.Context(), a, &now, nil)
	must(t, err)
	publish(t, a)
	return a
}

// publish waits until all that is in the journal is published.
func publish(t testing.TB, a *app.App) {
	t.Helper()
	size, err := a.Size(t.Context())
	must(t, err)
	for range 100 {
		if _, point, err := a.Latest(); err == nil && point.Size == size {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the journal is not published")
}

// name says of every gift of a month who gave it, but of each third one nothing.
func name(t testing.TB, a *app.App, month int) {
	t.Helper()
	var indexes []int64
	must(t, trail.New(a).Read(t.Context(), func(b *trail.Book) error {
		for _, g := range b.Gifts {
			if g.Month() == month && g.Index%3 != 0 {
				indexes = append(indexes, g.Index)
			}
		}
		return nil
	}))
	known, err := a.Office().Donors(t.Context(), "", 5_000)
	must(t, err)
	must(t, a.Office().Do(t.Context(), func(tx *office.Tx) error {
		for _, d := range known { // those whom the demo names: here each gift has a giver of its own
			if err := tx.Erase(t.Context(), d.Handle, "nobody"); err != nil {
				return err
			}
		}
		for _, i := range indexes {
			if err := tx.PutGiven(t.Context(), office.Given{Index: i, Handle: fmt.Sprintf("p%d@example.org", i),
				Shown: fmt.Sprint("Giver ", i), AmountShown: i%2 == 0}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// The table of design/demo.md, from the played year.
func TestTheNewsOfTheDemo(t *testing.T) {
	a := played(t)
	n := news.New(a, trail.New(a))
	months, err := n.Months(t.Context())
	must(t, err)
	for of, want := range map[int]news.Sum{202506: {31, 31, 397_00}, 202510: {47, 47, 715_00},
		202511: {73, 73, 940_00}, 202512: {1_013, 1_038, 12_785_00}} {
		if got := months[of].Sum; got != want {
			t.Errorf("%d: %+v, want %+v", of, got, want)
		}
	}
	best := news.Record{Best: true}
	if f := months[202512]; f.PeopleRecord != best || f.TotalRecord != best || len(f.Apart) != 0 {
		t.Errorf("December: %+v", f)
	}
	if f := months[202508]; f.PeopleRecord != (news.Record{Since: 202507}) {
		t.Errorf("August: %+v", f)
	}
	if f := months[202503]; len(f.Apart) != 1 || f.Apart[0] != (news.Apart{Part: news.Patronage, Gifts: 1,
		Total: 6_000_01}) {
		t.Errorf("March lists apart %+v", f.Apart)
	}
	if f := months[202501]; len(f.Apart) != 1 || f.Apart[0].Part != news.Endowment ||
		f.Apart[0].Total != 15_000_00 {
		t.Errorf("January lists apart %+v", f.Apart)
	}
	name(t, a, 202512)
	e, err := n.Freeze(t.Context(), 202512, "editor")
	must(t, err)
	checkFrozen(t, n, e)
	checkWithdrawn(t, a, n, e)
	if _, err := n.Freeze(t.Context(), 202601, "editor"); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a month that is not over was frozen: %v", err)
	}
	if _, err := n.Freeze(t.Context(), 202412, "editor"); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a month without gifts was frozen: %v", err)
	}
}

// checkFrozen wants a frozen edition to read back, with the digest of its bytes, and to be frozen once.
func checkFrozen(t *testing.T, n *news.News, e news.Edition) {
	t.Helper()
	again, err := n.Edition(t.Context(), e.Month, 0)
	must(t, err)
	text, err := again.Bytes()
	must(t, err)
	sum := sha256.Sum256(text)
	if hex.EncodeToString(sum[:]) != e.SHA256 || len(again.Lines) != 1_038 || again.Size != demo.Size ||
		!strings.HasPrefix(again.Checkpoint, demo.Origin) {
		t.Errorf("%d lines at %d with %s read back", len(again.Lines), again.Size, again.SHA256)
	}
	nth := int64(0)
	for _, l := range again.Lines {
		nth = max(nth, l.Nth)
	}
	if nth != 12 {
		t.Errorf("the most frequent giver gives the %dth gift", nth)
	}
	if _, err := n.Freeze(t.Context(), e.Month, "editor"); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("the same was frozen twice: %v", err)
	}
}

// checkWithdrawn withdraws one consent, and erases one giver: no answer names them any more, the digest
// stays, and the next version tells the difference.
func checkWithdrawn(t *testing.T, a *app.App, n *news.News, e news.Edition) {
	t.Helper()
	var named []news.Line
	for _, l := range e.Lines {
		if l.Shown != "" {
			named = append(named, l)
		}
	}
	gone, erased := named[5], named[9]
	must(t, wall.New(a, trail.New(a)).Withdraw(t.Context(), fmt.Sprintf("p%d@example.org", gone.Index),
		gone.Index))
	_, err := a.Erase(t.Context(), fmt.Sprintf("p%d@example.org", erased.Index))
	must(t, err)
	old, err := n.Edition(t.Context(), e.Month, 1)
	must(t, err)
	if old.Withdrawn != 2 || old.SHA256 != e.SHA256 || old.Figures.Sum != e.Figures.Sum {
		t.Errorf("%d lines are withdrawn, %s, %+v", old.Withdrawn, old.SHA256, old.Figures.Sum)
	}
	must(t, a.Office().Dump(t.Context(), func(row office.Row) error {
		if text := fmt.Sprint(row); strings.Contains(row.Table, "news") &&
			(strings.Contains(text, gone.Shown+" ") || strings.Contains(text, erased.Shown+" ")) {
			t.Errorf("the office still says %s", text)
		}
		return nil
	}))
	publish(t, a)
	next, err := n.Freeze(t.Context(), e.Month, "editor")
	must(t, err)
	for _, edition := range []news.Edition{old, next} {
		text, err := edition.Bytes()
		must(t, err)
		for _, l := range []news.Line{gone, erased} {
			if strings.Contains(string(text), `"`+l.Shown+`"`) {
				t.Errorf("version %d still names %s", edition.Version, l.Shown)
			}
		}
	}
	d := news.Differ(old, next)
	if next.Version != 2 || len(d.Changed) != 2 || len(d.Withdrawn) != 2 || d.Was != d.Is || d.Texts {
		t.Errorf("version %d differs by %+v", next.Version, d)
	}
}

// chance makes gifts, refunds, chargebacks and reversals by chance.
func chance(r *rand.Rand, size int64) mechanism.Command {
	day, _ := journal.ParseDay(fmt.Sprintf("2025-%02d-%02d", 1+r.IntN(12), 1+r.IntN(28)))
	pick := func(all ...string) string { return all[r.IntN(len(all))] }
	of := 1 + r.Int64N(size)
	switch r.IntN(8) {
	case 0:
		return &giving.Reverse{Reversed: giving.Reversed{Of: of, By: "treasurer", On: day}}
	case 1, 2:
		return &giving.GiveBack{Refunded: giving.Refunded{Of: of, Unit: "EUR", Through: "bank", On: day,
			Back:     []journal.Share{{Pot: pick("fonds", "dotation"), Amount: 1 + r.Int64N(9)}},
			Evidence: giving.Proved,
			Reason:   []giving.Reason{giving.GivenBack, giving.ChargedBack, giving.SentBack}[r.IntN(3)]}}
	}
	gross := 1 + r.Int64N(20)
	return &giving.Give{Given: giving.Given{Inflow: giving.Inflow{Unit: "EUR", Gross: gross, Into: "bank",
		Given:    day,
		Nature:   giving.Nature(pick("gift", "gift", "gift", "sale", "sponsorship", "grant", "unknown")),
		Donor:    giving.Donor(pick("person", "person", "company", "association", "public-body", "unknown")),
		Evidence: giving.Proved}, To: []journal.Share{{Pot: pick("fonds", "dotation"), Amount: gross}}}}
}

// In every history, what the news and the wall sum over all months is what the journal publishes as given,
// less what it publishes as given back.
func TestNewsSumToTheJournal(t *testing.T) {
	histories := 12
	if testing.Short() {
		histories = 3
	}
	for seed := range histories {
		a := open(t, app.Place{Dir: t.TempDir()})
		must(t, a.Found(t.Context(), app.Charter{Origin: "fund.example.org/journal"}))
		for slug, purpose := range map[string]giving.Purpose{"fonds": giving.Spendable,
			"dotation": giving.Endowment} {
			_, err := a.Do(t.Context(), app.Request{Key: slug,
				Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: slug, Purpose: purpose}}})
			must(t, err)
		}
		tr := trail.New(a)
		r, size := rand.New(rand.NewPCG(uint64(seed), 2)), int64(3)
		for i := range 120 {
			answer, err := a.Do(t.Context(), app.Request{Key: fmt.Sprint(i), Command: chance(r, size),
				Person: app.Person{Handle: fmt.Sprint("p", r.IntN(9))}})
			if err != nil && fault.CodeOf(err) == fault.Internal {
				t.Fatal(err)
			}
			size = max(size, answer.Index)
		}
		checkSums(t, a, tr)
	}
}

func checkSums(t *testing.T, a *app.App, tr *trail.Trail) {
	t.Helper()
	var want, got, gifts int64
	published, err := a.Reading().Published(t.Context())
	must(t, err)
	for _, f := range published {
		switch f.Name {
		case giving.FigureGifts:
			want += f.Amount
		case giving.FigureReturned:
			want -= f.Amount
		}
	}
	months, err := news.New(a, tr).Months(t.Context())
	must(t, err)
	for _, f := range months {
		got += f.Total
		gifts += f.Gifts
		for _, apart := range f.Apart {
			got += apart.Total
			gifts += apart.Gifts
		}
	}
	_, _, sums, err := wall.New(a, tr).List(t.Context(), wall.Query{})
	must(t, err)
	if got != want || sums.Total != want || sums.Gifts != gifts || want == 0 {
		t.Errorf("the news sum to %d, the wall to %d of %d gifts (%d), the journal to %d", got, sums.Total,
			sums.Gifts,
			gifts, want)
	}
}

// What is frozen is told from what was changed behind the fund's back.
func TestFrozenBytesAreChecked(t *testing.T) {
	var e news.Edition
	text, err := e.Bytes()
	must(t, err)
	if err := json.Unmarshal(text, &struct{}{}); err != nil {
		t.Error(err)
	}
	a := played(t)
	n := news.New(a, trail.New(a))
	e, err = n.Freeze(t.Context(), 202512, "editor")
	must(t, err)
	err = a.Office().Do(t.Context(), func(tx *office.Tx) error {
		return tx.Freeze(t.Context(), office.Frozen{Month: 202512, Version: 2, Head: "{}", SHA256: e.SHA256},
			nil)
	})
	must(t, err)
	if _, err := n.Edition(t.Context(), 202512, 2); fault.CodeOf(err) != fault.Internal {
		t.Errorf("changed news were taken for frozen ones: %v", err)
	}
	if _, err := n.Edition(t.Context(), 202512, 3); fault.CodeOf(err) != fault.NotFound || errors.Is(err,
		nil) {
		t.Errorf("there is no third version: %v", err)
	}
}
