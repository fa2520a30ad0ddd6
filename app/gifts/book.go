// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts

import (
	"context"

	"ecot/app"
	"ecot/app/profile"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/mechanism/regular"
	"ecot/office"
)

// Money is money that was seen, or that the treasurer has in hand, to be booked as a gift.
type Money struct {
	Key      string // of the command: what caused it, such as a line of a statement
	Once     []app.Once
	Donor    office.Donor // whose it is; an empty handle is nobody known
	Promise  string       // that it keeps, empty for none
	To       Shares
	Need     string
	Regular  string
	Amount   int64 // minor units of the fund's unit
	Fee      int64 // of it, kept by the processor
	Into     string
	Given    journal.Day
	Credited journal.Day // 0 when not known yet
	Evidence giving.Evidence
	Nature   giving.Nature
	Arrival  int64  // of the journal that it is taken from, 0 for none
	Words    string // the giver's, that may be published
	Outside  bool   // no public appeal brought it
	Source   string // token of where it comes from when that is neither bank nor provider; empty else
	Memo     string // what the vault keeps beside it and the journal commits to; empty for none
}

// Book enters a gift in the journal, and what may be shown of its giver in the office. It may be done
// again: the journal answers with the same entry, and the office is brought up to it. Money whose Once was
// taken is answered so for ever, even when what is known of its giver has changed since.
func (g *Gifts) Book(ctx context.Context, m Money) (app.Answer, error) {
	shares, err := m.To.Of(m.Amount)
	if err != nil {
		return app.Answer{}, err
	}
	fund, err := profile.Load(ctx, g.office)
	if err != nil {
		return app.Answer{}, err
	}
	if err := fund.Takes(m.Donor.Kind); err != nil {
		return app.Answer{}, err
	}
	kept, err := g.kept(ctx, &m)
	if err != nil {
		return app.Answer{}, err
	}
	if m.Nature == "" {
		m.Nature = giving.Gift
	}
	request := app.Request{Key: m.Key, Once: m.Once, Command: &giving.Give{Given: giving.Given{
		Inflow: giving.Inflow{Unit: g.app.Unit(), Gross: m.Amount, Fee: m.Fee, Into: m.Into, Nature: m.Nature,
			Donor: kindOf(m.Donor.Kind), Given: m.Given, Credited: m.Credited, Generosity: !m.Outside,
			Evidence: m.Evidence, Source: m.Source},
		To: shares, Arrival: m.Arrival, Need: m.Need, Regular: m.Regular,
	}}}
	if m.Memo != "" {
		request.Private = []app.Private{{Field: "memo", Value: m.Memo}}
	}
	if m.Donor.Handle != "" {
		d := m.Donor
		request.Person = app.Person{Handle: d.Handle, Kind: d.Kind, Name: d.Name, Mail: d.Mail}
	}
	answer, err := g.app.Do(ctx, request)
	if fault.CodeOf(err) == fault.Conflict && len(m.Once) > 0 {
		answer, err = g.before(ctx, m.Once[0], err)
	}
	if err != nil || m.Donor.Handle == "" {
		return answer, err
	}
	return answer, g.follow(ctx, m, kept, answer.Index)
}

// before gives the answer that money got when it was booked before, or why it is refused now.
func (g *Gifts) before(ctx context.Context, once app.Once, refusal error) (app.Answer, error) {
	index, taken, err := g.app.Taken(ctx, once)
	switch {
	case err != nil:
		return app.Answer{}, err
	case !taken:
		return app.Answer{}, refusal
	}
	return app.Answer{Index: index, Count: 1, Replayed: true}, nil
}

// kindOf gives the journal's kind of donor; a collective gift, such as a market stall's, is nobody's.
func kindOf(kind string) giving.Donor {
	switch k := giving.Donor(kind); k {
	case giving.Person, giving.Company, giving.Association, giving.PublicBody:
		return k
	}
	return giving.DonorUnknown
}

// kept is the promise that money keeps, with what was chosen for it. Without a promise both are empty.
type kept struct {
	promise office.Promise
	choice  office.Choice
	first   bool // nothing was seen of this giver before
}

// kept looks up the promise that money keeps, lets the regular gift begin that it is the first instalment
// of, and puts what was chosen for the promise into the money's giver.
func (g *Gifts) kept(ctx context.Context, m *Money) (k kept, err error) {
	if m.Promise == "" || m.Donor.Handle == "" {
		return k, nil
	}
	p, found, err := g.office.Promise(ctx, m.Promise)
	if err != nil || !found || p.Handle != m.Donor.Handle {
		return k, err
	}
	if k.promise = p; p.Regular != "" {
		m.Regular = p.Regular
		if err := g.begin(ctx, p, m.Given); err != nil {
			return k, err
		}
	}
	before, err := g.office.GivenBy(ctx, p.Handle)
	if err != nil {
		return k, err
	}
	k.first = len(before) == 0
	if k.choice, found, err = g.office.Choice(ctx, p.ID); err != nil || !found {
		k.choice.Promise = ""
		return k, err
	}
	if k.first {
		m.Donor.Name, m.Donor.Kind = k.choice.Name, k.choice.Kind
	}
	m.Donor.Shown, m.Donor.Alias, m.Donor.AmountShown = k.choice.Shown, k.choice.Alias, k.choice.AmountShown
	if m.Words == "" {
		m.Words = k.choice.Words
	}
	return k, nil
}

// begin enters a regular gift with its first money, and not before: what nobody paid for is not in the
// journal. One that its giver stopped meanwhile stays stopped.
func (g *Gifts) begin(ctx context.Context, p office.Promise, from journal.Day) error {
	if p.Status != office.Waiting && p.Status != office.Lapsed {
		return nil
	}
	if gift, err := g.app.Reading().Regular(ctx, p.Regular); err != nil || gift != nil {
		return err
	}
	shares, err := g.sharesOf(ctx, p, p.Amount)
	if err != nil {
		return err
	}
	_, err = g.app.Do(ctx, app.Request{Key: "regular/" + p.Regular, Command: &regular.Begin{Begun: regular.Begun{
		ID: p.Regular, Unit: g.app.Unit(), Amount: p.Amount, To: shares, Every: regular.Every(p.Every),
		Means: regular.Means(p.Means), From: from}}})
	return err
}

// sharesOf divides an amount as the purpose of a promise says.
func (g *Gifts) sharesOf(ctx context.Context, p office.Promise, amount int64) ([]journal.Share, error) {
	purpose, found, err := g.office.Purpose(ctx, p.Reference)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fault.New(fault.NotFound, "The promise has lost its purpose.")
	}
	shares, err := ParseShares(purpose.Shares)
	if err != nil {
		return nil, err
	}
	return shares.Of(amount)
}

// follow brings the office up to a gift that is in the journal. A consent that was withdrawn since is
// left alone.
func (g *Gifts) follow(ctx context.Context, m Money, k kept, index int64) error {
	if _, known, err := g.office.Given(ctx, index); err != nil || known {
		return err
	}
	donor, known, err := g.office.Donor(ctx, m.Donor.Handle)
	if err != nil {
		return err
	}
	named := m.Donor
	if k.choice.Promise != "" {
		named.Name = k.choice.Name
	}
	return g.office.Do(ctx, func(tx *office.Tx) error {
		if known && k.choice.Promise != "" {
			if err := tx.PutDonor(ctx, k.teach(donor)); err != nil {
				return err
			}
		}
		if p := k.promise; p.Status == office.Waiting || p.Status == office.Lapsed {
			p.Status, p.Changed = office.Kept, g.app.Now().Unix()
			if p.Regular != "" {
				p.Status = office.Active
			}
			if err := tx.PutPromise(ctx, p); err != nil {
				return err
			}
		}
		return tx.PutGiven(ctx, office.Given{Index: index, Handle: m.Donor.Handle, Promise: m.Promise,
			Shown: shownName(named), AmountShown: m.Donor.AmountShown, Words: m.Words})
	})
}

// teach gives what the fund knows of a donor once money came under a promise of theirs: all that was
// chosen for the first one; later what was missing, and the letters that were asked for.
func (k kept) teach(d office.Donor) office.Donor {
	c := k.choice
	if k.first {
		d.Name, d.Kind, d.Shown, d.Alias, d.AmountShown = c.Name, c.Kind, c.Shown, c.Alias, c.AmountShown
		d.Receipt, d.Legal = c.Receipt, c.Legal
	}
	if c.Receipt {
		d.Receipt = true
		if d.Legal == "" {
			d.Legal = c.Legal
		}
	}
	d.News, d.Reminders = d.News || c.News, d.Reminders || c.Reminders
	return d
}

// shownName gives the name under which a donor may be published, empty for none.
func shownName(d office.Donor) string {
	switch d.Shown {
	case office.ByName:
		return d.Name
	case office.ByAlias:
		return d.Alias
	}
	return ""
}
