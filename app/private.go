// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"context"

	"ecot/fault"
	"ecot/id"
	"ecot/journal"
	"ecot/mechanism/giving"
	"ecot/vault"
)

// Person is whom a command is about; it goes to the vault, never to the journal.
type Person struct {
	Handle string // mail address, or name in the books that an import comes from
	Kind   string
	Name   string
	Mail   string
}

// Private is a personal or free text of a command: the journal gets its commitment, the vault
// what opens it.
type Private struct {
	Field string
	Value string
}

// Limits of what comes from outside.
const (
	maxHandle  = 320
	maxPrivate = 10_000
)

// committing is a command that can carry commitments, counting one whose giver's gifts are counted.
// Its name is that of the fact that it asks for.
type committing interface {
	Name() string
	Commit(field string, v journal.Digest) bool
}

type counting interface {
	Count(n giving.Counts)
}

// giver is what a writer remembers of one party's gifts: their number by month, for the fund as a
// whole (the pot "") and for each pot.
type giver map[string]*potGiver

type potGiver struct {
	total  int64
	months map[int64]int64
}

// add counts n gifts of a month, one gift or one that is taken back.
func (g giver) add(pot string, month, n int64) {
	for _, name := range []string{"", pot} {
		p := g[name]
		if p == nil {
			p = &potGiver{months: map[int64]int64{}}
			g[name] = p
		}
		p.total += n
		p.months[month] += n
	}
}

// place says where the giver's newest gift stands, once it was added.
func (g giver) place(pot string, month int64) giving.Counts {
	return giving.Counts{Nth: g[pot].total, FirstOfMonth: g[pot].months[month] == 1,
		NthFund: g[""].total, FirstOfMonthFund: g[""].months[month] == 1}
}

// privateRows are the rows of a batch that go to the vault.
type privateRows struct {
	parties  map[string]vault.Party
	openings []vault.Opening
}

func newPrivateRows(openings int) privateRows {
	return privateRows{parties: map[string]vault.Party{}, openings: make([]vault.Opening, 0, openings)}
}

// partyID gives the opaque id of a handle.
func (a *App) partyID(handle string) string { return string(id.PartyOf(a.keys.Secret, handle)) }

// partyOf is partyID, reckoned once a batch.
func (b *batch) partyOf(handle string) string {
	party, known := b.ids[handle]
	if !known {
		party = b.app.partyID(handle)
		b.ids[handle] = party
	}
	return party
}

// checkPrivate refuses personal data that a command cannot carry.
func (r *Request) checkPrivate() error {
	if len(r.Person.Handle) > maxHandle || len(r.Person.Name) > maxHandle || len(r.Person.Mail) > maxHandle {
		return fault.New(fault.Invalid, "A name, handle or mail address has at most %d bytes.", maxHandle)
	}
	carrier, can := r.Command.(committing)
	if r.Person.Handle != "" && (!can || !carrier.Commit("who", journal.Digest{})) {
		return fault.New(fault.Invalid, "This command is about no person.")
	}
	if counted, ok := r.Command.(counting); ok && r.Person.Handle != "" {
		counted.Count(giving.Counts{}) // what an earlier attempt put there is no part of the body
	}
	for _, p := range r.Private {
		if len(p.Value) > maxPrivate {
			return fault.New(fault.Invalid, "A text has at most %d bytes.", maxPrivate)
		}
		if !can || !carrier.Commit(p.Field, journal.Digest{}) {
			return fault.New(fault.Invalid, "This command carries no text %q.", p.Field)
		}
	}
	return nil
}

// loadGivers brings to memory what the vault knows of the givers of the requests.
func (b *batch) loadGivers(ctx context.Context, requests []*Request) error {
	personal := false
	var parties []string
	for _, r := range requests {
		personal = personal || len(r.Private) > 0 || r.Person.Handle != ""
		if _, counted := r.Command.(counting); counted && r.Person.Handle != "" {
			r.party = b.partyOf(r.Person.Handle)
			parties = append(parties, r.party)
		}
	}
	if !personal {
		return nil
	}
	if err := b.openVault(ctx); err != nil {
		return err
	}
	return b.readGivers(ctx, parties)
}

// takeBack prepares the row that stops a reversed gift from counting among its giver's, when the
// giver of the entry is known. Reversals are rare: each asks the vault by itself.
func (b *batch) takeBack(ctx context.Context, index int64) (rows []vault.Opening, err error) {
	if err := b.openVault(ctx); err != nil {
		return nil, err
	}
	if err := b.flushPrivate(ctx); err != nil { // the gift may be of this batch
		return nil, err
	}
	err = b.vtx.GiftsAt(ctx, []int64{index}, func(o vault.Opening) {
		rows = append(rows, vault.Opening{Index: b.next, Field: "taken-back", Salt: []byte{},
			Party: o.Party, Pot: o.Pot, Month: o.Month, Counts: -1})
	})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows, b.readGivers(ctx, []string{rows[0].Party})
}

// readGivers brings the gifts of parties to memory, of those that are not there yet.
func (b *batch) readGivers(ctx context.Context, parties []string) error {
	var missing []string
	for _, party := range parties {
		if b.people[party] != nil {
			continue
		}
		b.people[party] = giver{}
		gifts, known := b.asked.gifts[party]
		if !known {
			missing = append(missing, party)
		}
		for _, o := range gifts {
			b.people[party].add(o.Pot, o.Month, o.Counts)
		}
	}
	if b.blank || len(missing) == 0 {
		return nil // all that the vault knows was counted by this batch
	}
	if err := b.settle(); err != nil {
		return err
	}
	return b.vtx.Gifts(ctx, missing, func(o vault.Opening) { b.people[o.Party].add(o.Pot, o.Month, o.Counts) })
}

// commitPrivate puts commitments and counts into a request's command, and prepares the rows that
// open them for the entry that comes next. The rows count only once keepPrivate is called.
func (b *batch) commitPrivate(ctx context.Context, r *Request) (rows []vault.Opening, err error) {
	if wrong, ok := r.Command.(*giving.Reverse); ok {
		if rows, err = b.takeBack(ctx, wrong.Of); err != nil {
			return nil, err
		}
	}
	if r.Person.Handle == "" && len(r.Private) == 0 {
		return rows, nil
	}
	carrier, can := r.Command.(committing)
	if !can {
		return nil, fault.New(fault.Invalid, "This command carries no personal data.")
	}
	pot, month := "", int64(0)
	if gift, ok := r.Command.(*giving.Give); ok && r.party != "" && len(gift.To) > 0 {
		pot, month = gift.To[0].Pot, int64(gift.Inflow.Given.Month())
		if month == 0 {
			month = int64(b.moment.Today.Month())
		}
	}
	texts := r.Private
	if r.Person.Handle != "" {
		texts = append([]Private{{Field: "who", Value: r.Person.Handle + "\n" + r.Person.Name}}, texts...)
	}
	for _, text := range texts {
		salt, err := b.app.keys.Salt(r.Key, text.Field)
		if err != nil {
			return nil, err
		}
		carrier.Commit(text.Field, vault.Commitment(salt, carrier.Name(), text.Field, text.Value))
		row := vault.Opening{Index: b.next, Field: text.Field, Salt: salt, Value: text.Value}
		if r.Person.Handle != "" {
			row.Party = b.partyOf(r.Person.Handle)
		}
		if text.Field == "who" && pot != "" {
			row.Pot, row.Month, row.Counts = pot, month, 1
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// countGift counts a gift, or takes one back; it gives a function that undoes that.
func (b *batch) countGift(r *Request, rows []vault.Opening) (undo func()) {
	for _, row := range rows {
		if row.Counts == 0 {
			continue
		}
		g := b.people[row.Party]
		g.add(row.Pot, row.Month, row.Counts)
		if counted, ok := r.Command.(counting); ok {
			counted.Count(g.place(row.Pot, row.Month))
		}
		return func() { g.add(row.Pot, row.Month, -row.Counts) }
	}
	return func() {}
}

// keepPrivate adds rows to what the batch writes to the vault.
func (b *batch) keepPrivate(r *Request, rows []vault.Opening) {
	if len(rows) == 0 {
		return
	}
	party := vault.Party{ID: rows[0].Party, Handle: r.Person.Handle, Kind: r.Person.Kind,
		Name: r.Person.Name, Mail: r.Person.Mail}
	if party.ID != "" && party.Handle != "" && b.parties[party.ID] != party {
		b.parties[party.ID], b.private.parties[party.ID] = party, party
	}
	b.private.openings = append(b.private.openings, rows...)
}
