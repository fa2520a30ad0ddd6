// SPDX-License-Identifier: AGPL-3.0-or-later

package giving

import (
	"fmt"
	"slices"

	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/money"
)

// Apply folds an entry of giving into the states; what the rules do not allow is refused with a
// fault and changes nothing.
func (Rules) Apply(d mechanism.Desk, e *journal.Entry) error {
	switch f := e.Fact.(type) {
	case *PotOpened:
		return applyPot(d, f)
	case *Given:
		return applyGift(d, f, e.Posts)
	case *Arrived:
		return checkInflow(&f.Inflow, f.Fee == 0, "An arrival carries no fee; charge it apart.")
	case *FeeCharged:
		return checkMoney(d, f.Through, f.Pot)
	case *Moved:
		return applyMove(f)
	case *Transferred:
		return applyTransfer(d, f)
	case *Spent:
		return errorsFirst(spendable(d, f.Pot), checkMoney(d, f.Through))
	case *Refunded:
		return applyRefund(d, f)
	case *Reversed:
		return applyReversal(d, f)
	}
	return applyExpense(d, e)
}

// errorsFirst gives the first error that is one.
func errorsFirst(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func applyPot(d mechanism.Desk, f *PotOpened) error {
	if !journal.IsSlug(f.Slug) {
		return fault.New(fault.Invalid, "%q cannot name a pot: use a-z, 0-9 and hyphens, at most 40.", f.Slug)
	}
	if d.State(potKey(f.Slug)) != nil {
		return fault.New(fault.Conflict, "The pot %s exists already.", f.Slug)
	}
	d.Put(potKey(f.Slug), &Pot{Purpose: f.Purpose})
	return nil
}

func pot(d mechanism.Desk, slug string) (*Pot, error) { return potAt(d, potKey(slug), slug) }

func potAt(d mechanism.Desk, key mechanism.Key, slug string) (*Pot, error) {
	state, ok := d.State(key).(*Pot)
	if !ok {
		return nil, fault.New(fault.NotFound, "There is no pot %q.", slug)
	}
	return state, nil
}

// spendable refuses a pot that does not exist or whose money is kept as capital.
func spendable(d mechanism.Desk, slug string) error {
	state, err := pot(d, slug)
	if err == nil && state.Purpose != Spendable {
		return fault.New(fault.Conflict, "The money of %s is an endowment and cannot be spent.", slug)
	}
	return err
}

// checkMoney refuses an asset that cannot be one and a pot that does not exist.
func checkMoney(d mechanism.Desk, asset string, pots ...string) error {
	if !ledger.IsName(asset) {
		return fault.New(fault.Invalid, "%q cannot name an asset: use a-z, 0-9 and hyphens.", asset)
	}
	for _, slug := range pots {
		if _, err := pot(d, slug); err != nil {
			return err
		}
	}
	return nil
}

func checkInflow(in *Inflow, holds bool, refusal string) error {
	if !holds {
		return fault.New(fault.Invalid, "%s", refusal)
	}
	if !ledger.IsName(in.Into) {
		return fault.New(fault.Invalid, "%q cannot name an asset: use a-z, 0-9 and hyphens.", in.Into)
	}
	return nil
}

func applyGift(d mechanism.Desk, f *Given, posts []ledger.Posting) error {
	var sum int64
	for _, share := range f.To {
		sum += share.Amount
		if _, err := potAt(d, potKeyIn(posts, share.Pot), share.Pot); err != nil {
			return err
		}
	}
	if err := checkInflow(&f.Inflow, sum == f.Gross, "The shares of a gift must add up to it."); err != nil {
		return err
	}
	counted := f.Counts.Nth > 0 && f.Counts.NthFund >= f.Counts.Nth
	if !counted && f.Counts != (Counts{}) {
		return fault.New(fault.Invalid, "A gift that is counted says its place for the pot and for the fund.")
	}
	if f.Need != "" && len(f.To) != 1 {
		return fault.New(fault.Invalid, "A gift that is tied to a need goes to one pot, and to no other.")
	}
	if f.Arrival == 0 {
		return nil
	}
	return placeArrival(d, f)
}

// placeArrival takes a gift out of what arrived unattributed, at most what is left of it.
func placeArrival(d mechanism.Desk, f *Given) error {
	e, err := d.Entry(f.Arrival)
	if err != nil {
		return err
	}
	arrival, ok := e.Fact.(*Arrived)
	if !ok || arrival.Unit != f.Unit || arrival.Into != f.Into || f.Fee != 0 {
		return fault.New(fault.Invalid, "Entry %d is no arrival of this unit and asset without fee.", f.Arrival)
	}
	state := undone(d, f.Arrival)
	if state.Whole {
		return fault.New(fault.Conflict, "Arrival %d has been reversed.", f.Arrival)
	}
	if state.Placed+f.Gross > arrival.Gross {
		return fault.New(fault.Conflict, "Of arrival %d only %s is left to place.", f.Arrival,
			money.Amount{Minor: arrival.Gross - state.Placed, Unit: f.Unit})
	}
	state.Placed += f.Gross
	d.Put(entryKey(f.Arrival), &state)
	return nil
}

// undone gives a copy of what has been undone of an entry.
func undone(d mechanism.Desk, index int64) Undone {
	if state, ok := d.State(entryKey(index)).(*Undone); ok {
		again := *state
		again.Back = slices.Clone(state.Back)
		return again
	}
	return Undone{}
}

func applyMove(f *Moved) error {
	if !ledger.IsName(f.From) || !ledger.IsName(f.Into) || f.From == f.Into {
		return fault.New(fault.Invalid, "Money moves between two assets, not from %q to %q.", f.From, f.Into)
	}
	return nil
}

func applyTransfer(d mechanism.Desk, f *Transferred) error {
	if f.From == f.To {
		return fault.New(fault.Invalid, "A transfer needs two pots, not %s twice.", f.From)
	}
	if f.By[0] == f.By[1] {
		return fault.New(fault.Forbidden, "A transfer needs two signatures; %s cannot sign twice.", f.By[0])
	}
	return errorsFirst(spendable(d, f.From), checkMoney(d, "bank", f.To))
}

// refundable says what an entry moved that may go back: shares by pot, the fee, the unit.
func refundable(e *journal.Entry) (shares []journal.Share, fee int64, unit money.Unit, ok bool) {
	switch f := e.Fact.(type) {
	case *Given:
		return f.To, f.Fee, f.Unit, true
	case *FeeCharged:
		return []journal.Share{{Pot: f.Pot, Amount: f.Amount}}, 0, f.Unit, true
	case *Spent:
		return []journal.Share{{Pot: f.Pot, Amount: f.Amount}}, f.Fee, f.Unit, true
	}
	return nil, 0, "", false
}

func applyRefund(d mechanism.Desk, f *Refunded) error {
	e, err := d.Entry(f.Of)
	if err := errorsFirst(err, checkMoney(d, f.Through)); err != nil {
		return err
	}
	shares, fee, unit, ok := refundable(e)
	if !ok || unit != f.Unit {
		return fault.New(fault.Invalid, "Entry %d moved nothing in %s that could go back.", f.Of, f.Unit)
	}
	state := undone(d, f.Of)
	if state.Whole {
		return fault.New(fault.Conflict, "Entry %d has been reversed.", f.Of)
	}
	for _, back := range f.Back {
		left := amountOf(shares, back.Pot) - amountOf(state.Back, back.Pot)
		if back.Amount > left {
			return fault.New(fault.Conflict, "Of entry %d only %s can go back for %s.", f.Of,
				money.Amount{Minor: left, Unit: unit}, back.Pot)
		}
		state.Back = addShare(state.Back, back)
	}
	if state.Fee += f.Fee; state.Fee > fee {
		return fault.New(fault.Conflict, "Entry %d bore a fee of %s, no more of it can come back.", f.Of,
			money.Amount{Minor: fee, Unit: unit})
	}
	d.Put(entryKey(f.Of), &state)
	return nil
}

func amountOf(shares []journal.Share, pot string) int64 {
	for _, share := range shares {
		if share.Pot == pot {
			return share.Amount
		}
	}
	return 0
}

// addShare adds to the share of a pot; a share that comes to zero is dropped.
func addShare(shares []journal.Share, add journal.Share) []journal.Share {
	for i := range shares {
		if shares[i].Pot == add.Pot {
			if shares[i].Amount += add.Amount; shares[i].Amount == 0 {
				return slices.Delete(shares, i, i+1)
			}
			return shares
		}
	}
	return append(shares, add)
}

func applyReversal(d mechanism.Desk, f *Reversed) error {
	e, err := d.Entry(f.Of)
	if err != nil {
		return err
	}
	state := undone(d, f.Of)
	if !state.none() {
		return fault.New(fault.Conflict, "Entry %d has been undone, or partly, already.", f.Of)
	}
	switch target := e.Fact.(type) {
	case *Arrived, *FeeCharged, *Moved, *Transferred, *Spent:
	case *Given:
		if target.Arrival != 0 {
			arrival := undone(d, target.Arrival)
			arrival.Placed -= target.Gross
			put(d, target.Arrival, arrival)
		}
	case *Refunded:
		origin := undone(d, target.Of)
		for _, share := range target.Back {
			origin.Back = addShare(origin.Back, journal.Share{Pot: share.Pot, Amount: -share.Amount})
		}
		origin.Fee -= target.Fee
		put(d, target.Of, origin)
	default:
		return fault.New(fault.Invalid, "Entry %d (%s) is not corrected by reversal.", f.Of, e.Fact.Name())
	}
	state.Whole = true
	d.Put(entryKey(f.Of), &state)
	return nil
}

// put keeps what is undone of an entry, or drops the state when nothing is any more.
func put(d mechanism.Desk, index int64, state Undone) {
	if state.none() {
		d.Put(entryKey(index), nil)
		return
	}
	d.Put(entryKey(index), &state)
}

func applyExpense(d mechanism.Desk, e *journal.Entry) error {
	switch f := e.Fact.(type) {
	case *Claimed:
		if err := spendable(d, f.Pot); err != nil {
			return err
		}
		d.Put(expenseKey(e.Index), &Open{Status: StatusClaimed})
		return nil
	case *Approved:
		return applyApproval(d, f)
	case *Paid:
		return advance(d, f.Of, f.Through, StatusApproved, StatusPaid)
	case *Returned:
		return advance(d, f.Of, f.Through, StatusPaid, StatusApproved)
	case *Withdrawn:
		return applyWithdrawal(d, f)
	}
	return fmt.Errorf("giving knows no fact %q", e.Fact.Name())
}

// open gives the expense claimed at index, which must stand at the status wanted.
func open(d mechanism.Desk, index int64, want Status) (*Open, error) {
	state, ok := d.State(expenseKey(index)).(*Open)
	if !ok {
		return nil, fault.New(fault.NotFound, "Entry %d is no open expense.", index)
	}
	if state.Status != want {
		return nil, fault.New(fault.Conflict, "Expense %d is %s, not %s.", index, state.Status, want)
	}
	return state, nil
}

// advance takes an expense from one status to another, its money passing through an asset.
func advance(d mechanism.Desk, index int64, asset string, from, to Status) error {
	state, err := open(d, index, from)
	if err := errorsFirst(err, checkMoney(d, asset)); err != nil {
		return err
	}
	d.Put(expenseKey(index), &Open{Status: to, By: state.By})
	return nil
}

func applyApproval(d mechanism.Desk, f *Approved) error {
	state, err := open(d, f.Of, StatusClaimed)
	if err != nil {
		return err
	}
	if slices.Contains(state.By, f.By) {
		return fault.New(fault.Forbidden, "%s has signed expense %d already; another role must sign too.",
			f.By, f.Of)
	}
	by := append(slices.Clone(state.By), f.By)
	status := StatusClaimed
	if len(by) == 2 {
		status = StatusApproved
	}
	if f.Final != (status == StatusApproved) {
		return fault.New(fault.Invalid, "Approval %d of expense %d says wrongly whether it is the last.",
			len(by), f.Of)
	}
	d.Put(expenseKey(f.Of), &Open{Status: status, By: by})
	return nil
}

func applyWithdrawal(d mechanism.Desk, f *Withdrawn) error {
	state, ok := d.State(expenseKey(f.Of)).(*Open)
	if !ok || state.Status == StatusPaid {
		return fault.New(fault.Conflict, "Entry %d is no expense that could be withdrawn.", f.Of)
	}
	if f.Set != (state.Status == StatusApproved) {
		return fault.New(fault.Invalid, "Withdrawal of expense %d says wrongly whether money was set apart.", f.Of)
	}
	d.Put(expenseKey(f.Of), nil)
	return nil
}
