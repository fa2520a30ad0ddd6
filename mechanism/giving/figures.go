// SPDX-License-Identifier: AGPL-3.0-or-later

package giving

import (
	"ecot/journal"
	"ecot/mechanism"
	"ecot/money"
)

// The figures that giving adds to for the fund as a whole, each by month and unit. Names with a slash
// are families. Those of each pot are a PotFamily.
const (
	FigureIn       = "in/"      // money that came in, by evidence: "in/proved"
	FigureNature   = "nature/"  // the same, by nature: "nature/gift"
	FigureSource   = "source/"  // what an import booked to pots, net of fees, by source
	FigureOut      = "out/"     // money that went out, by evidence: gifts returned, fees, payments
	FigureReturned = "returned" // gifts that went back
	FigureFees     = "fees"     // fees of banks, processors and hosts
	FigurePaid     = "paid"     // expenses paid, less payments that came back
	FigureGifts    = "gifts"    // number and sum of gifts
	FigureMoves    = "moves"    // entries that brought money in or out
	FigurePeople   = "people"   // givers counted once a month (the operator's word)
)

// Figures gives the day and evidence that an entry counts under, and the figures that it adds to.
// A reversal takes away what the reversed entry added, in the month in which it corrects, so that a
// month that is closed stays as it was. Money in less money out is what the assets hold.
func (Rules) Figures(d mechanism.Desk, e *journal.Entry) (mechanism.Figures, error) {
	switch f := e.Fact.(type) {
	case *Given:
		return published(f.Booked(), f.Evidence, append(giftFigures(f), giftByPot(f)...)), nil
	case *Arrived:
		return published(f.Booked(), f.Evidence, inflowFigures(&f.Inflow)), nil
	case *FeeCharged:
		return published(f.On, f.Evidence, figures(f.On, f.Unit, f.Amount, FigureFees).
			out(f.Evidence, f.Amount).source(f.Source, -f.Amount)), nil
	case *Spent:
		return published(f.On, f.Evidence, figures(f.On, f.Unit, f.Amount, FigurePaid).add(FigureFees, f.Fee).
			out(f.Evidence, f.Amount+f.Fee).source(f.Source, -f.Amount-f.Fee)), nil
	case *Moved:
		return published(f.On, f.Evidence, nil), nil
	case *Transferred:
		return published(f.On, "", nil), nil
	case *Refunded:
		return refundFigures(d, f, false)
	case *Reversed:
		return reversalFigures(d, f)
	}
	return expenseFigures(d, e)
}

func published(day journal.Day, class Evidence, t tallies) mechanism.Figures {
	if len(t) > 0 {
		t = append(t, mechanism.Tally{Name: FigureMoves, Month: t[0].Month, Unit: t[0].Unit, Count: 1})
	}
	return mechanism.Figures{Day: day, Class: string(class), Tallies: t}
}

// tallies is a list of figures of one month and unit that grows. What adds to a figure counts one;
// what takes a part of it away again counts nothing, for the thing itself still stands.
type tallies []mechanism.Tally

func figures(day journal.Day, unit money.Unit, amount int64, name string) tallies {
	return tallies{{Name: name, Month: day.Month(), Unit: unit, Amount: amount, Count: counted(amount)}}
}

func counted(amount int64) int64 {
	if amount > 0 {
		return 1
	}
	return 0
}

// add adds a figure of the same month and unit, unless the amount is zero.
func (t tallies) add(name string, amount int64) tallies {
	if amount == 0 {
		return t
	}
	return append(t, mechanism.Tally{Name: name, Month: t[0].Month, Unit: t[0].Unit, Amount: amount,
		Count: counted(amount)})
}

// out adds money that went out.
func (t tallies) out(class Evidence, amount int64) tallies {
	return t.add(FigureOut+string(class), amount)
}

// source adds what an imported line moved in its pot, net.
func (t tallies) source(source string, net int64) tallies {
	if source == "" {
		return t
	}
	return append(t, mechanism.Tally{Name: FigureSource + source, Month: t[0].Month, Unit: t[0].Unit,
		Amount: net, Count: 1})
}

func inflowFigures(in *Inflow) tallies {
	return figures(in.Given, in.Unit, in.Gross, FigureIn+string(in.Evidence)).
		add(FigureNature+string(in.Nature), in.Gross).add(FigureFees, in.Fee).
		out(in.Evidence, in.Fee).source(in.Source, in.Gross-in.Fee)
}

// giftFigures counts a gift; one that is taken from an arrival was counted as income with it.
func giftFigures(f *Given) tallies {
	t := figures(f.Inflow.Given, f.Unit, f.Gross, FigureGifts)
	if f.Counts.FirstOfMonthFund {
		t = t.add(FigurePeople, f.Gross)
	}
	if f.Arrival == 0 {
		t = append(t, inflowFigures(&f.Inflow)...)
	}
	return t
}

// refundFigures gives what a refund adds; reversed says that the desk stands behind its reversal.
func refundFigures(d mechanism.Desk, f *Refunded, reversed bool) (mechanism.Figures, error) {
	target, err := d.Entry(f.Of)
	if err != nil {
		return mechanism.Figures{}, err
	}
	var sum int64
	for _, share := range f.Back {
		sum += share.Amount
	}
	name, amount, net := FigureReturned, sum, f.Fee-sum
	var byPot tallies
	switch gift := target.Fact.(type) {
	case *Given:
		byPot = refundByPot(d, f, gift, reversed)
	case *FeeCharged:
		name, amount, net = FigureFees, -sum, sum+f.Fee
	case *Spent:
		name, amount, net = FigurePaid, -sum, sum+f.Fee
	}
	return published(f.On, f.Evidence, append(figures(f.On, f.Unit, amount, name).add(FigureFees, -f.Fee).
		out(f.Evidence, -net).source(f.Source, net), byPot...)), nil
}

func reversalFigures(d mechanism.Desk, f *Reversed) (mechanism.Figures, error) {
	target, err := d.Entry(f.Of)
	if err != nil {
		return mechanism.Figures{}, err
	}
	var taken mechanism.Figures
	if refund, ok := target.Fact.(*Refunded); ok {
		taken, err = refundFigures(d, refund, true)
	} else {
		taken, err = Rules{}.Figures(d, target)
	}
	for i := range taken.Tallies {
		t := &taken.Tallies[i]
		t.Month, t.Amount = f.On.Month(), -t.Amount
		if t.Name != FigureMoves { // the correction is an entry of its own
			t.Count = -t.Count
		}
	}
	taken.Day = f.On
	return taken, err
}

func expenseFigures(d mechanism.Desk, e *journal.Entry) (mechanism.Figures, error) {
	switch f := e.Fact.(type) {
	case *Claimed:
		return published(f.On, "", nil), nil
	case *Approved:
		return published(f.On, "", nil), nil
	case *Withdrawn:
		return published(f.On, "", nil), nil
	case *Paid:
		claim, err := claimAt(d, f.Of)
		if err != nil {
			return mechanism.Figures{}, err
		}
		return published(f.On, f.Evidence, figures(f.On, claim.Unit, claim.Amount, FigurePaid).
			out(f.Evidence, claim.Amount)), nil
	case *Returned:
		claim, err := claimAt(d, f.Of)
		if err != nil {
			return mechanism.Figures{}, err
		}
		back := figures(f.On, claim.Unit, -claim.Amount, FigurePaid).out(f.Evidence, -claim.Amount)
		back[0].Count = -1 // the whole payment is as if it had not been
		return published(f.On, f.Evidence, back), nil
	}
	return published(e.At.Day(), "", nil), nil
}

// Income gives what an entry adds to the money that came in, and its class of evidence; a
// reversal takes away. The amount is zero for an entry that brings none.
func Income(d mechanism.Desk, e *journal.Entry) (class Evidence, unit money.Unit, amount int64, err error) {
	switch f := e.Fact.(type) {
	case *Given:
		if f.Arrival == 0 {
			return f.Evidence, f.Unit, f.Gross, nil
		}
	case *Arrived:
		return f.Evidence, f.Unit, f.Gross, nil
	case *Reversed:
		target, err := d.Entry(f.Of)
		if err != nil {
			return "", "", 0, err
		}
		class, unit, amount, err := Income(d, target)
		return class, unit, -amount, err
	}
	return "", "", 0, nil
}
