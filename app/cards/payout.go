// SPDX-License-Identifier: AGPL-3.0-or-later

package cards

import (
	"context"
	"strings"

	"ecot/app"
	"ecot/app/profile"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
	"ecot/pay"
	"ecot/pay/matching"
)

// lookPayout reads a payout: what of its lines no payment explains is booked or becomes a case, payments that
// nobody told us about are looked at, and the bank is told what to expect.
func (c *Cards) lookPayout(ctx context.Context, till pay.Provider, id string) error {
	name := till.About().Name
	release, err := c.hold(ctx, "payout/"+name+"/"+id)
	if err != nil {
		return err
	}
	defer release()
	p, err := till.Payout(ctx, id)
	if err != nil {
		return err
	}
	if p.Amount.Unit != c.app.Unit() {
		return fault.New(fault.Conflict, "The provider pays out %s, not %s.", p.Amount.Unit, c.app.Unit())
	}
	known, found, err := c.office.CardPayout(ctx, name, id)
	if err != nil {
		return err
	}
	lines := p.Lines
	if found && known.Complete {
		lines = nil
	}
	for _, l := range lines {
		if err := c.lookLine(ctx, name, l); err != nil {
			return err
		}
	}
	now := c.now()
	row := office.CardPayout{Provider: name, ID: id, Status: string(p.Status), Amount: p.Amount.Minor,
		Trace: p.Trace, Complete: p.Complete, Created: p.Created.Unix()}
	if !p.Arrives.IsZero() {
		row.Arrives = journal.DayOf(p.Arrives).String() // a day at the bank: the provider says it in UTC
	}
	return c.office.Do(ctx, func(tx *office.Tx) error {
		if err := tx.PutCardPayout(ctx, row); err != nil {
			return err
		}
		for _, l := range lines {
			line := office.CardLine{Provider: name, ID: l.ID, Payout: id, Kind: string(l.Kind), Payment: l.Payment,
				Object: l.Object, Net: l.Booked.Net.Minor}
			if err := putLine(ctx, tx, line, now); err != nil {
				return err
			}
		}
		rest, err := p.Rest()
		if p.Complete && (err != nil || rest.Minor != 0) {
			why := fault.New(fault.Conflict, "Of the payout of %s, %s is not explained by its lines.", p.Amount, rest)
			made := Case{Provider: name, Object: id, Kind: Payout, Detail: why.Public, Since: now}
			return tx.OpenCardCase(ctx, made)
		}
		return tx.SettleCardCase(ctx, name, id, now, "")
	})
}

// putLine keeps a line of a payout, and has its payment looked at when nothing was heard of it.
func putLine(ctx context.Context, tx *office.Tx, l office.CardLine, now int64) error {
	if err := tx.PutCardLine(ctx, l); err != nil || l.Payment == "" {
		return err
	}
	return tx.AddCardPayment(ctx, office.CardPayment{Provider: l.Provider, ID: l.Payment, Since: now, Look: now})
}

// lookLine books what a line of no payment charges, and makes a case of one that nothing explains.
func (c *Cards) lookLine(ctx context.Context, provider string, l pay.Line) error {
	var err error
	switch {
	case l.Payment != "":
		return nil // it is booked with its payment
	case l.Kind == pay.LineFee && l.Booked.Net.Minor < 0:
		err = c.fundFee(ctx, l)
	default:
		_, failed, lookup := c.office.CardPayout(ctx, provider, l.Object)
		if failed || lookup != nil {
			return lookup // a payout that came back to the provider, where its money was all along
		}
		err = fault.New(fault.Conflict, "The provider moved %s for %q, which no payment explains.", l.Booked.Net,
			l.Text)
	}
	if err == nil || !settledByPerson(err) {
		return err
	}
	made := caseOf(provider, l.ID, err, c.now())
	made.Kind = Payout
	return c.openCase(ctx, made)
}

// fundFee books a fee that the provider bills on its own; the fund's general pot bears it.
func (c *Cards) fundFee(ctx context.Context, l pay.Line) error {
	fund, err := profile.Load(ctx, c.office)
	if err != nil {
		return err
	}
	if l.Booked.Net.Unit != c.app.Unit() || fund.Pot == "" {
		return fault.New(fault.Conflict, "The provider billed %s, and no pot is there to bear it.", l.Booked.Net)
	}
	_, err = c.enter(ctx, l.ID, app.Request{Command: &giving.Charge{FeeCharged: giving.FeeCharged{Pot: fund.Pot,
		Unit: c.app.Unit(), Amount: -l.Booked.Net.Minor, Through: Asset, For: giving.ProcessorFee,
		On: c.day(l.Booked.At), Evidence: giving.Proved}}})
	return err
}

// Payouts gives what the bank has yet to show of payouts: what the provider sends or takes, and what the
// bank sent back of it. Land takes their ids.
func (c *Cards) Payouts(ctx context.Context) (all []matching.Payout, err error) {
	list, err := c.office.CardPayouts(ctx, c.app.Now().Add(-payoutsBack).Unix())
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		landed, err := c.holds(ctx, p.Index)
		if err != nil {
			return nil, err
		}
		back, err := c.holds(ctx, p.Back)
		if err != nil {
			return nil, err
		}
		failed := p.Status == string(pay.PayoutFailed)
		if p.Amount == 0 || landed != failed || back {
			continue
		}
		expected := matching.Payout{ID: p.Provider + "/" + p.ID, Trace: p.Trace, Names: []string{p.Provider},
			Amount: p.Amount, Unit: c.app.Unit(), Due: p.Arrives}
		if landed {
			expected.ID, expected.Amount = expected.ID+returned, -p.Amount
		}
		all = append(all, expected)
	}
	return all, nil
}

// returned ends the id of what the bank sends back of a payout.
const returned = "/returned"

// holds says whether there is an entry of that index, and it was not reversed.
func (c *Cards) holds(ctx context.Context, index int64) (bool, error) {
	if index == 0 {
		return false, nil
	}
	undone, _, err := c.app.Reading().Undone(ctx, index)
	return err == nil && !undone, err
}

// Landing is a line of the bank that shows a payout.
type Landing struct {
	Payout string // as Payouts names it
	Line   string // the line's own name, for ever
	Amount int64  // of the line, minor units of the fund's unit, which must be the payout's
	Bank   string // asset that it is a line of
	On     journal.Day
	Once   []app.Once // what else the line takes
}

// Land books that a payout reached the bank, or left it again, and gives the entry. The same line may say so
// again; another line is refused, unless the entry of the first was reversed.
func (c *Cards) Land(ctx context.Context, l Landing) (int64, error) {
	id, back := strings.CutSuffix(l.Payout, returned)
	provider, id, _ := strings.Cut(id, "/")
	release, err := c.hold(ctx, "payout/"+provider+"/"+id)
	if err != nil {
		return 0, err
	}
	defer release()
	row, found, err := c.office.CardPayout(ctx, provider, id)
	if err != nil {
		return 0, err
	}
	if !found || back && row.Index == 0 || row.Amount == 0 {
		return 0, fault.New(fault.NotFound, "The provider sent no payout %q.", l.Payout)
	}
	claim, before, sum := id+"/landed/"+l.Line, row.Index, row.Amount
	if back {
		claim, before, sum = id+"/returned/"+l.Line, row.Back, -row.Amount
	}
	if sum != l.Amount {
		return 0, fault.New(fault.Conflict, "The line is of %s, and the payout of %s.", c.amount(l.Amount),
			c.amount(sum))
	}
	if err := c.freeToLand(ctx, claim, before); err != nil {
		return 0, err
	}
	move := giving.Moved{Unit: c.app.Unit(), Amount: sum, From: Asset, Into: l.Bank, On: l.On,
		Evidence: giving.Proved}
	if sum < 0 {
		move.Amount, move.From, move.Into = -sum, l.Bank, Asset
	}
	index, err := c.enter(ctx, claim, app.Request{Command: &giving.Move{Moved: move}, Once: l.Once})
	if err != nil {
		return 0, err
	}
	return index, c.office.Do(ctx, func(tx *office.Tx) error {
		if back {
			return tx.ReturnCardPayout(ctx, provider, id, index)
		}
		return tx.LandCardPayout(ctx, provider, id, index, l.On.String())
	})
}

// freeToLand refuses what another line has shown by an entry that holds.
func (c *Cards) freeToLand(ctx context.Context, claim string, before int64) error {
	held, err := c.holds(ctx, before)
	if err != nil || !held {
		return err
	}
	if ours, err := c.taken(ctx, claim); err != nil || ours == before {
		return err
	}
	return fault.New(fault.Conflict, "Another line of the bank has shown this payout already, in entry %d.",
		before)
}

// Credit is how a gift by card reached the bank.
type Credit struct {
	On     journal.Day // the bank's booking date of the payout that carried it
	Index  int64       // the entry of that payout's move into the bank
	Payout string
}

// CreditedOn says when a gift by card reached the bank: with the payout that carried its payment, on the day
// of the move by which that payout is in the journal. A payout that the bank sent back credits nothing; the
// one that carries its money again does. It is false while no payout of it has been seen at the bank, and for
// a gift that came otherwise.
func (c *Cards) CreditedOn(ctx context.Context, index int64) (Credit, bool, error) {
	payment, found, err := c.office.CardPaymentOf(ctx, index)
	if err != nil || !found {
		return Credit{}, false, err
	}
	lines, err := c.office.CardLinesOf(ctx, payment.Provider, payment.ID)
	for range maxReturns {
		if err != nil || len(lines) == 0 {
			return Credit{}, false, err
		}
		row, found, err := c.office.CardPayout(ctx, payment.Provider, lines[0].Payout)
		if err != nil || !found {
			return Credit{}, false, err
		}
		if row.Status != string(pay.PayoutFailed) {
			return c.credit(ctx, row)
		}
		if lines, err = c.office.CardLinesFrom(ctx, payment.Provider, row.ID); err != nil {
			return Credit{}, false, err
		}
	}
	return Credit{}, false, err
}

// maxReturns bounds how often a payout comes back before nobody follows it any more.
const maxReturns = 8

// credit gives the credit of a payout that reached the bank, when the entry that says so holds.
func (c *Cards) credit(ctx context.Context, row office.CardPayout) (Credit, bool, error) {
	if held, err := c.holds(ctx, row.Index); err != nil || !held {
		return Credit{}, false, err
	}
	day, ok := journal.ParseDay(row.Landed)
	return Credit{On: day, Index: row.Index, Payout: row.Provider + "/" + row.ID}, ok, nil
}

// amount gives minor units in the fund's unit.
func (c *Cards) amount(minor int64) money.Amount {
	return money.Amount{Minor: minor, Unit: c.app.Unit()}
}
