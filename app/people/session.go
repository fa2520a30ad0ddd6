// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"ecot/fault"
	"ecot/office"
)

// CookieName gives the name of the cookie that holds a session's secret. Over HTTPS a browser takes one by
// that name only from this very host, for the whole of it, and keeps it from plain HTTP (RFC 6265bis).
func CookieName(https bool) string {
	if https {
		return "__Host-ecot"
	}
	return "ecot"
}

// maxAgent bounds what is kept of a browser's name, in bytes.
const maxAgent = 200

// begin begins a session with a secret of its own, and ends the one of old. Without a member who may come
// in there is none, and the cookie is empty.
func (p *People) begin(ctx context.Context, tx *office.Tx, member, old string, client Client) (cookie string,
	err error) {
	m, found, err := p.office.Member(ctx, member)
	if err != nil || !found || m.Ended != 0 {
		return "", err
	}
	if err := dropCookie(ctx, tx, old); err != nil {
		return "", err
	}
	cookie, now := newToken(), p.app.Now().Unix()
	sum, ok := hash(forSession, cookie)
	if !ok {
		return "", fault.New(fault.Internal, "A secret has not the form of one.")
	}
	err = tx.PutSession(ctx, office.Session{Hash: sum, ID: strings.ToLower(rand.Text()), Member: m.ID,
		Agent: shorten(client.Agent), Since: now, Seen: now})
	return cookie, err
}

// shorten gives the beginning of what a browser calls itself, as a database can hold it.
func shorten(agent string) string {
	agent = strings.ToValidUTF8(strings.ReplaceAll(agent, "\x00", ""), "")
	for len(agent) > maxAgent {
		_, size := utf8.DecodeLastRuneInString(agent)
		agent = agent[:len(agent)-size]
	}
	return agent
}

func dropCookie(ctx context.Context, tx *office.Tx, cookie string) error {
	if sum, ok := hash(forSession, cookie); ok {
		return tx.DropSession(ctx, sum)
	}
	return nil
}

// Who gives the member whose session a cookie is, and false when it is nobody's, or not any more.
func (p *People) Who(ctx context.Context, cookie string) (Actor, bool, error) {
	sum, ok := hash(forSession, cookie)
	if !ok {
		return Actor{}, false, nil
	}
	s, found, err := p.office.Session(ctx, sum)
	now := p.app.Now()
	if err != nil || !found || !good(s, now) {
		return Actor{}, false, err
	}
	m, found, err := p.office.Member(ctx, s.Member)
	if err != nil || !found || m.Ended != 0 {
		return Actor{}, false, err
	}
	if now.Unix()-s.Seen >= int64(touchTime/time.Second) {
		err := p.office.Do(ctx, func(tx *office.Tx) error { return tx.TouchSession(ctx, sum, now.Unix()) })
		if err != nil { // reading goes on where nothing can be written, until the session has been idle too long
			slog.Warn("a session could not be noted as seen", "error", err)
		}
	}
	return Actor{Member: m.ID, Name: m.Name, Lang: m.Lang, Mandate: m.Mandate, Roles: m.Roles}, true, nil
}

// good says whether a session has neither been idle nor been there for too long.
func good(s office.Session, now time.Time) bool {
	return now.Sub(time.Unix(s.Seen, 0)) < IdleTime && now.Sub(time.Unix(s.Since, 0)) < SessionTime
}

// Sessions gives the sessions of a member that are good, the last seen first.
func (p *People) Sessions(ctx context.Context, member string) ([]office.Session, error) {
	all, err := p.office.Sessions(ctx, member)
	var sessions []office.Session
	for _, s := range all {
		if good(s, p.app.Now()) {
			sessions = append(sessions, s)
		}
	}
	return sessions, err
}

// SignOut ends the session of a cookie.
func (p *People) SignOut(ctx context.Context, cookie string) error {
	return p.office.Do(ctx, func(tx *office.Tx) error { return dropCookie(ctx, tx, cookie) })
}

// EndSession ends one session of a member by its id, in another browser for example.
func (p *People) EndSession(ctx context.Context, member, session string) error {
	return p.office.Do(ctx, func(tx *office.Tx) error { return tx.EndSession(ctx, member, session) })
}

// SignOutEverywhere ends every session of a member, and the links that would begin another.
func (p *People) SignOutEverywhere(ctx context.Context, member string) error {
	return p.office.Do(ctx, func(tx *office.Tx) error {
		if err := tx.DropLinks(ctx, member, ""); err != nil {
			return err
		}
		return tx.DropSessions(ctx, member)
	})
}
