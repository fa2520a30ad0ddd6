// SPDX-License-Identifier: AGPL-3.0-or-later

package cards_test

import (
	"context"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/cards"
	"ecot/app/gifts"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/mechanism/regular"
	"ecot/office"
	"ecot/pay"
	"ecot/pay/standin"
	"ecot/store/engine/enginetest"
)

// regularGift gives the state of the regular gift of a promise, nil once it is stopped.
func (w *world) regularGift(id string) *regular.Gift {
	w.Helper()
	gift, err := w.app.Reading().Regular(w.Context(), "regular-"+id)
	must(w, err)
	return gift
}

func (w *world) subscription(id string) string {
	w.Helper()
	p, _, err := w.app.Office().Promise(w.Context(), id)
	must(w, err)
	return p.Subscription
}

// subscribed lets a donor begin a regular gift of 20.00 a month to Lanterne.
func (w *world) subscribed(id string) string {
	w.Helper()
	w.paid(id, "lanterne=1", "month", 20_00)
	w.deliver()
	subscription := w.subscription(id)
	if subscription == "" || w.status(id) != office.Active || w.regularGift(id) == nil {
		w.Fatalf("promise %s is %s, its subscription %q", id, w.status(id), subscription)
	}
	return subscription
}

func TestARegularGiftLives(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		w := fund(t, address)
		mine := gifts.New(w.app, gifts.WithCards(w.cards))
		subscription := w.subscribed("nour")
		if gift := w.regularGift("nour"); gift.Amount != 20_00 || gift.Means != regular.Card ||
			gift.From.String() != "2025-12-31" {
			t.Errorf("begun: %+v", gift)
		}
		change := func(c gifts.Change) {
			t.Helper()
			for range 2 {
				must(t, mine.Change(t.Context(), "nour@example.org", "nour", c))
				w.deliver()
			}
		}
		w.now.pass(31 * 24 * time.Hour)
		i, err := w.bank.Instalment(t.Context(), w.play(standin.Renew, subscription))
		must(t, err)
		w.deliver()
		w.holds("two instalments", map[string]int64{"pot:lanterne": 2 * (20_00 - 55)})
		if gift := fact[*giving.Given](w, w.index(i.Payment)); gift.Regular != "regular-nour" {
			t.Errorf("the instalment: %+v", gift)
		}
		change(gifts.Change{Act: gifts.Pause})
		if gift := w.regularGift("nour"); !gift.Paused || w.status("nour") != office.Paused {
			t.Errorf("paused: %+v, %s", gift, w.status("nour"))
		}
		w.now.pass(31 * 24 * time.Hour)
		w.play(standin.Renew, subscription) // void
		w.deliver()
		must(t, w.cards.Tick(t.Context()))
		change(gifts.Change{Act: gifts.Resume})
		change(gifts.Change{Act: gifts.Amend, Amount: 30_00})
		if gift := w.regularGift("nour"); gift.Paused || gift.Amount != 30_00 {
			t.Errorf("resumed and amended: %+v", gift)
		}
		w.play(standin.Renew, subscription)
		w.deliver()
		w.holds("a larger one", map[string]int64{"pot:lanterne": 2*(20_00-55) + 30_00 - 70})
		change(gifts.Change{Act: gifts.Stop})
		read, err := w.bank.Subscription(t.Context(), subscription)
		if err != nil || read.Status != pay.SubscriptionEnded || w.regularGift("nour") != nil ||
			w.status("nour") != office.Stopped {
			t.Errorf("stopped: %+v, %v, %s", read, err, w.status("nour"))
		}
		for index := w.index(i.Payment); ; index++ {
			view, err := w.app.Reading().View(t.Context(), index)
			if fault.CodeOf(err) == fault.NotFound && err != nil {
				break
			}
			must(t, err)
			if change, ok := view.Fact.(*regular.Changed); ok && change.Why != regular.ByDonor {
				t.Errorf("entry %d says %s by %s", index, change.Change, change.Why)
			}
		}
		for _, figure := range published(w) {
			if figure != 0 {
				t.Errorf("promised in the end: %d", figure)
			}
		}
	})
}

// published sums what is published as promised, in count and amount.
func published(w *world) (sums [2]int64) {
	list, err := w.app.Reading().Published(w.Context())
	must(w, err)
	for _, t := range list {
		if t.Name == regular.FigureActive {
			sums[0], sums[1] = sums[0]+t.Count, sums[1]+t.Amount
		}
	}
	return sums
}

func TestAnInstalmentIsRefused(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		w := fund(t, address)
		subscription := w.subscribed("nour")
		w.now.pass(31 * 24 * time.Hour)
		w.play(standin.Miss, subscription)
		w.deliver()
		w.deliver()
		w.now.pass(25 * time.Hour)
		must(t, w.cards.Tick(t.Context()))
		if gift := w.regularGift("nour"); gift.Missed != 2026_01 || w.status("nour") != office.Active {
			t.Errorf("missed: %+v, %s", gift, w.status("nour"))
		}
		w.now.pass(31 * 24 * time.Hour)
		w.play(standin.Renew, subscription)
		w.deliver()
		w.holds("it comes again", map[string]int64{"pot:lanterne": 2 * (20_00 - 55)})
	})
}

// TestTheProviderEndsIt stops a regular gift that the provider ended, and follows what was changed there.
func TestTheProviderEndsIt(t *testing.T) {
	w := fund(t, "")
	subscription := w.subscribed("nour")
	revise := func(r pay.Revision) {
		t.Helper()
		r.Subscription, r.Key = subscription, string(r.Act)
		_, err := w.bank.Revise(t.Context(), r)
		must(t, err)
		w.now.pass(25 * time.Hour)
		must(t, w.cards.Tick(t.Context()))
	}
	revise(pay.Revision{Act: pay.Reprice, Amount: euros(5_00)})
	revise(pay.Revision{Act: pay.Pause})
	if gift := w.regularGift("nour"); gift.Amount != 5_00 || !gift.Paused || w.status("nour") != office.Paused {
		t.Errorf("changed there: %+v, %s", gift, w.status("nour"))
	}
	revise(pay.Revision{Act: pay.Resume})
	if gift := w.regularGift("nour"); gift.Paused {
		t.Errorf("resumed there: %+v", gift)
	}
	revise(pay.Revision{Act: pay.Stop})
	if w.regularGift("nour") != nil || w.status("nour") != office.Stopped {
		t.Errorf("ended there: %s", w.status("nour"))
	}
	stopped, err := w.app.Size(t.Context())
	must(t, err)
	w.deliver()
	if size, err := w.app.Size(t.Context()); err != nil || size != stopped {
		t.Errorf("%d entries became %d, %v", stopped, size, err)
	}
}

// away is a provider that can be away.
type away struct {
	pay.Provider
	down map[string]bool // by method
}

func (a away) errIf(method string) error {
	if a.down[method] || a.down["all"] {
		return pay.Down(time.Second, context.DeadlineExceeded)
	}
	return nil
}

func (a away) Payment(ctx context.Context, id string) (pay.Payment, error) {
	if err := a.errIf("payment"); err != nil {
		return pay.Payment{}, err
	}
	p, err := a.Provider.Payment(ctx, id)
	if a.down["booking"] {
		p.Booked = pay.Booking{}
	}
	return p, err
}

func (a away) Subscription(ctx context.Context, id string) (pay.Subscription, error) {
	if err := a.errIf("subscription"); err != nil {
		return pay.Subscription{}, err
	}
	return a.Provider.Subscription(ctx, id)
}

func (a away) Refund(ctx context.Context, r pay.RefundOrder) (pay.Refund, error) {
	if err := a.errIf("refund"); err != nil {
		return pay.Refund{}, err
	}
	return a.Provider.Refund(ctx, r)
}

func (a away) Start(ctx context.Context, o pay.Order) (pay.Session, error) {
	if err := a.errIf("start"); err != nil {
		return pay.Session{}, err
	}
	return a.Provider.Start(ctx, o)
}

// TestTheProviderIsAway stops each call of the provider in turn: a message is kept all the same, and what it
// told is booked later, once.
func TestTheProviderIsAway(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		w := fund(t, address)
		broken := away{w.bank, map[string]bool{}}
		w.till = broken
		w.cards = w.open()
		later := func(method string) {
			t.Helper()
			delete(broken.down, method)
			w.now.pass(12 * time.Hour)
			must(t, w.cards.Tick(t.Context()))
		}
		broken.down["start"] = true
		w.promise("lea", "lanterne=1", "once", 12_00)
		_, err := w.cards.Start(t.Context(), office.Promise{ID: "lea"})
		refuses(t, "starting", err, fault.Unavailable)
		delete(broken.down, "start")
		payment := w.play(standin.Pay, w.start("lea"))
		broken.down["payment"] = true
		w.deliver()
		if failing, _, err := w.app.Office().CardEventsFailing(t.Context()); err != nil || failing != 1 {
			t.Errorf("%d messages wait, %v", failing, err)
		}
		w.holds("away", map[string]int64{"asset:provider": 0})
		delete(broken.down, "payment")
		broken.down["booking"] = true
		later("payment")
		w.holds("not booked there yet", map[string]int64{"asset:provider": 0})
		later("booking")
		w.holds("booked", map[string]int64{"pot:lanterne": 11_57})
		w.paid("nour", "lanterne=1", "month", 20_00)
		broken.down["subscription"] = true
		w.deliver()
		w.holds("the gift is in", map[string]int64{"pot:lanterne": 11_57 + 19_45})
		later("subscription")
		if w.subscription("nour") == "" {
			t.Error("the subscription is not known")
		}
		refund := cards.Refund{Key: "form", Index: w.index(payment), Amount: 6_00, Mandate: "treasurer"}
		broken.down["refund"] = true
		must(t, w.cards.RefundGift(t.Context(), refund))
		w.holds("nothing went back", map[string]int64{"pot:lanterne": 11_57 + 19_45})
		later("refund")
		w.holds("it went back once", map[string]int64{"pot:lanterne": 5_57 + 19_45})
		must(t, w.cards.RefundGift(t.Context(), refund))
		w.holds("and no more", map[string]int64{"pot:lanterne": 5_57 + 19_45})
		if got := w.cases(); len(got) != 0 {
			t.Errorf("cases: %v", got)
		}
	})
}

// TestACrashBehindTheJournal finds the gift in the journal that the office knows nothing of, although its
// giver has another name since.
func TestACrashBehindTheJournal(t *testing.T) {
	w := fund(t, "")
	payment := w.paid("lea", "lanterne=1", "once", 12_00)
	day, _ := journal.ParseDay("2025-12-31")
	answer, err := w.app.Do(t.Context(), app.Request{Key: "card/" + payment, Once: []app.Once{{Scope: "card", Key: payment}},
		Person: app.Person{Handle: "lea@example.org", Kind: "person", Name: "Léa Autrement"},
		Command: &giving.Give{Given: giving.Given{Inflow: giving.Inflow{Unit: "EUR", Gross: 12_00, Fee: 43,
			Into: cards.Asset, Nature: giving.Gift, Donor: giving.Person, Given: day, Generosity: true,
			Evidence: giving.Proved}, To: []journal.Share{{Pot: "lanterne", Amount: 12_00}}}}})
	must(t, err)
	w.deliver()
	if w.index(payment) != answer.Index || w.status("lea") != office.Kept {
		t.Errorf("entry %d, the promise is %s", w.index(payment), w.status("lea"))
	}
	if given, found, err := w.app.Office().Given(t.Context(), answer.Index); err != nil || !found || given.Promise != "lea" {
		t.Errorf("given: %+v, %v, %v", given, found, err)
	}
	w.holds("once", map[string]int64{"pot:lanterne": 11_57})
}
