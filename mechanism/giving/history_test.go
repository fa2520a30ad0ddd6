// SPDX-License-Identifier: AGPL-3.0-or-later

package giving_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/mechanism/charter"
	"ecot/mechanism/giving"
	"ecot/mechanism/mechanismtest"
	"ecot/money"
)

// history plays random commands, most of them sensible, some not.
type history struct {
	tb     testing.TB
	random *rand.Rand
	world  *mechanismtest.World
	day    journal.Day
	done   map[string]int // commands that were taken, by kind of fact
	denied map[fault.Code]int
	closed map[mechanismtest.Figure]mechanismtest.Total // what the closed months showed when they closed
	books  int                                          // the last month closed
}

var spendable = []string{"fonds", "lanterne", "tamis"}

func newHistory(tb testing.TB, seed uint64) *history {
	h := &history{tb: tb, random: rand.New(rand.NewPCG(seed, 7)), day: 20_089,
		world: mechanismtest.NewWorld(tb, rules()), done: map[string]int{}, denied: map[fault.Code]int{}}
	h.do(genesis())
	h.do(&giving.OpenPot{PotOpened: giving.PotOpened{Slug: "dotation", Purpose: giving.Endowment}})
	for _, slug := range spendable {
		h.do(&giving.OpenPot{PotOpened: giving.PotOpened{Slug: slug, Purpose: giving.Spendable}})
		in := h.inflow()
		in.Unit, in.Gross, in.Fee = "EUR", 10_000, 0
		h.do(&giving.Give{Given: giving.Given{Inflow: in, To: []journal.Share{{Pot: slug, Amount: 10_000}}}})
	}
	return h
}

func (h *history) now() mechanism.Moment {
	return mechanism.Moment{Seconds: h.day.Time().Unix() + h.random.Int64N(86_400), Today: h.day}
}

// do plays a command; a refusal is one that its author could understand, never our own defect.
func (h *history) do(cmd mechanism.Command) bool {
	h.tb.Helper()
	steps, err := h.world.Do(cmd, h.now())
	if err != nil {
		h.denied[fault.CodeOf(err)]++
		if fault.CodeOf(err) == fault.Internal {
			h.tb.Fatalf("%+v: %v", cmd, err)
		}
		return false
	}
	for _, step := range steps {
		h.done[step.Entry.Fact.Name()]++
	}
	return true
}

func pick[T any](h *history, of ...T) T { return of[h.random.IntN(len(of))] }

// pot gives a pot, at times the endowment or one that is not there.
func (h *history) pot() string {
	if h.random.IntN(10) == 0 {
		return pick(h, "dotation", "dotation", "none")
	}
	return pick(h, spendable...)
}

func (h *history) unit() money.Unit { return pick[money.Unit](h, "EUR", "EUR", "EUR", "USD") }

// sum gives an amount, now and then one that cannot be.
func (h *history) sum() int64 {
	if h.random.IntN(50) == 0 {
		return pick[int64](h, 0, -1, money.Max, money.Max+1)
	}
	return 1 + h.random.Int64N(10_000)
}

// entry gives an earlier entry, mostly of the last ones, now and then one that is not there.
func (h *history) entry() int64 {
	if h.random.IntN(30) == 0 {
		return pick(h, -1, 0, h.world.Size(), h.world.Size()+1)
	}
	return max(0, h.world.Size()-1-h.random.Int64N(20))
}

// entryOf gives an earlier entry of one of the kinds, any entry when none is found.
func (h *history) entryOf(kinds ...string) int64 {
	for range 20 {
		if e := h.world.Entry(h.entry()); e != nil && slices.Contains(kinds, e.Fact.Name()) {
			return e.Index
		}
	}
	return h.entry()
}

func (h *history) role() string { return pick(h, "treasurer", "president", "auditor") }

func (h *history) evidence() giving.Evidence {
	return pick(h, giving.Proved, giving.Attested, giving.Declared)
}

func (h *history) source() string { return pick(h, "", "", "opencollective:row") }

func (h *history) asset() string { return pick(h, "bank", "bank", "provider") }

func (h *history) inflow() giving.Inflow {
	gross := h.sum()
	return giving.Inflow{Unit: h.unit(), Gross: gross, Fee: h.random.Int64N(max(1, gross/20+1)), Into: h.asset(),
		Nature: pick(h, giving.Gift, giving.Sale, giving.NatureUnknown),
		Donor:  pick(h, giving.Person, giving.Company), Given: h.day - journal.Day(h.random.IntN(40)),
		Credited: pick(h, 0, h.day), Generosity: h.random.IntN(2) == 0, Evidence: h.evidence(), Source: h.source()}
}

// shares splits a sum among one to three pots, now and then wrongly.
func (h *history) shares(sum int64) (shares []journal.Share) {
	for i := h.random.IntN(3); i > 0 && sum > 2; i-- {
		part := 1 + h.random.Int64N(sum-1)
		sum -= part
		shares = append(shares, journal.Share{Pot: h.pot(), Amount: part})
	}
	if h.random.IntN(40) == 0 {
		sum++
	}
	return append(shares, journal.Share{Pot: h.pot(), Amount: sum})
}

// step plays one command of any kind.
func (h *history) step() bool {
	h.day += journal.Day(h.random.IntN(3))
	switch h.random.IntN(20) {
	case 14:
		if h.random.IntN(3) == 0 {
			return h.close()
		}
	case 0, 1, 2:
		return h.give()
	case 3:
		in := h.inflow()
		in.Fee *= h.random.Int64N(2) * h.random.Int64N(2)
		return h.do(&giving.Receive{Arrived: giving.Arrived{Inflow: in}})
	case 4:
		return h.place()
	case 5, 6:
		return h.refund()
	case 7:
		return h.do(&giving.Charge{FeeCharged: giving.FeeCharged{Pot: h.pot(), Unit: h.unit(), Amount: h.sum() / 50,
			Through: h.asset(), For: pick(h, giving.BankFee, giving.Tax), Evidence: h.evidence(), Source: h.source(),
			Of: pick(h, 0, h.entry())}})
	case 8:
		return h.do(&giving.Move{Moved: giving.Moved{Unit: h.unit(), Amount: h.sum(), From: h.asset(),
			Into: h.asset(), Evidence: h.evidence()}})
	case 9:
		return h.do(&giving.Transfer{Transferred: giving.Transferred{Unit: h.unit(), Amount: h.sum(), From: h.pot(),
			To: h.pot(), By: []string{h.role(), h.role()}}})
	case 10:
		return h.do(&giving.Spend{Spent: giving.Spent{Pot: h.pot(), Unit: h.unit(), Amount: h.sum(),
			Fee: h.random.Int64N(100), Through: h.asset(), As: giving.Expense, Destination: giving.Running,
			Payee: giving.Company, Evidence: h.evidence(), Source: h.source()}})
	case 11, 12:
		return h.reverse(h.entry())
	case 13:
		return h.do(&giving.Claim{Claimed: giving.Claimed{Pot: h.pot(), Unit: h.unit(), Amount: h.sum(),
			Destination: giving.Mission, Payee: giving.Person}})
	}
	return h.expense(h.entryOf("expense/v1", "approval/v1", "payment/v1", "payment-return/v1"))
}

func (h *history) give() bool {
	in := h.inflow()
	counts := giving.Counts{}
	if h.random.IntN(2) == 0 {
		counts = giving.Counts{Nth: 1, NthFund: h.random.Int64N(3), FirstOfMonth: h.random.IntN(2) == 0,
			FirstOfMonthFund: h.random.IntN(2) == 0}
	}
	return h.do(&giving.Give{Given: giving.Given{Inflow: in, To: h.shares(in.Gross), Counts: counts,
		Need: pick(h, "", "", "", "relecture"), Regular: pick(h, "", "5zq3k7d2")}})
}

// close closes the month before last or the last one, now and then wrongly.
func (h *history) close() bool {
	month := (h.day - journal.Day(30+h.random.IntN(30))).Month()
	ledger := -h.world.Held(month, "EUR")
	fact := charter.Closed{Month: month, Unit: h.unit(), Ledger: ledger, Statement: ledger, By: h.role()}
	if h.random.IntN(5) == 0 {
		fact.Statement++
		fact.Because = pick(h, journal.Digest{}, journal.Digest{1})
	}
	if h.random.IntN(10) == 0 {
		fact.Ledger++
	}
	if !h.do(&charter.Close{Closed: fact}) {
		return false
	}
	h.books, h.closed = month, h.shown(month)
	return true
}

// shown gives the figures of the months up to one.
func (h *history) shown(month int) map[mechanismtest.Figure]mechanismtest.Total {
	shown := map[mechanismtest.Figure]mechanismtest.Total{}
	for figure, total := range h.world.Figures() {
		if figure.Month <= month && total != (mechanismtest.Total{}) {
			shown[figure] = total
		}
	}
	return shown
}

// asClosed sees that the figures of closed months are as they were when they closed.
func (h *history) asClosed() {
	h.tb.Helper()
	if now := h.shown(h.books); h.books != 0 && !maps.Equal(now, h.closed) {
		h.tb.Fatalf("the figures up to %d were\n%v when they closed, and are\n%v", h.books, h.closed, now)
	}
}

// place takes a gift out of an arrival, at times more than is left of it.
func (h *history) place() bool {
	in := h.inflow()
	of := h.entryOf("arrival/v1")
	if e := h.world.Entry(of); e != nil {
		if arrived, ok := e.Fact.(*giving.Arrived); ok {
			in = arrived.Inflow
			in.Gross = 1 + h.random.Int64N(in.Gross)
		}
	}
	return h.do(&giving.Give{Given: giving.Given{Inflow: in, To: h.shares(in.Gross), Arrival: of}})
}

func (h *history) refund() bool {
	of := h.entryOf("gift/v1", "fee/v1", "spending/v1")
	cmd := &giving.GiveBack{Refunded: giving.Refunded{Of: of, Unit: h.unit(), Through: h.asset(),
		Fee: h.random.Int64N(50) * h.random.Int64N(2), Reason: giving.GivenBack, Evidence: h.evidence(),
		Source: h.source()}}
	cmd.Back = []journal.Share{{Pot: h.pot(), Amount: h.sum()}}
	if e := h.world.Entry(of); e != nil {
		switch f := e.Fact.(type) {
		case *giving.Given:
			share := pick(h, f.To...)
			cmd.Unit, cmd.Back[0] = f.Unit, journal.Share{Pot: share.Pot, Amount: 1 + h.random.Int64N(share.Amount)}
		case *giving.FeeCharged:
			cmd.Unit, cmd.Back[0] = f.Unit, journal.Share{Pot: f.Pot, Amount: 1 + h.random.Int64N(f.Amount)}
		case *giving.Spent:
			cmd.Unit, cmd.Back[0] = f.Unit, journal.Share{Pot: f.Pot, Amount: 1 + h.random.Int64N(f.Amount)}
		}
	}
	return h.do(cmd)
}

func (h *history) reverse(of int64) bool {
	cmd := &giving.Reverse{Reversed: giving.Reversed{Of: of, By: h.role()}}
	if e := h.world.Entry(of); e != nil {
		cmd.Origin = giving.Origin(e.Fact)
	}
	return h.do(cmd)
}

// expense takes the expense that an entry belongs to one step further, or tries to.
func (h *history) expense(of int64) bool {
	if e := h.world.Entry(of); e != nil {
		switch f := e.Fact.(type) {
		case *giving.Approved:
			of = f.Of
		case *giving.Paid:
			of = f.Of
		case *giving.Returned:
			of = f.Of
		}
	}
	next := h.random.IntN(4)
	state := h.world.State(mechanism.Key{Stream: "expense", Part: strconv.FormatInt(of, 10)})
	if open, ok := state.(*giving.Open); ok && h.random.IntN(4) > 0 {
		steps := []giving.Status{giving.StatusClaimed, giving.StatusApproved, giving.StatusPaid}
		next = slices.Index(steps, open.Status)
	}
	switch next {
	case 0:
		return h.do(&giving.Approve{Approved: giving.Approved{Of: of, By: h.role()}})
	case 1:
		return h.do(&giving.Pay{Paid: giving.Paid{Of: of, Through: h.asset(), Evidence: h.evidence()}})
	case 2:
		return h.do(&giving.TakeBack{Returned: giving.Returned{Of: of, Through: h.asset(), Code: "ac04",
			Evidence: h.evidence()}})
	}
	return h.do(&giving.Withdraw{Withdrawn: giving.Withdrawn{Of: of, By: h.role()}})
}

// identity sees that what came in, less what went back, fees and payments, is what pots hold and the
// fund owes, in every unit.
func (h *history) identity() {
	h.tb.Helper()
	flows, held := map[money.Unit]int64{}, map[money.Unit]int64{}
	for figure, total := range h.world.Figures() {
		switch {
		case strings.HasPrefix(figure.Name, giving.FigureIn):
			flows[figure.Unit] += total.Amount
		case slices.Contains([]string{giving.FigureReturned, giving.FigureFees, giving.FigurePaid}, figure.Name):
			flows[figure.Unit] -= total.Amount
		}
	}
	h.world.Book().All(func(p ledger.Place, balance int64) {
		if p.Account.Class() != ledger.Asset {
			held[p.Unit] += balance
		}
	})
	for _, unit := range []money.Unit{"EUR", "USD"} {
		if flows[unit] != held[unit] {
			h.tb.Fatalf("%s: in - returned - fees - paid is %d, pots and owed hold %d\n%s%s", unit, flows[unit],
				held[unit], h.world.FigureList(), h.world.Balances())
		}
	}
}

// ofAllMonths sums figures over the months, without the number of entries: a reversal takes away in
// the month in which it corrects, and is an entry of its own.
func ofAllMonths(figures map[mechanismtest.Figure]mechanismtest.Total) map[mechanismtest.Figure]mechanismtest.Total {
	sums := map[mechanismtest.Figure]mechanismtest.Total{}
	for figure, total := range figures {
		figure.Month = 0
		sum := sums[figure]
		sum.Amount += total.Amount
		if figure.Name != giving.FigureMoves {
			sum.Count += total.Count
		}
		sums[figure] = sum
	}
	return sums
}

// takesBack plays a command and its reversal: balances and figures are as before.
func (h *history) takesBack() {
	h.tb.Helper()
	figures, balances := ofAllMonths(h.world.Figures()), h.world.Balances()
	index := h.world.Size()
	if !h.step() || !h.reverse(index) {
		return
	}
	for figure, total := range ofAllMonths(h.world.Figures()) {
		if total != figures[figure] {
			h.tb.Fatalf("after a reversal %v is %v, not %v\n%s", figure, total, figures[figure], h.world.Leaf(index))
		}
	}
	if again := h.world.Balances(); again != balances {
		h.tb.Fatalf("after a reversal the book is\n%snot\n%s", again, balances)
	}
	h.done["taken back"]++
}

// play plays a history of so many commands and sees that all laws hold at its end.
func (h *history) play(commands int) {
	for range commands {
		if h.random.IntN(10) == 0 {
			h.takesBack()
		} else {
			h.step()
		}
	}
	h.identity()
	h.byPot()
	h.asClosed()
	h.world.CheckAll()
}

func TestRandomHistoriesKeepTheLaws(t *testing.T) {
	histories := 10_000
	if testing.Short() {
		histories = 1_000
	}
	done, denied := map[string]int{}, map[fault.Code]int{}
	for seed := range histories {
		h := newHistory(t, uint64(seed))
		h.play(15 + h.random.IntN(40))
		for kind, n := range h.done {
			done[kind] += n
		}
		for code, n := range h.denied {
			denied[code] += n
		}
	}
	for kind := range rules().Kinds() {
		if done[kind] < histories/20 && kind != "erase/v1" {
			t.Errorf("only %d of %s in %d histories", done[kind], kind, histories)
		}
	}
	if done["taken back"] < histories/10 {
		t.Errorf("only %d reversals seen from before to after", done["taken back"])
	}
	t.Logf("taken %v\nrefused %v", done, denied)
}

func TestLongHistoriesKeepTheLaws(t *testing.T) {
	for seed := range uint64(3) {
		h := newHistory(t, 1_000_000+seed)
		h.play(5_000)
	}
}
