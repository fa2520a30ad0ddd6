// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"
	"errors"

	"ecot/store/engine"
)

// Link is what lets its bearer do one thing once: sign in, finish a ceremony with a passkey. Who holds the
// secret whose hash this is, is its bearer.
type Link struct {
	Hash    []byte
	Purpose string
	Member  string // empty while nobody knows whose it is
	Data    []byte // what its purpose needs to go on
	Until   int64  // seconds
}

// PutLink keeps a link.
func (t *Tx) PutLink(ctx context.Context, l Link) error {
	if l.Data == nil {
		l.Data = []byte{}
	}
	return t.put(ctx, "put_link", l.Hash, l.Purpose, l.Member, l.Data, l.Until)
}

// TakeLink takes a link away and gives it, and false when there is none for that purpose. Of many who ask
// at the same time, on whatever machine, one is given it. It may be past its time.
func (t *Tx) TakeLink(ctx context.Context, hash []byte, purpose string) (l Link, found bool, err error) {
	l.Hash, l.Purpose = hash, purpose
	err = t.tx.Query(ctx, "take_link", func(row engine.Row) error {
		found = true
		return row.Scan(&l.Member, &l.Data, &l.Until)
	}, hash, purpose)
	return l, found, err
}

// Link gives a link and leaves it, and false when there is none for that purpose.
func (o *Office) Link(ctx context.Context, hash []byte, purpose string) (Link, bool, error) {
	l := Link{Hash: hash, Purpose: purpose}
	err := o.db.Row(ctx, "link", hash, purpose).Scan(&l.Member, &l.Data, &l.Until)
	if errors.Is(err, sql.ErrNoRows) {
		return l, false, nil
	}
	return l, err == nil, err
}

// DropLinks takes every link of a member away, or, with a purpose, those for it.
func (t *Tx) DropLinks(ctx context.Context, member, purpose string) error {
	if purpose == "" {
		return t.put(ctx, "drop_links", member)
	}
	return t.put(ctx, "drop_links_for", member, purpose)
}

// Sweep takes away the links whose time ended before now, the sessions that began before since, and the
// counts of windows before it, all in seconds.
func (t *Tx) Sweep(ctx context.Context, now, since int64) error {
	err := t.put(ctx, "sweep_links", now)
	if err == nil {
		err = t.put(ctx, "sweep_sessions", since)
	}
	if err == nil {
		err = t.put(ctx, "sweep_attempts", since)
	}
	return err
}

// CountAttempt counts one more of something in a window of time, and gives how many there were so far, on
// all machines that share the office.
func (t *Tx) CountAttempt(ctx context.Context, what []byte, slot int64) (n int64, err error) {
	err = t.tx.Query(ctx, "count_attempt", func(row engine.Row) error { return row.Scan(&n) }, what, slot)
	return n, err
}

// Session is a browser in which a member is signed in.
type Session struct {
	Hash   []byte // of the secret in its cookie; empty where sessions are listed
	ID     string // by which its member names it
	Member string
	Agent  string // the browser, as it calls itself
	Since  int64  // seconds
	Seen   int64  // seconds
}

// PutSession keeps a new session.
func (t *Tx) PutSession(ctx context.Context, s Session) error {
	return t.put(ctx, "put_session", s.Hash, s.ID, s.Member, s.Agent, s.Since, s.Seen)
}

// TouchSession notes when a session was last seen.
func (t *Tx) TouchSession(ctx context.Context, hash []byte, seen int64) error {
	return t.put(ctx, "touch_session", hash, seen)
}

// DropSession ends the session of a cookie.
func (t *Tx) DropSession(ctx context.Context, hash []byte) error {
	return t.put(ctx, "drop_session", hash)
}

// EndSession ends one session of a member by its id.
func (t *Tx) EndSession(ctx context.Context, member, id string) error {
	return t.put(ctx, "end_session", member, id)
}

// DropSessions ends every session of a member.
func (t *Tx) DropSessions(ctx context.Context, member string) error {
	return t.put(ctx, "drop_sessions", member)
}

// Session gives the session of a cookie, and false when there is none.
func (o *Office) Session(ctx context.Context, hash []byte) (Session, bool, error) {
	s, err := scanSession(o.db.Row(ctx, "session", hash))
	s.Hash = hash
	if errors.Is(err, sql.ErrNoRows) {
		return s, false, nil
	}
	return s, err == nil, err
}

// Sessions gives the sessions of a member, the last seen first.
func (o *Office) Sessions(ctx context.Context, member string) (sessions []Session, err error) {
	rows, err := o.db.Query(ctx, "sessions_of_member", member)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		s, err := scanSession(rows)
		sessions = append(sessions, s)
		return err
	})
	return sessions, err
}

func scanSession(row engine.Row) (s Session, err error) {
	err = row.Scan(&s.ID, &s.Member, &s.Agent, &s.Since, &s.Seen)
	return s, err
}

// Credential is a passkey of a member.
type Credential struct {
	ID     []byte
	Member string
	Name   string // what the member calls it
	Data   []byte // its record, JSON
	Cloned int64  // since when its counter says that there are two of it, 0 while it does not; seconds
	Since  int64  // seconds
	Used   int64  // when it was last used, seconds
}

// PutCredential keeps a new passkey. An id that is taken is an error of the database.
func (t *Tx) PutCredential(ctx context.Context, c Credential) error {
	return t.put(ctx, "put_credential", c.ID, c.Member, c.Name, c.Data, c.Since)
}

// UseCredential notes a use: the record was was and becomes data. It is false, and nothing changes, when
// another use came first or the passkey is marked as cloned.
func (t *Tx) UseCredential(ctx context.Context, id, was, data []byte, at int64) (done bool, err error) {
	err = t.tx.Query(ctx, "use_credential", func(row engine.Row) error {
		var since int64
		done = true
		return row.Scan(&since)
	}, id, data, at, was)
	return done, err
}

// MarkCloned notes that there are two of a passkey.
func (t *Tx) MarkCloned(ctx context.Context, id []byte, at int64) error {
	return t.put(ctx, "mark_cloned", id, at)
}

// DropCredential takes a passkey of a member away.
func (t *Tx) DropCredential(ctx context.Context, member string, id []byte) error {
	return t.put(ctx, "drop_credential", member, id)
}

// Credentials gives the passkeys of a member, the oldest first.
func (o *Office) Credentials(ctx context.Context, member string) (list []Credential, err error) {
	rows, err := o.db.Query(ctx, "credentials_of_member", member)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var c Credential
		err := rows.Scan(&c.ID, &c.Member, &c.Name, &c.Data, &c.Cloned, &c.Since, &c.Used)
		list = append(list, c)
		return err
	})
	return list, err
}
