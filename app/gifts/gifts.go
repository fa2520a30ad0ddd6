// SPDX-License-Identifier: AGPL-3.0-or-later

// Package gifts is the life of a gift, from what somebody says that they will give to what the journal
// says that they gave.
//
// A donor is known by a mail address. For each purpose they get one reference, for ever, under which
// their transfers are recognised; each thing that they say they will give is a promise under it. A gift
// is booked only when money was seen. Its one invariant: whatever is booked twice with the same key is
// in the journal once, and the working papers follow the journal, never the other way round.
package gifts

import (
	"context"
	"crypto/rand"
	"strings"

	"ecot/app"
	"ecot/app/profile"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/pay/reference"
)

// Gifts are the gifts of one instance. It is safe for many goroutines.
type Gifts struct {
	app    *app.App
	office *office.Office
}

// New gives the gifts of an instance.
func New(a *app.App) *Gifts { return &Gifts{app: a, office: a.Office()} }

// Handle gives the handle of a mail address.
func Handle(mail string) string { return strings.ToLower(strings.TrimSpace(mail)) }

// NewHandle gives a handle to somebody who has no mail address.
func NewHandle() string { return "hand:" + strings.ToLower(rand.Text()) }

// Reference gives the purpose, with its reference, under which a donor's transfers for these shares
// and this need are recognised; it is made the first time that it is asked for.
func (g *Gifts) Reference(ctx context.Context, handle string, to Shares, need string) (
	office.Purpose, error) {
	fund, err := profile.Load(ctx, g.office)
	if err != nil {
		return office.Purpose{}, err
	}
	series, err := reference.NewSeries(g.app.Subkey("reference"), fund.Prefix)
	if err != nil {
		return office.Purpose{}, err
	}
	for turn := range uint32(maxTurns) {
		have, found, err := g.office.PurposeOf(ctx, handle, to.String(), need)
		if err != nil || found {
			return have, err
		}
		p := office.Purpose{Handle: handle, Shares: to.String(), Need: need, Since: g.app.Now().Unix(),
			Reference: string(series.For(handle, to.String()+"/"+need, turn))}
		err = g.office.Do(ctx, func(tx *office.Tx) error { return tx.PutPurpose(ctx, p) })
		if err != nil {
			return p, err
		}
	}
	return office.Purpose{}, fault.New(fault.Internal, "No free reference was found.")
}

// maxTurns bounds how often a reference that somebody else has is made anew.
const maxTurns = 16

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
}

// Book enters a gift in the journal, and what may be shown of its giver in the office. It may be done
// again: the journal answers with the same entry, and the office is brought up to it. Money whose Once was
// taken is answered so for ever, even when what is known of its giver has changed since.
func (g *Gifts) Book(ctx context.Context, m Money) (app.Answer, error) {
	fund, err := profile.Load(ctx, g.office)
	if err == nil {
		err = fund.Takes(m.Donor.Kind)
	}
	if err != nil {
		return app.Answer{}, err
	}
	shares, err := m.To.Of(m.Amount)
	if err != nil {
		return app.Answer{}, err
	}
	if m.Nature == "" {
		m.Nature = giving.Gift
	}
	request := app.Request{Key: m.Key, Once: m.Once, Command: &giving.Give{Given: giving.Given{
		Inflow: giving.Inflow{Unit: g.app.Unit(), Gross: m.Amount, Fee: m.Fee, Into: m.Into, Nature: m.Nature,
			Donor: kindOf(m.Donor.Kind), Given: m.Given, Credited: m.Credited, Generosity: !m.Outside,
			Evidence: m.Evidence},
		To: shares, Arrival: m.Arrival, Need: m.Need, Regular: m.Regular,
	}}}
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
	return answer, g.follow(ctx, m, answer.Index)
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

// follow brings the office up to a gift that is in the journal. A consent that was withdrawn since is
// left alone.
func (g *Gifts) follow(ctx context.Context, m Money, index int64) error {
	if _, known, err := g.office.Given(ctx, index); err != nil || known {
		return err
	}
	return g.office.Do(ctx, func(tx *office.Tx) error {
		return tx.PutGiven(ctx, office.Given{Index: index, Handle: m.Donor.Handle, Promise: m.Promise,
			Shown: shownName(m.Donor), AmountShown: m.Donor.AmountShown, Words: m.Words})
	})
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
