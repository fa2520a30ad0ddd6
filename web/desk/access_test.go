// SPDX-License-Identifier: AGPL-3.0-or-later

package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ecot/app/people"
	"ecot/office"
)

// address fills the places of a route: the member named, and a group of settings.
func address(path, member string) string {
	return strings.NewReplacer("{member}", member, "{group}", "body", "{index}", "1", "{digest}",
		strings.Repeat("0", 64)).Replace(path)
}

// Every role and every address of the back office: who has the right gets in, the others are refused
// with the reason, whoever is not signed in is sent to sign in or refused. Nobody is let in by chance: the
// table is that of people, and the addresses are all that there are.
func TestAccessTable(t *testing.T) {
	pl := openPlace(t, false)
	subject := pl.member(t, "Subject", "auditor")
	who, _, err := pl.people.Who(t.Context(), subject.cookie())
	must(t, err)
	cells := 0
	for _, grant := range people.Grants() {
		role := grant.Role
		if role == people.Maintainer {
			role += ":lanterne"
		}
		for _, r := range pl.door.routes() {
			if r.path == "/sign-out" || strings.HasSuffix(r.path, "/everywhere") {
				continue // they end the session that the table is tried with
			}
			v := pl.member(t, "Role"+grant.Role, role)
			may := r.right == "" || slices.Contains(grant.Rights, r.right) && grant.Role != people.Maintainer
			got := v.do(r.method, address(r.path, who.Member), form(r.method))
			refused := got.StatusCode == http.StatusForbidden && strings.Contains(got.body, "may have one of these")
			if refused == may {
				t.Errorf("%s, %s %s: %d, and the table says %v", role, r.method, r.path, got.StatusCode, may)
			}
			if got.StatusCode >= 500 {
				t.Errorf("%s, %s %s: %d", role, r.method, r.path, got.StatusCode)
			}
			cells++
		}
	}
	for _, r := range pl.door.routes() {
		status := http.StatusSeeOther
		if r.method == http.MethodPost {
			status = http.StatusForbidden
		}
		want(t, pl.visitor(t).do(r.method, address(r.path, who.Member), form(r.method)), status)
		cells++
	}
	t.Logf("%d cells", cells)
}

func form(method string) url.Values {
	if method == http.MethodPost {
		return url.Values{}
	}
	return nil
}

// A member who left may do nothing any more, from their next click on.
func TestWhoLeftIsOut(t *testing.T) {
	pl := openPlace(t, false)
	admin, v := pl.member(t, "Ada", "admin"), pl.member(t, "Odile", "treasurer")
	who, _, err := pl.people.Who(t.Context(), v.cookie())
	must(t, err)
	path := membersPage + "/" + who.Member
	want(t, admin.get(path+"/end"), http.StatusOK)
	want(t, v.post(path+"/end", nil), http.StatusForbidden)
	want(t, admin.post(path, url.Values{"role": {"auditor"}}), http.StatusSeeOther)
	want(t, v.get(settingsPage+"/body"), http.StatusForbidden)
	want(t, v.get("/desk"), http.StatusOK)
	want(t, admin.post(path+"/end", nil), http.StatusSeeOther)
	want(t, v.get("/desk"), http.StatusSeeOther)
	want(t, admin.get(path), http.StatusNotFound)
}

// Somebody is invited by mail: the one who invites does not see the link, and cannot change their own roles.
func TestInvitingByMail(t *testing.T) {
	pl := openPlace(t, false)
	admin := pl.member(t, "Ada", "admin")
	form := url.Values{"name": {"Firmin"}, "mail": {"firmin@example.org"}, "role": {"approver"}, "lang": {"fr"},
		"projects": {"lanterne, tamis"}}
	got := want(t, admin.post(membersPage+"/invite", form), http.StatusSeeOther)
	letters := pl.mailed()
	if len(letters) != 1 || letters[0].Mail != "firmin@example.org" || !letters[0].Invitation {
		t.Fatalf("mailed: %v", letters)
	}
	if strings.Contains(got.body, letters[0].URL) {
		t.Error("the one who invites sees the link")
	}
	want(t, pl.visitor(t).post(pl.link(t, 0), nil), http.StatusSeeOther)
	m, found, err := pl.app.Office().MemberOfMail(t.Context(), "firmin@example.org")
	must(t, err)
	roles := []office.Role{{Name: "approver"}, {Name: "maintainer", Project: "lanterne"},
		{Name: "maintainer", Project: "tamis"}}
	if !found || !slices.Equal(m.Roles, roles) || m.Mandate != "approver" {
		t.Errorf("%+v", m)
	}
	for _, wrong := range []url.Values{{}, {"name": {"X"}, "mail": {"x@example.org"}},
		{"name": {"X"}, "mail": {"x"}, "role": {"editor"}}, {"name": {"X"}, "mail": {"ada@example.org"}, "role": {"treasurer"}},
		{"name": {"X"}, "mail": {"x@example.org"}, "projects": {"Not A Slug"}}} {
		got := admin.post(membersPage+"/invite", wrong)
		if got.StatusCode != http.StatusBadRequest && got.StatusCode != http.StatusForbidden {
			t.Errorf("%v: %d", wrong, got.StatusCode)
		}
	}
	ada, _, err := pl.app.Office().MemberOfMail(t.Context(), "ada@example.org")
	must(t, err)
	if len(ada.Roles) != 1 {
		t.Errorf("Ada has given herself %v", ada.Roles)
	}
}

// Every answer of the back office carries the guarding headers and is kept nowhere.
func TestHeaders(t *testing.T) {
	pl := openPlace(t, false)
	v := pl.member(t, "Odile", "treasurer", "admin")
	paths := []string{"/sign-in", "/sign-in/sent", "/sign-in/wrong", "/desk/nowhere"}
	for _, r := range pl.door.routes() {
		if r.method == http.MethodGet {
			paths = append(paths, address(r.path, "nobody"))
		}
	}
	for _, path := range paths {
		got := v.get(path)
		for name, value := range map[string]string{
			"Cache-Control": "no-store", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
			"Content-Security-Policy": "default-src 'self'; script-src 'self'; object-src 'none'; connect-src 'none'; " +
				"base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
		} {
			if got.Header.Get(name) != value {
				t.Errorf("%s: %s is %q", path, name, got.Header.Get(name))
			}
		}
		for _, inline := range []string{"<style", " style=", " onclick=", "javascript:", "<script>"} {
			if strings.Contains(got.body, inline) {
				t.Errorf("%s has %s", path, inline)
			}
		}
	}
}
