// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"ecot/app/people"
	"ecot/app/queue"
	"ecot/fault"
	"ecot/money"
	"ecot/office"
	"ecot/pay/matching"
)

// Table is the two sides that a person holds against each other: what the bank tells, and what was
// expected of it.
type Table struct {
	Unit     money.Unit
	Waiting  []Pair // lines that nobody has said yet what they are, the oldest first
	Arrived  []Pair // money that is in the journal and not attributed yet
	More     bool   // whether more lines wait than are listed
	Expected Expected
	Gaps     []Gap
}

// Pair is a line of the bank with what it may be.
type Pair struct {
	Line        office.BankLine
	Suggestions []Suggestion
}

// Expected is what no line of the bank has shown yet.
type Expected struct {
	Promises []Promised
	Payouts  []matching.Payout
	Payments []matching.Payment
	Entries  []Booked // in the journal without a line
}

// Promised is a gift that somebody said they would make by transfer.
type Promised struct {
	office.Promise
	Name   string
	Shares string
}

// Booked is a move of the journal at one account of the bank.
type Booked struct {
	Move
	Asset string
}

// maxListed is how many lines, or things expected, a page lists.
const maxListed = 100

// Table gives what a person sees who reconciles.
func (b *Bank) Table(ctx context.Context) (t Table, err error) {
	d, err := b.desk(ctx)
	if err != nil {
		return t, err
	}
	t.Unit = b.app.Unit()
	if t.Waiting, t.More, err = b.pairs(ctx, d, office.LineWaiting); err != nil {
		return t, err
	}
	var more bool
	if t.Arrived, more, err = b.pairs(ctx, d, office.LineArrived); err != nil {
		return t, err
	}
	t.More = t.More || more
	accounts, err := b.Accounts(ctx)
	if err != nil {
		return t, err
	}
	for _, a := range accounts {
		c, err := b.chain(ctx, a.IBAN)
		if err != nil {
			return t, err
		}
		t.Gaps = append(t.Gaps, c.Gaps...)
		for _, m := range d.unmatched[a.Asset] {
			if len(t.Expected.Entries) < maxListed {
				t.Expected.Entries = append(t.Expected.Entries, Booked{m, a.Asset})
			}
		}
	}
	promises, err := b.office.OpenPromises(ctx)
	for _, p := range promises {
		if p.Status != office.Waiting && p.Status != office.Active || len(t.Expected.Promises) == maxListed {
			continue
		}
		purpose := d.purposes[p.Reference]
		t.Expected.Promises = append(t.Expected.Promises, Promised{p, purpose.Name, purpose.Shares})
	}
	t.Expected.Payouts, t.Expected.Payments = d.listed.Payouts, d.listed.Payments
	return t, err
}

func (b *Bank) pairs(ctx context.Context, d *desk, status office.BankStatus) (pairs []Pair, more bool,
	err error) {
	lines, err := b.office.BankLinesIn(ctx, status, office.BankLine{}, maxListed+1)
	for _, line := range lines[:min(len(lines), maxListed)] {
		pairs = append(pairs, Pair{line, d.suggest(line)})
	}
	return pairs, len(lines) > maxListed, err
}

// Story is one line with all that became of it.
type Story struct {
	Pair
	Bookings []office.BankBooking
}

// Story gives a line by its key.
func (b *Bank) Story(ctx context.Context, key string) (Story, error) {
	line, err := b.line(ctx, key)
	if err != nil {
		return Story{}, err
	}
	s := Story{Pair: Pair{Line: line}}
	if line.Status == office.LineWaiting || line.Status == office.LineArrived {
		if s.Suggestions, err = b.Suggest(ctx, line); err != nil {
			return s, err
		}
	}
	s.Bookings, err = b.office.BankBookings(ctx, key)
	return s, err
}

// Queue says what waits for the treasurer.
func (b *Bank) Queue(ctx context.Context) (items []queue.Item, err error) {
	for _, one := range []struct {
		key    string
		status office.BankStatus
	}{{"bank-lines", office.LineWaiting}, {"bank-arrivals", office.LineArrived}} {
		lines, err := b.office.BankLinesIn(ctx, one.status, office.BankLine{}, maxListed)
		if err != nil {
			return nil, err
		}
		if len(lines) > 0 {
			items = append(items, queue.Item{Key: one.key, Pairs: []string{"lines", strconv.Itoa(len(lines))},
				Since: b.since(lines[0].Booked), Right: people.Reconcile, Href: "/desk/bank"})
		}
	}
	accounts, err := b.Accounts(ctx)
	for _, a := range accounts {
		c, err := b.chain(ctx, a.IBAN)
		if err != nil {
			return nil, err
		}
		for _, gap := range c.Gaps {
			if gap.Note == "" {
				items = append(items, queue.Item{Key: "bank-gap", Pairs: []string{"after", gap.After, "until", gap.Until},
					Since: b.since(gap.After), Right: people.Reconcile, Href: "/desk/bank"})
			}
		}
	}
	if err != nil {
		return nil, err
	}
	return b.queueMonth(ctx, items)
}

// queueMonth adds the month that is over and can be closed.
func (b *Bank) queueMonth(ctx context.Context, items []queue.Item) ([]queue.Item, error) {
	c, err := b.Closing(ctx, "")
	if err != nil {
		if final(err) {
			return items, nil // nothing has happened yet
		}
		return nil, err
	}
	end := monthEnd(c.Month)
	if end < b.today().String() {
		items = append(items, queue.Item{Key: "bank-close", Pairs: []string{"month", c.Month}, Since: b.since(end),
			Right: people.Close, Href: "/desk/bank/months/" + c.Month})
	}
	return items, nil
}

// since gives when a day began in the fund's zone.
func (b *Bank) since(day string) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, day, b.app.Zone())
	if err != nil {
		return time.Time{}
	}
	return at
}

// uploadTime is how long, in seconds, a file waits to be confirmed.
const uploadTime = 24 * 3600

// Upload keeps a file until it is confirmed, and gives the name under which it is kept.
func (b *Bank) Upload(ctx context.Context, data []byte) (string, error) {
	if len(data) == 0 {
		return "", fault.New(fault.Invalid, "The file is empty.").In("bank.empty-file")
	}
	sum, now := sha256.Sum256(data), b.app.Now().Unix()
	digest := hex.EncodeToString(sum[:])
	return digest, b.office.Do(ctx, func(tx *office.Tx) error {
		return tx.PutBankUpload(ctx, digest, data, now, now-uploadTime)
	})
}

// Uploaded gives a file that was sent.
func (b *Bank) Uploaded(ctx context.Context, digest string) ([]byte, error) {
	data, found, err := b.office.BankUpload(ctx, digest)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "This file is not here any more: send it again.").In("bank.no-upload")
	}
	return data, err
}

// Drop forgets a file that was sent.
func (b *Bank) Drop(ctx context.Context, digest string) error {
	return b.office.Do(ctx, func(tx *office.Tx) error { return tx.DropBankUpload(ctx, digest) })
}
