// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ecot/app"
	"ecot/app/profile"
	"ecot/mail/mailtest"
)

// firstFund founds a fund in a folder by flags, and gives what was printed.
func firstFund(t *testing.T, data string, more ...string) string {
	t.Helper()
	args := append([]string{"init", "--data", data, "--name", "Les Communs", "--form", "association",
		"--number", "W751 234567", "--iban", "FR76 3000 6000 0112 3456 7890 189", "--site", "https://fonds.example.org/",
		"--mail", "fonds@example.org"}, more...)
	out, errOut, status := fed(t, "", args...)
	if status != 0 {
		t.Fatal(errOut)
	}
	return out
}

// What ecot init is told is kept in one form, the general pot is open, and the next steps are printed.
func TestInitSaysWhoTheFundIs(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	out := firstFund(t, data)
	for _, words := range []string{"fonds.example.org/journal is founded", "ecot invite", "ecot serve", "publisher, host"} {
		if !strings.Contains(out, words) {
			t.Errorf("it does not print %q:\n%s", words, out)
		}
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
	fund, err := profile.Load(t.Context(), a.Office())
	if err != nil || fund.LegalName != "Les Communs" || fund.Number != "W751234567" || fund.Pot != "general" ||
		fund.IBAN != "FR7630006000011234567890189" || fund.BaseURL != "https://fonds.example.org" {
		t.Errorf("%+v, %v", fund, err)
	}
	if size, err := a.Size(t.Context()); err != nil || size != 2 {
		t.Errorf("%d entries, %v", size, err)
	}
}

// What does not check is refused before anything is made.
func TestInitRefuses(t *testing.T) {
	for flag, value := range map[string]string{"--number": "732829321", "--iban": "FR7630006000011234567890188",
		"--site": "fonds.example.org", "--mail": "fonds", "--form": "sect"} {
		data := filepath.Join(t.TempDir(), "d")
		_, errOut, status := fed(t, "", "init", "--data", data, flag, value)
		if _, err := os.Stat(data); status != 1 || err == nil || !strings.HasPrefix(errOut, "ecot: ") {
			t.Errorf("%s %s: %d, %v: %s", flag, value, status, err, errOut)
		}
	}
}

// At a terminal it asks six things, asks again what is wrong, and leaves for later what is not answered.
func TestInitAsksSixThings(t *testing.T) {
	var out bytes.Buffer
	c := initCommand{}
	answers := "Les Communs\nsect\nassociation\n732829321\n732829320\n\nhttps://fonds.example.org\n\n"
	if err := c.ask(streams{t.Context(), strings.NewReader(answers), &out, &out}); err != nil {
		t.Fatal(err)
	}
	if c.Name != "Les Communs" || c.Form != "association" || c.Number != "732829320" || c.IBAN != "" ||
		c.Site != "https://fonds.example.org" || c.Mail != "" {
		t.Errorf("%+v", c)
	}
	if n := strings.Count(out.String(), ": "); n < 8 || len(c.questions()) != 6 {
		t.Errorf("%d questions:\n%s", n, out.String())
	}
}

// diagnose runs the doctor and gives what it finds by check.
func diagnose(t *testing.T, status int, args ...string) map[string]string {
	t.Helper()
	out, errOut, got := fed(t, "", append([]string{"doctor", "--json"}, args...)...)
	var said struct {
		Findings []struct{ Check, Level, Said, Do string }
	}
	if err := json.Unmarshal([]byte(out), &said); err != nil || got != status {
		t.Fatalf("status %d, want %d, %v: %s%s", got, status, err, out, errOut)
	}
	levels := map[string]string{}
	for _, f := range said.Findings {
		levels[f.Check] = f.Level
		if (f.Level == "ok") != (f.Do == "") || f.Said == "" {
			t.Errorf("%+v says nothing to do, or something where all is well", f)
		}
	}
	return levels
}

// A fund that was just founded lacks a backup; with one and a mail server, all is well. What goes wrong
// afterwards is found.
func TestDoctor(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	firstFund(t, data)
	levels := diagnose(t, 1, "--data", data)
	for check, want := range map[string]string{"disk": "ok", "permissions": "ok", "keys": "ok", "database": "ok",
		"address": "ok", "mail": "note", "backup": "bad"} {
		if levels[check] != want {
			t.Errorf("%s is %s, want %s", check, levels[check], want)
		}
	}
	if _, errOut, status := fed(t, "", "backup", filepath.Join(t.TempDir(), "b"), "--data", data); status != 0 {
		t.Fatal(errOut)
	}
	server := mailtest.Start(t, mailtest.Options{})
	if levels = diagnose(t, 0, "--data", data, "--smtp", server.Address()); levels["mail"] != "ok" || levels["backup"] != "ok" {
		t.Errorf("%v", levels)
	}
	if levels = diagnose(t, 1, "--data", data, "--smtp", "127.0.0.1:1"); levels["mail"] != "bad" {
		t.Errorf("a mail server that is away: %v", levels)
	}
	if err := os.Chmod(filepath.Join(data, "keys", "secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	if levels = diagnose(t, 1, "--data", data); levels["permissions"] != "bad" {
		t.Errorf("a secret that others read: %v", levels)
	}
	if err := os.Remove(filepath.Join(data, "keys", "log.key")); err != nil {
		t.Fatal(err)
	}
	if levels = diagnose(t, 1, "--data", data); levels["keys"] != "bad" {
		t.Errorf("a key that is gone: %v", levels)
	}
	out, _, status := fed(t, "", "doctor", "--data", data)
	if status != 1 || !strings.Contains(out, "bad   keys") {
		t.Errorf("as text: %d\n%s", status, out)
	}
}
