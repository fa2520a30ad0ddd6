// SPDX-License-Identifier: AGPL-3.0-or-later

package cards_test

import (
	"testing"
	"time"

	"ecot/app/cards"
	"ecot/app/gifts"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/pay"
	"ecot/pay/standin"
	"ecot/store/engine/enginetest"
)

func TestAPaymentBecomesAGift(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		w := fund(t, address)
		w.promise("lea", "lanterne=1", "once", 12_00)
		session := w.start("lea")
		if again := w.start("lea"); again != session {
			t.Errorf("the promise has the sessions %s and %s", session, again)
		}
		visit, err := w.cards.Visit(t.Context(), session)
		if err != nil || visit.Status != pay.SessionOpen || visit.Index != 0 || visit.Promise != "lea" {
			t.Errorf("before paying: %+v, %v", visit, err)
		}
		payment := w.play(standin.Pay, session)
		visit, err = w.cards.Visit(t.Context(), session)
		if err != nil || visit.Status != pay.SessionPaid || visit.Index == 0 {
			t.Fatalf("after paying: %+v, %v", visit, err)
		}
		w.holds("paid", map[string]int64{"pot:lanterne": 11_57, "asset:provider": -11_57})
		gift := fact[*giving.Given](w, visit.Index)
		day := journal.DayOf(time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC))
		if gift.Gross != 12_00 || gift.Fee != 43 || gift.Inflow.Given != day || gift.Credited != 0 ||
			gift.Evidence != giving.Proved || gift.Into != cards.Asset || gift.Donor != giving.Person {
			t.Errorf("the gift: %+v", gift)
		}
		size, err := w.app.Size(t.Context())
		must(t, err)
		w.deliver()
		w.deliver()
		must(t, w.open().Tick(t.Context()))
		if now, err := w.app.Size(t.Context()); err != nil || now != size {
			t.Errorf("%d entries became %d, %v", size, now, err)
		}
		if w.status("lea") != office.Kept || w.index(payment) != visit.Index || len(w.cases()) != 0 {
			t.Errorf("the promise is %s, cases %v", w.status("lea"), w.cases())
		}
		shown, found, err := w.app.Office().Given(t.Context(), visit.Index)
		if err != nil || !found || shown.Shown != "L." || shown.Promise != "lea" {
			t.Errorf("shown: %+v, %v, %v", shown, found, err)
		}
		if address, err := w.cards.Start(t.Context(), office.Promise{ID: "lea"}); err != nil ||
			address != "https://fund.example.org/give/back/lea" {
			t.Errorf("a promise that is kept leads to %s, %v", address, err)
		}
	})
}

// TestGivenInDecember keeps both dates of a gift that reaches the bank in January.
func TestGivenInDecember(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		w := fund(t, address)
		payment := w.paid("lea", "lanterne=1", "once", 12_00)
		w.deliver()
		index := w.index(payment)
		if credit, found, err := w.cards.CreditedOn(t.Context(), index); err != nil || found {
			t.Errorf("credited already: %+v, %v", credit, err)
		}
		w.now.pass(5 * 24 * time.Hour)
		payout := w.play(standin.PayOut, "")
		w.deliver()
		expected, err := w.cards.Payouts(t.Context())
		if err != nil || len(expected) != 1 || expected[0].ID != "demo/"+payout || expected[0].Amount != 11_57 ||
			expected[0].Due != "2026-01-05" {
			t.Fatalf("the bank expects %+v, %v", expected, err)
		}
		arrived, _ := journal.ParseDay("2026-01-06")
		landing := cards.Landing{Payout: expected[0].ID, Line: "line-1", Amount: 11_57, Bank: "bank", On: arrived}
		move, err := w.cards.Land(t.Context(), landing)
		must(t, err)
		if again, err := w.cards.Land(t.Context(), landing); err != nil || again != move {
			t.Errorf("the same line again: %d, %v, want %d", again, err, move)
		}
		w.holds("landed", map[string]int64{"asset:bank": -11_57, "asset:provider": 0})
		credit, found, err := w.cards.CreditedOn(t.Context(), index)
		if err != nil || !found || credit.On != arrived || credit.Index != move {
			t.Errorf("credited: %+v, %v, %v", credit, found, err)
		}
		if gift := fact[*giving.Given](w, index); gift.Inflow.Given.String() != "2025-12-31" || gift.Credited != 0 {
			t.Errorf("the gift says %s and %s", gift.Inflow.Given, gift.Credited)
		}
		if left, err := w.cards.Payouts(t.Context()); err != nil || len(left) != 0 {
			t.Errorf("the bank still expects %+v, %v", left, err)
		}
		other, less, never := landing, landing, landing
		other.Line, less.Amount, never.Payout = "line-2", 11_56, "demo/x"
		for what, l := range map[string]cards.Landing{"another line": other, "another sum": less} {
			_, err = w.cards.Land(t.Context(), l)
			refuses(t, what+" for the same payout", err, fault.Conflict)
		}
		_, err = w.cards.Land(t.Context(), never)
		refuses(t, "a payout that was never sent", err, fault.NotFound)
		w.do("wrong", &giving.Reverse{Reversed: giving.Reversed{Of: move, By: "treasurer"}})
		if _, found, err := w.cards.CreditedOn(t.Context(), index); err != nil || found {
			t.Errorf("credited by a move that was reversed, %v", err)
		}
		if again, err := w.cards.Payouts(t.Context()); err != nil || len(again) != 1 || again[0].ID != expected[0].ID {
			t.Errorf("the bank expects %+v again, %v", again, err)
		}
		if again, err := w.cards.Land(t.Context(), other); err != nil || again == move {
			t.Errorf("landed again by another line: %d, %v", again, err)
		}
	})
}

func TestHalfIsGivenBack(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		w := fund(t, address)
		w.paid("nour", "fonds=1", "once", 100_00)
		payment := w.paid("lea", "lanterne=1,fonds=1", "once", 12_01)
		w.deliver()
		index := w.index(payment)
		half := cards.Refund{Key: "form-1", Index: index, Amount: 6_01, Mandate: "treasurer"}
		for range 3 {
			must(t, w.cards.RefundGift(t.Context(), half))
			w.deliver()
		}
		p, err := w.bank.Payment(t.Context(), payment)
		if err != nil || p.Refunded.Minor != 6_01 || len(p.Refunds) != 1 {
			t.Fatalf("the provider gave back %v in %d, %v", p.Refunded, len(p.Refunds), err)
		}
		w.holds("half back", map[string]int64{"pot:lanterne": 6_01 - 43 - 3_01, "pot:fonds": 98_25 + 6_00 - 3_00})
		other := half
		other.Amount = 1
		refuses(t, "the same key for another sum", w.cards.RefundGift(t.Context(), other), fault.Conflict)
		other = half
		other.Key, other.Amount = "form-2", 6_01
		refuses(t, "more than is left", w.cards.RefundGift(t.Context(), other), fault.Conflict)
		other.Index, other.Amount = 1, 1
		refuses(t, "of no gift by card", w.cards.RefundGift(t.Context(), other), fault.NotFound)
		other.Index, other.Amount, other.Mandate = index, 1, ""
		refuses(t, "by nobody", w.cards.RefundGift(t.Context(), other), fault.Invalid)
		// The fee of the gift stays spent: Lanterne holds less than what is left of the gift.
		all := cards.Refund{Key: "form-3", Index: index, Amount: 6_00, Mandate: "treasurer"}
		refuses(t, "more than the pot holds", w.cards.RefundGift(t.Context(), all), fault.Conflict)
		back := w.play(standin.Bounce, payment)
		w.deliver()
		w.holds("the refund came back", map[string]int64{"pot:lanterne": 6_01 - 43, "pot:fonds": 98_25 + 6_00})
		if len(w.cases()) != 0 || back == "" {
			t.Errorf("cases: %v", w.cases())
		}
	})
}

func TestADisputeIsLostOrWon(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		w := fund(t, address)
		w.paid("nour", "lanterne=1", "once", 300_00)
		first, second := w.paid("lea", "lanterne=1", "once", 80_00), w.paid("zoe", "lanterne=1", "once", 50_00)
		w.deliver()
		before := w.balances()["pot:lanterne"]
		w.play(standin.Dispute, first)
		w.play(standin.Dispute, second)
		w.deliver()
		w.holds("both disputed", map[string]int64{"pot:lanterne": before - 80_00 - 50_00 - 40_00})
		w.now.pass(time.Hour)
		w.play(standin.Lose, first)
		w.play(standin.Win, second)
		w.deliver()
		w.deliver()
		w.holds("one won", map[string]int64{"pot:lanterne": before - 80_00 - 40_00})
		refund := cards.Refund{Key: "k", Index: w.index(first), Amount: 1_00, Mandate: "treasurer"}
		refuses(t, "giving back what the bank took", w.cards.RefundGift(t.Context(), refund), fault.Conflict)
	})
}

// TestThePotIsEmpty meets a chargeback of money that was spent: it waits for a person, and is booked once
// there is money again.
func TestThePotIsEmpty(t *testing.T) {
	w := fund(t, "")
	payment := w.paid("lea", "lanterne=1", "once", 80_00)
	w.deliver()
	w.do("spent", &giving.Spend{Spent: giving.Spent{Pot: "lanterne", Unit: "EUR", Amount: 60_00, Through: "bank",
		As: giving.Expense, Destination: giving.Mission, Payee: giving.Company, Evidence: giving.Declared}})
	w.play(standin.Dispute, payment)
	w.deliver()
	if got := w.cases(); len(got) != 1 || got[0] != "refused "+payment {
		t.Fatalf("cases: %v", got)
	}
	w.holds("waiting", map[string]int64{"asset:provider": -(80_00 - 1_45)})
	w.paid("nour", "lanterne=1", "once", 200_00)
	w.deliver()
	w.now.pass(48 * time.Hour)
	must(t, w.cards.Tick(t.Context()))
	w.holds("booked late", map[string]int64{"pot:lanterne": 80_00 - 1_45 - 60_00 - 100_00 + 200_00 - 3_25})
	if got := w.cases(); len(got) != 0 {
		t.Errorf("cases that are settled: %v", got)
	}
}

// TestUnknownPayments keeps for the treasurer what nobody can place.
func TestUnknownPayments(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		w := fund(t, address)
		order := func(key, reference string) string {
			s, err := w.bank.Start(t.Context(), pay.Order{Reference: reference, Amount: euros(30_00), Every: pay.Once,
				Purpose: "T-shirt", Lang: "fr", Return: "https://shop.example/", Cancel: "https://shop.example/", Key: key})
			must(t, err)
			return w.play(standin.Pay, s.ID)
		}
		foreign, lost := order("a", "shop/1"), order("b", "promise/erased")
		w.deliver()
		w.deliver()
		if got := w.cases(); len(got) != 2 || got[0] != "foreign "+foreign || got[1] != "unknown "+lost {
			t.Fatalf("cases: %v", got)
		}
		w.holds("nothing booked", map[string]int64{"asset:provider": 0})
		to := cards.Adoption{Provider: "demo", Payment: lost, To: gifts.Whole("fonds"), Mandate: "treasurer"}
		index, err := w.cards.Adopt(t.Context(), to)
		must(t, err)
		if again, err := w.cards.Adopt(t.Context(), to); err != nil || again != index {
			t.Errorf("adopted again: %d, %v", again, err)
		}
		w.holds("adopted", map[string]int64{"pot:fonds": 30_00 - 70})
		refund := cards.Refund{Key: "k", Index: index, Amount: 10_00, Mandate: "treasurer"}
		must(t, w.cards.RefundGift(t.Context(), refund))
		w.holds("a part went back", map[string]int64{"pot:fonds": 20_00 - 70})
		must(t, w.cards.Dismiss(t.Context(), "demo", foreign, "treasurer"))
		w.deliver()
		if got := w.cases(); len(got) != 0 {
			t.Errorf("cases: %v", got)
		}
	})
}

// TestMessagesAreLost books everything although no message ever comes.
func TestMessagesAreLost(t *testing.T) {
	w := fund(t, "")
	w.paid("lea", "lanterne=1", "once", 12_00)
	w.promise("zoe", "lanterne=1", "once", 5_00)
	gone := w.start("zoe")
	w.now.pass(time.Hour)
	must(t, w.cards.Tick(t.Context()))
	w.holds("found by looking", map[string]int64{"pot:lanterne": 11_57})
	w.play(standin.Expire, gone)
	w.promise("nour", "fonds=1", "month", 20_00)
	w.play(standin.Pay, w.start("nour"))
	subscription := "subscription-" // found through the promise below
	w.now.pass(24 * time.Hour)
	must(t, w.cards.Tick(t.Context()))
	if w.status("zoe") != office.Lapsed || w.status("nour") != office.Active {
		t.Errorf("zoe is %s, nour %s", w.status("zoe"), w.status("nour"))
	}
	nour, _, err := w.app.Office().Promise(t.Context(), "nour")
	must(t, err)
	if subscription = nour.Subscription; subscription == "" {
		t.Fatal("the subscription is not known")
	}
	w.now.pass(31 * 24 * time.Hour)
	w.play(standin.Renew, subscription)
	w.play(standin.PayOut, "")
	must(t, w.cards.Tick(t.Context()))
	must(t, w.cards.Tick(t.Context()))
	w.holds("the instalment of the payout", map[string]int64{"pot:fonds": 2 * (20_00 - 55)})
	if again := w.start("zoe"); again == gone {
		t.Error("a session that expired is offered again")
	}
	if w.status("zoe") != office.Waiting {
		t.Errorf("zoe tries again and is %s", w.status("zoe"))
	}
}
