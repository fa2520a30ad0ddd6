// SPDX-License-Identifier: AGPL-3.0-or-later

package post

import (
	"context"
	"strings"
	"time"

	"ecot/fault"
	"ecot/office"
)

// leavePurpose is that of the seal in a link that leaves a list.
const leavePurpose = "unsubscribe"

// LeavePath gives the signed path that takes somebody off a list. It is good for ever, since a letter may be
// read years later, and says nothing of them.
func (p *Post) LeavePath(ctx context.Context, handle, list string) (string, error) {
	token, err := p.gifts.Token(ctx, handle)
	return "/unsubscribe/" + p.seals.Seal(leavePurpose, list+"\n"+token, time.Time{}), err
}

// Leaving is a list that somebody can leave by a link, and whether they are on it still.
type Leaving struct {
	List string // office.ListNews or office.ListReminders
	On   bool
}

// Leaving says what a link leaves. A link that is damaged is fault.Forbidden.
func (p *Post) Leaving(ctx context.Context, token string) (Leaving, error) {
	list, donor, found, err := p.openLink(ctx, token)
	return Leaving{List: list, On: found && wants(donor, list)}, err
}

// Leave takes the bearer of a link off its list, and withdraws the letters of it that wait. It may be done
// again, and by somebody who was erased, who is on no list.
func (p *Post) Leave(ctx context.Context, token string) error {
	return p.change(ctx, token, func(tx *office.Tx, donor office.Donor, list string) error {
		return tx.Unsubscribe(ctx, donor.Handle, list, p.app.Now().Unix())
	})
}

// Return puts the bearer of a link on its list again.
func (p *Post) Return(ctx context.Context, token string) error {
	return p.change(ctx, token, func(tx *office.Tx, donor office.Donor, list string) error {
		donor.News = donor.News || list == office.ListNews
		donor.Reminders = donor.Reminders || list == office.ListReminders
		if err := tx.PutDonor(ctx, donor); err != nil {
			return err
		}
		return tx.Resubscribe(ctx, donor.Handle, list)
	})
}

func (p *Post) change(ctx context.Context, token string,
	fn func(*office.Tx, office.Donor, string) error) error {
	list, donor, found, err := p.openLink(ctx, token)
	if err != nil || !found {
		return err
	}
	return p.office.Do(ctx, func(tx *office.Tx) error { return fn(tx, donor, list) })
}

// openLink gives the list and the donor of a link; found is false when they were erased since.
func (p *Post) openLink(ctx context.Context, token string) (
	list string, d office.Donor, found bool, err error) {
	subject, err := p.seals.Open(leavePurpose, token, p.app.Now())
	if err != nil {
		return "", d, false, err
	}
	list, holder, _ := strings.Cut(subject, "\n")
	if list != office.ListNews && list != office.ListReminders {
		return "", d, false, fault.New(fault.NotFound, "There is no such list.")
	}
	handle, err := p.gifts.Holder(ctx, holder)
	if fault.CodeOf(err) == fault.NotFound {
		return list, d, false, nil
	}
	if err == nil {
		d, found, err = p.office.Donor(ctx, handle)
	}
	return list, d, found, err
}
