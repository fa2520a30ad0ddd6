// SPDX-License-Identifier: AGPL-3.0-or-later

package cards

import (
	"cmp"
	"slices"
	"time"

	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/pay"
)

// deed is what a step does.
type deed string

// The deeds behind a gift.
const (
	giveBack deed = "give-back" // money leaves the pots
	undo     deed = "undo"      // a refund or a chargeback did not hold: its entry is reversed
	charge   deed = "charge"    // the provider keeps a fee
	uncharge deed = "uncharge"  // it gives a fee back
)

// step is one entry that follows the gift of a payment.
type step struct {
	claim  string // its name for ever, below the scope of card entries
	deed   deed
	of     string // claim of the entry that it refers to
	back   []journal.Share
	fee    int64  // of the gift, that came back with the money
	pot    string // that bears a fee
	amount int64  // of a fee
	kind   giving.FeeKind
	reason giving.Reason
	at     time.Time
}

// move is one booking of the provider behind the payment itself.
type move struct {
	pay.Booking
	claim   string
	dispute string // id, empty for a refund
	returns bool   // a refund that failed: its money comes back
}

// movesOf gives the bookings of a payment's refunds and disputes in the order in which they were made, so
// that whoever reads the payment later finds the same ones before those that are new.
func movesOf(p pay.Payment) (all []move) {
	for _, r := range p.Refunds {
		if r.Booked.Known() {
			all = append(all, move{Booking: r.Booked, claim: r.ID})
		}
		if r.Returned.Known() {
			all = append(all, move{Booking: r.Returned, claim: r.ID, returns: true})
		}
	}
	for _, d := range p.Disputes {
		for _, b := range d.Moves {
			all = append(all, move{Booking: b, claim: d.ID + "/" + b.ID, dispute: d.ID})
		}
	}
	slices.SortStableFunc(all, func(a, b move) int { return cmp.Compare(a.At.Unix(), b.At.Unix()) })
	return all
}

// plan is the history of one payment behind its gift, folded move by move. It asks nobody: the same
// payment always comes to the same steps, and a longer history to the same steps and more.
type plan struct {
	unit    money.Unit
	gift    string // claim
	pot     string // that bears the fees
	left    []journal.Share
	feeLeft int64           // of the gift's fee, what did not come back
	out     map[string]step // what took money back and still holds, by claim of its refund or dispute
	fees    map[string]step // the last fee of each dispute
	steps   []step
}

// planOf gives the steps that follow from what a payment tells, for a gift of these shares and this fee.
// What does not hold together is fault.Conflict, behind the steps that come before it.
func planOf(p pay.Payment, gift *giving.Given) ([]step, error) {
	f := &plan{unit: gift.Unit, gift: p.ID, pot: gift.To[0].Pot, left: slices.Clone(gift.To), feeLeft: gift.Fee,
		out: map[string]step{}, fees: map[string]step{}}
	for _, m := range movesOf(p) {
		if err := f.follow(m); err != nil {
			return f.steps, err
		}
	}
	return f.steps, nil
}

// follow adds the steps of one move. Together they change what the provider holds by its net.
func (f *plan) follow(m move) error {
	if m.Gross.Unit != f.unit || m.Fee.Unit != f.unit {
		return fault.New(fault.Conflict, "The provider moved money of this payment in %s, not in %s.", m.Gross.Unit,
			f.unit)
	}
	switch {
	case m.Gross.Minor < 0:
		return f.takeBack(m)
	case m.returns || m.Gross.Minor > 0:
		return f.reinstate(m)
	}
	return f.feeOf(m, m.Fee.Minor)
}

// holds names what a move belongs to: its dispute, or its refund.
func (m move) holds() string {
	if m.dispute != "" {
		return m.dispute
	}
	return m.claim
}

// takeBack lets money go back to the payer, out of each pot by what is left of its share.
func (f *plan) takeBack(m move) error {
	back, err := f.take(-m.Gross.Minor)
	if err != nil {
		return err
	}
	s := step{claim: m.claim, deed: giveBack, of: f.gift, back: back, reason: giving.GivenBack, at: m.At}
	fee := m.Fee.Minor
	if m.dispute != "" {
		s.reason = giving.ChargedBack
	} else if fee < 0 {
		s.fee = min(-fee, f.feeLeft)
		f.feeLeft -= s.fee
		fee += s.fee
	}
	if _, twice := f.out[m.holds()]; twice {
		return fault.New(fault.Conflict, "The provider took the money of one dispute twice.")
	}
	f.out[m.holds()] = s
	f.steps = append(f.steps, s)
	return f.feeOf(m, fee)
}

// reinstate brings back what a refund or a dispute took. Of a dispute that gives back a part only, the
// whole is undone and the rest goes back again.
func (f *plan) reinstate(m move) error {
	taken, found := f.out[m.holds()]
	if !found {
		return fault.New(fault.Conflict, "The provider gave back money of this payment that it had not taken.")
	}
	sum := int64(0)
	for _, share := range taken.back {
		f.put(share)
		sum += share.Amount
	}
	rest := sum - m.Gross.Minor
	if rest < 0 || rest > 0 && m.dispute == "" {
		return fault.New(fault.Conflict, "The provider gave back another sum of this payment than it had taken.")
	}
	delete(f.out, m.holds())
	claim := m.claim
	if m.returns {
		claim += "/returned"
	}
	f.feeLeft += taken.fee
	f.steps = append(f.steps, step{claim: claim, deed: undo, of: taken.claim, at: m.At})
	if rest > 0 {
		back, err := f.take(rest)
		if err != nil {
			return err
		}
		again := step{claim: claim + "/rest", deed: giveBack, of: f.gift, back: back, reason: giving.ChargedBack,
			at: m.At}
		f.out[m.holds()] = again
		f.steps = append(f.steps, again)
	}
	m.claim = claim
	return f.feeOf(m, m.Fee.Minor-taken.fee)
}

// feeOf adds what the provider keeps for a move, or gives back of what it kept for the same dispute.
func (f *plan) feeOf(m move, fee int64) error {
	s := step{claim: m.claim + "/fee", at: m.At}
	kept := f.fees[m.dispute]
	switch {
	case fee == 0:
		return nil
	case fee > 0:
		s.deed, s.of, s.pot, s.amount, s.kind = charge, f.gift, f.pot, fee, giving.ProcessorFee
		if m.dispute != "" {
			s.kind = giving.DisputeFee
			f.fees[m.dispute] = s
		}
	case m.dispute == "" || -fee > kept.amount:
		return fault.New(fault.Conflict, "The provider gave back more of a fee than it had kept.")
	default:
		s.deed, s.of, s.reason = uncharge, kept.claim, giving.SentBack
		s.back = []journal.Share{{Pot: f.pot, Amount: -fee}}
		kept.amount += fee
		f.fees[m.dispute] = kept
	}
	f.steps = append(f.steps, s)
	return nil
}

// take takes an amount out of what is left of the gift, divided by what is left in each pot: by largest
// remainder, the pot named first before others, so that no pot gives more than it got.
func (f *plan) take(amount int64) ([]journal.Share, error) {
	weights, sum := make([]int64, len(f.left)), int64(0)
	for i, share := range f.left {
		weights[i] = share.Amount
		sum += share.Amount
	}
	if amount > sum {
		return nil, fault.New(fault.Conflict, "More of this payment went back than was given.")
	}
	parts, err := money.Split(amount, weights)
	if err != nil {
		return nil, err
	}
	var back []journal.Share
	for i, part := range parts {
		f.left[i].Amount -= part
		if part > 0 {
			back = append(back, journal.Share{Pot: f.left[i].Pot, Amount: part})
		}
	}
	return back, nil
}

// put gives a share back to what is left of the gift.
func (f *plan) put(share journal.Share) {
	for i := range f.left {
		if f.left[i].Pot == share.Pot {
			f.left[i].Amount += share.Amount
		}
	}
}
