// SPDX-License-Identifier: AGPL-3.0-or-later

package post

import (
	"context"
	"crypto/rand"

	"ecot/app/gifts"
	"ecot/mail/letter"
	"ecot/money"
	"ecot/office"
)

// Write writes a letter that a gift causes beside the thanks, in the transaction of what causes it. It is
// what gifts.WithLetters takes. A pause follows from the journal, as do thanks, and is not written here.
func (p *Post) Write(ctx context.Context, tx *office.Tx, asked gifts.Letter) error {
	l := p.write(letter.Kind(asked.Kind), office.Donor{Handle: asked.Handle}, about{Promise: asked.Promise})
	l.Lang = "" // the donor's row may be of this very transaction: its language is asked when the letter goes
	l.ID = asked.Kind + "/" + asked.Promise
	switch asked.Kind {
	case gifts.LetterPaused:
		return nil
	case gifts.LetterLink:
		l.ID = asked.Kind + "/" + rand.Text()
	}
	_, err := tx.PutLetter(ctx, l)
	return err
}

// transfer says how to pay what was promised by transfer; what is given otherwise needs no such letter.
func (s *says) transfer(ctx context.Context) (letter.Data, error) {
	promise, gift, err := s.promised(ctx)
	if err != nil {
		return nil, err
	}
	if promise.Means != gifts.MeansTransfer || promise.Status != office.Waiting {
		return nil, errNothing
	}
	pay, err := s.gifts.Payment(ctx, promise.ID)
	if err != nil {
		return nil, err
	}
	rhythm := letter.Once
	if promise.Every != gifts.Once {
		rhythm = gift.Rhythm
	}
	return letter.Transfer{Name: s.donor.Name, Amount: money.Amount{Minor: promise.Amount, Unit: pay.Unit},
		For: gift.For, Rhythm: rhythm, Manage: s.manage,
		To: letter.Account{Holder: pay.Holder, IBAN: string(pay.IBAN), BIC: string(pay.BIC),
			Reference: string(pay.Reference), QR: "/give/pay/" + promise.ID}}, nil
}
