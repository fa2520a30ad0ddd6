// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ecot/app/bank"
	"ecot/fault"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/store/engine/enginetest"
)

// errCrash stops between two writes, as a power cut would.
var errCrash = errors.New("the program stopped here")

// history is a random life of expenses, with a bank that carries orders out.
type history struct {
	*house
	r        *rand.Rand
	indexes  []int64
	carried  []office.Sent        // orders that the bank carried out
	returned map[string]bool      // of these, those that it sent back
	refused  map[string]bool      // orders that it never carries out
	told     map[string]bank.Seen // what its lines say
	counts   map[string]int       // what happened, to see that enough did
}

// try notes what came of an attempt: a refusal and a crash are part of life, anything else is not.
func (h *history) try(what string, err error) {
	h.t.Helper()
	switch {
	case err == nil:
		h.counts[what]++
	case errors.Is(err, errCrash):
		h.counts["crash"]++
	case !refused(err):
		h.t.Fatalf("%s: %v", what, err)
	}
}

// tell tells of a line, always in the same words.
func (h *history) tell(key, order, code string) bank.Seen {
	line, known := h.told[key]
	if !known {
		line = h.line(key, order)
		line.Code = code
		h.told[key] = line
	}
	return line
}

// step does one thing, whatever it is.
func (h *history) step() {
	ctx := h.t.Context()
	names := []string{"odile", "firmin", "nadia", "bob"}
	who := h.who[names[h.r.IntN(len(names))]]
	var index int64
	if len(h.indexes) > 0 {
		index = h.indexes[h.r.IntN(len(h.indexes))]
	}
	switch h.r.IntN(12) {
	case 0, 1:
		d := h.draft()
		d.Amount = 1 + h.r.Int64N(30_00)
		_, err := h.Submit(ctx, h.who["odile"], d)
		h.try("submit", err)
		h.look()
	case 2, 3, 4:
		_, err := h.Approve(ctx, who, index)
		h.try("approve", err)
	case 5:
		if h.r.IntN(3) == 0 {
			_, err := h.Refuse(ctx, who, index, "non")
			h.try("refuse", err)
		}
	case 6, 7:
		_, err := h.Export(ctx, who)
		h.try("export", err)
	case 8:
		h.work()
	case 9:
		if len(h.carried) > 0 {
			s := h.carried[h.r.IntN(len(h.carried))]
			_, err := h.Seen(ctx, h.tell("line/"+s.ID, s.ID, ""))
			h.try("seen", err)
			_, err = h.Seen(ctx, h.tell(fmt.Sprintf("other/%s/%d", s.ID, h.r.IntN(2)), s.ID, ""))
			h.try("seen by another line", err)
		}
	case 10:
		if len(h.carried) > 0 {
			s := h.carried[h.r.IntN(len(h.carried))]
			if !h.returned[s.ID] && h.r.IntN(2) == 0 {
				h.returned[s.ID] = true
			}
			if h.returned[s.ID] {
				_, err := h.Returned(ctx, h.tell("back/"+s.ID, s.ID, "MS03"))
				h.try("returned", err)
				h.renew()
			}
		}
	case 11:
		for id := range h.refused {
			_, err := h.Drop(ctx, who, id)
			h.try("drop", err)
			return
		}
	}
	h.pass(time.Duration(h.r.IntN(5)) * time.Hour)
}

// look learns of the expenses that there are.
func (h *history) look() {
	all, err := h.office.Expenses(h.t.Context(), 1<<40, 1000)
	must(h.t, err)
	h.indexes = h.indexes[:0]
	for _, e := range all {
		h.indexes = append(h.indexes, e.Index)
	}
}

// work lets the bank carry out, or refuse for ever, an order of any file that was made.
func (h *history) work() {
	files, err := h.office.PaymentFiles(h.t.Context())
	must(h.t, err)
	for _, file := range files {
		orders, err := h.office.SentIn(h.t.Context(), file.ID)
		must(h.t, err)
		for _, s := range orders {
			done := slices.ContainsFunc(h.carried, func(c office.Sent) bool { return c.ID == s.ID })
			if done || h.refused[s.ID] || h.r.IntN(2) == 0 {
				continue
			}
			if h.r.IntN(5) == 0 {
				h.refused[s.ID] = true
			} else {
				h.carried = append(h.carried, s)
			}
		}
	}
}

// renew gives the payee an account that can be used again, when they have none.
func (h *history) renew() {
	ctx := h.t.Context()
	accounts, err := h.office.PayeeAccounts(ctx, h.payee.ID)
	must(h.t, err)
	if hold := h.Holds(accounts); hold == nil || hold.Key != "payouts.hold.blocked" {
		return
	}
	must(h.t, h.AskAccount(ctx, h.who["odile"], h.payee.ID, Account{Name: "Basile", IBAN: basileIBAN}))
	must(h.t, h.ConfirmAccount(ctx, h.who["bob"], h.payee.ID, int64(len(accounts))+1))
	h.pass(48 * time.Hour)
}

// settle lets everything that stopped in between be done again, and tells of every line of the bank.
func (h *history) settle() {
	ctx := h.t.Context()
	h.Payouts.crash = func(string) error { return nil }
	must(h.t, h.Heal(ctx))
	for _, s := range h.carried {
		if _, err := h.Seen(ctx, h.tell("line/"+s.ID, s.ID, "")); err != nil {
			if _, err := h.anyOther(s.ID); err != nil {
				h.t.Fatalf("what the bank shows of %s is not in the journal: %v", s.ID, err)
			}
		}
		if h.returned[s.ID] {
			if _, err := h.Returned(ctx, h.tell("back/"+s.ID, s.ID, "MS03")); err != nil {
				h.t.Fatalf("what the bank brought back of %s is not in the journal: %v", s.ID, err)
			}
		}
	}
}

// anyOther tells of the lines that said the same of an order: one of them was first.
func (h *history) anyOther(id string) (index int64, err error) {
	for n := range 2 {
		if index, err = h.Seen(h.t.Context(), h.tell(fmt.Sprintf("other/%s/%d", id, n), id, "")); err == nil {
			return index, nil
		}
	}
	return 0, err
}

// check holds the books against what the bank did.
func (h *history) check() {
	t, ctx := h.t, h.t.Context()
	net, out := map[string]int64{}, int64(0)
	for _, s := range h.carried {
		net[s.What]++
		out += s.Amount
		if h.returned[s.ID] {
			net[s.What]--
			out -= s.Amount
		}
	}
	for what, n := range net {
		if n > 1 {
			t.Errorf("%s left the bank %d times", what, n)
		}
	}
	if got := h.holds("asset:bank"); got != -(6_000_00 - out) {
		t.Errorf("the bank holds %d by the journal, and %d really", -got, 6_000_00-out)
	}
	h.look()
	states, err := h.read.Expenses(ctx, h.indexes...)
	must(t, err)
	var owed int64
	for _, index := range h.indexes {
		e, _, err := h.office.ExpenseAt(ctx, index)
		must(t, err)
		if states[index].Status == giving.StatusApproved {
			owed += e.Amount
		}
		if paid := states[index].Status == giving.StatusPaid; paid != (net["expense/"+e.ID] == 1) {
			t.Errorf("expense %d is paid: %v, and left the bank %d times", index, paid, net["expense/"+e.ID])
		}
		signed, err := h.office.Signatures(ctx, "expense/"+e.ID)
		must(t, err)
		signed = slices.DeleteFunc(signed, func(s office.Signature) bool { return !slices.Contains(states[index].By, s.Mandate) })
		if len(states[index].By) == 2 && (len(signed) != 2 || signed[0].Member == signed[1].Member) {
			t.Errorf("expense %d was signed by %+v", index, signed)
		}
	}
	if got := h.holds("owed:payable"); got != owed {
		t.Errorf("%d are set apart, and %d are owed", got, owed)
	}
}

// TestNothingIsPaidTwice plays random lives: expenses submitted, signed, refused, sent, shown, shown again,
// brought back and sent again, dropped, with the program stopping anywhere in between. When all is told, the
// bank has paid nothing twice, and the journal says what the bank did.
func TestNothingIsPaidTwice(t *testing.T) {
	counts := map[string]int{}
	enginetest.Each(t, func(t *testing.T, address string) {
		lives := 25
		if address != "" || testing.Short() {
			lives = 2
		}
		for seed := range lives {
			if address != "" {
				enginetest.Empty(t, address)
			}
			t.Run(fmt.Sprint(seed), func(t *testing.T) { play(t, address, uint64(seed), counts) })
		}
	})
	if testing.Short() {
		return
	}
	for _, what := range []string{"submit", "approve", "refuse", "export", "seen", "returned", "drop", "crash"} {
		if counts[what] < 5 {
			t.Errorf("%s happened %d times only: %v", what, counts[what], counts)
		}
	}
}

// play plays one life.
func play(t *testing.T, address string, seed uint64, counts map[string]int) {
	h := &history{house: open(t, address), r: rand.New(rand.NewPCG(seed, 9)), returned: map[string]bool{},
		refused: map[string]bool{}, told: map[string]bank.Seen{}, counts: counts}
	h.Payouts.crash = func(point string) error {
		if h.r.IntN(12) == 0 {
			return fmt.Errorf("%s: %w", point, errCrash)
		}
		return nil
	}
	for range 100 {
		h.step()
	}
	h.settle()
	h.check()
}

// TestDroppedAndSeen pays an order that two members had dropped, when a line of the bank shows it after all:
// unless another one took its place, which is then a payment too many, and said so.
func TestDroppedAndSeen(t *testing.T) {
	for _, replaced := range []bool{false, true} {
		h := open(t, "")
		ctx := t.Context()
		index := h.approved(h.draft())
		_, err := h.Export(ctx, h.who["odile"])
		must(t, err)
		first := fmt.Sprintf("EXP-%d-1", index)
		for _, name := range []string{"odile", "firmin"} {
			_, err := h.Drop(ctx, h.who[name], first)
			must(t, err)
		}
		if replaced {
			_, err := h.Export(ctx, h.who["odile"])
			must(t, err)
		}
		_, err = h.Seen(ctx, h.line("line/1", first))
		if replaced {
			says(t, err, "payouts.dropped-and-seen")
			_, err = h.Seen(ctx, h.line("line/2", fmt.Sprintf("EXP-%d-2", index)))
		}
		must(t, err)
		if _, err := h.Export(ctx, h.who["odile"]); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("it was sent again: %v", err)
		}
		if h.holds("asset:bank") != -5_780_00 || h.stage(index) != StagePaid {
			t.Errorf("the bank holds %d, %s", h.holds("asset:bank"), h.stage(index))
		}
	}
}

// TestManyExportAtOnce lets many ask for the file at the same time: one gets it.
func TestManyExportAtOnce(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		h := open(t, address)
		h.approved(h.draft())
		got := make(chan error)
		for range 8 {
			go func() {
				_, err := h.Export(t.Context(), h.who["odile"])
				got <- err
			}()
		}
		made := 0
		for range 8 {
			if err := <-got; err == nil {
				made++
			} else if fault.CodeOf(err) != fault.Conflict {
				t.Error(err)
			}
		}
		if made != 1 {
			t.Errorf("%d files were made of one order", made)
		}
	})
}
