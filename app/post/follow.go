// SPDX-License-Identifier: AGPL-3.0-or-later

package post

import (
	"context"
	"strconv"

	"ecot/app/reading"
	"ecot/journal"
	"ecot/mail/letter"
	"ecot/mechanism/giving"
	"ecot/mechanism/regular"
	"ecot/office"
)

// cursor is the name of the post's place in the journal.
const cursor = "post"

// followPiece is how many entries are read at once.
const followPiece = 200

// What is history when it is entered: nobody is thanked today for a gift of last year.
const (
	maxLate  = 90 // days between the gift and its entry
	maxStale = 45 // days since the entry
)

// Follow reads the journal from where it was read last, and writes the letters that its entries ask for. It
// may be cut anywhere and run on several machines: a letter and the cursor's move are one transaction.
func (p *Post) Follow(ctx context.Context) error {
	for {
		from, err := p.office.Cursor(ctx, cursor)
		if err != nil {
			return err
		}
		size, err := p.app.Size(ctx)
		if err != nil || from == size {
			return err
		}
		if from > size {
			err = p.rewind(ctx, from, size)
		} else {
			err = p.followPiece(ctx, from, min(size, from+followPiece))
		}
		if err != nil {
			return err
		}
	}
}

// rewind puts the cursor back behind a restored journal that has fewer entries than were read. The letters
// about entries that it does not have go: others will have their indexes.
func (p *Post) rewind(ctx context.Context, from, size int64) error {
	return p.office.Do(ctx, func(tx *office.Tx) error {
		moved, err := tx.MoveCursor(ctx, cursor, from, size)
		if err != nil || !moved {
			return err
		}
		return tx.DropLettersBehind(ctx, size)
	})
}

func (p *Post) followPiece(ctx context.Context, from, before int64) error {
	views, err := p.app.Reading().Views(ctx, from, before)
	if err != nil {
		return err
	}
	var letters []office.Letter
	for _, v := range views {
		l, wanted, err := p.asked(ctx, v)
		if err != nil {
			return err
		}
		if wanted {
			letters = append(letters, l)
		}
	}
	return p.office.Do(ctx, func(tx *office.Tx) error {
		moved, err := tx.MoveCursor(ctx, cursor, from, before)
		if err != nil || !moved {
			return err // another has read these entries
		}
		for _, l := range letters {
			if _, err := tx.PutLetter(ctx, l); err != nil {
				return err
			}
		}
		return nil
	})
}

// asked gives the letter that an entry asks for, and false when it asks for none.
func (p *Post) asked(ctx context.Context, v reading.View) (l office.Letter, wanted bool, err error) {
	if int64(p.today()-v.At.Day()) > maxStale {
		return l, false, nil
	}
	switch f := v.Fact.(type) {
	case *giving.Given:
		if f.Source != "" || int64(v.At.Day()-f.Booked()) > maxLate {
			return l, false, nil
		}
		return p.toGiver(ctx, letter.KindThanks, v.Index, v.Index)
	case *giving.Refunded:
		target, err := p.app.Reading().View(ctx, f.Of)
		if _, gift := factOf(target).(*giving.Given); err != nil || !gift || f.Source != "" {
			return l, false, err
		}
		return p.toGiver(ctx, letter.KindRefund, v.Index, f.Of)
	case *regular.Missed:
		return p.toPromiser(ctx, letter.KindInstalmentFailed, v.Index, f.ID)
	case *regular.Changed:
		switch f.Change {
		case regular.Paused:
			return p.toPromiser(ctx, letter.KindRegularPaused, v.Index, f.ID)
		case regular.Stopped:
			return p.toPromiser(ctx, letter.KindRegularStopped, v.Index, f.ID)
		}
	}
	return l, false, nil
}

func factOf(v reading.View) journal.Fact {
	if v.Entry == nil {
		return nil
	}
	return v.Fact
}

// today gives the civil day in the fund's zone.
func (p *Post) today() journal.Day { return journal.DayOf(p.app.Now().In(p.app.Zone())) }

// toGiver writes to whoever gave a gift. It asks the vault, which knows them as soon as the entry is there.
func (p *Post) toGiver(ctx context.Context, kind letter.Kind, index, gift int64) (
	office.Letter, bool, error) {
	handle, err := p.app.Reading().Giver(ctx, gift)
	if err != nil || handle == "" {
		return office.Letter{}, false, err
	}
	return p.toHandle(ctx, kind, index, handle, about{})
}

// toPromiser writes to whoever stands behind a regular gift.
func (p *Post) toPromiser(ctx context.Context, kind letter.Kind, index int64, regular string) (
	office.Letter, bool, error) {
	promise, found, err := p.office.PromiseBehind(ctx, regular)
	if err != nil || !found {
		return office.Letter{}, false, err
	}
	return p.toHandle(ctx, kind, index, promise.Handle, about{Promise: promise.ID})
}

func (p *Post) toHandle(ctx context.Context, kind letter.Kind, index int64, handle string, about about) (
	office.Letter, bool, error) {
	donor, found, err := p.office.Donor(ctx, handle)
	if err != nil || !found || donor.Mail == "" {
		return office.Letter{}, false, err
	}
	l := p.write(kind, donor, about)
	l.ID, l.Entry = string(kind)+"/"+strconv.FormatInt(index, 10), index
	if kind == letter.KindRegularStopped { // which whoever stopped it may have written already
		l.ID = string(kind) + "/" + about.Promise
	}
	return l, true, nil
}
