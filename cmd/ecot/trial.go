// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"

	"ecot/app"
	"ecot/app/cards"
	"ecot/app/post"
	"ecot/demo"
	"ecot/fault"
	"ecot/locale"
	"ecot/mail/letter"
	"ecot/money"
	"ecot/pay"
	"ecot/pay/standin"
	"ecot/web"
	"ecot/web/trial"
)

// serve serves the played demo, with the stand-in of a card provider and letters that nobody sends.
func (c *demoCommand) serve(s streams, a *app.App, dir string) error {
	with := outside{letters: post.New(a, post.Options{BaseURL: c.base()})}
	unit := a.Unit()
	provider, err := standin.New(standin.Config{
		Base:       c.base() + trial.CardPath,
		Tariff:     pay.Tariff{Since: "2025-01-01", Fixed: money.Amount{Minor: 25, Unit: unit}, BasisPoints: 150},
		DisputeFee: money.Amount{Minor: 20_00, Unit: unit}, Secret: pay.NewSecret(rand.Text()),
		Run: strings.ToLower(rand.Text()[:8]), Now: a.Now,
		Deliver: func(ctx context.Context, body []byte, header http.Header) error {
			return with.cards.Notice(ctx, "demo", body, header)
		}})
	if err != nil {
		return err
	}
	if with.till, err = provider.Handler(); err != nil {
		return err
	}
	with.cards = cards.New(a, cards.Options{BaseURL: c.base()}, provider)
	with.arrived = func() error { return leaveStatement(s.ctx, a, dir) }
	return serve(s, a, with, c.Listen, web.Options{Name: a.Name(), BaseURL: c.base(),
		DefaultLang: locale.Lang(a.Lang()), Zone: a.Zone(), Clock: a.Now, Demo: true})
}

// played plays for the demo's visitor.
type played struct {
	rooms *rooms
	with  outside
}

// Arrive plays the arrival of the transfer that keeps a promise.
func (p played) Arrive(ctx context.Context, promise string) error {
	payment, err := p.rooms.gifts.Payment(ctx, promise)
	if err != nil {
		return err
	}
	if err := demo.Arrive(ctx, p.rooms.app, p.rooms.bank, payment); err != nil {
		return err
	}
	if err := p.with.arrived(); err != nil {
		return err
	}
	return p.with.letters.Follow(ctx)
}

// Thanks gives the letter that thanks for a promise.
func (p played) Thanks(ctx context.Context, promise string) (trial.Mail, bool, error) {
	payment, err := p.rooms.gifts.Payment(ctx, promise)
	if err != nil {
		return trial.Mail{}, false, err
	}
	seen, err := p.rooms.gifts.Of(ctx, payment.Promise)
	if err != nil || len(seen) == 0 {
		return trial.Mail{}, false, err
	}
	letters, err := p.rooms.app.Office().LettersOf(ctx, payment.Promise.Handle)
	if err != nil {
		return trial.Mail{}, false, err
	}
	for _, l := range letters {
		if l.Kind != string(letter.KindThanks) || l.Entry != seen[0].Index {
			continue
		}
		envelope, err := p.with.letters.Preview(ctx, l)
		if fault.CodeOf(err) == fault.NotFound && err != nil {
			return trial.Mail{}, false, nil
		}
		return trial.Mail{From: fmt.Sprintf("%s <%s>", envelope.From.Name, envelope.From.Address),
			To: string(envelope.To), Subject: envelope.Message.Subject, Text: envelope.Message.Text}, true, err
	}
	return trial.Mail{}, false, nil
}
