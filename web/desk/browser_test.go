// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"ecot/app/people"
	"ecot/app/till"
	"ecot/locale"
	"ecot/office"
	"ecot/web/page/pagetest"
)

// furnish fills a fund with something of everything that the pages show, and gives who is there to see it.
func furnish(t *testing.T, pl *place) *visitor {
	t.Helper()
	v := pl.member(t, "Odile", "treasurer", "admin")
	pl.member(t, "Firmin", "approver", "maintainer:lanterne")
	for group, values := range said() {
		want(t, v.post(settingsPage+"/"+group, values), http.StatusSeeOther)
	}
	who, _, err := pl.people.Who(t.Context(), v.cookie())
	must(t, err)
	must(t, pl.setup.General(t.Context(), people.Operator(), "general", "General fund"))
	for i, how := range till.Hows() {
		g := till.Gift{Form: string(how), How: how, Amount: 12_00, Day: pl.door.options.Till.Today(), Pot: "general",
			Name: "Nour Modèle", Kind: "person", Cheque: "0001", Bank: "Banque", Place: "Marché"}
		index, err := pl.door.options.Till.Enter(t.Context(), who, g)
		must(t, err)
		if i == 1 {
			must(t, pl.door.options.Till.Deposit(t.Context(), who, "R-1", []int64{index}))
		}
	}
	must(t, pl.app.Office().Do(t.Context(), func(tx *office.Tx) error {
		return tx.PutCredential(t.Context(), office.Credential{ID: []byte("key"), Member: who.Member,
			Name: "clé bleue", Data: []byte(`{}`), Since: 1})
	}))
	return v
}

// carry puts a session into the browser.
func carry(t *testing.T, ctx context.Context, pl *place, cookie string) {
	t.Helper()
	must(t, chromedp.Do(ctx, chromedp.Navigate(pl.server.URL+"/sign-in")))
	set := network.SetCookieParams{Name: people.CookieName(false), Value: cookie, URL: pl.server.URL}
	if _, err := chromedp.Call(ctx, network.SetCookie, set); err != nil {
		t.Fatal(err)
	}
}

// Every page of the back office holds in a real browser, in every look.
func TestDeskInABrowser(t *testing.T) {
	ctx := pagetest.Browser(t)
	pl := openPlace(t, false)
	v := furnish(t, pl)
	carry(t, ctx, pl, v.cookie())
	firmin, _, err := pl.app.Office().MemberOfMail(t.Context(), "firmin@example.org")
	must(t, err)
	var pages []pagetest.Page
	for name, path := range map[string]string{
		"sign-in": "/sign-in", "sent": "/sign-in/sent", "shut": "/sign-in/wrong",
		"open": pl.invite(t, "Ada", "admin"), "queue": "/desk", "me": "/desk/me", "members": membersPage,
		"invite": membersPage + "/invite", "member": membersPage + "/" + firmin.ID,
		"end": membersPage + "/" + firmin.ID + "/end", "settings": settingsPage, "body": settingsPage + "/body",
		"legal": settingsPage + "/legal", "account": settingsPage + "/account", "appeal": settingsPage + "/appeal",
		"amounts": settingsPage + "/amounts", "fees": settingsPage + "/fees", "pot": settingsPage + "/pot",
		"mail": settingsPage + "/mail", "publish": settingsPage + "/publish", "hand": handPage,
		"hand-new": handPage + "/new", "nowhere": "/desk/nowhere",
	} {
		if name == "open" || name == "shut" {
			continue // each look would be one attempt more: the same page as the others of its kind
		}
		pages = append(pages, pagetest.Page{Name: "desk-" + name, Address: pl.server.URL + path})
	}
	pagetest.Try(t, ctx, pages)
}

// With a real authenticator: a member adds a passkey, signs out, and signs in by it alone.
func TestPasskeyInABrowser(t *testing.T) {
	ctx := pagetest.Browser(t)
	pl := openPlace(t, false)
	v := pl.member(t, "Odile", "treasurer")
	local := strings.Replace(pl.server.URL, "127.0.0.1", "localhost", 1)
	set := network.SetCookieParams{Name: people.CookieName(false), Value: v.cookie(), URL: local}
	must(t, chromedp.Do(ctx, chromedp.Navigate(local+"/sign-in")))
	if _, err := chromedp.Call(ctx, network.SetCookie, set); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	authenticator := webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}}
	if _, err := chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, authenticator); err != nil {
		t.Fatal(err)
	}
	look := pagetest.Look{Lang: locale.English, Width: 1280}
	must(t, pagetest.Show(ctx, look, local+"/desk/me"))
	must(t, chromedp.Do(ctx,
		chromedp.Click(`form[action^="/desk/me/passkey"] button`), chromedp.WaitVisible(`form[data-passkey=create]`),
		chromedp.SendKeys(`#name`, "blue key"), chromedp.Click(`form[data-passkey] button`),
		chromedp.WaitVisible(`form[action^="/desk/me/passkey/drop"]`),
		chromedp.Click(`form[action^="/sign-out"] button`), chromedp.WaitVisible(`form[action^="/sign-in/passkey"]`),
		chromedp.Click(`form[action^="/sign-in/passkey"] button`), chromedp.WaitVisible(`form[data-passkey=get]`),
		chromedp.Click(`form[data-passkey] button`), chromedp.WaitVisible(`ol.queue`),
	))
}
