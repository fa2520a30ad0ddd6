// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"ecot/fault"
	"ecot/office"
)

// maxPasskeys is how many passkeys a member has at most.
const maxPasskeys = 10

// Ceremony is one question to a browser's authenticator. The page gives Options, JSON as
// navigator.credentials takes it, to the browser, and brings its answer back with Ticket.
type Ceremony struct {
	Options []byte
	Ticket  string
}

// passkeyUser is a member as the library sees one.
type passkeyUser struct {
	member  office.Member
	kept    []office.Credential
	records []webauthn.Credential // the same, read
}

// WebAuthnID gives the member's id, which says nothing about the person.
func (u *passkeyUser) WebAuthnID() []byte { return []byte(u.member.ID) }

// WebAuthnName gives what tells the member's passkeys apart from those of others on one machine.
func (u *passkeyUser) WebAuthnName() string { return firstText(u.member.Mail, u.member.Name) }

// WebAuthnDisplayName gives the member's name.
func (u *passkeyUser) WebAuthnDisplayName() string { return u.member.Name }

// WebAuthnCredentials gives the member's passkeys.
func (u *passkeyUser) WebAuthnCredentials() []webauthn.Credential { return u.records }

func firstText(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// relying gives the library set up for this fund's address. A passkey is bound to its host: when the
// fund moves to another, members sign in by mail and add new ones.
func (p *People) relying(ctx context.Context) (*webauthn.WebAuthn, error) {
	base, err := p.BaseURL(ctx)
	if err != nil {
		return nil, err
	}
	at, err := url.Parse(base)
	if err != nil || at.Hostname() == "" {
		return nil, fault.New(fault.Invalid, "The public address of the fund cannot be read; it looks like "+
			"https://fonds.example.org.")
	}
	relying, err := webauthn.New(&webauthn.Config{RPID: at.Hostname(), RPDisplayName: p.app.Name(),
		RPOrigins: []string{at.Scheme + "://" + at.Host}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:      protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired}})
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "Passkeys cannot be used under the address %s.", base)
	}
	return relying, nil
}

// user gives a member with their passkeys, and false when there is none who may come in.
func (p *People) user(ctx context.Context, member string) (*passkeyUser, bool, error) {
	m, found, err := p.office.Member(ctx, member)
	if err != nil || !found || m.Ended != 0 {
		return nil, false, err
	}
	u := &passkeyUser{member: m}
	u.kept, err = p.office.Credentials(ctx, member)
	for _, c := range u.kept {
		var record webauthn.Credential
		if err := json.Unmarshal(c.Data, &record); err != nil {
			return nil, false, err
		}
		u.records = append(u.records, record)
	}
	return u, true, err
}

// ticket keeps the state of a ceremony under a secret that the page brings back.
func (p *People) ticket(ctx context.Context, purpose, member string, state *webauthn.SessionData,
) (string, error) {
	data, err := json.Marshal(state)
	if err != nil {
		return "", err
	}
	token, now := newToken(), p.app.Now()
	return token, p.office.Do(ctx, func(tx *office.Tx) error {
		if err := tx.Sweep(ctx, now.Unix(), now.Add(-2*SessionTime).Unix()); err != nil {
			return err
		}
		return putLink(ctx, tx, token, office.Link{Purpose: purpose, Member: member, Data: data,
			Until: now.Add(ceremonyTime).Unix()})
	})
}

// takeTicket uses a ticket up.
func (p *People) takeTicket(ctx context.Context, purpose, member, token string) (state webauthn.SessionData,
	err error) {
	sum, ok := hash(purpose, token)
	if !ok {
		return state, errPasskey(nil)
	}
	var l office.Link
	var found bool
	err = p.office.Do(ctx, func(tx *office.Tx) error {
		l, found, err = tx.TakeLink(ctx, sum, purpose)
		return err
	})
	if err != nil {
		return state, err
	}
	if !found || p.app.Now().Unix() >= l.Until || l.Member != member {
		return state, errPasskey(nil)
	}
	return state, json.Unmarshal(l.Data, &state)
}

// errPasskey is the one answer to every passkey that lets nobody in; why is for the log.
func errPasskey(why error) error {
	return fault.Wrap(why, fault.Forbidden, "This passkey was not recognised, or it took too long; try again, "+
		"or sign in by mail.")
}

// BeginPasskey begins to add a passkey to the one who is signed in.
func (p *People) BeginPasskey(ctx context.Context, by Actor) (Ceremony, error) {
	relying, err := p.relying(ctx)
	if err != nil {
		return Ceremony{}, err
	}
	u, found, err := p.user(ctx, by.Member)
	if err != nil || !found {
		return Ceremony{}, firstOf(err, errPasskey(nil))
	}
	if len(u.records) >= maxPasskeys {
		return Ceremony{}, fault.New(fault.Conflict, "You have %d passkeys; remove one first.", maxPasskeys)
	}
	options, state, err := relying.BeginRegistration(u,
		webauthn.WithExclusions(webauthn.Credentials(u.records).CredentialDescriptors()))
	if err != nil {
		return Ceremony{}, err
	}
	return p.ceremony(ctx, forAdding, by.Member, options, state)
}

func (p *People) ceremony(ctx context.Context, purpose, member string, options any,
	state *webauthn.SessionData) (c Ceremony, err error) {
	if c.Options, err = json.Marshal(options); err != nil {
		return c, err
	}
	c.Ticket, err = p.ticket(ctx, purpose, member, state)
	return c, err
}

// FinishPasskey adds the passkey that the browser made, under a name that its member chose.
func (p *People) FinishPasskey(ctx context.Context, by Actor, ticket, name string, answer []byte) error {
	state, err := p.takeTicket(ctx, forAdding, by.Member, ticket)
	if err != nil {
		return err
	}
	relying, err := p.relying(ctx)
	if err != nil {
		return err
	}
	u, found, err := p.user(ctx, by.Member)
	if err != nil || !found {
		return firstOf(err, errPasskey(nil))
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return errPasskey(err)
	}
	record, err := relying.CreateCredential(u, state, parsed)
	if err != nil {
		return errPasskey(err)
	}
	data, err := json.Marshal(record)
	if err != nil {
		return err
	}
	return p.office.Do(ctx, func(tx *office.Tx) error {
		return tx.PutCredential(ctx, office.Credential{ID: record.ID, Member: by.Member, Name: shorten(name),
			Data: data, Since: p.app.Now().Unix()})
	})
}

// BeginSignIn begins to sign somebody in by a passkey; who it is, the passkey will say.
func (p *People) BeginSignIn(ctx context.Context, client Client) (Ceremony, error) {
	if err := p.limits.Take(triesOfClient(), client.key(), p.app.Now()); err != nil {
		return Ceremony{}, err
	}
	relying, err := p.relying(ctx)
	if err != nil {
		return Ceremony{}, err
	}
	verified := webauthn.WithUserVerification(protocol.VerificationRequired)
	options, state, err := relying.BeginDiscoverableLogin(verified)
	if err != nil {
		return Ceremony{}, err
	}
	return p.ceremony(ctx, forPasskey, "", options, state)
}

// FinishSignIn lets the member in whose passkey answered, and gives the secret for a cookie; the session of
// old ends. A passkey whose counter went back was copied: it is marked, and lets nobody in any more.
func (p *People) FinishSignIn(ctx context.Context, ticket string, answer []byte, old string, client Client,
) (cookie string, err error) {
	used, err := p.checkPasskey(ctx, ticket, answer)
	if err != nil {
		if fault.CodeOf(err) == fault.Forbidden {
			err = p.failed(ctx, client, err)
		}
		return "", err
	}
	now := p.app.Now().Unix()
	err = p.office.Do(ctx, func(tx *office.Tx) error {
		if used.after.Authenticator.CloneWarning {
			return tx.MarkCloned(ctx, used.after.ID, now)
		}
		data, err := json.Marshal(used.after)
		if err != nil {
			return err
		}
		done, err := tx.UseCredential(ctx, used.after.ID, used.before, data, now)
		if err != nil || !done {
			return err
		}
		cookie, err = p.begin(ctx, tx, used.member, old, client)
		return err
	})
	if err == nil && cookie == "" {
		err = p.failed(ctx, client, errPasskey(errors.New("cloned, used meanwhile, or its member left")))
	}
	return cookie, err
}

// usedPasskey is a passkey that answered rightly.
type usedPasskey struct {
	member string
	before []byte // its record, as it was kept
	after  *webauthn.Credential
}

// checkPasskey checks the answer of a passkey to the question of a ticket.
func (p *People) checkPasskey(ctx context.Context, ticket string, answer []byte) (used usedPasskey,
	err error) {
	state, err := p.takeTicket(ctx, forPasskey, "", ticket)
	if err != nil {
		return used, err
	}
	relying, err := p.relying(ctx)
	if err != nil {
		return used, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return used, errPasskey(err)
	}
	var broken error // of the database, which is not the passkey's fault
	var asked *passkeyUser
	_, used.after, err = relying.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		u, found, err := p.user(ctx, string(handle))
		if err != nil || !found {
			broken = err
			return nil, firstOf(err, errors.New("nobody has this passkey"))
		}
		asked = u
		return u, nil
	}, state, parsed)
	if err != nil || broken != nil {
		return used, firstOf(broken, errPasskey(err))
	}
	used.member = asked.member.ID
	for _, c := range asked.kept {
		if bytes.Equal(c.ID, used.after.ID) {
			used.before = c.Data
		}
	}
	return used, nil
}

// Passkeys gives the passkeys of a member, the oldest first.
func (p *People) Passkeys(ctx context.Context, member string) ([]office.Credential, error) {
	return p.office.Credentials(ctx, member)
}

// DropPasskey takes a passkey of a member away.
func (p *People) DropPasskey(ctx context.Context, member string, id []byte) error {
	return p.office.Do(ctx, func(tx *office.Tx) error { return tx.DropCredential(ctx, member, id) })
}

// CanPasskey says whether passkeys work under the fund's address: browsers want HTTPS, or this machine by the
// name of localhost.
func (p *People) CanPasskey(ctx context.Context) (bool, error) {
	base, err := p.BaseURL(ctx)
	if err != nil {
		return false, err
	}
	at, err := url.Parse(base)
	return err == nil && (strings.EqualFold(at.Scheme, "https") || at.Hostname() == "localhost"), nil
}
