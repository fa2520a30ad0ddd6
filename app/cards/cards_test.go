// SPDX-License-Identifier: AGPL-3.0-or-later

package cards_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/cards"
	"ecot/app/gifts"
	"ecot/app/profile"
	"ecot/fault"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
	"ecot/pay"
	"ecot/pay/paytest"
	"ecot/pay/standin"
)

// hands is a clock that a test moves, read by many goroutines.
type hands struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hands) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// world is a founded fund, its cards, and a provider whose messages wait until a test delivers them.
type world struct {
	*testing.T
	app   *app.App
	cards *cards.Cards
	bank  *standin.Provider // what payers, banks and time do
	till  pay.Provider      // what the fund speaks to: the bank itself, or something before it
	now   *hands
	sent  *paytest.Sent
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fund opens a world; its day begins on 2025-12-31 at noon in Paris.
func fund(t *testing.T, address string) *world {
	t.Helper()
	w := &world{T: t, now: &hands{now: time.Date(2025, 12, 31, 11, 0, 0, 0, time.UTC)}, sent: &paytest.Sent{}}
	a, err := app.Open(t.Context(), app.Place{Dir: t.TempDir(), Database: address, Clock: w.now.Now})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	w.app = a
	must(t, a.Found(t.Context(), app.Charter{Origin: "fund.example.org/journal", Zone: "Europe/Paris"}))
	for _, pot := range []string{"lanterne", "fonds"} {
		w.do("pot/"+pot, &giving.OpenPot{PotOpened: giving.PotOpened{Slug: pot, Purpose: giving.Spendable}})
	}
	must(t, profile.Profile{Pot: "fonds", Form: profile.Association}.Save(t.Context(), a.Office(), "treasurer", 1))
	w.bank, err = standin.New(standin.Config{Base: "https://carte.example/pay",
		Tariff:     pay.Tariff{Since: "2025-01-01", Fixed: paytest.Euros(25), BasisPoints: 150},
		DisputeFee: paytest.Euros(2000), Secret: pay.NewSecret("whsec_world"), Now: w.now.Now, Deliver: w.sent.Deliver})
	must(t, err)
	w.till = w.bank
	w.cards = w.open()
	return w
}

// open gives cards as after the program was started again.
func (w *world) open() *cards.Cards {
	return cards.New(w.app, cards.Options{BaseURL: "https://fund.example.org"}, w.till)
}

func (w *world) do(key string, command mechanism.Command) int64 {
	w.Helper()
	answer, err := w.app.Do(w.Context(), app.Request{Key: key, Command: command})
	must(w, err)
	return answer.Index
}

// promise lets a donor promise to give by card.
func (w *world) promise(id, shares, every string, cents int64) {
	w.Helper()
	to, err := gifts.ParseShares(shares)
	must(w, err)
	handle := id + "@example.org"
	must(w, w.app.Office().Do(w.Context(), func(tx *office.Tx) error {
		return tx.PutDonor(w.Context(), office.Donor{Handle: handle, Name: "Léa Modèle", Mail: handle, Lang: "fr",
			Kind: "person", Shown: office.ByAlias, Alias: "L."})
	}))
	purpose, err := gifts.New(w.app).Reference(w.Context(), handle, to, "")
	must(w, err)
	p := office.Promise{ID: id, Reference: purpose.Reference, Handle: handle, Amount: cents, Every: every, Means: "card",
		Status: office.Waiting}
	if every != "once" {
		p.Regular = "regular-" + id
	}
	must(w, w.app.Office().Do(w.Context(), func(tx *office.Tx) error { return tx.PutPromise(w.Context(), p) }))
}

// start opens the session of a promise and gives its id.
func (w *world) start(id string) string {
	w.Helper()
	address, err := w.cards.Start(w.Context(), office.Promise{ID: id})
	must(w, err)
	return address[strings.LastIndex(address, "/")+1:]
}

// play does a deed of a payer, a bank or time.
func (w *world) play(d standin.Deed, id string) string {
	w.Helper()
	made, err := w.bank.Play(w.Context(), d, id)
	must(w, err)
	return made
}

// paid lets a donor promise and pay, and gives the payment. Nothing is delivered.
func (w *world) paid(id, shares, every string, cents int64) string {
	w.Helper()
	w.promise(id, shares, every, cents)
	return w.play(standin.Pay, w.start(id))
}

// deliver delivers every message that was sent so far.
func (w *world) deliver() {
	w.Helper()
	for _, m := range w.sent.All() {
		w.notice(m)
	}
}

// notice delivers a message, signed again as of now, as a provider does when it repeats one.
func (w *world) notice(m paytest.Message) {
	w.Helper()
	must(w, w.cards.Notice(w.Context(), "demo", m.Body, w.signed(m.Body)))
}

func (w *world) signed(body []byte) http.Header {
	header := http.Header{}
	header.Set(standin.SignatureHeader, pay.Sign(pay.NewSecret("whsec_world"), body, w.now.Now()))
	return header
}

// balances gives what the accounts hold, by name.
func (w *world) balances() map[string]int64 {
	w.Helper()
	all, err := w.app.Accounts(w.Context(), -1)
	must(w, err)
	held := map[string]int64{}
	for _, account := range all.Accounts {
		if account.Balance != 0 {
			held[string(account.Place.Account)] = account.Balance
		}
	}
	return held
}

// holds wants what accounts hold.
func (w *world) holds(what string, want map[string]int64) {
	w.Helper()
	got := w.balances()
	for account, cents := range want {
		if got[account] != cents {
			w.Errorf("%s: %s holds %d, want %d (%v)", what, account, got[account], cents, got)
		}
	}
}

// index gives the entry of a payment's gift.
func (w *world) index(payment string) int64 {
	w.Helper()
	row, found, err := w.app.Office().CardPayment(w.Context(), "demo", payment)
	must(w, err)
	if !found {
		w.Fatalf("nothing was heard of payment %s", payment)
	}
	return row.Index
}

// fact gives the fact of an entry.
func fact[T any](w *world, index int64) T {
	w.Helper()
	view, err := w.app.Reading().View(w.Context(), index)
	must(w, err)
	found, ok := view.Fact.(T)
	if !ok {
		w.Fatalf("entry %d is %T", index, view.Fact)
	}
	return found
}

// status gives where a promise stands.
func (w *world) status(id string) office.PromiseStatus {
	w.Helper()
	p, _, err := w.app.Office().Promise(w.Context(), id)
	must(w, err)
	return p.Status
}

// cases gives the kinds and objects of open cases.
func (w *world) cases() (list []string) {
	w.Helper()
	all, err := w.cards.Cases(w.Context())
	must(w, err)
	for _, one := range all {
		list = append(list, one.Kind+" "+one.Object)
	}
	return list
}

// refuses wants an error of a code.
func refuses(t testing.TB, what string, err error, code fault.Code) {
	t.Helper()
	if err == nil || fault.CodeOf(err) != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

// euros gives so many cents.
func euros(cents int64) money.Amount { return money.Amount{Minor: cents, Unit: money.Euro} }
