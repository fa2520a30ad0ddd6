// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts

import (
	"context"
	"strconv"
	"strings"

	"ecot/app"
	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism/regular"
	"ecot/office"
)

// Act is what a donor does to a promise of theirs.
type Act string

// The acts of a donor.
const (
	Amend  Act = "amount" // another amount from now on
	Pause  Act = "pause"
	Resume Act = "resume"
	Stop   Act = "stop"
	Keep   Act = "keep" // still yes
)

// Acts lists what a donor can do to a promise as it stands.
func (h Held) Acts() []Act {
	switch {
	case h.Promise.Status == office.Waiting:
		return []Act{Amend, Stop}
	case h.Promise.Status == office.Active && h.Promise.Regular != "":
		acts := []Act{Amend, Pause, Stop}
		if h.Asked {
			return append([]Act{Keep}, acts...)
		}
		return acts
	case h.Promise.Status == office.Paused:
		return []Act{Resume, Amend, Stop}
	}
	return nil
}

// Change is an act with its details.
type Change struct {
	Act    Act
	Amount int64       // of Amend, minor units
	Until  journal.Day // of Pause, 0 for until the donor resumes
}

// Change does an act to a promise of a donor. Done twice it is done once. The provider is told first,
// then the journal, then the office: what fails between them is healed by doing it again.
func (g *Gifts) Change(ctx context.Context, handle, id string, c Change) error {
	p, err := g.promiseBy(ctx, handle, id)
	if err != nil {
		return err
	}
	if done, err := g.checkChange(ctx, p, c); err != nil || done {
		return err
	}
	if err := g.tellProvider(ctx, p, c); err != nil {
		return err
	}
	if p.Status != office.Waiting {
		if err := g.alter(ctx, p, c); err != nil {
			return err
		}
	}
	p.Changed = max(g.app.Now().Unix(), p.Changed+1)
	switch c.Act {
	case Amend:
		p.Amount = c.Amount
	case Pause:
		p.Status, p.PausedUntil = office.Paused, dayText(c.Until)
	case Resume:
		p.Status, p.PausedUntil = office.Active, ""
	case Stop:
		p.Status, p.PausedUntil = office.Stopped, ""
	}
	return g.office.Do(ctx, func(tx *office.Tx) error {
		if err := tx.PutPromise(ctx, p); err != nil {
			return err
		}
		return g.confirm(ctx, tx, p, c.Act)
	})
}

// confirm writes the letter that confirms a pause or the end of a regular gift.
func (g *Gifts) confirm(ctx context.Context, tx *office.Tx, p office.Promise, act Act) error {
	kind := map[Act]string{Pause: LetterPaused, Stop: LetterStopped}[act]
	if kind == "" || p.Regular == "" {
		return nil
	}
	return g.write(ctx, tx, Letter{Kind: kind, Handle: p.Handle, Promise: p.ID})
}

// dayText writes a day for the office, empty for none.
func dayText(day journal.Day) string {
	if day == 0 {
		return ""
	}
	return day.String()
}

// checkChange refuses an act that does not suit a promise, and says whether it was done already.
func (g *Gifts) checkChange(ctx context.Context, p office.Promise, c Change) (done bool, err error) {
	held, err := g.held(ctx, p)
	if err != nil {
		return false, err
	}
	switch {
	case c.Act == Stop && p.Status == office.Stopped, c.Act == Resume && p.Status == office.Active,
		c.Act == Pause && p.Status == office.Paused && p.PausedUntil == dayText(c.Until),
		c.Act == Amend && p.Amount == c.Amount, c.Act == Keep && held.Gift != nil &&
			held.Gift.Answered == g.today():
		return true, nil
	}
	allowed := c.Act == Keep && held.Gift != nil && p.Status == office.Active
	for _, act := range held.Acts() {
		allowed = allowed || act == c.Act
	}
	switch {
	case !allowed:
		return false, fault.New(fault.Conflict,
			"This cannot be done to the gift as it stands.").In("mine.refused.act")
	case c.Act == Pause && c.Until != 0 && c.Until <= g.today():
		return false, fault.New(fault.Invalid, "A pause ends on a later day.").In("mine.refused.until")
	case c.Act == Amend:
		return false, g.checkAmount(ctx, p, c.Amount)
	}
	return false, nil
}

// checkAmount refuses an amount that could not be announced either.
func (g *Gifts) checkAmount(ctx context.Context, p office.Promise, amount int64) error {
	offer, err := g.Offer(ctx, "")
	if code := fault.CodeOf(err); err != nil && code != fault.Conflict {
		return err
	}
	w := Wish{Amount: amount, Means: p.Means}
	if donor, found, err := g.office.Donor(ctx, p.Handle); err != nil {
		return err
	} else if found {
		w.Lang = donor.Lang
	}
	c := checker{Wish: &w, offer: offer}
	c.checkAmount()
	if len(c.problems) > 0 {
		return c.problems
	}
	return nil
}

// tellProvider hands an act on to whoever collects the money.
func (g *Gifts) tellProvider(ctx context.Context, p office.Promise, c Change) error {
	if p.Subscription == "" || c.Act == Keep {
		return nil
	}
	if g.provider == nil {
		return fault.New(fault.Unavailable, "The card provider cannot be reached from here now; try again later.").
			In("mine.no-provider")
	}
	amount := p.Amount
	if c.Act == Amend {
		amount = c.Amount
	}
	return g.provider.Revise(ctx, p, changeOf(c.Act), amount)
}

// changeOf gives the journal's word for an act.
func changeOf(act Act) regular.Change {
	switch act {
	case Amend:
		return regular.Amended
	case Pause:
		return regular.Paused
	case Resume:
		return regular.Resumed
	case Stop:
		return regular.Stopped
	}
	return regular.Kept
}

// alter enters an act in the journal, unless it says so already.
func (g *Gifts) alter(ctx context.Context, p office.Promise, c Change) error {
	gift, err := g.app.Reading().Regular(ctx, p.Regular)
	if err != nil {
		return err
	}
	if gift == nil && c.Act == Stop || gift != nil && c.Act == Resume && !gift.Paused {
		return nil
	}
	fact := regular.Changed{ID: p.Regular, Change: changeOf(c.Act), Why: regular.ByDonor, Until: c.Until}
	if c.Act == Amend {
		fact.Amount = c.Amount
		if fact.To, err = g.sharesOf(ctx, p, c.Amount); err != nil {
			return err
		}
	}
	key := strings.Join([]string{"regular", p.Regular, string(c.Act), strconv.FormatInt(p.Changed, 10),
		strconv.FormatInt(c.Amount, 10), dayText(c.Until)}, "/")
	_, err = g.app.Do(ctx, app.Request{Key: key, Command: &regular.Alter{Changed: fact}})
	return err
}

// Naming is how a donor wants to be named from now on.
type Naming struct {
	Name        string
	Shown       office.Shown
	Alias       string
	AmountShown bool
	News        bool
	Reminders   bool
}

// Name changes how a donor is named by what they give from now on. What was given stays as it was:
// each consent is withdrawn on its own.
func (g *Gifts) Name(ctx context.Context, handle string, n Naming) error {
	donor, found, err := g.office.Donor(ctx, handle)
	if err != nil {
		return err
	}
	if !found {
		return fault.New(fault.NotFound, "Nobody has this link.").In("mine.no-link")
	}
	w := Wish{Lang: donor.Lang, Kind: Person, Name: n.Name, Shown: n.Shown, Alias: n.Alias, Every: Once,
		Mail: donor.Mail, For: ForFund}.tidy()
	c := checker{Wish: &w}
	c.checkGiver()
	if len(c.problems) > 0 {
		return c.problems
	}
	donor.Name, donor.Shown, donor.Alias, donor.AmountShown = w.Name, n.Shown, w.Alias, n.AmountShown
	donor.News, donor.Reminders = n.News, n.Reminders
	return g.teachPromises(ctx, donor, func(c *office.Choice) {
		c.Name, c.Shown, c.Alias, c.AmountShown = w.Name, n.Shown, w.Alias, n.AmountShown
		c.News, c.Reminders = n.News, n.Reminders
	})
}

// Receipts keeps whether a donor wants tax receipts, and what these need.
func (g *Gifts) Receipts(ctx context.Context, handle string, wanted bool, legal Legal) error {
	donor, found, err := g.office.Donor(ctx, handle)
	if err != nil {
		return err
	}
	if !found {
		return fault.New(fault.NotFound, "Nobody has this link.").In("mine.no-link")
	}
	w := Wish{Lang: donor.Lang, Kind: donor.Kind, Receipt: wanted, Legal: legal, For: ForFund}.tidy()
	c := checker{Wish: &w}
	if w.NeedsLegal() {
		c.checkLegal()
	}
	if len(c.problems) > 0 {
		return c.problems
	}
	if donor.Receipt = wanted; wanted || w.organisation() {
		if donor.Legal, err = w.Legal.text(); err != nil {
			return err
		}
	} else {
		donor.Legal = ""
	}
	return g.teachPromises(ctx, donor, func(c *office.Choice) { c.Receipt, c.Legal = wanted, donor.Legal })
}

// teachPromises keeps what a donor said of themselves, for them and for what they promised.
func (g *Gifts) teachPromises(ctx context.Context, donor office.Donor, change func(*office.Choice)) error {
	promises, err := g.office.Promises(ctx, donor.Handle)
	if err != nil {
		return err
	}
	var choices []office.Choice
	for _, p := range promises {
		choice, found, err := g.office.Choice(ctx, p.ID)
		if err != nil {
			return err
		}
		if found {
			change(&choice)
			choices = append(choices, choice)
		}
	}
	return g.office.Do(ctx, func(tx *office.Tx) error {
		for _, choice := range choices {
			if err := tx.PutChoice(ctx, choice); err != nil {
				return err
			}
		}
		return tx.PutDonor(ctx, donor)
	})
}

// Withdraw takes back a donor's consent to show anything of them beside one gift, at once.
func (g *Gifts) Withdraw(ctx context.Context, handle string, index int64) error {
	given, found, err := g.office.Given(ctx, index)
	if err != nil {
		return err
	}
	if !found || given.Handle != handle {
		return fault.New(fault.NotFound, "There is no such gift.")
	}
	if given.Withdrawn != 0 {
		return nil
	}
	given.Withdrawn, given.Shown, given.Words, given.Link = g.app.Now().Unix(), "", "", ""
	return g.office.Do(ctx, func(tx *office.Tx) error { return tx.PutGiven(ctx, given) })
}
