// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"ecot/mechanism/giving"
	"ecot/proof/verify"
)

// private are the values that must be in no byte of a bundle.
func private() map[string]string {
	return map[string]string{
		"handle": "ada.lovelace@example.org", "name": "Ada Byron King", "mail": "countess@example.net",
		"memo": "pour la machine analytique", "payee": "babbage-and-sons", "payee's name": "Charles Babbage",
		"invoice": "Invoice 1843/7 for brass wheels", "title": "La lanterne sourde",
		"reason": "vote of the 7th of May",
		"line":   "VIR SEPA MENABREA FR7630006000011234567890189", "request key": "3f1d2c7a-request",
		"transaction": "txn-5c9e77f0", "group": "grp-a41b", "instance's name": "Fonds des machines",
	}
}

// playPrivate enters commands that carry all of these.
func playPrivate(t *testing.T, a *App) {
	t.Helper()
	v := private()
	do(t, a, Request{Key: "pot", Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: "lanterne",
		Purpose: giving.Spendable}}, Private: []Private{{"title", v["title"]}}})
	do(t, a, Request{Key: "tamis", Command: &giving.OpenPot{PotOpened: giving.PotOpened{Slug: "tamis",
		Purpose: giving.Spendable}}})
	ada := Person{Handle: v["handle"], Kind: "person", Name: v["name"], Mail: v["mail"]}
	for i := range 300 {
		do(t, a, Request{Key: fmt.Sprint(v["request key"], i), Command: gift("lanterne", 1000+int64(i)),
			Person:  ada,
			Private: []Private{{"memo", v["memo"]}},
			Once:    []Once{{"import", fmt.Sprint(v["transaction"], i)}, {"group", fmt.Sprint(v["group"], i)}}})
	}
	do(t, a, Request{Key: "arrival", Private: []Private{{"line", v["line"]}}, Command: &giving.Receive{
		Arrived: giving.Arrived{Inflow: gift("lanterne", 500).Inflow}}})
	do(t, a, Request{Key: "transfer", Private: []Private{{"because", v["reason"]}}, Command: &giving.Transfer{
		Transferred: giving.Transferred{Unit: "EUR", Amount: 700, From: "lanterne", To: "tamis",
			By: []string{"treasurer", "president"}}}})
	claim := do(t, a, Request{Key: "claim", Person: Person{Handle: v["payee"], Name: v["payee's name"]},
		Private: []Private{{"document", v["invoice"]}},
		Command: &giving.Claim{Claimed: giving.Claimed{Pot: "lanterne",
			Unit: "EUR", Amount: 900, Destination: giving.Mission, Payee: giving.Company}}})
	for _, role := range []string{"treasurer", "president"} {
		do(t, a, Request{Key: "by " + role, Command: &giving.Approve{Approved: giving.Approved{Of: claim.Index,
			By: role}}})
	}
	do(t, a, Request{Key: "pay", Command: &giving.Pay{Paid: giving.Paid{Of: claim.Index, Through: "bank",
		Evidence: giving.Proved}}})
	if _, err := a.Erase(t.Context(), v["payee"]); err != nil {
		t.Fatal(err)
	}
}

// spellings gives a value as it might stand in a file: plain, encoded, or hashed without a salt.
func spellings(value string) [][]byte {
	md, sha, sha2 := md5.Sum([]byte(value)), sha1.Sum([]byte(value)), sha256.Sum256([]byte(value))
	var all [][]byte
	for _, raw := range [][]byte{[]byte(value), md[:], sha[:], sha2[:]} {
		code := strings.TrimRight(base64.StdEncoding.EncodeToString(raw), "=")
		url := strings.TrimRight(base64.URLEncoding.EncodeToString(raw), "=")
		all = append(all, raw, []byte(hex.EncodeToString(raw)), []byte(strings.ToUpper(hex.EncodeToString(raw))),
			[]byte(code), []byte(url))
	}
	return all
}

// A bundle holds by itself, comes to the same balances, and says nothing of what the vault knows.
func TestABundleIsWholeAndHoldsNoPrivateValue(t *testing.T) {
	a, err := Open(t.Context(), Place{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.Found(t.Context(), Charter{Name: private()["instance's name"]}); err != nil {
		t.Fatal(err)
	}
	playPrivate(t, a)
	dir := t.TempDir() + "/bundle"
	if err := a.Export(t.Context(), dir, nil); err != nil {
		t.Fatal(err)
	}
	wantBalances(t, a, verify.Bundle(t.Context(), dir, verify.Options{Key: a.VKey(), Workers: 2}))
	hidden := private()
	hidden["id of a party"] = a.partyID(hidden["handle"])
	hidden["secret"], hidden["key"] = string(a.keys.Secret), a.keys.Log
	looked := 0
	err = fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(dir + "/" + path)
		looked += len(data)
		for what, value := range hidden {
			for _, spelt := range spellings(value) {
				if bytes.Contains(data, spelt) || bytes.Contains([]byte(path), spelt) {
					t.Errorf("%s gives away the %s as %q", path, what, spelt)
				}
			}
		}
		return err
	})
	if err != nil || looked < 100_000 {
		t.Errorf("looked at %d bytes: %v", looked, err)
	}
}

func wantBalances(t *testing.T, a *App, r *verify.Report) {
	t.Helper()
	balances, err := a.Accounts(t.Context(), -1)
	if err != nil {
		t.Fatal(err)
	}
	if r.Exit() != 0 || r.Size != balances.Size || r.Root != balances.Root.String() {
		t.Fatalf("exit status %d at size %d, root %s: %+v", r.Exit(), r.Size, r.Root, r.Passes)
	}
	var theirs []verify.Balance
	for _, account := range balances.Accounts {
		theirs = append(theirs, verify.Balance{Account: account.Place.Account, Unit: account.Place.Unit,
			Balance: account.Balance})
	}
	slices.SortFunc(theirs, func(x, y verify.Balance) int {
		return strings.Compare(string(x.Account),
			string(y.Account))
	})
	if !slices.Equal(theirs, r.Accounts) || len(theirs) < 4 {
		t.Errorf("the verifier comes to %v, the fund to %v", r.Accounts, theirs)
	}
}

// What would be seen if a commitment had no salt is seen: the scan itself works.
func TestTheScanFindsWhatIsThere(t *testing.T) {
	sum := sha256.Sum256([]byte("ada"))
	leaf := base64.StdEncoding.EncodeToString(sum[:])
	if !slices.ContainsFunc(spellings("ada"), func(s []byte) bool { return bytes.Contains([]byte(leaf), s) }) {
		t.Error("a bare hash was not seen")
	}
}
