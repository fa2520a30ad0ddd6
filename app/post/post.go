// SPDX-License-Identifier: AGPL-3.0-or-later

// Package post writes to those who give: thanks, refunds, instalments that failed, the note that an appeal
// is not reached yet, the news.
//
// The journal is the outbox. Follow reads it from a cursor and writes one letter for each entry that asks
// for one, in the same transaction that moves the cursor; Tick writes those that a day asks for; Send puts
// what is due into words and hands it to the mail server. A letter holds ids: names and amounts are found
// when it is sent, so that it never says what is no longer so, nor goes to somebody who was erased meanwhile.
//
// Its one invariant: a letter is written once, and is sent until a server has it. When nobody knows whether
// the server took it (the line was cut behind the last byte, or this program ended), it goes again no sooner
// than the claim on it ends, and under the same Message-ID, by which the server that receives it can drop the
// double.
package post

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"strings"
	"time"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/people"
	"ecot/app/profile"
	"ecot/fault"
	"ecot/id"
	"ecot/locale"
	"ecot/mail"
	"ecot/mail/letter"
	"ecot/office"
)

// Options say how letters leave.
type Options struct {
	Sender  *mail.Sender // nil: letters are written and wait
	From    mail.Address // of all letters; the fund's own of the settings when empty
	BaseURL string       // where the public reaches the fund; the setting of that name when empty

	// News gives the news of an issue, such as 2026-01, as they were frozen, but for the way out of the list.
	News func(ctx context.Context, issue string, lang locale.Lang) (letter.News, error)
}

// Post writes and sends the letters of one instance. It is safe for many goroutines.
type Post struct {
	app     *app.App
	office  *office.Office
	gifts   *gifts.Gifts // asked for links and payments
	options Options
	seals   people.Seals
}

// New gives the post of an instance.
func New(a *app.App, options Options) *Post {
	return &Post{app: a, office: a.Office(), gifts: gifts.New(a), options: options, seals: people.SealsOf(a)}
}

// CanSend says whether letters leave, or wait for a mail server to be set up.
func (p *Post) CanSend() bool { return p.options.Sender != nil }

// How often the journal and the outbox are looked at, and the calendar.
const (
	lookEvery = 2 * time.Second
	tickEvery = time.Hour
)

// Run follows the journal and sends until ctx ends. What goes wrong is logged once, and tried again.
func (p *Post) Run(ctx context.Context) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	var ticked time.Time
	said := ""
	for {
		err := p.Follow(ctx)
		if now := p.app.Now(); err == nil && now.Sub(ticked) >= tickEvery {
			ticked = now
			err = p.Tick(ctx)
		}
		if err == nil {
			err = p.Send(ctx)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			said = ""
		case err.Error() != said:
			said = err.Error()
			slog.Error("letters wait", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}

// about is what a letter is about, in opaque ids, beyond the entry that it follows from.
type about struct {
	Promise string `json:"promise,omitempty"`
	Pot     string `json:"pot,omitempty"`
	Month   int    `json:"month,omitempty"` // yyyymm
	Issue   string `json:"issue,omitempty"`
}

// write gives a letter to a donor, due now, as the office keeps it.
func (p *Post) write(kind letter.Kind, d office.Donor, about about) office.Letter {
	data, err := json.Marshal(about)
	if err != nil {
		panic(err) // strings and a number: our own defect
	}
	now := p.app.Now().Unix()
	l := office.Letter{Kind: string(kind), Handle: d.Handle, Lang: p.langOf(d), Entry: -1, Data: string(data),
		Made: now, Due: now}
	switch kind {
	case letter.KindNews:
		l.List = office.ListNews
	case letter.KindNotReached:
		l.List = office.ListReminders
	}
	return l
}

func (p *Post) langOf(d office.Donor) string {
	for _, text := range []string{d.Lang, p.app.Lang()} {
		if lang, known := locale.ParseLang(text); known {
			return string(lang)
		}
	}
	return string(locale.French)
}

// mark names somebody in the id of a letter: not their handle, and the same each time.
func (p *Post) mark(handle string) string {
	return hex.EncodeToString(id.Keyed(p.app.Subkey("post/mark"), "reader", strings.ToLower(handle)))[:24]
}

// writer gives what puts letters in words, as the fund says of itself today.
func (p *Post) writer(ctx context.Context) (*letter.Writer, error) {
	fund, err := profile.Load(ctx, p.office)
	if err != nil {
		return nil, err
	}
	from, err := mail.ParseAddress(string(p.options.From))
	if p.options.From == "" {
		from, err = mail.ParseAddress(fund.Mail)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Conflict,
			"The fund has no mail address to write from: serve with --mail-from, or set it.")
	}
	base := p.options.BaseURL
	if base == "" {
		base = strings.TrimSuffix(fund.BaseURL, "/")
	}
	if base == "" {
		return nil, fault.New(fault.Conflict,
			"Letters hold links, and the fund's address is not known: serve with --base-url, or set it.")
	}
	says := letter.Fund{Name: p.app.Name(), Base: base, Legal: legalLine(p.app.Name(), fund),
		From: mail.Mailbox{Name: p.app.Name(), Address: from}, Zone: p.app.Zone()}
	if reply, err := mail.ParseAddress(fund.Mail); err == nil {
		says.ReplyTo = reply
	}
	return letter.NewWriter(says)
}

// legalLine says in one line which body writes.
func legalLine(name string, fund profile.Profile) string {
	line := name
	if fund.LegalName != "" {
		line = fund.LegalName
	}
	for _, part := range []string{fund.Number, fund.Street, strings.TrimSpace(fund.Postcode + " " + fund.Town)} {
		if part != "" {
			line += ", " + part
		}
	}
	return line
}

// SendLink mails a link to sign in or to join at once, to be used as Send of people.Options. It is kept
// nowhere: a link lives a quarter of an hour, and its secret belongs in no outbox.
func (p *Post) SendLink(ctx context.Context, l people.Letter) error {
	if !p.CanSend() {
		return fault.New(fault.Unavailable, "No mail server is set up.")
	}
	writer, err := p.writer(ctx)
	if err != nil {
		return err
	}
	to, err := mail.ParseAddress(l.Mail)
	if err != nil {
		return err
	}
	_, path, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(l.URL, "https://"), "http://"), "/")
	data := letter.Data(letter.SignIn{Link: "/" + path, Expires: l.Until})
	if l.Invitation {
		lang := locale.Lang(p.langOf(office.Donor{Lang: l.Lang}))
		role, err := p.words(lang, "post.member")
		if err != nil {
			return err
		}
		data = letter.Invitation{Name: l.Name, By: p.app.Name(), Role: role, Link: "/" + path, Expires: l.Until}
	}
	e, err := writer.Render(letter.Letter{ID: "link/" + p.mark(l.URL), At: p.app.Now(), To: to,
		Lang: locale.Lang(p.langOf(office.Donor{Lang: l.Lang})), Data: data})
	if err != nil {
		return err
	}
	if result := p.options.Sender.Send(ctx, []mail.Envelope{e})[0]; result.Outcome != mail.Sent {
		return fault.New(fault.Unavailable, "The mail server did not take the letter: %s", result.Reason)
	}
	return nil
}

// words gives a message of ours.
func (p *Post) words(lang locale.Lang, key string) (string, error) {
	tongue, err := locale.Load(lang)
	if err != nil {
		return "", err
	}
	return tongue.Text(key)
}
