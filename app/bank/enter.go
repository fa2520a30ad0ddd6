// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ecot/app"
	"ecot/app/cards"
	"ecot/app/gifts"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
)

// onceScope is the scope of the claims that lines make, for ever.
const onceScope = "bank-line"

// key gives the key of the command for the nth part of a line: the same whenever it is entered again, and
// another once its booking was undone.
func (a *act) key(n int) string {
	key := "line/" + a.line.Key
	if a.line.Turn > 0 {
		key += "/" + strconv.FormatInt(a.line.Turn, 10)
	}
	if a.decision.From == office.LineArrived {
		key += "/placed"
	}
	if n > 0 {
		key += "+" + strconv.Itoa(n)
	}
	return key
}

func once(key string) app.Once { return app.Once{Scope: onceScope, Key: key} }

// day gives the day on which a line is booked: the bank's own, or the first that is open.
func (a *act) day() journal.Day {
	day, _ := journal.ParseDay(a.decision.Day) // as it was written
	return day
}

// asset gives the journal's asset of a line's account.
func (b *Bank) asset(ctx context.Context, line office.BankLine) (string, error) {
	account, err := b.account(ctx, line.Account)
	return account.Asset, err
}

// enterPart enters one part, and gives the index of its entry, below zero for none.
func (b *Bank) enterPart(ctx context.Context, a *act, n int) (int64, error) {
	part, key := a.decision.Parts[n], a.key(n)
	asset, err := b.asset(ctx, a.line)
	if err != nil {
		return 0, err
	}
	day := a.day()
	var command mechanism.Command
	request := app.Request{Key: key, Once: []app.Once{once(key)}}
	switch part.Kind {
	case Gift:
		return b.enterGift(ctx, a, n, asset)
	case Payment, PaymentReturn:
		return b.enterPayment(ctx, a, n, asset)
	case Linked:
		return part.Of, b.checkLink(ctx, part, asset)
	case Ignored:
		return -1, nil
	case Arrival:
		command = &giving.Receive{Arrived: giving.Arrived{Inflow: giving.Inflow{Unit: a.line.Currency,
			Gross: part.Amount, Into: asset, Nature: giving.NatureUnknown, Donor: giving.DonorUnknown,
			Given:    dayOf(a.line),
			Credited: day, Evidence: giving.Proved}}}
		request.Private = []app.Private{{Field: "line", Value: a.line.Key}}
	case Fee:
		command = &giving.Charge{FeeCharged: giving.FeeCharged{Pot: part.Pot, Unit: a.line.Currency,
			Amount: -part.Amount, Through: asset, For: cmp.Or(part.For, giving.BankFee), Of: part.Of, On: day,
			Evidence: giving.Proved}}
	case Refund:
		if command, err = b.refund(ctx, a, part, asset); err != nil {
			return 0, err
		}
	case Payout:
		if part.ID != "" && b.options.Provider != nil {
			return b.options.Provider.Land(ctx, cards.Landing{Payout: part.ID, Line: key, Bank: asset, On: day,
				Once: request.Once})
		}
		command = move(a, part.Amount, provider, asset)
	case Transfer:
		command = move(a, part.Amount, part.Asset, asset)
	default:
		return 0, fault.New(fault.Invalid, "A line cannot be booked as %q.", part.Kind)
	}
	request.Command = command
	answer, err := b.app.Do(ctx, request)
	return answer.Index, err
}

// move gives the command that moves money from another account of the fund's to this one, or back.
func move(a *act, amount int64, other, asset string) mechanism.Command {
	moved := giving.Moved{Unit: a.line.Currency, Amount: amount, From: other, Into: asset, On: a.day(),
		Evidence: giving.Proved}
	if amount < 0 {
		moved.Amount, moved.From, moved.Into = -amount, asset, other
	}
	return &giving.Move{Moved: moved}
}

// enterGift books a gift, and gives its donor a reference for the next one.
func (b *Bank) enterGift(ctx context.Context, a *act, n int, asset string) (int64, error) {
	part := a.decision.Parts[n]
	gift := part.Gift
	to, err := gift.shares()
	if err != nil {
		return 0, err
	}
	if gift.Donor.Handle != "" {
		if err := b.meet(ctx, gift, to); err != nil {
			return 0, err
		}
	}
	arrival := int64(0)
	if a.decision.From == office.LineArrived {
		if arrival, err = b.arrivalOf(ctx, a.line.Key); err != nil {
			return 0, err
		}
	}
	answer, err := b.gifts.Book(ctx, gifts.Money{Key: a.key(n), Once: []app.Once{once(a.key(n))},
		Donor:   gift.Donor,
		Promise: gift.Promise, To: to, Need: gift.Need, Regular: gift.Regular, Amount: part.Amount + gift.Fee,
		Fee: gift.Fee, Into: asset, Given: dayOf(a.line), Credited: a.day(), Evidence: giving.Proved,
		Nature:  gift.Nature,
		Arrival: arrival, Outside: gift.Outside})
	if err == nil && len(a.decision.Parts) == 1 {
		a.booked.handle = gift.Donor.Handle
	}
	return answer.Index, err
}

// meet keeps a donor whom nobody knew, and makes sure that there is a purpose for what they gave.
func (b *Bank) meet(ctx context.Context, gift *GiftOf, to gifts.Shares) error {
	_, known, err := b.office.Donor(ctx, gift.Donor.Handle)
	if err == nil && !known {
		donor := gift.Donor
		donor.Since = b.app.Now().Unix()
		err = b.office.Do(ctx, func(tx *office.Tx) error { return tx.PutDonor(ctx, donor) })
	}
	if err == nil {
		_, err = b.gifts.Reference(ctx, gift.Donor.Handle, to, gift.Need)
	}
	return err
}

// arrivalOf gives the entry by which a line arrived.
func (b *Bank) arrivalOf(ctx context.Context, key string) (int64, error) {
	bookings, err := b.office.BankBookings(ctx, key)
	for _, booking := range bookings {
		if booking.Kind == string(Arrival) {
			return booking.Index, nil
		}
	}
	if err == nil {
		err = fault.New(fault.Conflict, "This line has not arrived.")
	}
	return 0, err
}

// enterPayment books that a payment left, or came back.
func (b *Bank) enterPayment(ctx context.Context, a *act, n int, asset string) (int64, error) {
	part := a.decision.Parts[n]
	seen := Seen{Key: a.key(n), Once: once(a.key(n)), ID: part.ID, Asset: asset, On: a.day(),
		Code: part.Code, By: a.by}
	if part.ID != "" && b.options.Outgoing != nil {
		if part.Kind == Payment {
			return b.options.Outgoing.Seen(ctx, seen)
		}
		return b.options.Outgoing.Returned(ctx, seen)
	}
	if err := b.checkExpense(ctx, part); err != nil {
		return 0, err
	}
	request := app.Request{Key: seen.Key, Once: []app.Once{seen.Once}}
	if part.Kind == Payment {
		request.Command = &giving.Pay{Paid: giving.Paid{Of: part.Of, Through: asset, On: seen.On,
			Evidence: giving.Proved}}
	} else {
		request.Command = &giving.TakeBack{Returned: giving.Returned{Of: part.Of, Through: asset,
			Code: strings.ToLower(cmp.Or(part.Code, "none")), On: seen.On, Evidence: giving.Proved}}
	}
	answer, err := b.app.Do(ctx, request)
	return answer.Index, err
}

// checkExpense refuses to pay an expense in part, for it is paid whole or not at all.
func (b *Bank) checkExpense(ctx context.Context, part Part) error {
	v, err := b.read.View(ctx, part.Of)
	if err != nil {
		return err
	}
	claim, ok := v.Fact.(*giving.Claimed)
	if !ok || claim.Amount != max(part.Amount, -part.Amount) {
		return fault.New(fault.Invalid, "Entry %d is no expense of this amount.", part.Of).
			In("bank.no-expense", "entry", strconv.FormatInt(part.Of, 10))
	}
	return nil
}

// refund gives the command by which a gift goes back, or a fee or spending comes back: out of the pots, or
// into them, as they had it.
func (b *Bank) refund(ctx context.Context, a *act, part Part, asset string) (mechanism.Command, error) {
	v, err := b.read.View(ctx, part.Of)
	if err != nil {
		return nil, err
	}
	var shares []journal.Share
	wanted := part.Amount // above zero when the fund gains
	switch f := v.Fact.(type) {
	case *giving.Given:
		shares, wanted = f.To, -part.Amount
	case *giving.FeeCharged:
		shares = []journal.Share{{Pot: f.Pot, Amount: f.Amount}}
	case *giving.Spent:
		shares = []journal.Share{{Pot: f.Pot, Amount: f.Amount}}
	}
	if shares == nil || wanted <= 0 {
		return nil, fault.New(fault.Invalid, "Entry %d moved nothing that could go back so.", part.Of).
			In("bank.no-refund", "entry", strconv.FormatInt(part.Of, 10))
	}
	back, err := sharesOf(shares, wanted)
	if err != nil {
		return nil, err
	}
	return &giving.GiveBack{Refunded: giving.Refunded{Of: part.Of, Unit: a.line.Currency, Back: back,
		Through: asset,
		Reason:  giving.SentBack, On: a.day(), Evidence: giving.Proved}}, nil
}

// sharesOf divides an amount as the shares divide theirs.
func sharesOf(shares []journal.Share, amount int64) (back []journal.Share, err error) {
	weights := make([]int64, len(shares))
	for i, share := range shares {
		weights[i] = share.Amount
	}
	parts, err := money.Split(amount, weights)
	for i, part := range parts {
		if part > 0 {
			back = append(back, journal.Share{Pot: shares[i].Pot, Amount: part})
		}
	}
	return back, err
}

// checkLink refuses an entry that did not move a line's amount, or that another line was booked as.
func (b *Bank) checkLink(ctx context.Context, part Part, asset string) error {
	open, err := b.Unmatched(ctx, asset)
	if err != nil {
		return err
	}
	found := slices.ContainsFunc(open, func(m Move) bool {
		return m.Index == part.Of &&
			m.Amount == part.Amount
	})
	if !found {
		return fault.New(fault.Conflict, "Entry %d does not move this amount at the bank, or has its line already.",
			part.Of).
			In("bank.no-link", "entry", strconv.FormatInt(part.Of, 10))
	}
	return nil
}

// prepareUndo says which entries of a line are to be reversed: all, or only its attribution.
func (b *Bank) prepareUndo(ctx context.Context, a *act) error {
	bookings, err := b.office.BankBookings(ctx, a.line.Key)
	if err != nil {
		return err
	}
	bookings = slices.DeleteFunc(bookings, func(o office.BankBooking) bool { return o.Kind == string(undone) })
	placed := slices.ContainsFunc(bookings, func(o office.BankBooking) bool { return o.Kind == string(Gift) })
	for _, booking := range slices.Backward(bookings) {
		part := Part{Kind: undone, Of: booking.Index}
		switch kind := Kind(booking.Kind); {
		case kind == Linked, kind == Arrival && placed:
			part.Kind = kind
		}
		a.decision.Parts = append(a.decision.Parts, part)
	}
	return nil
}

// reverseAll reverses the entries that an undoing names.
func (b *Bank) reverseAll(ctx context.Context, a *act) error {
	for _, part := range a.decision.Parts {
		if part.Kind != undone {
			continue
		}
		index, err := b.reverse(ctx, a, part.Of)
		if err != nil {
			return err
		}
		a.booked.bookings = append(a.booked.bookings,
			office.BankBooking{Line: a.line.Key, Index: part.Of, Kind: string(undone)},
			office.BankBooking{Line: a.line.Key, Index: index, Kind: string(undone)})
	}
	return nil
}

// reverse reverses one entry of a line, on the line's own day.
func (b *Bank) reverse(ctx context.Context, a *act, index int64) (int64, error) {
	v, err := b.read.View(ctx, index)
	if err != nil {
		return 0, err
	}
	key := fmt.Sprintf("line/%s/%d/undo/%d", a.line.Key, a.line.Turn, index)
	answer, err := b.app.Do(ctx, app.Request{Key: key, Once: []app.Once{once(key)},
		Command: &giving.Reverse{Reversed: giving.Reversed{Of: index, By: a.by, On: a.day()},
			Origin: giving.Origin(v.Fact)}})
	return answer.Index, err
}
