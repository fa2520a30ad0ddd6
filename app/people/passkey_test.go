// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"ecot/app"
	"ecot/fault"
	"ecot/office"
)

// key is a browser's authenticator with one passkey.
type key struct {
	virtualwebauthn.Authenticator
	credential virtualwebauthn.Credential
	party      virtualwebauthn.RelyingParty
}

// wholeKey is the length of a public key on P-256 as COSE writes it (RFC 9053, section 7.1.1).
const wholeKey = 77

func newKey(member string) *key {
	credential := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	for len(credential.Key.AttestationData()) != wholeKey { // one in 128 has a coordinate without its zeros
		credential = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	}
	return &key{virtualwebauthn.NewAuthenticatorWithOptions(
		virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(member)}), credential,
		virtualwebauthn.RelyingParty{ID: "fonds.example.org", Name: "Écot", Origin: "https://fonds.example.org"}}
}

// make answers the question of a ceremony that adds a passkey.
func (k *key) make(t *testing.T, c Ceremony) []byte {
	t.Helper()
	options, err := virtualwebauthn.ParseAttestationOptions(string(c.Options))
	must(t, err)
	return []byte(virtualwebauthn.CreateAttestationResponse(k.party, k.Authenticator, k.credential, *options))
}

// answer answers the question of one that signs in.
func (k *key) answer(t *testing.T, c Ceremony) []byte {
	t.Helper()
	options, err := virtualwebauthn.ParseAssertionOptions(string(c.Options))
	must(t, err)
	return []byte(virtualwebauthn.CreateAssertionResponse(k.party, k.Authenticator, k.credential, *options))
}

// added adds a passkey to a member.
func (f *fund) added(t *testing.T, by Actor) *key {
	t.Helper()
	k := newKey(by.Member)
	c, err := f.BeginPasskey(t.Context(), by)
	must(t, err)
	must(t, f.FinishPasskey(t.Context(), by, c.Ticket, "clé bleue", k.make(t, c)))
	return k
}

func (f *fund) asks(t *testing.T, from Client) Ceremony {
	t.Helper()
	c, err := f.BeginSignIn(t.Context(), from)
	must(t, err)
	return c
}

func TestAPasskeyLetsItsMemberIn(t *testing.T) {
	eachEngine(t, func(t *testing.T, f *fund) {
		odile, old := f.signedIn(t, "Odile", "odile@example.org", Treasurer)
		k, here := f.added(t, odile), from("192.0.2.7")
		for range 3 {
			k.credential.Counter++
			c := f.asks(t, here)
			answer := k.answer(t, c)
			cookie, err := f.FinishSignIn(t.Context(), c.Ticket, answer, old, here)
			must(t, err)
			check(t, f.known(t, cookie).Member == odile.Member && cookie != old, "somebody else came in")
			f.unknown(t, "of old", old)
			_, err = f.FinishSignIn(t.Context(), c.Ticket, answer, "", here)
			refused(t, err, fault.Forbidden, "not recognised")
			old = cookie
		}
		list, err := f.Passkeys(t.Context(), odile.Member)
		must(t, err)
		check(t, len(list) == 1 && list[0].Name == "clé bleue" && list[0].Used == f.clock.Now().Unix(), "%+v", list)
		must(t, f.DropPasskey(t.Context(), "somebody else", list[0].ID))
		k.credential.Counter++
		c := f.asks(t, here)
		_, err = f.FinishSignIn(t.Context(), c.Ticket, k.answer(t, c), "", here)
		must(t, err)
		must(t, f.DropPasskey(t.Context(), odile.Member, list[0].ID))
		c = f.asks(t, here)
		_, err = f.FinishSignIn(t.Context(), c.Ticket, k.answer(t, c), "", here)
		refused(t, err, fault.Forbidden)
	})
}

func TestACopiedPasskeyLetsNobodyIn(t *testing.T) {
	eachEngine(t, func(t *testing.T, f *fund) {
		odile, _ := f.signedIn(t, "Odile", "", Treasurer)
		k, here := f.added(t, odile), from("192.0.2.7")
		for _, step := range []struct {
			counter uint32
			in      bool
		}{{5, true}, {5, false}, {6, false}, {90, false}} { // once copied, for ever
			k.credential.Counter = step.counter
			c := f.asks(t, here)
			_, err := f.FinishSignIn(t.Context(), c.Ticket, k.answer(t, c), "", here)
			check(t, (err == nil) == step.in, "with the counter at %d: %v", step.counter, err)
		}
		list, err := f.Passkeys(t.Context(), odile.Member)
		check(t, err == nil && list[0].Cloned != 0, "the member is not told: %+v, %v", list, err)
	})
}

func TestAnswersThatAreNotTheMembers(t *testing.T) {
	f := openFund(t, app.Place{Dir: t.TempDir()}, newHand())
	odile, _ := f.signedIn(t, "Odile", "", Treasurer)
	mallory, _ := f.signedIn(t, "Mallory", "", Auditor)
	k, here := f.added(t, odile), from("192.0.2.7")
	theirs := f.added(t, mallory)
	for what, change := range map[string]func(k *key){
		"another site":        func(k *key) { k.party.Origin = "https://fonds.example.com" },
		"another party":       func(k *key) { k.party.ID = "example.org" },
		"nobody there":        func(k *key) { k.Options.UserNotPresent = true },
		"nobody verified":     func(k *key) { k.Options.UserNotVerified = true },
		"another's handle":    func(k *key) { k.Options.UserHandle = []byte(mallory.Member) },
		"nobody's handle":     func(k *key) { k.Options.UserHandle = []byte("nobody") },
		"no handle":           func(k *key) { k.Options.UserHandle = nil },
		"another's signature": func(k *key) { k.credential.Key = theirs.credential.Key },
	} {
		changed := *k
		changed.credential.Counter++
		change(&changed)
		c := f.asks(t, from("192.0.2.7"))
		_, err := f.FinishSignIn(t.Context(), c.Ticket, changed.answer(t, c), "", here)
		if fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("%s: %v", what, err)
		}
	}
	c, other := f.asks(t, here), f.asks(t, here)
	_, err := f.FinishSignIn(t.Context(), c.Ticket, k.answer(t, other), "", here)
	refused(t, err, fault.Forbidden) // the answer to another question
	_, err = f.FinishSignIn(t.Context(), other.Ticket, []byte("{"), "", here)
	refused(t, err, fault.Forbidden)
	late := f.asks(t, here)
	f.clock.pass(ceremonyTime)
	_, err = f.FinishSignIn(t.Context(), late.Ticket, k.answer(t, late), "", here)
	refused(t, err, fault.Forbidden)
	must(t, f.End(t.Context(), Operator(), odile.Member))
	c = f.asks(t, here)
	_, err = f.FinishSignIn(t.Context(), c.Ticket, k.answer(t, c), "", here)
	refused(t, err, fault.Forbidden) // a member who left
}

func TestAddingIsTheMembersOwn(t *testing.T) {
	f := openFund(t, app.Place{Dir: t.TempDir()}, newHand())
	odile, _ := f.signedIn(t, "Odile", "", Treasurer)
	mallory, _ := f.signedIn(t, "Mallory", "", Auditor)
	k := newKey(odile.Member)
	c, err := f.BeginPasskey(t.Context(), odile)
	must(t, err)
	refused(t, f.FinishPasskey(t.Context(), mallory, c.Ticket, "x", k.make(t, c)), fault.Forbidden)
	refused(t, f.FinishPasskey(t.Context(), odile, c.Ticket, "x", k.make(t, c)), fault.Forbidden) // used up
	_, err = f.BeginPasskey(t.Context(), Actor{})
	refused(t, err, fault.Forbidden)
	for range maxPasskeys {
		f.added(t, odile)
	}
	_, err = f.BeginPasskey(t.Context(), odile)
	refused(t, err, fault.Conflict, "10 passkeys")
	ok, err := f.CanPasskey(t.Context())
	check(t, err == nil && ok, "%v", err)
}

func TestOneAnswerLetsOneIn(t *testing.T) {
	eachEngine(t, func(t *testing.T, f *fund) {
		odile, _ := f.signedIn(t, "Odile", "", Treasurer)
		k := f.added(t, odile)
		k.credential.Counter++
		one, other := f.asks(t, from("192.0.2.7")), f.asks(t, from("192.0.2.7"))
		answers := [][]byte{k.answer(t, one), k.answer(t, other)}
		var in atomic.Int64
		var all sync.WaitGroup
		for i := range 12 { // two questions, answered with one counter, each many times at once
			all.Go(func() {
				c, answer := []Ceremony{one, other}[i%2], answers[i%2]
				if _, err := f.FinishSignIn(t.Context(), c.Ticket, answer, "", from("192.0.2.7")); err == nil {
					in.Add(1)
				}
			})
		}
		all.Wait()
		check(t, in.Load() == 1, "%d came in", in.Load())
	})
}

func TestABrowsersNameIsShortened(t *testing.T) {
	f := openFund(t, app.Place{Dir: t.TempDir()}, newHand())
	agent := string(make([]byte, 10)) + "\xff" + string(append(make([]rune, 0), []rune("éééééééééé")...))
	for len(agent) < 1000 {
		agent += agent
	}
	link := token(f.invited(t, "Odile", "", Treasurer).URL)
	cookie, err := f.Enter(t.Context(), link, "", Client{Address: from("192.0.2.1").Address, Agent: agent})
	must(t, err)
	sessions, err := f.Sessions(t.Context(), f.known(t, cookie).Member)
	check(t, err == nil && len(sessions) == 1 && len(sessions[0].Agent) <= maxAgent && sessions[0].Agent != "",
		"%+v, %v", sessions, err)
	check(t, time.Unix(sessions[0].Since, 0).Equal(f.clock.Now()), "%+v", sessions)
	check(t, CookieName(true) == "__Host-ecot" && CookieName(false) == "ecot", "the names of the cookie")
	var none []office.Session
	none, err = f.Sessions(t.Context(), "nobody")
	check(t, err == nil && len(none) == 0, "%v %v", none, err)
}
