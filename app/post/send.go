// SPDX-License-Identifier: AGPL-3.0-or-later

package post

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"ecot/fault"
	"ecot/mail"
	"ecot/mail/letter"
	"ecot/office"
)

// sendPiece is how many letters go over one connection. Whoever is erased while they go may still get theirs.
const sendPiece = 10

// lease is how long letters are one sender's. It is more than sendPiece letters take at the slowest.
const lease = 15 * time.Minute

// maxError bounds what is kept of a failure, in runes.
const maxError = 300

// Send sends what is due, until nothing is, or until the mail server takes nothing more. Without a mail
// server it does nothing: letters wait.
func (p *Post) Send(ctx context.Context) error {
	if !p.CanSend() {
		return nil
	}
	writer, err := p.writer(ctx)
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		more, err := p.sendSome(ctx, writer)
		if err != nil || !more {
			return err
		}
	}
	return ctx.Err()
}

// batch is the letters under one claim.
type batch struct {
	claim   string
	until   time.Time // when the claim ends
	letters map[string]office.Letter
	settled []office.Letter
	marked  []string // handles whose address takes no mail
}

// sendSome claims some letters, sends them and notes what became of each; more is false when there is
// nothing left to do now.
func (p *Post) sendSome(ctx context.Context, w *letter.Writer) (more bool, err error) {
	now := p.app.Now()
	b := batch{claim: rand.Text(), until: now.Add(lease), letters: map[string]office.Letter{}}
	var due []office.Letter
	err = p.office.Do(ctx, func(tx *office.Tx) error {
		due, err = tx.ClaimLetters(ctx, b.claim, now.Unix(), b.until.Unix(), sendPiece)
		return err
	})
	if err != nil || len(due) == 0 {
		return false, err
	}
	ready := p.prepare(ctx, w, &b, due)
	held, err := p.office.Claimed(ctx, b.claim) // the erased, and who left a list, are not among them any more
	if err != nil {
		return false, err
	}
	going := make([]mail.Envelope, 0, len(ready))
	for _, e := range ready {
		if held[e.ID] {
			going = append(going, e)
		}
	}
	taken, trouble := 0, error(nil)
	for _, result := range p.options.Sender.Send(ctx, going) {
		if result.Outcome == mail.Sent {
			taken++
		}
		if result.Ours {
			trouble = fault.New(fault.Unavailable, "The mail server does not take our letters: %s", result.Reason)
		}
		p.judge(&b, result)
	}
	if err := p.settle(context.WithoutCancel(ctx), &b); err != nil {
		return false, err
	}
	return trouble == nil && (taken > 0 || len(going) == 0), trouble
}

// prepare puts letters in words. What has nothing to say is withdrawn; what cannot be said is tried again.
func (p *Post) prepare(ctx context.Context, w *letter.Writer, b *batch, due []office.Letter) (
	ready []mail.Envelope) {
	for _, l := range due {
		e, err := p.render(ctx, w, l)
		switch {
		case errors.Is(err, errNothing):
			l.State, l.Changed, l.Error = office.LetterWithdrawn, p.app.Now().Unix(), ""
			b.settled = append(b.settled, l)
		case err != nil:
			p.again(b, l, err.Error(), false)
		default:
			b.letters[l.ID] = l
			ready = append(ready, e)
		}
	}
	return ready
}

// judge notes what the mail server made of a letter.
func (p *Post) judge(b *batch, result mail.Result) {
	l := b.letters[result.ID]
	l.Changed = p.app.Now().Unix()
	switch result.Outcome {
	case mail.Sent:
		l.State, l.Error = office.LetterSent, ""
	case mail.Permanent:
		l.State, l.Error = office.LetterFailed, withoutAddress(result.Reason, l.Handle)
		if dead(result) {
			b.marked = append(b.marked, l.Handle)
		}
	default:
		p.again(b, l, withoutAddress(result.Reason, l.Handle), result.Doubt)
		return
	}
	b.settled = append(b.settled, l)
}

// again has a letter tried later; in doubt whether it arrived not before the claim on it ends, so that a
// server that drops doubles has the first by then. After five days it has failed.
func (p *Post) again(b *batch, l office.Letter, why string, doubt bool) {
	now := p.app.Now()
	l.Tries++
	at, goes := mail.Next(int(l.Tries), now)
	if doubt && at.Before(b.until) {
		at = b.until
	}
	l.State, l.Due, l.Changed, l.Error = office.LetterWaiting, at.Unix(), now.Unix(), why
	if !goes {
		l.State = office.LetterFailed
	}
	b.settled = append(b.settled, l)
}

// dead says whether a refusal is about the address itself (RFC 5321 §4.2.3), and not about what was said or
// who said it (RFC 3463: X.7 is a matter of policy).
func dead(result mail.Result) bool {
	about := result.Code == 550 || result.Code == 551 || result.Code == 553
	return about && !result.Ours && !strings.Contains(result.Reason, "5.7.")
}

// withoutAddress gives a reason that names nobody.
func withoutAddress(reason, handle string) string {
	runes := []rune(strings.ReplaceAll(strings.ToLower(reason), strings.ToLower(handle), "…"))
	if strings.Contains(strings.ToLower(reason), strings.ToLower(handle)) {
		reason = string(runes)
	}
	if runes = []rune(reason); len(runes) > maxError {
		reason = string(runes[:maxError])
	}
	return strings.ToValidUTF8(strings.ReplaceAll(reason, "\x00", ""), "")
}

// settle writes down what became of the letters of a claim.
func (p *Post) settle(ctx context.Context, b *batch) error {
	return p.office.Do(ctx, func(tx *office.Tx) error {
		for _, l := range b.settled {
			if err := tx.SettleLetter(ctx, b.claim, l); err != nil {
				return err
			}
		}
		for _, handle := range b.marked {
			if err := tx.MarkDead(ctx, handle, p.app.Now().Unix()); err != nil {
				return err
			}
		}
		return nil
	})
}
