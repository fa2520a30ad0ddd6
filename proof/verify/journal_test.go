// SPDX-License-Identifier: AGPL-3.0-or-later

package verify_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"

	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/appeal"
	"ecot/mechanism/charter"
	"ecot/mechanism/giving"
	"ecot/mechanism/mechanismtest"
	"ecot/mechanism/regular"
	"ecot/proof"
)

const origin = "fonds.example/journal"

// keyed gives the key that a salt always gives.
func keyed(t testing.TB, salt string) *proof.Signer {
	t.Helper()
	seed := sha256.Sum256([]byte(salt))
	skey, _, err := proof.NewKey(origin, bytes.NewReader(seed[:]))
	if err != nil {
		t.Fatal(err)
	}
	s, err := proof.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fund is an honest journal in the making: leaves, and the index of those with a name.
type fund struct {
	t      testing.TB
	world  *mechanismtest.World
	now    mechanism.Moment
	leaves [][]byte
	index  map[string]int64
}

const (
	winter journal.Day = 20_122 // 2025-02-03, the day of what has a name
	summer journal.Day = 20_269 // 2025-06-30, the day of the other gifts
)

func (f *fund) on(day journal.Day) {
	f.now = mechanism.Moment{Seconds: day.Time().Unix() + 43_200, Today: day}
}

// do enters a command under a name, which may be empty.
func (f *fund) do(name string, cmd mechanism.Command) {
	f.t.Helper()
	steps, err := f.world.Do(cmd, f.now)
	if err != nil {
		f.t.Fatalf("%s: %v", name, err)
	}
	f.index[name] = steps[0].Entry.Index
	for _, step := range steps {
		f.leaves = append(f.leaves, step.Leaf)
	}
}

func inflow(gross, fee int64, into string) giving.Inflow {
	return giving.Inflow{Unit: "EUR", Gross: gross, Fee: fee, Into: into, Nature: giving.Gift,
		Donor:    giving.Person,
		Evidence: giving.Declared}
}

func (f *fund) give(name string, in giving.Inflow, arrival int64, to ...journal.Share) {
	f.t.Helper()
	f.do(name, &giving.Give{Given: giving.Given{Inflow: in, Arrival: arrival, To: to}})
}

func (f *fund) refund(name, of string, fee int64, back ...journal.Share) {
	f.t.Helper()
	f.do(name, &giving.GiveBack{Refunded: giving.Refunded{Of: f.index[of], Unit: "EUR", Back: back, Fee: fee,
		Through: "provider", Reason: giving.GivenBack, Evidence: giving.Proved}})
}

func (f *fund) claim(name string, amount int64, by ...string) {
	f.t.Helper()
	f.do(name, &giving.Claim{Claimed: giving.Claimed{Pot: "fonds", Unit: "EUR", Amount: amount,
		Destination: giving.Mission, Payee: giving.Person}})
	for i, role := range by {
		f.do(fmt.Sprintf("%s signed %d", name, i+1), &giving.Approve{Approved: giving.Approved{Of: f.index[name],
			By: role}})
	}
}

func (f *fund) pay(name, of string) {
	f.t.Helper()
	f.do(name, &giving.Pay{Paid: giving.Paid{Of: f.index[of], Through: "bank", Evidence: giving.Proved}})
}

// newFund plays a journal of 620 entries in which every kind stands, and every state of one.
func newFund(t testing.TB, vkey string) *fund {
	t.Helper()
	rules := mechanism.NewSet(charter.Rules{}, giving.Rules{}, appeal.Rules{}, regular.Rules{})
	f := &fund{t: t, world: mechanismtest.NewWorld(t, rules), index: map[string]int64{}}
	f.on(winter)
	f.do("genesis", &charter.Found{Genesis: charter.Genesis{Origin: origin, Key: vkey, Unit: "EUR",
		Zone: "Europe/Paris", Closing: charter.ByHand}})
	f.do("pot", &giving.OpenPot{PotOpened: giving.PotOpened{Slug: "fonds", Purpose: giving.Spendable,
		Title: journal.Digest{1, 2, 3}}})
	f.do("lanterne", &giving.OpenPot{PotOpened: giving.PotOpened{Slug: "lanterne", Purpose: giving.Spendable}})
	f.do("capital", &giving.OpenPot{PotOpened: giving.PotOpened{Slug: "capital", Purpose: giving.Endowment}})
	f.playIncome()
	f.playOutgo()
	f.playExpenses()
	f.do("erase", &charter.Erase{Erased: charter.Erased{Count: 1}})
	f.on(summer)
	held := -f.world.Held(winter.Month(), "EUR")
	f.do("closing", &charter.Close{Closed: charter.Closed{Month: winter.Month(), Unit: "EUR", Ledger: held,
		Statement: held, By: "treasurer"}})
	for i := int64(0); f.world.Size() < 612; i++ {
		name := fmt.Sprintf("gift %d", i)
		f.give(name, inflow(1000+i, 30, "provider"), 0, journal.Share{Pot: "lanterne", Amount: 1000 + i})
		if i%40 == 7 {
			f.refund("", name, 0, journal.Share{Pot: "lanterne", Amount: 500})
		}
	}
	f.playPromises()
	f.world.CheckAll()
	return f
}

func (f *fund) playIncome() {
	f.t.Helper()
	f.do("gift", &giving.Give{Given: giving.Given{Inflow: inflow(10_000, 300, "provider"),
		To:     []journal.Share{{Pot: "fonds", Amount: 7_000}, {Pot: "lanterne", Amount: 3_000}},
		Counts: giving.Counts{Nth: 2, FirstOfMonth: true, NthFund: 2, FirstOfMonthFund: true},
		Who:    journal.Digest{4, 5, 6}, Memo: journal.Digest{7, 8, 9}, Regular: "5zq3k7d2"}})
	f.do("arrival", &giving.Receive{Arrived: giving.Arrived{Inflow: inflow(5_000, 0, "bank")}})
	f.do("", &giving.Receive{Arrived: giving.Arrived{Inflow: inflow(9_000, 0, "bank")}})
	f.do("placed", &giving.Give{Given: giving.Given{Inflow: inflow(2_000, 0, "bank"), Arrival: f.index["arrival"],
		To: []journal.Share{{Pot: "fonds", Amount: 2_000}}, Need: "relecture"}})
	f.give("", inflow(100_000, 0, "bank"), 0, journal.Share{Pot: "capital", Amount: 100_000})
}

func (f *fund) playOutgo() {
	f.t.Helper()
	fee := giving.FeeCharged{Pot: "fonds", Unit: "EUR", Amount: 200, Through: "bank", For: giving.BankFee,
		Evidence: giving.Proved}
	f.do("fee", &giving.Charge{FeeCharged: fee})
	f.refund("refund", "gift", 100, journal.Share{Pot: "fonds", Amount: 1_000})
	f.refund("fee back", "fee", 0, journal.Share{Pot: "fonds", Amount: 50})
	f.do("move", &giving.Move{Moved: giving.Moved{Unit: "EUR", Amount: 4_000, From: "provider", Into: "bank",
		Evidence: giving.Proved}})
	f.do("transfer", &giving.Transfer{Transferred: giving.Transferred{Unit: "EUR", Amount: 500, From: "fonds",
		To: "lanterne", By: []string{"treasurer", "president"}, Because: journal.Digest{1}}})
	f.do("spending", &giving.Spend{Spent: giving.Spent{Pot: "fonds", Unit: "EUR", Amount: 1_500, Fee: 20,
		Through: "bank", As: giving.Expense, Destination: giving.Running, Payee: giving.Company,
		Evidence: giving.Declared}})
	f.do("wrong", &giving.Charge{FeeCharged: fee})
	f.do("reversal", &giving.Reverse{Reversed: giving.Reversed{Of: f.index["wrong"], By: "treasurer"}})
}

func (f *fund) playExpenses() {
	f.t.Helper()
	f.claim("expense", 1_200, "treasurer", "president")
	f.pay("payment", "expense")
	f.do("return", &giving.TakeBack{Returned: giving.Returned{Of: f.index["expense"], Through: "bank",
		Code:     "ac04",
		Evidence: giving.Proved}})
	f.pay("", "expense")
	f.claim("claimed", 300, "treasurer")
	f.claim("withdrawn", 400, "treasurer", "auditor")
	f.do("withdrawal", &giving.Withdraw{Withdrawn: giving.Withdrawn{Of: f.index["withdrawn"], By: "treasurer"}})
	f.claim("approved", 1_300, "auditor", "president")
}
