// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"

	"ecot/store/engine"
)

// choiceArea is the area of what givers chose for each of their promises.
func choiceArea() area {
	return area{
		tables:  []string{"choice"},
		handles: []string{"choice_handles"},
		forget:  []string{"erase_choices"},
	}
}

// Choice is what a giver chose for one promise. It holds for the gifts that keep the promise, and for
// the giver only once money came: whoever types somebody's address changes nothing of theirs.
type Choice struct {
	Promise     string // its id
	Handle      string
	Kind        string // of the giver: person, company, association, public-body
	Name        string
	Shown       Shown
	Alias       string
	AmountShown bool
	Words       string // that may be published with the gift, empty for none
	Receipt     bool   // wants a tax receipt
	Legal       string // JSON of what the receipt needs, empty without
	News        bool   // asked for the monthly news
	Reminders   bool   // asked for the note that an appeal is not reached yet
}

// Choice gives what was chosen for a promise, and false when nothing was.
func (o *Office) Choice(ctx context.Context, promise string) (c Choice, found bool, err error) {
	rows, err := o.db.Query(ctx, "choice", promise)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		found = true
		var amount, receipt, news, reminders int64
		err := rows.Scan(&c.Promise, &c.Handle, &c.Kind, &c.Name, &c.Shown, &c.Alias, &amount, &c.Words, &receipt,
			&c.Legal, &news, &reminders)
		c.AmountShown, c.Receipt, c.News, c.Reminders = amount != 0, receipt != 0, news != 0, reminders != 0
		return err
	})
	return c, found, err
}

// PutChoice adds what was chosen for a promise, or changes it.
func (t *Tx) PutChoice(ctx context.Context, c Choice) error {
	return t.put(ctx, "put_choice", c.Promise, c.Handle, c.Kind, c.Name, string(c.Shown), c.Alias,
		bit(c.AmountShown), c.Words, bit(c.Receipt), c.Legal, bit(c.News), bit(c.Reminders))
}

// AddDonor adds a donor, unless the handle is known already.
func (t *Tx) AddDonor(ctx context.Context, d Donor) error {
	return t.put(ctx, "add_donor", d.Handle, d.Name, d.Mail, d.Lang, d.Kind, string(d.Shown), d.Alias,
		bit(d.AmountShown), bit(d.Receipt), d.Legal, bit(d.News), bit(d.Reminders), d.Since)
}

// AddPromise adds a promise, unless its id is taken already.
func (t *Tx) AddPromise(ctx context.Context, p Promise) error {
	return t.put(ctx, "add_promise", p.ID, p.Reference, p.Handle, p.Amount, p.Every, p.Means, string(p.Status),
		p.Regular, p.Session, p.Subscription, p.Memo, p.Since, p.Changed, p.PausedUntil)
}
