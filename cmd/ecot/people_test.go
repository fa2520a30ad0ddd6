// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestInviteAndMembers(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	_, errOut, status := fed(t, "", "invite", "Odile Maquette", "treasurer", "--data", data)
	if status != 1 || !strings.Contains(errOut, "ecot init") {
		t.Fatalf("without a journal: %d %s", status, errOut)
	}
	if _, errOut, status = fed(t, "", "init", "--data", data); status != 0 {
		t.Fatal(errOut)
	}
	_, errOut, status = fed(t, "", "members", "--data", data)
	if status != 1 || !strings.Contains(errOut, "ecot invite") {
		t.Errorf("no members: %d %s", status, errOut)
	}
	out, errOut, status := fed(t, "", "invite", "Odile Maquette", "treasurer,admin", "--data", data)
	link := regexp.MustCompile(`(?m)^http://localhost:8080/sign-in/[\w-]{43}$`)
	if status != 0 || !link.MatchString(out) || !strings.Contains(out, "treasurer") {
		t.Fatalf("invite: %d %q%s", status, out, errOut)
	}
	out, _, _ = fed(t, "", "invite", "Firmin", "approver", "--mandate", "president", "--mail", "F@example.org",
		"--base-url", "https://fonds.example.org/", "--data", data)
	if !strings.Contains(out, "\nhttps://fonds.example.org/sign-in/") {
		t.Errorf("with an address: %q", out)
	}
	if _, errOut, status = fed(t, "", "invite", "X", "king", "--data", data); status != 1 ||
		!strings.Contains(errOut, "there are treasurer, approver") {
		t.Errorf("a king: %d %s", status, errOut)
	}
	var list struct{ Members []memberJSON }
	members := func(args ...string) {
		out, errOut, status := fed(t, "", append([]string{"members", "--json", "--data", data}, args...)...)
		list.Members = nil
		if err := json.Unmarshal([]byte(out), &list); err != nil || status != 0 || len(list.Members) != 2 {
			t.Fatalf("members: %d %v %s%s", status, err, out, errOut)
		}
	}
	members()
	firmin := list.Members[0]
	if firmin.Name != "Firmin" {
		firmin = list.Members[1]
	}
	if firmin.Mandate != "president" || firmin.Mail != "f@example.org" || firmin.Ended != "" {
		t.Errorf("%+v", firmin)
	}
	members("--end", firmin.ID)
	if list.Members[0].Ended+list.Members[1].Ended == "" {
		t.Errorf("nobody left: %+v", list)
	}
	out, _, status = fed(t, "", "members", "--data", data)
	if status != 0 || !strings.Contains(out, "Odile Maquette  treasurer  admin,treasurer") {
		t.Errorf("members: %d %s", status, out)
	}
	if out, _, _ = fed(t, "", "members", "--roles"); !strings.Contains(out, "edit-news") {
		t.Errorf("roles: %s", out)
	}
	_, errOut, status = fed(t, "", "erase", "f@example.org", "--data", data)
	if status != 0 {
		t.Errorf("erase: %d %s", status, errOut)
	}
	text, err := os.ReadFile(filepath.Join(data, "office.db"))
	if err != nil || strings.Contains(string(text), "f@example.org") || !strings.Contains(string(text), "Odile") {
		t.Errorf("the member is still in the file, or the other is not: %v", err)
	}
}
