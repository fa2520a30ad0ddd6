// SPDX-License-Identifier: AGPL-3.0-or-later

// Package people says who works for the fund, lets them in and says what each may do.
//
// A member comes in by a link that was mailed or printed, or by a passkey, and is then known by a secret in
// a cookie. A member has roles, which give rights, and a mandate: a token such as treasurer that facts
// carry instead of the person. Its one invariant: what is stored lets nobody in. Of every secret that is
// handed out only the hash is kept, each is good for one purpose, for a time, and a link for one use.
package people

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"ecot/app"
	"ecot/app/limit"
	"ecot/office"
)

// Options say how people are reached.
type Options struct {
	// BaseURL is the address that the public reaches the fund under, without a slash at its end; the
	// setting of that name when empty.
	BaseURL string
	// Send mails a link to its member; nil while no mail is set up. It is called by one goroutine.
	Send func(ctx context.Context, l Letter) error
}

// Letter is a link to be mailed.
type Letter struct {
	Name  string
	Mail  string
	Lang  string // fr, en, or empty for the fund's
	URL   string
	Until time.Time

	Invitation bool // to become a member; otherwise to sign in
}

// People lets people in.
type People struct {
	app     *app.App
	office  *office.Office
	options Options
	limits  *limit.Limiter

	asked   chan string // addresses that asked for a link
	closing sync.Once
	ended   chan struct{} // closed when the last of them has been answered
}

// maxAsked is how many addresses wait for their link at most.
const maxAsked = 256

// New gives the people of an instance. Close ends it, before the instance is closed.
func New(a *app.App, options Options) *People {
	p := &People{app: a, office: a.Office(), options: options, limits: limit.New(a.Subkey("people/attempts")),
		asked: make(chan string, maxAsked), ended: make(chan struct{})}
	go p.answer()
	return p
}

// Close answers who has asked for a link, and ends. Nobody may ask any more.
func (p *People) Close() {
	p.closing.Do(func() { close(p.asked) })
	<-p.ended
}

// CanMail says whether links can be mailed.
func (p *People) CanMail() bool { return p.options.Send != nil }

// sendTime bounds how long one link takes to be made and handed over.
const sendTime = 30 * time.Second

// answer makes and sends the links that were asked for, apart from those who ask: how long it takes, and
// whether there is anything to send, is not seen from outside.
func (p *People) answer() {
	defer close(p.ended)
	for mail := range p.asked {
		ctx, stop := context.WithTimeout(context.Background(), sendTime)
		if err := p.mailLink(ctx, mail); err != nil {
			slog.Error("a link to sign in could not be sent", "error", err)
		}
		stop()
	}
}

// BaseURLSetting is the name of the setting that holds the public address of the fund.
const BaseURLSetting = "base-url"

// localURL is where ecot serve listens when nobody says otherwise, by the name that passkeys accept.
const localURL = "http://localhost:8080"

// BaseURL gives the public address of the fund, without a slash at its end: of the options, of the
// settings, or of a program that serves this machine alone.
func (p *People) BaseURL(ctx context.Context) (string, error) {
	if p.options.BaseURL != "" {
		return p.options.BaseURL, nil
	}
	url, err := p.office.Setting(ctx, BaseURLSetting)
	if err != nil || url != "" {
		return url, err
	}
	return localURL, nil
}
