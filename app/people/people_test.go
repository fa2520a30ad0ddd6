// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ecot/app"
	"ecot/fault"
	"ecot/office"
	"ecot/store/engine/enginetest"
)

// hand is a clock that a test moves, whoever looks at it meanwhile.
type hand struct{ seconds atomic.Int64 }

func (h *hand) Now() time.Time        { return time.Unix(h.seconds.Load(), 0).UTC() }
func (h *hand) pass(by time.Duration) { h.seconds.Add(int64(by / time.Second)) }
func newHand() *hand                  { h := &hand{}; h.seconds.Store(1_795_000_000); return h }
func must(t *testing.T, err error)    { t.Helper(); check(t, err == nil, "%v", err) }
func token(url string) string         { return url[strings.LastIndexByte(url, '/')+1:] }
func from(address string) Client      { return Client{Address: netip.MustParseAddr(address), Agent: "test"} }
func roles(names ...string) (r []office.Role) {
	for _, name := range names {
		name, project, _ := strings.Cut(name, ":")
		r = append(r, office.Role{Name: name, Project: project})
	}
	return r
}

func check(t *testing.T, ok bool, format string, args ...any) {
	t.Helper()
	if !ok {
		t.Fatalf(format, args...)
	}
}

// fund is an instance under test, with what was mailed.
type fund struct {
	*People
	app   *app.App
	at    app.Place
	clock *hand

	mu      sync.Mutex
	letters []Letter
}

func (f *fund) mailed() []Letter {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.letters
}

// openFund opens an instance. The second of one place is another machine on the same database.
func openFund(t *testing.T, at app.Place, clock *hand) *fund {
	t.Helper()
	at.Clock = clock.Now
	a, err := app.Open(t.Context(), at)
	must(t, err)
	if !a.Founded() {
		must(t, a.Found(t.Context(), app.Charter{Origin: "test.example.org/journal"}))
	}
	f := &fund{app: a, at: at, clock: clock}
	f.People = New(a, Options{BaseURL: "https://fonds.example.org", Send: func(_ context.Context, l Letter) error {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.letters = append(f.letters, l)
		return nil
	}})
	t.Cleanup(func() {
		f.People.Close()
		must(t, a.Close())
	})
	return f
}

// eachEngine runs fn with a fund on each engine.
func eachEngine(t *testing.T, fn func(t *testing.T, f *fund)) {
	enginetest.Each(t, func(t *testing.T, address string) {
		fn(t, openFund(t, app.Place{Dir: t.TempDir(), Database: address}, newHand()))
	})
}

func (f *fund) invited(t *testing.T, name, mail string, names ...string) Invited {
	t.Helper()
	invited, err := f.Invite(t.Context(), Invitation{Name: name, Mail: mail, Roles: roles(names...)})
	must(t, err)
	return invited
}

// signedIn invites somebody and lets them in.
func (f *fund) signedIn(t *testing.T, name, mail string, names ...string) (Actor, string) {
	t.Helper()
	cookie, err := f.Enter(t.Context(), token(f.invited(t, name, mail, names...).URL), "", from("192.0.2.1"))
	must(t, err)
	return f.known(t, cookie), cookie
}

func (f *fund) known(t *testing.T, cookie string) Actor {
	t.Helper()
	actor, ok, err := f.Who(t.Context(), cookie)
	must(t, err)
	check(t, ok, "the cookie is nobody's")
	return actor
}

func (f *fund) unknown(t *testing.T, what, cookie string) {
	t.Helper()
	actor, ok, err := f.Who(t.Context(), cookie)
	must(t, err)
	check(t, !ok, "%s: the cookie is still %s's", what, actor.Name)
}

func refused(t *testing.T, err error, code fault.Code, words ...string) {
	t.Helper()
	check(t, err != nil && fault.CodeOf(err) == code, "got %v, want a fault %s", err, code)
	for _, word := range words {
		check(t, strings.Contains(fault.PublicOf(err), word), "%q does not say %q", fault.PublicOf(err), word)
	}
}

func TestTheFirstTreasurerComesInWithoutMail(t *testing.T) {
	eachEngine(t, func(t *testing.T, f *fund) {
		invited := f.invited(t, "Odile Maquette", "", Treasurer)
		check(t, invited.Member.Mandate == "treasurer" && !invited.Again, "%+v", invited)
		check(t, strings.HasPrefix(invited.URL, "https://fonds.example.org/sign-in/"), "%s", invited.URL)
		again := f.invited(t, "Odile Maquette", "", Admin)
		check(t, again.Again && again.Member.ID == invited.Member.ID && len(again.Member.Roles) == 2, "%+v", again)
		_, err := f.Enter(t.Context(), token(invited.URL), "", from("192.0.2.1"))
		refused(t, err, fault.Forbidden, "not good")
		must(t, f.Peek(t.Context(), token(again.URL), from("192.0.2.1")))
		f.clock.pass(InviteTime - time.Second)
		cookie, err := f.Enter(t.Context(), token(again.URL), "", from("192.0.2.1"))
		must(t, err)
		odile := f.known(t, cookie)
		check(t, odile.Name == "Odile Maquette" && odile.May(Reconcile) && odile.May(ManageMembers), "%+v", odile)
		refused(t, f.Peek(t.Context(), token(again.URL), from("192.0.2.1")), fault.Forbidden)
	})
}

func TestMandatesAreUnique(t *testing.T) {
	eachEngine(t, func(t *testing.T, f *fund) {
		for want, name := range map[string]string{"approver": "Firmin Exemple", "": "Aïcha Témoin"} {
			role := map[string]string{"approver": Approver, "": Auditor}[want]
			got := f.invited(t, name, "", role).Member.Mandate
			check(t, got == want, "%s has the mandate %q", name, got)
		}
		second := f.invited(t, "Zoé", "zoe@example.org", Approver).Member
		check(t, second.Mandate == "approver-2", "the second approver has %q", second.Mandate)
		_, err := f.Invite(t.Context(), Invitation{Name: "Max", Mandate: "approver-2", Roles: roles(Approver)})
		refused(t, err, fault.Conflict, "approver-2")
		must(t, f.End(t.Context(), Operator(), second.ID))
		got, err := f.Invite(t.Context(), Invitation{Name: "Max", Mandate: "approver-2", Roles: roles(Approver)})
		must(t, err)
		check(t, got.Member.Mandate == "approver-2", "%+v", got)
	})
}

func TestInvitationsThatAreRefused(t *testing.T) {
	f := openFund(t, app.Place{Dir: t.TempDir()}, newHand())
	for what, inv := range map[string]Invitation{
		"name":           {Roles: roles(Treasurer)},
		"one line":       {Name: "a\nb", Roles: roles(Treasurer)},
		"at most":        {Name: strings.Repeat("x", 201), Roles: roles(Treasurer)},
		"no mail":        {Name: "A", Mail: "a@b, c@d", Roles: roles(Treasurer)},
		"no role":        {Name: "A", Roles: roles("king")},
		"has a role":     {Name: "A"},
		"one of a":       {Name: "A", Roles: roles(Maintainer)},
		"whole fund":     {Name: "A", Roles: roles("treasurer:lanterne")},
		"no mandate":     {Name: "A", Mandate: "a b", Roles: roles(Treasurer)},
		"language is fr": {Name: "A", Lang: "de", Roles: roles(Treasurer)},
	} {
		_, err := f.Invite(t.Context(), inv)
		refused(t, err, fault.Invalid, what)
	}
	members, err := f.Members(t.Context())
	check(t, err == nil && len(members) == 0, "%v, %v", members, err)
}

// TestManagersCannotComeInAsOthers tries what somebody who manages members could do to sign twice.
func TestManagersCannotComeInAsOthers(t *testing.T) {
	eachEngine(t, func(t *testing.T, f *fund) {
		admin, _ := f.signedIn(t, "Ada", "ada@example.org", Admin)
		odile, _ := f.signedIn(t, "Odile", "", Treasurer)
		_, err := f.InviteByMail(t.Context(), odile, Invitation{Name: "X", Mail: "x@example.org", Roles: roles(Approver)})
		refused(t, err, fault.Forbidden)
		m, err := f.InviteByMail(t.Context(), admin, Invitation{Name: "Odile", Mail: "mine@example.org",
			Roles: roles(Auditor)})
		must(t, err)
		check(t, m.ID != odile.Member, "an address was given to a member who had none")
		mailed := f.mailed()
		check(t, len(mailed) == 1 && mailed[0].Mail == "mine@example.org" && mailed[0].Invitation, "%+v", mailed)
		_, err = f.InviteByMail(t.Context(), admin, Invitation{Name: "Ada", Mail: "ADA@example.org", Roles: roles(Treasurer)})
		refused(t, err, fault.Forbidden, "own roles")
		refused(t, f.SetRoles(t.Context(), admin, admin.Member, roles(Treasurer)), fault.Forbidden, "own roles")
		refused(t, f.End(t.Context(), admin, admin.Member), fault.Forbidden, "own roles")
		refused(t, f.End(t.Context(), admin, "nobody"), fault.NotFound)
		refused(t, f.End(t.Context(), odile, admin.Member), fault.Forbidden)
	})
}

func TestRolesChangeWithTheNextRequest(t *testing.T) {
	eachEngine(t, func(t *testing.T, f *fund) {
		odile, cookie := f.signedIn(t, "Odile", "", Treasurer)
		must(t, f.SetRoles(t.Context(), Operator(), odile.Member, roles("maintainer:tamis")))
		now := f.known(t, cookie)
		check(t, !now.May(Reconcile) && !now.May(EditProjects), "%+v", now)
		must(t, AllowedIn(now, EditProjects, "tamis"))
		refused(t, f.SetRoles(t.Context(), Operator(), odile.Member, roles("king")), fault.Invalid)
		must(t, f.End(t.Context(), Operator(), odile.Member))
		f.unknown(t, "a member who left", cookie)
	})
}

func TestOnlyOneOfManyComesInByALink(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		at, clock := app.Place{Dir: t.TempDir(), Database: address}, newHand()
		machines := []*fund{openFund(t, at, clock), openFund(t, at, clock)}
		for round := range 5 {
			link := token(machines[0].invited(t, "Odile", "", Treasurer).URL)
			var in atomic.Int64
			var all sync.WaitGroup
			for i := range 24 {
				all.Go(func() {
					client := from(fmt.Sprintf("192.0.%d.%d", round, i+1))
					cookie, err := machines[i%2].Enter(t.Context(), link, "", client)
					if err == nil && cookie != "" {
						in.Add(1)
					} else if fault.CodeOf(err) != fault.Forbidden {
						t.Error(err)
					}
				})
			}
			all.Wait()
			check(t, in.Load() == 1, "%d came in by one link", in.Load())
		}
	})
}

func TestLinksAreMailedToMembersOnlyAndNobodyCanTell(t *testing.T) {
	eachEngine(t, func(t *testing.T, f *fund) {
		f.invited(t, "Odile", "Odile@Example.org", Treasurer)
		left := f.invited(t, "Zoé", "zoe@example.org", Auditor).Member
		must(t, f.End(t.Context(), Operator(), left.ID))
		addresses := []string{" ODILE@example.org", "nobody@example.org", "zoe@example.org"}
		for i, address := range addresses { // each from elsewhere, so that no limit tells them apart either
			must(t, f.AskLink(t.Context(), address, from(fmt.Sprintf("192.0.2.%d", i+1))))
		}
		f.People.Close()
		mailed := f.mailed()
		check(t, len(mailed) == 1 && mailed[0].Mail == "odile@example.org", "%+v", mailed)
		cookie, err := f.Enter(t.Context(), token(mailed[0].URL), "", from("192.0.2.9"))
		must(t, err)
		check(t, f.known(t, cookie).Name == "Odile", "somebody else came in")
		refused(t, f.AskLink(t.Context(), "Odile <odile@example.org>", from("192.0.2.9")), fault.Invalid)
	})
}

// TestAskingDoesNotWaitForTheMail asks while the mail server hangs: the answer is there for everybody, so
// that its time tells nothing.
func TestAskingDoesNotWaitForTheMail(t *testing.T) {
	f := openFund(t, app.Place{Dir: t.TempDir()}, newHand())
	hang := make(chan struct{})
	slow := New(f.app, Options{Send: func(context.Context, Letter) error { <-hang; return nil }})
	f.invited(t, "Odile", "odile@example.org", Treasurer)
	for i, address := range []string{"odile@example.org", "nobody@example.org", "odile@example.org"} {
		must(t, slow.AskLink(t.Context(), address, from(fmt.Sprintf("192.0.2.%d", i+1))))
	}
	close(hang)
	slow.Close()
	none := New(f.app, Options{})
	defer none.Close()
	refused(t, none.AskLink(t.Context(), "odile@example.org", from("192.0.2.1")), fault.Unavailable, "cannot send mail")
}

func TestLinksEndInTime(t *testing.T) {
	eachEngine(t, func(t *testing.T, f *fund) {
		f.invited(t, "Odile", "odile@example.org", Treasurer)
		for i, late := range []time.Duration{-time.Second, 0, time.Hour} {
			must(t, f.AskLink(t.Context(), "odile@example.org", from("192.0.2.1")))
			for len(f.mailed()) <= i {
				time.Sleep(time.Millisecond)
			}
			f.clock.pass(LinkTime + late)
			_, err := f.Enter(t.Context(), token(f.mailed()[i].URL), "", from("192.0.2.1"))
			check(t, (err == nil) == (late < 0), "%s after its time: %v", late, err)
		}
	})
}

func TestSessionsEndInTime(t *testing.T) {
	eachEngine(t, func(t *testing.T, f *fund) {
		_, idle := f.signedIn(t, "Odile", "", Treasurer)
		f.clock.pass(IdleTime - time.Second)
		f.known(t, idle) // which is noted
		f.clock.pass(IdleTime - time.Second)
		f.known(t, idle)
		f.clock.pass(IdleTime)
		f.unknown(t, "an idle session", idle)
		_, busy := f.signedIn(t, "Odile", "", Treasurer)
		for range SessionTime/time.Hour - 1 {
			f.clock.pass(time.Hour)
			f.known(t, busy)
		}
		f.clock.pass(time.Hour)
		f.unknown(t, "a session of half a day", busy)
	})
}

func TestNobodyCanPlantASession(t *testing.T) {
	eachEngine(t, func(t *testing.T, f *fund) {
		planted := newToken() // a cookie that the server never gave
		link := token(f.invited(t, "Odile", "", Treasurer).URL)
		first, err := f.Enter(t.Context(), link, planted, from("192.0.2.1"))
		must(t, err)
		check(t, first != planted, "a planted cookie was taken over")
		f.unknown(t, "planted", planted)
		// Somebody else's real session, planted into the browser, ends and is not continued.
		_, theirs := f.signedIn(t, "Mallory", "", Auditor)
		link = token(f.invited(t, "Odile", "", Treasurer).URL)
		second, err := f.Enter(t.Context(), link, theirs, from("192.0.2.1"))
		must(t, err)
		check(t, f.known(t, second).Name == "Odile" && second != theirs, "the session goes on")
		f.unknown(t, "of old", theirs)
		f.known(t, first)
	})
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	eachEngine(t, func(t *testing.T, f *fund) {
		odile, first := f.signedIn(t, "Odile", "odile@example.org", Treasurer)
		f.clock.pass(time.Minute)
		_, second := f.signedIn(t, "Odile", "odile@example.org", Treasurer)
		_, third := f.signedIn(t, "Odile", "odile@example.org", Treasurer)
		sessions, err := f.Sessions(t.Context(), odile.Member)
		check(t, err == nil && len(sessions) == 3 && sessions[2].Agent == "test", "%+v, %v", sessions, err)
		must(t, f.EndSession(t.Context(), "somebody else", sessions[2].ID))
		f.known(t, first)
		must(t, f.EndSession(t.Context(), odile.Member, sessions[2].ID))
		f.unknown(t, "ended", first)
		must(t, f.SignOut(t.Context(), second))
		f.unknown(t, "signed out", second)
		f.known(t, third)
		link := token(f.invited(t, "Odile", "odile@example.org", Treasurer).URL)
		must(t, f.SignOutEverywhere(t.Context(), odile.Member))
		f.unknown(t, "signed out everywhere", third)
		_, err = f.Enter(t.Context(), link, "", from("192.0.2.1"))
		refused(t, err, fault.Forbidden)
	})
}

func TestNoSecretIsGoodForAnythingElse(t *testing.T) {
	eachEngine(t, func(t *testing.T, f *fund) {
		_, cookie := f.signedIn(t, "Odile", "", Treasurer)
		link := token(f.invited(t, "Odile", "", Treasurer).URL)
		f.unknown(t, "a link as a cookie", link)
		for i, wrong := range []string{cookie, "", "x", link[:42], link + "A", strings.ToUpper(link), newToken()} {
			_, err := f.Enter(t.Context(), wrong, "", from(fmt.Sprintf("192.0.2.%d", i+1)))
			refused(t, err, fault.Forbidden, "not good")
		}
		for i := range link { // each character counts
			changed := []byte(link)
			changed[i] ^= 1
			_, err := f.Enter(t.Context(), string(changed), "", from(fmt.Sprintf("198.51.100.%d", i+1)))
			refused(t, err, fault.Forbidden)
		}
		// What a thief reads in the database is a hash, and lets nobody in.
		sum, _ := hash(forInvite, link)
		_, found, err := f.office.Link(t.Context(), sum, forInvite)
		check(t, err == nil && found, "the link is not kept as its hash: %v", err)
		_, err = f.Enter(t.Context(), encode(sum), "", from("203.0.113.1"))
		refused(t, err, fault.Forbidden)
		_, err = f.Enter(t.Context(), link, "", from("203.0.113.1"))
		must(t, err)
	})
}
