// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"ecot/app/gifts"
	"ecot/app/profile"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
	"ecot/pay/matching"
)

// Suggestion is what a line may be, why, and what it would be booked as.
type Suggestion struct {
	ID       string // by which a person picks it
	Class    matching.Class
	Kind     matching.Kind
	Reasons  []matching.Reason
	Decision Decision
	Name     string // of the donor or payee, empty where there is none
}

// InJournal is the kind of a suggestion that a line is what an entry says that no line was found for yet.
const InJournal matching.Kind = "in_journal"

// desk is all that lines are held against, as it was when it was opened.
type desk struct {
	fund      profile.Profile
	unit      money.Unit
	today     journal.Day
	patience  journal.Day // after how many days money with a likely sign arrives
	book      *matching.Book
	assets    map[string]string // by account
	purposes  map[string]office.OpenPurpose
	promises  map[string][]office.Promise // by reference
	payments  map[string]matching.Payment
	payouts   map[string]matching.Payout
	gifts     map[string]office.BankLineOf // by index
	unmatched map[string][]Move            // by asset
	listed    matching.Candidates
}

// returnable is how long, in days, a gift may still be taken back by the bank: thirteen months for a debit
// that nobody had allowed (SEPA Direct Debit Core rulebook), and some weeks.
const returnable = 430

// desk opens a desk.
func (b *Bank) desk(ctx context.Context) (*desk, error) {
	fund, err := profile.Load(ctx, b.office)
	if err != nil {
		return nil, err
	}
	d := &desk{fund: fund, unit: b.app.Unit(), today: b.today(), patience: defaultDays,
		assets:   map[string]string{},
		purposes: map[string]office.OpenPurpose{}, promises: map[string][]office.Promise{},
		payments: map[string]matching.Payment{}, payouts: map[string]matching.Payout{},
		gifts: map[string]office.BankLineOf{}, unmatched: map[string][]Move{}}
	days, err := b.office.Setting(ctx, daysSetting)
	if n, wrong := strconv.ParseInt(days, 10, 31); err == nil && wrong == nil && n >= 0 {
		d.patience = journal.Day(n)
	}
	if err != nil {
		return nil, err
	}
	accounts, err := b.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		d.assets[a.IBAN] = a.Asset
		if d.unmatched[a.Asset], err = b.Unmatched(ctx, a.Asset); err != nil {
			return nil, err
		}
	}
	var all matching.Candidates
	for _, take := range []func(context.Context, *matching.Candidates, *desk) error{b.expectGifts,
		b.expectReturns,
		b.expectOthers} {
		if err := take(ctx, &all, d); err != nil {
			return nil, err
		}
	}
	d.book, d.listed = matching.NewBook(all), all
	return d, nil
}

// expectGifts takes in every purpose: a line that cites its reference is its donor's and for it.
func (b *Bank) expectGifts(ctx context.Context, all *matching.Candidates, d *desk) error {
	purposes, err := b.office.OpenPurposes(ctx)
	if err != nil {
		return err
	}
	promises, err := b.office.OpenPromises(ctx)
	if err != nil {
		return err
	}
	payers, err := b.office.AllPayers(ctx)
	if err != nil {
		return err
	}
	said, err := b.office.OpenNames(ctx)
	if err != nil {
		return err
	}
	ibans, names := map[string][]string{}, map[string][]string{}
	for _, p := range payers {
		ibans[p.Handle], names[p.Handle] = append(ibans[p.Handle], p.IBAN), append(names[p.Handle], p.Name)
	}
	for _, p := range promises {
		d.promises[p.Reference] = append(d.promises[p.Reference], p)
	}
	for _, p := range purposes {
		d.purposes[p.Reference] = p
		candidate := matching.Promise{ID: p.Reference, Reference: p.Reference, Unit: d.unit,
			Names: slices.Concat([]string{p.Name}, said[p.Reference], names[p.Handle]), IBANs: ibans[p.Handle]}
		if open := d.promises[p.Reference]; len(open) == 1 {
			candidate.Amount = open[0].Amount
		}
		all.Promises = append(all.Promises, candidate)
	}
	return nil
}

// expectReturns takes in the gifts that the bank brought and may take back.
func (b *Bank) expectReturns(ctx context.Context, all *matching.Candidates, d *desk) error {
	lines, err := b.office.BankLinesBookedAs(ctx, string(Gift), (d.today - returnable).String())
	if err != nil {
		return err
	}
	for _, l := range lines {
		id := strconv.FormatInt(l.Index, 10)
		d.gifts[id] = l
		all.Gifts = append(all.Gifts, matching.Gift{ID: id, EndToEnd: l.EndToEnd, Reference: l.Reference,
			Amount: l.Amount, Unit: l.Currency, Names: []string{l.Counterparty}, IBAN: l.IBAN, Booked: l.Booked})
	}
	return nil
}

// expectOthers takes in what the provider and the payments will show.
func (b *Bank) expectOthers(ctx context.Context, all *matching.Candidates, d *desk) (err error) {
	if b.options.Provider != nil {
		if all.Payouts, err = b.options.Provider.Payouts(ctx); err != nil {
			return err
		}
	}
	if b.options.Outgoing != nil {
		if all.Payments, err = b.options.Outgoing.Expected(ctx); err != nil {
			return err
		}
	}
	for _, p := range all.Payouts {
		d.payouts[p.ID] = p
	}
	for _, p := range all.Payments {
		d.payments[p.ID] = p
	}
	return nil
}

// suggest says what a line may be, the likeliest first.
func (d *desk) suggest(line office.BankLine) []Suggestion {
	said := told(line)
	var all []Suggestion
	for _, m := range d.near(line) {
		all = append(all, Suggestion{ID: string(InJournal) + ":" + strconv.FormatInt(m.Index, 10), Kind: InJournal,
			Class: matching.Likely, Reasons: []matching.Reason{{Code: matching.SameAmount, Number: max(m.Amount,
				-m.Amount)},
				{Code: matching.DaysApart, Number: int64(dayOf(line) - m.Day)}},
			Decision: Decision{Parts: []Part{{Kind: Linked, Amount: line.Amount, Of: m.Index}}}})
	}
	for _, s := range d.book.Suggest(said) {
		decision, name, ok := d.decide(line, s)
		if !ok {
			continue
		}
		if s.Class == matching.Certain && len(all) > 0 && all[0].Kind == InJournal {
			s.Class = matching.Likely // it may have been entered by hand already
		}
		all = append(all, Suggestion{ID: string(s.Kind) + ":" + strings.Join(s.IDs, ","), Class: s.Class,
			Kind:    s.Kind,
			Reasons: s.Reasons, Decision: decision, Name: name})
	}
	return all
}

// near gives the entries without a line that moved the same amount within some days.
func (d *desk) near(line office.BankLine) (found []Move) {
	const apart, most = 5, 3
	if line.Status == office.LineArrived {
		return nil
	}
	day := dayOf(line)
	for _, m := range d.unmatched[d.assets[line.Account]] {
		if m.Amount == line.Amount && m.Day <= day+apart && m.Day >= day-apart && len(found) < most {
			found = append(found, m)
		}
	}
	slices.SortStableFunc(found, func(x, y Move) int { return cmp.Compare(away(x.Day, day), away(y.Day, day)) })
	return found
}

func away(x, y journal.Day) journal.Day { return max(x-y, y-x) }

// dayOf gives the day of a line, which was checked when it was kept.
func dayOf(line office.BankLine) journal.Day {
	day, _ := journal.ParseDay(line.Booked)
	return day
}

// byItself gives the decision that needs no person, and none where one is needed. Money that nothing
// likely speaks for is booked as arrived at once; where something does, a person has some days to say it.
func (d *desk) byItself(line office.BankLine) (Decision, error) {
	all := d.suggest(line)
	if len(all) > 0 && all[0].Class == matching.Certain {
		gift := all[0].Decision.Parts[0].Gift
		if gift == nil || d.fund.Takes(gift.Donor.Kind) != nil {
			return Decision{}, nil
		}
		return all[0].Decision, nil
	}
	if line.Amount < 0 || told(line).Undoes() {
		return Decision{}, nil
	}
	likely := slices.ContainsFunc(all, func(s Suggestion) bool {
		return s.Class == matching.Likely || s.Kind != matching.KeepsPromise
	})
	if likely && d.today-dayOf(line) <= d.patience {
		return Decision{}, nil
	}
	return Decision{Parts: []Part{{Kind: Arrival, Amount: line.Amount}}}, nil
}

// decide gives what a line would be booked as by a suggestion; false when that cannot be.
func (d *desk) decide(line office.BankLine, s matching.Suggestion) (Decision, string, bool) {
	said, part := told(line), Part{Amount: line.Amount}
	if line.Status == office.LineArrived && s.Kind != matching.KeepsPromise {
		return Decision{}, "", false
	}
	switch s.Kind {
	case matching.KeepsPromise:
		p := d.purposes[s.IDs[0]]
		part.Kind, part.Gift = Gift, d.giftOf(p, line.Amount-said.Fees())
		part.Gift.Fee = -said.Fees()
		if line.Status == office.LineArrived {
			part.Gift = d.giftOf(p, line.Amount)
		}
		return Decision{Parts: []Part{part}}, p.Name, true
	case matching.IsPayout:
		part.Kind, part.ID = Payout, s.IDs[0]
		return Decision{Parts: []Part{part}}, "", d.payouts[s.IDs[0]].Amount == line.Amount
	case matching.IsPayment, matching.IsPaymentBatch:
		var parts []Part
		for _, id := range s.IDs {
			parts = append(parts, Part{Kind: Payment, Amount: -d.payments[id].Amount, ID: id})
		}
		return d.withFees(Decision{Parts: parts}, line, giving.BankFee, 0), d.payments[s.IDs[0]].Name, true
	case matching.ReturnsPayment:
		p := d.payments[s.IDs[0]]
		return d.withFees(Decision{Parts: []Part{{Kind: PaymentReturn, Amount: p.Amount, ID: p.ID,
			Code: line.ReturnReason}}}, line, giving.ReturnFee, 0), p.Name, true
	case matching.ReturnsGift:
		gift := d.gifts[s.IDs[0]]
		return d.withFees(Decision{Parts: []Part{{Kind: Refund, Amount: -gift.Amount, Of: gift.Index}}}, line,
			giving.ReturnFee, gift.Index), gift.Counterparty, true
	case matching.IsCharge:
		part.Kind, part.Pot, part.For = Fee, d.fund.Pot, giving.BankFee
		return Decision{Parts: []Part{part}}, "", d.fund.Pot != ""
	}
	return Decision{}, "", false
}

// withFees adds what the bank kept within a line as a fee of its own, from the fund's general pot. What
// else is missing or too much stays for a person, for the decision then does not come to the line.
func (d *desk) withFees(decision Decision, line office.BankLine, what giving.FeeKind, of int64) Decision {
	rest := line.Amount
	for _, part := range decision.Parts {
		rest -= part.Amount
	}
	if rest < 0 && d.fund.Pot != "" {
		decision.Parts = append(decision.Parts, Part{Kind: Fee, Amount: rest, Pot: d.fund.Pot, For: what, Of: of})
	}
	return decision
}

// giftOf gives the gift that money for a purpose is: the promise of its amount that it keeps, else the
// oldest that is open.
func (d *desk) giftOf(p office.OpenPurpose, amount int64) *GiftOf {
	g := &GiftOf{Donor: office.Donor{Handle: p.Handle}, To: p.Shares, Need: p.Need}
	g.Donor.Kind, g.Donor.Name = p.Kind, p.Name
	open := d.promises[p.Reference]
	for _, promise := range open {
		if promise.Amount == amount {
			g.Promise, g.Regular = promise.ID, promise.Regular
			return g
		}
	}
	if len(open) > 0 {
		g.Promise, g.Regular = open[0].ID, open[0].Regular
	}
	return g
}

// Suggest says what a line may be, the likeliest first.
func (b *Bank) Suggest(ctx context.Context, line office.BankLine) ([]Suggestion, error) {
	d, err := b.desk(ctx)
	if err != nil {
		return nil, err
	}
	return d.suggest(line), nil
}

// Confirm books a line as a suggestion says, by a mandate. Suggestions change: one that is not made any
// more is refused.
func (b *Bank) Confirm(ctx context.Context, key, id, by string) error {
	line, err := b.line(ctx, key)
	if err != nil {
		return err
	}
	all, err := b.Suggest(ctx, line)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.ID == id {
			return b.BookAs(ctx, key, s.Decision, by)
		}
	}
	return fault.New(fault.Conflict, "This suggestion does not hold any more; look at the line again.").
		In("bank.suggestion-gone")
}

// line gives the line of a key.
func (b *Bank) line(ctx context.Context, key string) (office.BankLine, error) {
	line, found, err := b.office.BankLine(ctx, key)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "There is no such line of the bank.").In("bank.no-line")
	}
	return line, err
}

// shares reads the shares of a gift.
func (g *GiftOf) shares() (gifts.Shares, error) { return gifts.ParseShares(g.To) }
