// SPDX-License-Identifier: AGPL-3.0-or-later

package cards

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"ecot/app/gifts"
	"ecot/fault"
	"ecot/money"
	"ecot/office"
	"ecot/pay"
)

// Start gives the address at which the donor of a promise pays: the provider's page, or, when they have
// paid already, the one to which they come back. The same promise gives the same page for as long as it is
// open, and the session is in the office before anybody is sent to it.
func (c *Cards) Start(ctx context.Context, p office.Promise) (string, error) {
	promise, found, err := c.office.Promise(ctx, p.ID)
	switch {
	case err != nil:
		return "", err
	case !found:
		return "", fault.New(fault.NotFound, "This gift is not known.").In("cards.unknown")
	case promise.Means != "card" || promise.Status == office.Stopped:
		return "", fault.New(fault.Conflict, "This gift is not paid by card.").In("cards.not-by-card")
	case promise.Status == office.Kept || promise.Status == office.Active || promise.Status == office.Paused:
		return c.options.Return(p.ID, true), nil
	}
	release, err := c.hold(ctx, "start/"+p.ID)
	if err != nil {
		return "", err
	}
	defer release()
	sessions, err := c.office.CardSessions(ctx, p.ID)
	if err != nil {
		return "", err
	}
	if len(sessions) > 0 && sessions[0].Provider == c.About().Name {
		address, err := c.resume(ctx, sessions[0])
		if address != "" || err != nil {
			return address, err
		}
	}
	return c.open(ctx, promise, len(sessions))
}

// resume gives where the donor of the last session goes on, nowhere when that session is over.
func (c *Cards) resume(ctx context.Context, last office.CardSession) (string, error) {
	s, err := c.till.Session(ctx, last.ID)
	switch {
	case fault.CodeOf(err) == fault.NotFound && err != nil:
		return "", nil
	case err != nil:
		return "", err
	case s.Status == pay.SessionOpen:
		return s.URL, nil
	case s.Status == pay.SessionPaid || s.Status == pay.SessionPending:
		return c.options.Return(last.Promise, true), nil
	}
	return "", nil
}

// open opens the nth session of a promise. A crash before it is kept leaves it to the next call, which gets
// the same session by the same key.
func (c *Cards) open(ctx context.Context, promise office.Promise, nth int) (string, error) {
	o, err := c.order(ctx, promise)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%+v", o))
	o.Key = fmt.Sprintf("%s/%d/%s", o.Reference, nth, hex.EncodeToString(sum[:8]))
	s, err := c.till.Start(ctx, o)
	if err != nil {
		return "", err
	}
	now := c.now()
	err = c.office.Do(ctx, func(tx *office.Tx) error {
		if err := tx.CardOpened(ctx, promise.ID, s.ID, now); err != nil {
			return err
		}
		return tx.PutCardSession(ctx, office.CardSession{Provider: c.About().Name, ID: s.ID, Promise: promise.ID,
			Handle: promise.Handle, Status: string(s.Status), Since: now, Look: now + int64(firstLook/time.Second)})
	})
	return s.URL, err
}

// order writes the order of a promise.
func (c *Cards) order(ctx context.Context, promise office.Promise) (pay.Order, error) {
	purpose, _, err := c.office.Purpose(ctx, promise.Reference)
	if err != nil {
		return pay.Order{}, err
	}
	donor, _, err := c.office.Donor(ctx, promise.Handle)
	if err != nil {
		return pay.Order{}, err
	}
	every, err := period(promise.Every)
	if err != nil {
		return pay.Order{}, err
	}
	o := pay.Order{Reference: referencePrefix + promise.ID, Every: every, Lang: c.app.Lang(), Mail: donor.Mail,
		Amount: money.Amount{Minor: promise.Amount, Unit: c.app.Unit()},
		Return: c.options.Return(promise.ID, true), Cancel: c.options.Return(promise.ID, false)}
	if donor.Lang == "fr" || donor.Lang == "en" {
		o.Lang = donor.Lang
	}
	o.Purpose, err = c.title(ctx, purpose.Shares)
	return o, err
}

// period gives the provider's word for how often a promise is kept.
func period(every string) (pay.Period, error) {
	switch every {
	case "once":
		return pay.Once, nil
	case "month":
		return pay.Monthly, nil
	case "year":
		return pay.Yearly, nil
	}
	return "", fault.New(fault.Invalid, "A gift is made once, every month or every year, not %q.", every)
}

// title says on the provider's page what a gift is for: the fund's name and the projects'.
func (c *Cards) title(ctx context.Context, shares string) (string, error) {
	to, err := gifts.ParseShares(shares)
	if err != nil {
		return "", err
	}
	var names []string
	for _, share := range to {
		project, found, err := c.office.Project(ctx, share.Pot)
		if err != nil {
			return "", err
		}
		if !found || project.Title == "" {
			project.Title = share.Pot
		}
		names = append(names, project.Title)
	}
	return oneLine(c.app.Name()+" – "+strings.Join(names, ", "), pay.MaxPurpose), nil
}

// oneLine writes a text on one line of at most so many bytes.
func oneLine(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most-len("…")], "") + "…"
}

// Visit is where a donor's visit to the provider's page stands.
type Visit struct {
	Promise string
	Status  pay.SessionStatus
	Index   int64 // of the gift in the journal, 0 while it is not booked
}

// Visit reads again the session from which a donor comes back, and books what it brought. A session that
// was not begun here is fault.NotFound.
func (c *Cards) Visit(ctx context.Context, session string) (Visit, error) {
	kept, found, err := c.office.CardSession(ctx, c.About().Name, session)
	if err != nil {
		return Visit{}, err
	}
	if !found {
		return Visit{}, fault.New(fault.NotFound, "This payment is not known.").In("cards.unknown")
	}
	s, err := c.lookSession(ctx, c.till, session)
	if err != nil {
		return Visit{}, err
	}
	row, _, err := c.office.CardPayment(ctx, kept.Provider, s.Payment)
	return Visit{Promise: kept.Promise, Status: s.Status, Index: row.Index}, err
}

// Return reads again the last session of a promise, and books what it brought.
func (c *Cards) Return(ctx context.Context, p office.Promise) error {
	sessions, err := c.office.CardSessions(ctx, p.ID)
	if err != nil {
		return err
	}
	if len(sessions) == 0 || sessions[0].Provider != c.About().Name {
		return fault.New(fault.Conflict, "This gift was not begun to be paid.").In("cards.unknown")
	}
	_, err = c.Visit(ctx, sessions[0].ID)
	return err
}
