// SPDX-License-Identifier: AGPL-3.0-or-later

package cards_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/mechanism/regular"
	"ecot/money"
	"ecot/pay"
	"ecot/pay/paytest"
	"ecot/pay/standin"
	"ecot/store/engine/enginetest"
)

// TestAThousandAtOnce delivers a thousand messages at once, each of them four times and in any order, to two
// programs on one database.
func TestAThousandAtOnce(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		w := fund(t, address)
		const donors = 125
		for i := range donors {
			payment := w.paid(fmt.Sprint("d", i), "lanterne=2,fonds=1", "once", 12_00)
			if i%5 == 0 {
				half := pay.RefundOrder{Payment: payment, Amount: euros(6_00), Key: payment}
				_, err := w.bank.Refund(t.Context(), half)
				must(t, err)
			}
		}
		var all []paytest.Message
		for range 1_000 / (donors + donors/5) {
			all = append(all, w.sent.All()...)
		}
		chance := rand.New(rand.NewPCG(1, 2))
		for len(all) < 1_000 {
			all = append(all, all[chance.IntN(len(all))])
		}
		chance.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		replica := w.open()
		var waiting sync.WaitGroup
		refused := make(chan error, len(all))
		for i, m := range all {
			one := w.cards
			if i%2 == 0 {
				one = replica
			}
			waiting.Go(func() { refused <- one.Notice(t.Context(), "demo", m.Body, w.signed(m.Body)) })
		}
		waiting.Wait()
		close(refused)
		for err := range refused {
			must(t, err)
		}
		w.now.pass(10 * time.Minute)
		must(t, w.cards.Tick(t.Context()))
		back := int64(donors / 5 * 6_00)
		w.holds("right once", map[string]int64{"asset:provider": -donors*(12_00-43) + back,
			"pot:lanterne": donors*(8_00-43) - donors/5*4_00, "pot:fonds": donors*4_00 - donors/5*2_00})
		size, err := w.app.Size(t.Context())
		if err != nil || size != 1+2+donors+donors/5 {
			t.Errorf("%d entries, %v, want one for each gift and refund", size, err)
		}
		if failing, _, err := w.app.Office().CardEventsFailing(t.Context()); err != nil || failing != 0 {
			t.Errorf("%d messages are failing, %v", failing, err)
		}
	})
}

func TestForgedAndStale(t *testing.T) {
	w := fund(t, "")
	w.paid("lea", "lanterne=1", "once", 12_00)
	m := w.sent.All()[0]
	good := w.signed(m.Body)
	forged := http.Header{}
	forged.Set(standin.SignatureHeader, pay.Sign(pay.NewSecret("whsec_other"), m.Body, w.now.Now()))
	stale := http.Header{}
	stale.Set(standin.SignatureHeader, pay.Sign(pay.NewSecret("whsec_world"), m.Body, w.now.Now().Add(-time.Hour)))
	for _, c := range []struct {
		name, provider string
		body           []byte
		header         http.Header
		code           fault.Code
	}{
		{"signed by another", "demo", m.Body, forged, fault.Forbidden},
		{"an hour old", "demo", m.Body, stale, fault.Forbidden},
		{"changed", "demo", append([]byte(" "), m.Body...), good, fault.Forbidden},
		{"unsigned", "demo", m.Body, http.Header{}, fault.Invalid},
		{"too large", "demo", make([]byte, pay.MaxBody+1), good, fault.Invalid},
		{"of nobody we know", "paypal", m.Body, good, fault.NotFound},
	} {
		refuses(t, c.name, w.cards.Notice(t.Context(), c.provider, c.body, c.header), c.code)
	}
	w.holds("refused", map[string]int64{"asset:provider": 0})
	unknown := []byte(`{"id":"event-x","kind":"session-done","object":"session-999","at":1767225600}`)
	must(t, w.cards.Notice(t.Context(), "demo", unknown, w.signed(unknown)))
	if got := w.cases(); len(got) != 1 || got[0] != "unknown session-999" {
		t.Errorf("cases: %v", got)
	}
	other := []byte(`{"id":"event-y","kind":"other","object":"x","at":1767225600}`)
	must(t, w.cards.Notice(t.Context(), "demo", other, w.signed(other)))
	must(t, w.cards.Notice(t.Context(), "demo", m.Body, good))
	w.holds("good in the end", map[string]int64{"pot:lanterne": 11_57})
}

// op is one thing that happens in a history.
type op struct {
	deed  standin.Deed
	pick  int // of the payments or subscriptions so far
	cents int64
	every string
	to    string
}

// history draws what happens. The pots are full enough that no refund is refused.
func history(chance *rand.Rand, n int) (ops []op) {
	deeds := []standin.Deed{standin.Pay, standin.Pay, standin.Pay, "refund", "refund", standin.Bounce, standin.Dispute,
		standin.Win, standin.Lose, standin.Renew, standin.Miss, standin.PayOut, standin.Expire, "stop"}
	for range n {
		one := op{deed: deeds[chance.IntN(len(deeds))], pick: chance.IntN(1 << 20), cents: 100 + chance.Int64N(9_000),
			every: []string{"once", "once", "month"}[chance.IntN(3)]}
		one.to = []string{"lanterne=1", "fonds=1", "lanterne=1,fonds=1", "fonds=2,lanterne=1"}[chance.IntN(4)]
		ops = append(ops, one)
	}
	return ops
}

// stage plays one history in one world.
type stage struct {
	*world
	payments, subscriptions []string
}

// act does one op; one that the state does not allow changes nothing.
func (s *stage) act(nth int, o op) {
	s.Helper()
	s.now.pass(time.Minute)
	id := fmt.Sprint("donor", nth)
	var err error
	switch {
	case o.deed == standin.Pay:
		s.pays(id, o)
	case o.deed == standin.Expire:
		s.promise(id, o.to, o.every, o.cents)
		s.play(standin.Expire, s.start(id))
	case o.deed == standin.PayOut:
		_, err = s.bank.Play(s.Context(), standin.PayOut, "")
	case o.deed == "stop" || o.deed == standin.Renew || o.deed == standin.Miss:
		err = s.again(o)
	case len(s.payments) == 0:
	case o.deed == "refund":
		of := s.payments[o.pick%len(s.payments)]
		some := pay.RefundOrder{Payment: of, Amount: euros(o.cents / 3), Key: id}
		_, err = s.bank.Refund(s.Context(), some)
	default:
		_, err = s.bank.Play(s.Context(), o.deed, s.payments[o.pick%len(s.payments)])
	}
	if err != nil && fault.CodeOf(err) != fault.Conflict {
		s.Fatal(err)
	}
}

// pays lets a donor promise and pay.
func (s *stage) pays(id string, o op) {
	s.Helper()
	payment := s.paid(id, o.to, o.every, o.cents)
	s.payments = append(s.payments, payment)
	p, err := s.bank.Payment(s.Context(), payment)
	must(s, err)
	if p.Subscription != "" {
		s.subscriptions = append(s.subscriptions, p.Subscription)
	}
}

// again renews, misses or stops a subscription.
func (s *stage) again(o op) error {
	if len(s.subscriptions) == 0 {
		return nil
	}
	of := s.subscriptions[o.pick%len(s.subscriptions)]
	if o.deed == "stop" {
		_, err := s.bank.Revise(s.Context(), pay.Revision{Subscription: of, Act: pay.Stop, Key: fmt.Sprint("stop", of)})
		return err
	}
	made, err := s.bank.Play(s.Context(), o.deed, of)
	if err != nil {
		return err
	}
	i, err := s.bank.Instalment(s.Context(), made)
	if err == nil && i.Status == pay.InstalmentPaid {
		s.payments = append(s.payments, i.Payment)
	}
	return err
}

// settle delivers what is still to come, and lets time pass until nothing is due.
func (s *stage) settle(deliver bool) {
	s.Helper()
	if deliver {
		s.deliver()
	}
	for range 4 {
		s.now.pass(26 * time.Hour)
		must(s, s.cards.Tick(s.Context()))
	}
	if got := s.cases(); len(got) != 0 {
		s.Errorf("cases: %v", got)
	}
}

// chaos delivers some of the messages so far, in any order, some of them twice, some at once.
func (s *stage) chaos(chance *rand.Rand) {
	s.Helper()
	all := s.sent.All()
	var waiting sync.WaitGroup
	for range min(len(all), chance.IntN(6)) {
		m := all[chance.IntN(len(all))]
		if chance.IntN(2) == 0 {
			s.notice(m)
			continue
		}
		waiting.Go(func() {
			if err := s.cards.Notice(s.Context(), "demo", m.Body, s.signed(m.Body)); err != nil {
				s.Error(err)
			}
		})
	}
	waiting.Wait()
	if chance.IntN(10) == 0 {
		must(s, s.cards.Tick(s.Context()))
	}
}

// figures gives what is published, but for the month in which a regular gift was heard of, and for people,
// who are counted by the order in which their gifts became known.
func (w *world) figures() (all []mechanism.Tally) {
	w.Helper()
	list, err := w.app.Reading().Published(w.Context())
	must(w, err)
	for _, t := range list {
		people := strings.HasPrefix(t.Name, string(giving.FigureAppealPeople)+"/")
		if t.Name != regular.FigureActive && !people && (t.Amount != 0 || t.Count != 0) {
			all = append(all, t)
		}
	}
	return all
}

// provides sums what the provider booked for payments, and was not paid out to a bank that shows it.
func (s *stage) provides() (sum int64) {
	s.Helper()
	for _, id := range s.payments {
		p, err := s.bank.Payment(s.Context(), id)
		must(s, err)
		sum += p.Booked.Net.Minor
		for _, r := range p.Refunds {
			sum += r.Booked.Net.Minor + r.Returned.Net.Minor
		}
		for _, d := range p.Disputes {
			moved, err := d.Booked()
			must(s, err)
			sum += moved.Net.Minor
		}
	}
	return sum
}

// TestAnyOrderSumsAlike plays random histories: however the messages come, late, twice, at once, out of order
// or never, the journal comes to what the provider says, and to the same as when each comes once in order.
func TestAnyOrderSumsAlike(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		trials := uint64(25)
		if testing.Short() || address != "" {
			trials = 4
		}
		for seed := range trials {
			t.Run(fmt.Sprint(seed), func(t *testing.T) { sumsAlike(t, address, seed) })
		}
	})
}

func sumsAlike(t *testing.T, address string, seed uint64) {
	ops := history(rand.New(rand.NewPCG(seed, 1)), 40)
	play := func(t *testing.T, chaotic bool) *stage {
		t.Helper()
		if address != "" {
			enginetest.Empty(t, address)
		}
		s := &stage{world: fund(t, address)}
		for _, pot := range []string{"lanterne", "fonds"} { // so that no refund is refused for want of money
			s.do(pot, &giving.Give{Given: giving.Given{Inflow: giving.Inflow{Unit: "EUR", Gross: 50_000_00, Into: "bank",
				Nature: giving.Gift, Donor: giving.DonorUnknown, Evidence: giving.Proved}, To: []journal.Share{{Pot: pot, Amount: 50_000_00}}}})
		}
		chance := rand.New(rand.NewPCG(seed, 2))
		for i, o := range ops {
			s.act(i, o)
			if chaotic {
				s.chaos(chance)
			}
		}
		s.settle(!chaotic || chance.IntN(2) == 0)
		if held, want := -s.balances()["asset:provider"], s.provides(); held != want {
			t.Errorf("the journal says that the provider holds %d, the provider says %d", held, want)
		}
		return s
	}
	var balances []map[string]int64
	var figures [][]mechanism.Tally
	for _, chaotic := range []bool{false, true} {
		t.Run(fmt.Sprint("chaotic ", chaotic), func(t *testing.T) {
			s := play(t, chaotic)
			balances, figures = append(balances, s.balances()), append(figures, s.figures())
		})
	}
	if diff := cmp.Diff(balances[0], balances[1]); diff != "" {
		t.Errorf("balances (-in order +in any order):\n%s", diff)
	}
	if diff := cmp.Diff(figures[0], figures[1]); diff != "" {
		t.Errorf("figures (-in order +in any order):\n%s", diff)
	}
}

// TestUnits keeps money in another currency for a person.
func TestUnits(t *testing.T) {
	w := fund(t, "")
	w.till = dollars{w.bank}
	w.cards = w.open()
	payment := w.paid("lea", "lanterne=1", "once", 12_00)
	w.deliver()
	if got := w.cases(); len(got) != 1 || !strings.HasPrefix(got[0], "refused "+payment) {
		t.Errorf("cases: %v", got)
	}
	w.holds("nothing booked", map[string]int64{"pot:lanterne": 0})
}

// dollars is a provider whose account with the fund is in dollars.
type dollars struct{ pay.Provider }

func (d dollars) Payment(ctx context.Context, id string) (pay.Payment, error) {
	p, err := d.Provider.Payment(ctx, id)
	for _, a := range []*money.Amount{&p.Booked.Gross, &p.Booked.Fee, &p.Booked.Net} {
		a.Unit = "USD"
	}
	return p, err
}
