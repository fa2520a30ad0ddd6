// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ecot/app"
	"ecot/app/gifts"
	"ecot/app/profile"
	"ecot/clock"
	"ecot/journal"
	"ecot/mail/mailtest"
	"ecot/mechanism/giving"
	"ecot/office"
)

// thankful makes a fund in which Léa gave 12 €, and gives its folder and verifier key.
func thankful(t *testing.T) (data, vkey string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "fund")
	if _, errOut, status := fed(t, "", "init", "--data", data, "--origin", "fund.example.org/journal"); status != 0 {
		t.Fatal(errOut)
	}
	a, err := app.Open(t.Context(), app.Place{Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	donor := office.Donor{Handle: "lea@example.net", Name: "Léa", Mail: "lea@example.net", Kind: "person", Lang: "fr",
		Shown: office.Anonymous, Receipt: true, Legal: `{"name":"Léa Essai","street":"3 rue de l’Essai"}`}
	err = a.Office().Do(t.Context(), func(tx *office.Tx) error { return tx.PutDonor(t.Context(), donor) })
	if err == nil {
		p := profile.Profile{LegalName: "Fonds", Mail: "merci@fund.example.org", BaseURL: "https://fund.example.org"}
		err = p.Save(t.Context(), a.Office(), "treasurer", 1)
	}
	if err == nil {
		_, err = a.Do(t.Context(), app.Request{Key: "pot", Command: &giving.OpenPot{
			PotOpened: giving.PotOpened{Slug: "lanterne", Purpose: giving.Spendable}}})
	}
	if err == nil {
		day := journal.DayOf(clock.System())
		_, err = gifts.New(a).Book(t.Context(), gifts.Money{Key: "line", Donor: donor, To: gifts.Whole("lanterne"),
			Amount: 12_00, Into: "bank", Given: day, Credited: day, Evidence: giving.Proved})
	}
	if err != nil {
		t.Fatal(err)
	}
	return data, a.VKey()
}

// TestThanksProveTheGift takes what comes with the thanks and gives it to the verifier, as a donor would.
func TestThanksProveTheGift(t *testing.T) {
	data, vkey := thankful(t)
	server := mailtest.Start(t, mailtest.Options{})
	out, errOut, status := fed(t, "", "letters", "--send", "--all", "--smtp", server.Address(), "--data", data)
	if status != 0 || !strings.Contains(out, "sent") || strings.Contains(out, "lea@") {
		t.Fatalf("%d %s%s", status, out, errOut)
	}
	letters := server.Letters()
	if len(letters) != 1 {
		t.Fatalf("%d letters", len(letters))
	}
	kept := t.TempDir()
	for _, file := range letters[0].Files {
		if err := os.WriteFile(filepath.Join(kept, file.Name), file.Content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	receipt, point := filepath.Join(kept, "proof-3.txt"), filepath.Join(kept, "checkpoint.txt")
	out, errOut, status = fed(t, "", "verify", "--receipt", receipt, "--key", vkey)
	if status != 0 || !strings.Contains(out, "PROVED") || !strings.Contains(out, "gross 1200") {
		t.Fatalf("the receipt: %d %s%s", status, out, errOut)
	}
	if !strings.Contains(letters[0].Text, "--receipt proof-3.txt --key "+vkey) {
		t.Errorf("the letter does not say how to check it:\n%s", letters[0].Text)
	}
	if _, errOut, status = fed(t, "", "erase", "lea@example.net", "--data", data); status != 0 { // the journal goes on
		t.Fatal(errOut)
	}
	bundle := filepath.Join(kept, "bundle")
	if _, errOut, status = fed(t, "", "export", "--data", data, bundle); status != 0 {
		t.Fatal(errOut)
	}
	out, errOut, status = fed(t, "", "verify", bundle, "--since", point, "--receipt", receipt, "--key", vkey)
	if status != 0 {
		t.Errorf("the bundle: %d %s%s", status, out, errOut)
	}
	forged := strings.Replace(readText(t, point), "\n4\n", "\n3\n", 1)
	if err := os.WriteFile(point, []byte(forged), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, status = fed(t, "", "verify", bundle, "--since", point, "--key", vkey); status == 0 {
		t.Error("a forged checkpoint is taken")
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheOutboxIsListedWithoutAddresses(t *testing.T) {
	data, _ := thankful(t)
	server := mailtest.Start(t, mailtest.Options{})
	server.AnswerTo("lea@example.net", 550, "5.1.1 nobody lea@example.net", 1)
	for _, step := range []struct {
		args   []string
		state  string
		shown  bool
		status int
	}{
		{[]string{"--send"}, "", false, 1}, // no server is named
		{[]string{"--send", "--smtp", server.Address()}, "failed", false, 0},
		{[]string{"--addresses"}, "failed", true, 0},
		{[]string{"--retry", "thanks/9"}, "", false, 1},
		{[]string{"--retry", "thanks/3"}, "waiting", false, 0},
	} {
		out, errOut, status := fed(t, "", append([]string{"letters", "--json", "--data", data}, step.args...)...)
		if status != step.status {
			t.Fatalf("%v: %d %s", step.args, status, errOut)
		}
		if status != 0 {
			continue
		}
		var list struct{ Letters []letterJSON }
		if err := json.Unmarshal([]byte(out), &list); err != nil || len(list.Letters) != 1 {
			t.Fatalf("%v: %v %s", step.args, err, out)
		}
		if got := list.Letters[0]; got.State != step.state || strings.Contains(out, "lea@example.net") != step.shown {
			t.Errorf("%v: %s", step.args, out)
		}
	}
}

// TestTheArchiveOpensToTwo erases a donor who wanted a tax receipt, and reads what was kept.
func TestTheArchiveOpensToTwo(t *testing.T) {
	data, _ := thankful(t)
	for _, role := range []string{"treasurer", "approver"} {
		if _, errOut, status := fed(t, "", "invite", role, role, "--data", data); status != 0 {
			t.Fatal(errOut)
		}
	}
	out, errOut, status := fed(t, "", "erase", "lea@example.net", "--data", data)
	if status != 0 || !strings.Contains(out, "ecot archive") {
		t.Fatal(out, errOut)
	}
	out, errOut, status = fed(t, "", "archive", "--data", data)
	if status != 0 || strings.Contains(out, "Léa") || !strings.Contains(out, "L102 E") {
		t.Fatal(out, errOut)
	}
	id, _, _ := strings.Cut(strings.Split(out, "\n")[1], " ")
	open := []string{"archive", "open", id, "--key", filepath.Join(data, "keys", "archive.key"), "--reason", "control",
		"--data", data, "--by"}
	if _, errOut, status = fed(t, "", append(open, "treasurer")...); status != 1 || !strings.Contains(errOut, "two") {
		t.Errorf("one mandate: %d %s", status, errOut)
	}
	out, errOut, status = fed(t, "", append(open, "treasurer,approver")...)
	if status != 0 || !strings.Contains(out, "3 rue de l’Essai") {
		t.Errorf("two mandates: %d %s%s", status, out, errOut)
	}
	if out, _, _ = fed(t, "", "archive", "--data", data); !strings.Contains(out, "by approver,treasurer: control") {
		t.Errorf("the opening is not noted: %s", out)
	}
}
