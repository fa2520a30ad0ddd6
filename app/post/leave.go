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

// LeavePath gives the signed path that takes somebody off a list. It is good for ever: a letter may be read
// years later.
func (p *Post) LeavePath(handle, list string) string {
	return "/unsubscribe/" + p.seals.Seal(leavePurpose, list+"\n"+handle, time.Time{})
}

// Leaving is a list that somebody can leave by a link, and whether they are on it still.
type Leaving struct {
	List string // office.ListNews or office.ListReminders
	On   bool
}

// Leaving says what a link leaves. A link that is damaged is fault.Forbidden.
func (p *Post) Leaving(ctx context.Context, token string) (Leaving, error) {
	list, handle, err := p.openLink(token)
	if err != nil {
		return Leaving{}, err
	}
	donor, found, err := p.office.Donor(ctx, handle)
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
	list, handle, err := p.openLink(token)
	if err != nil {
		return err
	}
	donor, found, err := p.office.Donor(ctx, handle)
	if err != nil || !found {
		return err
	}
	return p.office.Do(ctx, func(tx *office.Tx) error { return fn(tx, donor, list) })
}

func (p *Post) openLink(token string) (list, handle string, err error) {
	subject, err := p.seals.Open(leavePurpose, token, p.app.Now())
	if err != nil {
		return "", "", err
	}
	list, handle, _ = strings.Cut(subject, "\n")
	if list != office.ListNews && list != office.ListReminders {
		return "", "", fault.New(fault.NotFound, "There is no such list.")
	}
	return list, handle, nil
}
