// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts

import (
	"context"
	"time"

	"ecot/app/people"
	"ecot/app/reading"
	"ecot/fault"
	"ecot/mail"
	"ecot/mechanism/regular"
	"ecot/office"
)

// The purposes of links that are sealed for donors.
const (
	sealManage      = "manage"
	sealCertificate = "certificate"
)

// Token gives what the one link of a donor carries: it is for ever, says nothing of them, and opens
// everything that is theirs.
func (g *Gifts) Token(ctx context.Context, handle string) (string, error) {
	purposes, err := g.office.Purposes(ctx, handle)
	if err != nil {
		return "", err
	}
	if len(purposes) > 0 {
		return people.SealsOf(g.app).Seal(sealManage, purposes[0].Reference, time.Time{}), nil
	}
	offer, err := g.Offer(ctx, "")
	if code := fault.CodeOf(err); err != nil && code != fault.Conflict {
		return "", err
	}
	first, err := g.Reference(ctx, handle, Whole(offer.Fund.Pot), "")
	if err != nil {
		return "", err
	}
	return people.SealsOf(g.app).Seal(sealManage, first.Reference, time.Time{}), nil
}

// ManagePath gives the path of the page that a donor manages their gifts on.
func (g *Gifts) ManagePath(ctx context.Context, handle string) (string, error) {
	token, err := g.Token(ctx, handle)
	return "/mine/" + token, err
}

// Holder gives the handle of the donor whose link a token is, and fault.NotFound for any other text.
func (g *Gifts) Holder(ctx context.Context, token string) (string, error) {
	sealed, err := people.SealsOf(g.app).Open(sealManage, token, g.app.Now())
	if err != nil {
		return "", fault.Wrap(err, fault.NotFound, "Nobody has this link.").In("mine.no-link")
	}
	purpose, found, err := g.office.Purpose(ctx, sealed)
	if err != nil {
		return "", err
	}
	if !found {
		return "", fault.New(fault.NotFound, "Whoever had this link was forgotten.").In("mine.no-link")
	}
	return purpose.Handle, nil
}

// asksADay is how often a link can be asked for by one address in a day.
const asksADay = 5

// AskLink sends a donor their link again. Whether anybody has the address is not said.
func (g *Gifts) AskLink(ctx context.Context, text string) error {
	address, err := mail.ParseAddress(text)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Write a mail address such as lea@example.org.").In("mine.bad-mail")
	}
	handle := Handle(string(address))
	if err := g.count(ctx, "link", handle, asksADay); err != nil {
		return err
	}
	donor, found, err := g.office.Donor(ctx, handle)
	if err != nil || !found || donor.Mail == "" {
		return err
	}
	return g.office.Do(ctx, func(tx *office.Tx) error {
		return g.write(ctx, tx, Letter{Kind: LetterLink, Handle: handle})
	})
}

// Account is all that a donor sees of themselves.
type Account struct {
	Donor office.Donor
	Legal Legal
	Held  []Held // what they promised, the newest first
	Gifts []Seen // what was seen of them, the newest first
}

// Held is a promise as it stands.
type Held struct {
	Payment
	Gift  *regular.Gift // in the journal; nil for what is given once, not begun or over
	Asked bool          // the yearly question "still yes?" waits for an answer
}

// Going says whether a promise is a regular gift that goes on or may go on again.
func (h Held) Going() bool {
	return h.Promise.Every != Once && h.Promise.Status != office.Stopped && h.Promise.Status != office.Lapsed
}

// Seen is a gift in the journal, as its giver sees it.
type Seen struct {
	reading.Gift
	Shown office.Given
}

// Account gives all that a donor sees of themselves.
func (g *Gifts) Account(ctx context.Context, handle string) (a Account, err error) {
	found := false
	if a.Donor, found, err = g.office.Donor(ctx, handle); err != nil {
		return a, err
	}
	if !found {
		a.Donor = office.Donor{Handle: handle}
	}
	if a.Legal, err = ParseLegal(a.Donor.Legal); err != nil {
		return a, err
	}
	promises, err := g.office.Promises(ctx, handle)
	if err != nil {
		return a, err
	}
	for i := len(promises) - 1; i >= 0; i-- {
		held, err := g.held(ctx, promises[i])
		if err != nil {
			return a, err
		}
		a.Held = append(a.Held, held)
	}
	shown, err := g.office.GivenBy(ctx, handle)
	if err != nil {
		return a, err
	}
	for i := len(shown) - 1; i >= 0; i-- {
		gift, err := g.app.Reading().Gift(ctx, shown[i].Index)
		if err != nil {
			return a, err
		}
		a.Gifts = append(a.Gifts, Seen{gift, shown[i]})
	}
	return a, nil
}

func (g *Gifts) held(ctx context.Context, p office.Promise) (h Held, err error) {
	if h.Payment, _, err = g.about(ctx, p); err != nil || p.Regular == "" {
		return h, err
	}
	if h.Gift, err = g.app.Reading().Regular(ctx, p.Regular); err != nil || h.Gift == nil {
		return h, err
	}
	question := h.Gift.Question()
	h.Asked = question != 0 && question <= g.today()
	return h, nil
}

// promiseBy gives a promise of a donor; one of somebody else does not exist for them.
func (g *Gifts) promiseBy(ctx context.Context, handle, id string) (office.Promise, error) {
	p, found, err := g.office.Promise(ctx, id)
	if err == nil && (!found || p.Handle != handle) {
		err = fault.New(fault.NotFound, "There is no such promise.")
	}
	return p, err
}
