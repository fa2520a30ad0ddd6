// SPDX-License-Identifier: AGPL-3.0-or-later

// Package till takes in what is given by hand: cash, cheques, what a stall collected, and money that
// another place keeps for the fund.
//
// Its one invariant: what the till takes in is declared, the fund's word alone, until a line of the bank
// shows the deposit; and what is not in the bank yet lies in an asset of its own.
package till

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/people"
	"ecot/app/reading"
	"ecot/fault"
	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/office"
)

// How says in what shape money came.
type How string

// The shapes.
const (
	Cash       How = "cash"
	Cheque     How = "cheque"
	Collection How = "collection" // many people's, together, such as a stall's
	Elsewhere  How = "elsewhere"  // another place keeps it
)

// Hows lists the shapes.
func Hows() []How { return []How{Cash, Cheque, Collection, Elsewhere} }

// Asset gives the fund's asset in which money of this shape lies until it is in the bank.
func (h How) Asset() string {
	switch h {
	case Cheque:
		return "cheques"
	case Elsewhere:
		return "elsewhere"
	}
	return "cash"
}

// MaxPaper bounds a photograph or a scan, in bytes.
const MaxPaper = 10 << 20

// Gift is money given by hand.
type Gift struct {
	Form   string // random, of the form that it was typed in: the same form sent again changes nothing
	How    How
	Amount int64 // minor units of the fund's unit
	Day    journal.Day
	Pot    string
	Name   string // of the giver; empty for nobody known
	Mail   string
	Kind   string // person, company, association; of a collection it does not matter
	Cheque string // number printed on it
	Bank   string // that it is drawn on
	Place  string // where it was collected, or who keeps it
	Paper  []byte // JPEG, PNG or PDF; nil for none
}

// Till is the till of one instance.
type Till struct {
	app    *app.App
	office *office.Office
	gifts  *gifts.Gifts
}

// New gives the till of an instance.
func New(a *app.App, g *gifts.Gifts) *Till { return &Till{a, a.Office(), g} }

// Check says what is wrong with a gift, by field; nil when nothing is.
func (t *Till) Check(g Gift) map[string]error {
	wrong := map[string]error{}
	refuse := func(field, key, words string) {
		wrong[field] = fault.New(fault.Invalid, "%s", words).In("till." + key)
	}
	if !slices.Contains(Hows(), g.How) {
		refuse("how", "no-how", "Say in what shape the money came.")
	}
	if g.Amount < 1 || g.Amount > money.Max {
		refuse("amount", "no-amount", "Write an amount above zero.")
	}
	if today := t.Today(); g.Day < 1 || g.Day > today {
		refuse("day", "no-day", "Write a day that is not to come.")
	}
	if !journal.IsSlug(g.Pot) {
		refuse("pot", "no-pot", "Choose what it is for.")
	}
	if g.How == Cheque && (g.Cheque == "" || g.Bank == "") {
		refuse("cheque", "no-cheque", "A cheque has a number and a bank.")
	}
	if (g.How == Collection || g.How == Elsewhere) && g.Place == "" {
		refuse("place", "no-place", "Say where it was collected, or who keeps it.")
	}
	if _, err := kindOf(g.Paper); len(g.Paper) > 0 && err != nil {
		wrong["paper"] = err
	}
	return wrong
}

// Today gives the civil day in the fund's zone.
func (t *Till) Today() journal.Day { return journal.DayOf(t.app.Now().In(t.app.Zone())) }

// kindOf gives the type of a paper by its bytes, whatever its name says.
func kindOf(paper []byte) (string, error) {
	kind := http.DetectContentType(paper)
	if len(paper) > MaxPaper || !slices.Contains([]string{"image/jpeg", "image/png", "application/pdf"}, kind) {
		return "", fault.New(fault.Invalid, "A paper is a JPEG, a PNG or a PDF of at most %d MB.", MaxPaper>>20).
			In("till.no-paper")
	}
	return kind, nil
}

// Enter enters a gift in the journal, declared, and keeps its paper. The same form sent again gives the
// same entry.
func (t *Till) Enter(ctx context.Context, by people.Actor, g Gift) (index int64, err error) {
	if err := people.Allowed(by, people.Book); err != nil {
		return 0, err
	}
	for _, err := range t.Check(g) {
		return 0, err
	}
	if g.Form == "" {
		return 0, fault.New(fault.Invalid, "The form has no number; open it again.")
	}
	paper, kind := "", ""
	if len(g.Paper) > 0 {
		sum := sha256.Sum256(g.Paper)
		paper = hex.EncodeToString(sum[:])
		if kind, err = kindOf(g.Paper); err != nil {
			return 0, err
		}
	}
	donor := g.donor()
	if donor.Handle != "" {
		if err := t.keepDonor(ctx, &donor); err != nil {
			return 0, err
		}
	}
	m := gifts.Money{Key: "hand/" + g.Form, Donor: donor, To: gifts.Whole(g.Pot), Amount: g.Amount,
		Into: g.How.Asset(), Given: g.Day, Evidence: giving.Declared, Source: "hand:" + string(g.How)}
	if paper != "" {
		m.Memo = "sha256:" + paper
	}
	answer, err := t.gifts.Book(ctx, m)
	if err != nil {
		return 0, err
	}
	now := t.app.Now().Unix()
	return answer.Index, t.office.Do(ctx, func(tx *office.Tx) error {
		if paper != "" {
			p := office.Paper{Digest: paper, Kind: kind, Data: g.Paper, At: now, Mandate: by.Mandate}
			if err := tx.PutPaper(ctx, p); err != nil {
				return err
			}
		}
		return tx.PutByHand(ctx, office.ByHand{Index: answer.Index, How: string(g.How), Amount: g.Amount,
			Day: g.Day.String(), Cheque: g.Cheque, Bank: g.Bank, Place: g.Place, Paper: paper, Handle: donor.Handle,
			At: now, Mandate: by.Mandate})
	})
}

// donor gives whose gift it is: nobody's when it was collected or no name is known. Who has no mail address
// gets a handle of the form's, so that the form sent again names the same person.
func (g Gift) donor() office.Donor {
	if g.How == Collection {
		return office.Donor{Kind: "collective"}
	}
	handle := gifts.Handle(g.Mail)
	if handle == "" && g.Name == "" {
		return office.Donor{Kind: g.Kind}
	}
	if handle == "" {
		handle = "hand:" + strings.ToLower(g.Form)
	}
	return office.Donor{Handle: handle, Name: g.Name, Mail: gifts.Handle(g.Mail), Kind: g.Kind,
		Shown: office.Anonymous}
}

// keepDonor keeps a giver who is new; of one who is known the fund keeps what it has.
func (t *Till) keepDonor(ctx context.Context, d *office.Donor) error {
	have, found, err := t.office.Donor(ctx, d.Handle)
	if err != nil || found {
		*d = have
		return err
	}
	d.Since, d.Lang = t.app.Now().Unix(), t.app.Lang()
	return t.office.Do(ctx, func(tx *office.Tx) error { return tx.PutDonor(ctx, *d) })
}

// Slip is what went to the bank together.
type Slip struct {
	Number string
	Gifts  []office.ByHand
	Total  int64 // minor units
	Proved bool  // a line of the bank shows it
}

// maxListed is how many gifts the till looks through.
const maxListed = 2_000

// List gives what waits to go to the bank, and the slips, the newest first.
func (t *Till) List(ctx context.Context) (waiting []office.ByHand, slips []Slip, err error) {
	all, err := t.office.ByHand(ctx, maxListed)
	if err != nil {
		return nil, nil, err
	}
	for _, h := range all {
		if h.Slip == "" {
			waiting = append(waiting, h)
			continue
		}
		at := slices.IndexFunc(slips, func(s Slip) bool { return s.Number == h.Slip })
		if at < 0 {
			at, slips = len(slips), append(slips, Slip{Number: h.Slip})
		}
		slips[at].Gifts = append(slips[at].Gifts, h)
		slips[at].Total += h.Amount
	}
	return waiting, slips, t.prove(ctx, slips)
}

// prove marks the slips that the bank has shown: a proved move from the till to the bank of just that
// amount, each standing for one slip, the oldest first.
func (t *Till) prove(ctx context.Context, slips []Slip) error {
	shown := map[string][]int64{}
	for _, asset := range []string{Cash.Asset(), Cheque.Asset(), Elsewhere.Asset()} {
		place := ledger.Place{Account: ledger.Account("asset:" + asset), Unit: t.app.Unit()}
		err := t.app.Reading().Moves(ctx, place, 0, func(v reading.View, _ int64) {
			if m, moved := v.Fact.(*giving.Moved); moved && m.From == asset && m.Evidence == giving.Proved {
				shown[asset] = append(shown[asset], m.Amount)
			}
		})
		if err != nil {
			return err
		}
	}
	for i := len(slips) - 1; i >= 0; i-- {
		asset := How(slips[i].Gifts[0].How).Asset()
		if at := slices.Index(shown[asset], slips[i].Total); at >= 0 {
			slips[i].Proved, shown[asset] = true, slices.Delete(shown[asset], at, at+1)
		}
	}
	return nil
}

// Deposit notes that gifts go to the bank together, with a slip of this number.
func (t *Till) Deposit(ctx context.Context, by people.Actor, number string, indexes []int64) error {
	if err := people.Allowed(by, people.Book); err != nil {
		return err
	}
	if number == "" || len(number) > 50 || len(indexes) == 0 {
		return fault.New(fault.Invalid, "A slip has a number, and something on it.").In("till.no-slip")
	}
	return t.office.Do(ctx, func(tx *office.Tx) error {
		all, err := t.office.ByHand(ctx, maxListed)
		if err != nil {
			return err
		}
		asset := ""
		for _, h := range all {
			if h.Slip == number {
				return fault.New(fault.Conflict, "There is a slip %s already.", number).In("till.slip-taken")
			}
		}
		for _, index := range indexes {
			at := slices.IndexFunc(all, func(h office.ByHand) bool { return h.Index == index && h.Slip == "" })
			if at < 0 || asset != "" && How(all[at].How).Asset() != asset {
				return fault.New(fault.Conflict, "A slip holds what waits, all cash or all cheques.").In("till.mixed")
			}
			asset, all[at].Slip = How(all[at].How).Asset(), number
			if err := tx.PutByHand(ctx, all[at]); err != nil {
				return err
			}
		}
		return nil
	})
}

// Paper gives a paper that was kept.
func (t *Till) Paper(ctx context.Context, digest string) (office.Paper, error) {
	p, found, err := t.office.Paper(ctx, digest)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "There is no such paper.")
	}
	return p, err
}
