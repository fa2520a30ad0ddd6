// SPDX-License-Identifier: AGPL-3.0-or-later

package gifts

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"strings"

	"ecot/fault"
	"ecot/id"
	"ecot/mail"
	"ecot/office"
)

// Announce keeps a wish as a promise. The same wish sent again with the same form gives the same
// promise; another one sent with it takes the place of the first, unless that was paid already. A wish
// that cannot be kept is Refused, and nothing of it is kept.
func (g *Gifts) Announce(ctx context.Context, w Wish) (office.Promise, error) {
	offer, err := g.check(ctx, &w, true)
	if err != nil {
		return office.Promise{}, err
	}
	if w.Form == "" {
		w.Form = rand.Text()
	}
	p, err := g.promiseOf(w)
	if err != nil {
		return p, err
	}
	if have, found, err := g.office.Promise(ctx, p.ID); err != nil || found {
		return have, err
	}
	if err := g.countPromise(ctx, p.Handle); err != nil {
		return p, err
	}
	purpose, err := g.Reference(ctx, p.Handle, offer.shares(w.For), w.Need)
	if err != nil {
		return p, err
	}
	p.Reference = purpose.Reference
	if err := g.keep(ctx, w, p); err != nil {
		return p, err
	}
	have, _, err := g.office.Promise(ctx, p.ID)
	return have, err
}

// maxADay is how many promises one address can make in a day, on all machines together.
const maxADay = 30

// countPromise refuses a promise too many.
func (g *Gifts) countPromise(ctx context.Context, handle string) error {
	return g.count(ctx, "promise", handle, maxADay)
}

// count counts something done in an address's name, and refuses what goes beyond a day's most.
func (g *Gifts) count(ctx context.Context, what, handle string, most int64) error {
	const day = 86_400
	slot := g.app.Now().Unix()
	slot -= slot % day
	n := int64(0)
	err := g.office.Do(ctx, func(tx *office.Tx) (err error) {
		n, err = tx.CountAttempt(ctx, id.Keyed(g.key, "ecot/gifts/"+what, handle), slot)
		return err
	})
	if err == nil && n > most {
		err = fault.New(fault.Unavailable, "There were too many attempts today; try again tomorrow.").
			In("give.too-many")
	}
	return err
}

// promiseOf makes the promise of a wish. Its id begins with what the form makes of it and goes on with
// what the wish does, so that it cannot be guessed and comes out the same again.
func (g *Gifts) promiseOf(w Wish) (office.Promise, error) {
	body, err := json.Marshal(w)
	if err != nil {
		return office.Promise{}, err
	}
	p := office.Promise{ID: g.name("form", w.Form) + g.name("wish", string(body)), Amount: w.Amount,
		Every: w.Every,
		Means: w.Means, Status: office.Waiting, Memo: w.Words, Since: g.app.Now().Unix()}
	p.Changed = p.Since
	if p.Every != Once {
		p.Regular = g.name("regular", p.ID)
	}
	if p.Handle = "hand:" + g.name("hand", w.Form); w.Mail != "" {
		address, err := mail.ParseAddress(w.Mail)
		if err != nil {
			return p, err
		}
		p.Handle = Handle(string(address))
	}
	return p, nil
}

// nameLength is how long a name is: 16 letters of 5 bits.
const nameLength = 16

// name makes a name that nobody guesses of a text: 16 letters and digits.
func (g *Gifts) name(what, text string) string {
	sum := base32.StdEncoding.EncodeToString(id.Keyed(g.key, "ecot/gifts/"+what, text))
	return strings.ToLower(sum[:nameLength])
}

// keep writes a promise, what was chosen for it, and who made it unless they are known.
func (g *Gifts) keep(ctx context.Context, w Wish, p office.Promise) error {
	legal, err := w.Legal.text()
	if err != nil {
		return err
	}
	others, err := g.office.Promises(ctx, p.Handle)
	if err != nil {
		return err
	}
	name := w.Name
	if name == "" {
		name = w.Legal.Name
	}
	donor := office.Donor{Handle: p.Handle, Name: name, Lang: w.Lang, Kind: w.Kind, Shown: w.Shown,
		Alias:       w.Alias,
		AmountShown: w.AmountShown, Receipt: w.Receipt, Legal: legal, Since: p.Since}
	if w.Mail != "" {
		donor.Mail = p.Handle
	}
	choice := office.Choice{Promise: p.ID, Handle: p.Handle, Kind: w.Kind, Name: name, Shown: w.Shown,
		Alias: w.Alias, AmountShown: w.AmountShown, Words: w.Words, Receipt: w.Receipt, Legal: legal, News: w.News,
		Reminders: w.Reminders}
	return g.office.Do(ctx, func(tx *office.Tx) error {
		for _, other := range others {
			if replaces(p, other) {
				other.Status, other.Changed = office.Stopped, p.Since
				if err := tx.PutPromise(ctx, other); err != nil {
					return err
				}
			}
		}
		if err := tx.AddDonor(ctx, donor); err != nil {
			return err
		}
		if err := tx.AddPromise(ctx, p); err != nil {
			return err
		}
		if err := tx.PutChoice(ctx, choice); err != nil {
			return err
		}
		return g.write(ctx, tx, Letter{Kind: LetterInstructions, Handle: p.Handle, Promise: p.ID})
	})
}

// replaces says whether a promise takes the place of another one, made with the same form.
func replaces(p, other office.Promise) bool {
	return other.ID != p.ID && other.ID[:min(nameLength, len(other.ID))] == p.ID[:nameLength] &&
		other.Status == office.Waiting && other.Session == ""
}
