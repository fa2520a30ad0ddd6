// SPDX-License-Identifier: AGPL-3.0-or-later

package post

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"ecot/app/gifts"
	"ecot/fault"
	"ecot/journal"
	"ecot/locale"
	"ecot/mail"
	"ecot/mail/letter"
	"ecot/mechanism/giving"
	"ecot/mechanism/regular"
	"ecot/money"
	"ecot/office"
)

// errNothing says that a letter has nothing to say any more, or nobody to say it to: it is withdrawn.
var errNothing = errors.New("nothing to say any more")

// Preview puts a letter in words, as it would be sent now. One that has nothing to say any more is
// fault.NotFound.
func (p *Post) Preview(ctx context.Context, l office.Letter) (mail.Envelope, error) {
	writer, err := p.writer(ctx)
	if err != nil {
		return mail.Envelope{}, err
	}
	envelope, err := p.render(ctx, writer, l)
	if errors.Is(err, errNothing) {
		err = fault.Wrap(err, fault.NotFound, "This letter has nothing to say any more.")
	}
	return envelope, err
}

// render puts a letter in words, as things are now.
func (p *Post) render(ctx context.Context, w *letter.Writer, l office.Letter) (mail.Envelope, error) {
	donor, found, err := p.office.Donor(ctx, l.Handle)
	if err != nil {
		return mail.Envelope{}, err
	}
	left, err := p.office.Unsubscribed(ctx, l.Handle)
	if err != nil {
		return mail.Envelope{}, err
	}
	stale := l.Tries == 0 && p.app.Now().Sub(time.Unix(l.Made, 0)) > maxStale*24*time.Hour
	if !found || left[office.DeadAddress] || stale || !wants(donor, l.List) {
		return mail.Envelope{}, errNothing
	}
	to, err := mail.ParseAddress(donor.Mail)
	if err != nil {
		return mail.Envelope{}, errNothing
	}
	s := says{Post: p, letter: l, donor: donor, lang: locale.Lang(l.Lang)}
	if s.lang == "" {
		s.lang = locale.Lang(p.langOf(donor))
	}
	if err := json.Unmarshal([]byte(l.Data), &s.about); err != nil {
		return mail.Envelope{}, fault.Wrap(err, fault.Internal, "What a letter is about cannot be read.")
	}
	if s.manage, err = p.gifts.ManagePath(ctx, l.Handle); err != nil {
		return mail.Envelope{}, err
	}
	data, err := s.data(ctx)
	if err != nil {
		return mail.Envelope{}, err
	}
	return w.Render(letter.Letter{ID: l.ID, At: time.Unix(l.Made, 0), To: to, Lang: s.lang, Data: data})
}

// wants says whether a donor asked for the letters of a list; others need not be asked for.
func wants(d office.Donor, list string) bool {
	switch list {
	case office.ListNews:
		return d.News
	case office.ListReminders:
		return d.Reminders
	}
	return true
}

// says is one letter while its words are found.
type says struct {
	*Post
	letter office.Letter
	donor  office.Donor
	lang   locale.Lang
	about  about
	manage string // path of the page where the donor manages everything
}

// data gives what the letter says.
func (s *says) data(ctx context.Context) (letter.Data, error) {
	switch letter.Kind(s.letter.Kind) {
	case letter.KindThanks:
		return s.thanks(ctx)
	case letter.KindRefund:
		return s.refund(ctx)
	case letter.KindInstalmentFailed:
		return s.failed(ctx)
	case letter.KindRegularPaused, letter.KindRegularStopped, letter.KindStillYes:
		return s.regular(ctx)
	case letter.KindNotReached:
		return s.notReached(ctx)
	case letter.KindNews:
		return s.news(ctx)
	case letter.KindTransfer:
		return s.transfer(ctx)
	case letter.KindManage:
		return letter.Manage{Name: s.donor.Name, Link: s.manage}, nil
	}
	return nil, fault.New(fault.Internal, "Nobody here writes letters of the kind %q.", s.letter.Kind)
}

// thanks says that a gift was seen, with the proof that it is in the journal. One that was reversed since
// was a mistake, and gets none.
func (s *says) thanks(ctx context.Context) (letter.Data, error) {
	index := s.letter.Entry
	view, err := s.app.Reading().View(ctx, index)
	if err != nil {
		return nil, err
	}
	reversed, _, err := s.app.Reading().Undone(ctx, index)
	gift, is := view.Fact.(*giving.Given)
	if err != nil || reversed || !is {
		return nil, errors.Join(err, errNothing)
	}
	receipt, err := s.app.Receipt(ctx, index)
	if err != nil {
		return nil, err
	}
	proof, err := receipt.MarshalText()
	if err != nil {
		return nil, err
	}
	shares, signer, err := s.purposes(ctx, gift.To, gift.Unit)
	if err != nil {
		return nil, err
	}
	n := strconv.FormatInt(index, 10)
	return letter.Thanks{Name: s.donor.Name, Gross: money.Amount{Minor: gift.Gross, Unit: gift.Unit},
		Fee:  money.Amount{Minor: gift.Fee, Unit: gift.Unit},
		Seen: gift.Booked().String(), For: shares, Follow: "/entries/" + n,
		Certificate: s.gifts.CertificatePath(index), Manage: s.manage, Signer: signer,
		Proof: letter.Proof{Index: index, Text: proof, Key: s.app.VKey(), Point: receipt.Checkpoint}}, nil
}

// refund says that money of a gift went back.
func (s *says) refund(ctx context.Context) (letter.Data, error) {
	view, err := s.app.Reading().View(ctx, s.letter.Entry)
	if err != nil {
		return nil, err
	}
	back, is := view.Fact.(*giving.Refunded)
	if !is {
		return nil, errNothing
	}
	of, err := s.app.Reading().View(ctx, back.Of)
	if err != nil {
		return nil, err
	}
	gift, is := of.Fact.(*giving.Given)
	if !is {
		return nil, errNothing
	}
	reason := ""
	if back.Reason != giving.GivenBack {
		if reason, err = s.words(s.lang, "post.because-"+string(back.Reason)); err != nil {
			return nil, err
		}
	}
	_, signer, err := s.purposes(ctx, gift.To, gift.Unit)
	return letter.Refund{Name: s.donor.Name, Amount: money.Amount{Minor: sum(back.Back), Unit: back.Unit},
		Gross: money.Amount{Minor: gift.Gross, Unit: gift.Unit}, Given: gift.Given.String(), Sent: back.On.String(),
		Reason: reason, Follow: "/entries/" + strconv.FormatInt(back.Of, 10), Signer: signer}, err
}

func sum(shares []journal.Share) (total int64) {
	for _, share := range shares {
		total += share.Amount
	}
	return total
}

// purposes names the pots of a gift, and who signs for the first.
func (s *says) purposes(ctx context.Context, to []journal.Share, unit money.Unit) (
	shares []letter.Share, signer letter.Person, err error) {
	team, err := s.words(s.lang, "post.team")
	signer = letter.Person{Name: s.app.Name(), Role: team}
	for i, share := range to {
		title := share.Pot
		project, found, failed := s.office.Project(ctx, share.Pot)
		if err = errors.Join(err, failed); found {
			title = project.Title
		}
		if i == 0 && project.Thanks != "" {
			signer = letter.Person{Name: project.Thanks, Role: title}
		}
		shares = append(shares, letter.Share{For: title, Amount: money.Amount{Minor: share.Amount, Unit: unit}})
	}
	return shares, signer, err
}

// promised gives the promise of the letter as a regular gift in words.
func (s *says) promised(ctx context.Context) (p office.Promise, gift letter.Regular, err error) {
	p, found, err := s.office.Promise(ctx, s.about.Promise)
	if err != nil || !found {
		return p, gift, errors.Join(err, errNothing)
	}
	gift = letter.Regular{Amount: money.Amount{Minor: p.Amount, Unit: s.app.Unit()}, Rhythm: letter.Monthly,
		For: s.app.Name()}
	if p.Every == "year" {
		gift.Rhythm = letter.Yearly
	}
	purpose, found, err := s.office.Purpose(ctx, p.Reference)
	if err != nil || !found {
		return p, gift, err
	}
	shares, err := gifts.ParseShares(purpose.Shares)
	if err != nil {
		return p, gift, err
	}
	project, found, err := s.office.Project(ctx, shares[0].Pot)
	if found {
		gift.For = project.Title
	}
	return p, gift, err
}

// failed says that an instalment did not come.
func (s *says) failed(ctx context.Context) (letter.Data, error) {
	view, err := s.app.Reading().View(ctx, s.letter.Entry)
	if err != nil {
		return nil, err
	}
	missed, is := view.Fact.(*regular.Missed)
	_, gift, err := s.promised(ctx)
	if err != nil || !is {
		return nil, errors.Join(err, errNothing)
	}
	due := missed.On
	stands, err := s.app.Reading().Regular(ctx, missed.ID)
	if err != nil {
		return nil, err
	}
	if stands != nil {
		due = stands.DueIn(missed.Month)
	}
	cause := letter.NotSeen
	if missed.Why == regular.Refused {
		cause = letter.Refused
	}
	return letter.InstalmentFailed{Name: s.donor.Name, Regular: gift, Due: due.String(), Cause: cause,
		Manage: s.manage}, nil
}

// regular says that a regular gift pauses or has stopped, or asks whether it is still wanted.
func (s *says) regular(ctx context.Context) (letter.Data, error) {
	promise, gift, err := s.promised(ctx)
	if err != nil {
		return nil, err
	}
	count, total, since, err := s.came(ctx, promise)
	if err != nil {
		return nil, err
	}
	amount := money.Amount{Minor: total, Unit: s.app.Unit()}
	switch letter.Kind(s.letter.Kind) {
	case letter.KindRegularPaused:
		return letter.RegularPaused{Name: s.donor.Name, Regular: gift, Until: promise.PausedUntil,
			Manage: s.manage}, nil
	case letter.KindRegularStopped:
		return letter.RegularStopped{Name: s.donor.Name, Regular: gift, Count: count, Total: amount,
			Manage: s.manage}, nil
	}
	answer := s.manage + "/promise/" + promise.ID + "/"
	if promise.Status != office.Active {
		return nil, errNothing
	}
	return letter.StillYes{Name: s.donor.Name, Regular: gift, Since: since.String(), Count: count, Total: amount,
		Keep: answer + string(gifts.Keep), Change: answer + string(gifts.Amend),
		Stop: answer + string(gifts.Stop)}, nil
}

// came gives how many gifts kept a promise, what they sum to, and since when.
func (s *says) came(ctx context.Context, promise office.Promise) (
	n, total int64, since journal.Day, err error) {
	since = journal.DayOf(time.Unix(promise.Since, 0).In(s.app.Zone()))
	given, err := s.office.GivenBy(ctx, promise.Handle)
	for _, g := range given {
		if g.Promise != promise.ID || err != nil {
			continue
		}
		view, failed := s.app.Reading().View(ctx, g.Index)
		if err = failed; err != nil {
			break
		}
		if gift, is := view.Fact.(*giving.Given); is {
			if n == 0 {
				since = gift.Given
			}
			n, total = n+1, total+gift.Gross
		}
	}
	return n, total, since, err
}
