// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"
	"net/mail"
	"strings"

	"ecot/fault"
	"ecot/office"
)

// SignInPath is the address of the page that a link opens, behind the base; the secret follows it. The page
// asks for one more press before it calls Enter, for programs that look at mail open every link in it.
const SignInPath = "/sign-in/"

// maxMail bounds an address, in bytes (RFC 5321).
const maxMail = 320

// isMail says whether a text is a mail address and nothing else.
func isMail(text string) bool {
	parsed, err := mail.ParseAddress(text)
	return err == nil && parsed.Address == text && len(text) <= maxMail
}

func errMail() error {
	return fault.New(fault.Invalid, "This is no mail address; it looks like odile@example.org.")
}

// AskLink asks for a link to sign in, mailed to an address. Its answer says nothing about whether a member
// has that address, and takes the same time when one has.
func (p *People) AskLink(ctx context.Context, address string, client Client) error {
	address = strings.ToLower(strings.TrimSpace(address))
	if !isMail(address) {
		return errMail()
	}
	if !p.CanMail() {
		return fault.New(fault.Unavailable, "This fund cannot send mail yet; sign in with a passkey, or ask "+
			"whoever runs it for a link (ecot invite).")
	}
	now := p.app.Now()
	if err := p.limits.Take(asksOfClient(), client.key(), now); err != nil {
		return err
	}
	if err := p.limits.Take(asksOfAddress(), address, now); err != nil {
		return err
	}
	refused, err := p.countAll(ctx, now, attempt{asksOfClient(), client.key()},
		attempt{asksOfAddress(), address})
	if err != nil || refused != nil {
		return firstOf(err, refused)
	}
	select {
	case p.asked <- address:
		return nil
	default:
		return fault.New(fault.Unavailable, "Many people ask for a link just now; try again in a minute.")
	}
}

// mailLink makes a link for the member with an address and mails it. For anybody else it does nothing.
func (p *People) mailLink(ctx context.Context, address string) error {
	m, found, err := p.office.MemberOfMail(ctx, address)
	if err != nil || !found || m.Ended != 0 {
		return err
	}
	base, err := p.BaseURL(ctx)
	if err != nil {
		return err
	}
	now := p.app.Now()
	token, until := newToken(), now.Add(LinkTime)
	err = p.office.Do(ctx, func(tx *office.Tx) error {
		if err := tx.Sweep(ctx, now.Unix(), now.Add(-2*SessionTime).Unix()); err != nil {
			return err
		}
		return putLink(ctx, tx, token, office.Link{Purpose: forSignIn, Member: m.ID, Until: until.Unix()})
	})
	if err != nil {
		return err
	}
	return p.options.Send(ctx, Letter{Name: m.Name, Mail: m.Mail, Lang: m.Lang, URL: base + SignInPath + token,
		Until: until})
}

// putLink keeps a link under the hash of its secret.
func putLink(ctx context.Context, tx *office.Tx, token string, l office.Link) error {
	var ok bool
	if l.Hash, ok = hash(l.Purpose, token); !ok {
		return fault.New(fault.Internal, "A secret has not the form of one.")
	}
	return tx.PutLink(ctx, l)
}

// errLink is the one answer to every link that does not let anybody in.
func errLink() error {
	return fault.New(fault.Forbidden, "This link is not good, or not any more: it works once, and for a short "+
		"time. Ask for a new one.")
}

// Peek says whether a link would let its bearer in, and uses nothing up: it is for the page that the link
// opens.
func (p *People) Peek(ctx context.Context, token string, client Client) error {
	now := p.app.Now()
	if err := p.limits.Take(triesOfClient(), client.key(), now); err != nil {
		return err
	}
	for _, purpose := range []string{forSignIn, forInvite} {
		sum, ok := hash(purpose, token)
		if !ok {
			break
		}
		l, found, err := p.office.Link(ctx, sum, purpose)
		if err != nil {
			return err
		}
		if found && now.Unix() < l.Until {
			return nil
		}
	}
	return p.failed(ctx, client, errLink())
}

// Enter uses a link up and lets its bearer in: it gives the secret for a cookie. The session of old, when
// the browser had one, ends: nobody can have planted it. Of many who come with one link, one gets in.
func (p *People) Enter(ctx context.Context, token, old string, client Client) (cookie string, err error) {
	now := p.app.Now()
	if err := p.limits.Take(triesOfClient(), client.key(), now); err != nil {
		return "", err
	}
	err = p.office.Do(ctx, func(tx *office.Tx) error {
		var l office.Link
		found := false
		for _, purpose := range []string{forSignIn, forInvite} {
			if sum, ok := hash(purpose, token); ok && !found {
				if l, found, err = tx.TakeLink(ctx, sum, purpose); err != nil {
					return err
				}
			}
		}
		if !found || now.Unix() >= l.Until {
			return nil // what is past its time is gone now
		}
		if err := tx.DropLinks(ctx, l.Member, forSignIn); err != nil {
			return err
		}
		cookie, err = p.begin(ctx, tx, l.Member, old, client)
		return err
	})
	if err == nil && cookie == "" {
		err = p.failed(ctx, client, errLink())
	}
	return cookie, err
}

// failed counts an attempt that let nobody in, and gives the refusal to answer with.
func (p *People) failed(ctx context.Context, client Client, refusal error) error {
	refused, err := p.countAll(ctx, p.app.Now(), attempt{triesOfClient(), client.key()})
	return firstOf(err, refused, refusal)
}
